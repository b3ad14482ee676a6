//! What someone else does to the account.

use std::fmt;

use smol_str::SmolStr;

use crate::domain::{Device, ImageId, InstanceId, Span, Tags, Timestamp, VolumeId};

/// Someone else acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outsider {
    /// Deletes snapshots.
    DeleteSnapshot(SnapshotRef),
    /// Puts tags on snapshots.
    Tag {
        /// Which snapshots.
        snapshot: SnapshotRef,
        /// Keys and values; a key that is there gets the new value.
        tags: Tags,
    },
    /// Takes tags off snapshots.
    Untag {
        /// Which snapshots.
        snapshot: SnapshotRef,
        /// Keys.
        keys: Vec<SmolStr>,
    },
    /// Puts the tag `snaplife:hold` on, or takes it off.
    Hold {
        /// Which snapshots.
        snapshot: SnapshotRef,
        /// On or off.
        action: HoldAction,
    },
    /// Locks snapshots.
    Lock {
        /// Which snapshots.
        snapshot: SnapshotRef,
        /// For how long.
        span: Span,
    },
    /// Takes locks off.
    Unlock(SnapshotRef),
    /// Makes an image that uses snapshots.
    RegisterImage {
        /// Its name in the file.
        image: ImageId,
        /// Which snapshots it uses; at least one.
        snapshots: Vec<SnapshotRef>,
    },
    /// Disables an image; it still uses its snapshots.
    DisableImage(ImageId),
    /// Removes an image.
    DeregisterImage(ImageId),
    /// Terminates an instance; its volumes stay, detached.
    TerminateInstance(InstanceId),
    /// Stops an instance.
    StopInstance(InstanceId),
    /// Starts a stopped instance.
    StartInstance(InstanceId),
    /// Replaces an instance's tags: these keys get these values, a `null` in the file removes one.
    RetagInstance {
        /// Which.
        instance: InstanceId,
        /// Keys and values to set.
        tags: Tags,
        /// Keys to remove.
        remove: Vec<SmolStr>,
    },
    /// Detaches a volume from every instance.
    DetachVolume(VolumeId),
    /// Detaches and deletes a volume.
    DeleteVolume(VolumeId),
    /// Attaches a volume.
    AttachVolume {
        /// Which.
        volume: VolumeId,
        /// To which instance.
        instance: InstanceId,
        /// As which device.
        device: Device,
    },
    /// Makes a snapshot of their own that carries the tags of one of ours.
    CopyTagsToForeign {
        /// Whose tags; it names exactly one.
        from: SnapshotRef,
        /// The new snapshot's name in the file.
        name: SmolStr,
    },
    /// Puts a snapshot into a state this version does not know.
    UnknownState {
        /// Which snapshots.
        snapshot: SnapshotRef,
        /// The state, as `recovering`.
        state: SmolStr,
    },
    /// Restores the table to an older instant.
    RestoreTable {
        /// Which; before the step's own.
        to: Timestamp,
    },
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoldAction {
    /// The tag is put on.
    Hold,
    /// The tag is taken off.
    Release,
}

/// Snapshots, named by a person. Looked up when the step happens, among snapshots that exist in
/// AWS then, ordered by start time and then by id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SnapshotRef {
    /// The newest of a volume.
    Newest(VolumeId),
    /// The oldest of a volume.
    Oldest(VolumeId),
    /// All of a volume.
    All(VolumeId),
    /// The one of this number: counted from 1, the first ever taken of the volume, deleted ones
    /// included: `nth 2 of vol-db` is the same snapshot at any time.
    Nth(u32, VolumeId),
    /// One that the file names.
    Named(SmolStr),
}

impl fmt::Display for SnapshotRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newest(volume) => write!(f, "newest of {volume}"),
            Self::Oldest(volume) => write!(f, "oldest of {volume}"),
            Self::All(volume) => write!(f, "all of {volume}"),
            Self::Nth(nth, volume) => write!(f, "nth {nth} of {volume}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}
