//! EC2's calls over the simulated EC2: translation, and nothing else.
//!
//! Texts are shared, not copied.

use std::sync::Arc;

use smol_str::SmolStr;
use snaplife_sim::answer::{Answer, Refusal};
use snaplife_sim::ec2::request as sim;
use snaplife_sim::ec2::{self as world, Ec2};
use snaplife_sim::time::Timestamp as WorldTime;

use crate::domain::{
    AccountId, AttachedTo, Attachment, BootVolume, Device, Encryption, Hibernation, ImageId,
    Instance, InstanceId, InstanceState, Snapshot, SnapshotId, SnapshotState, Tags, Timestamp,
    Volume, VolumeId,
};
use crate::ports::ec2::{
    CreateSnapshot, CreateSnapshots, CreateTags, CreatedSnapshots, DeleteSnapshot, DeleteTags,
    DescribeImages, DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes,
    DryRun, Filter, ImagePage, ImageUse, InstancePage, LockPage, PageRequest, SnapshotPage, Tried,
    VolumePage, exact,
};
use crate::ports::{Done, Reply};

pub(super) fn describe_instances(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DescribeInstances,
) -> Answer<Reply> {
    let request = sim::DescribeInstances {
        filters: filters(&request.filters),
        ids: Vec::new(),
        page: page(&request.page),
    };
    let found = ec2.describe_instances(now, &request)?;
    Ok(Reply::DescribeInstances(InstancePage {
        instances: found.items.into_iter().map(instance).collect(),
        next: found.next,
    }))
}

pub(super) fn describe_volumes(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DescribeVolumes,
) -> Answer<Reply> {
    let request = sim::DescribeVolumes {
        filters: filters(&request.filters),
        ids: request
            .ids
            .iter()
            .map(|id| world::VolumeId::new(id.text().clone()))
            .collect(),
        page: page(&request.page),
    };
    let found = ec2.describe_volumes(now, &request)?;
    Ok(Reply::DescribeVolumes(VolumePage {
        next: found.next,
        volumes: found.items.into_iter().map(volume).collect(),
    }))
}

/// Always asks for our own account's only: without an owner EC2 shows public snapshots as well.
pub(super) fn describe_snapshots(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DescribeSnapshots,
) -> Answer<Reply> {
    let request = sim::DescribeSnapshots {
        filters: filters(&request.filters),
        ids: Vec::new(),
        owners: vec![sim::Owner::Myself],
        page: page(&request.page),
    };
    let found = ec2.describe_snapshots(now, &request)?;
    Ok(Reply::DescribeSnapshots(SnapshotPage {
        next: found.next,
        snapshots: found.items.into_iter().map(snapshot).collect(),
    }))
}

pub(super) fn describe_images(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DescribeImages,
) -> Answer<Reply> {
    let ids = request.snapshots.iter().map(|id| exact(id.text()));
    let request = sim::DescribeImages {
        filters: vec![sim::Filter::new("block-device-mapping.snapshot-id", ids)],
        include_disabled: true,
        page: page(&request.page),
    };
    let found = ec2.describe_images(now, &request)?;
    let images = found.items.into_iter().map(|image| ImageUse {
        image: ImageId::new(image.id.text().clone()),
        snapshots: image
            .snapshots
            .iter()
            .map(|id| SnapshotId::new(id.text().clone()))
            .collect(),
    });
    Ok(Reply::DescribeImages(ImagePage {
        images: images.collect(),
        next: found.next,
    }))
}

pub(super) fn describe_locked_snapshots(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DescribeLockedSnapshots,
) -> Answer<Reply> {
    let ids = request
        .snapshots
        .iter()
        .map(|id| world::SnapshotId::new(id.text().clone()));
    let request = sim::DescribeLockedSnapshots {
        ids: ids.collect(),
        page: page(&request.page),
    };
    let found = ec2.describe_locked_snapshots(now, &request)?;
    let in_force = found.items.into_iter().filter(|lock| match lock.state {
        sim::LockState::Locked(_) => true,
        sim::LockState::Expired => false,
    });
    Ok(Reply::DescribeLockedSnapshots(LockPage {
        locked: in_force
            .map(|lock| SnapshotId::new(lock.id.text().clone()))
            .collect(),
        next: found.next,
    }))
}

pub(super) fn create_snapshots(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &CreateSnapshots,
) -> Answer<Reply> {
    let excluded = request
        .exclude
        .iter()
        .map(|id| world::VolumeId::new(id.text().clone()));
    let request = sim::CreateSnapshots {
        copy_tags: sim::CopyTags::No,
        description: request.description.clone(),
        exclude_boot_volume: match request.boot_volume {
            BootVolume::Include => false,
            BootVolume::Exclude => true,
        },
        exclude_data_volumes: excluded.collect(),
        instance: world::InstanceId::new(request.instance.text().clone()),
        tags: tags_out(&request.tags),
    };
    let made = ec2.create_snapshots(now, &request)?;
    Ok(Reply::CreateSnapshots(CreatedSnapshots {
        snapshots: made.into_iter().map(snapshot).collect(),
    }))
}

pub(super) fn create_snapshot(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &CreateSnapshot,
) -> Answer<Reply> {
    let request = sim::CreateSnapshot {
        description: request.description.clone(),
        tags: tags_out(&request.tags),
        volume: world::VolumeId::new(request.volume.text().clone()),
    };
    let made = ec2.create_snapshot(now, &request)?;
    Ok(Reply::CreateSnapshot(CreatedSnapshots {
        snapshots: vec![snapshot(made)],
    }))
}

pub(super) fn delete_snapshot(
    ec2: &mut Ec2,
    now: WorldTime,
    request: &DeleteSnapshot,
) -> Answer<Reply> {
    let id = world::SnapshotId::new(request.snapshot.text().clone());
    ec2.delete_snapshot(now, &id)?;
    Ok(Reply::DeleteSnapshot(Done {}))
}

pub(super) fn create_tags(ec2: &mut Ec2, now: WorldTime, request: &CreateTags) -> Answer<Reply> {
    let resources: Vec<SmolStr> = request
        .snapshots
        .iter()
        .map(|id| id.text().clone())
        .collect();
    ec2.create_tags(now, &resources, &tags_out(&request.tags))?;
    Ok(Reply::CreateTags(Done {}))
}

pub(super) fn delete_tags(ec2: &mut Ec2, now: WorldTime, request: &DeleteTags) -> Answer<Reply> {
    let resources: Vec<SmolStr> = request
        .snapshots
        .iter()
        .map(|id| id.text().clone())
        .collect();
    let tags: Vec<(SmolStr, Option<SmolStr>)> = request
        .tags
        .iter()
        .map(|(key, value)| (key.clone(), Some(value.clone())))
        .collect();
    ec2.delete_tags(now, &resources, &tags)?;
    Ok(Reply::DeleteTags(Done {}))
}

/// The answer to a dry run is an error in any case.
pub(super) fn dry_run(ec2: &mut Ec2, now: WorldTime, request: &DryRun) -> Refusal {
    let tried = match &request.call {
        Tried::CreateSnapshot(_) => world::Tried::CreateSnapshot,
        Tried::CreateSnapshots(_) => world::Tried::CreateSnapshots,
        Tried::CreateTags(_) => world::Tried::CreateTags,
        Tried::DeleteSnapshot(_) => world::Tried::DeleteSnapshot,
        Tried::DeleteTags(_) => world::Tried::DeleteTags,
    };
    ec2.dry_run(now, tried)
}

fn page(page: &PageRequest) -> sim::PageRequest {
    sim::PageRequest {
        max_results: page.max_results.map(u32::from),
        token: page.token.clone(),
    }
}

fn filters(filters: &[Filter]) -> Vec<sim::Filter> {
    filters.iter().map(filter).collect()
}

fn filter(filter: &Filter) -> sim::Filter {
    let (name, values) = filter.name_and_values();
    sim::Filter::new(name, values)
}

fn tags_out(tags: &Tags) -> world::Tags {
    tags.iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn tags_in(tags: &world::Tags) -> Tags {
    Tags::from_sorted(Arc::clone(tags.pairs()))
}

fn instance(info: sim::InstanceInfo) -> Instance {
    let attachments = info.block_devices.into_iter().map(|device| Attachment {
        device: Device::new(device.device),
        volume: VolumeId::new(device.volume.text().clone()),
    });
    Instance {
        attachments: attachments.collect(),
        hibernation: match info.hibernation {
            world::Hibernation::Configured => Hibernation::Configured,
            world::Hibernation::Off => Hibernation::Off,
        },
        id: InstanceId::new(info.id.text().clone()),
        root_device: info.root_device.map(Device::new),
        state: InstanceState::from_text(info.state.as_str()),
        tags: tags_in(&info.tags),
    }
}

fn volume(info: sim::VolumeInfo) -> Volume {
    let attached_to = info.attachments.into_iter().map(|end| AttachedTo {
        device: Device::new(end.device),
        instance: InstanceId::new(end.instance.text().clone()),
    });
    Volume {
        attached_to: attached_to.collect(),
        id: VolumeId::new(info.id.text().clone()),
        size_gib: info.size_gib,
        state: SmolStr::new_static(info.state),
        tags: tags_in(&info.tags),
    }
}

fn snapshot(info: sim::SnapshotInfo) -> Snapshot {
    Snapshot {
        encrypted: if info.encrypted {
            Encryption::Encrypted
        } else {
            Encryption::Plain
        },
        id: SnapshotId::new(info.id.text().clone()),
        owner: AccountId::new(info.owner.text().clone()),
        size_gib: info.size_gib,
        start: Timestamp::from_ms(info.start.0),
        state: match info.state {
            world::SnapshotState::Pending => SnapshotState::Pending,
            world::SnapshotState::Completed => SnapshotState::Completed,
            world::SnapshotState::Error => SnapshotState::Error,
            world::SnapshotState::Other(text) => SnapshotState::from_text(&text),
        },
        tags: tags_in(&info.tags),
        volume: VolumeId::new(info.volume.text().clone()),
    }
}
