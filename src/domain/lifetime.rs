//! One snapshot's span from creation to expiry.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::time::{Span, Timestamp};

/// How long a snapshot lives by age alone. `Forever` is longer than any span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifetime {
    /// It may go at start + span, not a millisecond earlier. A span of zero says that age keeps
    /// nothing: see [`Lifetime::NOTHING`].
    For(Span),
    /// Age never ends it.
    Forever,
}

impl Lifetime {
    /// Age keeps nothing; only a count does. It is what a policy with `last` and without `for`
    /// gives, so it means something only beside a count: read under a policy that has none, it is
    /// replaced by what that policy gives (`plan::expire`).
    pub const NOTHING: Self = Self::For(Span::ZERO);

    /// When age stops protecting a snapshot started at `start`; none when it never does.
    #[must_use]
    pub fn ends(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::For(span) => Some(start + span),
            Self::Forever => None,
        }
    }

    /// As it stands in the tag `snaplife:lifetime`: milliseconds (0 for [`Lifetime::NOTHING`]), or
    /// `forever`.
    #[must_use]
    pub fn tag_value(self) -> String {
        match self {
            Self::For(span) => span.as_ms().to_string(),
            Self::Forever => "forever".to_owned(),
        }
    }

    /// Reads a tag back; none when a person changed it to something else.
    #[must_use]
    pub fn from_tag_value(text: &str) -> Option<Self> {
        if text == "forever" {
            return Some(Self::Forever);
        }
        text.parse::<i64>()
            .ok()
            .filter(|ms| *ms >= 0)
            .map(|ms| Self::For(Span::from_ms(ms)))
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NOTHING => f.pad("by count alone"),
            Self::For(span) => span.fmt(f),
            Self::Forever => f.pad("forever"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_read_back_from_its_tag() {
        for lifetime in [
            Lifetime::NOTHING,
            Lifetime::For(Span::hours(36)),
            Lifetime::Forever,
        ] {
            assert_eq!(
                Lifetime::from_tag_value(&lifetime.tag_value()),
                Some(lifetime)
            );
        }
        assert_eq!(Lifetime::from_tag_value("-1"), None);
        assert_eq!(Lifetime::from_tag_value("7 days"), None);
        assert!(Lifetime::NOTHING < Lifetime::For(Span::from_ms(1)));
        assert!(Lifetime::For(Span::days(36_525)) < Lifetime::Forever);
    }
}
