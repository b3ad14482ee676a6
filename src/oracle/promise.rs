//! What was promised, as plain data; the oracle knows no rule beyond it.
//!
//! Whoever plays a scenario fills it from the file and keeps it up to date when the story changes
//! a policy or a tag. A story that makes a promise impossible (a month without credentials, say)
//! waives it by name with a reason, in [`Promise::waived`]; a bound that is `None` is not judged.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::invariant::Invariant;
use crate::domain::{Job, Lifetime, PolicyName, Slot, Span, Timestamp, VolumeId};

/// Everything that was promised for one run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Promise {
    /// Our mark, the value of the tag `snaplife:installation`.
    pub installation: SmolStr,
    /// The account that the installation belongs to.
    pub account: SmolStr,
    /// Its Region.
    pub region: SmolStr,
    /// Each policy by name.
    pub policies: BTreeMap<PolicyName, PolicyPromise>,
    /// Numbers that hold for every policy.
    pub bounds: Bounds,
    /// What is not judged in this run, and why.
    pub waived: BTreeMap<Invariant, SmolStr>,
}

/// What one policy promised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyPromise {
    /// The lifetime that the policy itself gives now; none when it gives none.
    pub lifetime_now: Option<Lifetime>,
    /// Where an instance's or volume's own tag gives another one now.
    pub lifetime_of: BTreeMap<VolumeId, Lifetime>,
    /// The longest that such a tag, or its absence, ever gave before now.
    pub longest_of: BTreeMap<VolumeId, Lifetime>,
    /// Whether a shorter lifetime may end snapshots that exist.
    pub shortening: Shortening,
    /// The newest so many completed snapshots of a volume stay.
    pub last: Option<u32>,
    /// The floor per volume, at least 1.
    pub at_least: u32,
    /// How often each job runs; a job that is not here runs when asked to.
    pub periods: BTreeMap<Job, Span>,
    /// What was due, in order of time.
    pub slots: Vec<SlotPromise>,
    /// Deletes per run that nobody need approve.
    pub blast_floor: u64,
    /// Above that, the largest share of completed snapshots, in percent.
    pub blast_percent: u64,
    /// Whether a person approved more than the limit.
    pub blast_approved: bool,
}

/// Whether a shorter lifetime may end snapshots that exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shortening {
    /// The longest promise holds.
    Refused,
    /// What policy and tag say now holds.
    Applies,
}

/// One slot and what was due in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotPromise {
    /// When.
    pub at: Timestamp,
    /// What was due: the target (instance, or volume taken singly) and each of its volumes.
    pub due: Vec<(SmolStr, VolumeId)>,
    /// Its name.
    pub slot: Slot,
}

/// Numbers that hold for every policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Tries per logical call.
    pub attempts_max: u32,
    /// How often everything that we made is compared with the table.
    pub audit_every: Span,
    /// How long a call may take.
    pub call_timeout: Span,
    /// Calls per pass.
    pub calls_per_pass_max: Option<u64>,
    /// Clocks further apart forbid deletes.
    pub clock_error_max: Span,
    /// How long a pass may take that was not told its own time ([`super::Oracle::pass_may_take`]).
    pub deadline: Span,
    /// How long a lease lasts unrenewed.
    pub lease: Span,
    /// What a lease must have left beside a call's time-out.
    pub lease_skew: Span,
    /// How old a look may be when the delete that rests on it is sent.
    pub look_age_max: Span,
    /// How long something that stood against a delete may put off its next judging.
    pub put_off_max: Span,
    /// Reads of an `expire` pass with nothing due.
    pub quiet_reads_max: Option<u64>,
    /// What a job gets beside its period to do its work; added to each bound of liveness.
    pub slack: Span,
    /// A snapshot pending for longer is reported.
    pub stuck_after: Option<Span>,
    /// How long a fresh snapshot may stay unseen.
    pub visibility_window: Span,
}

impl Default for Bounds {
    /// The figures that a policy has by default.
    fn default() -> Self {
        Self {
            attempts_max: 8,
            audit_every: Span::hours(24),
            call_timeout: Span::seconds(30),
            calls_per_pass_max: None,
            clock_error_max: Span::seconds(60),
            deadline: Span::minutes(55),
            lease: Span::minutes(2),
            lease_skew: Span::seconds(5),
            look_age_max: Span::seconds(30),
            put_off_max: Span::hours(32),
            quiet_reads_max: None,
            slack: Span::hours(1),
            stuck_after: None,
            visibility_window: Span::minutes(5),
        }
    }
}

impl Default for PolicyPromise {
    /// One completed snapshot per volume, and nothing else.
    fn default() -> Self {
        Self {
            lifetime_now: None,
            lifetime_of: BTreeMap::new(),
            longest_of: BTreeMap::new(),
            shortening: Shortening::Refused,
            last: None,
            at_least: 1,
            periods: BTreeMap::new(),
            slots: Vec::new(),
            blast_floor: 25,
            blast_percent: 60,
            blast_approved: false,
        }
    }
}

impl PolicyPromise {
    /// What tag or policy give a snapshot of this volume now.
    #[must_use]
    pub fn lifetime_for(&self, volume: &VolumeId) -> Option<Lifetime> {
        self.lifetime_of.get(volume).copied().or(self.lifetime_now)
    }

    /// The longest that tag or policy gave it at any time. What was promised longer once may have been
    /// put off for that long.
    #[must_use]
    pub fn longest_for(&self, volume: &VolumeId) -> Option<Lifetime> {
        let before = self.longest_of.get(volume).copied();
        self.lifetime_for(volume).max(before)
    }
}
