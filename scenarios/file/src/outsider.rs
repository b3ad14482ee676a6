//! `outsider:`, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::{
    Duration, Entries, ImageName, InstanceName, Moment, SnapshotName, SnapshotText, Text,
    VolumeName,
};

/// Someone else acts on the account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Outsider")]
pub(crate) enum OutsiderFile {
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
pub(crate) struct TagFile {
    pub(crate) snapshot: SnapshotText,
    pub(crate) tags: Entries<String>,
}

/// Snapshots lose tags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UntagSnapshot")]
pub(crate) struct UntagFile {
    pub(crate) snapshot: SnapshotText,
    /// Keys.
    pub(crate) tags: Vec<Text>,
}

/// Snapshots are locked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LockSnapshot")]
pub(crate) struct LockFile {
    pub(crate) snapshot: SnapshotText,
    /// For how long.
    #[serde(rename = "for")]
    pub(crate) span: Duration,
}

/// An image is made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RegisterImage")]
pub(crate) struct RegisterImageFile {
    pub(crate) image: ImageName,
    pub(crate) snapshots: Vec<SnapshotText>,
}

/// An instance's tags are changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RetagInstance")]
pub(crate) struct RetagFile {
    pub(crate) instance: InstanceName,
    /// New values; `null` removes the tag. Other tags stay.
    pub(crate) tags: Entries<Option<String>>,
}

/// A volume is attached.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AttachVolume")]
pub(crate) struct AttachFile {
    pub(crate) volume: VolumeName,
    pub(crate) instance: InstanceName,
    pub(crate) device: Text,
}

/// A foreign snapshot appears.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CopyTagsToForeign")]
pub(crate) struct CopyTagsFile {
    /// Whose tags.
    pub(crate) from: SnapshotText,
    /// The foreign snapshot's name.
    pub(crate) name: SnapshotName,
}

/// Snapshots go into a state nobody knows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UnknownState")]
pub(crate) struct UnknownStateFile {
    pub(crate) snapshot: SnapshotText,
    pub(crate) state: Text,
}

/// The table is restored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RestoreTable")]
pub(crate) struct RestoreFile {
    pub(crate) to: Moment,
}
