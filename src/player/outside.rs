//! What outsiders do to the account, and faults that change how the world behaves.

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::answer::Answer;
use snaplife_sim::ec2::{
    self, Arranged, Arrangement, ForeignSnapshot, LockMode, OnTermination, SnapshotId,
    SnapshotState,
};
use snaplife_sim::time::{Span as SimSpan, Timestamp as SimTime};
use snaplife_sim::world::World;

use super::names::Names;
use crate::domain::{InstanceId, Tags, Timestamp, VolumeId, tags};
use crate::scenario::model::{HoldAction, Outsider, SnapshotRef, WorldFault};
use crate::simulated::table::TABLE;

/// What someone did, for the story.
pub(crate) struct Deed {
    /// In a sentence without its subject: `deletes newest of vol-db (snap-…)`.
    pub(crate) text: SmolStr,
    /// What it is about.
    pub(super) subject: SmolStr,
    /// Whether there was something to act on.
    pub(super) hit: Hit,
}

/// Whether a deed found what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hit {
    /// It did, whether or not AWS then refused.
    Something,
    /// Nothing was there.
    Nothing,
}

impl Hit {
    fn of(done: &Answer<()>) -> Self {
        match done {
            Err(refusal) if refusal.code.ends_with("NotFound") => Self::Nothing,
            Ok(()) | Err(_) => Self::Something,
        }
    }

    /// What depends on these snapshots.
    const fn on(ids: &[SnapshotId]) -> Self {
        if ids.is_empty() {
            Self::Nothing
        } else {
            Self::Something
        }
    }
}

/// Does what an outsider does. What AWS refuses is told: a story may try the impossible.
pub(crate) fn act(world: &mut World, names: &mut Names, at: Timestamp, deed: &Outsider) -> Deed {
    let now = SimTime(at.as_ms());
    match deed {
        Outsider::DeleteSnapshot(which) => each(world, names, now, which, "deletes", |o, id| {
            o.delete_snapshot(id)
        }),
        Outsider::Tag { snapshot, tags } => {
            let tags = sim_tags(tags);
            each(world, names, now, snapshot, "tags", |o, id| {
                o.tag(id.as_str(), &tags)
            })
        }
        Outsider::Untag { snapshot, keys } => {
            let keys: Vec<&str> = keys.iter().map(SmolStr::as_str).collect();
            each(world, names, now, snapshot, "takes tags off", |o, id| {
                o.untag(id.as_str(), &keys)
            })
        }
        Outsider::Hold {
            snapshot,
            action: HoldAction::Hold,
        } => {
            let hold: Tags = [(tags::key::HOLD, "by hand")].into_iter().collect();
            let hold = sim_tags(&hold);
            each(world, names, now, snapshot, "holds", |o, id| {
                o.tag(id.as_str(), &hold)
            })
        }
        Outsider::Hold {
            snapshot,
            action: HoldAction::Release,
        } => {
            let keys = [tags::key::HOLD];
            each(world, names, now, snapshot, "releases", |o, id| {
                o.untag(id.as_str(), &keys)
            })
        }
        Outsider::Lock { snapshot, span } => {
            let span = SimSpan(span.as_ms());
            each(world, names, now, snapshot, "locks", |o, id| {
                o.lock(id, LockMode::Governance, span)
            })
        }
        Outsider::Unlock(snapshot) => {
            each(world, names, now, snapshot, "unlocks", |o, id| o.unlock(id))
        }
        Outsider::UnknownState { snapshot, state } => each(
            world,
            names,
            now,
            snapshot,
            "changes the state of",
            |o, id| o.set_state(id, SnapshotState::Other(state.clone())),
        ),
        Outsider::RegisterImage { image, snapshots } => {
            let ids: Vec<SnapshotId> = snapshots
                .iter()
                .flat_map(|which| names.find(world, which))
                .collect();
            let text = format_smolstr!("registers {image} on {}", list(&ids));
            let hit = Hit::on(&ids);
            let image = ec2::ImageId::new(image.text().clone());
            let done = world
                .ec2
                .outsider(now)
                .register_image(image, ids, ec2::Tags::default());
            Deed {
                hit,
                ..told(text, snapshots.first().map(about).unwrap_or_default(), done)
            }
        }
        Outsider::DisableImage(id) => {
            let image = ec2::ImageId::new(id.text().clone());
            let done = world.ec2.outsider(now).disable_image(&image);
            told(format_smolstr!("disables {id}"), id.text().clone(), done)
        }
        Outsider::DeregisterImage(id) => {
            let image = ec2::ImageId::new(id.text().clone());
            let done = world.ec2.outsider(now).deregister_image(&image);
            told(format_smolstr!("deregisters {id}"), id.text().clone(), done)
        }
        Outsider::CopyTagsToForeign { from, name } => {
            let ids = names.find(world, from);
            let mut outsider = world.ec2.outsider(now);
            let text = format_smolstr!("makes {name} with the tags of {from}");
            match ids.first().map(|id| outsider.read(id)) {
                Some(Ok(template)) => {
                    let foreign = ForeignSnapshot {
                        age: SimSpan::ZERO,
                        owner: None,
                        size_gib: template.size_gib,
                        state: SnapshotState::Completed,
                        tags: template.tags,
                        volume: template.volume,
                    };
                    let id = outsider.create_snapshot(foreign);
                    names.name(name.clone(), id);
                    told(text, about(from), Ok(()))
                }
                Some(Err(refusal)) => told(text, about(from), Err(refusal)),
                None => Deed {
                    text: format_smolstr!("{text}: none is there"),
                    subject: about(from),
                    hit: Hit::Nothing,
                },
            }
        }
        Outsider::RestoreTable { to } => {
            world.dynamodb.restore(now, TABLE, SimTime(to.as_ms()));
            told(
                format_smolstr!("restores the table to {to}"),
                TABLE.into(),
                Ok(()),
            )
        }
        Outsider::TerminateInstance(_)
        | Outsider::StopInstance(_)
        | Outsider::StartInstance(_)
        | Outsider::RetagInstance { .. }
        | Outsider::DetachVolume(_)
        | Outsider::DeleteVolume(_)
        | Outsider::AttachVolume { .. } => hardware(world, now, deed),
    }
}

/// What happens to instances and volumes.
fn hardware(world: &mut World, now: SimTime, deed: &Outsider) -> Deed {
    let mut outsider = world.ec2.outsider(now);
    match deed {
        Outsider::TerminateInstance(id) => {
            let done = outsider.terminate_instance(&instance(id));
            told(format_smolstr!("terminates {id}"), id.text().clone(), done)
        }
        Outsider::StopInstance(id) => {
            let done = outsider.stop_instance(&instance(id));
            told(format_smolstr!("stops {id}"), id.text().clone(), done)
        }
        Outsider::StartInstance(id) => {
            let done = outsider.start_instance(&instance(id));
            told(format_smolstr!("starts {id}"), id.text().clone(), done)
        }
        Outsider::RetagInstance {
            instance: id,
            tags,
            remove,
        } => {
            let keys: Vec<&str> = remove.iter().map(SmolStr::as_str).collect();
            let done = outsider
                .tag(id.as_str(), &sim_tags(tags))
                .and_then(|()| outsider.untag(id.as_str(), &keys));
            told(
                format_smolstr!("changes the tags of {id}"),
                id.text().clone(),
                done,
            )
        }
        Outsider::DetachVolume(id) => {
            let done = outsider.detach_volume(&volume(id));
            told(format_smolstr!("detaches {id}"), id.text().clone(), done)
        }
        Outsider::DeleteVolume(id) => {
            // An attached one is detached first, whether or not it was attached.
            let _ = outsider.detach_volume(&volume(id));
            let done = outsider.delete_volume(&volume(id));
            told(format_smolstr!("deletes {id}"), id.text().clone(), done)
        }
        Outsider::AttachVolume {
            volume: id,
            instance: to,
            device,
        } => {
            let device = device.text().clone();
            let done =
                outsider.attach_volume(&volume(id), &instance(to), device, OnTermination::Keep);
            told(
                format_smolstr!("attaches {id} to {to}"),
                id.text().clone(),
                done,
            )
        }
        other => told(format_smolstr!("{other:?}"), SmolStr::default(), Ok(())),
    }
}

fn each(
    world: &mut World,
    names: &Names,
    now: SimTime,
    which: &SnapshotRef,
    verb: &str,
    mut act: impl FnMut(&mut ec2::Outsider<'_>, &SnapshotId) -> Answer<()>,
) -> Deed {
    let ids = names.find(world, which);
    let mut outsider = world.ec2.outsider(now);
    let mut done = Ok(());
    for id in &ids {
        done = done.and(act(&mut outsider, id));
    }
    let text = format_smolstr!("{verb} {which} ({})", list(&ids));
    Deed {
        hit: Hit::on(&ids),
        ..told(text, about(which), done)
    }
}

fn told(text: SmolStr, subject: SmolStr, done: Answer<()>) -> Deed {
    let hit = Hit::of(&done);
    let text = match done {
        Ok(()) => text,
        Err(refusal) => format_smolstr!("{text}; AWS refuses with {}", refusal.code),
    };
    Deed { text, subject, hit }
}

/// Arranges a fault of the world itself, and tells it in a sentence. `end` is the run's.
pub(crate) fn arrange(
    world: &mut World,
    now: Timestamp,
    end: Timestamp,
    fault: &WorldFault,
) -> SmolStr {
    let whose = |of: &Option<VolumeId>| {
        of.as_ref()
            .map_or(SmolStr::new_static("any volume"), |of| of.text().clone())
    };
    let mut next = |of: &Option<VolumeId>, times: u32, what: Arranged| {
        let volume = of.as_ref().map(volume);
        world.ec2.arrange(Arrangement {
            times,
            volume,
            what,
        });
    };
    match fault {
        WorldFault::HideNewSnapshots { span, times } => {
            next(&None, *times, Arranged::Hides(SimSpan(span.as_ms())));
            format_smolstr!("the next {times} snapshots stay unseen for {span}")
        }
        WorldFault::IndexLag { lag, until } => {
            set_index_lag(world, SimSpan(lag.as_ms()));
            format_smolstr!("the table's indexes are {lag} behind until {until}")
        }
        WorldFault::FailSnapshots { of, times } => {
            next(of, *times, Arranged::Fails);
            format_smolstr!("the next {times} snapshots of {} will fail", whose(of))
        }
        WorldFault::StuckSnapshots { of, times, span } => {
            let span = span.unwrap_or(end - now);
            next(of, *times, Arranged::Takes(SimSpan(span.as_ms())));
            format_smolstr!(
                "the next {times} snapshots of {} will hang for {span}",
                whose(of)
            )
        }
        WorldFault::SlowSnapshots { of, times, take } => {
            next(of, *times, Arranged::Takes(SimSpan(take.as_ms())));
            format_smolstr!(
                "the next {times} snapshots of {} will take {take}",
                whose(of)
            )
        }
    }
}

/// How far the indexes of our table are behind from now on.
pub(crate) fn set_index_lag(world: &mut World, lag: SimSpan) {
    if let Some(settings) = world.dynamodb.settings_mut(TABLE) {
        settings.index_lag = lag;
    }
}

/// How far they are behind now; none without a table.
pub(crate) fn index_lag(world: &mut World) -> Option<SimSpan> {
    let settings = world.dynamodb.settings_mut(TABLE)?;
    Some(settings.index_lag)
}

/// What a reference is about: a volume, or the name in the file.
pub(super) fn about(which: &SnapshotRef) -> SmolStr {
    match which {
        SnapshotRef::Newest(volume)
        | SnapshotRef::Oldest(volume)
        | SnapshotRef::All(volume)
        | SnapshotRef::Nth(_, volume) => volume.text().clone(),
        SnapshotRef::Named(name) => name.clone(),
    }
}

fn list(ids: &[SnapshotId]) -> String {
    let texts: Vec<&str> = ids.iter().map(SnapshotId::as_str).collect();
    if texts.is_empty() {
        "none is there".to_owned()
    } else {
        texts.join(", ")
    }
}

fn instance(id: &InstanceId) -> ec2::InstanceId {
    ec2::InstanceId::new(id.text().clone())
}

fn volume(id: &VolumeId) -> ec2::VolumeId {
    ec2::VolumeId::new(id.text().clone())
}

/// Tags as the world keeps them.
pub(super) fn sim_tags(tags: &Tags) -> ec2::Tags {
    tags.iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
