//! SecP384r1MLKEM1024 (draft-ietf-tls-ecdhe-mlkem) from the two groups that rustls has: the shares
//! and the secrets are concatenated, classical part first.

use rustls::crypto::aws_lc_rs::kx_group::{MLKEM1024, SECP384R1};
use rustls::crypto::{ActiveKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};

pub(super) static SECP384R1MLKEM1024: &dyn SupportedKxGroup = &SecP384r1MlKem1024;

const CODE: u16 = 0x11ed;

/// Bytes of an uncompressed point on P-384.
const POINT_LEN: usize = 97;

#[derive(Debug)]
struct SecP384r1MlKem1024;

impl SupportedKxGroup for SecP384r1MlKem1024 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let (classical, post_quantum) = (SECP384R1.start()?, MLKEM1024.start()?);
        let share = [classical.pub_key(), post_quantum.pub_key()].concat();
        Ok(Box::new(Active {
            classical,
            post_quantum,
            share,
        }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::from(CODE)
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

struct Active {
    classical: Box<dyn ActiveKeyExchange>,
    post_quantum: Box<dyn ActiveKeyExchange>,
    share: Vec<u8>,
}

impl ActiveKeyExchange for Active {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let (point, ciphertext) = peer
            .split_at_checked(POINT_LEN)
            .ok_or(PeerMisbehaved::InvalidKeyShare)?;
        let classical = self.classical.complete(point)?;
        let post_quantum = self.post_quantum.complete(ciphertext)?;
        Ok(SharedSecret::from(
            [classical.secret_bytes(), post_quantum.secret_bytes()].concat(),
        ))
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::from(CODE)
    }
}
