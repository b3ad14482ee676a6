//! What exists: instances, volumes and snapshots, as they truly are.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::time::Timestamp;

use super::effects::Actor;
use super::ids::{AccountId, InstanceId, SnapshotId, VolumeId};
use super::snapshots::{self, Key};
use super::tags::Tags;

/// An instance as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InstanceTruth {
    /// Its EBS volumes, in the order in which they were attached.
    pub block_devices: Vec<BlockDevice>,
    /// Whether it is set up for hibernation.
    pub hibernation: Hibernation,
    /// Its id.
    pub id: InstanceId,
    /// The device name of its root, as `/dev/xvda`; none for an instance without one.
    pub root_device: Option<SmolStr>,
    /// Where its root lives.
    pub root_device_type: RootDeviceType,
    /// Its state.
    pub state: InstanceState,
    /// Its tags.
    pub tags: Tags,
}

impl InstanceTruth {
    /// The volume on its root device.
    #[must_use]
    pub fn root_volume(&self) -> Option<&VolumeId> {
        let root = self.root_device.as_ref()?;
        let device = self.block_devices.iter().find(|d| &d.device == root)?;
        Some(&device.volume)
    }
}

/// A volume on an instance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockDevice {
    /// The device name, as `/dev/sdf`.
    pub device: SmolStr,
    /// What happens to the volume when the instance is terminated.
    pub on_termination: OnTermination,
    /// The volume.
    pub volume: VolumeId,
}

/// What happens to a volume when its instance is terminated (`DeleteOnTermination`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum OnTermination {
    /// It is deleted.
    Delete,
    /// It stays, detached.
    Keep,
}

/// Whether an instance is set up for hibernation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Hibernation {
    /// It is.
    Configured,
    /// It is not.
    Off,
}

/// Where an instance's root lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum RootDeviceType {
    /// On an EBS volume.
    Ebs,
    /// On a disk of the host, which is no volume.
    InstanceStore,
}

impl RootDeviceType {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ebs => "ebs",
            Self::InstanceStore => "instance-store",
        }
    }
}

/// An instance's state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum InstanceState {
    /// Starting for the first time.
    Pending,
    /// Up.
    Running,
    /// Going away for good.
    ShuttingDown,
    /// Going down, its volumes stay.
    Stopping,
    /// Down, its volumes stay.
    Stopped,
    /// Gone; listed for about an hour.
    Terminated,
}

impl InstanceState {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Terminated => "terminated",
        }
    }
}

/// A volume as it is; a deleted one stays here, and AWS denies that it ever was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VolumeTruth {
    /// Where it is attached; several for a multi-attach volume.
    pub attached_to: Vec<Attachment>,
    /// How much of it changes in a day, in GiB.
    pub daily_change_gib: u32,
    /// Whether its data is encrypted.
    pub encrypted: bool,
    /// Its id.
    pub id: VolumeId,
    /// Whether several instances may have it at once.
    pub multi_attach: bool,
    /// Its size in GiB.
    pub size_gib: u32,
    /// Whether it still exists.
    pub presence: Presence,
    /// Its tags.
    pub tags: Tags,
    /// Its type.
    pub volume_type: VolumeType,
}

impl VolumeTruth {
    /// Its state in AWS's spelling. The short states `creating` and `deleting` are not modelled.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.presence, self.attached_to.is_empty()) {
            (Presence::Deleted, _) => "deleted",
            (Presence::Here, true) => "available",
            (Presence::Here, false) => "in-use",
        }
    }
}

/// Whether a volume still exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Presence {
    /// It does.
    Here,
    /// It was deleted.
    Deleted,
}

/// One end of an attachment, seen from the volume.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// The device name.
    pub device: SmolStr,
    /// The instance.
    pub instance: InstanceId,
}

/// A volume's type, as far as it matters for snapshots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum VolumeType {
    /// General purpose, third generation.
    #[default]
    Gp3,
    /// General purpose, second generation.
    Gp2,
    /// Provisioned IOPS, first generation.
    Io1,
    /// Provisioned IOPS, second generation.
    Io2,
    /// Throughput optimised disk.
    St1,
    /// Cold disk.
    Sc1,
    /// Magnetic.
    Standard,
}

impl VolumeType {
    /// AWS's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Gp2 => "gp2",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::St1 => "st1",
            Self::Sc1 => "sc1",
            Self::Standard => "standard",
        }
    }

    /// Whether it is one of the types that allow a single pending snapshot.
    #[must_use]
    pub const fn is_hdd(self) -> bool {
        match self {
            Self::St1 | Self::Sc1 => true,
            Self::Gp3 | Self::Gp2 | Self::Io1 | Self::Io2 | Self::Standard => false,
        }
    }
}

/// A snapshot as it is at the last [`advance`](super::Ec2::advance).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnapshotTruth {
    /// Who made it.
    pub created_by: Actor,
    /// Text given at creation.
    pub description: SmolStr,
    /// Whether its data is encrypted.
    pub encrypted: bool,
    /// Its id.
    pub id: SnapshotId,
    /// The account that owns it.
    pub owner: AccountId,
    /// The multi-volume set it belongs to.
    pub set: Option<SetNumber>,
    /// The size of its volume in GiB.
    pub size_gib: u32,
    /// The instant of its data; the same for all members of a set.
    pub start: Timestamp,
    /// How far it is.
    pub state: SnapshotState,
    /// Its tags as they truly are.
    pub tags: Tags,
    /// The volume it was taken of.
    pub volume: VolumeId,
    /// The copy under way, while pending.
    pub(super) copying: Option<Box<Copying>>,
    /// Who asked to delete it while it was pending.
    pub(super) delete_asked_by: Option<Actor>,
    /// What reads see that differs from the truth.
    pub(super) seen: Seen,
}

/// A multi-volume set, numbered in the order of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct SetNumber(pub u64);

/// A snapshot's state.
///
/// Source: API Reference, *Snapshot*: `pending`, `completed`, `error`, `recoverable`, `recovering`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum SnapshotState {
    /// Its blocks are being copied.
    Pending,
    /// It can be restored.
    Completed,
    /// It failed.
    Error,
    /// Anything else, as `recoverable`.
    Other(SmolStr),
}

impl SnapshotState {
    /// AWS's spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Other(text) => text,
        }
    }

    /// Whether it takes one of its volume's places for concurrent snapshots.
    ///
    /// Failed ones count as well as pending ones (*Error codes*, `ConcurrentSnapshotLimitExceeded`;
    /// AWS re:Post, *Why is my EBS snapshot stuck in the pending state?*).
    pub(super) const fn takes_a_place(&self) -> bool {
        match self {
            Self::Pending | Self::Error => true,
            Self::Completed | Self::Other(_) => false,
        }
    }
}

/// A copy under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Copying {
    /// When its blocks start to move, behind older snapshots of its volume.
    pub(super) begins: Timestamp,
    /// When its own blocks are all there.
    pub(super) copied: Timestamp,
    /// When it settles: with a set, when the last member is copied.
    pub(super) settles: Timestamp,
    /// How it ends.
    pub(super) ending: Ending,
}

/// How a copy ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Ending {
    Completes,
    Fails,
}

/// What reads see of a snapshot that differs from the truth.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    /// Reads by id see it from here on.
    pub(super) by_id_from: Timestamp,
    /// Listings see it from here on.
    pub(super) by_filter_from: Timestamp,
    /// Set once it is deleted: listings still show it until then.
    pub(super) gone_until: Option<Timestamp>,
    /// Earlier tags that reads still show, each until an instant; in that order.
    pub(super) stale_tags: Vec<(Timestamp, Tags)>,
}

impl SnapshotTruth {
    /// What maps and indexes hold instead of its id.
    pub(super) fn key(&self) -> Key {
        snapshots::key(self.id.as_str()).expect("the world makes well-formed ids")
    }

    /// Whether it is deleted and merely still listed.
    pub(super) const fn is_gone(&self) -> bool {
        self.seen.gone_until.is_some()
    }

    /// Whether a listing shows it.
    pub(super) fn is_listed(&self, now: Timestamp) -> bool {
        self.seen.by_filter_from <= now && self.seen.gone_until.is_none_or(|until| now < until)
    }

    /// Whether a read or a change by its id finds it.
    pub(super) fn is_found(&self, now: Timestamp) -> bool {
        self.seen.by_id_from <= now && !self.is_gone()
    }

    /// The tags that reads show.
    pub(super) fn tags_seen(&self, now: Timestamp) -> &Tags {
        let stale = self.seen.stale_tags.iter().find(|(until, _)| now < *until);
        stale.map_or(&self.tags, |(_, tags)| tags)
    }

    /// How much is copied, in percent. Members of a set wait at 99 for each other (AWS re:Post,
    /// *Why is my AMI or EBS snapshot creation slow?*).
    pub(super) fn progress(&self, now: Timestamp) -> u8 {
        let Some(copying) = &self.copying else {
            return 100;
        };
        let whole = (copying.copied - copying.begins).0.max(1);
        let done = (now - copying.begins).0.clamp(0, whole);
        u8::try_from(done.saturating_mul(100) / whole)
            .unwrap_or(100)
            .min(99)
    }
}
