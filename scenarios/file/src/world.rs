//! `world:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::{
    At, Duration, Entries, ImageName, InstanceName, PastMoment, RangeFile, SignedDuration,
    SnapshotName, Text, VolumeName,
};

/// What AWS holds at the start, and how it behaves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "World")]
pub(crate) struct WorldFile {
    /// The account, 12 digits.
    pub(crate) account: Option<Text>,
    /// The Region.
    pub(crate) region: Option<Text>,
    /// Instances with their volumes.
    pub(crate) instances: Vec<InstanceFile>,
    /// Many instances alike.
    pub(crate) fleet: Option<FleetFile>,
    /// Volumes that are attached to nothing.
    pub(crate) volumes: Vec<LooseVolumeFile>,
    /// Snapshots that exist already.
    pub(crate) snapshots: Vec<SnapshotFile>,
    /// Images that exist already.
    pub(crate) images: Vec<ImageFile>,
    /// Quotas lower or higher than AWS's.
    pub(crate) limits: LimitsFile,
    /// How long copies take.
    pub(crate) timing: TimingFile,
    /// How late an effect is seen, at most.
    pub(crate) visibility: VisibilityFile,
    /// The share of EC2's token buckets that others use, in percent.
    pub(crate) strangers: Option<At<u32>>,
    /// The engine asks for pages of this size; 5 to 1000.
    pub(crate) page_size: Option<At<u32>>,
    /// How far the table's indexes are behind.
    pub(crate) index_lag: Option<Duration>,
    /// Provisioned capacity of the table; on demand without it.
    pub(crate) capacity: Option<At<CapacityFile>>,
    /// How long a call takes.
    pub(crate) latency: Option<RangeFile>,
    /// The engine's clock minus AWS's.
    pub(crate) clock_error: Option<SignedDuration>,
}

/// An instance with its volumes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Instance")]
pub(crate) struct InstanceFile {
    /// Its name, as i-db.
    pub(crate) id: InstanceName,
    /// Its tags.
    #[serde(default)]
    pub(crate) tags: Entries<String>,
    /// Its state; running without a word.
    pub(crate) state: Option<InstanceStateFile>,
    /// Whether it is set up for hibernation.
    #[serde(default)]
    pub(crate) hibernation: bool,
    /// What it starts from; ebs without a word.
    pub(crate) root_device_type: Option<RootDeviceFile>,
    /// Its volumes.
    #[serde(default)]
    pub(crate) volumes: Vec<VolumeFile>,
}

/// An instance's state.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "InstanceState")]
pub(crate) enum InstanceStateFile {
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,
}

/// What an instance starts from.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "RootDeviceType")]
pub(crate) enum RootDeviceFile {
    Ebs,
    InstanceStore,
}

/// A volume on an instance.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Volume")]
pub(crate) struct VolumeFile {
    /// Its name, as vol-db.
    pub(crate) id: VolumeName,
    /// Its device, as /dev/sdf.
    pub(crate) device: Text,
    /// Whether it is the instance's root; one at most.
    #[serde(default)]
    pub(crate) root: bool,
    /// Its size in GiB; 8 without a word.
    pub(crate) size_gib: Option<At<u32>>,
    /// How much of it changes in a day, in GiB; nothing without a word.
    pub(crate) daily_change_gib: Option<At<u32>>,
    /// Its type; gp3 without a word.
    #[serde(rename = "type")]
    pub(crate) volume_type: Option<VolumeTypeFile>,
    /// Its tags.
    #[serde(default)]
    pub(crate) tags: Entries<String>,
    /// Whether its data is encrypted.
    #[serde(default)]
    pub(crate) encrypted: bool,
    /// Whether several instances have it; say it at the first mention.
    #[serde(default)]
    pub(crate) multi_attach: bool,
}

/// A volume's type.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "VolumeType")]
pub(crate) enum VolumeTypeFile {
    Gp2,
    Gp3,
    Io1,
    Io2,
    St1,
    Sc1,
    Standard,
}

/// A volume that is attached to nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LooseVolume")]
pub(crate) struct LooseVolumeFile {
    /// Its name, as vol-archive.
    pub(crate) id: VolumeName,
    /// Its size in GiB; 8 without a word.
    pub(crate) size_gib: Option<At<u32>>,
    /// How much of it changes in a day, in GiB; nothing without a word.
    pub(crate) daily_change_gib: Option<At<u32>>,
    /// Its type; gp3 without a word.
    #[serde(rename = "type")]
    pub(crate) volume_type: Option<VolumeTypeFile>,
    /// Its tags.
    #[serde(default)]
    pub(crate) tags: Entries<String>,
    /// Whether its data is encrypted.
    #[serde(default)]
    pub(crate) encrypted: bool,
}

/// Many instances alike, numbered: i-web-001 with vol-data-001, and so on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fleet")]
pub(crate) struct FleetFile {
    /// How many instances.
    pub(crate) count: At<u32>,
    /// What each instance's name starts with, as i-web.
    pub(crate) prefix: InstanceName,
    /// The tags of each.
    #[serde(default)]
    pub(crate) tags: Entries<String>,
    /// The volumes of each; the instance's number is added to their names.
    pub(crate) volumes: Vec<VolumeFile>,
}

/// A snapshot that exists already; the table does not know it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Snapshot")]
pub(crate) struct SnapshotFile {
    /// Its name, as snap-old.
    pub(crate) id: SnapshotName,
    /// Its volume; one that the world does not have counts as gone.
    pub(crate) of: VolumeName,
    /// When it was taken.
    pub(crate) started: PastMoment,
    /// Its tags.
    #[serde(default)]
    pub(crate) tags: Entries<String>,
    /// Its state: completed without a word, pending, error, or one nobody knows.
    pub(crate) state: Option<Text>,
    /// Its owner: self without a word, or another account's 12 digits.
    pub(crate) owner: Option<Text>,
    /// Its size in GiB; its volume's without a word.
    pub(crate) size_gib: Option<At<u32>>,
}

/// An image that exists already.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Image")]
pub(crate) struct ImageFile {
    /// Its name, as ami-golden.
    pub(crate) id: ImageName,
    /// The snapshots it uses.
    pub(crate) snapshots: Vec<SnapshotName>,
    /// Its state; available without a word.
    pub(crate) state: Option<ImageStateFile>,
}

/// An image's state.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ImageState")]
pub(crate) enum ImageStateFile {
    Available,
    Disabled,
}

/// Quotas.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "WorldLimits")]
pub(crate) struct LimitsFile {
    /// Snapshots in the Region.
    pub(crate) snapshots_per_region: Option<u32>,
    /// Pending snapshots of a volume.
    pub(crate) pending_per_volume: Option<u32>,
    /// Least time between two snapshots of a volume.
    pub(crate) snapshot_interval: Option<Duration>,
    /// Volumes in one multi-volume set.
    pub(crate) volumes_per_set: Option<u32>,
    /// Volumes that one CreateSnapshots can leave out.
    pub(crate) excluded_volumes: Option<u32>,
}

/// How long copies take.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Timing")]
pub(crate) struct TimingFile {
    /// The first snapshot of a volume.
    pub(crate) full: Option<RangeFile>,
    /// Each later one.
    pub(crate) incremental: Option<RangeFile>,
}

/// How late an effect is seen, at most.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Visibility")]
pub(crate) struct VisibilityFile {
    /// A new snapshot, asked for by id.
    pub(crate) by_id: Option<Duration>,
    /// A new snapshot, listed by filter.
    pub(crate) by_filter: Option<Duration>,
    /// Changed tags.
    pub(crate) tags: Option<Duration>,
    /// A deleted snapshot that is still listed.
    pub(crate) deletes: Option<Duration>,
}

/// Provisioned capacity of the table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Capacity")]
pub(crate) struct CapacityFile {
    /// Read units a second.
    pub(crate) read: u32,
    /// Write units a second.
    pub(crate) write: u32,
}
