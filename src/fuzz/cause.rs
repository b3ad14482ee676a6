//! What broke first, told apart from what else could have broken.

use std::fmt;

use smol_str::SmolStr;

use crate::player::{Broken, Verdict};

/// What broke: the promise, and what was believed of it, without ids, times and numbers. Two runs
/// with equal causes failed in the same way, as far as that can be told from outside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cause {
    /// `S3`, `L1`, `A4` …; `expectation`; `bug` for a panic; `nondeterminism`.
    pub id: SmolStr,
    /// What the engine believed, or what was expected, with every word that holds a digit left out.
    pub shape: SmolStr,
}

impl Cause {
    /// The cause of a broken promise.
    #[must_use]
    pub fn of(broken: &Broken) -> Self {
        Self {
            id: broken.id.clone(),
            shape: shape(&broken.expected),
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
}
