//! The rules one by one, and a model of a chain that drops, mines, reorganises and lags, driven by a
//! caller that is killed at any instant.

use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_unix_ms(1_765_670_400_000);

fn rules() -> Rules {
    Rules {
        confirmations: NonZeroU64::new(3).unwrap(),
        ..Rules::default()
    }
}

fn hash(number: u8) -> B256 {
    B256::repeat_byte(number)
}

fn block(number: u64, fork: u8) -> BlockRef {
    BlockRef {
        number,
        hash: hash(fork),
    }
}

fn attempt(number: u8, sent: bool) -> Attempt {
    let mut attempt = Attempt::new(hash(number), 7, START);
    if sent {
        attempt.mark_sent(START);
    }
    attempt
}

fn seen(mined_nonce: u64, statuses: &[TxStatus]) -> Observation {
    Observation {
        mined_nonce,
        statuses: statuses.to_vec(),
    }
}

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn mined(confirmations: u64) -> TxStatus {
    TxStatus::Mined {
        block: block(100, 0xaa),
        confirmations,
    }
}

fn reverted(confirmations: u64) -> TxStatus {
    TxStatus::Reverted {
        block: block(100, 0xaa),
        confirmations,
        revert: Revert::Unexplained,
    }
}

#[test]
fn nothing_stored_is_prepared_and_the_stored_is_sent_once() {
    assert_eq!(
        next_action(&[], &seen(7, &[]), START, &rules()),
        Action::Prepare
    );
    let unsent = [attempt(1, false)];
    let action = next_action(&unsent, &seen(7, &[TxStatus::Unknown]), START, &rules());
    assert_eq!(action, Action::Send(hash(1)));
    // Killed between sending and noting it: the node has it, so nothing is sent.
    let action = next_action(&unsent, &seen(7, &[TxStatus::Pending]), START, &rules());
    assert_eq!(action, Action::Wait(WaitFor::Mining));
}

#[test]
fn forgotten_is_sent_again_and_stuck_is_bumped() {
    let sent = [attempt(1, true)];
    let (unknown, pending) = (seen(7, &[TxStatus::Unknown]), seen(7, &[TxStatus::Pending]));
    for (observation, seconds, action) in [
        (&unknown, 29, Action::Wait(WaitFor::Mining)),
        (&unknown, 30, Action::Rebroadcast(hash(1))),
        (&pending, 119, Action::Wait(WaitFor::Mining)),
        (&pending, 120, Action::Bump(hash(1))),
    ] {
        assert_eq!(
            next_action(&sent, observation, after(seconds), &rules()),
            action
        );
    }
}

#[test]
fn a_fee_cap_that_forbids_the_bump_does_not_stop_rebroadcasts() {
    let mut sent = [attempt(1, true)];
    let unknown = seen(7, &[TxStatus::Unknown]);
    let first = next_action(&sent, &unknown, after(500), &rules());
    assert_eq!(first, Action::Rebroadcast(hash(1)));
    sent[0].mark_sent(after(500));
    let second = next_action(&sent, &unknown, after(501), &rules());
    assert_eq!(second, Action::Bump(hash(1)));
    let third = next_action(&sent, &unknown, after(530), &rules());
    assert_eq!(third, Action::Rebroadcast(hash(1)));
}

#[test]
fn bumps_end_but_waiting_does_not() {
    let sent: Vec<Attempt> = (1..=6).map(|number| attempt(number, true)).collect();
    let pending = seen(7, &vec![TxStatus::Pending; 6]);
    let action = next_action(&sent, &pending, after(1_000_000), &rules());
    assert_eq!(action, Action::Wait(WaitFor::Mining));
}

#[test]
fn confirmations_decide() {
    let sent = [attempt(1, true), attempt(2, true)];
    let confirmed = TxStatus::Confirmed {
        block: block(100, 0xaa),
        confirmations: 3,
    };
    for (status, action) in [
        (
            mined(2),
            Action::Wait(WaitFor::Confirmations { have: 2, need: 3 }),
        ),
        (
            reverted(2),
            Action::Wait(WaitFor::Confirmations { have: 2, need: 3 }),
        ),
        (
            confirmed,
            Action::Done {
                hash: hash(1),
                block: block(100, 0xaa),
            },
        ),
        (
            reverted(3),
            Action::Failed(Failure::Reverted {
                hash: hash(1),
                revert: Revert::Unexplained,
            }),
        ),
    ] {
        // The older attempt won; the newer one is unknown and its time for anything has come.
        let observation = seen(8, &[status, TxStatus::Unknown]);
        assert_eq!(
            next_action(&sent, &observation, after(9_999), &rules()),
            action
        );
    }
}

#[test]
fn a_reorganised_attempt_is_sent_again_unless_it_waits_already() {
    let mut sent = [attempt(1, true)];
    sent[0].note(&mined(1));
    let action = next_action(&sent, &seen(7, &[TxStatus::Unknown]), after(1), &rules());
    assert_eq!(action, Action::ReorgedResend(hash(1)));
    let action = next_action(&sent, &seen(7, &[TxStatus::Pending]), after(999), &rules());
    assert_eq!(action, Action::Wait(WaitFor::Mining));
    // Its waiting starts anew, so that it is not bumped at once.
    sent[0].mark_sent(after(999));
    sent[0].note(&TxStatus::Pending);
    let action = next_action(
        &sent,
        &seen(7, &[TxStatus::Pending]),
        after(1_000),
        &rules(),
    );
    assert_eq!(action, Action::Wait(WaitFor::Mining));
}

#[test]
fn a_used_up_nonce_fails_only_after_a_grace() {
    for sent in [attempt(1, true), attempt(1, false)] {
        let observation = seen(8, &[TxStatus::Unknown]);
        let action = next_action(&[sent], &observation, after(59), &rules());
        assert_eq!(action, Action::Wait(WaitFor::NodeCatchUp));
        let action = next_action(&[sent], &observation, after(60), &rules());
        assert_eq!(action, Action::Failed(Failure::NonceTaken));
    }
}

#[test]
fn a_clock_that_runs_backwards_only_waits() {
    let sent = [attempt(1, true)];
    let past = Timestamp::from_unix_ms(0);
    for status in [TxStatus::Unknown, TxStatus::Pending] {
        let action = next_action(&sent, &seen(7, &[status]), past, &rules());
        assert_eq!(action, Action::Wait(WaitFor::Mining));
    }
}

fn any_status() -> impl Strategy<Value = TxStatus> {
    let at = (0..9_u64, 0..9_u8).prop_map(|(number, fork)| block(number, fork));
    (at, 1..6_u64, 0..5).prop_map(|(block, confirmations, kind)| match kind {
        0 => TxStatus::Unknown,
        1 => TxStatus::Pending,
        2 => TxStatus::Mined {
            block,
            confirmations,
        },
        3 => TxStatus::Confirmed {
            block,
            confirmations,
        },
        _ => TxStatus::Reverted {
            block,
            confirmations,
            revert: Revert::Unexplained,
        },
    })
}

prop_compose! {
    fn any_attempt()(number: u8, sent in proptest::option::of(0..500_u64), seen: bool) -> Attempt {
        Attempt {
            hash: hash(number), nonce: 7, waiting_since: START,
            sent_at: sent.map(after), seen_in: seen.then(|| block(1, 1)),
        }
    }
}

proptest! {
    #[test]
    fn the_invariants_hold_for_any_rows_and_sights(
        attempts in proptest::collection::vec(any_attempt(), 0..4),
        statuses in proptest::collection::vec(any_status(), 0..5),
        mined_nonce in 6..9_u64,
        seconds in 0..1_000_u64,
    ) {
        let seen = seen(mined_nonce, &statuses);
        let action = next_action(&attempts, &seen, after(seconds), &rules());
        let pairs = || attempts.iter().zip(&statuses);
        let in_block = pairs().any(|(_, status)| status.block().is_some());
        match action {
            Action::Prepare => prop_assert!(attempts.is_empty()),
            Action::Done { hash, block } => {
                let is_it = |status: &TxStatus| matches!(status, TxStatus::Confirmed { block: at, .. } if *at == block);
                let confirmed = pairs().any(|(attempt, status)| attempt.hash == hash && is_it(status));
                prop_assert!(confirmed);
            }
            Action::Send(_) | Action::Rebroadcast(_) | Action::ReorgedResend(_) | Action::Bump(_) => {
                prop_assert!(!in_block && mined_nonce <= 7);
                prop_assert!(!matches!(action, Action::Bump(_)) || attempts.len() < rules().max_attempts);
            }
            Action::Failed(Failure::NonceTaken) => prop_assert!(!in_block && mined_nonce > 7),
            Action::Failed(Failure::Reverted { hash, .. }) => {
                let is_it = |status: &TxStatus| matches!(status, TxStatus::Reverted { confirmations, .. } if *confirmations >= 3);
                let refused = pairs().any(|(attempt, status)| attempt.hash == hash && is_it(status));
                prop_assert!(refused);
            }
            Action::Wait(_) => {}
        }
    }
}

/// What happens to the world between two looks of the caller.
#[derive(Debug, Clone)]
enum Turn {
    /// The node takes a block, with this one of the waiting attempts if there is one.
    Mine(u8),
    /// The node forgets everything that waits.
    Drop,
    /// So many newest blocks disappear; what was in them waits again, or is forgotten.
    Reorganise(u8, bool),
    /// Time passes.
    Pass(u16),
    /// The caller looks and acts; killed after this many of its three steps (act, send, store).
    Look(u8),
}

fn any_turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        any::<u8>().prop_map(Turn::Mine),
        Just(Turn::Drop),
        (1..4_u8, any::<bool>()).prop_map(|(depth, waits)| Turn::Reorganise(depth, waits)),
        (0..200_u16).prop_map(Turn::Pass),
        (0..4_u8).prop_map(Turn::Look),
        Just(Turn::Look(3)),
        Just(Turn::Look(3)),
    ]
}

/// A chain on which one account sends, and the rows of the caller.
#[derive(Default)]
struct World {
    blocks: Vec<Option<B256>>,
    fork: u8,
    waiting: Vec<B256>,
    rows: Vec<Attempt>,
    seconds: u64,
    is_done: bool,
}

impl World {
    fn is_mined(&self) -> bool {
        self.blocks.iter().any(Option::is_some)
    }

    fn observe(&self) -> Observation {
        let status = |attempt: &Attempt| {
            let Some(index) = self.blocks.iter().position(|tx| *tx == Some(attempt.hash)) else {
                return if self.waiting.contains(&attempt.hash) {
                    TxStatus::Pending
                } else {
                    TxStatus::Unknown
                };
            };
            let confirmations = (self.blocks.len() - index) as u64;
            let block = block(index as u64, self.fork);
            if confirmations >= 3 {
                TxStatus::Confirmed {
                    block,
                    confirmations,
                }
            } else {
                TxStatus::Mined {
                    block,
                    confirmations,
                }
            }
        };
        seen(
            7 + u64::from(self.is_mined()),
            &self.rows.iter().map(status).collect::<Vec<_>>(),
        )
    }

    fn receive(&mut self, hash: B256) {
        if !self.is_mined() && !self.waiting.contains(&hash) {
            self.waiting.push(hash);
        }
    }

    fn play(&mut self, turn: &Turn) {
        match turn {
            Turn::Mine(choice) => {
                let taken = (!self.waiting.is_empty())
                    .then(|| self.waiting[usize::from(*choice) % self.waiting.len()]);
                if taken.is_some() {
                    self.waiting.clear();
                }
                self.blocks.push(taken);
            }
            Turn::Drop => self.waiting.clear(),
            // A confirmed attestation is past reorganisation: that is what confirmations are for.
            Turn::Reorganise(..) if self.is_done => {}
            Turn::Reorganise(depth, waits) => {
                self.fork = self.fork.wrapping_add(1);
                for _ in 0..*depth {
                    if let Some(Some(tx)) = self.blocks.pop()
                        && *waits
                    {
                        self.waiting.push(tx);
                    }
                }
            }
            Turn::Pass(seconds) => self.seconds += u64::from(*seconds),
            Turn::Look(steps) => self.look(*steps),
        }
    }

    /// The caller's loop body: row before sending, note after it.
    fn look(&mut self, steps: u8) {
        let (observation, now) = (self.observe(), after(self.seconds));
        let action = next_action(&self.rows, &observation, now, &rules());
        match action {
            Action::Prepare | Action::Bump(_) if steps > 0 => {
                let number = u8::try_from(self.rows.len() + 1).unwrap();
                self.rows.push(Attempt::new(hash(number), 7, now));
            }
            Action::Send(hash) | Action::Rebroadcast(hash) | Action::ReorgedResend(hash)
                if steps > 1 =>
            {
                self.receive(hash);
                if steps > 2 {
                    self.rows
                        .iter_mut()
                        .filter(|row| row.hash == hash)
                        .for_each(|row| row.mark_sent(now));
                }
            }
            Action::Done { .. } => self.is_done = true,
            Action::Failed(failure) => panic!("nothing here can fail: {failure:?}"),
            _ => {}
        }
        if steps > 2 {
            self.rows
                .iter_mut()
                .zip(&observation.statuses)
                .for_each(|(row, status)| row.note(status));
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_it_is_recorded_once_in_the_end(turns in proptest::collection::vec(any_turn(), 0..80)) {
        let mut world = World::default();
        for turn in &turns {
            world.play(turn);
            prop_assert!(world.blocks.iter().flatten().count() <= 1);
            prop_assert!(world.rows.len() <= rules().max_attempts);
        }
        // Then calm: the caller looks, and blocks come.
        for _ in 0..12 {
            world.play(&Turn::Look(3));
            world.play(&Turn::Pass(40));
            world.play(&Turn::Mine(0));
        }
        world.play(&Turn::Look(3));
        prop_assert!(world.is_done, "{:?}", next_action(&world.rows, &world.observe(), after(world.seconds), &rules()));
        prop_assert_eq!(world.blocks.iter().flatten().count(), 1);
    }
}
