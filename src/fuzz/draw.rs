//! Keyed draws for making stories: each is named, so that one more or less moves no other.

use snaplife_sim::chance::Chance;

use crate::domain::Span;

/// What every draw of this module is for; the player's own draws have other purposes.
const PURPOSE: &str = "fuzz";

/// The draws of one seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    chance: Chance,
}

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
        }
    }

    /// From `0` up to, and without, `bound`; 0 when `bound` is 0.
    pub(super) fn below(self, bound: u64, what: &str, n: u64) -> u64 {
        self.chance.below(bound, PURPOSE, &[what], n)
    }

    /// Both ends included.
    pub(super) fn between(self, from: u64, to: u64, what: &str, n: u64) -> u64 {
        from + self.below(to.saturating_sub(from) + 1, what, n)
    }

    /// As [`Self::between`], for the small numbers of a file.
    pub(super) fn number(self, from: u32, to: u32, what: &str, n: u64) -> u32 {
        let drawn = self.between(u64::from(from), u64::from(to), what, n);
        u32::try_from(drawn).unwrap_or(to)
    }

    /// Whether something with this likelihood, in percent, is so.
    pub(super) fn percent(self, percent: u64, what: &str, n: u64) -> bool {
        self.below(100, what, n) < percent
    }

    /// One of several; none of none.
    pub(super) fn pick<'a, T>(self, from: &'a [T], what: &str, n: u64) -> Option<&'a T> {
        let count = u64::try_from(from.len()).unwrap_or(0);
        let drawn = self.below(count, what, n);
        from.get(usize::try_from(drawn).ok()?)
    }

    /// One of several that are there.
    pub(super) fn one<const N: usize, T: Copy>(self, from: [T; N], what: &str, n: u64) -> T {
        const { assert!(N > 0, "there is one to pick") };
        self.pick(&from, what, n).copied().unwrap_or(from[0])
    }

    /// A whole number of `step`s; both ends included.
    pub(super) fn span(self, from: Span, to: Span, step: Span, what: &str, n: u64) -> Span {
        let steps = (to - from).as_ms() / step.as_ms().max(1);
        let steps = u64::try_from(steps).unwrap_or(0);
        let drawn = self.below(steps + 1, what, n);
        from + step * i64::try_from(drawn).unwrap_or(0)
    }
}
