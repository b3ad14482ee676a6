//! A scenario as the player takes it: every name looked up, every offset turned into an instant,
//! every default filled in. Nothing in it can be wrong any more.

mod check;
mod config;
mod fault;
mod level;
mod outsider;
mod sentence;
mod step;
mod world;

use smol_str::SmolStr;

pub use check::{BlockedKind, Check, Count, Expectation, OtherFindings, Rule, SnapshotCounts};
pub use config::{Configuration, Known};
pub use fault::{Applied, CallEffect, CallFault, CallMatcher, Calls, Fault, WorldFault};
pub use level::{Level, LevelLimit};
pub use outsider::{HoldAction, Outsider, SnapshotRef};
pub use step::{Boundary, Crash, Repeat, Run, RunSlot, Step, StepKind};
pub use world::{
    Capacity, ImageSpec, InstanceSpec, RootDeviceType, SnapshotSpec, SpanRange, TimingSpec,
    VisibilitySpec, VolumeSpec, WorldLimits, WorldSpec,
};

use crate::domain::{Policy, Timestamp};

/// One story: a world, policies, what happens, and what must hold.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name as it was given to the loader; for messages only.
    pub path: SmolStr,
    /// BLAKE3 of the file's bytes, 64 hexadecimal digits.
    pub digest: SmolStr,
    /// A sentence that says what must hold.
    pub name: SmolStr,
    /// Why it matters; empty when the file does not say.
    pub why: SmolStr,
    /// The first instant of the run.
    pub start: Timestamp,
    /// The first instant after the run; later than `start`.
    pub end: Timestamp,
    /// The file's own seed. `--seed` wins over it; without either it is 0.
    pub seed: Option<u64>,
    /// Whether the installation exists when the story starts.
    pub init: Init,
    /// The levels it is limited to; none: it runs at each simulated level.
    pub levels: Option<LevelLimit>,
    /// What AWS holds at the start, and how it behaves.
    pub world: WorldSpec,
    /// At least one, in the file's order, each name once.
    pub policies: Vec<Policy>,
    /// What happens beside the schedules, sorted by instant and by [`StepKind::rank`]; the file's
    /// order among equals. Every instant lies in `[start, end)`.
    pub story: Vec<Step>,
    /// What must hold beside the invariants, in the file's order; may be empty.
    pub expect: Vec<Expectation>,
}

/// Whether `init` has run before the story starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Init {
    /// Table and installation are there.
    Done,
    /// Nothing is there; a run without `init` must refuse.
    Missing,
}
