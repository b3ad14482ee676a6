//! How the world answers: a value, or a refusal in AWS's own words.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What a call comes back with. The world itself is never unsure: a lost answer is made by whoever
/// carries it.
pub type Answer<T> = Result<T, Refusal>;

/// AWS says no; nothing happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refusal {
    /// The error code, as `InvalidSnapshot.InUse`.
    pub code: SmolStr,
    /// AWS's sentence.
    pub message: SmolStr,
    /// For a cancelled transaction: one code per action in the order sent, `None` where the action
    /// was not to blame. Empty otherwise.
    pub reasons: Vec<SmolStr>,
    /// The HTTP status.
    pub status: u16,
}

impl Refusal {
    /// A refusal with a code, a status and a sentence.
    pub fn new(status: u16, code: impl Into<SmolStr>, message: impl Into<SmolStr>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            reasons: Vec::new(),
            status,
        }
    }
}
