//! Reading shares from the person: one that is wrong is told by its reason, and asked for again.

use qv_crypto::CryptoError;
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::sharing::{Share, combine};

use super::SharesParameters;
use crate::{Interaction, Notice, Prompt, SealError};

/// How many wrong answers end the reading.
const REFUSALS: u32 = 5;

/// A person who may err so often.
struct Reader<'a> {
    ask: &'a mut dyn Interaction,
    refusals: u32,
    last: Option<SealError>,
}

impl<'a> Reader<'a> {
    fn new(ask: &'a mut dyn Interaction) -> Self {
        Self {
            ask,
            refusals: 0,
            last: None,
        }
    }

    fn ask(&mut self, prompt: &Prompt) -> Result<SecretBytes, SealError> {
        self.ask.ask(prompt).map_err(|error| match error {
            // A script that has no other answer is told what was wrong with the one it gave.
            SealError::CannotAsk(_) => self.last.take().unwrap_or(error),
            declined => declined,
        })
    }

    fn accept(&mut self) {
        self.last = None;
    }

    /// Tells why an answer was refused; the last time by the error itself.
    fn refuse(&mut self, error: SealError) -> Result<(), SealError> {
        self.refusals += 1;
        if self.refusals == REFUSALS {
            return Err(error);
        }
        self.ask.notify(&Notice::ShareRefused {
            why: error.to_string(),
        });
        self.last = Some(error);
        Ok(())
    }
}

/// Asks for shares until there are enough of them, and recovers the secret.
pub(super) fn collect(
    set: Option<&SharesParameters>,
    ask: &mut dyn Interaction,
) -> Result<Secret<32>, SealError> {
    let mut reader = Reader::new(ask);
    let mut shares = Vec::new();
    loop {
        let known = set.copied().or(shares.first().map(SharesParameters::of));
        let prompt = Prompt::Share {
            given: shares.len(),
            needed: known.map(|set| set.needed),
            set: known.map(|set| set.set),
        };
        match add(&reader.ask(&prompt)?, set, &mut shares) {
            Ok(Some(secret)) => return Ok(secret),
            Ok(None) => reader.accept(),
            Err(error) => reader.refuse(error)?,
        }
    }
}

/// Adds a share to those that are there, if it belongs to them; the secret where it was the last.
fn add(
    text: &SecretBytes,
    set: Option<&SharesParameters>,
    shares: &mut Vec<Share>,
) -> Result<Option<Secret<32>>, SealError> {
    let share = read(text)?;
    if set.is_some_and(|set| SharesParameters::of(&share) != *set) {
        return Err(CryptoError::MixedShares.into());
    }
    shares.push(share);
    match combine(shares) {
        Ok(secret) => Ok(Some(secret)),
        Err(CryptoError::TooFewShares { .. }) => Ok(None),
        Err(error) => {
            shares.pop();
            Err(error.into())
        }
    }
}

/// Has the person give a share that was handed over.
pub(super) fn read_back(handed: &Share, ask: &mut dyn Interaction) -> Result<(), SealError> {
    let mut reader = Reader::new(ask);
    let prompt = Prompt::ShareBack {
        index: handed.index(),
        total: handed.total(),
    };
    loop {
        match read(&reader.ask(&prompt)?) {
            Ok(given) if given == *handed => return Ok(()),
            Ok(_) => reader.refuse(SealError::OtherShare {
                asked: handed.index(),
            })?,
            Err(error) => reader.refuse(error)?,
        }
    }
}

fn read(text: &SecretBytes) -> Result<Share, SealError> {
    let text = str::from_utf8(text.expose())
        .map_err(|_| CryptoError::BadShare("it is neither words nor hex digits"))?;
    Ok(Share::read(text)?)
}
