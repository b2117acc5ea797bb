//! The wallet backend: a wallet's derivation signature.
//!
//! Invariants: the derivation signature is key material, held in zeroizing memory from the moment
//! that it is received; it is asked for twice at enrolment, and a wallet that signs differently is
//! refused; a signature counts only where it verifies against the wallet that was asked. What is
//! signed is never a sign-in message.
//!
//! Start with [`Wallet`]. A wallet is reached in one of three ways ([`Via`]), one file each:
//! `keypair`, `page` (the system's browser) and `offline`.

mod keypair;
mod offline;
mod page;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use qv_crypto::CryptoError;
use qv_crypto::secret::{Secret, SecretBytes};
use qv_crypto::umk::factor::{Enrolled, FactorKind, FactorParameters, WalletParameters};
use qv_crypto::umk::wallet::{DerivationMessage, SessionKey, WalletAddress};

use crate::{Availability, Interaction, Notice, SealError, Sealer, SlotContext, Waiting};
use page::{Page, Visit};

pub(crate) use page::Desk;
pub use page::{browser_availability, fuzz_request};

/// Which wallet, and how it is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalletOptions {
    /// The wallet of a new factor; `None` takes the one that the person connects.
    pub address: Option<WalletAddress>,
    /// How it signs.
    pub via: Via,
}

/// How a wallet signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Via {
    /// In the system's browser, on a page that is served on loopback.
    #[default]
    Browser,
    /// With the Solana keypair of a file (a JSON list of 64 numbers).
    KeypairFile(PathBuf),
    /// On another machine, to which the message is carried as a QR code or a file.
    Offline,
}

/// Why a wallet is to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// To authorize opening the vault; the signature is no secret.
    Authorization,
    /// To give the key of a slot; the signature is key material.
    Derivation {
        /// Which of the times it is asked for, from 1.
        time: u8,
        /// How often it is asked for.
        times: u8,
    },
}

/// One text for a wallet to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The wallet.
    pub wallet: WalletAddress,
    /// Why.
    pub why: Why,
    /// What, byte for byte.
    pub text: String,
}

/// The page in the browser, where one is open: the signatures of one visit are all made there.
#[derive(Debug, Default)]
pub struct Connection(Mutex<Option<Page>>);

impl Connection {
    fn page(&self) -> MutexGuard<'_, Option<Page>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wallet that is reached as the options say.
#[derive(Debug)]
pub struct Wallet {
    options: WalletOptions,
    connection: Arc<Connection>,
    waiting: Arc<Waiting>,
}

impl Wallet {
    pub(crate) const fn new(
        options: WalletOptions,
        connection: Arc<Connection>,
        waiting: Arc<Waiting>,
    ) -> Self {
        Self {
            options,
            connection,
            waiting,
        }
    }

    /// Has `wallet` sign the text of an authorization. The page in the browser stays open for the
    /// derivation signature that follows; [`Wallet::leave`] ends it.
    ///
    /// # Errors
    /// [`SealError`]: declined, another wallet, a signature that does not verify.
    pub fn authorize(
        &self,
        wallet: &WalletAddress,
        text: String,
        ask: &mut dyn Interaction,
    ) -> Result<SecretBytes, SealError> {
        self.sign(Visit::Unlock, wallet, Why::Authorization, text, ask)
    }

    /// Ends the page in the browser, if one is open: nothing more will be asked.
    pub fn leave(&self) {
        drop(self.connection.page().take());
    }

    /// The wallet of a new factor.
    fn choose(&self, ask: &mut dyn Interaction) -> Result<WalletAddress, SealError> {
        let found = match (&self.options.via, &self.options.address) {
            (Via::KeypairFile(path), _) => keypair::read(path, ask)?.address().clone(),
            (Via::Offline, None) => return Err(SealError::WalletUnnamed),
            (Via::Offline | Via::Browser, Some(address)) => address.clone(),
            (Via::Browser, None) => {
                let found = self.with_page(Visit::Enrol, None, ask, Page::connected)?;
                ask.notify(&Notice::WalletChosen {
                    address: found.to_string(),
                });
                found
            }
        };
        match &self.options.address {
            Some(wanted) if *wanted != found => Err(SealError::OtherWallet {
                wanted: wanted.to_string(),
                found: found.to_string(),
            }),
            _ => Ok(found),
        }
    }

    /// Has `wallet` sign `text`, and verifies what comes back.
    fn sign(
        &self,
        visit: Visit,
        wallet: &WalletAddress,
        why: Why,
        text: String,
        ask: &mut dyn Interaction,
    ) -> Result<SecretBytes, SealError> {
        let message = Message {
            wallet: wallet.clone(),
            why,
            text,
        };
        let signature = match &self.options.via {
            Via::KeypairFile(path) => keypair::sign(path, &message, ask)?,
            Via::Offline => offline::sign(&message, ask)?,
            Via::Browser => self.with_page(visit, Some(wallet), ask, |page| page.sign(&message))?,
        };
        wallet
            .verify(&message.text, &signature)
            .map_err(SealError::WalletSignature)
    }

    /// Works with the open page, or opens one. A page that failed is not used again.
    fn with_page<T>(
        &self,
        visit: Visit,
        wallet: Option<&WalletAddress>,
        ask: &mut dyn Interaction,
        work: impl FnOnce(&Page) -> Result<T, SealError>,
    ) -> Result<T, SealError> {
        let mut slot = self.connection.page();
        let page = match slot.take() {
            Some(page) => page,
            None => Page::open(visit, wallet, &self.waiting, ask)?,
        };
        let result = work(&page)?;
        *slot = Some(page);
        Ok(result)
    }

    fn enrol_in(
        &self,
        slot: &SlotContext,
        ask: &mut dyn Interaction,
    ) -> Result<Enrolled, SealError> {
        let wallet = self.choose(ask)?;
        let message = DerivationMessage::for_slot(&wallet, &slot.salt);
        let mut sign = |time| {
            let why = Why::Derivation { time, times: 2 };
            self.sign(Visit::Enrol, &wallet, why, message.as_str().into(), ask)
        };
        let signatures = [sign(1)?, sign(2)?];
        let [first, second] = &signatures;
        let key = SessionKey::derive_for_enrolment(&message, [first, second]);
        if let Err(error @ CryptoError::UnsteadyWallet) = &key {
            self.tell_failure(&error.to_string());
        }
        Ok(Enrolled {
            parameters: FactorParameters::new(self.kind(), &WalletParameters { wallet })?,
            factor: key?.into_factor(),
        })
    }

    /// Lets the page in the browser say why it ends.
    fn tell_failure(&self, why: &str) {
        if let Some(page) = self.connection.page().take() {
            page.fail(why);
        }
    }

    fn finish(&self) {
        if let Some(page) = self.connection.page().take() {
            page.finish();
        }
    }
}

impl Sealer for Wallet {
    fn kind(&self) -> FactorKind {
        FactorKind::Wallet
    }

    fn availability(&self) -> Availability {
        match &self.options.via {
            Via::KeypairFile(path) if !path.exists() => Availability::Missing {
                why: format!("there is no file {}", path.display()),
                remedy: "Name the keypair file with --wallet-file.".into(),
            },
            _ => Availability::Ready,
        }
    }

    fn needs_person(&self, _: &FactorParameters) -> bool {
        !matches!(self.options.via, Via::KeypairFile(_))
    }

    fn which(&self, parameters: &FactorParameters) -> Option<String> {
        Some(read(parameters).ok()?.wallet.to_string())
    }

    fn enrol(&self, slot: &SlotContext, ask: &mut dyn Interaction) -> Result<Enrolled, SealError> {
        let enrolled = self.enrol_in(slot, ask);
        if enrolled.is_ok() {
            self.finish();
        } else {
            self.leave();
        }
        enrolled
    }

    fn unseal(
        &self,
        slot: &SlotContext,
        parameters: &FactorParameters,
        ask: &mut dyn Interaction,
    ) -> Result<Secret<32>, SealError> {
        let WalletParameters { wallet } = read(parameters)?;
        let message = DerivationMessage::for_slot(&wallet, &slot.salt);
        let why = Why::Derivation { time: 1, times: 1 };
        let signature = self.sign(Visit::Unlock, &wallet, why, message.as_str().into(), ask)?;
        self.finish();
        Ok(SessionKey::derive(&message, &signature)?.into_factor())
    }

    fn forget(&self, _: &SlotContext, parameters: &FactorParameters) -> Result<(), SealError> {
        read(parameters).map(drop)
    }
}

fn read(parameters: &FactorParameters) -> Result<WalletParameters, SealError> {
    let foreign = SealError::ForeignParameters {
        kind: FactorKind::Wallet,
    };
    match (parameters.kind(), parameters.read()) {
        (FactorKind::Wallet, Ok(parameters)) => Ok(parameters),
        _ => Err(foreign),
    }
}

/// What is asked of the person, as the subject of a sentence.
const ASKED: &str = "the wallet's signature";
