//! Passes: which are under way, what each has open, and how each ends.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use snaplife_sim::world::World;

use super::kinds::{Moment, Stage};
use super::watcher::Watcher;
use crate::domain::{Job, PolicyName, Slot, Span, Timestamp};
use crate::journal::{CrashLine, Finding, FindingKind, Now, OpenCalls, PassEnd};
use crate::ports::{Effect, OperationName, Outcome, RejectionClass, Reply, Request, Service};

/// A slot served this much later is served late.
const LATE: Span = Span::hours(1);

/// A call without an answer yet.
#[derive(Clone, Debug)]
pub(super) struct OpenCall {
    pub(super) pass: u32,
    pub(super) operation: OperationName,
    /// On whose behalf, as the engine's own key of the operation.
    pub(super) subject: SmolStr,
    pub(super) attempt: u32,
    /// What it names.
    pub(super) keys: Vec<SmolStr>,
}

impl OpenCall {
    /// What it names first; empty when it names nothing.
    pub(super) fn key(&self) -> &SmolStr {
        const NOTHING: &SmolStr = &SmolStr::new_static("");
        self.keys.first().unwrap_or(NOTHING)
    }

    fn writes_rows(&self) -> bool {
        self.operation.service() == Service::DynamoDb && self.operation.effect() == Effect::Mutation
    }
}

/// A pass that is under way.
#[derive(Clone, Debug)]
struct Pass {
    job: Job,
    policy: PolicyName,
    slot: Slot,
    began: Timestamp,
    findings: u32,
    deletes_wanted: u32,
    deletes_sent: u32,
    is_partial: bool,
}

/// All of a run.
#[derive(Default)]
pub(super) struct Passes {
    open: BTreeMap<u32, Pass>,
    calls: OpenCalls<OpenCall>,
    /// Passes that have ended.
    past: BTreeSet<u32>,
    /// Jobs that were killed and have not ended well since.
    killed: BTreeSet<(PolicyName, Job)>,
    /// Slots of create passes that were killed or stopped.
    begun: BTreeSet<(PolicyName, Slot)>,
    /// Operations whose last try had no usable answer: creates by subject, deletes and writes by key.
    unanswered: BTreeSet<(OperationName, SmolStr)>,
    in_use: BTreeSet<SmolStr>,
    /// Rows that a write without an answer may have changed.
    unsure: BTreeSet<SmolStr>,
}

impl Passes {
    pub(super) fn job(&self, pass: u32) -> Option<Job> {
        self.open.get(&pass).map(|pass| pass.job)
    }

    pub(super) fn is_open(&self, pass: u32) -> bool {
        self.open.contains_key(&pass)
    }

    /// What a person does has a number and no beginning.
    pub(super) fn is_by_hand(&self, pass: u32) -> bool {
        !self.past.contains(&pass)
    }

    pub(super) fn any_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn open_call(&mut self, ticket: u64, call: OpenCall) {
        self.calls.open(ticket, call);
    }

    pub(super) fn close_call(&mut self, ticket: u64) -> Option<OpenCall> {
        self.calls.close(ticket)
    }

    pub(super) fn found(&mut self, pass: u32) {
        if let Some(pass) = self.open.get_mut(&pass) {
            pass.findings += 1;
        }
    }

    pub(super) fn findings(&self, pass: u32) -> u32 {
        self.open.get(&pass).map_or(0, |pass| pass.findings)
    }

    pub(super) fn wants_delete(&mut self, pass: u32) {
        if let Some(pass) = self.open.get_mut(&pass) {
            pass.deletes_wanted += 1;
        }
    }

    /// Whether the last delete of a snapshot had no usable answer.
    pub(super) fn is_unanswered(&self, snapshot: &SmolStr) -> bool {
        let delete = (OperationName::DeleteSnapshot, snapshot.clone());
        self.unanswered.contains(&delete)
    }

    pub(super) fn is_unsure(&self, row: &SmolStr) -> bool {
        self.unsure.contains(row)
    }

    pub(super) fn is_sure(&mut self, row: &SmolStr) {
        self.unsure.remove(row);
    }

    pub(super) fn close(&mut self, pass: u32) {
        self.open.remove(&pass);
        self.past.insert(pass);
        let unanswered = self.calls.iter().filter(|call| call.pass == pass);
        let rows = unanswered
            .filter(|call| call.writes_rows())
            .flat_map(|call| call.keys.iter().cloned());
        self.unsure.extend(rows);
        self.calls.keep_if(|call| call.pass != pass);
    }
}

impl Watcher {
    pub(super) fn begins(&mut self, number: u32, now: &Now) {
        let twin = self
            .passes
            .open
            .values()
            .any(|other| other.job == now.job && other.policy == now.policy);
        if twin {
            self.moment(Moment::TwoRunners);
        }
        if now.job == Job::Create
            && let Some(slot) = now.slot.instant()
            && self.now - slot > LATE
            && self.now - slot < Span::days(7)
        {
            self.moment(Moment::ServedLate);
        }
        let pass = Pass {
            job: now.job,
            policy: now.policy.clone(),
            slot: now.slot.clone(),
            began: self.now,
            findings: 0,
            deletes_wanted: 0,
            deletes_sent: 0,
            is_partial: false,
        };
        self.passes.open.insert(number, pass);
    }

    /// A call goes out.
    pub(super) fn sent(&mut self, call: &OpenCall, request: &Request) {
        match request {
            Request::CreateSnapshot(_) | Request::CreateSnapshots(_) => {
                let again = (call.operation, call.subject.clone());
                let is_again = self.passes.unanswered.remove(&again);
                if is_again {
                    self.moment(Moment::CreateSentAgain);
                }
            }
            Request::DeleteSnapshot(_) => {
                if let Some(pass) = self.passes.open.get_mut(&call.pass) {
                    pass.deletes_sent += 1;
                    let several = pass.deletes_sent == 2;
                    if several {
                        self.moment(Moment::AllInFlight);
                    }
                }
            }
            Request::DescribeSnapshots(request) if request.page.token.is_some() => {
                self.moment(Moment::PageAfterPage);
            }
            _ => {}
        }
        if call.attempt >= 8 {
            self.moment(Moment::TriedToTheEnd);
        }
    }

    /// A call comes back.
    pub(super) fn came_back(&mut self, call: &OpenCall, outcome: &Outcome<Reply>) {
        let creates = matches!(
            call.operation,
            OperationName::CreateSnapshot | OperationName::CreateSnapshots
        );
        let key = if creates { &call.subject } else { call.key() };
        let key = (call.operation, key.clone());
        let deletes = call.operation == OperationName::DeleteSnapshot;
        let lists = matches!(
            call.operation,
            OperationName::DescribeSnapshots
                | OperationName::DescribeInstances
                | OperationName::DescribeVolumes
        );
        if lists
            && !matches!(outcome, Outcome::Ok(_))
            && let Some(pass) = self.passes.open.get_mut(&call.pass)
        {
            pass.is_partial = true;
        }
        match outcome {
            Outcome::Unknown(_) => {
                self.passes.unanswered.insert(key);
                if call.writes_rows() {
                    self.passes.unsure.extend(call.keys.iter().cloned());
                }
            }
            Outcome::Rejected(rejection) => {
                let unanswered = self.passes.unanswered.contains(&key);
                match rejection.class {
                    RejectionClass::Conflict if unanswered => {
                        self.moment(Moment::WriteLostThenConflict);
                    }
                    RejectionClass::InUse => {
                        self.moment(Moment::DeleteRefusedInUse);
                        self.passes.in_use.insert(call.key().clone());
                    }
                    RejectionClass::Throttled if deletes => self.moment(Moment::ThrottledDelete),
                    _ => {}
                }
            }
            Outcome::Ok(_) if deletes => {
                if self.passes.in_use.remove(call.key()) {
                    self.moment(Moment::InUseThenDeleted);
                }
            }
            Outcome::Ok(_) if call.operation == OperationName::Publish => {
                self.moment(Moment::Notified);
            }
            Outcome::Ok(_) | Outcome::NotSent(_) => {}
        }
    }

    pub(super) fn found(&mut self, finding: &Finding) {
        match finding.kind {
            FindingKind::Duplicate => self.moment(Moment::SecondOfSlot),
            FindingKind::BlastLimit => self.moment(Moment::MoreThanLimit),
            _ => {}
        }
    }

    pub(super) fn crashes(&mut self, number: u32, crash: &CrashLine, _: &World) {
        let operation = self.passes.calls.get(crash.ticket).map(|c| c.operation);
        let after = crash.boundary == "after";
        match operation {
            Some(OperationName::CreateSnapshot | OperationName::CreateSnapshots) if after => {
                self.moment(Moment::CrashInCreate);
            }
            Some(OperationName::DeleteSnapshot) if after => self.moment(Moment::CrashInDelete),
            _ => {}
        }
        if self.rows.values().any(|stage| *stage == Stage::Expiring) {
            self.moment(Moment::CrashWhileExpiring);
        }
        if let Some(pass) = self.passes.open.get(&number) {
            let killed = (pass.policy.clone(), pass.job);
            let begun = (pass.policy.clone(), pass.slot.clone());
            self.passes.killed.insert(killed);
            self.passes.begun.insert(begun);
        }
    }

    pub(super) fn ends(&mut self, number: u32, end: &PassEnd) {
        let Some(pass) = self.passes.open.get(&number).cloned() else {
            return;
        };
        if end.resume_at.is_some() {
            self.moment(Moment::ResumeAsked);
        }
        let gave_up = pass.is_partial && end.stopped.is_some();
        if gave_up && pass.job == Job::Expire && pass.deletes_sent == 0 {
            self.moment(Moment::NoDeleteAfterPartial);
        }
        if end.stopped.is_some() {
            return;
        }
        if self.passes.killed.remove(&(pass.policy.clone(), pass.job)) {
            self.moment(Moment::WellAfterCrash);
        }
        let begun = (pass.policy.clone(), pass.slot.clone());
        if pass.job == Job::Create && !self.passes.begun.insert(begun) && end.mutations == 0 {
            self.moment(Moment::ServedAgain);
        }
        if pass.job == Job::Expire && pass.deletes_wanted == 0 && end.mutations == 0 {
            self.moment(Moment::IdleExpire);
        }
        if pass.job == Job::Expire && pass.deletes_sent > 0 && self.approved {
            self.moment(Moment::ApprovedDelete);
        }
        debug_assert!(pass.began <= self.now, "a pass ends after it began");
    }
}
