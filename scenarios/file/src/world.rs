//! `world:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::text::{
    At, Duration, Entries, ImageName, InstanceName, PastMoment, RangeFile, SignedDuration,
    SnapshotName, Text, VolumeName,
};

/// What AWS holds at the start, and how it behaves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "World")]
pub struct WorldFile {
    /// The account, 12 digits.
    pub account: Option<Text>,
    /// The Region.
    pub region: Option<Text>,
    /// Instances with their volumes.
    pub instances: Vec<InstanceFile>,
    /// Many instances alike.
    pub fleet: Option<FleetFile>,
    /// Volumes that are attached to nothing.
    pub volumes: Vec<LooseVolumeFile>,
    /// Snapshots that exist already.
    pub snapshots: Vec<SnapshotFile>,
    /// Images that exist already.
    pub images: Vec<ImageFile>,
    /// Quotas lower or higher than AWS's.
    pub limits: LimitsFile,
    /// How long copies take.
    pub timing: TimingFile,
    /// How late an effect is seen, at most.
    pub visibility: VisibilityFile,
    /// The share of EC2's token buckets that others use, in percent.
    pub strangers: Option<At<u32>>,
    /// The engine asks for pages of this size; 5 to 1000.
    pub page_size: Option<At<u32>>,
    /// How far the table's indexes are behind.
    pub index_lag: Option<Duration>,
    /// Provisioned capacity of the table; on demand without it.
    pub capacity: Option<At<CapacityFile>>,
    /// How long a call takes.
    pub latency: Option<RangeFile>,
    /// The engine's clock minus AWS's.
    pub clock_error: Option<SignedDuration>,
}

/// An instance with its volumes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Instance")]
pub struct InstanceFile {
    /// Its name, as i-db.
    pub id: InstanceName,
    /// Its tags.
    #[serde(default)]
    pub tags: Entries<String>,
    /// Its state (default: running).
    pub state: Option<InstanceStateFile>,
    /// Whether it is set up for hibernation.
    #[serde(default)]
    pub hibernation: bool,
    /// What it starts from (default: ebs).
    pub root_device_type: Option<RootDeviceFile>,
    /// Its volumes.
    #[serde(default)]
    pub volumes: Vec<VolumeFile>,
}

/// An instance's state.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "InstanceState")]
pub enum InstanceStateFile {
    /// It starts for the first time.
    Pending,
    /// It runs.
    Running,
    /// It is on its way to be stopped.
    Stopping,
    /// It is stopped.
    Stopped,
    /// It is on its way to be terminated.
    ShuttingDown,
    /// It is gone and still listed.
    Terminated,
}

/// What an instance starts from.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "RootDeviceType")]
pub enum RootDeviceFile {
    /// A root volume.
    Ebs,
    /// A disk of the host, which no snapshot can be made of.
    InstanceStore,
}

/// A volume on an instance.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Volume")]
pub struct VolumeFile {
    /// Its name, as vol-db.
    pub id: VolumeName,
    /// Its device, as /dev/sdf.
    pub device: Text,
    /// Whether it is the instance's root; one at most.
    #[serde(default)]
    pub root: bool,
    /// Its size in GiB (default: 8).
    pub size_gib: Option<At<u32>>,
    /// How much of it changes in a day, in GiB (default: nothing).
    pub daily_change_gib: Option<At<u32>>,
    /// Its type (default: gp3).
    #[serde(rename = "type")]
    pub volume_type: Option<VolumeTypeFile>,
    /// Its tags.
    #[serde(default)]
    pub tags: Entries<String>,
    /// Whether its data is encrypted.
    #[serde(default)]
    pub encrypted: bool,
    /// Whether several instances have it; say it at the first mention.
    #[serde(default)]
    pub multi_attach: bool,
}

/// A volume's type.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "VolumeType")]
pub enum VolumeTypeFile {
    /// General purpose SSD of the older kind.
    Gp2,
    /// General purpose SSD.
    Gp3,
    /// Provisioned IOPS SSD of the older kind.
    Io1,
    /// Provisioned IOPS SSD.
    Io2,
    /// Throughput optimised disk.
    St1,
    /// Cold disk.
    Sc1,
    /// Magnetic disk of the oldest kind.
    Standard,
}

impl VolumeTypeFile {
    /// As EC2 spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::St1 => "st1",
            Self::Sc1 => "sc1",
            Self::Standard => "standard",
        }
    }
}

/// A volume that is attached to nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LooseVolume")]
pub struct LooseVolumeFile {
    /// Its name, as vol-archive.
    pub id: VolumeName,
    /// Its size in GiB (default: 8).
    pub size_gib: Option<At<u32>>,
    /// How much of it changes in a day, in GiB (default: nothing).
    pub daily_change_gib: Option<At<u32>>,
    /// Its type (default: gp3).
    #[serde(rename = "type")]
    pub volume_type: Option<VolumeTypeFile>,
    /// Its tags.
    #[serde(default)]
    pub tags: Entries<String>,
    /// Whether its data is encrypted.
    #[serde(default)]
    pub encrypted: bool,
}

/// Many instances alike, numbered: i-web-001 with vol-data-001, and so on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fleet")]
pub struct FleetFile {
    /// How many instances.
    pub count: At<u32>,
    /// What each instance's name starts with, as i-web.
    pub prefix: InstanceName,
    /// The tags of each.
    #[serde(default)]
    pub tags: Entries<String>,
    /// The volumes of each; the instance's number is added to their names.
    pub volumes: Vec<VolumeFile>,
}

/// A snapshot that exists already; the table does not know it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Snapshot")]
pub struct SnapshotFile {
    /// Its name, as snap-old.
    pub id: SnapshotName,
    /// Its volume; one that the world does not have counts as gone.
    pub of: VolumeName,
    /// When it was taken.
    pub started: PastMoment,
    /// Its tags.
    #[serde(default)]
    pub tags: Entries<String>,
    /// Its state: completed (the default), pending, error, or one nobody knows.
    pub state: Option<Text>,
    /// Its owner: self (the default), or another account's 12 digits.
    pub owner: Option<Text>,
    /// Its size in GiB (default: its volume's).
    pub size_gib: Option<At<u32>>,
}

/// An image that exists already.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Image")]
pub struct ImageFile {
    /// Its name, as ami-golden.
    pub id: ImageName,
    /// The snapshots it uses.
    pub snapshots: Vec<SnapshotName>,
    /// Its state (default: available).
    pub state: Option<ImageStateFile>,
}

/// An image's state.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ImageState")]
pub enum ImageStateFile {
    /// Instances can be launched from it.
    Available,
    /// Nobody can launch from it, and it still uses its snapshots.
    Disabled,
}

/// Quotas.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "WorldLimits")]
pub struct LimitsFile {
    /// Snapshots in the Region.
    pub snapshots_per_region: Option<u32>,
    /// Pending snapshots of a volume.
    pub pending_per_volume: Option<u32>,
    /// Least time between two snapshots of a volume.
    pub snapshot_interval: Option<Duration>,
    /// Volumes in one multi-volume set.
    pub volumes_per_set: Option<u32>,
    /// Volumes that one CreateSnapshots can leave out.
    pub excluded_volumes: Option<u32>,
}

/// How long copies take.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Timing")]
pub struct TimingFile {
    /// The first snapshot of a volume.
    pub full: Option<RangeFile>,
    /// Each later one.
    pub incremental: Option<RangeFile>,
}

/// How late an effect is seen, at most.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Visibility")]
pub struct VisibilityFile {
    /// A new snapshot, asked for by id.
    pub by_id: Option<Duration>,
    /// A new snapshot, listed by filter.
    pub by_filter: Option<Duration>,
    /// Changed tags.
    pub tags: Option<Duration>,
    /// A deleted snapshot that is still listed.
    pub deletes: Option<Duration>,
}

/// Provisioned capacity of the table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Capacity")]
pub struct CapacityFile {
    /// Read units a second.
    pub read: u32,
    /// Write units a second.
    pub write: u32,
}
