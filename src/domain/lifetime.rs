//! One snapshot's span from creation to expiry.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::time::{Span, Timestamp};

/// How long a snapshot lives by age alone. `Forever` is longer than any span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifetime {
    /// It may go at start + span, not a millisecond earlier.
    For(Span),
    /// Age never ends it.
    Forever,
}

impl Lifetime {
    /// When age stops protecting a snapshot started at `start`; none when it never does.
    #[must_use]
    pub fn ends(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::For(span) => Some(start + span),
            Self::Forever => None,
        }
    }

    /// As it stands in the tag `snaplife:lifetime`: milliseconds, or `forever`.
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
            .filter(|ms| *ms > 0)
            .map(|ms| Self::For(Span::from_ms(ms)))
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(span) => span.fmt(f),
            Self::Forever => f.pad("forever"),
        }
    }
}
