//! Question 5 of a TLS probe: key-exchange groups, and with them the suites of TLS 1.3.

use super::Depth;
use super::modern::suite_fact;
use super::tls::{Offer, Stop, TlsProbe, broken};
use crate::cert::CertificateFacts;
use crate::failure::Stage;
use crate::report::{GroupFact, Support};
use crate::survey::{NotOffered, Preference, Survey};
use crate::wire::groups::{self, Group, GroupKind};
use crate::wire::suites::{self, Kx};
use crate::wire::{KeyExchangeParameters, Version};

impl TlsProbe<'_, '_> {
    /// Groups and suites of TLS 1.3. Each hello has no key share, so that the server names its
    /// choice of both in a HelloRetryRequest. One alert does not say which of the two had nothing
    /// left: suites are then offered whole once more.
    pub(super) async fn tls13_groups(&mut self) -> Result<(), Stop> {
        let mut survey = Tls13Survey::new(self.known_tls13(), self.depth);
        let ended = self.ask_tls13(&mut survey).await;
        self.take_tls13(&survey);
        ended
    }

    /// Group and suite that a finished handshake has shown.
    fn known_tls13(&self) -> Option<(u16, u16)> {
        let negotiated = self.facts.negotiated.as_ref()?;
        let same = |group: &&Group| group.tls13 && group.name == negotiated.suite.key_exchange;
        let group = groups::GROUPS.iter().find(same)?;
        (negotiated.version == Version::Tls13).then_some((group.code, negotiated.suite.code))
    }

    async fn ask_tls13(&mut self, survey: &mut Tls13Survey) -> Result<(), Stop> {
        while let Some((groups, suites)) = survey.offer() {
            let offer = Offer::new(Version::Tls13, &suites, &groups);
            let Some(answer) = self.answer(Stage::Groups, offer).await? else {
                survey.refused();
                continue;
            };
            let hello = answer.hello.filter(|hello| hello.version == Version::Tls13);
            let Some((group, suite)) = hello.and_then(|hello| Some((hello.group?, hello.suite)))
            else {
                return Ok(());
            };
            if survey.chosen(group, suite).is_err() {
                return self.failed(broken(Stage::Groups));
            }
        }
        Ok(())
    }

    fn take_tls13(&mut self, survey: &Tls13Survey) {
        let found = !survey.groups.found().is_empty();
        if found {
            self.set(Version::Tls13, Support::Offered);
        } else if self.is(Version::Tls13, Support::Unknown) && survey.groups.is_complete() {
            self.set(Version::Tls13, Support::Refused);
        }
        self.facts.groups = survey
            .groups
            .found()
            .iter()
            .map(|code| group_fact(Version::Tls13, *code))
            .collect();
        self.facts.group_preference = survey.groups.preference();
        self.facts.groups_complete = found && survey.groups.is_complete();
        let known = self.known_tls13().map(|(group, _)| group);
        let group = known.or_else(|| survey.modern_group());
        for code in survey.suites.found() {
            self.add_suite(Some(suite_fact(Version::Tls13, *code, group, None)));
        }
    }

    /// Curves of ECDHE. The curve of the leaf's own key stays in every offer, last, because a server
    /// with an ECDSA certificate refuses a client that does not know its curve.
    pub(super) async fn legacy_curves(&mut self) -> Result<(), Stop> {
        let Some(version) = self.legacy_version() else {
            return Ok(());
        };
        let ecdhe = ecdhe_suites(version);
        if !self
            .facts
            .suites
            .iter()
            .any(|fact| ecdhe.contains(&fact.code))
        {
            return Ok(());
        }
        let own = self.leaf_curve();
        let mut survey = Survey::new(groups::tls12_curves().to_vec()).without(own.as_slice());
        while let Some(curves) = survey.offer() {
            let groups: Vec<u16> = curves.into_iter().chain(own).collect();
            let answer = self
                .answer(Stage::Groups, Offer::new(version, &ecdhe, &groups))
                .await?;
            let curve = answer.and_then(|answer| match answer.key_exchange?.parameters {
                KeyExchangeParameters::Curve(curve) => curve,
                _ => None,
            });
            // Some old servers use their one curve whether it is offered or not: that ends it too.
            match curve.filter(|curve| own != Some(*curve)) {
                Some(curve) if survey.chosen(curve, |a, b| a == b).is_ok() => {}
                _ => survey.refused(),
            }
        }
        self.facts.groups = survey
            .found()
            .iter()
            .map(|code| group_fact(version, *code))
            .collect();
        self.facts.group_preference = survey.preference();
        // A server that prefers its own curve hides those behind it.
        self.facts.groups_complete =
            survey.is_complete() && (own.is_none() || survey.preference() == Preference::Client);
        Ok(())
    }

    fn leaf_curve(&self) -> Option<u16> {
        let curve = CertificateFacts::parse(self.leaf()?).ok()?.key.curve?;
        let same_name = |code: &u16| groups::find(*code).is_some_and(|group| group.name == curve);
        groups::tls12_curves().iter().copied().find(same_name)
    }
}

fn ecdhe_suites(version: Version) -> Vec<u16> {
    let is_ecdhe = |code: &u16| suites::find(*code).is_some_and(|suite| suite.kx == Kx::Ecdhe);
    suites::legacy(version)
        .iter()
        .copied()
        .filter(is_ecdhe)
        .collect()
}

/// Groups and suites of TLS 1.3 together.
struct Tls13Survey {
    groups: Survey,
    suites: Survey,
    /// An alert came while both were narrowed: suites are offered whole until it is clear why.
    in_doubt: bool,
    depth: Depth,
}

impl Tls13Survey {
    /// `known` is what a finished handshake has shown.
    fn new(known: Option<(u16, u16)>, depth: Depth) -> Self {
        let mut classical_first = groups::tls13().to_vec();
        // The first offer is the opposite of a modern client's: a server that still takes a hybrid
        // prefers it by itself.
        classical_first.reverse();
        let (group, suite) = known.unzip();
        Self {
            groups: Survey::new(classical_first).without(group.as_slice()),
            suites: Survey::new(suites::tls13().to_vec()).without(suite.as_slice()),
            in_doubt: false,
            depth,
        }
    }

    /// The group that a client gets which prefers hybrids.
    fn modern_group(&self) -> Option<u16> {
        let found = self.groups.found();
        let by_client = groups::tls13()
            .iter()
            .copied()
            .find(|code| found.contains(code));
        if self.groups.preference() == Preference::Server {
            self.groups.first().or(by_client)
        } else {
            by_client
        }
    }

    fn offer(&self) -> Option<(Vec<u16>, Vec<u16>)> {
        let groups = self.groups.offer();
        let suites = self.suites.offer().filter(|_| !self.in_doubt);
        if groups.is_none() && (suites.is_none() || self.groups.found().is_empty()) {
            return None;
        }
        Some((
            groups.unwrap_or_else(|| self.groups.found().to_vec()),
            suites.unwrap_or_else(|| suites::tls13().to_vec()),
        ))
    }

    fn chosen(&mut self, group: u16, suite: u16) -> Result<(), NotOffered> {
        let narrowed = self.suites.offer().is_some() && !self.in_doubt;
        if self.groups.offer().is_some() {
            let each_field = self.depth == Depth::Full;
            self.groups.chosen(group, |a, b| {
                a == b || (!each_field && is_field(a) && is_field(b))
            })?;
        }
        if narrowed {
            self.suites.chosen(suite, |a, b| a == b)?;
        } else if self.in_doubt {
            // With all suites the same groups are taken: the suites had run out.
            self.suites.refused();
            self.in_doubt = false;
        }
        Ok(())
    }

    fn refused(&mut self) {
        let narrowed = self.suites.offer().is_some() && !self.in_doubt;
        match (narrowed, self.groups.offer().is_some()) {
            (true, true) => self.in_doubt = true,
            (true, false) => self.suites.refused(),
            (false, _) => {
                self.groups.refused();
                self.in_doubt = false;
            }
        }
    }
}

fn is_field(code: u16) -> bool {
    groups::find(code).is_some_and(|group| group.kind == GroupKind::FiniteField)
}

fn group_fact(version: Version, code: u16) -> GroupFact {
    let group = groups::find(code);
    let name = group.map_or_else(
        || crate::names::unknown_group(code),
        |group| group.name.to_owned(),
    );
    GroupFact {
        version,
        code,
        label: group.map_or_else(|| name.clone(), |group| group.label.to_owned()),
        name,
        post_quantum: group.is_some_and(|group| group.kem.is_some()),
    }
}
