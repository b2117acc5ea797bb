//! Sets that another implementation computed (`tests/vectors/shares.json`), and properties.

use proptest::prelude::*;

use super::*;
use crate::umk::vectors::{hex_member, json, list, secret, text};

const SHARES: &str = include_str!("../../../../../tests/vectors/shares.json");

fn shares(hex: &serde_json::Value) -> Result<Vec<Share>> {
    hex.as_array()
        .unwrap()
        .iter()
        .map(|share| Share::from_hex(share.as_str().unwrap()))
        .collect()
}

#[test]
fn sets_of_another_implementation() {
    for set in list(&json(SHARES), "sets") {
        let number = |name: &str| u8::try_from(set[name].as_u64().unwrap()).unwrap();
        let id = |name| hex_member(set, name).expose().try_into().unwrap();
        let scheme = Scheme {
            needed: number("m"),
            total: number("n"),
            set_id: id("set_id"),
            ceremony_id: id("ceremony_id"),
        };
        let coefficients = list(set, "coefficients")
            .iter()
            .map(crate::umk::vectors::hex_secret);
        let split = split_with(
            &secret(set, "secret"),
            &coefficients.collect::<Vec<_>>(),
            &scheme,
        );
        let stored = shares(&set["shares"]).unwrap();
        assert_eq!(split.len(), stored.len());
        for (at, (made, stored)) in split.iter().zip(&stored).enumerate() {
            assert_eq!(made.expose(), stored.expose());
            assert_eq!(made.sha256(), set["sha256"][at].as_str().unwrap());
            assert_eq!(usize::from(made.index()), at + 1);
        }
        for (share, words) in split.iter().zip(list(set, "words")) {
            let words = words.as_str().unwrap();
            assert_eq!(str::from_utf8(share.to_words().expose()).unwrap(), words);
            assert_eq!(
                Share::from_words(&words.to_uppercase()).unwrap().expose(),
                share.expose()
            );
        }
        for subset in list(set, "subsets") {
            let chosen = subset.as_array().unwrap().iter().map(|index| {
                let index = usize::try_from(index.as_u64().unwrap()).unwrap();
                Share::parse(stored[index - 1].expose()).unwrap()
            });
            assert_eq!(
                combine(&chosen.collect::<Vec<_>>()).unwrap(),
                secret(set, "secret")
            );
        }
    }
}

#[test]
fn shares_that_must_not_combine() {
    for vector in list(&json(SHARES), "negative") {
        let name = match shares(&vector["shares"]).and_then(|shares| combine(&shares)) {
            Ok(_) => "none",
            Err(CryptoError::TooFewShares { .. }) => "TooFewShares",
            Err(CryptoError::DuplicateShare { .. }) => "DuplicateShare",
            Err(CryptoError::MixedShares) => "MixedShares",
            Err(CryptoError::BadShare(_)) => "BadShare",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(name, text(vector, "expect"), "{}", text(vector, "name"));
    }
}

#[test]
fn a_forged_share_gives_another_secret() {
    let vectors = json(SHARES);
    for forged in list(&vectors, "forged") {
        let set =
            &list(&vectors, "sets")[usize::try_from(forged["set"].as_u64().unwrap()).unwrap()];
        let recovered = combine(&shares(&forged["shares"]).unwrap()).unwrap();
        assert_eq!(recovered, secret(forged, "recovers"));
        assert_ne!(recovered, secret(set, "secret"));
    }
}

#[test]
fn words_are_read_strictly() {
    let shares = split(
        &Secret::filled(|bytes| bytes.fill(3)),
        Scheme::new(2, 2).unwrap(),
    )
    .unwrap();
    let words = shares[0].to_words();
    let words: Vec<_> = str::from_utf8(words.expose()).unwrap().split(' ').collect();
    assert_eq!(words.len(), words::WORD_COUNT);
    let mut swapped = words.clone();
    swapped.swap(30, 31);
    let mut last = words.clone();
    last[52] = "zoo";
    let list = bip39::Language::English.word_list();
    let index = list.iter().position(|word| *word == words[52]).unwrap();
    let mut not_zero_bits = words.clone();
    not_zero_bits[52] = list[index + 1];
    let more = [words.clone(), vec!["abandon"]].concat();
    for wrong in [
        swapped,
        last,
        not_zero_bits,
        more,
        words[..52].to_vec(),
        vec![],
    ] {
        assert!(
            matches!(
                Share::from_words(&wrong.join(" ")),
                Err(CryptoError::BadShare(_))
            ),
            "{wrong:?}"
        );
    }
    assert!(Share::from_words(&format!("\n {} ", words.join("\t "))).is_ok());
    for unknown in ["quantum-vault", "aba", "abaz", "é"] {
        let mut words = words.clone();
        words[6] = unknown;
        assert_eq!(
            Share::from_words(&words.join(" ")).unwrap_err(),
            CryptoError::UnknownShareWord { position: 7 }
        );
    }
}

#[test]
fn four_letters_of_a_word_suffice() {
    for (at, word) in bip39::Language::English.word_list().iter().enumerate() {
        let short = word.get(..4).unwrap_or(word);
        assert_eq!(
            words::find(short, 1),
            Ok(u16::try_from(at).unwrap()),
            "{word}"
        );
    }
}

proptest! {
    #[test]
    fn any_k_of_n_recover_and_fewer_do_not(
        (n, k) in (2usize..=16).prop_flat_map(|n| (Just(n), 2..=n)),
        secret: [u8; 32],
        order in Just((0..16usize).collect::<Vec<_>>()).prop_shuffle(),
        surplus in 0usize..3,
    ) {
        let secret = Secret::filled(|bytes| *bytes = secret);
        let scheme = Scheme::new(k, n).unwrap();
        let shares = split(&secret, scheme).unwrap();
        let chosen = |count: usize| -> Vec<Share> {
            let chosen = order.iter().filter_map(|at| shares.get(*at)).take(count);
            chosen.map(|share| Share::parse(share.expose()).unwrap()).collect()
        };
        prop_assert_eq!(&combine(&chosen(k + surplus)).unwrap(), &secret);
        let too_few = CryptoError::TooFewShares { have: k - 1, need: k };
        prop_assert_eq!(combine(&chosen(k - 1)).unwrap_err(), too_few);
        // Even relabelled as enough of them, they say nothing of the secret.
        prop_assert_ne!(&interpolate(&chosen(k - 1), 0), &secret);
    }

    #[test]
    fn a_changed_share_is_refused(at in 0..SHARE_LEN, change in 1..=255u8) {
        let shares = split(&Secret::filled(|bytes| bytes.fill(9)), Scheme::new(2, 3).unwrap()).unwrap();
        let mut bytes = *shares[0].expose();
        bytes[at] ^= change;
        prop_assert!(matches!(Share::parse(&bytes), Err(CryptoError::BadShare(_))));
        prop_assert_eq!(Share::read(str::from_utf8(shares[0].to_words().expose()).unwrap()).unwrap().index(), 1);
        let hex = shares[0].to_hex();
        let hex = str::from_utf8(hex.expose()).unwrap();
        for text in [hex.to_owned(), hex.to_lowercase(), format!(" {hex}\n")] {
            prop_assert!(Share::from_hex(&text).unwrap().expose() == shares[0].expose());
            prop_assert!(Share::read(&text).unwrap().expose() == shares[0].expose());
        }
    }

    #[test]
    fn a_share_with_one_word_changed_is_refused(at in 0..words::WORD_COUNT, by in 1..2048usize) {
        let shares = split(&Secret::filled(|bytes| bytes.fill(9)), Scheme::new(2, 3).unwrap()).unwrap();
        let words = shares[0].to_words();
        let mut words: Vec<_> = str::from_utf8(words.expose()).unwrap().split(' ').collect();
        let list = bip39::Language::English.word_list();
        let index = list.iter().position(|word| *word == words[at]).unwrap();
        words[at] = list[(index + by) % list.len()];
        prop_assert!(matches!(Share::read(&words.join(" ")), Err(CryptoError::BadShare(_))));
    }

    #[test]
    fn a_surplus_share_off_the_polynomial_is_refused(byte in 0..32usize, change in 1..=255u8) {
        let scheme = Scheme::new(2, 3).unwrap();
        let mut shares = split(&Secret::filled(|bytes| bytes.fill(9)), scheme).unwrap();
        let mut y: [u8; 32] = shares[2].y().try_into().unwrap();
        y[byte] ^= change;
        shares[2] = Share::new(&scheme, 3, &y);
        prop_assert!(matches!(combine(&shares), Err(CryptoError::BadShare(_))));
    }
}
