//! At each write: the life of a row (S16), what it may claim (S17), the lease's token (S13).

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{CallMemory, RowMemory};
use super::truth::{TrueRow, Truth};
use crate::domain::{Job, Lifetime, PolicyName, SnapshotId};
use crate::ports::{Outcome, Reply};

/// What of a row is compared with its next version.
pub(super) fn remembered(row: &TrueRow) -> RowMemory {
    RowMemory {
        holder: row.holder.clone(),
        revision: row.revision,
        state: row.state.clone(),
        token: row.token,
    }
}

const LEASE: &str = "lease#";

/// On whose behalf a row was written.
#[derive(Clone, Copy)]
enum WrittenFor {
    /// A person who adopts the snapshot.
    APerson,
    /// A pass of some job.
    APass,
}

/// Rows of snapshots, and leases. What stands in others is judged by what comes of it.
fn is_judged(key: &str) -> bool {
    is_of_snapshot(key) || key.starts_with(LEASE)
}

/// Every other key begins with a word and `#`.
pub(super) fn is_of_snapshot(key: &str) -> bool {
    !key.contains('#')
}

/// `lease#POLICY#JOB`.
fn is_lease_of(key: &str, policy: &PolicyName, job: Job) -> bool {
    let of_policy = key
        .strip_prefix(LEASE)
        .and_then(|rest| rest.strip_prefix(policy.as_str()));
    of_policy.and_then(|rest| rest.strip_prefix('#')) == Some(job.name())
}

impl Oracle {
    pub(super) fn rows_written(
        &mut self,
        truth: &dyn Truth,
        place: Place,
        call: &CallMemory,
        keys: &[SmolStr],
        (outcome, holder): (&Outcome<Reply>, Option<&SmolStr>),
    ) {
        match outcome {
            Outcome::Ok(_) | Outcome::Unknown(_) => {}
            Outcome::Rejected(_) | Outcome::NotSent(_) => return,
        }
        for key in keys.iter().filter(|key| is_judged(key)) {
            let Some(row) = truth.row(key) else {
                self.memory.rows.remove(key);
                continue;
            };
            let now = remembered(&row);
            let before = self.memory.rows.insert(key.clone(), now.clone());
            let is_new = before.as_ref() != Some(&now);
            let before = before.unwrap_or_default();
            if key.starts_with(LEASE) {
                // Without an answer the row tells whose write acted.
                let is_theirs = matches!(outcome, Outcome::Ok(_)) || now.holder.as_ref() == holder;
                if is_theirs {
                    self.lease_taken(place, call, key, &now);
                }
                self.check_token(place, call, key, &before, &now);
            } else if is_new {
                let by = self.adopted_for(key, &row);
                self.snapshot_row_written(truth, place, key, (&before, &now), by);
            }
        }
    }

    /// What a person promised is a promise once the first row says the same.
    fn adopted_for(&mut self, key: &SmolStr, row: &TrueRow) -> WrittenFor {
        let id = SnapshotId::new(key.clone());
        let Some(asked) = self.memory.adopting.remove(&id) else {
            return WrittenFor::APass;
        };
        let says = row.lifetime.unwrap_or(Lifetime::Forever);
        // Of several people one was quicker.
        let promised = asked.into_iter().filter(|asked| *asked <= says).max();
        if let Some(snapshot) = self.memory.snapshots.get_mut(&id) {
            snapshot.marks.lifetime = snapshot.marks.lifetime.max(promised);
        }
        WrittenFor::APerson
    }

    fn lease_taken(&mut self, place: Place, call: &CallMemory, key: &SmolStr, now: &RowMemory) {
        if let Some(pass) = self.memory.passes.get_mut(&call.pass)
            && is_lease_of(key, &pass.policy, pass.job)
        {
            pass.leased_at.get_or_insert(place.at);
            if pass.holder.is_none() {
                pass.holder.clone_from(&now.holder);
            }
        }
    }

    fn check_token(
        &mut self,
        place: Place,
        call: &CallMemory,
        key: &SmolStr,
        before: &RowMemory,
        now: &RowMemory,
    ) {
        let taken = before.holder.is_some() && now.holder.is_some() && before.holder != now.holder;
        let grows = match (before.token, now.token) {
            (Some(old), Some(new)) if taken => new > old,
            (Some(old), Some(new)) => new >= old,
            (Some(_), None) => false,
            (None, _) => true,
        };
        if !grows {
            self.report(
                place,
                Broken {
                    invariant: Invariant::S13,
                    subject: key,
                    sentence: format!(
                        "the token of {key} went from {:?} to {:?}",
                        before.token, now.token
                    ),
                    believed: "it had the newest token".to_owned(),
                    truth: "an older holder could pass for the newer one".to_owned(),
                    lines: vec![call.line],
                },
            );
        }
    }

    fn snapshot_row_written(
        &mut self,
        truth: &dyn Truth,
        place: Place,
        key: &SmolStr,
        (before, now): (&RowMemory, &RowMemory),
        written_for: WrittenFor,
    ) {
        let (from, to) = (
            before.state.as_deref(),
            now.state.as_deref().unwrap_or_default(),
        );
        // A person overrules even what is final, and the row begins its life again.
        let from = match written_for {
            WrittenFor::APerson => from.filter(|from| *from != "deleted"),
            WrittenFor::APass => from,
        };
        let steps = match (before.revision, now.revision) {
            (Some(old), Some(new)) => new - old,
            // A pass that was killed may have made the row, and nobody saw it: revisions count from 1.
            (None, Some(new)) => new,
            (None, None) => 1,
            (Some(_), None) => 0,
        };
        let what = if steps < 1 {
            Some("its revision did not grow")
        } else if may_follow(from, to, steps) {
            None
        } else {
            Some("its life has no such step")
        };
        if let Some(what) = what {
            let from = from.unwrap_or("no row");
            self.report(
                place,
                Broken {
                    invariant: Invariant::S16,
                    subject: key,
                    sentence: format!("the row {key} went from {from} to {to}, and {what}"),
                    believed: format!("revision {:?} was the newest", before.revision),
                    truth: format!("it is revision {:?} now", now.revision),
                    lines: Vec::new(),
                },
            );
        }
        if to == "completed"
            && let Some(snapshot) = self.memory.snapshots.get_mut(&SnapshotId::new(key.clone()))
        {
            // A row that says again that it is pending is one of a restored table.
            if matches!(from, None | Some("pending")) {
                snapshot.recorded_completed = Some(place.at);
            }
            snapshot.recorded_completed.get_or_insert(place.at);
            if from != Some("completed") {
                snapshot.completed_again = Some(place.at);
            }
        }
        self.check_claim(place, key, from, to);
        self.check_gone(truth, place, key, from, to);
    }

    /// What is deleted does not exist any more, or AWS said so.
    fn check_gone(
        &mut self,
        truth: &dyn Truth,
        place: Place,
        key: &SmolStr,
        from: Option<&str>,
        to: &str,
    ) {
        if to != "deleted" || from == Some("deleted") {
            return;
        }
        let id = key.as_str().into();
        let known = self.memory.snapshots.get(&id);
        if truth.snapshot(&id).is_none() || known.is_none_or(|known| known.is_said_gone) {
            return;
        }
        self.report(
            place,
            Broken {
                invariant: Invariant::S17,
                subject: key,
                sentence: format!("the row {key} says deleted, and no answer ever said so"),
                believed: "its delete had acted".to_owned(),
                truth: "the snapshot is still there".to_owned(),
                lines: Vec::new(),
            },
        );
    }

    fn check_claim(&mut self, place: Place, key: &SmolStr, from: Option<&str>, to: &str) {
        if to != "completed" || from == Some("completed") {
            return;
        }
        let id = key.as_str().into();
        let Some(snapshot) = self.memory.snapshots.get(&id) else {
            return;
        };
        if snapshot.said_completed.is_some() {
            return;
        }
        let phase = snapshot.phase.name();
        self.report(
            place,
            Broken {
                invariant: Invariant::S17,
                subject: key,
                sentence: format!("the row {key} says completed, and no answer ever said so"),
                believed: "it was completed".to_owned(),
                truth: format!("the snapshot is {phase}"),
                lines: Vec::new(),
            },
        );
    }
}

/// Whether a row may go from one state to another in so many writes.
fn may_follow(from: Option<&str>, to: &str, steps: i64) -> bool {
    // Between two looks at a row more than one write may lie, of two runs that overlap or of one that was killed.
    step(from, to)
        || (steps > 1
            && MIDDLE
                .into_iter()
                .any(|by| step(from, by) && step(Some(by), to)))
}

const MIDDLE: [&str; 5] = ["pending", "completed", "error", "expiring", "lost"];

/// Whether one write may make this of it; a row begins as what EC2 said of its snapshot.
fn step(from: Option<&str>, to: &str) -> bool {
    let Some(from) = from else {
        return matches!(to, "pending" | "completed" | "error" | "lost");
    };
    from == to
        || match from {
            "pending" => matches!(to, "completed" | "error" | "lost" | "expiring"),
            "completed" | "error" => matches!(to, "expiring" | "lost" | "error" | "completed"),
            "expiring" => matches!(to, "deleted" | "completed" | "error" | "pending" | "lost"),
            "lost" => matches!(to, "pending" | "completed" | "error"),
            "deleted" => false,
            // A row of a version that knows more states.
            _ => true,
        }
}
