//! `outsider:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::text::{
    Duration, Entries, ImageName, InstanceName, Moment, SnapshotName, SnapshotText, Text,
    VolumeName,
};

/// Someone else acts on the account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Outsider")]
pub enum OutsiderFile {
    /// Snapshots are deleted.
    DeleteSnapshot(SnapshotText),
    /// Snapshots get tags.
    Tag(TagFile),
    /// Snapshots lose tags.
    Untag(UntagFile),
    /// Snapshots get the tag snaplife:hold.
    Hold(SnapshotText),
    /// Snapshots lose the tag snaplife:hold.
    Release(SnapshotText),
    /// Snapshots are locked.
    Lock(LockFile),
    /// Snapshots are unlocked.
    Unlock(SnapshotText),
    /// An image is made that uses snapshots.
    RegisterImage(RegisterImageFile),
    /// An image is disabled.
    DisableImage(ImageName),
    /// An image is removed.
    DeregisterImage(ImageName),
    /// An instance is terminated; its volumes stay.
    TerminateInstance(InstanceName),
    /// An instance is stopped.
    StopInstance(InstanceName),
    /// An instance is started.
    StartInstance(InstanceName),
    /// An instance's tags are changed.
    RetagInstance(RetagFile),
    /// A volume is detached from every instance.
    DetachVolume(VolumeName),
    /// A volume is detached and deleted.
    DeleteVolume(VolumeName),
    /// A volume is attached to an instance.
    AttachVolume(AttachFile),
    /// A foreign snapshot appears with the tags of one of ours.
    CopyTagsToForeign(CopyTagsFile),
    /// Snapshots go into a state nobody knows.
    UnknownState(UnknownStateFile),
    /// The table is restored to an older instant.
    RestoreTable(RestoreFile),
}

/// Snapshots get tags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TagSnapshot")]
pub struct TagFile {
    /// Which snapshots.
    pub snapshot: SnapshotText,
    /// Their new tags; others stay.
    pub tags: Entries<String>,
}

/// Snapshots lose tags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UntagSnapshot")]
pub struct UntagFile {
    /// Which snapshots.
    pub snapshot: SnapshotText,
    /// Keys.
    pub tags: Vec<Text>,
}

/// Snapshots are locked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LockSnapshot")]
pub struct LockFile {
    /// Which snapshots.
    pub snapshot: SnapshotText,
    /// For how long.
    #[serde(rename = "for")]
    pub span: Duration,
}

/// An image is made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RegisterImage")]
pub struct RegisterImageFile {
    /// The image's name.
    pub image: ImageName,
    /// What it is made of.
    pub snapshots: Vec<SnapshotText>,
}

/// An instance's tags are changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RetagInstance")]
pub struct RetagFile {
    /// Which instance.
    pub instance: InstanceName,
    /// New values; `null` removes the tag. Other tags stay.
    pub tags: Entries<Option<String>>,
}

/// A volume is attached.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AttachVolume")]
pub struct AttachFile {
    /// Which volume.
    pub volume: VolumeName,
    /// To which instance.
    pub instance: InstanceName,
    /// As which device, as /dev/sdf.
    pub device: Text,
}

/// A foreign snapshot appears.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CopyTagsToForeign")]
pub struct CopyTagsFile {
    /// Whose tags.
    pub from: SnapshotText,
    /// The foreign snapshot's name.
    pub name: SnapshotName,
}

/// Snapshots go into a state nobody knows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UnknownState")]
pub struct UnknownStateFile {
    /// Which snapshots.
    pub snapshot: SnapshotText,
    /// A state that EC2 does not document.
    pub state: Text,
}

/// The table is restored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RestoreTable")]
pub struct RestoreFile {
    /// The instant whose rows it gets back.
    pub to: Moment,
}
