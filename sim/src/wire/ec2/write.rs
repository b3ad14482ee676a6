//! EC2's answers: what the world tells, as elements.
//!
//! Elements for what the world doesn't model (zones, launch times, addresses …) are left out; every
//! client has to take that, since all of them are optional in the service's model.

use super::super::moment::rfc3339;
use super::super::xml::Xml;
use crate::chance::Chance;
use crate::ec2::request::{
    ImageInfo, InstanceInfo, LockInfo, LockState, Page, SnapshotInfo, VolumeInfo,
};
use crate::ec2::{AccountId, Hibernation, InstanceState, LockMode, OnTermination, Tags};

/// One page of a listing, and the token of the next.
pub(super) fn page<'a, T>(
    xml: &mut Xml,
    name: &str,
    page: &'a Page<T>,
    fill: impl FnMut(&mut Xml, &'a T),
) {
    xml.list(name, &page.items, fill);
    if let Some(next) = &page.next {
        xml.leaf("nextToken", next);
    }
}

/// What a call without an output of its own answers (EC2 API Reference, *DeleteSnapshot*).
pub(super) fn done(xml: &mut Xml) {
    xml.leaf("return", "true");
}

/// A snapshot, as all calls but `CreateSnapshots` show it.
pub(super) fn snapshot(xml: &mut Xml, snapshot: &SnapshotInfo) {
    named_snapshot(xml, snapshot, "status");
    // Archiving is not modelled.
    xml.leaf("storageTier", "standard");
}

/// A snapshot in the answer of `CreateSnapshots`, where `status` is called `state`.
pub(super) fn set_member(xml: &mut Xml, snapshot: &SnapshotInfo) {
    named_snapshot(xml, snapshot, "state");
}

fn named_snapshot(xml: &mut Xml, snapshot: &SnapshotInfo, state: &str) {
    xml.leaf("snapshotId", snapshot.id.as_str());
    xml.leaf("volumeId", snapshot.volume.as_str());
    xml.leaf(state, snapshot.state.as_str());
    xml.leaf("startTime", &rfc3339(snapshot.start));
    xml.shown("progress", format_args!("{}%", snapshot.progress));
    xml.leaf("ownerId", snapshot.owner.as_str());
    xml.shown("volumeSize", snapshot.size_gib);
    xml.leaf("description", &snapshot.description);
    xml.shown("encrypted", snapshot.encrypted);
    tags(xml, &snapshot.tags);
}

/// An instance in a reservation of its own. That no two share one is an assumption: they do when
/// one `RunInstances` launched them.
pub(super) fn reservation(xml: &mut Xml, info: &InstanceInfo, owner: &AccountId, chance: Chance) {
    let hex = chance.hex(17, "reservation-id", &[info.id.as_str()], 0);
    xml.shown("reservationId", format_args!("r-{hex}"));
    xml.leaf("ownerId", owner.as_str());
    xml.list("instancesSet", [info], instance);
}

fn instance(xml: &mut Xml, info: &InstanceInfo) {
    xml.leaf("instanceId", info.id.as_str());
    xml.tree("instanceState", |xml| {
        xml.shown("code", state_code(info.state));
        xml.leaf("name", info.state.as_str());
    });
    if let Some(device) = &info.root_device {
        xml.leaf("rootDeviceName", device);
    }
    xml.leaf("rootDeviceType", info.root_device_type.as_str());
    xml.list("blockDeviceMapping", &info.block_devices, |xml, device| {
        xml.leaf("deviceName", &device.device);
        xml.tree("ebs", |xml| {
            xml.leaf("volumeId", device.volume.as_str());
            // The short states `attaching` and `detaching` are not modelled.
            xml.leaf("status", "attached");
            let deleted = match device.on_termination {
                OnTermination::Delete => "true",
                OnTermination::Keep => "false",
            };
            xml.leaf("deleteOnTermination", deleted);
        });
    });
    tags(xml, &info.tags);
    xml.tree("hibernationOptions", |xml| {
        let configured = match info.hibernation {
            Hibernation::Configured => "true",
            Hibernation::Off => "false",
        };
        xml.leaf("configured", configured);
    });
}

/// Source: EC2 API Reference, *InstanceState*.
const fn state_code(state: InstanceState) -> u8 {
    match state {
        InstanceState::Pending => 0,
        InstanceState::Running => 16,
        InstanceState::ShuttingDown => 32,
        InstanceState::Terminated => 48,
        InstanceState::Stopping => 64,
        InstanceState::Stopped => 80,
    }
}

pub(super) fn volume(xml: &mut Xml, info: &VolumeInfo) {
    xml.leaf("volumeId", info.id.as_str());
    xml.shown("size", info.size_gib);
    xml.leaf("status", info.state);
    xml.leaf("volumeType", info.volume_type.as_str());
    xml.shown("encrypted", info.encrypted);
    xml.shown("multiAttachEnabled", info.multi_attach);
    xml.list("attachmentSet", &info.attachments, |xml, attachment| {
        xml.leaf("volumeId", info.id.as_str());
        xml.leaf("instanceId", attachment.instance.as_str());
        xml.leaf("device", &attachment.device);
        xml.leaf("status", "attached");
    });
    tags(xml, &info.tags);
}

pub(super) fn image(xml: &mut Xml, info: &ImageInfo, owner: &AccountId) {
    xml.leaf("imageId", info.id.as_str());
    xml.leaf("imageState", info.state.as_str());
    xml.leaf("imageOwnerId", owner.as_str());
    xml.list("blockDeviceMapping", &info.snapshots, |xml, snapshot| {
        xml.tree("ebs", |xml| xml.leaf("snapshotId", snapshot.as_str()));
    });
    tags(xml, &info.tags);
}

pub(super) fn lock(xml: &mut Xml, info: &LockInfo) {
    xml.leaf("snapshotId", info.id.as_str());
    let state = match info.state {
        LockState::Locked(LockMode::Compliance) => "compliance",
        LockState::Locked(LockMode::Governance) => "governance",
        LockState::Expired => "expired",
    };
    xml.leaf("lockState", state);
}

/// `tagSet`; left out when there are none, as EC2 does.
fn tags(xml: &mut Xml, tags: &Tags) {
    if tags.is_empty() {
        return;
    }
    xml.list("tagSet", tags.iter(), |xml, (key, value)| {
        xml.leaf("key", key);
        xml.leaf("value", value);
    });
}
