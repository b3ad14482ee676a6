//! A broken promise, told so that a person sees what happened.

use std::fmt;

use smol_str::SmolStr;

use super::invariant::Invariant;
use crate::domain::Timestamp;

/// A broken promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// When, by AWS's clock.
    pub at: Timestamp,
    /// The pass it happened in; none outside of one.
    pub pass: Option<u32>,
    /// The snapshot, volume, row or job that it is about.
    pub subject: SmolStr,
    /// What happened, in a sentence with ids.
    pub sentence: String,
    /// What the engine had seen of it.
    pub believed: String,
    /// What was true in AWS.
    pub truth: String,
    /// The lines of the journal to read, by number from 1.
    pub lines: Vec<u64>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.invariant, self.sentence)?;
        writeln!(f, "  promised  {}", self.invariant.sentence())?;
        writeln!(f, "  believed  {}", self.believed)?;
        write!(f, "  true      {}", self.truth)
    }
}
