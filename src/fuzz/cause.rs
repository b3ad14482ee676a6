//! What broke first, told apart from what else could have broken.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

use crate::player::{Broken, EXPECTATION, Verdict};

/// What broke: the promise, and what was believed of it, without ids, times and numbers. Two runs
/// with equal causes failed in the same way, as far as that can be told from outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cause {
    /// `S3`, `L1`, `A4` …; `expectation`; `bug` for a panic; `nondeterminism`.
    pub id: SmolStr,
    /// What the engine believed, or what was expected and in which way it was otherwise, with every
    /// word that holds a digit left out.
    pub shape: SmolStr,
}

impl Cause {
    /// The cause of a broken promise.
    #[must_use]
    pub fn of(broken: &Broken) -> Self {
        let expected = shape(&broken.expected);
        Self {
            id: broken.id.clone(),
            shape: if broken.id == EXPECTATION {
                let way = way(&broken.expected, &broken.actual);
                format_smolstr!("{expected}; {way}")
            } else {
                expected
            },
        }
    }

    /// The cause of a mistake of ours.
    #[must_use]
    pub fn bug(message: &str) -> Self {
        Self {
            id: "bug".into(),
            shape: shape(message),
        }
    }

    /// What a verdict says first; none when everything held.
    #[must_use]
    pub fn of_verdict(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Held => None,
            Verdict::Broken(all) => all.first().map(Self::of),
            Verdict::NotDeterministic { .. } => Some(Self {
                id: "nondeterminism".into(),
                shape: SmolStr::default(),
            }),
            Verdict::Bug(message) => Some(Self::bug(message)),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.id)
    }
}

/// In which way something is otherwise than expected: too few of it and too many are two causes.
fn way(expected: &str, actual: &str) -> SmolStr {
    let number = |text: &str| -> Option<u64> {
        let mut words = text.split_whitespace();
        words.find_map(|word| word.parse().ok())
    };
    match (number(expected), number(actual)) {
        (Some(expected), Some(actual)) if actual < expected => "fewer".into(),
        (Some(expected), Some(actual)) if actual > expected => "more".into(),
        _ => shape(actual),
    }
}

/// Words without digits: what is left is the same for every volume and every day.
fn shape(text: &str) -> SmolStr {
    let words = text.split_whitespace();
    let plain: Vec<&str> = words
        .filter(|word| !word.chars().any(|c| c.is_ascii_digit()))
        .filter(|word| {
            !["vol-", "snap-", "i-", "ami-"]
                .iter()
                .any(|p| word.starts_with(p))
        })
        .collect();
    plain.join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_times_do_not_tell_causes_apart() {
        let one = shape("vol-db had 3 completed at 2026-01-01T00:00:00Z in the look of pass 7");
        let two = shape("vol-web had 4 completed at 2026-02-01T00:00:00Z in the look of pass 9");
        assert_eq!(one, two);
        assert_eq!(one, "had completed at in the look of pass");
    }

    #[test]
    fn too_few_and_too_many_are_two_causes() {
        assert_eq!(way("8 completed snapshots of vol-db", "7"), "fewer");
        assert_eq!(way("<= 12 calls of ec2:CreateSnapshots", "99"), "more");
        assert_eq!(
            way("vol-db is locked", "snap-1 of it is held"),
            "of it is held"
        );
    }
}
