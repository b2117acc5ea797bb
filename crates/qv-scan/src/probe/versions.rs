//! Questions 1 and 3 of a TLS probe: which versions before TLS 1.3 the server speaks.

use super::raw::Reply;
use super::tls::{Offer, Stop, TlsProbe, broken, chosen_suite, refusal};
use crate::failure::{Failure, Stage};
use crate::report::{LegacyFacts, Support};
use crate::wire::answer::{Alert, Answer};
use crate::wire::{Downgrade, Version, groups, suites};

const SIGNED_CERTIFICATE_TIMESTAMP: u16 = 18;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SESSION_TICKET: u16 = 35;
const RENEGOTIATION_INFO: u16 = 0xff01;

impl TlsProbe<'_, '_> {
    pub(super) async fn first_hello(&mut self) -> Result<(), Stop> {
        let offer = Offer::new(Version::Tls12, suites::tls12(), groups::tls12());
        match self.hello(Stage::FirstHello, offer).await {
            Ok(Reply::Hello(answer, trouble)) => self.legacy_spoken(answer, trouble),
            Ok(Reply::Alert(alert)) => {
                if alert.description == Alert::PROTOCOL_VERSION {
                    self.set_below(Version::Tls13, Support::Refused);
                } else {
                    self.set(Version::Tls12, Support::Refused);
                }
                self.first_refusal = Some(refusal(Stage::FirstHello, alert));
                Ok(())
            }
            Ok(Reply::Dropped(failure)) => {
                self.first_refusal = Some(failure);
                Ok(())
            }
            Err(failure) => {
                self.failures.push(failure);
                Err(Stop)
            }
        }
    }

    fn legacy_spoken(&mut self, answer: Answer, trouble: Option<Failure>) -> Result<(), Stop> {
        if let Some(hello) = &answer.hello {
            Version::ALL
                .into_iter()
                .filter(|v| *v > hello.version && *v < Version::Tls13)
                .for_each(|v| self.set(v, Support::Refused));
            self.set(hello.version, Support::Offered);
            self.facts.legacy = Some(LegacyFacts {
                downgrade_marked: hello.downgrade == Some(Downgrade::ToTls12),
                secure_renegotiation: hello.has_extension(RENEGOTIATION_INFO),
                extended_master_secret: hello.has_extension(EXTENDED_MASTER_SECRET),
                compression: hello.compression != 0,
            });
            self.facts.sct_present = hello.has_extension(SIGNED_CERTIFICATE_TIMESTAMP);
            self.facts.resumption = hello.has_session_id || hello.has_extension(SESSION_TICKET);
        }
        self.facts.ocsp_stapled = answer.ocsp_stapled;
        self.legacy_answer = Some(answer);
        trouble.map_or(Ok(()), |failure| self.failed(failure))
    }

    /// Asks below the newest version of the first answer. A server answers a hello with the newest
    /// version that both speak, so an alert to a hello of TLS 1.1 speaks for everything older; a
    /// closed connection does not.
    pub(super) async fn old_versions(&mut self) -> Result<(), Stop> {
        while let Some(version) = self.next_old_version() {
            let offer = Offer::new(version, suites::before_tls12(), groups::tls12());
            match self.hello(Stage::Versions, offer).await {
                Ok(Reply::Hello(answer, _)) => self.old_version_spoken(version, &answer)?,
                Ok(Reply::Alert(_)) => {
                    self.set(version, Support::Refused);
                    self.set_below(version, Support::Refused);
                }
                Ok(Reply::Dropped(_)) => self.set(version, Support::Refused),
                Err(failure) => return self.failed(failure),
            }
        }
        Ok(())
    }

    fn old_version_spoken(&mut self, offered: Version, answer: &Answer) -> Result<(), Stop> {
        let Some(chosen) = answer.hello.as_ref().map(|hello| hello.version) else {
            return Ok(());
        };
        let between = Version::ALL
            .into_iter()
            .filter(|each| *each > chosen && *each <= offered);
        between.for_each(|each| self.set(each, Support::Refused));
        if chosen > offered {
            // It knows one version only and does not listen.
            self.set(offered, Support::Refused);
            self.set_below(offered, Support::Refused);
            return self.failed(broken(Stage::Versions));
        }
        self.set(chosen, Support::Offered);
        self.add_suite(chosen_suite(answer));
        Ok(())
    }

    fn next_old_version(&self) -> Option<Version> {
        let unknown =
            |version: &Version| *version < Version::Tls12 && self.is(*version, Support::Unknown);
        Version::ALL.into_iter().rev().find(unknown)
    }
}
