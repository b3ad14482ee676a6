//! Sees every line and every true effect, and hands them to whoever judges.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;
use snaplife_sim::ec2::{Actor, Effect, EffectKind, SnapshotId, SnapshotState};
use snaplife_sim::world::World;

use super::names::Names;
use super::run::Judging;
use super::story::Story;
use crate::domain::{Job, Timestamp, VolumeId};
use crate::journal::sink::Observer;
use crate::journal::{Event, Line};
use crate::oracle::{Oracle, Violation};

/// Follows a run from outside: every line, and everything that truly happened, in order.
pub trait Witness {
    /// A line of the journal, as [`Observer::observe`] has it; `world` is the truth at that moment.
    fn line(&mut self, number: u64, line: &Line<'_>, world: &World);
    /// Something truly happened to a snapshot; told before the next line.
    fn effect(&mut self, effect: &Effect, world: &World);
}

/// Everything that watches one run.
pub(super) struct Watch {
    /// Whoever else wants to follow.
    pub(super) witness: Option<Rc<RefCell<dyn Witness>>>,
    /// The truth.
    pub(super) world: Rc<RefCell<World>>,
    /// What names stand for.
    pub(super) names: Names,
    /// What a person wants to read.
    pub(super) story: Story,
    /// The judge.
    pub(super) oracle: Oracle,
    /// Whether it follows.
    pub(super) judging: Judging,
    /// Snapshots that our own hand deleted, per volume.
    pub(super) deleted_by_us: BTreeMap<SmolStr, u64>,
    /// Every snapshot that our own hand ever took, per volume, oldest first; deleted ones included.
    pub(super) taken_by_us: BTreeMap<SmolStr, Vec<SnapshotId>>,
    /// Starts of completed snapshots, of the volumes that somebody asks about.
    pub(super) completed_starts: BTreeMap<VolumeId, BTreeSet<Timestamp>>,
    /// Passes that ended early.
    pub(super) passes_stopped: u64,
    /// Which job each pass under way does.
    pub(super) jobs: BTreeMap<u32, Job>,
    /// What the rules over the whole table wait for.
    pub(super) due: RulesDue,
}

/// Rules over the whole table are judged when a pass has ended well and something has changed since
/// they were judged last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RulesDue {
    /// A pass has ended well, just now.
    pub(super) pass_ended: bool,
    /// A pass of `sync` has ended well, just now, and no snapshot was made since.
    pub(super) sync_ended: bool,
    /// A row or a snapshot changed since a pass ended well.
    pub(super) changed_since_pass: bool,
    /// A row or a snapshot changed since a `sync` ended well.
    pub(super) changed_since_sync: bool,
}

impl RulesDue {
    fn changed(&mut self) {
        self.changed_since_pass = true;
        self.changed_since_sync = true;
    }

    /// What is due now; from here on it is judged.
    pub(super) fn take(&mut self) -> Self {
        let due = *self;
        self.changed_since_pass &= !due.pass_ended;
        self.changed_since_sync &= !due.sync_ended;
        self.pass_ended = false;
        self.sync_ended = false;
        due
    }
}

impl Watch {
    /// Hands on what truly happened since the last time.
    pub(super) fn drain(&mut self) {
        let world = Rc::clone(&self.world);
        let effects = world.borrow_mut().ec2.drain_effects();
        if effects.is_empty() {
            return;
        }
        self.due.changed();
        for effect in &effects {
            if let Some(witness) = &self.witness {
                witness.borrow_mut().effect(effect, &world.borrow());
            }
            self.names.saw(effect);
            self.story.saw(effect);
            match (effect.kind, effect.by) {
                (EffectKind::Deleted, Actor::Client) => {
                    *self
                        .deleted_by_us
                        .entry(effect.volume.text().clone())
                        .or_default() += 1;
                }
                (EffectKind::Completed, _) => {
                    let volume = VolumeId::new(effect.volume.text().clone());
                    let world = world.borrow();
                    let start = world
                        .ec2
                        .snapshot(&effect.snapshot)
                        .map(|snapshot| snapshot.start);
                    if let (Some(starts), Some(start)) =
                        (self.completed_starts.get_mut(&volume), start)
                    {
                        starts.insert(Timestamp::from_ms(start.0));
                    }
                }
                (EffectKind::Created, by) => {
                    self.due.sync_ended = false;
                    if by == Actor::Client {
                        let volume = effect.volume.text().clone();
                        let taken = self.taken_by_us.entry(volume).or_default();
                        taken.push(effect.snapshot.clone());
                    }
                }
                (EffectKind::Failed | EffectKind::Deleted, _) => {}
            }
        }
        self.story.figures.checks += u64::try_from(effects.len()).unwrap_or(0);
        if self.judging == Judging::Judged {
            self.oracle.effects(&effects, &*world.borrow());
        }
    }

    /// What the oracle says of the whole run, at its end; nothing when it did not follow.
    pub(super) fn finish(&mut self, end: Timestamp) -> Vec<Violation> {
        match self.judging {
            Judging::Judged => {
                let world = Rc::clone(&self.world);
                self.oracle.finish(end, &*world.borrow())
            }
            Judging::Compared => Vec::new(),
        }
    }

    /// How many completed snapshots a volume truly has.
    pub(super) fn completed(&self, volume: &VolumeId) -> u64 {
        let world = self.world.borrow();
        let volume = snaplife_sim::ec2::VolumeId::new(volume.text().clone());
        let of = world.ec2.snapshots_of(&volume);
        let completed = of.filter(|snapshot| snapshot.state == SnapshotState::Completed);
        u64::try_from(completed.count()).unwrap_or(u64::MAX)
    }
}

impl Observer for Watch {
    fn observe(&mut self, number: u64, line: &Line<'_>) {
        self.drain();
        self.story.observe(number, line);
        match &line.event {
            Event::Now(now) => {
                self.jobs.insert(line.pass.unwrap_or(0), now.job);
            }
            Event::Row(_) => self.due.changed(),
            Event::End(end) => {
                let job = self.jobs.remove(&line.pass.unwrap_or(0));
                match end.stopped {
                    Some(_) => self.passes_stopped += 1,
                    None => {
                        self.due.pass_ended = true;
                        self.due.sync_ended |= job == Some(Job::Sync);
                    }
                }
            }
            Event::Header(_)
            | Event::Setup(_)
            | Event::Call(_)
            | Event::Answer(_)
            | Event::Decision(_)
            | Event::Fault(_)
            | Event::Finding(_)
            | Event::Halt
            | Event::Crash(_) => {}
        }
        let world = Rc::clone(&self.world);
        if let Some(witness) = &self.witness {
            witness.borrow_mut().line(number, line, &world.borrow());
        }
        self.story.figures.checks += 1;
        if self.judging == Judging::Judged {
            self.oracle.observe(number, line, &*world.borrow());
        }
    }
}
