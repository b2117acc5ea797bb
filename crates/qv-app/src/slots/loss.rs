//! What a loss leaves: the rules of the lose-one drill, without devices or a vault.

use std::collections::BTreeSet;
use std::fmt;

use qv_crypto::umk::factor::FactorKind;

/// One thing that a person can lose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Thing {
    pub kind: FactorKind,
    /// Which of several; `None` where all of the kind count as one.
    pub which: Option<String>,
}

/// What opens a slot: any `k` of the groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lock {
    pub k: usize,
    pub groups: Vec<BTreeSet<Thing>>,
}

/// What is lost together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    pub name: String,
    pub things: BTreeSet<Thing>,
}

impl Lock {
    /// Whether it opens without what is lost.
    pub fn opens_without(&self, lost: &BTreeSet<Thing>) -> bool {
        let whole = |group: &&BTreeSet<Thing>| group.is_disjoint(lost);
        self.groups.iter().filter(whole).count() >= self.k
    }
}

/// Whatever one misfortune can take: each thing, and the computer with all that is part of it.
pub(super) fn losses<'a>(locks: impl IntoIterator<Item = &'a Lock>) -> Vec<Loss> {
    let groups = locks.into_iter().flat_map(|lock| &lock.groups);
    let things: BTreeSet<Thing> = groups.flatten().cloned().collect();
    let alone = things.iter().map(|thing| Loss {
        name: thing.to_string(),
        things: BTreeSet::from([thing.clone()]),
    });
    let mut losses: Vec<Loss> = alone.collect();
    let inside = |thing: &&Thing| matches!(thing.kind, FactorKind::Tpm | FactorKind::Keyring);
    let computer: BTreeSet<Thing> = things.iter().filter(inside).cloned().collect();
    if computer.len() > 1 {
        losses.push(Loss {
            name: "this computer".into(),
            things: computer,
        });
    }
    losses
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FactorKind::Tpm => "the TPM",
            FactorKind::YubikeyPiv => "the YubiKey",
            FactorKind::Fido2 => "the FIDO2 key",
            FactorKind::Keyring => "the keyring",
            FactorKind::Passphrase => "the passphrase",
            FactorKind::Wallet => "the wallet",
            FactorKind::Shares => "the recovery shares",
        })?;
        match &self.which {
            Some(which) => write!(f, " {which}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn thing() -> impl Strategy<Value = Thing> {
        let kind = prop::sample::select(FactorKind::ALL.to_vec());
        let which = prop::option::of(prop::sample::select(vec!["1".to_owned(), "2".to_owned()]));
        (kind, which).prop_map(|(kind, which)| Thing { kind, which })
    }

    fn lock() -> impl Strategy<Value = Lock> {
        let group = prop::collection::btree_set(thing(), 1..4);
        prop::collection::vec(group, 1..5)
            .prop_flat_map(|groups| (1..=groups.len(), Just(groups)))
            .prop_map(|(k, groups)| Lock { k, groups })
    }

    /// Every set of `k` groups, by brute force: does one of them need nothing that is lost?
    fn opens_by_force(lock: &Lock, lost: &BTreeSet<Thing>) -> bool {
        (0u32..1 << lock.groups.len()).any(|chosen| {
            let taken: Vec<_> = (0..lock.groups.len())
                .filter(|at| chosen & (1 << at) != 0)
                .collect();
            let needed: BTreeSet<_> = taken.iter().flat_map(|at| &lock.groups[*at]).collect();
            taken.len() == lock.k && needed.iter().all(|thing| !lost.contains(thing))
        })
    }

    proptest! {
        #[test]
        fn a_lock_opens_where_some_set_of_groups_is_whole(
            lock in lock(),
            lost in prop::collection::btree_set(thing(), 0..6),
        ) {
            prop_assert_eq!(lock.opens_without(&lost), opens_by_force(&lock, &lost));
        }

        #[test]
        fn losing_more_never_opens_more(
            lock in lock(),
            lost in prop::collection::btree_set(thing(), 0..4),
            more in thing(),
        ) {
            let mut all = lost.clone();
            all.insert(more);
            prop_assert!(lock.opens_without(&lost) || !lock.opens_without(&all));
        }

        #[test]
        fn every_thing_is_lost_once_and_nothing_else_is(locks in prop::collection::vec(lock(), 1..4)) {
            let used: BTreeSet<Thing> =
                locks.iter().flat_map(|lock| lock.groups.iter().flatten().cloned()).collect();
            let losses = losses(&locks);
            let single: Vec<_> = losses.iter().filter(|loss| loss.things.len() == 1).collect();
            prop_assert_eq!(single.len(), used.len());
            let lost: BTreeSet<Thing> =
                losses.iter().flat_map(|loss| loss.things.iter().cloned()).collect();
            prop_assert_eq!(lost, used);
        }
    }

    #[test]
    fn the_computer_takes_its_tpm_and_keyring_with_it() {
        let of = |kind| Lock {
            k: 1,
            groups: vec![BTreeSet::from([Thing { kind, which: None }])],
        };
        let locks = [of(FactorKind::Tpm), of(FactorKind::Keyring)];
        let found = losses(&locks);
        let names: Vec<_> = found.iter().map(|loss| loss.name.as_str()).collect();
        assert_eq!(names, ["the TPM", "the keyring", "this computer"]);
        let fatal = |loss: &Loss| !locks.iter().any(|lock| lock.opens_without(&loss.things));
        assert_eq!(
            found.iter().map(fatal).collect::<Vec<_>>(),
            [false, false, true]
        );
        assert_eq!(losses(&locks[..1]).len(), 1);
    }
}
