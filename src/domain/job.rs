//! The three jobs, and the slot that a creation serves.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::time::Timestamp;

/// One of the three passes; each may be run at any moment, twice, concurrently or be killed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Follow: bring the table to the truth in EC2.
    Sync,
    /// Delete what may go.
    Expire,
    /// Take what is due.
    Create,
}

impl Job {
    /// All of them, in the order in which they run when due at one instant.
    pub const ALL: [Self; 3] = [Self::Sync, Self::Expire, Self::Create];

    /// `create`, `sync` or `expire`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Sync => "sync",
            Self::Expire => "expire",
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What one round of creation is for: the scheduled instant, or a name given by hand.
///
/// As text `20260328T013000Z`, or `adhoc-NAME`; it stands in row keys and in the tag
/// `snaplife:slot`. Text order is time order among scheduled slots.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(SmolStr);

impl Slot {
    /// The slot of a scheduled instant.
    #[must_use]
    pub fn scheduled(at: Timestamp) -> Self {
        Self(SmolStr::new(at.compact()))
    }

    /// A slot of its own, outside the schedule.
    #[must_use]
    pub fn ad_hoc(name: &str) -> Self {
        Self(SmolStr::from(format!("adhoc-{name}")))
    }

    /// Reads a stored slot back.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(SmolStr::new(text))
    }

    /// The scheduled instant; none for a slot outside the schedule.
    #[must_use]
    pub fn instant(&self) -> Option<Timestamp> {
        Timestamp::parse_compact(&self.0)
    }

    /// The slot as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The slot as the shared string that it is stored in.
    #[must_use]
    pub const fn text(&self) -> &SmolStr {
        &self.0
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str())
    }
}
