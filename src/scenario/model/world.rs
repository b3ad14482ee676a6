//! What AWS holds at the start, and how it behaves.

use smol_str::SmolStr;

use crate::domain::{
    AccountId, Attachment, Device, Encryption, Hibernation, ImageId, InstanceId, InstanceState,
    Region, SnapshotState, Span, Tags, Timestamp, VolumeId,
};

/// The world before the story starts. Where a setting is `None`, the world's own default holds.
#[derive(Clone, Debug)]
pub struct WorldSpec {
    /// The account that everything is in.
    pub account: AccountId,
    /// The Region that everything is in.
    pub region: Region,
    /// In the file's order, fleets expanded; each id once.
    pub instances: Vec<InstanceSpec>,
    /// Every volume, attached or not, in order of first mention; each id once.
    pub volumes: Vec<VolumeSpec>,
    /// Snapshots that exist before the story starts.
    pub snapshots: Vec<SnapshotSpec>,
    /// Images that exist before the story starts.
    pub images: Vec<ImageSpec>,
    /// Quotas.
    pub limits: WorldLimits,
    /// How long copies take.
    pub timing: TimingSpec,
    /// How late an effect is seen.
    pub visibility: VisibilitySpec,
    /// The share of each of EC2's token buckets that others use, in percent, 0 to 100.
    pub strangers_percent: u32,
    /// The engine's listings ask for pages of this size; `None`: as many as AWS allows.
    pub page_size: Option<u32>,
    /// How far the table's indexes are behind.
    pub index_lag: Option<Span>,
    /// The table's capacity; `None`: on demand.
    pub capacity: Option<Capacity>,
    /// How long a call takes, in whole milliseconds, at least 1.
    pub latency: SpanRange,
    /// The engine's clock minus AWS's at the start.
    pub clock_error: Span,
}

/// An instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceSpec {
    /// The file's name for it, as `i-db`.
    pub id: InstanceId,
    /// Its tags.
    pub tags: Tags,
    /// Its state.
    pub state: InstanceState,
    /// Whether it is set up for hibernation.
    pub hibernation: Hibernation,
    /// What its root is.
    pub root_device_type: RootDeviceType,
    /// The device of its root volume; none when no volume of it is the root.
    pub root_device: Option<Device>,
    /// Its volumes, in the file's order; each is in [`WorldSpec::volumes`].
    pub attachments: Vec<Attachment>,
}

/// What an instance starts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RootDeviceType {
    /// An EBS volume.
    Ebs,
    /// A disk of the host, which can't be snapshotted.
    InstanceStore,
}

/// A volume.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VolumeSpec {
    /// The file's name for it, as `vol-db`.
    pub id: VolumeId,
    /// Its size in GiB, at least 1.
    pub size_gib: u32,
    /// How much of it changes in a day, in GiB.
    pub daily_change_gib: u32,
    /// `gp3`, `st1` …
    pub volume_type: SmolStr,
    /// Its tags.
    pub tags: Tags,
    /// Whether its data is encrypted.
    pub encrypted: Encryption,
    /// Whether several instances may have it at once.
    pub multi_attach: bool,
}

/// A snapshot that exists before the story starts; no row names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotSpec {
    /// The file's name for it, as `snap-old`; story and expectations use it.
    pub name: SmolStr,
    /// The volume it was taken of; that volume need not exist any more.
    pub of: VolumeId,
    /// When it was taken: before the start of the run, or later by a strange clock.
    pub started: Timestamp,
    /// Its state.
    pub state: SnapshotState,
    /// Its tags.
    pub tags: Tags,
    /// The account that owns it.
    pub owner: AccountId,
    /// Its size in GiB.
    pub size_gib: u32,
}

/// A machine image that exists before the story starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageSpec {
    /// The file's name for it, as `ami-golden`.
    pub id: ImageId,
    /// Names of the snapshots it uses.
    pub snapshots: Vec<SmolStr>,
    /// `available`, `disabled` …
    pub state: SmolStr,
}

/// Quotas that a scenario may lower.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct WorldLimits {
    /// Snapshots in the Region.
    pub snapshots_per_region: Option<u32>,
    /// Pending snapshots of a volume, whatever its type.
    pub pending_per_volume: Option<u32>,
    /// Least time between two snapshots of a volume.
    pub snapshot_interval: Option<Span>,
    /// Volumes in one multi-volume set.
    pub volumes_per_set: Option<u32>,
    /// `ExcludeDataVolumeIds` in one `CreateSnapshots`.
    pub excluded_volumes: Option<u32>,
}

/// How long copies take.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct TimingSpec {
    /// The first snapshot of a volume.
    pub full: Option<SpanRange>,
    /// Each later one.
    pub incremental: Option<SpanRange>,
}

/// How late an effect is seen, at most.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct VisibilitySpec {
    /// A new snapshot, asked for by id.
    pub by_id: Option<Span>,
    /// A new snapshot, listed by filter.
    pub by_filter: Option<Span>,
    /// Changed tags.
    pub tags: Option<Span>,
    /// A deleted snapshot that is still listed.
    pub deletes: Option<Span>,
}

/// A table with provisioned capacity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capacity {
    /// Read units a second, at least 1.
    pub read: u32,
    /// Write units a second, at least 1.
    pub write: u32,
}

/// From the shortest to the longest, both included; `from <= to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpanRange {
    /// The shortest.
    pub from: Span,
    /// The longest.
    pub to: Span,
}

impl SpanRange {
    /// One length, always.
    #[must_use]
    pub const fn exactly(span: Span) -> Self {
        Self {
            from: span,
            to: span,
        }
    }
}
