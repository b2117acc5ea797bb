use super::*;
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    idle: Duration::from_secs(600),
    life: Duration::from_secs(86_400),
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(seconds * 1000)
}

fn opened() -> Event {
    Event::Opened {
        umk: Umk::make().unwrap(),
        by: "passphrase".into(),
        epoch: 1,
    }
}

fn unlocked_at(seconds: i64) -> State {
    let (state, _) = step(
        State::restored(0, None, at(seconds)),
        Event::Begin,
        at(seconds),
        LIMITS,
    );
    let (state, effects) = step(state, opened(), at(seconds), LIMITS);
    assert_eq!(
        effects,
        [Effect::PersistUnlocked {
            by: "passphrase".into()
        }]
    );
    state
}

#[test]
fn a_key_without_an_attempt_is_not_accepted() {
    let (state, effects) = step(State::restored(0, None, at(0)), opened(), at(0), LIMITS);
    assert!(matches!(state, State::Locked(_)) && effects.is_empty());
}

#[test]
fn third_wrong_attempt_starts_a_cooldown_that_survives_a_restart() {
    let mut state = State::restored(2, None, at(0));
    (state, _) = step(state, Event::Begin, at(0), LIMITS);
    let (state, effects) = step(state, Event::Refused, at(0), LIMITS);
    assert_eq!(
        effects,
        [Effect::PersistFailure {
            failures: 3,
            until: Some(at(5))
        }]
    );
    assert!(matches!(state, State::Cooldown(_)));
    let state = State::restored(3, Some(at(5)), at(4));
    let (state, _) = step(state, Event::Begin, at(4), LIMITS);
    assert!(matches!(state, State::Cooldown(_)), "too early");
    let (state, _) = step(state, Event::Begin, at(5), LIMITS);
    assert!(matches!(state, State::Unlocking(Unlocking { failures: 3 })));
}

#[test]
fn giving_up_is_no_failure_and_forgives_none() {
    let (state, _) = step(State::restored(2, None, at(0)), Event::Begin, at(0), LIMITS);
    let (state, effects) = step(state, Event::Abandoned, at(0), LIMITS);
    assert!(effects.is_empty());
    assert!(matches!(state, State::Locked(Locked { failures: 2 })));
}

#[test]
fn idle_locks_and_use_extends_up_to_the_cap() {
    let (state, _) = step(unlocked_at(0), Event::Used, at(500), LIMITS);
    let (state, _) = step(state, Event::Tick, at(1099), LIMITS);
    assert!(matches!(state, State::Unlocked(_)));
    let (state, effects) = step(state, Event::Used, at(1100), LIMITS);
    assert!(
        matches!(state, State::Locked(_)),
        "a use after the idle time must not revive the session"
    );
    assert_eq!(effects, [Effect::PersistLocked(LockReason::Idle)]);

    let mut state = unlocked_at(0);
    for second in (0..86_400).step_by(300) {
        (state, _) = step(state, Event::Used, at(second), LIMITS);
    }
    let (_, effects) = step(state, Event::Tick, at(86_400), LIMITS);
    assert_eq!(effects, [Effect::PersistLocked(LockReason::Expired)]);
}

/// Otherwise a session would be open for as long as the clock takes to come back.
#[test]
fn a_clock_that_is_set_back_far_ends_the_session() {
    let (state, _) = step(unlocked_at(1000), Event::Tick, at(1100), LIMITS);
    let (state, _) = step(state, Event::Tick, at(1040), LIMITS);
    assert!(matches!(state, State::Unlocked(_)));
    let (state, effects) = step(state, Event::Tick, at(1039), LIMITS);
    assert!(matches!(state, State::Locked(_)));
    assert_eq!(effects, [Effect::PersistLocked(LockReason::Expired)]);
}

/// A setting that is changed holds for the session that has begun.
#[test]
fn other_limits_hold_at_once() {
    let shorter = Limits {
        idle: Duration::from_secs(60),
        ..LIMITS
    };
    let longer = Limits {
        idle: Duration::from_secs(3600),
        ..LIMITS
    };
    let (state, effects) = step(unlocked_at(0), Event::Tick, at(61), shorter);
    assert!(matches!(state, State::Locked(_)));
    assert_eq!(effects, [Effect::PersistLocked(LockReason::Idle)]);

    let (state, _) = step(unlocked_at(0), Event::Tick, at(599), longer);
    let until = VaultState::Unlocked {
        by: "passphrase".into(),
        until: at(3600),
    };
    assert_eq!(state.publish(), until);
    let (state, _) = step(state, Event::Tick, at(3599), longer);
    assert!(matches!(state, State::Unlocked(_)));
    let short_life = Limits {
        life: Duration::from_secs(3600),
        ..longer
    };
    let (_, effects) = step(state, Event::Tick, at(3600), short_life);
    assert_eq!(effects, [Effect::PersistLocked(LockReason::Expired)]);
}

#[test]
fn pauses_double_up_to_fifteen_minutes() {
    let seconds: Vec<_> = (0..14)
        .map(|n| cooldown_after(n).map(|pause| pause.as_secs()))
        .collect();
    assert_eq!(
        seconds[..6],
        [None, None, None, Some(5), Some(10), Some(20)]
    );
    assert_eq!(seconds[13], Some(900));
    assert_eq!(cooldown_after(u32::MAX), Some(Duration::from_secs(900)));
}

#[test]
fn the_tries_that_are_told_of_are_those_without_a_pause() {
    for failures in 0..3 {
        let left = tries_before_a_pause(failures);
        assert_eq!(cooldown_after(failures + left - 1), None, "{failures}");
        assert!(cooldown_after(failures + left).is_some(), "{failures}");
    }
}

proptest! {
    /// Whatever happens, in whatever order: keys live only between Opened and the lock, an unlocked
    /// session never outlives its limits, and failures are forgiven only by an opened slot.
    #[test]
    fn any_sequence_keeps_the_invariants(steps in prop::collection::vec((0u8..7, 0i64..400), 1..60)) {
        let mut now = 0;
        let mut state = State::restored(0, None, at(0));
        let (mut failures, mut opened_at, mut used_at) = (0u32, 0, 0);
        for (what, pause) in steps {
            now += pause;
            let event = match what {
                0 => Event::Begin,
                1 => opened(),
                2 => Event::Refused,
                3 => Event::Abandoned,
                4 => Event::Lock(LockReason::Asked),
                5 => Event::Used,
                _ => Event::Tick,
            };
            let was_unlocking = matches!(state, State::Unlocking(_));
            let (next, effects) = step(state, event, at(now), LIMITS);
            for effect in &effects {
                match effect {
                    Effect::PersistFailure { failures: count, .. } => { failures += 1; prop_assert_eq!(*count, failures); }
                    Effect::PersistUnlocked { .. } => { prop_assert!(was_unlocking); failures = 0; opened_at = now; used_at = now; }
                    Effect::PersistLocked(_) => {}
                }
            }
            if matches!(next, State::Unlocked(_)) {
                if what == 5 { used_at = now; }
                prop_assert!(now < used_at + 600 && now < opened_at + 86_400);
            }
            state = next;
        }
    }
}
