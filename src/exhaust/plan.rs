//! All cases, in their order.

use super::case::Case;
use super::history::History;
use super::injection::{Injection, What};

/// The cases of a world. A case's number is its place: first the singles, by call and by what befalls it; then the pairs, by
/// their first and in the same way by their second. The same version gives the same numbers, on every machine.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    singles: Vec<Injection>,
    /// The second injections of each single, with the number of the first of them.
    seconds: Vec<(usize, Vec<Injection>)>,
    pairs: usize,
}

impl Plan {
    /// The singles of an undisturbed run.
    #[must_use]
    pub fn singles_of(undisturbed: &History) -> Self {
        let injections = undisturbed.calls().flat_map(|(nth, operation)| {
            What::ALL.map(|what| Injection {
                nth,
                operation,
                what,
            })
        });
        Self {
            singles: injections.collect(),
            ..Self::default()
        }
    }

    /// Adds the pairs that begin with the next single whose pairs are not there yet; `history` is the one it leads to. Singles come in
    /// their order. A single that something else stands for has no pairs; and a pass that was killed is not
    /// killed again at a call that it had under way.
    pub fn add_pairs_of_next(&mut self, history: &History) {
        let Some(first) = self.singles.get(self.seconds.len()) else {
            return;
        };
        let mut seconds = Vec::new();
        if first.what.stands_for_its_class(first.operation.effect()) {
            for (nth, operation) in history.calls().filter(|(nth, _)| *nth > first.nth) {
                let kinds = What::ALL.into_iter();
                let is_dead = history.died_with_its_pass(nth);
                let kinds = kinds.filter(|what| {
                    let kills = matches!(what, What::CrashBefore | What::CrashAfter);
                    what.stands_for_its_class(operation.effect()) && !(kills && is_dead)
                });
                seconds.extend(kinds.map(|what| Injection {
                    nth,
                    operation,
                    what,
                }));
            }
        }
        let begins = self.singles.len() + self.pairs;
        self.pairs += seconds.len();
        self.seconds.push((begins, seconds));
    }

    /// How many singles there are.
    #[must_use]
    pub const fn singles(&self) -> usize {
        self.singles.len()
    }

    /// How many pairs there are.
    #[must_use]
    pub const fn pairs(&self) -> usize {
        self.pairs
    }

    /// The case with a number, from 0; none beyond the last.
    #[must_use]
    pub fn case(&self, number: usize) -> Option<Case> {
        if let Some(first) = self.singles.get(number) {
            return Some(Case {
                first: *first,
                second: None,
            });
        }
        let after = self
            .seconds
            .partition_point(|(begins, _)| *begins <= number);
        let single = after.checked_sub(1)?;
        let (begins, seconds) = &self.seconds[single];
        Some(Case {
            first: self.singles[single],
            second: Some(*seconds.get(number - begins)?),
        })
    }
}
