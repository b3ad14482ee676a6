//! What must hold, as a sentence.

use std::fmt;

use super::check::{Check, Count, OtherFindings, Rule, SnapshotCounts};
use crate::domain::VolumeId;

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Snapshots(counts) => counts.fmt(f),
            Self::Rows { of, states } => {
                let parts = states.iter().map(|(state, count)| (state.as_str(), *count));
                write!(f, "rows{}: {}", Of(of.as_ref()), counted(parts))
            }
            Self::Calls(counts) => {
                let parts = counts.iter().map(|(call, count)| (call.text(), *count));
                write!(f, "calls: {}", counted(parts))
            }
            Self::Findings { counts, others } => {
                let only = match others {
                    OtherFindings::Allowed => "",
                    OtherFindings::Forbidden => " and nothing else",
                };
                let parts: Vec<String> = counts
                    .iter()
                    .map(|(kind, count)| match serde_json::to_value(kind) {
                        Ok(serde_json::Value::String(name)) => format!("{count} {name}"),
                        _ => format!("{count} {kind:?}"),
                    })
                    .collect();
                if parts.is_empty() {
                    return f.write_str("no findings");
                }
                write!(f, "findings: {}{only}", parts.join(", "))
            }
            Self::Notifications(count) => write!(f, "notifications: {count}"),
            Self::Always(rule) => rule.fmt(f),
            Self::Deleted { of, count } => {
                write!(f, "snapshots{} that we deleted: {count}", Of(of.as_ref()))
            }
            Self::Kept(snapshot) => write!(f, "{snapshot} still exists"),
            Self::Reason { snapshot, is } => {
                write!(f, "{snapshot} is not deleted, because: {}", is.name())
            }
            Self::PassesStopped(count) => write!(f, "passes that ended early: {count}"),
            Self::MaxGap { of, span } => {
                write!(
                    f,
                    "completed snapshots of {of} are never more than {span} apart"
                )
            }
        }
    }
}

impl fmt::Display for SnapshotCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("completed", self.completed),
            ("pending", self.pending),
            ("error", self.error),
            ("in all", self.total),
        ];
        let parts = parts
            .into_iter()
            .filter_map(|(state, count)| Some((state, count?)));
        write!(f, "snapshots{}: {}", Of(self.of.as_ref()), counted(parts))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDuplicateSlot => f.write_str("no volume ever has two snapshots of one slot"),
            Self::EverySnapshotHasARow => {
                f.write_str("after each sync every snapshot of ours has a row")
            }
            Self::CompletedAtLeast { of, count } => {
                write!(f, "{of} never has fewer than {count} completed snapshots")
            }
        }
    }
}

/// ` of vol-db`, or nothing.
struct Of<'a>(Option<&'a VolumeId>);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(volume) => write!(f, " of {volume}"),
            None => Ok(()),
        }
    }
}

fn counted<'a>(parts: impl Iterator<Item = (&'a str, Count)>) -> String {
    let parts: Vec<String> = parts
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    parts.join(", ")
}
