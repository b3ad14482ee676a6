//! How often each mark was hit.

use std::collections::BTreeMap;

use super::always::Always;
use super::kinds::Class;
use super::mark::Mark;
use crate::fuzz::profile::Profile;
use crate::ports::OperationName;

const CLASSES: usize = Class::ALL.len();
const ALWAYS: usize = Always::ALL.len();
const OPERATIONS: usize = OperationName::ALL.len();

/// Hits of one seed, or of many.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Ends of calls and checks come by the hundred in every seed, so they have places of their own.
    calls: [[u64; CLASSES]; OPERATIONS],
    others: BTreeMap<Mark, u64>,
    checked: [u64; ALWAYS],
}

impl Tally {
    /// It was reached once more.
    pub fn hit(&mut self, mark: Mark) {
        match mark {
            Mark::Call(call, class) => self.calls[call as usize][class as usize] += 1,
            other => *self.others.entry(other).or_default() += 1,
        }
    }

    /// It was looked at once more.
    pub(super) fn checked(&mut self, always: Always) {
        self.checked[always as usize] += 1;
    }

    /// How often it was reached.
    #[must_use]
    pub fn hits(&self, mark: Mark) -> u64 {
        match mark {
            Mark::Call(call, class) => self.calls[call as usize][class as usize],
            other => self.others.get(&other).copied().unwrap_or(0),
        }
    }

    /// How often an always-mark was looked at.
    #[must_use]
    pub fn checks(&self, always: Always) -> u64 {
        self.checked[always as usize]
    }

    /// Adds what another one counted.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.calls.iter_mut().zip(&other.calls) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        for (mark, hits) in &other.others {
            *self.others.entry(*mark).or_default() += hits;
        }
        for (mine, theirs) in self.checked.iter_mut().zip(&other.checked) {
            *mine += theirs;
        }
    }

    /// The marks that a profile must reach and that were not reached, in order.
    #[must_use]
    pub fn unreached(&self, profile: Profile) -> Vec<Mark> {
        let demanded = |mark: &Mark| mark.least().is_some_and(|least| least <= profile);
        Mark::all()
            .into_iter()
            .filter(demanded)
            .filter(|mark| self.hits(*mark) == 0)
            .collect()
    }
}
