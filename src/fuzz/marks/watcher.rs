//! Follows one run and hits the marks.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use snaplife_sim::ec2::{Actor, Effect, EffectKind};
use snaplife_sim::world::World;

use super::always::{Always, Failing};
use super::faults::fault_of;
use super::kinds::{Class, Fate, Moment, ReasonKind, Stage};
use super::mark::Mark;
use super::passes::{OpenCall, Passes};
use super::snapshots::Snapshots;
use super::tally::Tally;
use super::trace::Trace;
use crate::domain::{Job, Timestamp};
use crate::journal::{AnswerLine, Call, Digest, Event, Line, RowChange};
use crate::plan::{Reason, Verdict};
use crate::player::Witness;
use crate::ports::{Outcome, Reply, Request};
use crate::scenario::model::BlockedKind;

/// More of them than this help nobody.
const FAILINGS_MAX: usize = 10;

/// The marks of one run.
pub struct Watcher {
    pub(super) tally: Tally,
    pub(super) failings: Vec<Failing>,
    pub(super) passes: Passes,
    pub(super) snapshots: Snapshots,
    pub(super) rows: BTreeMap<SmolStr, Stage>,
    pub(super) now: Timestamp,
    /// From here on nothing new goes wrong.
    pub(super) heal: Timestamp,
    /// Whether the table may go back in time.
    pub(super) restored: bool,
    pub(super) approved: bool,
    trace: Trace,
}

/// What came of one run.
pub struct Watched {
    /// What was hit.
    pub tally: Tally,
    /// What did not hold.
    pub failings: Vec<Failing>,
    /// Of what happened and when: two runs with equal digests did the same.
    pub digest: Digest,
}

impl Watcher {
    /// A watcher of a story whose faults end at `heal`.
    #[must_use]
    pub fn new(heal: Timestamp) -> Self {
        Self {
            tally: Tally::default(),
            failings: Vec::new(),
            passes: Passes::default(),
            snapshots: Snapshots::default(),
            rows: BTreeMap::new(),
            now: Timestamp::MIN,
            heal,
            restored: false,
            approved: false,
            trace: Trace::default(),
        }
    }

    /// The run is over.
    #[must_use]
    pub fn finish(self) -> Watched {
        Watched {
            tally: self.tally,
            failings: self.failings,
            digest: self.trace.finish(),
        }
    }

    pub(super) fn moment(&mut self, moment: Moment) {
        self.tally.hit(Mark::Moment(moment));
    }

    /// Looks at something that must hold each time.
    pub(super) fn always(
        &mut self,
        always: Always,
        holds: bool,
        subject: &str,
        actual: impl FnOnce() -> String,
    ) {
        self.tally.checked(always);
        if !holds && self.failings.len() < FAILINGS_MAX {
            self.failings.push(Failing {
                always,
                at: self.now,
                subject: subject.into(),
                actual: actual().into(),
            });
        }
    }

    fn called(&mut self, pass: u32, call: &Call<'_>) {
        let request = call.request.as_ref();
        let job = self.passes.job(pass);
        match (request, job) {
            (Request::CreateSnapshot(_) | Request::CreateSnapshots(_), Some(job)) => {
                let holds = job == Job::Create;
                self.always(Always::JobsKeepToTheirs, holds, job.name(), || {
                    format!("{job} sends {}", request.name().text())
                });
            }
            (Request::DeleteSnapshot(_), Some(job)) => {
                let holds = job != Job::Sync;
                self.always(Always::JobsKeepToTheirs, holds, job.name(), || {
                    format!("{job} sends {}", request.name().text())
                });
            }
            _ => {}
        }
        let open = OpenCall {
            pass,
            operation: request.name(),
            subject: call.context.subject.clone(),
            attempt: call.context.attempt,
            keys: request.resources(),
        };
        self.sent(&open, request);
        self.passes.open_call(call.ticket, open);
    }

    fn answered(&mut self, answer: &AnswerLine<'_>) {
        let open = self.passes.close_call(answer.ticket);
        self.always(Always::AnswersBelong, open.is_some(), "", || {
            format!("an answer to call {} that is not open", answer.ticket)
        });
        let Some(open) = open else { return };
        let class = match answer.outcome.as_ref() {
            Outcome::Ok(_) => Class::Ok,
            Outcome::Rejected(rejection) => {
                self.tally.hit(Mark::Refused(rejection.class));
                Class::Rejected
            }
            Outcome::Unknown(cause) => {
                self.tally.hit(Mark::Unknown(*cause));
                Class::Unknown
            }
            Outcome::NotSent(cause) => {
                self.tally.hit(Mark::NotSent(*cause));
                Class::NotSent
            }
        };
        self.tally.hit(Mark::Call(open.operation, class));
        self.came_back(&open, &answer.outcome);
        if let Outcome::Ok(Reply::CreateSnapshots(made) | Reply::CreateSnapshot(made)) =
            answer.outcome.as_ref()
        {
            for made in &made.snapshots {
                let known = self.snapshots.was_made(made.id.as_str());
                self.always(Always::CreatesAreTrue, known, made.id.as_str(), || {
                    "no such snapshot was ever made".to_owned()
                });
                self.snapshots.answered(made.id.as_str());
            }
            if made.snapshots.len() > 1 {
                self.moment(Moment::SetOfSeveral);
            }
        }
        if open.operation == crate::ports::OperationName::DeleteSnapshot && class == Class::Ok {
            let gone = self.snapshots.is_gone(open.key());
            self.always(Always::DeletesAreTrue, gone, open.key(), || {
                "it is still there".to_owned()
            });
        }
    }

    /// A row is said to have changed. What a lost answer or a crash leaves unsaid is made up for by
    /// the next that is said.
    fn row(&mut self, pass: u32, change: &RowChange) {
        let (Some(to), from) = (
            Stage::of(&change.to),
            change.from.as_ref().and_then(Stage::of),
        ) else {
            return;
        };
        self.tally.hit(Mark::Row(from, to));
        if let Some(known) = self.rows.insert(change.key.clone(), to)
            && !self.restored
            && !self.passes.is_unsure(&change.key)
        {
            self.always(Always::RowsFollow, from == Some(known), &change.key, || {
                format!("it leaves {from:?} and was in {known:?}")
            });
        }
        self.passes.is_sure(&change.key);
        self.row_changed(pass, change, from, to);
    }
}

impl Witness for Watcher {
    fn line(&mut self, _: u64, line: &Line<'_>, world: &World) {
        self.trace.line(line);
        self.always(Always::TimeRuns, line.at >= self.now, "", || {
            format!("a line of {} after one of later", line.at)
        });
        self.now = line.at;
        let pass = line.pass.unwrap_or(0);
        if pass > 0 && !matches!(line.event, Event::Now(_)) {
            let open = self.passes.is_open(pass) || self.passes.is_by_hand(pass);
            self.always(Always::PassesAreWhole, open, "", || {
                format!("pass {pass} speaks and is not under way")
            });
        }
        match &line.event {
            Event::Header(_) | Event::Setup(_) | Event::Halt => {}
            Event::Now(now) => self.begins(pass, now),
            Event::Call(call) => self.called(pass, call),
            Event::Answer(answer) => self.answered(answer),
            Event::Decision(decision) => {
                match &decision.reason {
                    Reason::Blocked(blocked) => {
                        self.tally.hit(Mark::Blocked(BlockedKind::of(blocked)));
                    }
                    reason => {
                        if let Some(kind) = ReasonKind::of(reason) {
                            self.tally.hit(Mark::Reason(kind));
                        }
                    }
                }
                if decision.verdict == Verdict::Expire {
                    self.passes.wants_delete(pass);
                }
            }
            Event::Row(change) => self.row(pass, change),
            Event::Fault(fault) => match fault.ticket {
                Some(_) => {
                    if let Some(met) = fault_of(&fault.what) {
                        self.tally.hit(Mark::Met(met));
                    }
                }
                None => self.outside(&fault.what),
            },
            Event::Finding(finding) => {
                self.tally.hit(Mark::Finding(finding.kind));
                self.passes.found(pass);
                self.found(finding);
            }
            Event::Crash(crash) => {
                self.crashes(pass, crash, world);
                if let Some(job) = self.passes.job(pass) {
                    self.tally.hit(Mark::Pass(job, Fate::Killed));
                }
                self.passes.close(pass);
            }
            Event::End(end) => {
                let counted = self.passes.findings(pass);
                self.always(Always::CountsAgree, counted == end.findings, "", || {
                    format!("{counted} findings, and it says {}", end.findings)
                });
                if let Some(job) = self.passes.job(pass) {
                    let fate = match end.stopped {
                        Some(_) => Fate::Stopped,
                        None => Fate::Done,
                    };
                    self.tally.hit(Mark::Pass(job, fate));
                }
                self.ends(pass, end);
                self.passes.close(pass);
            }
        }
    }

    fn effect(&mut self, effect: &Effect, world: &World) {
        self.trace.effect(effect);
        match (effect.kind, effect.by) {
            (EffectKind::Created, Actor::Client) => self.made(effect, world),
            (EffectKind::Deleted, Actor::Client) => self.deleted(effect, world),
            (EffectKind::Deleted, Actor::Outsider | Actor::Aws) => {
                self.snapshots.gone(effect.snapshot.as_str());
                if self.rows.get(effect.snapshot.text()) == Some(&Stage::Expiring) {
                    self.moment(Moment::DeletedUnderOurHands);
                }
            }
            (EffectKind::Created | EffectKind::Completed | EffectKind::Failed, _) => {}
        }
    }
}
