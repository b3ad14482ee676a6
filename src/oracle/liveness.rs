//! At the end of the run: what had to be done by now (L1, L3, L4, L5, L6), and duplicates (S7).
//!
//! Every bound counts from the later of its own cause and the last trouble: a fault that met a
//! call, a deed of an outsider, a crash. So a story that is troubled up to its end promises little.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{Phase, SnapshotMemory};
use super::promise::SlotPromise;
use super::truth::{Actor, Truth};
use crate::domain::{
    Job, Lifetime, PolicyName, SnapshotId, SnapshotState, Span, Timestamp, VolumeId,
};
use crate::journal::{Finding, FindingKind};

/// Whose a snapshot is, of which volume, and since when nothing of its own keeps it.
type Free = (PolicyName, VolumeId, Timestamp);

impl Oracle {
    pub(super) fn judge_end(&mut self, truth: &dyn Truth, end: Timestamp) {
        let place = Place {
            at: end,
            line: 0,
            pass: 0,
        };
        let rows: BTreeSet<SmolStr> = truth.rows().into_iter().map(|(key, _)| key).collect();
        let ids: Vec<SnapshotId> = self.memory.snapshots.keys().cloned().collect();
        for id in &ids {
            self.judge_recorded(truth, place, id, &rows);
            self.judge_pending(truth, place, id);
        }
        self.judge_expired(truth, place);
        self.judge_slots(truth, place);
        self.judge_duplicates(truth, place);
        self.judge_crashes(place);
    }

    /// When a job must have done what it had to do since `at`; none when it has no schedule.
    fn due_by(&self, policy: &PolicyName, job: Job, at: Timestamp) -> Option<Timestamp> {
        let period = self.policy(policy)?.periods.get(&job)?;
        Some(self.memory.calm_since(at) + *period + self.promise.bounds.slack)
    }

    fn is_reported(&self, subject: &str, kind: FindingKind) -> bool {
        self.memory
            .findings
            .get(subject)
            .is_some_and(|kinds| kinds.contains(&kind))
    }

    fn judge_recorded(
        &mut self,
        truth: &dyn Truth,
        place: Place,
        id: &SnapshotId,
        rows: &BTreeSet<SmolStr>,
    ) {
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(policy) = &snapshot.marks.policy else {
            return;
        };
        let has_record = rows.contains(id.as_str())
            || self.is_reported(id.as_str(), FindingKind::Unclaimed)
            || self.is_reported(id.as_str(), FindingKind::Reappeared);
        // With another policy's name on it, it is nobody's to record.
        let is_as_made = self.is_as_made(truth, policy, id);
        if snapshot.by != Actor::Client || has_record || !is_as_made {
            return;
        }
        // Nothing may be in flight any more, and a full audit has passed.
        let bounds = &self.promise.bounds;
        let patience = bounds.visibility_window + bounds.audit_every;
        let bound = self.due_by(policy, Job::Sync, snapshot.created_at);
        let bound = bound.map(|bound| bound + patience);
        if bound.is_none_or(|bound| place.at < bound) {
            return;
        }
        let (volume, created_at) = (snapshot.volume.clone(), snapshot.created_at);
        self.report(
            place,
            Broken {
                invariant: Invariant::L1,
                subject: id.as_str(),
                sentence: format!("{id} of {volume} was made at {created_at} and has no row"),
                believed: "it does not know of it".to_owned(),
                truth: "it exists and carries our tag; nothing will ever delete it".to_owned(),
                lines: Vec::new(),
            },
        );
    }

    fn judge_pending(&mut self, truth: &dyn Truth, place: Place, id: &SnapshotId) {
        let Some(stuck_after) = self.promise.bounds.stuck_after else {
            return;
        };
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(policy) = &snapshot.marks.policy else {
            return;
        };
        let told = self.is_reported(id.as_str(), FindingKind::StuckPending)
            || self.is_reported(id.as_str(), FindingKind::Unclaimed)
            || self.is_reported(snapshot.volume.as_str(), FindingKind::StuckPending);
        if snapshot.by != Actor::Client || snapshot.phase != Phase::Pending || told {
            return;
        }
        // Somebody may have put it into another state since.
        let is_pending = truth
            .snapshot(id)
            .is_some_and(|found| found.state == SnapshotState::Pending);
        if !is_pending {
            return;
        }
        let bound = self.due_by(policy, Job::Sync, snapshot.created_at + stuck_after);
        if bound.is_none_or(|bound| place.at < bound) {
            return;
        }
        let (volume, created_at) = (snapshot.volume.clone(), snapshot.created_at);
        self.report(
            place,
            Broken {
                invariant: Invariant::L5,
                subject: id.as_str(),
                sentence: format!(
                    "{id} of {volume} is pending since {created_at} and nobody was told"
                ),
                believed: "it would end".to_owned(),
                truth: "it is still pending".to_owned(),
                lines: Vec::new(),
            },
        );
    }

    fn judge_expired(&mut self, truth: &dyn Truth, place: Place) {
        if self.memory.awaits_approval {
            return;
        }
        let free = self.free_since(truth);
        let late: Vec<(SnapshotId, VolumeId, Timestamp)> = free
            .iter()
            .filter_map(|(id, (name, volume, _))| {
                let since = self.set_free_since(truth, &free, id)?;
                let mut bound = self.due_by(name, Job::Expire, since)?;
                if self.is_torn(id) {
                    // One expire misses a member, the next one says that it is lost.
                    let period = self.policy(name)?.periods.get(&Job::Expire)?;
                    bound += *period * 2;
                }
                let is_late = place.at >= bound + self.promise.bounds.put_off_max;
                is_late.then(|| (id.clone(), volume.clone(), since))
            })
            .collect();
        for (id, volume, since) in late {
            self.report(
                place,
                Broken {
                    invariant: Invariant::L3,
                    subject: id.as_str(),
                    sentence: format!("{id} of {volume} could go since {since} and is still there"),
                    believed: "something kept it".to_owned(),
                    truth: "nothing holds, locks or uses it, and enough newer ones are completed"
                        .to_owned(),
                    lines: Vec::new(),
                },
            );
        }
    }

    /// The snapshots that nothing of their own keeps, and since when.
    fn free_since(&self, truth: &dyn Truth) -> BTreeMap<SnapshotId, Free> {
        let mut free = BTreeMap::new();
        for ((volume, name), all) in &self.memory.completed {
            let Some(policy) = self.policy(name) else {
                continue;
            };
            if !truth.volume_exists(volume) {
                continue;
            }
            let kept = policy.at_least.max(policy.last.unwrap_or(0));
            let kept = usize::try_from(kept).unwrap_or(usize::MAX);
            let mut newer: Vec<&SnapshotId> = Vec::new();
            // What was made twice for a slot counts once.
            let mut slots: BTreeSet<Option<&SmolStr>> = BTreeSet::new();
            for (start, id) in all.iter().rev() {
                let enough = newer
                    .len()
                    .checked_sub(kept)
                    .and_then(|at| newer.get(at).copied());
                let by_sets = policy.last.is_some();
                let slot = self.memory.snapshots.get(id);
                let slot = slot.and_then(|snapshot| snapshot.marks.slot.as_ref());
                let counts =
                    self.counts(truth, name, id) && (!by_sets || self.set_is_whole(truth, id));
                if counts && (slot.is_none() || slots.insert(slot)) {
                    newer.push(id);
                }
                let (Some(enough), Some(snapshot)) = (enough, self.memory.snapshots.get(id)) else {
                    continue;
                };
                let lifetime = policy.longest_for(volume);
                let since = self.may_go_since(lifetime, snapshot, *start, enough);
                if let Some(since) = since.filter(|_| self.is_free(truth, name, id)) {
                    free.insert(id.clone(), (name.clone(), volume.clone(), since));
                }
            }
        }
        free
    }

    /// Whether a completed snapshot makes an older one superfluous: its row says so too, and its
    /// tags are as we made them. What carries our tags and has no row is somebody else's copy.
    fn counts(&self, truth: &dyn Truth, policy: &PolicyName, id: &SnapshotId) -> bool {
        let is_recorded = truth
            .row(id.as_str())
            .is_some_and(|row| row.state.as_deref() == Some("completed"));
        let is_there = truth
            .snapshot(id)
            .is_some_and(|found| found.state == SnapshotState::Completed);
        is_recorded && is_there && self.is_as_made(truth, policy, id)
    }

    /// Whether all that was made with a snapshot is there and completed: by `last` a set counts whole
    /// or not at all.
    fn set_is_whole(&self, truth: &dyn Truth, id: &SnapshotId) -> bool {
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return false;
        };
        let Some(op) = &snapshot.marks.op else {
            return true;
        };
        let members = self.memory.snapshots.iter();
        !self.memory.torn_sets.contains(op)
            && members
                .filter(|(_, other)| other.marks.op.as_ref() == Some(op))
                .all(|(id, _)| {
                    truth
                        .snapshot(id)
                        .is_some_and(|found| found.state == SnapshotState::Completed)
                })
    }

    /// Whether somebody else deleted a member of a snapshot's set.
    fn is_torn(&self, id: &SnapshotId) -> bool {
        let snapshot = self.memory.snapshots.get(id);
        let op = snapshot.and_then(|snapshot| snapshot.marks.op.as_ref());
        op.is_some_and(|op| self.memory.torn_sets.contains(op))
    }

    /// Whether a snapshot still carries the tags that we gave it.
    fn is_as_made(&self, truth: &dyn Truth, policy: &PolicyName, id: &SnapshotId) -> bool {
        truth.snapshot(id).is_some_and(|found| {
            self.is_ours(found.marks.installation.as_ref())
                && found.marks.policy.as_ref() == Some(policy)
        })
    }

    /// Since when a snapshot could go together with what is left of its set; none when another
    /// member may not go.
    fn set_free_since(
        &self,
        truth: &dyn Truth,
        free: &BTreeMap<SnapshotId, Free>,
        id: &SnapshotId,
    ) -> Option<Timestamp> {
        let (_, _, since) = free.get(id)?;
        let op = &self.memory.snapshots.get(id)?.marks.op;
        let mut latest = *since;
        if op.is_none() {
            return Some(latest);
        }
        for (other, snapshot) in &self.memory.snapshots {
            if snapshot.marks.op == *op && truth.snapshot(other).is_some() {
                latest = latest.max(free.get(other)?.2);
            }
        }
        Some(latest)
    }

    /// When nothing kept a snapshot any more: its lifetime was over, its copy had ended, and so had
    /// that of the newer ones that make it superfluous. A copy ends when somebody is told, and counts
    /// from when its row says so.
    fn may_go_since(
        &self,
        now: Option<Lifetime>,
        snapshot: &SnapshotMemory,
        start: Timestamp,
        newer: &SnapshotId,
    ) -> Option<Timestamp> {
        let promised = snapshot.marks.lifetime.max(now)?;
        let ends = promised.ends(start)?;
        let told = |of: &SnapshotMemory| {
            let told = of.said_completed.max(of.recorded_completed);
            told.unwrap_or(of.created_at)
        };
        let enough_since = self.memory.snapshots.get(newer).map_or(ends, told);
        Some(ends.max(enough_since).max(told(snapshot)))
    }

    /// Whether nothing stands against a snapshot's delete. Its own set is another matter.
    fn is_free(&self, truth: &dyn Truth, policy: &PolicyName, id: &SnapshotId) -> bool {
        let has_row = truth.row(id.as_str()).is_some();
        let is_open = truth.snapshot(id).is_some_and(|found| {
            found.blocked.is_none() && found.state == SnapshotState::Completed
        });
        // What AWS once said to be gone is a person's to decide about, and a person was told.
        let is_told = self.is_reported(id.as_str(), FindingKind::Reappeared);
        has_row && is_open && !is_told && self.is_as_made(truth, policy, id)
    }

    /// Judges the slots whose bound has passed, once each and while their rows are still there.
    pub(super) fn judge_slots(&mut self, truth: &dyn Truth, place: Place) {
        let mut missed = Vec::new();
        let mut judged = std::mem::take(&mut self.memory.slots_judged);
        for (name, policy) in &self.promise.policies {
            let from = judged.entry(name.clone()).or_default();
            for slot in policy.slots.iter().skip(*from) {
                let bound = self.due_by(name, Job::Create, slot.at);
                if bound.is_none_or(|bound| place.at < bound) {
                    break;
                }
                *from += 1;
                let first = self.memory.first_slot.get(name);
                if first.is_some_and(|first| slot.at < *first) {
                    continue;
                }
                // What several instances have is taken with one of them.
                let volumes: BTreeSet<&VolumeId> = slot.due.iter().map(|(_, v)| v).collect();
                for volume in volumes {
                    let mut targets = slot.due.iter().filter(|(_, other)| other == volume);
                    let has_record = self.is_served(name, slot, volume)
                        || targets
                            .any(|(target, _)| self.is_excused(truth, name, slot, target, volume));
                    if !has_record {
                        missed.push((slot.slot.clone(), volume.clone()));
                    }
                }
            }
        }
        self.memory.slots_judged = judged;
        for (slot, volume) in missed {
            self.report(
                place,
                Broken {
                    invariant: Invariant::L4,
                    subject: volume.as_str(),
                    sentence: format!(
                        "slot {slot} of {volume} has neither a snapshot nor a record that says why not"
                    ),
                    believed: "the slot was served".to_owned(),
                    truth: "no snapshot of ours ever carried its tag".to_owned(),
                    lines: Vec::new(),
                },
            );
        }
    }

    fn is_served(&self, policy: &PolicyName, slot: &SlotPromise, volume: &VolumeId) -> bool {
        let key = (policy.clone(), slot.slot.text().clone(), volume.clone());
        self.memory.served.contains_key(&key)
    }

    /// Whether a row or a finding says why a slot has no snapshot.
    fn is_excused(
        &self,
        truth: &dyn Truth,
        policy: &PolicyName,
        slot: &SlotPromise,
        target: &SmolStr,
        volume: &VolumeId,
    ) -> bool {
        let name = slot.slot.text();
        let intent = truth.row(&format!("intent#{policy}#{name}#{target}"));
        let many = self.memory.excused_before.get(policy);
        intent.is_some_and(|intent| intent.state.as_deref() == Some("missed"))
            || many.is_some_and(|before| name < before)
            || [target, volume.text(), name].into_iter().any(|subject| {
                let key = (policy.clone(), name.clone(), subject.clone());
                self.memory.excused.contains(&key)
            })
    }

    /// A pass reported what it could not snapshot: in its own slot, and in those that it names.
    pub(super) fn excused(&mut self, place: Place, finding: &Finding) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let (policy, own) = (pass.policy.clone(), pass.slot.text().clone());
        if finding.kind == FindingKind::MissedSlot && finding.subject == "more" {
            self.memory.excused_before.insert(policy, own);
            return;
        }
        let words = finding.text.split(|c: char| !c.is_ascii_alphanumeric());
        let named = words.filter(|word| Timestamp::parse_compact(word).is_some());
        for slot in named.map(SmolStr::new).chain([own]) {
            let key = (policy.clone(), slot, finding.subject.clone());
            self.memory.excused.insert(key);
        }
    }

    /// In the end at most one of a slot counts.
    fn judge_duplicates(&mut self, truth: &dyn Truth, place: Place) {
        let several: Vec<_> = self
            .memory
            .of_slot
            .iter()
            .filter(|(_, all)| all.len() > 1)
            .map(|(slot, all)| (slot.clone(), all.clone()))
            .collect();
        for (slot, all) in several {
            let counts = |id: &&SnapshotId| {
                truth.row(id.as_str()).is_some_and(|row| {
                    let lives = !matches!(row.state.as_deref(), Some("deleted" | "error" | "lost"));
                    // What a person took over counts because that person wants it to.
                    lives && !row.duplicate && !self.memory.adopted.contains(*id)
                })
            };
            let counted: Vec<String> = all.iter().filter(counts).map(ToString::to_string).collect();
            if counted.len() <= 1 {
                continue;
            }
            let (_, name, volume) = slot;
            self.report(
                place,
                Broken {
                    invariant: Invariant::S7,
                    subject: volume.as_str(),
                    sentence: format!(
                        "slot {name} of {volume} has {} snapshots that count",
                        counted.len()
                    ),
                    believed: "each is its slot's only one".to_owned(),
                    truth: counted.join(", "),
                    lines: Vec::new(),
                },
            );
        }
    }

    fn judge_crashes(&mut self, place: Place) {
        let lease: Span = self.promise.bounds.lease;
        for ((policy, job), at) in std::mem::take(&mut self.memory.crashes) {
            let bound = self.due_by(&policy, job, at + lease);
            if bound.is_none_or(|bound| place.at < bound) {
                continue;
            }
            self.report(
                place,
                Broken {
                    invariant: Invariant::L6,
                    subject: job.name(),
                    sentence: format!("{job} was killed at {at} and no later run of it ended well"),
                    believed: "somebody else was at work".to_owned(),
                    truth: format!("the lease ended by {}", at + lease),
                    lines: Vec::new(),
                },
            );
        }
    }
}
