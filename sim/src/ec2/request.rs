//! The calls and their answers, in EC2's terms.
//!
//! Source of every field: EC2 API Reference, the page of the call. Fields that no caller here needs
//! are left out.

use smol_str::SmolStr;

use crate::time::Timestamp;

use super::guards::{ImageState, LockMode};
use super::ids::{AccountId, ImageId, InstanceId, SnapshotId, VolumeId};
use super::model::{
    Attachment, BlockDevice, Hibernation, InstanceState, RootDeviceType, SnapshotState, VolumeType,
};
use super::tags::Tags;

/// One filter of a listing: `tag:KEY`, `volume-id` … The values are OR-ed and may have `*`, `?`, and
/// `\` before a character that is meant as it stands; several filters are AND-ed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    /// Its name, case-sensitive.
    pub name: SmolStr,
    /// Its values, case-sensitive.
    pub values: Vec<SmolStr>,
}

impl Filter {
    /// A filter from its name and values.
    pub fn new<V: Into<SmolStr>>(
        name: impl Into<SmolStr>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self {
            name: name.into(),
            values: values.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which page of a listing is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageRequest {
    /// At most this many items; none asks for all of them in one answer.
    pub max_results: Option<u32>,
    /// The token of the page before.
    pub token: Option<SmolStr>,
}

/// `DescribeInstances`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DescribeInstances {
    /// Conditions.
    pub filters: Vec<Filter>,
    /// Exactly these; a missing one fails the call.
    pub ids: Vec<InstanceId>,
    /// Which page.
    pub page: PageRequest,
}

/// One instance, as `DescribeInstances` shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceInfo {
    /// `blockDeviceMapping`.
    pub block_devices: Vec<BlockDevice>,
    /// `hibernationOptions.configured`.
    pub hibernation: Hibernation,
    /// `instanceId`.
    pub id: InstanceId,
    /// `rootDeviceName`.
    pub root_device: Option<SmolStr>,
    /// `rootDeviceType`.
    pub root_device_type: RootDeviceType,
    /// `instanceState.name`.
    pub state: InstanceState,
    /// `tagSet`.
    pub tags: Tags,
}

/// `DescribeVolumes`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DescribeVolumes {
    /// Conditions.
    pub filters: Vec<Filter>,
    /// Exactly these; a missing one fails the call.
    pub ids: Vec<VolumeId>,
    /// Which page.
    pub page: PageRequest,
}

/// One volume, as `DescribeVolumes` shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VolumeInfo {
    /// `attachmentSet`.
    pub attachments: Vec<Attachment>,
    /// `encrypted`.
    pub encrypted: bool,
    /// `volumeId`.
    pub id: VolumeId,
    /// `multiAttachEnabled`.
    pub multi_attach: bool,
    /// `size`, in GiB.
    pub size_gib: u32,
    /// `status`.
    pub state: &'static str,
    /// `tagSet`.
    pub tags: Tags,
    /// `volumeType`.
    pub volume_type: VolumeType,
}

/// `DescribeSnapshots`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DescribeSnapshots {
    /// Conditions.
    pub filters: Vec<Filter>,
    /// Exactly these; a missing one fails the call.
    pub ids: Vec<SnapshotId>,
    /// Whose; empty asks for everything one may restore, other accounts' snapshots too.
    pub owners: Vec<Owner>,
    /// Which page.
    pub page: PageRequest,
}

/// Whose snapshots are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// The caller's (`self`).
    Myself,
    /// Those of this account.
    Account(AccountId),
}

/// One snapshot, as the listing and the create calls show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotInfo {
    /// `description`.
    pub description: SmolStr,
    /// `encrypted`.
    pub encrypted: bool,
    /// `snapshotId`.
    pub id: SnapshotId,
    /// `ownerId`.
    pub owner: AccountId,
    /// `progress`, in percent.
    pub progress: u8,
    /// `volumeSize`, in GiB.
    pub size_gib: u32,
    /// `startTime`.
    pub start: Timestamp,
    /// `status`; the same thing is called `state` in the answer of `CreateSnapshots`.
    pub state: SnapshotState,
    /// `tagSet`.
    pub tags: Tags,
    /// `volumeId`.
    pub volume: VolumeId,
}

/// `CreateSnapshots`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateSnapshots {
    /// `CopyTagsFromSource`.
    pub copy_tags: CopyTags,
    /// `Description`.
    pub description: SmolStr,
    /// `InstanceSpecification.ExcludeBootVolume`.
    pub exclude_boot_volume: bool,
    /// `InstanceSpecification.ExcludeDataVolumeIds`.
    pub exclude_data_volumes: Vec<VolumeId>,
    /// `InstanceSpecification.InstanceId`.
    pub instance: InstanceId,
    /// `TagSpecifications` for snapshots.
    pub tags: Tags,
}

/// Whether snapshots get the tags of their volumes too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum CopyTags {
    /// They do (`volume`).
    FromVolume,
    /// They do not.
    #[default]
    No,
}

/// `CreateSnapshot`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateSnapshot {
    /// `Description`.
    pub description: SmolStr,
    /// `TagSpecifications` for the snapshot.
    pub tags: Tags,
    /// `VolumeId`.
    pub volume: VolumeId,
}

/// `DescribeImages`, of the caller's own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DescribeImages {
    /// Conditions.
    pub filters: Vec<Filter>,
    /// `IncludeDisabled`.
    pub include_disabled: bool,
    /// Which page.
    pub page: PageRequest,
}

/// One image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageInfo {
    /// `imageId`.
    pub id: ImageId,
    /// The snapshots of its `blockDeviceMapping`.
    pub snapshots: Vec<SnapshotId>,
    /// `imageState`.
    pub state: ImageState,
    /// `tagSet`.
    pub tags: Tags,
}

/// `DescribeLockedSnapshots`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DescribeLockedSnapshots {
    /// Only these; empty asks for all.
    pub ids: Vec<SnapshotId>,
    /// Which page.
    pub page: PageRequest,
}

/// One lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockInfo {
    /// `snapshotId`.
    pub id: SnapshotId,
    /// `lockState`.
    pub state: LockState,
}

/// A lock's state (API Reference, *LockedSnapshotsInfo*; `compliance-cooloff` is not modelled).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LockState {
    /// In force.
    Locked(LockMode),
    /// Over.
    Expired,
}

/// One page of a listing, in no promised order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; a page may be short or empty and still have one.
    pub next: Option<SmolStr>,
}

impl<T> Page<T> {
    /// The same page with its items changed.
    pub(super) fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}
