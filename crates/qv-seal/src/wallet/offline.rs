//! A wallet on another machine: the message goes there as a QR code or a file, the signature comes
//! back as text.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use qv_crypto::secret::SecretBytes;

use super::Message;
use crate::{Interaction, Notice, Prompt, SealError};

/// How often a person may mistype before the command ends.
const TRIES: u32 = 3;

/// Shows `message` and asks for the signature, until one verifies.
pub(super) fn sign(message: &Message, ask: &mut dyn Interaction) -> Result<SecretBytes, SealError> {
    ask.notify(&Notice::SignElsewhere {
        message: message.clone(),
        qr: qr_code(&message.text),
    });
    let prompt = Prompt::WalletSignature {
        message: message.clone(),
    };
    for _ in 1..TRIES {
        let error = match read(message, &ask.ask(&prompt)?) {
            Ok(signature) => return Ok(signature),
            Err(error) => error,
        };
        ask.notify(&Notice::SignatureRefused {
            why: error.to_string(),
        });
    }
    read(message, &ask.ask(&prompt)?)
}

fn read(message: &Message, written: &SecretBytes) -> Result<SecretBytes, SealError> {
    let signature = message.wallet.read_signature(written)?;
    message
        .wallet
        .verify(&message.text, &signature)
        .map_err(SealError::WalletSignature)
}

/// The text as a QR code of half blocks, dark on light; `None` where it is too long for one.
fn qr_code(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let mut picture = code.render::<Dense1x2>();
    // The colours of a dark terminal: what QR readers take as dark must be the empty cell.
    picture
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark);
    Some(picture.build())
}
