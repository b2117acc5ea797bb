//! Shares as 53 words of the English BIP-39 list: the 72 bytes and 7 zero bits, 11 bits a word,
//! without BIP-39's checksum (the share has its own).

use bip39::Language;
use zeroize::Zeroizing;

use super::{SHARE_LEN, Share};
use crate::CryptoError;
use crate::secret::SecretBytes;
use crate::umk::Result;

/// Words of a share.
pub const WORD_COUNT: usize = 53;

const BITS: usize = 11;
/// Letters that tell a word from every other of the list.
const LETTERS: usize = 4;

impl Share {
    /// The share's words, with one space between.
    #[must_use]
    pub fn to_words(&self) -> SecretBytes {
        let list = Language::English.word_list();
        let words: Zeroizing<Vec<u16>> =
            Zeroizing::new((0..WORD_COUNT).map(|at| self.word_index(at)).collect());
        let words = words
            .iter()
            .filter_map(|index| list.get(usize::from(*index)));
        let spaced: Vec<&[u8]> = words
            .flat_map(|word| [b" ".as_slice(), word.as_bytes()])
            .skip(1)
            .collect();
        SecretBytes::concat(&spaced)
    }

    /// Reads a share's words, in either case, with any white space between. Four letters of a word
    /// suffice.
    ///
    /// # Errors
    /// [`CryptoError::BadShare`], [`CryptoError::UnknownShareWord`].
    pub fn from_words(text: &str) -> Result<Self> {
        // One byte more than the share holds the last word's 7 bits beyond it.
        let mut bytes = Zeroizing::new([0; SHARE_LEN + 1]);
        let mut count = 0;
        for word in text.split_ascii_whitespace() {
            if count == WORD_COUNT {
                return Err(CryptoError::BadShare("it has more than 53 words"));
            }
            put_word(&mut bytes, count, find(word, count + 1)?);
            count += 1;
        }
        match bytes.split_last() {
            Some((0, share)) if count == WORD_COUNT => Self::parse(share),
            _ => Err(CryptoError::BadShare(
                "it has fewer than 53 words, or ends in a wrong one",
            )),
        }
    }

    fn word_index(&self, at: usize) -> u16 {
        let bit = |at: usize| {
            let byte = self.expose().get(at / 8).copied().unwrap_or(0);
            u16::from(byte >> (7 - at % 8) & 1)
        };
        (at * BITS..(at + 1) * BITS).fold(0, |index, at| index << 1 | bit(at))
    }
}

fn put_word(bytes: &mut [u8; SHARE_LEN + 1], at: usize, index: u16) {
    for offset in 0..BITS {
        let bit = at * BITS + offset;
        if index >> (BITS - 1 - offset) & 1 == 1
            && let Some(byte) = bytes.get_mut(bit / 8)
        {
            *byte |= 1 << (7 - bit % 8);
        }
    }
}

/// The place of `word` in the list. No two of its words have the same first four letters.
pub(super) fn find(word: &str, position: usize) -> Result<u16> {
    let word = Zeroizing::new(word.to_ascii_lowercase());
    let list = Language::English;
    let abbreviated = || {
        let mut full = list.words_by_prefix_iter(&word);
        full.next()
            .filter(|_| word.len() >= LETTERS)
            .and_then(|full| list.find_word(full))
    };
    list.find_word(&word)
        .or_else(abbreviated)
        .ok_or(CryptoError::UnknownShareWord { position })
}
