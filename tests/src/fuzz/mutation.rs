//! Deterministic mutations of seeds: small edits that find slips of parsers without a fuzzer's feedback.

/// Longest mutated input in bytes.
const MAX_LEN: usize = 64 * 1024;

/// Pieces that parsers trip over: ends, escapes, numbers at their limits, characters of several bytes.
const TOKENS: &[&[u8]] = &[
    b"",
    b"\0",
    b"\n",
    b"\n\n",
    b"\r\n",
    b" ",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"=",
    b"-",
    b"+",
    b".",
    b"..",
    b"/",
    b"//",
    b"@",
    b"%",
    b"%00",
    b"#",
    b"0",
    b"-1",
    b"255",
    b"256",
    b"65536",
    b"4294967296",
    b"9007199254740993",
    b"18446744073709551615",
    b"18446744073709551616",
    b"1e999",
    b"1.0",
    b"null",
    b"true",
    "é".as_bytes(),
    "ß".as_bytes(),
    "İ".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{feff}".as_bytes(),
    "🐎".as_bytes(),
    b"\xff",
    b"\xff\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80",
    b"\x80\0\0\0",
];

/// Openings that some grammar nests. One of each alone, thousands deep, must not use up the stack.
const OPENINGS: &[&str] = &[
    "[", "{\"a\":", "(", "!", "-", "a.", "a=[", "a={", "[[", "\"", "\\",
];
const NESTING: usize = 5_000;

/// A stream of mutations that its start alone decides.
pub struct Mutations(u64);

impl Mutations {
    /// The stream of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        // FNV-1a: any spread of names over starts will do.
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// One to four edits of `seed`, some of them with pieces of `other`.
    pub fn mutate(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut data = seed.to_vec();
        for _ in 0..=self.below(4) {
            self.edit(&mut data, other);
        }
        data.truncate(MAX_LEN);
        data
    }

    fn edit(&mut self, data: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(data.len() + 1);
        let end = (at + 1 + self.below(16)).min(data.len());
        match self.below(8) {
            0 => data.truncate(at),
            1 => drop(data.drain(at..end)),
            2 => {
                let token = TOKENS[self.below(TOKENS.len())];
                drop(data.splice(at..at, token.iter().copied()));
            }
            3 => {
                let token = TOKENS[self.below(TOKENS.len())];
                drop(data.splice(at..end, token.iter().copied()));
            }
            4 => {
                let piece = data[at..end].to_vec();
                let times = 1 + self.below(40);
                drop(data.splice(at..at, piece.repeat(times)));
            }
            5 => {
                let from = self.below(other.len() + 1);
                let to = from + self.below(other.len() - from + 1);
                drop(data.splice(at..end, other[from..to].iter().copied()));
            }
            6 => self.change(data.get_mut(at), |byte, by| byte ^ (1 << (by % 8))),
            _ => self.change(data.get_mut(at), |byte, by| byte.wrapping_add(by)),
        }
    }

    fn change(&mut self, byte: Option<&mut u8>, by: fn(u8, u8) -> u8) {
        let amount = self.next().to_le_bytes()[0];
        if let Some(byte) = byte {
            *byte = by(*byte, amount);
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or(0)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Beginnings of `seed`: all of them for a short one, evenly spread ones for a long one.
pub fn beginnings(seed: &[u8]) -> impl Iterator<Item = &[u8]> {
    let step = (seed.len() / 64).max(1);
    (0..seed.len()).step_by(step).map(|end| &seed[..end])
}

/// Inputs that do nothing but nest.
pub fn nested() -> impl Iterator<Item = Vec<u8>> {
    OPENINGS
        .iter()
        .map(|opening| opening.repeat(NESTING).into_bytes())
}
