//! `expect:`, written.

use super::moments::{Moments, span};
use super::tree::{Map, Node, map, one};
use crate::domain::VolumeId;
use crate::scenario::model::{Check, Count, Expectation, OtherFindings, Rule, SnapshotCounts};

/// One expectation.
pub(super) fn expectation(expectation: &Expectation, moments: Moments) -> Node {
    map()
        .maybe("at", moments.unless_end(expectation.at))
        .put_all(check(&expectation.check))
        .flow()
}

fn check(check: &Check) -> Map {
    match check {
        Check::Snapshots(counts) => map().put("snapshots", snapshots(counts)),
        Check::Rows { of, states } => {
            let entry = states.iter().fold(of_volume(of.as_ref()), |entry, state| {
                entry.put(state.0.as_str(), count(state.1))
            });
            map().put("rows", entry.flow())
        }
        Check::Calls(counts) => {
            let entry = counts.iter().fold(map(), |entry, (call, number)| {
                entry.put(call.text(), count(*number))
            });
            map().put("calls", entry.flow())
        }
        Check::Findings { counts, others } => {
            let entry = counts.iter().fold(map(), |entry, (kind, number)| {
                entry.put(&kind_name(*kind), count(*number))
            });
            let key = match others {
                OtherFindings::Allowed => "findings",
                OtherFindings::Forbidden => "findings_only",
            };
            map().put(key, entry.flow())
        }
        Check::Notifications(number) => map().put("notifications", count(*number)),
        Check::Always(rule) => map().put("always", always(rule)),
        Check::Deleted { of, count: number } => {
            let entry = of_volume(of.as_ref()).put("count", count(*number));
            map().put("deleted", entry.flow())
        }
        Check::Kept(snapshot) => map().text("kept", snapshot.to_string()),
        Check::Reason { snapshot, is } => {
            let entry = map()
                .text("snapshot", snapshot.to_string())
                .text("is", is.name());
            map().put("reason", entry.flow())
        }
        Check::PassesStopped(number) => map().put("passes_stopped", count(*number)),
        Check::MaxGap { of, span: longest } => {
            let entry = map().text("of", of.as_str()).put("span", span(*longest));
            map().put("max_gap", entry.flow())
        }
    }
}

fn snapshots(counts: &SnapshotCounts) -> Node {
    of_volume(counts.of.as_ref())
        .maybe("completed", counts.completed.map(count))
        .maybe("pending", counts.pending.map(count))
        .maybe("error", counts.error.map(count))
        .maybe("total", counts.total.map(count))
        .flow()
}

fn always(rule: &Rule) -> Node {
    match rule {
        Rule::NoDuplicateSlot => Node::text("no_duplicate_slot"),
        Rule::EverySnapshotHasARow => Node::text("every_snapshot_has_a_row"),
        Rule::CompletedAtLeast { of, count } => {
            let entry = map()
                .text("of", of.as_str())
                .put("count", Node::number(*count));
            one("completed_at_least", entry.flow())
        }
    }
}

fn of_volume(of: Option<&VolumeId>) -> Map {
    map().maybe_text("of", of.map(|of| of.as_str()))
}

/// A kind of finding as the file names it.
fn kind_name(kind: crate::journal::FindingKind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        other => format!("{other:?}"),
    }
}

fn count(count: Count) -> Node {
    match (count.min, count.max) {
        (min, Some(max)) if min == max => Node::Number(min),
        _ => Node::Text(count.to_string()),
    }
}
