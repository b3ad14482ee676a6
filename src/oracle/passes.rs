//! Passes begin, are killed and end. At their end: refused deletes (S6), repetition (S22), quiet runs (L8), failed runs
//! (L9).

use std::collections::BTreeMap;

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{Expire, Happened, Identity, PassMemory, Phase};
use super::rows::{is_of_snapshot, remembered};
use super::truth::Truth;
use crate::domain::{Job, SnapshotId, Span, Timestamp};
use crate::journal::{Now, PassEnd};

/// Ended passes are remembered this long, for deeds that come after their end.
const PASSES_REMEMBERED: u32 = 8;

/// How far back a table can be restored (DynamoDB Developer Guide, *Point-in-time recovery*), and a
/// day, since the blast limit counts a day at least.
const RESTORABLE: Span = Span::days(36);

impl Oracle {
    /// The table is as it was at `to`: what a later expire wrote down is forgotten, and rows are as they were
    /// then. Tokens of leases may not go back even so.
    pub fn table_restored(&mut self, to: Timestamp, truth: &dyn Truth, now: Timestamp) {
        self.memory.restored_at = Some(now);
        let sends = self.memory.sends.iter();
        let lost = sends.filter(|(_, send)| send.sent_at >= to);
        let slots = lost.map(|((policy, slot, _), _)| (policy.clone(), slot.clone()));
        self.memory.forgotten.extend(slots);
        self.memory.rows.retain(|key, row| {
            if is_of_snapshot(key) {
                let restored = truth.row(key);
                restored.is_some_and(|restored| {
                    *row = remembered(&restored);
                    true
                })
            } else {
                true
            }
        });
        for expires in self.memory.expires.values_mut() {
            expires.retain(|expire| expire.ended <= to);
        }
    }

    pub(super) fn pass_begins(&mut self, place: Place, now: &Now) {
        let keep_from = place.pass.saturating_sub(PASSES_REMEMBERED);
        self.memory
            .passes
            .retain(|number, pass| !pass.has_ended || *number >= keep_from);
        let told = self.memory.times.remove(&place.pass);
        let may_take = told.unwrap_or(self.promise.bounds.deadline);
        let completed_before = self.memory.completed_of.get(&now.policy).copied();
        let pass = PassMemory {
            policy: now.policy.clone(),
            job: now.job,
            slot: now.slot.clone(),
            began: place.at,
            may_take,
            clock_error: now.now - place.at,
            clock_moved: false,
            told_of_clocks: false,
            has_ended: false,
            rules_moved: false,
            calls: 0,
            reads: 0,
            is_troubled: false,
            ec2_mutations: 0,
            deletes: 0,
            completed_before: completed_before.unwrap_or(0),
            happened_before: self.memory.happened,
            holder: None,
            leased_at: None,
            identity: Identity::NotAsked,
            clocks_apart: None,
            seen: BTreeMap::new(),
            seen_completed: BTreeMap::new(),
            seen_and_deleted: 0,
            seen_other: BTreeMap::new(),
            listings: BTreeMap::new(),
            refused_in_use: BTreeMap::new(),
        };
        self.memory.passes.insert(place.pass, pass);
    }

    pub(super) fn pass_crashes(&mut self, place: Place) {
        self.note_end_of_expire(place);
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        pass.has_ended = true;
        let key = (pass.policy.clone(), pass.job);
        self.memory.crashes.insert(key, place.at);
        self.troubled_until(place.at);
        self.memory.calls.keep_if(|call| call.pass != place.pass);
    }

    pub(super) fn pass_ends(&mut self, truth: &dyn Truth, place: Place, end: &PassEnd) {
        self.judge_pass(truth, place, end);
        self.note_end_of_expire(place);
        if let Some(pass) = self.memory.passes.get(&place.pass)
            && pass.job == Job::Create
            && end.stopped.is_none()
            // One that found another at work did nothing and notes nothing.
            && pass.leased_at.is_some()
            && let Some(slot) = pass.slot.instant()
        {
            let policy = pass.policy.clone();
            self.memory.first_slot.entry(policy).or_insert(slot);
        }
        self.judge_slots(truth, place);
        let clock_error_max = self.promise.bounds.clock_error_max;
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        pass.has_ended = true;
        if end.stopped.is_some() {
            // One that ran out of its time goes on with the next, as long as each gets somewhere.
            if pass.job == Job::Expire && pass.deletes > 0 {
                self.memory.trouble_at = self.memory.trouble_at.max(Some(place.at));
            }
            return;
        }
        let key = (pass.policy.clone(), pass.job);
        if pass.leased_at.is_none() {
            // One that finds nothing to do needs no lease; one that finds another at work says so.
            if end.findings == 0 {
                self.memory.crashes.remove(&key);
            }
            return;
        }
        match pass.job {
            // With a finding something may be left to do.
            // What came up meanwhile it may not have seen.
            Job::Create
                if end.resume_at.is_none()
                    && end.findings == 0
                    && pass.happened_before.outside == self.memory.happened.outside =>
            {
                let slot = (pass.policy.clone(), pass.slot.clone());
                let served = (place.at, self.memory.happened);
                self.memory.served_well.insert(slot, served);
            }
            // One that found the clocks apart did not do its work; what it left is still to be done.
            Job::Expire
                if !(pass.told_of_clocks && pass.clock_moved)
                    && pass
                        .clocks_apart
                        .is_none_or(|apart| apart <= clock_error_max) =>
            {
                let counted_from = place.at - RESTORABLE;
                let expires = self.memory.expires.entry(pass.policy.clone());
                let expires = expires.or_default();
                // The last one counts however long ago it was.
                expires.retain(|expire| expire.ended >= counted_from);
                expires.push(Expire {
                    began: pass.began.min(pass.began + pass.clock_error),
                    ended: place.at,
                });
                if let Some(created) = self.memory.created_at.get_mut(&pass.policy) {
                    created.retain(|at| *at >= counted_from.min(pass.began));
                }
            }
            Job::Create | Job::Sync | Job::Expire => {}
        }
        self.memory.crashes.remove(&key);
    }

    fn judge_pass(&mut self, truth: &dyn Truth, place: Place, end: &PassEnd) {
        if end.stopped.is_none() {
            self.check_refused(truth, place);
            self.check_repetition(place);
            self.check_quiet(place);
        } else if end.findings == 0 {
            let job = self
                .memory
                .passes
                .get(&place.pass)
                .map_or("a job", |pass| pass.job.name());
            self.report(
                place,
                Broken {
                    invariant: Invariant::L9,
                    subject: job,
                    sentence: format!("{job} could not do its work and reported nothing"),
                    believed: end.stopped.as_deref().unwrap_or_default().to_owned(),
                    truth: "nobody will know".to_owned(),
                    lines: Vec::new(),
                },
            );
        }
    }

    fn check_refused(&mut self, truth: &dyn Truth, place: Place) {
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        // A table that was restored meanwhile says what it said before.
        let is_restored = self.memory.restored_at.is_some_and(|at| at >= pass.began);
        for (id, line) in std::mem::take(&mut pass.refused_in_use) {
            let Some(row) = truth.row(id.as_str()) else {
                continue;
            };
            let state = row.state.clone().unwrap_or_default();
            let is_marked = matches!(state.as_str(), "expiring" | "deleted");
            if is_restored || (!is_marked && row.blocked) {
                continue;
            }
            self.report(
                place,
                Broken {
                    invariant: Invariant::S6,
                    subject: id.as_str(),
                    sentence: format!("AWS refused to delete {id}, and its row does not say so"),
                    believed: format!("the row says {state}"),
                    truth: "something uses it".to_owned(),
                    lines: vec![line],
                },
            );
        }
    }

    /// A slot served well before, and nothing has happened since.
    fn check_repetition(&mut self, place: Place) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        if pass.job != Job::Create || pass.ec2_mutations == 0 {
            return;
        }
        let slot = (pass.policy.clone(), pass.slot.clone());
        // One that began before the other had ended does not serve the slot again, and one under whose
        // hands something happens may have to.
        let outside = self.memory.happened.outside;
        let is_repeated = |(at, happened): &(Timestamp, Happened)| {
            pass.began >= *at && pass.happened_before == *happened && outside == happened.outside
        };
        if !self.memory.served_well.get(&slot).is_some_and(is_repeated) {
            return;
        }
        let (name, mutations) = (pass.slot.clone(), pass.ec2_mutations);
        self.report(
            place,
            Broken {
                invariant: Invariant::S22,
                subject: name.as_str(),
                sentence: format!("slot {name} was served again and changed EC2 {mutations} times"),
                believed: "something was left to do".to_owned(),
                truth: "the run before did it all, and nothing happened since".to_owned(),
                lines: Vec::new(),
            },
        );
    }

    fn check_quiet(&mut self, place: Place) {
        let Some(most) = self.promise.bounds.quiet_reads_max else {
            return;
        };
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let is_busy =
            pass.job != Job::Expire || pass.deletes > 0 || pass.is_troubled || pass.clock_moved;
        if is_busy || pass.reads <= most {
            return;
        }
        // What trouble left half done is looked at by the next passes.
        let period = self.policy(&pass.policy);
        let period = period.and_then(|policy| policy.periods.get(&Job::Expire).copied());
        let patience = (self.promise.bounds.put_off_max + period.unwrap_or_default()) * 2;
        let trouble = self.memory.trouble_at;
        let was_troubled = trouble.is_some_and(|at| place.at < at + patience);
        let has_ghosts = self.memory.has_ghosts.contains(&pass.policy);
        let mut ids = self.memory.snapshots.keys();
        if was_troubled || has_ghosts || ids.any(|id| self.is_due(pass, id, place)) {
            return;
        }
        let (job, reads) = (pass.job, pass.reads);
        self.report(
            place,
            Broken {
                invariant: Invariant::L8,
                subject: job.name(),
                sentence: format!(
                    "{job} read {reads} times though nothing was due; {most} were promised"
                ),
                believed: "there was something to judge".to_owned(),
                truth: "no lifetime was over".to_owned(),
                lines: Vec::new(),
            },
        );
    }

    /// Whether a pass may have had to judge it: its lifetime is over, or it has none, or it failed.
    fn is_due(&self, pass: &PassMemory, id: &SnapshotId, place: Place) -> bool {
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return false;
        };
        let promised = snapshot.marks.lifetime;
        // By either clock: the engine's may be ahead.
        let now = place.at.max(place.at + pass.clock_error);
        snapshot.marks.policy.as_ref() == Some(&pass.policy)
            && (snapshot.phase == Phase::Failed
                || promised
                    .and_then(|lifetime| lifetime.ends(snapshot.start))
                    .is_none_or(|ends| ends <= now))
    }
}
