//! One seed and keyed draws: no generator, no state.
//!
//! A draw is a pure function of (seed, purpose, key, n), so removing one event never moves the
//! draw of another, and two draws with different keys are independent. Everything in this project
//! that looks random comes from here.

use serde::{Deserialize, Serialize};

/// What the text of a draw nearly always fits in.
const TEXT_BYTES: usize = 256;

/// The source of every draw of one run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// A source for one seed; equal seeds give equal draws on every machine.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed itself, to be shown with any failure.
    #[must_use]
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// 32 uniform bytes for (purpose, key, n).
    ///
    /// `purpose` names the kind of draw and must be unique in the code; `key` names the subject
    /// (an operation and its resource, say); `n` counts repeated draws for one subject.
    #[must_use]
    pub fn bytes(self, purpose: &str, key: &[&str], n: u64) -> [u8; 32] {
        let mut text = Text::default();
        text.add(&self.seed.to_le_bytes());
        text.add(purpose.as_bytes());
        for part in key {
            // The unit separator keeps ("ab", "c") apart from ("a", "bc").
            text.add(&[0x1f]);
            text.add(part.as_bytes());
        }
        text.add(&[0x1e]);
        text.add(&n.to_le_bytes());
        text.hash()
    }

    /// A uniform number of 64 bits for (purpose, key, n).
    #[must_use]
    pub fn draw(self, purpose: &str, key: &[&str], n: u64) -> u64 {
        let bytes = self.bytes(purpose, key, n);
        u64::from_le_bytes([
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
        ])
    }

    /// A uniform number in `0..bound`; 0 when `bound` is 0.
    ///
    /// The bias of the remainder is below 2⁻³² for every bound under 2³².
    #[must_use]
    pub fn below(self, bound: u64, purpose: &str, key: &[&str], n: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.draw(purpose, key, n) % bound
        }
    }

    /// `digits` lower-case hexadecimal digits, at most 64: the tail of a derived id.
    #[must_use]
    pub fn hex(self, digits: usize, purpose: &str, key: &[&str], n: u64) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let bytes = self.bytes(purpose, key, n);
        let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        nibbles
            .take(digits)
            .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
            .collect()
    }
}

/// The text of a draw. One text hashed at once takes fewer instructions than its parts one after the other; what is
/// too long for the stack is hashed in pieces, to the same end.
struct Text {
    bytes: [u8; TEXT_BYTES],
    len: usize,
    before: Option<Box<blake3::Hasher>>,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; TEXT_BYTES],
            len: 0,
            before: None,
        }
    }
}

impl Text {
    fn add(&mut self, part: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + part.len()) {
            place.copy_from_slice(part);
            self.len += part.len();
        } else {
            let before = self.before.get_or_insert_default();
            before.update(&self.bytes[..self.len]).update(part);
            self.len = 0;
        }
    }

    fn hash(self) -> [u8; 32] {
        let rest = &self.bytes[..self.len];
        match self.before {
            None => *blake3::hash(rest).as_bytes(),
            Some(mut before) => *before.update(rest).finalize().as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_key_is_hashed_like_a_short_one() {
        let long = "k".repeat(300);
        let drawn = Chance::new(7).bytes("test", &["a", &long, "b"], 1);
        let text = [
            b"\x07\0\0\0\0\0\0\0test\x1fa\x1f",
            long.as_bytes(),
            b"\x1fb\x1e\x01\0\0\0\0\0\0\0",
        ];
        assert_eq!(drawn, *blake3::hash(&text.concat()).as_bytes());
    }

    /// Pinned: a change here changes every run ever recorded.
    #[test]
    fn draws_do_not_change_between_releases() {
        let chance = Chance::new(7);
        assert_eq!(chance.hex(17, "test", &["vol-db"], 0), "901c6e0ab6abdbc19");
    }

    #[test]
    fn the_parts_of_a_key_do_not_run_together() {
        let chance = Chance::new(0);
        assert_ne!(
            chance.draw("t", &["ab", "c"], 0),
            chance.draw("t", &["a", "bc"], 0)
        );
        assert_ne!(chance.draw("t", &["a"], 0), chance.draw("t", &["a"], 1));
        assert_ne!(
            chance.draw("t", &["a"], 0),
            Chance::new(1).draw("t", &["a"], 0)
        );
    }
}
