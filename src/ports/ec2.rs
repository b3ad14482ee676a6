//! The EC2 calls we make, one value per request and per page of an answer.
//!
//! Fields stand in alphabetical order, so that their JSON is canonical as it is written.
//! Which filters and limits AWS allows: pages *DescribeInstances*, *DescribeSnapshots*,
//! *CreateSnapshots* and so on of the EC2 API Reference.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use crate::domain::{
    BootVolume, ImageId, Instance, InstanceId, Snapshot, SnapshotId, Tag, Tags, Volume, VolumeId,
};

/// A condition on a listing. Several are AND-ed; the values of one are OR-ed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Snapshots with one of these ids, as a filter: a missing one is just absent, where the list
    /// of ids would fail the whole call. At most 200.
    SnapshotIds(Vec<SnapshotId>),
    /// Resources that carry this tag, key and value both exact.
    Tag(Tag),
    /// Resources whose tag of this key has one of these values. At most 200.
    TagValues {
        /// The tag's key.
        key: SmolStr,
        /// The values of which one must match exactly.
        values: Vec<SmolStr>,
    },
    /// Snapshots of, or volumes that are, one of these. At most 200.
    VolumeIds(Vec<VolumeId>),
}

impl Filter {
    /// The filter as EC2 takes it: its name, and its values with wildcards escaped, since ours are
    /// meant as they stand (EC2 User Guide, *List and filter your resources*).
    #[must_use]
    pub fn name_and_values(&self) -> (SmolStr, Vec<SmolStr>) {
        let tag = |key: &SmolStr| format_smolstr!("tag:{key}");
        match self {
            Self::SnapshotIds(ids) => (
                SmolStr::new_static("snapshot-id"),
                ids.iter().map(|id| exact(id.text())).collect(),
            ),
            Self::Tag(Tag { key, value }) => (tag(key), vec![exact(value)]),
            Self::TagValues { key, values } => (tag(key), values.iter().map(exact).collect()),
            Self::VolumeIds(ids) => (
                SmolStr::new_static("volume-id"),
                ids.iter().map(|id| exact(id.text())).collect(),
            ),
        }
    }
}

/// A filter value that matches this text and no other.
#[must_use]
pub fn exact(text: &SmolStr) -> SmolStr {
    const MAGIC: [char; 3] = ['*', '?', '\\'];
    if !text.contains(MAGIC) {
        return text.clone();
    }
    let mut escaped = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if MAGIC.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped.into()
}

/// Which page of a listing is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// At most this many items; AWS allows 5 to 1000 (volumes 500).
    pub max_results: Option<u16>,
    /// The token of the page before; none for the first.
    pub token: Option<SmolStr>,
}

/// `DescribeInstances`: one page of instances.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeInstances {
    /// Conditions, AND-ed.
    pub filters: Vec<Filter>,
    /// Which page.
    pub page: PageRequest,
}

/// One page of instances, in no promised order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InstancePage {
    /// The page's instances.
    pub instances: Vec<Instance>,
    /// Where the next page starts; a page may be short or empty and still have one.
    pub next: Option<SmolStr>,
}

/// `DescribeVolumes`: one page of volumes, or named ones.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeVolumes {
    /// Conditions, AND-ed.
    pub filters: Vec<Filter>,
    /// Ask for exactly these; a missing one fails the call with `InvalidVolume.NotFound`, which is
    /// the only proof that a volume is gone. Excludes `page`.
    pub ids: Vec<VolumeId>,
    /// Which page.
    pub page: PageRequest,
}

/// One page of volumes, in no promised order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VolumePage {
    /// Where the next page starts.
    pub next: Option<SmolStr>,
    /// The page's volumes.
    pub volumes: Vec<Volume>,
}

/// `DescribeSnapshots`, always limited to our own account (`Owner.1=self`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeSnapshots {
    /// Conditions, AND-ed.
    pub filters: Vec<Filter>,
    /// Which page.
    pub page: PageRequest,
}

/// One page of snapshots, in no promised order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnapshotPage {
    /// Where the next page starts.
    pub next: Option<SmolStr>,
    /// The page's snapshots.
    pub snapshots: Vec<Snapshot>,
}

/// `CreateSnapshots`: one crash-consistent set of an instance's volumes.
///
/// It has no idempotency token: after `Unknown`, look by the operation tag before sending again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateSnapshots {
    /// Whether the root volume is part of the set.
    pub boot_volume: BootVolume,
    /// Text shown beside the snapshots.
    pub description: SmolStr,
    /// Data volumes left out; at most 40, never the root.
    pub exclude: Vec<VolumeId>,
    /// The instance.
    pub instance: InstanceId,
    /// Tags put on every snapshot in the same call.
    pub tags: Tags,
}

/// `CreateSnapshot`: a snapshot of one volume. It has no idempotency token either.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateSnapshot {
    /// Text shown beside the snapshot.
    pub description: SmolStr,
    /// Tags put on it in the same call.
    pub tags: Tags,
    /// The volume.
    pub volume: VolumeId,
}

/// The snapshots a create call made; AWS answers for all of them or for none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreatedSnapshots {
    /// One per volume, all with one start time.
    pub snapshots: Vec<Snapshot>,
}

/// `DeleteSnapshot`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeleteSnapshot {
    /// The snapshot.
    pub snapshot: SnapshotId,
}

/// `CreateTags` on snapshots: given keys are overwritten, others stay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTags {
    /// The snapshots.
    pub snapshots: Vec<SnapshotId>,
    /// The tags.
    pub tags: Tags,
}

/// `DeleteTags` on snapshots: each tag goes where it has this very value; what is not there is no
/// error.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeleteTags {
    /// The snapshots.
    pub snapshots: Vec<SnapshotId>,
    /// The tags, key and value.
    pub tags: Tags,
}

/// Whether a mutating call would be allowed: the same call with `DryRun=true`, which AWS never
/// carries out (EC2 API Reference, *Common query parameters*).
///
/// It is a call of its own, with a reply of its own, so that no flag can be forgotten: what is in
/// here can't be sent for real, and what is sent for real can't be tried by it. An endpoint that
/// answers with success has ignored the flag; that is no answer (see
/// [`classify::dry_run`](super::classify::dry_run)).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DryRun {
    /// The call that is tried.
    pub call: Tried,
}

/// The calls that can be tried.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Tried {
    /// `CreateSnapshot`.
    CreateSnapshot(CreateSnapshot),
    /// `CreateSnapshots`.
    CreateSnapshots(CreateSnapshots),
    /// `CreateTags`.
    CreateTags(CreateTags),
    /// `DeleteSnapshot`.
    DeleteSnapshot(DeleteSnapshot),
    /// `DeleteTags`.
    DeleteTags(DeleteTags),
}

/// The call that was tried would be allowed. Without the permission the answer is a refusal of the
/// class `Denied`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allowed {}

/// `DescribeImages` of our account, disabled ones included, that use one of these snapshots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeImages {
    /// Which page.
    pub page: PageRequest,
    /// At most 200.
    pub snapshots: Vec<SnapshotId>,
}

/// One page of images.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImagePage {
    /// The page's images.
    pub images: Vec<ImageUse>,
    /// Where the next page starts.
    pub next: Option<SmolStr>,
}

/// An image and the snapshots it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImageUse {
    /// The image.
    pub image: ImageId,
    /// Its snapshots.
    pub snapshots: Vec<SnapshotId>,
}

/// `DescribeLockedSnapshots` for these snapshots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DescribeLockedSnapshots {
    /// Which page.
    pub page: PageRequest,
    /// At most 200.
    pub snapshots: Vec<SnapshotId>,
}

/// One page of locks in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LockPage {
    /// Snapshots that a lock protects now.
    pub locked: Vec<SnapshotId>,
    /// Where the next page starts.
    pub next: Option<SmolStr>,
}
