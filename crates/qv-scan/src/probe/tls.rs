//! The questions to a TLS endpoint, each on a connection of its own, in an order that lets early
//! answers save later questions:
//!
//! 1. one hello of TLS 1.2 with everything: is this TLS, the best old suite, its certificate in clear;
//! 2. the handshake of a modern client;
//! 3. versions below, unless the first answers rule them out;
//! 4. suites of TLS 1.2 and older, one kind at a time;
//! 5. groups and suites of TLS 1.3 without any client key (HelloRetryRequest), or the curves of
//!    ECDHE where there is no TLS 1.3;
//! 6. kinds of signature keys besides the one seen.
//!
//! Every answer stays, whatever fails later. A time-out or a lost host ends the questions.

use rustls::pki_types::CertificateDer;

use super::Depth;
use super::modern::{Handshake, ModernClient, scheme_algorithm, scheme_label, suite_fact};
use super::raw::{Reply, ask};
use crate::cert::CertificateFacts;
use crate::failure::{Failure, FailureCause, Stage};
use crate::net::Line;
use crate::report::{Negotiated, SuiteFact, Support, TlsFacts, VersionFact};
use crate::target::Target;
use crate::wire::answer::{Alert, Answer};
use crate::wire::{ClientHello, KeyExchangeParameters, Version, schemes, suites};

/// Leaves besides the first that are kept.
const OTHER_LEAVES: usize = 4;

/// The probe of one TLS endpoint.
pub(super) struct TlsProbe<'a, 'l> {
    pub(super) client: &'a ModernClient,
    pub(super) target: &'a Target,
    pub(super) line: &'a mut Line<'l>,
    pub(super) depth: Depth,
    pub(super) facts: TlsFacts,
    pub(super) failures: Vec<Failure>,
    /// Support by version.
    support: [(Version, Support); 5],
    /// The chain in DER that a modern client gets.
    chain: Vec<CertificateDer<'static>>,
    /// Leaves of other answers.
    other_leaves: Vec<Vec<u8>>,
    /// The first hello's answer.
    pub(super) legacy_answer: Option<Answer>,
    /// How the first hello was refused: a failure only where no other question is answered.
    pub(super) first_refusal: Option<Failure>,
}

/// No more questions.
pub(super) struct Stop;

impl<'a, 'l> TlsProbe<'a, 'l> {
    pub(super) fn new(
        client: &'a ModernClient,
        target: &'a Target,
        line: &'a mut Line<'l>,
        depth: Depth,
    ) -> Self {
        Self {
            client,
            target,
            line,
            depth,
            facts: TlsFacts::default(),
            failures: Vec::new(),
            support: Version::ALL.map(|version| (version, Support::Unknown)),
            chain: Vec::new(),
            other_leaves: Vec::new(),
            legacy_answer: None,
            first_refusal: None,
        }
    }

    /// Asks everything; `None` where the peer showed no TLS.
    pub(super) async fn run(mut self) -> (Option<TlsFacts>, Vec<Failure>) {
        let _: Result<(), Stop> = self.ask_everything().await;
        let spoke = self
            .support
            .iter()
            .any(|(_, support)| *support == Support::Offered);
        if !spoke {
            self.failures.extend(self.first_refusal);
            return (None, self.failures);
        }
        self.conclude();
        (Some(self.facts), self.failures)
    }

    async fn ask_everything(&mut self) -> Result<(), Stop> {
        self.first_hello().await?;
        self.modern_handshake().await?;
        self.old_versions().await?;
        self.legacy_suites().await?;
        if !self.is(Version::Tls13, Support::Refused) && !self.is_mute() {
            self.tls13_groups().await?;
        }
        if self.is(Version::Tls13, Support::Offered) {
            self.other_signatures().await?;
            self.signature_schemes().await
        } else {
            self.legacy_curves().await
        }
    }

    /// Whether the peer has dropped every connection so far without a word.
    fn is_mute(&self) -> bool {
        let dropped = self
            .first_refusal
            .as_ref()
            .is_some_and(|failure| failure.cause != FailureCause::Alert);
        dropped
            && !self
                .support
                .iter()
                .any(|(_, support)| *support == Support::Offered)
    }

    /// Notes a failure; some end the probe.
    pub(super) fn failed(&mut self, failure: Failure) -> Result<(), Stop> {
        let ends = failure.ends_probing();
        self.failures.push(failure);
        if ends { Err(Stop) } else { Ok(()) }
    }

    pub(super) fn is(&self, version: Version, support: Support) -> bool {
        self.support.contains(&(version, support))
    }

    pub(super) fn set(&mut self, version: Version, support: Support) {
        for (each, slot) in &mut self.support {
            if *each == version {
                *slot = support;
            }
        }
    }

    pub(super) fn set_below(&mut self, version: Version, support: Support) {
        Version::ALL
            .into_iter()
            .filter(|each| *each < version)
            .for_each(|each| self.set(each, support));
    }

    /// The newest version before TLS 1.3 that the server speaks.
    pub(super) fn legacy_version(&self) -> Option<Version> {
        let offered = |version: &Version| self.is(*version, Support::Offered);
        Version::ALL
            .into_iter()
            .rev()
            .filter(|version| *version < Version::Tls13)
            .find(offered)
    }

    /// Asks with a hello of this version; the certificate of an answer is kept.
    pub(super) async fn hello(&mut self, stage: Stage, offer: Offer<'_>) -> Result<Reply, Failure> {
        let hello = ClientHello {
            version: offer.version,
            server_name: self.target.dns_name(),
            random: self.client.random(),
            suites: offer.suites,
            groups: offer.groups,
            schemes: offer.schemes,
            key_shares: offer.key_shares,
        };
        let reply = ask(self.line, stage, &hello).await?;
        if let Reply::Hello(answer, _) = &reply
            && let Some(leaf) = answer.certificates.first()
            && !self.other_leaves.contains(leaf)
        {
            self.other_leaves.push(leaf.clone());
        }
        Ok(reply)
    }

    /// The answer to a hello; `None` where the server refuses it.
    pub(super) async fn answer(
        &mut self,
        stage: Stage,
        offer: Offer<'_>,
    ) -> Result<Option<Answer>, Stop> {
        match self.hello(stage, offer).await {
            Ok(Reply::Hello(answer, _)) => Ok(Some(answer)),
            Ok(Reply::Alert(_) | Reply::Dropped(_)) => Ok(None),
            Err(failure) => self.failed(failure).map(|()| None),
        }
    }

    async fn modern_handshake(&mut self) -> Result<(), Stop> {
        let alpn: &[&[u8]] = &[b"h2", b"http/1.1"];
        let (handshake, failure) = match self.client.handshake(self.line, self.target, alpn).await {
            Ok(handshake) => (handshake, None),
            Err(unfinished) => {
                let (handshake, failure) = *unfinished;
                (handshake, Some(failure))
            }
        };
        self.take_handshake(handshake);
        let Some(failure) = failure else {
            return Ok(());
        };
        match failure.cause {
            FailureCause::Alert
            | FailureCause::Incompatible
            | FailureCause::Closed
            | FailureCause::Reset => {
                self.facts.modern_refusal = Some(failure.detail);
                Ok(())
            }
            _ => self.failed(failure),
        }
    }

    fn take_handshake(&mut self, handshake: Handshake) {
        if !handshake.certificates.is_empty() {
            self.facts.certificate_count =
                u32::try_from(handshake.certificate_count).unwrap_or(u32::MAX);
            self.facts.ocsp_stapled = handshake.ocsp_stapled;
            self.chain = handshake.certificates;
        }
        self.facts.resumption |= handshake.resumption;
        if let Some(negotiated) = handshake.negotiated {
            self.set(negotiated.version, Support::Offered);
            if negotiated.version < Version::Tls13 {
                self.set(Version::Tls13, Support::Refused);
            }
            self.facts.negotiated = Some(negotiated);
        }
    }

    /// Notes a suite once.
    pub(super) fn add_suite(&mut self, fact: Option<SuiteFact>) {
        if let Some(fact) = fact.filter(|fact| !self.facts.suites.contains(fact)) {
            self.facts.suites.push(fact);
        }
    }

    /// Turns what was collected into the facts that need all of it.
    fn conclude(&mut self) {
        self.facts.versions = self
            .support
            .iter()
            .rev()
            .map(|(version, support)| VersionFact {
                version: *version,
                support: *support,
            })
            .collect();
        if self.facts.negotiated.is_none() {
            self.facts.negotiated = self.assumed_negotiation();
        }
        if self.chain.is_empty()
            && let Some(answer) = self
                .legacy_answer
                .take_if(|answer| !answer.certificates.is_empty())
        {
            self.facts.certificate_count =
                u32::try_from(answer.certificate_count).unwrap_or(u32::MAX);
            self.chain = answer
                .certificates
                .into_iter()
                .map(CertificateDer::from)
                .collect();
        }
        self.facts
            .suites
            .sort_by_key(|suite| std::cmp::Reverse(suite.version));
        self.read_certificates();
    }

    /// What a modern client gets where rustls could not finish: the best that the hellos got.
    fn assumed_negotiation(&self) -> Option<Negotiated> {
        let tls13 = self
            .facts
            .suites
            .iter()
            .find(|suite| suite.version == Version::Tls13);
        let suite = match tls13 {
            Some(suite) => suite.clone(),
            None => chosen_suite(self.legacy_answer.as_ref()?)
                .or_else(|| self.facts.suites.first().cloned())?,
        };
        let scheme = self.legacy_answer.as_ref().filter(|_| tls13.is_none());
        let scheme = scheme
            .and_then(|answer| answer.key_exchange)
            .and_then(|exchange| exchange.scheme);
        Some(Negotiated {
            version: suite.version,
            suite,
            hello_retry: false,
            signature_scheme: scheme.map(scheme_label),
            signature_algorithm: scheme.map(scheme_algorithm),
            alpn: None,
            finished: false,
        })
    }

    fn read_certificates(&mut self) {
        let (chain, failure) = parse_all(self.chain.iter().map(AsRef::as_ref));
        self.facts.certificates = chain;
        self.failures.extend(failure);
        let (others, failure) = parse_all(self.other_leaves().into_iter());
        self.facts.other_certificates = others;
        self.failures.extend(failure);
        let leaf = self.facts.certificates.first();
        self.facts.sct_present |= leaf.is_some_and(|leaf| leaf.sct_count > 0);
    }

    pub(super) const fn legacy_answer(&self) -> Option<&Answer> {
        self.legacy_answer.as_ref()
    }

    /// Leaves that hellos before TLS 1.3 got, besides a modern client's.
    pub(super) fn other_leaves(&self) -> Vec<&[u8]> {
        let modern = self.chain.first().map(AsRef::as_ref);
        let others = self
            .other_leaves
            .iter()
            .map(Vec::as_slice)
            .filter(|leaf| modern != Some(leaf));
        others.take(OTHER_LEAVES).collect()
    }

    /// The leaf that was seen first.
    pub(super) fn leaf(&self) -> Option<&[u8]> {
        let modern = self.chain.first().map(AsRef::as_ref);
        modern.or_else(|| self.other_leaves.first().map(Vec::as_slice))
    }
}

/// Facts of certificates up to the first that does not parse, so that each keeps its place.
fn parse_all<'c>(ders: impl Iterator<Item = &'c [u8]>) -> (Vec<CertificateFacts>, Option<Failure>) {
    let mut parsed = Vec::new();
    for der in ders {
        match CertificateFacts::parse(der) {
            Ok(facts) => parsed.push(facts),
            Err(error) => {
                let failure = Failure::new(Stage::Certificates, FailureCause::Garbage, error);
                return (parsed, Some(failure));
            }
        }
    }
    (parsed, None)
}

/// What a hello offers.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    pub version: Version,
    pub suites: &'a [u16],
    pub groups: &'a [u16],
    pub schemes: &'a [u16],
    pub key_shares: &'a [(u16, Vec<u8>)],
}

impl<'a> Offer<'a> {
    /// An offer with every signature scheme and no key share.
    pub(super) fn new(version: Version, suites: &'a [u16], groups: &'a [u16]) -> Self {
        Self {
            version,
            suites,
            groups,
            schemes: schemes::all(),
            key_shares: &[],
        }
    }
}

/// The fact of the suite that an answer chose.
pub(super) fn chosen_suite(answer: &Answer) -> Option<SuiteFact> {
    let hello = answer.hello.as_ref()?;
    let parameters = answer.key_exchange.map(|exchange| exchange.parameters);
    let (group, bits) = match parameters {
        Some(KeyExchangeParameters::Curve(group)) => (group, None),
        Some(KeyExchangeParameters::Prime { bits } | KeyExchangeParameters::Modulus { bits }) => {
            (None, Some(bits))
        }
        None => (hello.group, None),
    };
    let anonymous =
        suites::find(hello.suite).is_some_and(|suite| matches!(suite.auth, "anon" | "PSK"));
    Some(suite_fact(
        hello.version,
        hello.suite,
        group.filter(|_| !anonymous),
        bits,
    ))
}

/// The failure of a server that breaks the protocol by its choice.
pub(super) fn broken(stage: Stage) -> Failure {
    Failure::new(
        stage,
        FailureCause::Garbage,
        "the server chooses what was not offered",
    )
}

/// The failure that an alert is.
pub(super) fn refusal(stage: Stage, alert: Alert) -> Failure {
    Failure::new(
        stage,
        FailureCause::Alert,
        format_args!("the server refuses with {}", alert.name()),
    )
}
