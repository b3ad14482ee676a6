//! What happens beside the schedules.

use smol_str::SmolStr;

use super::fault::{Calls, Fault};
use super::outsider::{Outsider, SnapshotRef};
use crate::domain::{Job, Lifetime, Policy, PolicyName, Slot, Span, Timestamp};

/// One thing that happens at one instant.
#[derive(Clone, Debug)]
pub struct Step {
    /// When, by AWS's clock.
    pub at: Timestamp,
    /// The line of the file it stands on, from 1.
    pub line: u32,
    /// What.
    pub what: StepKind,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A fault is armed, or starts.
    Fault(Fault),
    /// Someone else acts on the account.
    Outsider(Outsider),
    /// From now on the engine's clock differs from AWS's by this much.
    Clock {
        /// The engine's clock minus AWS's.
        error: Span,
    },
    /// Schedules do not fire for this long: the machine that runs us is off.
    Pause {
        /// How long.
        span: Span,
    },
    /// The policy of this name is replaced; what the file left out is as before.
    ChangePolicy(Box<Policy>),
    /// The next pass to make a call that matches is killed there.
    Crash(Crash),
    /// The next trigger of this job fires several times, one after the other.
    Duplicate {
        /// Which job.
        job: Job,
        /// Of which policies; at least one, each with a schedule for the job.
        policies: Vec<PolicyName>,
        /// How often it fires in all, at least 2.
        times: u32,
    },
    /// The next trigger of this job starts two runners at the same instant.
    Overlap {
        /// Which job.
        job: Job,
        /// Of which policies; at least one, each with a schedule for the job.
        policies: Vec<PolicyName>,
    },
    /// A person approves what this policy's last `expire` refused to delete.
    Approve {
        /// Whose plan.
        policy: PolicyName,
    },
    /// A person gives a found snapshot its row.
    Adopt {
        /// Which; it names exactly one.
        snapshot: SnapshotRef,
        /// Of which policy it becomes.
        policy: PolicyName,
        /// How long it lives; none: as the policy says.
        lifetime: Option<Lifetime>,
    },
    /// A pass is started by hand.
    Run(Run),
}

impl StepKind {
    /// The order of steps at one instant: faults and outsiders first, then what people decide,
    /// then passes in the order sync, expire, create.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Fault(_)
            | Self::Outsider(_)
            | Self::Clock { .. }
            | Self::Pause { .. }
            | Self::ChangePolicy(_)
            | Self::Crash(_)
            | Self::Duplicate { .. }
            | Self::Overlap { .. } => 0,
            Self::Approve { .. } | Self::Adopt { .. } => 1,
            Self::Run(run) => match run.job {
                Job::Sync => 2,
                Job::Expire => 3,
                Job::Create => 4,
            },
        }
    }
}

/// A pass started by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// Which job.
    pub job: Job,
    /// Of which policies, one pass each in this order; at least one.
    pub policies: Vec<PolicyName>,
    /// Which slot it serves; anything but `Latest` only with `create`.
    pub slot: RunSlot,
    /// Once, or a second time right after the first.
    pub repeat: Repeat,
    /// It is stopped this long after its start; none: as the policy says.
    pub deadline: Option<Span>,
}

/// The slot a pass by hand serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunSlot {
    /// The latest one that is not after now.
    Latest,
    /// This one: a scheduled instant, or a name outside the schedule.
    Exactly(Slot),
}

/// How often a pass by hand runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// Once.
    Once,
    /// Twice; the second must find nothing left to do.
    Twice,
}

/// A pass is killed at a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Crash {
    /// Which calls count.
    pub calls: Calls,
    /// Only calls about this resource: an id or a name of the file.
    pub resource: Option<SmolStr>,
    /// Only in passes of this job.
    pub job: Option<Job>,
    /// At which matching call, counted from 1 since now and across passes.
    pub nth: u32,
    /// Before or after the call was applied.
    pub when: Boundary,
}

/// Where around a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boundary {
    /// AWS never saw the call.
    Before,
    /// AWS applied it; nobody saw the answer.
    After,
}

impl Boundary {
    /// `before` or `after`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}
