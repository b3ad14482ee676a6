//! An open site: a place with everything that a command needs to act there.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use smol_str::SmolStr;

use super::configuration::{configuration, pinned};
use super::error::SiteError;
use super::interrupt::Interrupts;
use super::journal::{Durability, JournalFile};
use super::place::{Identity, Place, PlaceError};
use super::time::Time;
use crate::calls::{Caller, CallerSetup, Halt, Pacer, Stop};
use crate::catalog::Installation;
use crate::catalog::write::Writer;
use crate::domain::{InstallationId, Job, Policy, Slot, Span, Timestamp};
use crate::engine::{Pass, PassSetup, idle};
use crate::journal::sink::{Keep, Observer, Stream};
use crate::journal::{Event, Header, Journal, PassStart};
use crate::local::LocalWorld;
use crate::look::doctor::TriedOn;
use crate::plan::Consent;
use crate::player::lock_file_digest;
use crate::ports::Ports;
use crate::report::Colour;
use crate::scenario::Configuration;
use crate::simulated::simulated_runtime;

/// The version of the journal's format.
const JOURNAL_SCHEMA: u32 = 1;

/// What is to be opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Where to act.
    pub place: Where,
    /// The configuration; none: `snaplife.yaml` where it is, else what holds without one.
    pub config: Option<PathBuf>,
    /// The journal to append to.
    pub journal: PathBuf,
}

/// Where to act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Where {
    /// In the local world of this file.
    World(PathBuf),
    /// In the account of the credentials.
    Live,
}

/// A place with the configuration, the journal and a runtime.
pub struct Site {
    config: Configuration,
    halt: Halt,
    interrupts: OnceCell<Interrupts>,
    journal: Rc<Stream>,
    journal_path: PathBuf,
    pacer: Rc<RefCell<Pacer>>,
    passes: Cell<u32>,
    place: Box<dyn Place>,
    time: Time,
}

impl Site {
    /// Opens a site. `waiting` is called before it waits for another command to end; `look` is how
    /// mistakes of the configuration are coloured.
    ///
    /// # Errors
    /// [`SiteError`]; nothing was changed.
    pub fn open(
        opening: &Opening,
        look: Colour,
        waiting: impl FnOnce(),
    ) -> Result<Self, SiteError> {
        let config = configuration(opening.config.as_deref(), look)?;
        let (time, place, durability) = match &opening.place {
            Where::World(path) => {
                let simulated = simulated_runtime();
                let inside = simulated.enter();
                let world = LocalWorld::open(path, waiting).map_err(PlaceError::from)?;
                drop(inside);
                let time = Time::simulated(simulated).map_err(SiteError::Runtime)?;
                let place: Box<dyn Place> = Box::new(world);
                (time, place, Durability::System)
            }
            #[cfg(feature = "live")]
            Where::Live => {
                let runtime = crate::live::live_runtime();
                let account = crate::live::LivePlace::open(&runtime, &config)?;
                let place: Box<dyn Place> = Box::new(account);
                (Time::Real(runtime), place, Durability::Disk)
            }
            #[cfg(not(feature = "live"))]
            Where::Live => return Err(SiteError::NoLive),
        };
        pinned(&config, &place.identity())?;
        let written = |source| SiteError::Journal {
            path: opening.journal.clone(),
            source,
        };
        let file = JournalFile::open(&opening.journal, durability).map_err(written)?;
        let journal_path = file.path().to_owned();
        let journal = Stream::new(place.journal_time(), Keep::Writer(Box::new(file)));
        journal.note(Event::Header(Cow::Owned(Header {
            level: place.level(),
            lock_file: lock_file_digest(),
            scenario: SmolStr::default(),
            scenario_digest: config.digest.clone(),
            schema: JOURNAL_SCHEMA,
            seed: place.chance().seed(),
        })));
        let pace = config
            .policies
            .iter()
            .map(|policy| policy.limits.pace_percent)
            .min();
        Ok(Self {
            config,
            halt: Halt::default(),
            interrupts: OnceCell::new(),
            journal,
            journal_path,
            pacer: Rc::new(RefCell::new(Pacer::new(pace.unwrap_or(80)))),
            passes: Cell::new(0),
            place,
            time,
        })
    }

    /// The policies, and the pins.
    #[must_use]
    pub const fn config(&self) -> &Configuration {
        &self.config
    }

    /// Whose account it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.place.identity()
    }

    /// Where the journal is: what was asked for, or beside it while another command writes that.
    #[must_use]
    pub fn journal_path(&self) -> &Path {
        &self.journal_path
    }

    /// The place in a line for people.
    #[must_use]
    pub fn told(&self) -> String {
        self.place.told()
    }

    /// The engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.place.clock().now()
    }

    /// Shows each line of the journal to this one too.
    pub fn observe(&self, observer: Rc<RefCell<dyn Observer>>) {
        self.journal.add_observer(observer);
    }

    /// Notes what happens outside of passes; a pass notes by itself.
    pub fn note(&self, event: Event<'_>) {
        self.journal.note(event);
    }

    /// What a pass of a job is started with.
    ///
    /// For `create` the slot is the one to serve, otherwise the instant that triggered it.
    #[must_use]
    pub fn pass(&self, policy: &Policy, job: Job, slot: Slot, consent: Consent) -> PassSetup {
        let number = self.passes.get() + 1;
        self.passes.set(number);
        let journal: Rc<dyn Journal> = self.journal.for_pass(number);
        let name = self.place.next_pass();
        let clock = self.place.clock();
        let deadline = clock.now() + policy.limits.deadline;
        journal.note(Event::Setup(Cow::Owned(PassStart {
            deadline,
            name: name.clone(),
            rules: Box::new(policy.clone()),
        })));
        PassSetup {
            ports: Ports {
                aws: self.place.aws(&name, Rc::clone(&journal)),
                clock,
            },
            journal,
            policy: Rc::new(policy.clone()),
            job,
            slot,
            chance: self.place.chance(),
            pacer: Rc::clone(&self.pacer),
            name,
            deadline,
            consent,
            halt: self.halt.clone(),
        }
    }

    /// A pass that does nothing by itself: for looking, and for what a person does by hand. The
    /// credentials and the installation are checked first.
    ///
    /// # Errors
    /// [`Stop`] when AWS refuses, or the installation is missing or another account's.
    pub async fn deed_pass(&self, policy: &Policy) -> Result<Pass, Stop> {
        let slot = Slot::scheduled(self.now());
        idle::pass(self.pass(policy, Job::Sync, slot, Consent::Everything)).await
    }

    /// A pass for looking: as [`Self::deed_pass`], and nothing that it sends can change anything.
    ///
    /// # Errors
    /// As [`Self::deed_pass`].
    pub async fn look_pass(&self, policy: &Policy) -> Result<Pass, Stop> {
        let slot = Slot::scheduled(self.now());
        idle::pass(self.pass(policy, Job::Sync, slot, Consent::Nothing)).await
    }

    /// Makes calls for looking where not even an installation is taken for granted. Nothing is
    /// checked, and nothing that it sends can change anything.
    #[must_use]
    pub fn look_calls(&self, policy: &Policy) -> Caller {
        let slot = Slot::scheduled(self.now());
        idle::calls(self.pass(policy, Job::Sync, slot, Consent::Nothing))
    }

    /// What dry runs may be made with here.
    #[must_use]
    pub fn dry_runs(&self) -> TriedOn {
        self.place.dry_runs()
    }

    /// As [`Self::deed_pass`] where there is no installation yet: for looking only.
    #[must_use]
    pub fn look_pass_before_init(&self, policy: &Policy) -> Pass {
        let identity = self.identity();
        let as_if = Installation {
            id: self.new_installation(),
            account: identity.account,
            region: identity.region,
        };
        let slot = Slot::scheduled(self.now());
        let setup = self.pass(policy, Job::Sync, slot, Consent::Nothing);
        idle::pass_before_init(setup, as_if)
    }

    /// Makes calls outside of a job, for as long as this, and marks the rows they write.
    #[must_use]
    pub fn init_calls(&self, policy: &Policy, lasts: Span) -> (Caller, Writer) {
        let slot = Slot::scheduled(self.now());
        let setup = self.pass(policy, Job::Sync, slot, Consent::Everything);
        let deadline = self.now() + lasts;
        let writer = Writer::new(setup.name.clone());
        let caller = CallerSetup {
            ports: setup.ports,
            chance: setup.chance,
            policy: policy.name.clone(),
            job: Job::Sync,
            limits: policy.limits.clone(),
            deadline,
            halt: setup.halt,
        };
        (Caller::new(caller, Rc::clone(&self.pacer)), writer)
    }

    /// The mark of an installation to be made here.
    #[must_use]
    pub fn new_installation(&self) -> InstallationId {
        self.place.new_installation()
    }

    /// Runs a future to its end.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.time.block_on(future)
    }

    /// The time of the place itself, which the engine's clock may miss.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.journal.at()
    }

    /// Whether as much time may pass here as this.
    ///
    /// # Errors
    /// [`SiteError::Place`] when the clock can't go so far.
    pub fn may_elapse(&self, span: Span) -> Result<(), SiteError> {
        Ok(self.place.may_elapse(span)?)
    }

    /// Lets time pass until this instant, where it does not pass by itself.
    pub fn elapse_until(&self, at: Timestamp) {
        if let Some(passing) = self.place.elapse((at - self.time()).max(Span::ZERO)) {
            self.time.block_on(passing);
        }
    }

    /// Keeps what happened until now, should the program end here.
    ///
    /// # Errors
    /// [`SiteError::Place`] when it can't be kept.
    pub fn keep(&self) -> Result<(), SiteError> {
        Ok(self.place.keep()?)
    }

    /// Runs a future to its end; Ctrl-C ends its passes in good order, and a second one ends the
    /// program. `asked` is called at the first one.
    ///
    /// From the first of these on, Ctrl-C is heard until the program ends: nothing may wait for a person
    /// afterwards.
    pub fn run_until_interrupted<T>(&self, future: impl Future<Output = T>, asked: impl Fn()) -> T {
        let interrupts = self.interrupts.get_or_init(|| self.time.listen());
        let journal = self.journal.for_pass(self.passes.get());
        self.time
            .block_on_until_interrupted(future, interrupts, &self.halt, || {
                journal.note(Event::Halt);
                asked();
            })
    }

    /// Whether a person has asked for an early end. `asked` is called when that is first seen here,
    /// between two passes, where it is no line of the journal.
    pub fn is_interrupted(&self, asked: impl Fn()) -> bool {
        let come = |interrupts: &Interrupts| self.time.has_come(interrupts);
        if !self.halt.is_asked() && self.interrupts.get().is_some_and(come) {
            self.halt.ask();
            asked();
        }
        self.halt.is_asked()
    }

    /// Ends the work: the journal is complete, and a local world is written back.
    ///
    /// # Errors
    /// [`SiteError`] when the journal or the world could not be written.
    pub fn close(self) -> Result<(), SiteError> {
        let record = self.journal.finish();
        self.place.close()?;
        match record.write_error {
            None => Ok(()),
            Some(source) => Err(SiteError::Journal {
                path: self.journal_path,
                source,
            }),
        }
    }
}
