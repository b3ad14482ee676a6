//! What `init` would do, and what it did, for a machine.

use schemars::JsonSchema;
use serde::Serialize;

/// The version of this format.
pub const SCHEMA: u32 = 1;

/// What `snaplife init --output json` prints.
#[derive(Default, Debug, Serialize, JsonSchema)]
pub struct InitReport {
    /// The version of this format.
    pub schema: u32,
    /// Where: the line that people see.
    pub place: String,
    /// What was missing, each in a sentence, in the order in which it is made.
    pub to_do: Vec<String>,
    /// What was done, each in a sentence without its subject; empty for a dry run.
    pub done: Vec<String>,
    /// What the endpoint does not know how to do, with its reason.
    pub skipped: Vec<String>,
    /// What was refused or not answered, with its reason: the next `init` tries it again.
    pub undone: Vec<String>,
    /// The rows that the old scripts left, in the order of their snapshots.
    pub old_rows: Vec<OldRowReport>,
}

/// One row of the old scripts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OldRowReport {
    /// The snapshot it is about.
    pub snapshot: String,
    /// How long it lives by its row: a duration, or `forever`; none when it is left alone.
    pub lifetime: Option<String>,
    /// Whether it was taken over just now.
    pub adopted: bool,
    /// Why it was not, or would not be.
    pub why: Option<String>,
}
