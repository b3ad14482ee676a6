//! The names of kinds of findings, as scenario files and alarms write them.

use crate::journal::FindingKind;

/// The kind in kebab-case, as `stuck-pending`.
#[must_use]
pub fn kind_name(kind: FindingKind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        other => unreachable!("a kind without fields is a string, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_name_that_scenario_files_use() {
        assert_eq!(kind_name(FindingKind::StuckPending), "stuck-pending");
    }
}
