//! Expectations.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::Builder;
use crate::domain::{RowState, Timestamp};
use crate::journal::FindingKind;
use crate::ports::OperationName;
use crate::scenario::file::expect::{AlwaysFile, ExpectFile, MaxGapFile, RowsFile, SnapshotsFile};
use crate::scenario::file::text::{At, CountText, Entries, Text};
use crate::scenario::model::{
    BlockedKind, Check, Count, Expectation, OtherFindings, Rule, SnapshotCounts,
};
use crate::scenario::suggest;

const KINDS: &str = "`snapshots`, `rows`, `calls`, `findings`, `findings_only`, `notifications`, \
     `always`, `deleted`, `kept`, `reason`, `passes_stopped` or `max_gap`";

impl Builder<'_> {
    /// All expectations, in the file's order. There may be none: the invariants hold anyway.
    pub(super) fn expect(&mut self, items: &[At<ExpectFile>]) -> Vec<Expectation> {
        let items = items.iter();
        items.filter_map(|item| self.expectation(item)).collect()
    }

    fn expectation(&mut self, item: &At<ExpectFile>) -> Option<Expectation> {
        let at = self.end_moment(item.value.at.as_ref());
        let place = self.start_of(&item.span);
        let check = self.check(&item.value, at, &place)?;
        Some(Expectation {
            at,
            line: self.line(item.span.start),
            text: check.to_string().into(),
            check,
        })
    }

    fn check(&mut self, file: &ExpectFile, at: Timestamp, place: &Range<usize>) -> Option<Check> {
        let mut found: Vec<(&'static str, Check)> = Vec::new();
        if let Some(snapshots) = &file.snapshots {
            let counts = self.snapshot_counts(&snapshots.value, place);
            found.push(("snapshots", Check::Snapshots(counts)));
        }
        if let Some(rows) = &file.rows {
            found.push(("rows", self.rows(&rows.value, place)));
        }
        if let Some(calls) = &file.calls {
            found.push(("calls", Check::Calls(self.call_counts(&calls.value, place))));
        }
        if let Some(findings) = &file.findings {
            let counts = self.finding_counts(&findings.value);
            if findings.value.0.is_empty() {
                self.empty(place, "name a kind, as { findings: { unclaimed: 1 } }");
            }
            let others = OtherFindings::Allowed;
            found.push(("findings", Check::Findings { counts, others }));
        }
        if let Some(findings) = &file.findings_only {
            let counts = self.finding_counts(&findings.value);
            let others = OtherFindings::Forbidden;
            found.push(("findings_only", Check::Findings { counts, others }));
        }
        if let Some(count) = &file.notifications {
            found.push(("notifications", Check::Notifications(self.count(count))));
        }
        if let Some(always) = &file.always {
            found.push(("always", Check::Always(self.rule(&always.value))));
        }
        if let Some(deleted) = &file.deleted {
            let check = Check::Deleted {
                of: self.maybe_volume(deleted.value.of.as_ref()),
                count: self.count(&deleted.value.count),
            };
            found.push(("deleted", check));
        }
        if let Some(kept) = &file.kept {
            found.push(("kept", Check::Kept(self.snapshots(kept))));
        }
        if let Some(reason) = &file.reason {
            let snapshot = self.snapshots(&reason.value.snapshot);
            if let Some(is) = self.blocked_kind(&reason.value.is) {
                found.push(("reason", Check::Reason { snapshot, is }));
            } else {
                return None;
            }
        }
        if let Some(count) = &file.passes_stopped {
            found.push(("passes_stopped", Check::PassesStopped(self.count(count))));
        }
        if let Some(gap) = &file.max_gap {
            found.push(("max_gap", self.max_gap(&gap.value, at)));
        }
        self.just_one(found, place, "expectation", KINDS)
    }

    fn empty(&mut self, place: &Range<usize>, help: &str) {
        let message = "this expectation says nothing that could fail";
        self.wrong(place.clone(), message, help);
    }

    fn snapshot_counts(&mut self, file: &SnapshotsFile, place: &Range<usize>) -> SnapshotCounts {
        let counts = SnapshotCounts {
            of: self.maybe_volume(file.of.as_ref()),
            completed: self.count_of(file.completed.as_ref()),
            pending: self.count_of(file.pending.as_ref()),
            error: self.count_of(file.error.as_ref()),
            total: self.count_of(file.total.as_ref()),
        };
        let all = [counts.completed, counts.pending, counts.error, counts.total];
        if all.iter().all(Option::is_none) {
            self.empty(place, "add `completed`, `pending`, `error` or `total`");
        }
        counts
    }

    fn rows(&mut self, file: &RowsFile, place: &Range<usize>) -> Check {
        let of = self.maybe_volume(file.of.as_ref());
        let written = [
            (RowState::Pending, &file.pending),
            (RowState::Completed, &file.completed),
            (RowState::Error, &file.error),
            (RowState::Expiring, &file.expiring),
            (RowState::Deleted, &file.deleted),
            (RowState::Lost, &file.lost),
        ];
        let states: Vec<(RowState, Count)> = written
            .into_iter()
            .filter_map(|(state, count)| Some((state, self.count_of(count.as_ref())?)))
            .collect();
        if states.is_empty() {
            self.empty(place, "add a state, as `completed: 7`");
        }
        Check::Rows { of, states }
    }

    fn call_counts(
        &mut self,
        calls: &Entries<CountText>,
        place: &Range<usize>,
    ) -> Vec<(OperationName, Count)> {
        if calls.0.is_empty() {
            self.empty(
                place,
                "name a call, as { calls: { ec2:CreateSnapshots: 1 } }",
            );
        }
        let entries = calls.0.iter();
        entries
            .filter_map(|(name, count)| {
                let count = self.count(count);
                Some((self.counted_operation(name)?, count))
            })
            .collect()
    }

    fn finding_counts(&mut self, findings: &Entries<CountText>) -> Vec<(FindingKind, Count)> {
        let entries = findings.0.iter();
        entries
            .filter_map(|(name, count)| {
                let count = self.count(count);
                Some((self.finding_kind(name)?, count))
            })
            .collect()
    }

    fn finding_kind(&mut self, name: &Text) -> Option<FindingKind> {
        let deserializer: serde::de::value::StrDeserializer<'_, NotAmong> =
            name.value.as_str().into_deserializer();
        match FindingKind::deserialize(deserializer) {
            Ok(kind) => Some(kind),
            Err(NotAmong(known)) => {
                self.wrong(
                    name.span.clone(),
                    format!("`{}` is not a kind of finding", name.value),
                    suggest::help(
                        &name.value,
                        known.iter().copied(),
                        "scenarios/README.md lists the kinds",
                    ),
                );
                None
            }
        }
    }

    fn blocked_kind(&mut self, name: &Text) -> Option<BlockedKind> {
        let known = BlockedKind::ALL.iter().copied();
        let found = known.clone().find(|kind| kind.name() == name.value);
        if found.is_none() {
            self.wrong(
                name.span.clone(),
                format!("`{}` is not a reason against a delete", name.value),
                suggest::help(&name.value, known.map(BlockedKind::name), ""),
            );
        }
        found
    }

    fn rule(&mut self, always: &AlwaysFile) -> Rule {
        match always {
            AlwaysFile::NoDuplicateSlot => Rule::NoDuplicateSlot,
            AlwaysFile::EverySnapshotHasARow => Rule::EverySnapshotHasARow,
            AlwaysFile::CompletedAtLeast(file) => Rule::CompletedAtLeast {
                of: self.volume(&file.of),
                count: self.at_least_one(Some(&file.count), 1),
            },
        }
    }

    fn max_gap(&mut self, file: &MaxGapFile, at: Timestamp) -> Check {
        let span = self.positive(&file.span);
        let lasts = at - self.start;
        if span >= lasts {
            self.wrong(
                file.span.span.clone(),
                format!("no gap can be longer than the {lasts} until then: this can't fail"),
                "write a shorter one",
            );
        }
        Check::MaxGap {
            of: self.volume(&file.of),
            span,
        }
    }
}

/// What serde expected where a name is unknown.
#[derive(Debug)]
struct NotAmong(&'static [&'static str]);

impl std::fmt::Display for NotAmong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not among {:?}", self.0)
    }
}

impl std::error::Error for NotAmong {}

impl serde::de::Error for NotAmong {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}
