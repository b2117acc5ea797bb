//! Finding out what a server supports by offering it less and less. Pure: the caller sends each
//! offer and reports the choice.
//!
//! Each offer gets one choice; the choice (with its whole class) is left out of later offers until
//! the server refuses. Offers alternate between the candidates' order and its reverse, and the
//! second offer repeats the first in reverse, so that whose preference decides is seen on the way.
//!
//! Start with [`Survey`].

use serde::{Deserialize, Serialize};

/// Whose order decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// The server chooses by its own order.
    Server,
    /// The server takes the first of the client's that it supports.
    Client,
    /// One supported value only, or contradictory answers.
    #[default]
    Undetermined,
}

/// An offer and what the server chose from it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    offer: Vec<u16>,
    chosen: u16,
}

/// A survey over code points.
#[derive(Debug, Clone)]
pub struct Survey {
    left: Vec<u16>,
    choices: Vec<Choice>,
    found: Vec<u16>,
    reversed: bool,
    refused: bool,
}

/// The server chose what was not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOffered;

impl Survey {
    /// A survey of `candidates`, in the order in which a client prefers them.
    #[must_use]
    pub fn new(candidates: Vec<u16>) -> Self {
        Self {
            left: candidates,
            choices: Vec::new(),
            found: Vec::new(),
            reversed: false,
            refused: false,
        }
    }

    /// Leaves out what is known to be supported already.
    #[must_use]
    pub fn without(mut self, known: &[u16]) -> Self {
        self.left.retain(|code| !known.contains(code));
        self.found.extend(known);
        self
    }

    /// The next offer; `None` when everything is known.
    #[must_use]
    pub fn offer(&self) -> Option<Vec<u16>> {
        if self.refused || self.left.is_empty() {
            return None;
        }
        let mut offer = self.left.clone();
        if self.reversed {
            offer.reverse();
        }
        Some(offer)
    }

    /// The server chose `chosen` from the offer; `same` says what counts as the same fact.
    ///
    /// # Errors
    /// [`NotOffered`]: the server breaks the protocol and the survey ends.
    pub fn chosen(
        &mut self,
        chosen: u16,
        same: impl Fn(u16, u16) -> bool,
    ) -> Result<(), NotOffered> {
        let offer = self.offer().filter(|offer| offer.contains(&chosen));
        let Some(offer) = offer else {
            self.refused = true;
            return Err(NotOffered);
        };
        self.choices.push(Choice { offer, chosen });
        self.reversed = !self.reversed;
        if !self.found.contains(&chosen) {
            self.found.push(chosen);
        }
        // The first choice stays in the second offer; then both leave.
        if self.choices.len() > 1 {
            let first = self.first().filter(|_| self.choices.len() == 2);
            let leaves = |code: u16| {
                [Some(chosen), first]
                    .into_iter()
                    .flatten()
                    .any(|known| code == known || same(code, known))
            };
            self.left.retain(|code| !leaves(*code));
        }
        Ok(())
    }

    /// The server supports nothing that is left.
    pub fn refused(&mut self) {
        self.refused = true;
    }

    /// Whether the server has ended the survey by refusing what was left.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused || self.left.is_empty()
    }

    /// What the server supports, in the order in which it was found.
    #[must_use]
    pub fn found(&self) -> &[u16] {
        &self.found
    }

    /// What the server chose first, from everything.
    #[must_use]
    pub fn first(&self) -> Option<u16> {
        self.choices.first().map(|choice| choice.chosen)
    }

    /// Whose order decides, as far as the choices tell.
    #[must_use]
    pub fn preference(&self) -> Preference {
        if self.found.len() < 2 {
            return Preference::Undetermined;
        }
        match (self.fits_server_order(), self.fits_client_order()) {
            (true, false) => Preference::Server,
            (false, true) => Preference::Client,
            _ => Preference::Undetermined,
        }
    }

    /// A client's order decides only if nothing supported stood before any choice.
    fn fits_client_order(&self) -> bool {
        self.choices.iter().all(|choice| {
            let before = choice
                .offer
                .iter()
                .take_while(|code| **code != choice.chosen);
            !before.into_iter().any(|code| self.found.contains(code))
        })
    }

    /// A server's order decides only if it never chose differently between the same two.
    fn fits_server_order(&self) -> bool {
        self.choices.iter().enumerate().all(|(index, one)| {
            self.choices.iter().skip(index + 1).all(|other| {
                one.chosen == other.chosen
                    || !(one.offer.contains(&other.chosen) && other.offer.contains(&one.chosen))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Runs a survey against a server that supports `supported` in this order; returns the hellos.
    fn run(survey: &mut Survey, supported: &[u16], by_server: bool) -> usize {
        let mut hellos = 0;
        while let Some(offer) = survey.offer() {
            hellos += 1;
            let choice = if by_server {
                supported.iter().find(|code| offer.contains(code)).copied()
            } else {
                offer.iter().find(|code| supported.contains(code)).copied()
            };
            match choice {
                Some(code) => survey.chosen(code, |a, b| a == b).unwrap(),
                None => survey.refused(),
            }
        }
        hellos
    }

    #[test]
    fn a_choice_that_was_not_offered_ends_the_survey() {
        let mut survey = Survey::new(vec![1, 2]);
        assert_eq!(survey.chosen(3, |a, b| a == b), Err(NotOffered));
        assert_eq!(survey.offer(), None);
    }

    #[test]
    fn a_class_is_one_fact() {
        let mut survey = Survey::new(vec![10, 11, 20, 21]);
        let same = |a: u16, b: u16| a / 10 == b / 10;
        survey.chosen(10, same).unwrap();
        survey.chosen(10, same).unwrap();
        assert_eq!(survey.offer(), Some(vec![20, 21]));
    }

    proptest! {
        #[test]
        fn everything_supported_is_found_within_the_budget(
            supported in proptest::sample::subsequence((0u16..12).collect::<Vec<_>>(), 0..=12).prop_shuffle(),
            by_server: bool,
        ) {
            let mut survey = Survey::new((0..12).collect());
            let hellos = run(&mut survey, &supported, by_server);
            let mut found = survey.found().to_vec();
            let mut expected = supported.clone();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
            prop_assert!(survey.is_complete());
            prop_assert!(hellos <= supported.len() + 2);
            if supported.len() > 1 {
                let truth = if by_server { Preference::Server } else { Preference::Client };
                prop_assert_eq!(survey.preference(), truth);
            } else {
                prop_assert_eq!(survey.preference(), Preference::Undetermined);
            }
        }
    }
}
