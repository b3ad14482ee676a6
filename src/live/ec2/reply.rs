//! Replies of EC2 in our own types; none where something is missing that EC2 always sends.
//!
//! Words are kept as they come: a state that this version does not know stays unknown, and what is
//! in an unknown state is kept.

use aws_sdk_ec2::operation::create_snapshot::CreateSnapshotOutput;
use aws_sdk_ec2::types;
use aws_smithy_types::DateTime;
use smol_str::SmolStr;

use crate::domain::{
    AccountId, AttachedTo, Attachment, Device, Encryption, Hibernation, ImageId, Instance,
    InstanceId, InstanceState, Snapshot, SnapshotId, SnapshotState, Tags, Timestamp, Volume,
    VolumeId,
};
use crate::ports::ec2::ImageUse;

/// What the three shapes of a snapshot have in common.
struct Parts {
    encrypted: Option<bool>,
    id: Option<String>,
    owner: Option<String>,
    size_gib: Option<i32>,
    start: Option<DateTime>,
    state: Option<types::SnapshotState>,
    tags: Option<Vec<types::Tag>>,
    volume: Option<String>,
}

macro_rules! parts {
    ($shape:expr) => {{
        let shape = $shape;
        Parts {
            encrypted: shape.encrypted,
            id: shape.snapshot_id,
            owner: shape.owner_id,
            size_gib: shape.volume_size,
            start: shape.start_time,
            state: shape.state,
            tags: shape.tags,
            volume: shape.volume_id,
        }
    }};
}

/// A snapshot of a listing. Without a state it is in none that we know.
///
/// One that is archived shows as `completed`, and can't be restored before it has been taken out again,
/// which takes up to three days (EBS User Guide, *Archive Amazon EBS snapshots*): no backup to count on.
pub(super) fn snapshot(shape: types::Snapshot) -> Option<Snapshot> {
    let is_archived = shape.storage_tier == Some(types::StorageTier::Archive);
    let mut snapshot = parts!(shape).read(SnapshotState::Other(SmolStr::default()))?;
    if is_archived {
        snapshot.state = SnapshotState::Other(SmolStr::new_static("archived"));
    }
    Some(snapshot)
}

/// A snapshot of the answer to `CreateSnapshots`. Endpoints that give it no state have just begun
/// it.
pub(super) fn member(shape: types::SnapshotInfo) -> Option<Snapshot> {
    parts!(shape).read(SnapshotState::Pending)
}

/// The answer to `CreateSnapshot`.
pub(super) fn single(shape: CreateSnapshotOutput) -> Option<Snapshot> {
    parts!(shape).read(SnapshotState::Pending)
}

impl Parts {
    fn read(self, absent: SnapshotState) -> Option<Snapshot> {
        Some(Snapshot {
            encrypted: if self.encrypted == Some(true) {
                Encryption::Encrypted
            } else {
                Encryption::Plain
            },
            id: SnapshotId::new(self.id?),
            owner: AccountId::new(self.owner?),
            size_gib: size(self.size_gib)?,
            start: instant(self.start?)?,
            state: self
                .state
                .map_or(absent, |state| SnapshotState::from_text(state.as_str())),
            tags: tags(self.tags),
            volume: VolumeId::new(self.volume?),
        })
    }
}

/// An instance with its EBS volumes.
pub(super) fn instance(shape: types::Instance) -> Option<Instance> {
    let state = shape.state.and_then(|state| state.name);
    let hibernates = shape
        .hibernation_options
        .and_then(|options| options.configured);
    let devices = shape.block_device_mappings.unwrap_or_default();
    // What has no volume is a disk of the machine's own.
    let attachments = devices.into_iter().filter_map(|device| {
        let volume = device.ebs?.volume_id;
        Some(volume.zip(device.device_name))
    });
    let attachments = attachments.map(|found| {
        found.map(|(volume, device)| Attachment {
            device: Device::new(device),
            volume: VolumeId::new(volume),
        })
    });
    Some(Instance {
        attachments: attachments.collect::<Option<_>>()?,
        hibernation: if hibernates == Some(true) {
            Hibernation::Configured
        } else {
            Hibernation::Off
        },
        id: InstanceId::new(shape.instance_id?),
        root_device: shape.root_device_name.map(Device::new),
        state: InstanceState::from_text(state.as_ref().map_or("", |state| state.as_str())),
        tags: tags(shape.tags),
    })
}

/// A volume.
pub(super) fn volume(shape: types::Volume) -> Option<Volume> {
    let ends = shape.attachments.unwrap_or_default().into_iter();
    // A volume on a service's own machine names no instance.
    let attached_to = ends.filter_map(|end| {
        Some(AttachedTo {
            device: Device::new(end.device.unwrap_or_default()),
            instance: InstanceId::new(end.instance_id?),
        })
    });
    Some(Volume {
        attached_to: attached_to.collect(),
        id: VolumeId::new(shape.volume_id?),
        size_gib: size(shape.size)?,
        state: shape
            .state
            .map_or_else(SmolStr::default, |state| SmolStr::new(state.as_str())),
        tags: tags(shape.tags),
    })
}

/// An image and what it is made of.
pub(super) fn image(shape: types::Image) -> Option<ImageUse> {
    let devices = shape.block_device_mappings.unwrap_or_default().into_iter();
    let snapshots = devices.filter_map(|device| device.ebs?.snapshot_id);
    Some(ImageUse {
        image: ImageId::new(shape.image_id?),
        snapshots: snapshots.map(SnapshotId::new).collect(),
    })
}

/// A snapshot whose lock is in force; none of its own for a lock that is over. A state of a lock
/// that this version does not know is one in force.
pub(super) fn locked(shape: types::LockedSnapshotsInfo) -> Option<Option<SnapshotId>> {
    let id = SnapshotId::new(shape.snapshot_id?);
    Some((shape.lock_state != Some(types::LockState::Expired)).then_some(id))
}

fn tags(tags: Option<Vec<types::Tag>>) -> Tags {
    let tags = tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect()
}

fn size(gib: Option<i32>) -> Option<u32> {
    u32::try_from(gib?).ok()
}

/// To the millisecond; anything finer is cut off, towards the past.
fn instant(at: DateTime) -> Option<Timestamp> {
    at.to_millis().ok().map(Timestamp::from_ms)
}
