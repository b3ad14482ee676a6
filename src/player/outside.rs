//! What outsiders do to the account, and faults that change how the world behaves.

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2::{
    self, Arranged, Arrangement, ForeignSnapshot, LockEnd, LockMode, SnapshotId, SnapshotState,
};
use snaplife_sim::time::{Span as SimSpan, Timestamp as SimTime};
use snaplife_sim::world::World;

use super::names::Names;
use crate::domain::{InstanceId, Tags, Timestamp, VolumeId, tags};
use crate::scenario::model::{HoldAction, Outsider, SnapshotRef, WorldFault};

/// Does what an outsider does, and tells it in a sentence with what it is about.
pub(super) fn act(
    world: &mut World,
    names: &mut Names,
    at: Timestamp,
    outsider: &Outsider,
) -> (SmolStr, SmolStr) {
    let now = SimTime(at.as_ms());
    let each = |world: &World, wanted: &SnapshotRef| names.find(world, wanted);
    match outsider {
        Outsider::DeleteSnapshot(which) => {
            let ids = each(world, which);
            for id in &ids {
                world.ec2.outsider_delete_snapshot(now, id);
            }
            (format_smolstr!("deletes {which} ({})", list(&ids)), about(which))
        }
        Outsider::Tag { snapshot, tags } => {
            for id in each(world, snapshot) {
                world.ec2.outsider_tag(now, id.as_str(), &sim_tags(tags));
            }
            (format_smolstr!("tags {snapshot}"), about(snapshot))
        }
        Outsider::Untag { snapshot, keys } => {
            for id in each(world, snapshot) {
                world.ec2.outsider_untag(now, id.as_str(), keys);
            }
            (format_smolstr!("takes tags off {snapshot}"), about(snapshot))
        }
        Outsider::Hold { snapshot, action } => {
            let hold = Tags::from_iter([(tags::key::HOLD, "by hand")]);
            for id in each(world, snapshot) {
                match action {
                    HoldAction::Hold => world.ec2.outsider_tag(now, id.as_str(), &sim_tags(&hold)),
                    HoldAction::Release => {
                        let keys = [SmolStr::new_static(tags::key::HOLD)];
                        world.ec2.outsider_untag(now, id.as_str(), &keys);
                    }
                }
            }
            let verb = match action {
                HoldAction::Hold => "holds",
                HoldAction::Release => "releases",
            };
            (format_smolstr!("{verb} {snapshot}"), about(snapshot))
        }
        Outsider::Lock { snapshot, span } => {
            let end = LockEnd::At(now + SimSpan(span.as_ms()));
            for id in each(world, snapshot) {
                world.ec2.outsider_lock(now, &id, LockMode::Governance, end);
            }
            (format_smolstr!("locks {snapshot} for {span}"), about(snapshot))
        }
        Outsider::Unlock(snapshot) => {
            for id in each(world, snapshot) {
                world.ec2.outsider_unlock(&id);
            }
            (format_smolstr!("unlocks {snapshot}"), about(snapshot))
        }
        Outsider::RegisterImage { image, snapshots } => {
            let ids: Vec<SnapshotId> = snapshots.iter().flat_map(|s| each(world, s)).collect();
            let text = format_smolstr!("registers {image} on {}", list(&ids));
            world.ec2.outsider_register_image(now, ec2::ImageId::new(image.text().clone()), ids);
            (text, snapshots.first().map(about).unwrap_or_default())
        }
        Outsider::DisableImage(image) => {
            world.ec2.outsider_disable_image(&ec2::ImageId::new(image.text().clone()));
            (format_smolstr!("disables {image}"), image.text().clone())
        }
        Outsider::DeregisterImage(image) => {
            world.ec2.outsider_deregister_image(&ec2::ImageId::new(image.text().clone()));
            (format_smolstr!("deregisters {image}"), image.text().clone())
        }
        Outsider::TerminateInstance(id) => {
            world.ec2.outsider_terminate_instance(now, &instance(id));
            (format_smolstr!("terminates {id}"), id.text().clone())
        }
        Outsider::StopInstance(id) => {
            world.ec2.outsider_stop_instance(&instance(id));
            (format_smolstr!("stops {id}"), id.text().clone())
        }
        Outsider::StartInstance(id) => {
            world.ec2.outsider_start_instance(&instance(id));
            (format_smolstr!("starts {id}"), id.text().clone())
        }
        Outsider::RetagInstance { instance: id, tags, remove } => {
            world.ec2.outsider_tag(now, id.as_str(), &sim_tags(tags));
            world.ec2.outsider_untag(now, id.as_str(), remove);
            (format_smolstr!("changes the tags of {id}"), id.text().clone())
        }
        Outsider::DetachVolume(id) => {
            world.ec2.outsider_detach_volume(&volume(id));
            (format_smolstr!("detaches {id}"), id.text().clone())
        }
        Outsider::DeleteVolume(id) => {
            world.ec2.outsider_detach_volume(&volume(id));
            world.ec2.outsider_delete_volume(&volume(id));
            (format_smolstr!("deletes {id}"), id.text().clone())
        }
        Outsider::AttachVolume { volume: id, instance: to, device } => {
            world.ec2.outsider_attach_volume(&volume(id), &instance(to), device.text().clone());
            (format_smolstr!("attaches {id} to {to}"), id.text().clone())
        }
        Outsider::CopyTagsToForeign { from, name } => {
            if let Some(template) = each(world, from).first().and_then(|id| world.ec2.snapshot(id)) {
                let foreign = ForeignSnapshot {
                    volume: template.volume.clone(),
                    owner: world.ec2.account().clone(),
                    size_gib: template.size_gib,
                    start: now,
                    state: SnapshotState::Completed,
                    tags: template.tags.clone(),
                    encrypted: template.encrypted,
                };
                let id = world.ec2.outsider_create_snapshot(now, foreign);
                names.name(name.clone(), id);
            }
            (format_smolstr!("makes {name} with the tags of {from}"), about(from))
        }
        Outsider::UnknownState { snapshot, state } => {
            for id in each(world, snapshot) {
                world.ec2.outsider_set_state(&id, SnapshotState::Other(state.clone()));
            }
            (format_smolstr!("puts {snapshot} into the state {state}"), about(snapshot))
        }
        Outsider::RestoreTable { to } => {
            world.dynamodb.restore(now, SimTime(to.as_ms()));
            (format_smolstr!("restores the table to {to}"), SmolStr::new_static("Snaps"))
        }
    }
}

/// Arranges a fault of the world itself, and tells it in a sentence.
pub(super) fn arrange(world: &mut World, fault: &WorldFault, end: Timestamp, now: Timestamp) -> SmolStr {
    let of_volume = |of: &Option<VolumeId>| of.as_ref().map(volume);
    let told = |of: &Option<VolumeId>| of.as_ref().map_or("any volume".into(), |v| v.text().clone());
    match fault {
        WorldFault::HideNewSnapshots { span, times } => {
            let what = Arranged::Hides(SimSpan(span.as_ms()));
            world.ec2.arrange(Arrangement { times: *times, volume: None, what });
            format_smolstr!("the next {times} snapshots stay unseen for {span}")
        }
        WorldFault::IndexLag { lag, until } => {
            world.dynamodb.set_index_lag(SimSpan(lag.as_ms()));
            format_smolstr!("the table's indexes are {lag} behind until {until}")
        }
        WorldFault::FailSnapshots { of, times } => {
            let volume = of_volume(of);
            world.ec2.arrange(Arrangement { times: *times, volume, what: Arranged::Fails });
            format_smolstr!("the next {times} snapshots of {} will fail", told(of))
        }
        WorldFault::StuckSnapshots { of, times, span } => {
            let span = span.unwrap_or(end - now);
            let what = Arranged::Takes(SimSpan(span.as_ms()));
            world.ec2.arrange(Arrangement { times: *times, volume: of_volume(of), what });
            format_smolstr!("the next {times} snapshots of {} will be stuck for {span}", told(of))
        }
        WorldFault::SlowSnapshots { of, times, take } => {
            let what = Arranged::Takes(SimSpan(take.as_ms()));
            world.ec2.arrange(Arrangement { times: *times, volume: of_volume(of), what });
            format_smolstr!("the next {times} snapshots of {} will take {take}", told(of))
        }
    }
}

fn about(which: &SnapshotRef) -> SmolStr {
    match which {
        SnapshotRef::Newest(volume)
        | SnapshotRef::Oldest(volume)
        | SnapshotRef::All(volume)
        | SnapshotRef::Nth(_, volume) => volume.text().clone(),
        SnapshotRef::Named(name) => name.clone(),
    }
}

fn list(ids: &[SnapshotId]) -> String {
    let ids: Vec<&str> = ids.iter().map(SnapshotId::as_str).collect();
    if ids.is_empty() { "none is there".to_owned() } else { ids.join(", ") }
}

fn instance(id: &InstanceId) -> ec2::InstanceId {
    ec2::InstanceId::new(id.text().clone())
}

fn volume(id: &VolumeId) -> ec2::VolumeId {
    ec2::VolumeId::new(id.text().clone())
}

pub(super) fn sim_tags(tags: &Tags) -> ec2::Tags {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
