//! Where two runs part: first by checkpoints, then line by line.
//!
//! A run is a function of version, lock file, scenario and seed. When two runs of the same four
//! differ, the first line that differs, with what led to it, says where to look.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use super::sink::Checkpoint;

/// Lines shown before the first one that differs.
const LINES_BEFORE: usize = 3;

/// The first line in which two journals differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its number, from 1 for the first line given.
    pub number: u64,
    /// The three lines before it, which are equal on both sides; fewer at the beginning.
    pub before: Vec<String>,
    /// The line of the one run; none when that journal ended before.
    pub left: Option<String>,
    /// The line of the other run.
    pub right: Option<String>,
}

/// The numbers of the lines among which two runs first differ; none when they are equal.
///
/// Shape: the block after the last common checkpoint. Where one run has ended there, the range
/// ends with the longer one.
#[must_use]
pub fn first_differing_block(left: &[Checkpoint], right: &[Checkpoint]) -> Option<Range<u64>> {
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let end = [left, right]
        .iter()
        .filter_map(|side| side.get(common).map(|c| c.lines))
        .max()?;
    let start = common
        .checked_sub(1)
        .and_then(|last| left.get(last))
        .map_or(0, |c| c.lines);
    Some(start + 1..end + 1)
}

/// The first line that differs between two journals, or parts of them; none when they are equal.
pub fn first_difference<'a>(
    left: impl IntoIterator<Item = &'a str>,
    right: impl IntoIterator<Item = &'a str>,
) -> Option<Difference> {
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let mut before = VecDeque::with_capacity(LINES_BEFORE);
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (None, None) => return None,
            (Some(one), Some(other)) if one == other => {
                if before.len() == LINES_BEFORE {
                    before.pop_front();
                }
                before.push_back(one.to_owned());
            }
            (one, other) => {
                return Some(Difference {
                    number,
                    before: before.into(),
                    left: one.map(str::to_owned),
                    right: other.map(str::to_owned),
                });
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ENDED: &str = "(the journal ends here)";
        writeln!(f, "the two runs differ first in line {}:", self.number)?;
        for line in &self.before {
            writeln!(f, "    {line}")?;
        }
        writeln!(f, "  - {}", self.left.as_deref().unwrap_or(ENDED))?;
        write!(f, "  + {}", self.right.as_deref().unwrap_or(ENDED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Digest;

    fn checkpoints(texts: &[(u64, &str)]) -> Vec<Checkpoint> {
        texts
            .iter()
            .map(|(lines, text)| Checkpoint {
                lines: *lines,
                digest: Digest::of_text(text),
            })
            .collect()
    }

    #[test]
    fn the_first_differing_block_follows_the_last_common_checkpoint() {
        let one = checkpoints(&[(1_024, "a"), (2_048, "b"), (2_100, "c")]);
        let other = checkpoints(&[(1_024, "a"), (2_048, "x"), (2_090, "y")]);
        assert_eq!(first_differing_block(&one, &other), Some(1_025..2_049));
        assert_eq!(first_differing_block(&one, &one), None);
        assert_eq!(first_differing_block(&one, &one[..2]), Some(2_049..2_101));
        assert_eq!(first_differing_block(&[], &one), Some(1..1_025));
    }

    #[test]
    fn the_first_differing_line_is_shown_with_three_before_it() {
        let left = ["one", "two", "three", "four", "five", "six"];
        let right = ["one", "two", "three", "four", "FIVE", "six"];
        let difference = first_difference(left, right).unwrap();
        insta::assert_snapshot!(difference, @"
        the two runs differ first in line 5:
            two
            three
            four
          - five
          + FIVE
        ");
        assert_eq!(first_difference(left, left), None);
    }

    #[test]
    fn a_journal_that_ends_early_differs_there() {
        let difference = first_difference(["one", "two"], ["one"]).unwrap();
        insta::assert_snapshot!(difference, @"
        the two runs differ first in line 2:
            one
          - two
          + (the journal ends here)
        ");
    }
}
