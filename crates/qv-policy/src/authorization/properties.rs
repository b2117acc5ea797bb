//! Any sequence of issuing, waiting, presenting and attacking, with a virtual clock, against a
//! second telling of the rules.

use std::sync::LazyLock;

use proptest::prelude::*;
use qv_crypto::umk::HexBytes;
use qv_crypto::umk::wallet::SolanaKeypair;
use qv_types::{AuthPurpose, Timestamp, VaultId};

use super::*;

/// Keypair files of three wallets: two that own the vault, and an agent's.
static WALLETS: LazyLock<[SolanaKeypair; 3]> = LazyLock::new(|| {
    [
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,138,136,227,221,116,9,241,149,253,82,219,45,60,186,93,114,202,103,9,191,29,148,18,27,243,116,136,1,180,15,111,92]",
        "[2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,129,57,119,14,168,125,23,95,86,163,84,102,195,76,126,204,203,141,138,145,180,238,55,162,93,246,15,91,143,201,179,148]",
        "[3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,237,73,40,198,40,209,194,198,234,233,3,56,144,89,149,97,41,89,39,58,92,99,249,54,54,193,70,20,172,135,55,209]",
    ]
    .map(|json| SolanaKeypair::parse(json.as_bytes()).unwrap())
});

#[derive(Debug, Clone)]
enum Event {
    Issue {
        purpose: AuthPurpose,
        wallet: usize,
        subject: usize,
    },
    WaitMs(i64),
    Present {
        which: prop::sample::Index,
        how: How,
    },
}

/// What an attacker does with a challenge that was issued and signed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    AsItIs,
    InAnotherVault,
    ForAnotherWallet,
    OnAnotherCluster,
    ForAnotherPurpose,
    ForAnotherSubject,
    WithTextChanged,
    SignedByAnother,
    NeverIssuedHere,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let purpose = prop::sample::select(AuthPurpose::ALL);
    let how = prop_oneof![
        6 => Just(How::AsItIs),
        1 => prop::sample::select(vec![
            How::InAnotherVault, How::ForAnotherWallet, How::OnAnotherCluster, How::ForAnotherPurpose,
            How::ForAnotherSubject, How::WithTextChanged, How::SignedByAnother, How::NeverIssuedHere,
        ]),
    ];
    let wait = prop_oneof![
        0..3_000_i64,
        0..130_000_i64,
        3_500_000..3_700_000_i64,
        86_000_000..87_000_000_i64,
        -5_000..0_i64
    ];
    let event = prop_oneof![
        3 => (purpose, 0..2_usize, 0..2_usize).prop_map(|(purpose, wallet, subject)| Event::Issue { purpose, wallet, subject }),
        3 => wait.prop_map(Event::WaitMs),
        5 => (any::<prop::sample::Index>(), how).prop_map(|(which, how)| Event::Present { which, how }),
    ];
    prop::collection::vec(event, 1..60)
}

/// An act of a purpose for a subject, as a use case would make it.
fn act(purpose: AuthPurpose, subject: usize) -> Act {
    let subject = WALLETS[2 - subject].address().clone();
    let request = HexBytes([7; 32]);
    match purpose {
        AuthPurpose::UnlockUmk => Act::UnlockUmk,
        AuthPurpose::EnableExecution => {
            let limits = Line::parse("at most 1 SOL a day").unwrap();
            Act::EnableExecution {
                subject,
                limits,
                request,
            }
        }
        AuthPurpose::RevealMnemonic => Act::RevealMnemonic { subject, request },
        AuthPurpose::RevokeExecution => Act::RevokeExecution { subject, request },
    }
}

/// The verifier's store, the clock, and the second telling of what was taken.
struct World {
    vault: VaultId,
    now: Timestamp,
    issued: Vec<(Challenge, IssuedNonce, usize)>,
    taken: Vec<(usize, Timestamp)>,
}

impl World {
    fn new() -> Self {
        Self {
            vault: VaultId::make_random(),
            now: Timestamp::from_unix_ms(1_790_000_000_123),
            issued: Vec::new(),
            taken: Vec::new(),
        }
    }

    fn issue(&mut self, purpose: AuthPurpose, wallet: usize, subject: usize) {
        let address = WALLETS[wallet].address().clone();
        let cluster = Cluster::usual(&address);
        let nonce = [u8::try_from(self.issued.len()).unwrap(); 32];
        let act = act(purpose, subject);
        let challenge =
            Challenge::issue(self.vault, address, cluster, act, nonce, self.now).unwrap();
        let nonce = IssuedNonce::of(&challenge);
        self.issued.push((challenge, nonce, wallet));
    }

    /// Times at which `purpose` was taken for the subject of `act`.
    fn verified(&self, act: &Act) -> Vec<Timestamp> {
        let same = |(which, at): &(usize, Timestamp)| {
            let other = self.issued[*which].0.act();
            (other.purpose() == act.purpose() && other.subject() == act.subject()).then_some(*at)
        };
        self.taken.iter().filter_map(same).collect()
    }

    fn present(&mut self, which: usize, how: How) -> Result<(), Refusal> {
        let (challenge, nonce, signer) = &self.issued[which];
        let signer = if how == How::SignedByAnother {
            1 - signer
        } else {
            *signer
        };
        let mut text = challenge.text();
        if how == How::WithTextChanged {
            text += "\n";
        }
        let signature = WALLETS[signer].sign(&text);
        let cluster = match how {
            How::OnAnotherCluster => Cluster::parse("devnet").unwrap(),
            _ => challenge.cluster().clone(),
        };
        let other_purpose = if challenge.act().purpose() == AuthPurpose::RevealMnemonic {
            AuthPurpose::RevokeExecution
        } else {
            AuthPurpose::RevealMnemonic
        };
        let act = match how {
            How::ForAnotherPurpose => act(other_purpose, 0),
            How::ForAnotherSubject => Act::RevealMnemonic {
                subject: WALLETS[0].address().clone(),
                request: HexBytes([7; 32]),
            },
            _ => challenge.act().clone(),
        };
        let wallet = match how {
            How::ForAnotherWallet => WALLETS[2].address(),
            _ => challenge.wallet(),
        };
        let vault = if how == How::InAnotherVault {
            VaultId::make_random()
        } else {
            self.vault
        };
        let verified = self.verified(challenge.act());
        let history = History {
            nonce: (how != How::NeverIssuedHere).then_some(nonce),
            verified: &verified,
        };
        let expected = Expected {
            vault,
            wallet,
            cluster: &cluster,
            act: &act,
        };
        let presented = Presented {
            text: &text,
            signature: &signature,
        };
        let authorized = challenge.verify(&expected, &presented, &history, self.now)?;
        assert_eq!(authorized.act(), challenge.act());
        let now = self.now;
        self.issued[which].1.used_at.get_or_insert(now);
        self.taken.push((which, now));
        Ok(())
    }

    /// The rules once more, from what was issued and taken alone.
    fn ought_to_be_taken(&self, which: usize, how: How) -> bool {
        let challenge = &self.issued[which].0;
        let in_time = challenge.issued_at <= self.now && self.now < challenge.expires_at;
        let before = self
            .taken
            .iter()
            .filter(|(other, _)| *other == which)
            .count();
        let purpose = challenge.act().purpose();
        let once = purpose == AuthPurpose::UnlockUmk || before == 0;
        let lately = |at: &Timestamp| self.now.unix_ms() - at.unix_ms() < 3_600_000;
        let reveals = self
            .verified(challenge.act())
            .into_iter()
            .filter(lately)
            .count();
        let seldom = purpose != AuthPurpose::RevealMnemonic || reveals < 3;
        how == How::AsItIs && in_time && once && seldom
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn only_what_the_rules_allow_is_taken(events in events()) {
        let mut world = World::new();
        for event in events {
            match event {
                Event::Issue { purpose, wallet, subject } => world.issue(purpose, wallet, subject),
                Event::WaitMs(ms) => world.now = Timestamp::from_unix_ms(world.now.unix_ms() + ms),
                Event::Present { which, how } if !world.issued.is_empty() => {
                    let which = which.index(world.issued.len());
                    let ought = world.ought_to_be_taken(which, how);
                    let result = world.present(which, how);
                    prop_assert_eq!(result.is_ok(), ought, "{:?} {:?}", how, result);
                }
                Event::Present { .. } => {}
            }
        }
    }

    #[test]
    fn a_line_holds_nothing_that_could_be_shown_otherwise(text in any::<String>()) {
        if let Ok(line) = Line::parse(&text) {
            prop_assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
            prop_assert_eq!(text.trim(), text.as_str());
            let act = Act::EnableExecution {
                subject: WALLETS[0].address().clone(),
                limits: line,
                request: HexBytes([0; 32]),
            };
            let wallet = WALLETS[0].address().clone();
            let (cluster, now) = (Cluster::usual(&wallet), Timestamp::from_unix_ms(0));
            let challenge =
                Challenge::issue(VaultId::make_random(), wallet, cluster, act, [0; 32], now).unwrap();
            prop_assert_eq!(challenge.text().lines().count(), 12);
        }
    }
}

/// Each way to go wrong has its own refusal.
#[test]
fn a_refusal_names_what_is_wrong() {
    let mut world = World::new();
    world.issue(AuthPurpose::RevealMnemonic, 0, 0);
    for (how, refusal) in [
        (How::InAnotherVault, Refusal::OtherVault),
        (How::ForAnotherWallet, Refusal::OtherWallet),
        (How::OnAnotherCluster, Refusal::OtherCluster),
        (How::ForAnotherPurpose, Refusal::OtherAct),
        (How::ForAnotherSubject, Refusal::OtherAct),
        (How::WithTextChanged, Refusal::OtherText),
        (How::NeverIssuedHere, Refusal::UnknownNonce),
    ] {
        assert_eq!(world.present(0, how), Err(refusal), "{how:?}");
    }
    let forged = world.present(0, How::SignedByAnother);
    assert!(matches!(forged, Err(Refusal::BadSignature(_))));
    assert_eq!(world.present(0, How::AsItIs), Ok(()));
    assert_eq!(world.present(0, How::AsItIs), Err(Refusal::UsedNonce));
    for _ in 0..2 {
        world.issue(AuthPurpose::RevealMnemonic, 1, 0);
        assert_eq!(world.present(world.issued.len() - 1, How::AsItIs), Ok(()));
    }
    world.issue(AuthPurpose::RevealMnemonic, 0, 0);
    let last = world.issued.len() - 1;
    let too_many = world.present(last, How::AsItIs).unwrap_err();
    assert!(matches!(
        too_many,
        Refusal::TooMany {
            most: 3,
            wait_s: 3600,
            ..
        }
    ));
    world.issue(AuthPurpose::RevealMnemonic, 0, 1);
    assert_eq!(
        world.present(last + 1, How::AsItIs),
        Ok(()),
        "another subject is free"
    );
    world.now = world.issued[last].0.expires_at;
    assert_eq!(world.present(last, How::AsItIs), Err(Refusal::Expired));
    world.now = Timestamp::from_unix_ms(world.issued[0].0.issued_at.unix_ms() - 1);
    assert_eq!(world.present(last, How::AsItIs), Err(Refusal::NotYetValid));
}

/// The limit counts in any span of an hour, to the millisecond.
#[test]
fn the_fourth_reveal_waits_for_the_first_to_be_an_hour_old() {
    let begin = World::new().now.unix_ms();
    for (fourth_ms, taken) in [(3_599_999, false), (3_600_000, true)] {
        let mut world = World::new();
        for (number, at_ms) in [0, 1_000, 1_900_000, fourth_ms].into_iter().enumerate() {
            world.now = Timestamp::from_unix_ms(begin + at_ms);
            world.issue(AuthPurpose::RevealMnemonic, 0, 0);
            let ought = number < 3 || taken;
            assert_eq!(world.present(number, How::AsItIs).is_ok(), ought, "{at_ms}");
        }
    }
}

#[test]
fn a_message_is_no_sign_in_message() {
    let mut world = World::new();
    for purpose in AuthPurpose::ALL {
        world.issue(*purpose, 0, 0);
    }
    for (challenge, ..) in &world.issued {
        let text = challenge.text();
        assert!(!text.contains("wants you to sign in"), "{text}");
        assert!(text.starts_with("QuantumVault authorization v2\n"));
    }
}
