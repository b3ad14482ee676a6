//! The oracle: takes each line and each deed as it happens, and says what promise it breaks.
//!
//! It folds every event into small memories and checks only what the event touches. What each file
//! beside this one checks stands in its first line.

use snaplife_sim::ec2::Effect as WorldEffect;

use super::invariant::Invariant;
use super::memory::{Asked, CallMemory, Memory, Phase, SnapshotMemory};
use super::promise::{PolicyPromise, Promise};
use super::truth::{Actor, Deed, EffectKind, TrueSnapshot, Truth};
use super::violation::Violation;
use crate::domain::{Lifetime, PolicyName, SnapshotId, SnapshotState, Span, Timestamp};
use crate::journal::{AnswerLine, Call, Event, Finding, FindingKind, Line};
use crate::ports::{Effect, Outcome, Reply, Request, Service};

/// More broken promises than this help nobody.
const VIOLATIONS_MAX: usize = 100;

/// Judges one run.
pub struct Oracle {
    pub(super) memory: Memory,
    pub(super) promise: Promise,
    violations: Vec<Violation>,
    /// The number of the line seen last.
    lines: u64,
}

/// Where in the journal something stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: Timestamp,
    pub(super) line: u64,
    pub(super) pass: u32,
}

/// A broken promise before it is known where it stands.
pub(super) struct Broken<'a> {
    pub(super) invariant: Invariant,
    pub(super) subject: &'a str,
    pub(super) sentence: String,
    pub(super) believed: String,
    pub(super) truth: String,
    pub(super) lines: Vec<u64>,
}

impl Oracle {
    /// Begins with the world as it is: what carries our mark or has a row is known.
    #[must_use]
    pub fn new(promise: Promise, truth: &dyn Truth, now: Timestamp) -> Self {
        let mut oracle = Self {
            memory: Memory::default(),
            promise,
            violations: Vec::new(),
            lines: 0,
        };
        for (id, mut found) in truth.snapshots() {
            let row = truth.row(id.as_str());
            if let Some(row) = &row {
                found.marks.lifetime = found.marks.lifetime.max(row.lifetime);
            }
            oracle.take_over(id, found, row.is_some(), now);
        }
        for (key, row) in truth.rows() {
            oracle
                .memory
                .rows
                .insert(key, super::rows::remembered(&row));
        }
        oracle
    }

    /// The promises, to be changed when the story changes a policy or a tag.
    ///
    /// Passes that run were begun by the rules as they were, so what depends on those is not judged of them.
    pub fn promise_mut(&mut self) -> &mut Promise {
        for pass in self.memory.passes.values_mut() {
            pass.rules_moved |= !pass.has_ended;
        }
        &mut self.promise
    }

    /// A pass that is about to begin has so much time. Told before its first line.
    pub fn pass_may_take(&mut self, pass: u32, time: Span) {
        self.memory.times.insert(pass, time);
    }

    /// Something makes work impossible, or slow, up to this instant: bounds of liveness count from
    /// there. Faults that meet calls, outsiders and crashes are noticed without being told.
    pub fn troubled_until(&mut self, until: Timestamp) {
        self.memory.trouble_at = self.memory.trouble_at.max(Some(until));
    }

    /// What truly happened since the last time. Told in order, and before the next line of the
    /// journal; `truth` is the world after all of it.
    pub fn effects(&mut self, effects: &[WorldEffect], truth: &dyn Truth) {
        for effect in effects {
            self.happened(&Deed::from(effect), truth);
        }
    }

    /// One of them.
    pub fn happened(&mut self, deed: &Deed, truth: &dyn Truth) {
        let line = self.lines;
        self.memory.happened.deeds += 1;
        match deed.kind {
            EffectKind::Created => self.created(truth, line, deed),
            EffectKind::Completed => self.memory.shelve(&deed.snapshot, Phase::Completed),
            EffectKind::Failed => self.memory.shelve(&deed.snapshot, Phase::Failed),
            EffectKind::Deleted => {
                if deed.by == Actor::Client {
                    self.deleted_by_us(truth, line, deed);
                } else if let Some(snapshot) = self.memory.snapshots.get(&deed.snapshot) {
                    self.memory.torn_sets.extend(snapshot.marks.op.clone());
                    let policy = snapshot.marks.policy.clone();
                    self.memory.has_ghosts.extend(policy);
                }
                self.memory.deletes.remove(&deed.snapshot);
                self.memory.forget(&deed.snapshot);
            }
        }
    }

    /// A line of the journal.
    pub fn observe(&mut self, number: u64, line: &Line<'_>, truth: &dyn Truth) {
        self.lines = number;
        let place = Place {
            at: line.at,
            line: number,
            pass: line.pass.unwrap_or(0),
        };
        match &line.event {
            Event::Now(now) => self.pass_begins(place, now),
            Event::Call(call) => self.called(truth, place, call),
            Event::Answer(answer) => self.answered(truth, place, answer),
            Event::Fault(fault) => {
                self.troubled_until(line.at);
                if fault.ticket.is_none() {
                    self.memory.happened.outside += 1;
                    // It may have moved the engine's clock, or anything else.
                    for pass in self.memory.passes.values_mut() {
                        pass.clock_moved = true;
                    }
                }
            }
            Event::Finding(finding) => self.found(place, finding),
            Event::Crash(_) => self.pass_crashes(place),
            Event::End(end) => self.pass_ends(truth, place, end),
            Event::Header(_)
            | Event::Setup(_)
            | Event::Decision(_)
            | Event::Row(_)
            | Event::Halt => {}
        }
    }

    /// What is broken so far, in the order in which it was.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The end of the run: judges what had to be done by now, and gives everything that is broken.
    #[must_use]
    pub fn finish(&mut self, end: Timestamp, truth: &dyn Truth) -> Vec<Violation> {
        self.judge_end(truth, end);
        std::mem::take(&mut self.violations)
    }

    /// A person told us to take a snapshot over, for so long: from now on it is ours. The lifetime is
    /// promised when the row is there; one that has a row already keeps what that says, unless it says that it is
    /// gone.
    pub fn adopted(
        &mut self,
        id: &SnapshotId,
        lifetime: Lifetime,
        truth: &dyn Truth,
        now: Timestamp,
    ) {
        self.memory.adopted.insert(id.clone());
        if let Some(mut found) = truth.snapshot(id) {
            let row = truth.row(id.as_str());
            if row.is_none_or(|row| row.state.as_deref() == Some("deleted")) {
                let asked = self.memory.adopting.entry(id.clone()).or_default();
                asked.push(lifetime);
            } else if let Some(before) = self.memory.snapshots.get(id) {
                // Its row stays as it is, and with it what was promised before and what it was made with.
                found.marks.lifetime = found.marks.lifetime.max(before.marks.lifetime);
                found.marks.op = found.marks.op.or_else(|| before.marks.op.clone());
            }
            self.take_over(id.clone(), found, true, now);
        }
    }

    pub(super) fn report(&mut self, place: Place, found: Broken<'_>) {
        let told = |other: &Violation| {
            other.invariant == found.invariant && other.subject == found.subject
        };
        let is_waived = self.promise.waived.contains_key(&found.invariant);
        if is_waived || self.violations.len() >= VIOLATIONS_MAX || self.violations.iter().any(told)
        {
            return;
        }
        let mut lines = found.lines;
        if place.line > 0 {
            lines.push(place.line);
        }
        lines.sort_unstable();
        lines.dedup();
        self.violations.push(Violation {
            invariant: found.invariant,
            at: place.at,
            pass: (place.pass > 0).then_some(place.pass),
            subject: found.subject.into(),
            sentence: found.sentence,
            believed: found.believed,
            truth: found.truth,
            lines,
        });
    }

    pub(super) fn policy(&self, name: &PolicyName) -> Option<&PolicyPromise> {
        self.promise.policies.get(name)
    }

    pub(super) fn is_ours(&self, installation: Option<&smol_str::SmolStr>) -> bool {
        installation == Some(&self.promise.installation)
    }

    /// A snapshot that is there already.
    fn take_over(&mut self, id: SnapshotId, found: TrueSnapshot, is_known: bool, now: Timestamp) {
        let phase = phase_of(&found.state);
        let before = self.memory.snapshots.get(&id);
        let said_completed = before.and_then(|before| before.said_completed);
        let recorded_completed = before.and_then(|before| before.recorded_completed);
        let snapshot = SnapshotMemory {
            by: Actor::Outsider,
            created_at: now,
            is_known,
            is_said_gone: false,
            said_completed: said_completed.or((phase == Phase::Completed).then_some(now)),
            recorded_completed,
            completed_again: None,
            marks: found.marks,
            phase: Phase::Pending,
            start: found.start,
            volume: found.volume,
        };
        self.remember(id.clone(), snapshot);
        self.memory.shelve(&id, phase);
    }

    /// Remembers a snapshot if it carries our mark.
    pub(super) fn remember(&mut self, id: SnapshotId, snapshot: SnapshotMemory) {
        if !self.is_ours(snapshot.marks.installation.as_ref()) && !snapshot.is_known {
            return;
        }
        if let (Some(policy), Some(slot)) = (&snapshot.marks.policy, &snapshot.marks.slot) {
            let key = (policy.clone(), slot.clone(), snapshot.volume.clone());
            self.memory
                .served
                .entry(key.clone())
                .or_insert(snapshot.created_at);
            self.memory
                .of_slot
                .entry(key)
                .or_default()
                .insert(id.clone());
        }
        if let Some(op) = &snapshot.marks.op {
            self.memory.sets.joins(op, id.clone());
        }
        self.memory.snapshots.insert(id, snapshot);
    }

    fn found(&mut self, place: Place, finding: &Finding) {
        let kinds = self
            .memory
            .findings
            .entry(finding.subject.clone())
            .or_default();
        kinds.insert(finding.kind);
        match finding.kind {
            FindingKind::BlastLimit => self.memory.awaits_approval = true,
            FindingKind::ClockError => {
                if let Some(pass) = self.memory.passes.get_mut(&place.pass) {
                    pass.told_of_clocks = true;
                }
            }
            FindingKind::MissedSlot | FindingKind::CreateFailed | FindingKind::CreateOpen => {
                self.excused(place, finding);
            }
            _ => {}
        }
    }

    fn called(&mut self, truth: &dyn Truth, place: Place, call: &Call<'_>) {
        let operation = call.request.name();
        self.check_call(truth, place, call);
        let asked = match call.request.as_ref() {
            Request::DeleteSnapshot(request) => {
                self.delete_called(truth, place, &request.snapshot);
                Asked::Delete(request.snapshot.clone())
            }
            Request::CreateSnapshots(request) => {
                self.create_called(truth, place, call, &request.tags, request.instance.text())
            }
            Request::CreateSnapshot(request) => {
                self.create_called(truth, place, call, &request.tags, request.volume.text())
            }
            Request::DescribeSnapshots(request) => {
                super::listings::asked(&request.filters, &request.page)
            }
            Request::DescribeInstances(request) => {
                super::listings::asked(&request.filters, &request.page)
            }
            Request::DescribeVolumes(request) if request.ids.is_empty() => {
                super::listings::asked(&request.filters, &request.page)
            }
            Request::PutItem(request) => Asked::Rows {
                keys: call.request.resources(),
                holder: request.item.text("Holder").cloned(),
            },
            Request::TransactWrite(_) => Asked::Rows {
                keys: call.request.resources(),
                holder: None,
            },
            _ => Asked::Plain,
        };
        let memory = CallMemory {
            pass: place.pass,
            operation,
            at: place.at,
            line: place.line,
            asked,
        };
        self.memory.calls.open(call.ticket, memory);
    }

    fn answered(&mut self, truth: &dyn Truth, place: Place, answer: &AnswerLine<'_>) {
        let Some(call) = self.memory.calls.close(answer.ticket) else {
            return;
        };
        if call.operation.service() == Service::Ec2
            && let Some(server) = answer.server_time
            && let Some(pass) = self.memory.passes.get_mut(&call.pass)
        {
            let apart = (place.at + pass.clock_error - server)
                .as_ms()
                .saturating_abs();
            let apart = Span::from_ms(apart);
            pass.clocks_apart = Some(pass.clocks_apart.map_or(apart, |known| known.max(apart)));
            // Nothing may be deleted (S21), so no delete can be late.
            if apart > self.promise.bounds.clock_error_max {
                self.troubled_until(place.at);
            }
        }
        if !matches!(answer.outcome.as_ref(), Outcome::Ok(_))
            && let Some(pass) = self.memory.passes.get_mut(&call.pass)
        {
            pass.is_troubled = true;
        }
        match &call.asked {
            Asked::Delete(id) => self.delete_answered(place, &call, id, &answer.outcome),
            Asked::Create(creation) => self.create_answered(creation, &answer.outcome),
            Asked::Listing { .. } => self.listing_answered(place, &call, &answer.outcome),
            Asked::Rows { keys, holder } => {
                let told = (answer.outcome.as_ref(), holder.as_ref());
                self.rows_written(truth, place, &call, keys, told);
            }
            Asked::Plain => {
                if let Outcome::Ok(Reply::GetCallerIdentity(identity)) = answer.outcome.as_ref() {
                    self.identified(call.pass, identity);
                }
            }
        }
    }
}

/// What a state means for a backup.
pub(super) fn phase_of(state: &SnapshotState) -> Phase {
    match state {
        SnapshotState::Pending => Phase::Pending,
        SnapshotState::Completed => Phase::Completed,
        SnapshotState::Error => Phase::Failed,
        SnapshotState::Other(_) => Phase::Unknown,
    }
}

/// Whether a call can change EC2.
pub(super) fn changes_ec2(request: &Request) -> bool {
    request.name().service() == Service::Ec2 && request.name().effect() == Effect::Mutation
}
