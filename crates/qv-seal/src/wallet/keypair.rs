//! A wallet whose Solana keypair lies in a file.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use qv_crypto::secret::SecretBytes;
use qv_crypto::umk::wallet::SolanaKeypair;
use zeroize::Zeroizing;

use super::Message;
use crate::{Interaction, Notice, SealError};

/// Bytes that a keypair file may have: 64 numbers of three digits, and room for white space.
const LIMIT: usize = 4096;

/// Reads the keypair, and warns where others can read it too.
pub(super) fn read(path: &Path, ask: &mut dyn Interaction) -> Result<SolanaKeypair, SealError> {
    let failed = |why: String| SealError::KeypairFile {
        path: path.display().to_string(),
        why,
    };
    let mut file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mode = file
        .metadata()
        .map_err(|error| failed(error.to_string()))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        ask.notify(&Notice::KeypairIsOpenToOthers {
            path: path.display().to_string(),
            mode: mode & 0o777,
        });
    }
    let (bytes, len) = read_whole(&mut file).map_err(|error| failed(error.to_string()))?;
    let json = bytes.get(..len).unwrap_or_default();
    SolanaKeypair::parse(json).map_err(|error| failed(error.to_string()))
}

/// Signs `message` with the keypair, if it is that of the wallet.
pub(super) fn sign(
    path: &Path,
    message: &Message,
    ask: &mut dyn Interaction,
) -> Result<SecretBytes, SealError> {
    let keypair = read(path, ask)?;
    if *keypair.address() == message.wallet {
        Ok(keypair.sign(&message.text))
    } else {
        Err(SealError::OtherWallet {
            wanted: message.wallet.to_string(),
            found: keypair.address().to_string(),
        })
    }
}

/// The file in one buffer that is erased, and its length.
fn read_whole(file: &mut File) -> io::Result<(Zeroizing<[u8; LIMIT]>, usize)> {
    let mut bytes = Zeroizing::new([0; LIMIT]);
    let mut len = 0;
    loop {
        let rest = bytes.get_mut(len..).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        match file.read(rest)? {
            0 => return Ok((bytes, len)),
            more => len += more,
        }
    }
}
