//! What a plan would delete.

use super::words::{lines, table};
use crate::plan::ExpirePlan;
use crate::report::Look;

/// A line per snapshot that goes, in the order in which it goes.
#[must_use]
pub fn deletes(plan: &ExpirePlan, look: Look) -> String {
    let mut table = table(look, ["SNAPSHOT", "VOLUME", "STARTED", "WHY"], &[0, 1, 2]);
    for member in plan.items.iter().flat_map(|item| &item.members) {
        table.add_row([
            member.snapshot.to_string(),
            member.volume.to_string(),
            member.start.to_string(),
            member.why.to_string(),
        ]);
    }
    lines(&table)
}
