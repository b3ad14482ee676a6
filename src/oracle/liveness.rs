//! At the end of the run: what had to be done by now (L1, L4, L5, L6; L3 is in `expiry`), and duplicates
//! (S7).
//!
//! Every bound counts from the later of its own cause and the last trouble: a fault that met a
//! call, a deed of an outsider, a crash. So a story that is troubled up to its end promises little.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::Phase;
use super::promise::SlotPromise;
use super::truth::{Actor, Truth};
use crate::domain::{Job, PolicyName, SnapshotId, SnapshotState, Span, Timestamp, VolumeId};
use crate::journal::{Finding, FindingKind};

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
    pub(super) fn due_by(&self, policy: &PolicyName, job: Job, at: Timestamp) -> Option<Timestamp> {
        let period = self.policy(policy)?.periods.get(&job)?;
        Some(self.memory.calm_since(at) + *period + self.promise.bounds.slack)
    }

    pub(super) fn is_reported(&self, subject: &str, kind: FindingKind) -> bool {
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
        // Without its row (a table that was restored) only its tags tell whose it is.
        let is_known = truth.row(id.as_str()).is_some() || self.is_as_made(truth, policy, id);
        let is_pending = snapshot.phase == Phase::Pending && is_known;
        if snapshot.by != Actor::Client || !is_pending || told {
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
            let (policy, name, volume) = slot;
            let is_forgotten = self
                .memory
                .forgotten
                .contains(&(policy.clone(), name.clone()));
            if counted.len() <= 1 || is_forgotten {
                continue;
            }
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
