//! An open local world.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::World;
use snaplife_sim::chance::Chance;
use snaplife_sim::time::Timestamp as WorldTime;

use super::demo;
use super::file::{Saved, WorldFileError, WorldLock};
use crate::domain::{AccountId, InstallationId, Region, Span, TableName, Timestamp};
use crate::journal::Journal;
use crate::look::doctor::TriedOn;
use crate::player::{Names, build_world, installation_id};
use crate::ports::{Aws, Clock};
use crate::scenario::Scenario;
use crate::simulated::{ConditionSettings, Conditions, Latency, Model, SimClock};
use crate::site::{Identity, Place, PlaceError};

/// A local world that a command works in. Its lock is held until it is dropped.
///
/// Nothing is written before it is closed: a command that is killed leaves the file as it was.
pub struct LocalWorld {
    path: PathBuf,
    clock: SimClock,
    conditions: Rc<Conditions>,
    /// What is not the world itself, as it was read.
    saved: RefCell<Saved>,
    passes: Cell<u32>,
    world: Rc<RefCell<World>>,
    _lock: WorldLock,
}

impl LocalWorld {
    /// Opens the world in a file; without the file it is the demo fleet.
    ///
    /// Must be called inside of a simulated runtime, whose time becomes the world's.
    ///
    /// # Errors
    /// [`WorldFileError`] when the file can't be read or locked; it is as it was.
    pub fn open(path: &Path, waiting: impl FnOnce()) -> Result<Self, WorldFileError> {
        let lock = WorldLock::take(path, waiting)?;
        let saved = match Saved::read(path)? {
            Some(saved) => saved,
            None => saved_of(&demo::demo())?,
        };
        Ok(Self::of(path, lock, saved))
    }

    /// Puts a scenario's world in the place of the one in the file, be it one that can't be used any
    /// more. What is no world of this version stays.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn start_anew(
        path: &Path,
        scenario: &Scenario,
        waiting: impl FnOnce(),
    ) -> Result<Self, WorldFileError> {
        let lock = WorldLock::take(path, waiting)?;
        Saved::may_be_replaced(path)?;
        Ok(Self::of(path, lock, saved_of(scenario)?))
    }

    fn of(path: &Path, lock: WorldLock, saved: Saved) -> Self {
        let world = Rc::new(RefCell::new(saved.world.clone()));
        let clock = SimClock::new(saved.clock);
        clock.set_error(saved.clock_error);
        let latency = Latency {
            min: saved.latency.0,
            max: saved.latency.1,
        };
        let settings = ConditionSettings {
            chance: saved.chance,
            read: latency,
            mutation: latency,
            page_size: saved.page_size,
        };
        let level = Rc::new(Model::new(Rc::clone(&world)));
        let conditions = Conditions::new(level, clock.clone(), settings);
        conditions.set_faults(saved.faults.clone());
        Self {
            path: path.to_owned(),
            clock,
            conditions,
            passes: Cell::new(saved.passes),
            saved: RefCell::new(saved),
            world,
            _lock: lock,
        }
    }

    /// Writes the world back, with everything that happened until now.
    ///
    /// # Errors
    /// As [`Saved::write`]; the file is as it was.
    pub fn save(&self) -> Result<(), WorldFileError> {
        self.settle();
        let mut saved = self.saved.borrow_mut();
        saved.clock = self.now();
        saved.faults = self.conditions.faults();
        saved.passes = self.passes.get();
        saved.world = self.world.borrow().clone();
        saved.write(&self.path)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The account itself.
    #[must_use]
    pub const fn world(&self) -> &Rc<RefCell<World>> {
        &self.world
    }

    /// What its clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.world_now()
    }

    /// What the calls travel through: faults are added there.
    #[must_use]
    pub const fn conditions(&self) -> &Rc<Conditions> {
        &self.conditions
    }

    /// Looks at what is kept beside the account, and changes it.
    pub fn kept<T>(&self, look: impl FnOnce(&mut Saved) -> T) -> T {
        look(&mut self.saved.borrow_mut())
    }

    /// Whether its clock may go on by this much.
    ///
    /// # Errors
    /// [`WorldFileError::TooFar`].
    pub fn may_advance(&self, span: Span) -> Result<(), WorldFileError> {
        Saved::may_advance(self.now(), span)
    }

    /// Lets time pass, and with it what happens by itself.
    pub async fn advance(&self, span: Span) {
        let end = self.now() + span;
        loop {
            let heals = self.kept(|saved| saved.heals.iter().map(|(at, _)| *at).min());
            let next = heals.map_or(end, |at| at.min(end));
            self.clock.world_reaches(next).await;
            self.settle();
            if next >= end {
                break;
            }
        }
    }

    /// Lets happen what is due now, and notes which snapshots came to be.
    fn settle(&self) {
        let mut world = self.world.borrow_mut();
        world.advance(WorldTime(self.now().as_ms()));
        drop(world);
        self.heal();
        let mut world = self.world.borrow_mut();
        let mut saved = self.saved.borrow_mut();
        for effect in world.ec2.drain_effects() {
            saved.names.saw(&effect);
        }
    }
}

impl Place for LocalWorld {
    fn identity(&self) -> Identity {
        let world = self.world.borrow();
        let caller = world.sts.get_caller_identity();
        Identity {
            account: AccountId::new(caller.account.text().clone()),
            region: Region::new(world.region.clone()),
            principal: caller.arn.into(),
            table: TableName::USUAL,
        }
    }

    fn told(&self) -> String {
        format!(
            "simulated {}, world {}, clock {}",
            self.identity(),
            self.path.display(),
            self.now()
        )
    }

    fn level(&self) -> SmolStr {
        SmolStr::new_static("model")
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::new(self.clock.clone())
    }

    fn chance(&self) -> Chance {
        self.saved.borrow().chance
    }

    fn journal_time(&self) -> Box<dyn Fn() -> Timestamp> {
        let clock = self.clock.clone();
        Box::new(move || clock.world_now())
    }

    fn new_installation(&self) -> InstallationId {
        let identity = self.identity();
        installation_id(&identity.account, &identity.region)
    }

    fn next_pass(&self) -> SmolStr {
        self.passes.set(self.passes.get() + 1);
        format_smolstr!("pass-{}", self.passes.get())
    }

    fn aws(&self, name: &str, journal: Rc<dyn Journal>) -> Rc<dyn Aws> {
        self.conditions.for_pass(journal, name)
    }

    fn dry_runs(&self) -> TriedOn {
        TriedOn::WhatIsThere
    }

    fn may_elapse(&self, span: Span) -> Result<(), PlaceError> {
        Ok(self.may_advance(span)?)
    }

    fn elapse(&self, span: Span) -> Option<LocalBoxFuture<'_, ()>> {
        Some(Box::pin(self.advance(span)))
    }

    fn keep(&self) -> Result<(), PlaceError> {
        Ok(self.save()?)
    }

    fn close(self: Box<Self>) -> Result<(), PlaceError> {
        Ok(self.save()?)
    }
}

/// The world of a scenario as it stands at its start.
fn saved_of(scenario: &Scenario) -> Result<Saved, WorldFileError> {
    let chance = Chance::new(scenario.seed.unwrap_or(0));
    let (world, names): (World, Names) =
        build_world(scenario, chance).map_err(|no| WorldFileError::Build {
            why: format!("{}: {}", no.code, no.message),
        })?;
    let mut saved = Saved::new(scenario.start, chance, names, world);
    let spec = &scenario.world;
    saved.clock_error = spec.clock_error;
    saved.latency = (spec.latency.from, spec.latency.to);
    saved.page_size = spec
        .page_size
        .map(|size| u16::try_from(size).unwrap_or(u16::MAX));
    Ok(saved)
}
