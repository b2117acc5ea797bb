//! Question 4 of a TLS probe: cipher suites before TLS 1.3.

use super::Depth;
use super::tls::{Offer, Stop, TlsProbe, broken, chosen_suite};
use crate::failure::Stage;
use crate::report::Support;
use crate::survey::{Preference, Survey};
use crate::wire::{Version, groups, suites};

impl TlsProbe<'_, '_> {
    /// Suites of the newest version before TLS 1.3, one of each kind; in a full probe each suite of
    /// each version.
    pub(super) async fn legacy_suites(&mut self) -> Result<(), Stop> {
        let Some(newest) = self.legacy_version() else {
            return Ok(());
        };
        self.facts.suite_preference = self.survey_suites(newest).await?;
        if self.depth == Depth::Full {
            let older =
                |version: &Version| *version < newest && self.is(*version, Support::Offered);
            for version in Version::ALL.into_iter().filter(older).collect::<Vec<_>>() {
                self.survey_suites(version).await?;
            }
        }
        Ok(())
    }

    async fn survey_suites(&mut self, version: Version) -> Result<Preference, Stop> {
        let same = if self.depth == Depth::Full {
            |a, b| a == b
        } else {
            same_class
        };
        let mut survey = Survey::new(suites::legacy(version).to_vec());
        // The first hello has made the first offer already.
        let first = self
            .legacy_answer()
            .and_then(chosen_suite)
            .filter(|fact| fact.version == version);
        if let Some(fact) = first
            && survey.chosen(fact.code, same).is_ok()
        {
            self.add_suite(Some(fact));
        }
        while let Some(suites) = survey.offer() {
            let answer = self
                .answer(Stage::Suites, Offer::new(version, &suites, groups::tls12()))
                .await?;
            let Some(fact) = answer
                .as_ref()
                .and_then(chosen_suite)
                .filter(|fact| fact.version == version)
            else {
                survey.refused();
                continue;
            };
            if survey.chosen(fact.code, same).is_err() {
                self.failed(broken(Stage::Suites))?;
            }
            self.add_suite(Some(fact));
        }
        Ok(survey.preference())
    }
}

fn same_class(a: u16, b: u16) -> bool {
    let class = |code| suites::find(code).map(suites::Suite::class);
    class(a).is_some() && class(a) == class(b)
}
