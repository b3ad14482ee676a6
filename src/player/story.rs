//! Follows the journal and keeps what a person wants to read of it.

use std::collections::{BTreeMap, VecDeque};

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2::{Actor, Effect, EffectKind};

use super::played::{Figures, Lane, PassStory, StoryEvent, Weight};
use crate::domain::Timestamp;
use crate::journal::{AnswerLine, Call, Event, Finding, Line, sink::Observer};
use crate::plan::Verdict;
use crate::ports::{Effect as CallEffect, OperationName, Outcome, Reply, Service};

/// How much of a run's story is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum KeepStory {
    /// The last events only: enough for the screen that tells of a failure.
    #[default]
    Tail,
    /// Every pass, decision and event.
    Whole,
    /// Nothing but figures; expectations about findings see none.
    Nothing,
}

/// Events kept when only the tail is.
const TAIL: usize = 4_000;

/// The story of one run.
pub(super) struct Story {
    keep: KeepStory,
    /// Figures, as far as lines and effects tell them.
    pub(super) figures: Figures,
    passes: BTreeMap<u32, PassStory>,
    events: VecDeque<StoryEvent>,
    open_calls: BTreeMap<u64, (OperationName, SmolStr)>,
    findings: BTreeMap<(Timestamp, u32), Vec<Finding>>,
    /// Why each that was left out was, the last time.
    left_out: BTreeMap<SmolStr, SmolStr>,
    calls: BTreeMap<OperationName, u64>,
}

impl Story {
    /// Nothing has happened yet.
    pub(super) fn new(keep: KeepStory) -> Self {
        Self {
            keep,
            figures: Figures::default(),
            passes: BTreeMap::new(),
            events: VecDeque::new(),
            open_calls: BTreeMap::new(),
            findings: BTreeMap::new(),
            left_out: BTreeMap::new(),
            calls: BTreeMap::new(),
        }
    }

    /// Takes what was kept.
    pub(super) fn take(&mut self) -> (Vec<PassStory>, Vec<StoryEvent>) {
        let passes = std::mem::take(&mut self.passes).into_values().collect();
        let events = std::mem::take(&mut self.events).into();
        (passes, events)
    }

    /// How often an operation was called up to now.
    pub(super) fn calls(&self, operation: OperationName) -> u64 {
        self.calls.get(&operation).copied().unwrap_or(0)
    }

    /// Every finding up to now.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values().flatten()
    }

    /// Something that truly happened to a snapshot.
    pub(super) fn saw(&mut self, effect: &Effect) {
        if self.keep == KeepStory::Nothing {
            return;
        }
        let (lane, text) = match (effect.kind, effect.by) {
            (EffectKind::Created, Actor::Client) => {
                self.figures.created += 1;
                (
                    Lane::Aws,
                    format_smolstr!("{} of {} exists", effect.snapshot, effect.volume),
                )
            }
            (EffectKind::Created, Actor::Outsider | Actor::Aws) => (
                Lane::Outside,
                format_smolstr!("made {} of {}", effect.snapshot, effect.volume),
            ),
            (EffectKind::Completed, _) => (
                Lane::Aws,
                format_smolstr!("{} of {} is completed", effect.snapshot, effect.volume),
            ),
            (EffectKind::Failed, _) => (
                Lane::Aws,
                format_smolstr!("{} of {} failed", effect.snapshot, effect.volume),
            ),
            (EffectKind::Deleted, Actor::Outsider) => (
                Lane::Outside,
                format_smolstr!("deleted {} of {}", effect.snapshot, effect.volume),
            ),
            (EffectKind::Deleted, Actor::Client | Actor::Aws) => {
                self.figures.deleted += 1;
                (
                    Lane::Aws,
                    format_smolstr!("{} of {} is gone", effect.snapshot, effect.volume),
                )
            }
        };
        if lane == Lane::Outside {
            // The journal tells what outsiders do, in their own words.
            return;
        }
        self.push(StoryEvent {
            at: Timestamp::from_ms(effect.at.0),
            lane,
            text,
            subject: effect.volume.text().clone(),
            pass: None,
            weight: Weight::Usual,
        });
    }

    /// Someone else did something, or a condition changed.
    pub(super) fn outside(&mut self, at: Timestamp, text: SmolStr, subject: SmolStr) {
        self.push(StoryEvent {
            at,
            lane: Lane::Outside,
            text,
            subject,
            pass: None,
            weight: Weight::Telling,
        });
    }

    fn push(&mut self, event: StoryEvent) {
        if self.keep == KeepStory::Tail && self.events.len() == TAIL {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    fn engine(&mut self, line: &Line<'_>, text: SmolStr, subject: SmolStr, weight: Weight) {
        let (at, pass) = (line.at, line.pass);
        self.push(StoryEvent {
            at,
            lane: Lane::Engine,
            text,
            subject,
            pass,
            weight,
        });
    }

    fn call(&mut self, call: &Call<'_>) {
        let operation = call.request.name();
        self.figures.calls += 1;
        *self.calls.entry(operation).or_default() += 1;
        if operation.effect() == CallEffect::Mutation {
            self.figures.mutations += 1;
            if operation.service() != Service::DynamoDb {
                self.open_calls
                    .insert(call.ticket, (operation, call.context.subject.clone()));
            }
        }
    }

    fn answer(&mut self, line: &Line<'_>, answer: &AnswerLine<'_>) {
        let Some((operation, subject)) = self.open_calls.remove(&answer.ticket) else {
            return;
        };
        let name = operation.text();
        let text = match &*answer.outcome {
            Outcome::Ok(Reply::CreateSnapshots(made) | Reply::CreateSnapshot(made)) => {
                let ids: Vec<&str> = made.snapshots.iter().map(|s| s.id.as_str()).collect();
                format_smolstr!("{name} for {subject}: {}", ids.join(", "))
            }
            Outcome::Ok(_) => format_smolstr!("{name} for {subject}: done"),
            Outcome::Rejected(refused) => {
                format_smolstr!("{name} for {subject}: refused with {}", refused.code)
            }
            Outcome::Unknown(cause) => {
                format_smolstr!("{name} for {subject}: no answer ({cause})")
            }
            Outcome::NotSent(cause) => {
                format_smolstr!("{name} for {subject}: not sent ({cause})")
            }
        };
        let weight = match &*answer.outcome {
            Outcome::Ok(_) => Weight::Usual,
            Outcome::Rejected(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => Weight::Telling,
        };
        self.engine(line, text, subject, weight);
    }

    fn pass_mut(&mut self, line: &Line<'_>) -> Option<&mut PassStory> {
        self.passes.get_mut(&line.pass?)
    }
}

impl Observer for Story {
    fn observe(&mut self, _: u64, line: &Line<'_>) {
        self.figures.lines += 1;
        if self.keep == KeepStory::Nothing {
            match &line.event {
                Event::Call(_) => self.figures.calls += 1,
                Event::Now(_) => self.figures.passes += 1,
                Event::Decision(_) => self.figures.decisions += 1,
                _ => {}
            }
            return;
        }
        match &line.event {
            Event::Header(_) | Event::Setup(_) => {}
            Event::Now(now) => {
                self.figures.passes += 1;
                let number = line.pass.unwrap_or(0);
                if self.keep == KeepStory::Whole {
                    let pass = PassStory {
                        number,
                        job: now.job,
                        policy: now.policy.clone(),
                        slot: now.slot.clone(),
                        began: line.at,
                        ended: None,
                        stopped: None,
                        decisions: Vec::new(),
                        findings: Vec::new(),
                    };
                    self.passes.insert(number, pass);
                }
                let text = format_smolstr!("{} for slot {} begins", now.job, now.slot);
                self.engine(line, text, SmolStr::new(now.policy.as_str()), Weight::Usual);
            }
            Event::Call(call) => self.call(call),
            Event::Answer(answer) => self.answer(line, answer),
            Event::Decision(decision) => {
                self.figures.decisions += 1;
                let at = line.at;
                if let Some(pass) = self.pass_mut(line) {
                    pass.decisions.push((at, decision.as_ref().clone()));
                }
                let subject = decision.subject.text();
                // What is kept is in the passes; the timeline tells what is done, and once what is not.
                match decision.verdict {
                    Verdict::Take | Verdict::Expire | Verdict::Block => {
                        let text = format_smolstr!("{subject}: {decision}");
                        self.engine(line, text, subject.clone(), Weight::Usual);
                    }
                    Verdict::LeaveOut => {
                        let text = format_smolstr!("{subject}: {decision}");
                        if self.left_out.insert(subject.clone(), text.clone()).as_ref()
                            != Some(&text)
                        {
                            self.engine(line, text, subject.clone(), Weight::Usual);
                        }
                    }
                    Verdict::Keep => {}
                }
            }
            Event::Row(row) => {
                let from = row.from.as_ref().map_or("no row", |from| from.as_str());
                let text = format_smolstr!("row {}: {from} → {} ({})", row.key, row.to, row.reason);
                self.engine(line, text, row.key.clone(), Weight::Usual);
            }
            Event::Fault(fault) => {
                self.outside(line.at, fault.what.clone(), SmolStr::default());
            }
            Event::Finding(finding) => {
                let key = (line.at, line.pass.unwrap_or(0));
                self.findings
                    .entry(key)
                    .or_default()
                    .push(finding.as_ref().clone());
                let at = line.at;
                if let Some(pass) = self.pass_mut(line) {
                    pass.findings.push((at, finding.as_ref().clone()));
                }
                let text = format_smolstr!("reports {}: {}", finding.subject, finding.text);
                self.engine(line, text, finding.subject.clone(), Weight::Telling);
            }
            Event::Halt => {
                let text = SmolStr::new_static("a person asks the pass to end");
                self.outside(line.at, text, SmolStr::default());
            }
            Event::Crash(crash) => {
                let text =
                    format_smolstr!("the pass is killed {} its call was applied", crash.boundary);
                self.outside(line.at, text, SmolStr::default());
            }
            Event::End(end) => {
                let at = line.at;
                if let Some(pass) = self.pass_mut(line) {
                    pass.ended = Some(at);
                    pass.stopped = end.stopped.clone();
                }
                let (text, weight) = match &end.stopped {
                    None => (SmolStr::new_static("the pass ends"), Weight::Usual),
                    Some(why) => (
                        format_smolstr!("the pass ends early: {why}"),
                        Weight::Telling,
                    ),
                };
                self.engine(line, text, SmolStr::default(), weight);
            }
        }
    }
}
