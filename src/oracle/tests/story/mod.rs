//! Histories in a few words: steps that become journal lines, deeds and rows.
//!
//! [`world`]: what is true in one; [`calls`]: what its engine asks; [`names`]: what its numbers stand for.

mod calls;
mod names;
mod world;

use std::borrow::Cow;
use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};

pub(super) use names::{INSTALLATION, slot_due, slot_of, volume_id};
pub(super) use world::FakeWorld;

use crate::domain::{Job, Lifetime, PolicyName, Slot, SnapshotId, SnapshotState, Span, Timestamp};
use crate::journal::{AnswerLine, Call, Event, Line, Now, PassEnd};
use crate::oracle::truth::{Actor, EffectKind, TrueRow};
use crate::oracle::{Bounds, Oracle, PolicyPromise, Promise, Violation};
use crate::ports::sts::{CallerIdentity, GetCallerIdentity};
use crate::ports::{CallContext, Outcome, Reply, Request};
use names::{ACCOUNT, REGION};

/// One thing that happens. Snapshots, volumes and slots are named by small numbers, so that any
/// list of steps is a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Time passes.
    Wait(i64),
    /// The pass before ends well; another begins, with its lease.
    Pass(Job),
    /// We make a snapshot of a volume in a slot; the answer comes.
    Create { volume: u8, slot: u8 },
    /// Somebody makes one with our tags.
    Foreign { volume: u8, slot: u8 },
    /// The copy of the nth snapshot ends.
    Complete(u8),
    /// It fails.
    Fail(u8),
    /// A row is written for the nth snapshot.
    Row(u8),
    /// The pass lists the snapshots of a volume.
    Look(u8),
    /// We delete the nth snapshot.
    Delete(u8),
    /// Somebody else does.
    OutsiderDelete(u8),
    /// A volume is deleted.
    VolumeGone(u8),
}

/// A history under way.
pub(super) struct Story {
    pub(super) oracle: Oracle,
    pub(super) world: FakeWorld,
    pub(super) now: Timestamp,
    /// Every snapshot ever made, in order.
    pub(super) made: Vec<SnapshotId>,
    pub(super) pass: u32,
    /// The slot of the next passes; none gives each its own.
    pub(super) slot: Option<Slot>,
    job: Job,
    lines: u64,
    tickets: u64,
    revisions: i64,
}

pub(super) fn promise(lifetime: Span) -> Promise {
    let policy = PolicyPromise {
        lifetime_now: Some(Lifetime::For(lifetime)),
        periods: Job::ALL
            .into_iter()
            .map(|job| (job, Span::days(1)))
            .collect(),
        ..PolicyPromise::default()
    };
    Promise {
        installation: INSTALLATION.into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        policies: [(PolicyName::default(), policy)].into_iter().collect(),
        bounds: Bounds::default(),
        waived: BTreeMap::new(),
    }
}

impl Story {
    /// A story in which snapshots live for a day.
    pub(super) fn new() -> Self {
        Self::with(promise(Span::days(1)))
    }

    pub(super) fn with(promise: Promise) -> Self {
        let world = FakeWorld::default();
        let now = Timestamp::from_ms(0);
        Self {
            oracle: Oracle::new(promise, &world, now),
            world,
            now,
            made: Vec::new(),
            pass: 0,
            slot: None,
            job: Job::Create,
            lines: 0,
            tickets: 0,
            revisions: 0,
        }
    }

    /// Plays steps; those that are impossible (a delete of what is not there) do nothing.
    pub(super) fn play(mut self, steps: &[Step]) -> Self {
        for step in steps {
            self.step(*step);
        }
        self
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Wait(hours) => self.now += Span::hours(hours),
            Step::Pass(job) => self.begin(job),
            Step::Create { volume, slot } => {
                let op = format_smolstr!("op-{}", self.made.len());
                self.create(volume, slot, &op);
            }
            Step::Foreign { volume, slot } => {
                self.make(Actor::Outsider, volume, slot, "op-foreign");
            }
            Step::Complete(n) => self.settle(n, SnapshotState::Completed, EffectKind::Completed),
            Step::Fail(n) => self.settle(n, SnapshotState::Error, EffectKind::Failed),
            Step::Row(n) => {
                if let Some(id) = self.nth(n) {
                    let state = self.world.snapshots[&id].state.as_str().to_owned();
                    self.write_row(id.text(), &state);
                }
            }
            Step::Look(volume) => self.look(volume),
            Step::Delete(n) => self.delete(n),
            Step::OutsiderDelete(n) => self.gone(n, Actor::Outsider),
            Step::VolumeGone(volume) => {
                self.world.gone.insert(volume_id(volume));
            }
        }
    }

    /// The nth snapshot ever made, if it exists.
    pub(super) fn nth(&self, n: u8) -> Option<SnapshotId> {
        let id = self.made.get(usize::from(n))?;
        self.world.snapshots.contains_key(id).then(|| id.clone())
    }

    pub(super) fn line(&mut self, event: Event<'_>) {
        self.lines += 1;
        let line = Line {
            at: self.now,
            event,
            pass: (self.pass > 0).then_some(self.pass),
        };
        self.oracle.observe(self.lines, &line, &self.world);
    }

    /// The pass before ends well, and one begins: with the right credentials and its lease.
    pub(super) fn begin(&mut self, job: Job) {
        self.end(None, 0);
        self.begin_bare(job);
        let identity = CallerIdentity {
            account: ACCOUNT.into(),
            region: REGION.into(),
        };
        self.calls(
            GetCallerIdentity {},
            Outcome::Ok(Reply::GetCallerIdentity(identity)),
        );
        self.lease(Span::minutes(2));
    }

    /// A pass begins and has nothing yet.
    pub(super) fn begin_bare(&mut self, job: Job) {
        self.pass += 1;
        self.job = job;
        let own = || Slot::ad_hoc(&format!("pass-{}", self.pass));
        let now = Now {
            consent: Default::default(),
            job,
            now: self.now,
            policy: PolicyName::default(),
            slot: self.slot.clone().unwrap_or_else(own),
        };
        self.line(Event::Now(Cow::Owned(now)));
    }

    pub(super) fn end(&mut self, stopped: Option<&str>, findings: u32) {
        let end = PassEnd {
            findings,
            mutations: 0,
            resume_at: None,
            stopped: stopped.map(SmolStr::new),
            unsent: None,
        };
        self.line(Event::End(Cow::Owned(end)));
    }

    pub(super) fn lease(&mut self, left: Span) {
        let key = format_smolstr!("lease#default#{}", self.job);
        let row = TrueRow {
            holder: Some(format_smolstr!("pass {}", self.pass)),
            revision: self.next_revision(),
            token: Some(i64::from(self.pass)),
            until: Some(self.now + left),
            ..TrueRow::default()
        };
        self.put(&key, row);
    }

    /// A call and its answer.
    pub(super) fn calls(&mut self, request: impl Into<Request>, outcome: Outcome<Reply>) {
        let ticket = self.call(request.into());
        self.answer(ticket, outcome);
    }

    pub(super) fn call(&mut self, request: Request) -> u64 {
        self.tickets += 1;
        let context = CallContext {
            attempt: 1,
            job: self.job,
            policy: PolicyName::default(),
            subject: request.resources().first().cloned().unwrap_or_default(),
        };
        self.line(Event::Call(Call {
            context: Cow::Owned(context),
            request: Cow::Owned(request),
            ticket: self.tickets,
        }));
        self.tickets
    }

    pub(super) fn answer(&mut self, ticket: u64, outcome: Outcome<Reply>) {
        let at = self.now;
        self.line(Event::Answer(AnswerLine {
            outcome: Cow::Owned(outcome),
            server_time: Some(at),
            ticket,
        }));
    }

    /// What is broken so far.
    pub(super) fn broken(&self) -> String {
        told(self.oracle.violations())
    }

    /// What is broken in the end.
    pub(super) fn finish(mut self) -> Vec<Violation> {
        let end = self.now;
        self.oracle.finish(end, &self.world)
    }
}

pub(super) fn told(violations: &[Violation]) -> String {
    let lines = violations
        .iter()
        .map(|v| format!("{} {}", v.invariant, v.sentence));
    lines.collect::<Vec<_>>().join("\n")
}
