//! The conditions under which calls travel: how long, in pieces of what size, and with what luck.
//!
//! They are chosen here, once, above every level, and keyed by what the call is about, so that the
//! same scenario meets the same conditions at each level. A level only applies and renders.
//!
//! A call leaves, arrives after half its latency, acts at that moment, and its answer is there
//! after the other half. A future dropped after its arrival has acted. Calls that arrive in one
//! millisecond act in the order in which they were made.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use smol_str::SmolStr;
use snaplife_sim::chance::Chance;
use snaplife_sim::fault::{Fault, FaultEffect, FaultPlan, Met};

use super::clock::SimClock;
use super::crash::{ArmedCrash, Boundary, Fuse};
use super::level::{Failure, Level};
use super::mishap;
use super::paging::{cut, page_asked};
use super::recorder::{Counters, Recorder};
use crate::domain::{Span, Timestamp};
use crate::journal::{CrashLine, Event, FaultLine, Journal};
use crate::ports::{
    Answer, Aws, CallContext, Effect, NotSentCause, OperationName, Outcome, Reply, Request,
    UnknownCause,
};

/// What does not change during a run, unless the player changes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConditionSettings {
    /// The source of every draw.
    pub chance: Chance,
    /// How long a read takes.
    pub read: Latency,
    /// How long a mutation takes.
    pub mutation: Latency,
    /// No page of a listing is larger. EC2 allows 5 and more.
    pub page_size: Option<u16>,
}

/// A range of latencies, both ends included; whole milliseconds, at least 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Latency {
    /// The shortest.
    pub min: Span,
    /// The longest.
    pub max: Span,
}

impl Latency {
    /// Always the same.
    #[must_use]
    pub const fn fixed(span: Span) -> Self {
        Self {
            min: span,
            max: span,
        }
    }

    fn draw(self, chance: Chance, key: &[&str], n: u64) -> Span {
        let min = self.min.as_ms().max(1);
        let range = self.max.as_ms().saturating_sub(min);
        if range <= 0 {
            return Span::from_ms(min);
        }
        let more = chance.below(range.unsigned_abs() + 1, "latency", key, n);
        Span::from_ms(min.saturating_add(i64::try_from(more).unwrap_or(range)))
    }
}

/// The conditions of one run, above one level.
pub struct Conditions {
    clock: SimClock,
    counters: Rc<RefCell<Counters>>,
    crashes: RefCell<Vec<ArmedCrash>>,
    faults: RefCell<FaultPlan>,
    level: Rc<dyn Level>,
    met: RefCell<BTreeSet<SmolStr>>,
    settings: Cell<ConditionSettings>,
    tickets: Cell<u64>,
}

impl Conditions {
    /// Calm conditions above a level: no faults yet.
    #[must_use]
    pub fn new(level: Rc<dyn Level>, clock: SimClock, settings: ConditionSettings) -> Rc<Self> {
        Rc::new(Self {
            clock,
            counters: Rc::new(RefCell::new(Counters::new())),
            crashes: RefCell::default(),
            faults: RefCell::new(FaultPlan::new(settings.chance)),
            level,
            met: RefCell::default(),
            settings: Cell::new(settings),
            tickets: Cell::new(0),
        })
    }

    /// Changes latencies or page size from now on.
    pub fn set(&self, settings: ConditionSettings) {
        self.settings.set(settings);
    }

    /// The level below.
    #[must_use]
    pub fn level(&self) -> &dyn Level {
        &*self.level
    }

    /// Latencies and page size now.
    #[must_use]
    pub fn settings(&self) -> ConditionSettings {
        self.settings.get()
    }

    /// Arms a crash that may strike any pass.
    pub fn arm_crash(&self, crash: ArmedCrash) {
        self.crashes.borrow_mut().push(crash);
    }

    fn crash_due(&self, context: &CallContext, request: &Request) -> Option<Boundary> {
        let mut crashes = self.crashes.borrow_mut();
        if crashes.is_empty() {
            return None;
        }
        let due = crashes
            .iter_mut()
            .find_map(|crash| Some((crash.count(context.job, request)?, crash.name.clone())));
        crashes.retain(|crash| crash.left > 0);
        let (boundary, name) = due?;
        self.note_met(&name);
        Some(boundary)
    }

    fn note_met(&self, name: &SmolStr) {
        let mut met = self.met.borrow_mut();
        if !met.contains(name) {
            met.insert(name.clone());
        }
    }

    /// Whether a fault or a crash of this name has met a call.
    #[must_use]
    pub fn has_met(&self, name: &str) -> bool {
        self.met.borrow().contains(name)
    }

    /// Adds a fault behind the others.
    pub fn add_fault(&self, fault: Fault) {
        self.faults.borrow_mut().add(fault);
    }

    /// Ends a fault early.
    pub fn heal(&self, name: &str) {
        self.faults.borrow_mut().heal(name);
    }

    /// The faults as they are now: what they have met is counted.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.faults.borrow().clone()
    }

    /// Puts these in the place of all faults.
    pub fn set_faults(&self, faults: FaultPlan) {
        self.faults.replace(faults);
    }

    /// How often each operation was called so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters.borrow().clone()
    }

    /// What one pass makes its calls through.
    ///
    /// `key` says which pass it is (`create 20260328T013000Z`) and keys its latencies.
    #[must_use]
    pub fn for_pass(
        self: &Rc<Self>,
        journal: Rc<dyn Journal>,
        key: impl Into<SmolStr>,
    ) -> Rc<PassAws> {
        Rc::new(PassAws {
            conditions: Rc::clone(self),
            fuse: Fuse::default(),
            key: key.into(),
            recorder: Recorder {
                counters: Rc::clone(&self.counters),
                journal,
            },
        })
    }

    fn next_ticket(&self) -> u64 {
        let ticket = self.tickets.get() + 1;
        self.tickets.set(ticket);
        ticket
    }

    fn latency(&self, pass: &str, context: &CallContext, operation: OperationName) -> Span {
        let settings = self.settings.get();
        let latency = match operation.effect() {
            Effect::Read => settings.read,
            Effect::Mutation => settings.mutation,
        };
        let key = [operation.text(), context.subject.as_str(), pass];
        latency.draw(settings.chance, &key, u64::from(context.attempt))
    }

    fn meet(&self, now: Timestamp, request: &Request) -> Option<Met> {
        let mut faults = self.faults.borrow_mut();
        let now = snaplife_sim::time::Timestamp(now.as_ms());
        if faults.is_over(now) {
            return None;
        }
        let resources = request.resources();
        let met = faults.meets(
            now,
            request.known_as().text(),
            &resources,
            page_asked(request),
        )?;
        self.note_met(&met.name);
        Some(met)
    }
}

/// What one pass makes its calls through; kills it where a crash strikes.
pub struct PassAws {
    conditions: Rc<Conditions>,
    fuse: Fuse,
    key: SmolStr,
    recorder: Recorder,
}

impl PassAws {
    /// Waits until a crash strikes; never ends for a pass that lives. The crash stands in the journal
    /// already; what is left to do is to drop the pass.
    pub async fn crashed(&self) -> CrashLine {
        self.fuse.burnt().await
    }

    async fn make(&self, context: &CallContext, request: &Request) -> Answer<Reply> {
        let conditions = &*self.conditions;
        let operation = request.name();
        self.alive().await;
        let ticket = conditions.next_ticket();
        self.recorder.called(ticket, context, request);
        if operation.effect() == Effect::Mutation && self.recorder.journal.is_lost() {
            return Answer::bare(Outcome::NotSent(NotSentCause::JournalLost));
        }
        let dies = conditions.crash_due(context, request);
        if dies == Some(Boundary::Before) {
            return self.die(Boundary::Before, ticket).await;
        }
        let mut open = OpenCall {
            operation,
            pass: self,
            state: CallState::Open,
            ticket,
        };
        let fault = conditions.meet(conditions.clock.world_now(), request);
        if let Some(met) = &fault {
            self.note_fault(ticket, met, request);
        }
        let latency = conditions.latency(&self.key, context, operation);
        let travel = Span::from_ms(latency.as_ms() / 2);
        let way_back = Span::from_ms(latency.as_ms() - travel.as_ms());

        conditions.clock.pause(travel).await;
        self.alive().await;
        let applied = fault.as_ref().is_none_or(|met| met.effect.acts()).then(|| {
            let asked = cut(request, conditions.settings.get().page_size);
            conditions.level.apply(conditions.clock.world_now(), &asked)
        });
        if dies == Some(Boundary::After) {
            return self.die(Boundary::After, ticket).await;
        }
        conditions.clock.pause(way_back).await;
        self.alive().await;

        let answer = match (fault, applied) {
            (None, Some(answer)) => answer,
            (Some(met), applied) => self.spoil(request, met.effect, applied).await,
            (None, None) => unreachable!("only a fault keeps a call from acting"),
        };
        open.state = CallState::Noted;
        self.recorder.answered(ticket, operation, &answer);
        answer
    }

    /// What the caller sees of a call that met a fault.
    async fn spoil(
        &self,
        request: &Request,
        effect: FaultEffect,
        applied: Option<Answer<Reply>>,
    ) -> Answer<Reply> {
        if let FaultEffect::DelayAnswer(span) = effect {
            self.conditions.clock.pause(Span::from_ms(span.0)).await;
        }
        if effect == FaultEffect::NeverAnswer {
            return std::future::pending().await;
        }
        let failure = match (mishap::failure(request.name(), effect), applied) {
            (None, Some(answer)) => return answer,
            (None, None) => Failure::ConnectionLost,
            (Some(failure), _) => failure,
        };
        let now = self.conditions.clock.world_now();
        self.conditions.level.render(now, request, &failure)
    }

    /// Goes on only in a pass that lives: what another of its calls killed at this very instant does
    /// nothing more.
    async fn alive(&self) {
        if self.fuse.is_burnt() {
            std::future::pending::<()>().await;
        }
    }

    async fn die<T>(&self, boundary: Boundary, ticket: u64) -> T {
        let line = self.fuse.burn(boundary, ticket);
        self.recorder.journal.note(Event::Crash(Cow::Owned(line)));
        // Whoever waits for the crash has a turn before any time passes.
        let mut has_rung = false;
        poll_fn(|context| {
            if !std::mem::replace(&mut has_rung, true) {
                context.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }

    fn note_fault(&self, ticket: u64, met: &Met, request: &Request) {
        let what = mishap::sentence(&met.effect, request);
        self.recorder
            .journal
            .note(Event::Fault(Cow::Owned(FaultLine {
                ticket: Some(ticket),
                what,
            })));
    }
}

impl Aws for PassAws {
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>> {
        self.make(context, request).boxed_local()
    }
}

/// A call under way. Dropped before its end it was given up, and the journal says so; but a dead
/// pass notes nothing.
struct OpenCall<'a> {
    operation: OperationName,
    pass: &'a PassAws,
    state: CallState,
    ticket: u64,
}

#[derive(PartialEq, Eq)]
enum CallState {
    Open,
    Noted,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        if self.state == CallState::Open && !self.pass.fuse.is_burnt() {
            let given_up = Answer::bare(Outcome::Unknown(UnknownCause::TimedOut));
            self.pass
                .recorder
                .answered(self.ticket, self.operation, &given_up);
        }
    }
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
