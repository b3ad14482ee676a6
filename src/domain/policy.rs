//! A policy: what to snapshot, when, and how long to keep it.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::ids::{Device, PolicyName, TopicArn};
use super::job::Job;
use super::schedule::Schedule;
use super::tags::Tag;
use super::time::{Span, Timestamp};
use super::zone::Zone;

/// The named rule a run works by.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Its name; snapshots belong to the name, so a renamed policy is a new one.
    pub name: PolicyName,
    /// What is snapshotted.
    pub select: Selection,
    /// When each job runs.
    pub schedules: Schedules,
    /// What is kept.
    pub keep: Keep,
    /// What happens to the snapshots of a volume that is gone.
    pub source_gone: SourceGone,
    /// Whether a shortened lifetime applies to snapshots that exist.
    pub retroactive: Retroactive,
    /// Tag keys of an instance that hold the lifetime of its snapshots, first match wins.
    pub lifetime_tags: Vec<SmolStr>,
    /// Tag keys copied from the instance, or from a volume taken singly.
    pub copy_tags: Vec<SmolStr>,
    /// Tags put on every snapshot.
    pub extra_tags: Vec<Tag>,
    /// Limits of time and number.
    pub limits: Limits,
    /// The SNS topic for findings; none to keep them in the report only.
    pub notify: Option<TopicArn>,
}

/// When each job runs, read in one time zone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Schedules {
    /// None: the slot is the UTC day, and `create` runs when it is asked to.
    pub create: Option<Schedule>,
    /// None: only when asked to.
    pub sync: Option<Schedule>,
    /// None: only when asked to.
    pub expire: Option<Schedule>,
    /// The zone of `cron` expressions.
    pub zone: Zone,
    /// Where `rate` expressions count from: the start of a scenario; live 1970.
    pub anchor: Timestamp,
}

impl Schedules {
    /// The schedule of one job.
    #[must_use]
    pub const fn of(&self, job: Job) -> Option<&Schedule> {
        match job {
            Job::Create => self.create.as_ref(),
            Job::Sync => self.sync.as_ref(),
            Job::Expire => self.expire.as_ref(),
        }
    }

    /// When a job runs next, strictly after an instant; none without a schedule or at its end.
    #[must_use]
    pub fn next_after(&self, job: Job, after: Timestamp) -> Option<Timestamp> {
        self.of(job)?.next_after(after, &self.zone, self.anchor)
    }

    /// When a job should have run last; none without a schedule or before its first slot.
    #[must_use]
    pub fn latest_at_or_before(&self, job: Job, now: Timestamp) -> Option<Timestamp> {
        self.of(job)?
            .latest_at_or_before(now, &self.zone, self.anchor)
    }

    /// How long the slot of a job at this instant lasts: the distance to the one after it.
    #[must_use]
    pub fn period_at(&self, job: Job, slot: Timestamp) -> Option<Span> {
        self.of(job)?.period_at(slot, &self.zone, self.anchor)
    }

    /// The first slot of `create` strictly after an instant.
    #[must_use]
    pub fn next_create_after(&self, after: Timestamp) -> Option<Timestamp> {
        self.next_after(Job::Create, after)
    }

    /// The slot of `create` that is due: the last one not after `now`. Without a schedule it is
    /// the UTC day, named by its midnight.
    #[must_use]
    pub fn latest_create_at_or_before(&self, now: Timestamp) -> Option<Timestamp> {
        if self.create.is_none() {
            let since_midnight = now.as_ms().rem_euclid(Span::days(1).as_ms());
            return Some(now - Span::from_ms(since_midnight));
        }
        self.latest_at_or_before(Job::Create, now)
    }

    /// How long a slot of `create` lasts: until the one after it, and a day without a schedule. None when it
    /// is the last.
    #[must_use]
    pub fn create_period_at(&self, slot: Timestamp) -> Option<Span> {
        if self.create.is_none() {
            return Some(Span::days(1));
        }
        self.period_at(Job::Create, slot)
    }
}

/// What a policy selects.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Selection {
    /// Instances by tag, or volumes by tag.
    pub target: Target,
    /// Whether root volumes of selected instances are left out, each by its own root device. A volume
    /// selected by its own tag is meant, root or not.
    pub root: RootVolumes,
    /// Volumes with one of these tags are left out.
    pub exclude_tags: Vec<Tag>,
    /// Volumes on one of these devices are left out.
    pub exclude_devices: Vec<Device>,
}

/// What carries the tag that opts in. Key and value must both match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Instances with this tag, all their volumes in one set.
    Instances(Tag),
    /// Volumes with this tag, one by one.
    Volumes(Tag),
}

/// Whether root volumes are snapshotted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootVolumes {
    /// They are left out.
    Exclude,
    /// They are taken too.
    Include,
}

/// The keep rules: a snapshot goes only when none of them keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Keep {
    /// Lifetime where the instance's tag gives none.
    pub lifetime: Option<Span>,
    /// The newest this many completed items of a volume.
    pub last: Option<u32>,
    /// The floor: the number of completed snapshots of a volume that our hand never goes below.
    pub at_least: AtLeast,
}

/// The floor; at least 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AtLeast(u32);

impl AtLeast {
    /// A floor of `count`; 0 is read as 1, since the last good copy never goes.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        if count == 0 { Self(1) } else { Self(count) }
    }

    /// The number.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }
}

impl Default for AtLeast {
    fn default() -> Self {
        Self(1)
    }
}

/// What happens once a volume is gone (asked for by id and told so, twice, 24 h apart).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceGone {
    /// Rules go on; the floor holds for this long after the volume was first seen gone.
    KeepLast(Span),
    /// Rules go on without a floor.
    Finish,
    /// Nothing of it is deleted.
    Hold,
}

/// Whether a shorter lifetime applies to snapshots that exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retroactive {
    /// The longest of all promises holds.
    No,
    /// What policy and tag say now holds.
    Yes,
}

/// Limits of time and number, each with its unit and the reason for its default.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// One call may take this long before its outcome is `Unknown`.
    pub call_timeout: Span,
    /// Attempts per logical call, the first included.
    pub attempts_max: u32,
    /// How long a fresh snapshot may stay unseen. AWS advises up to five minutes of patience
    /// (EC2 Developer Guide, *Eventual consistency*).
    pub visibility_window: Span,
    /// A failed snapshot is kept this long for a person to look at.
    pub error_grace: Span,
    /// A pending snapshot older than this is reported.
    pub stuck_after: Span,
    /// A pass ends this long after its start.
    pub deadline: Span,
    /// Deletes per run that never need approval.
    pub blast_floor: u32,
    /// The largest share of completed snapshots deleted in one run above the floor, in percent.
    pub blast_percent: u32,
    /// Two clocks may differ by this much before nothing is deleted.
    pub clock_error_max: Span,
    /// Deleted rows stay this long for the audit.
    pub keep_deleted_rows: Span,
    /// The share of each AWS token bucket that we use, in percent.
    pub pace_percent: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_timeout: Span::seconds(30),
            attempts_max: 8,
            visibility_window: Span::minutes(5),
            error_grace: Span::hours(24),
            stuck_after: Span::hours(24),
            deadline: Span::minutes(55),
            blast_floor: 25,
            blast_percent: 60,
            clock_error_max: Span::seconds(60),
            keep_deleted_rows: Span::days(30),
            pace_percent: 80,
        }
    }
}
