//! What the endpoint holds: a fleet, and snapshots that must be left alone.

use smol_str::format_smolstr;
use snaplife_endpoint::demo::{ACCOUNT, REGION};
use snaplife_sim::World;
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::{
    ForeignSnapshot, Hibernation, NewInstance, NewVolume, OnTermination, Outsider, Range,
    RootDeviceType, SnapshotId, SnapshotState, Tags, VolumeId,
};
use snaplife_sim::time::{Span, Timestamp};

/// The lifetimes of the instances in turn: soon over, long, none, and a slip of the hand.
pub(crate) const LIFETIMES: [&str; 4] = ["1s", "2h", "", "7O"];

/// An account with so many instances that opt in, each with a root volume and one or two others.
/// Snapshots are completed within a moment, and tables are there at once: a test lives in real time.
pub(crate) fn world(instances: usize) -> World {
    let now = snaplife_endpoint::clock::real();
    let mut world = World::new(Chance::new(1), ACCOUNT.into(), REGION);
    let soon = Range {
        max: Span(1),
        min: Span(1),
    };
    let settings = world.ec2.settings_mut();
    settings.timing.full = soon;
    settings.timing.incremental = soon;
    settings.timing.per_gib = Range {
        max: Span::ZERO,
        min: Span::ZERO,
    };
    settings.limits.snapshot_interval_min = Span::ZERO;
    let tables = world.dynamodb.defaults_mut();
    tables.create_time = Span::ZERO;
    tables.index_create_time = Span::ZERO;
    let mut people = world.ec2.outsider(now);
    for n in 0..instances {
        let mut tags = vec![("snapshot", "snapshot")];
        let lifetime = LIFETIMES[n % LIFETIMES.len()];
        if !lifetime.is_empty() {
            tags.push(("snaplifetime", lifetime));
        }
        launch(&mut people, &format!("{n:02}"), tags, 1 + n % 2);
    }
    launch(&mut people, "other", vec![("snapshot", "Snapshot")], 1);
    world
}

fn launch(people: &mut Outsider<'_>, name: &str, tags: Vec<(&str, &str)>, data_volumes: usize) {
    let instance = format!("i-{name}");
    let new = NewInstance {
        hibernation: Hibernation::Off,
        id: instance.as_str().into(),
        root_device: Some("/dev/xvda".into()),
        root_device_type: RootDeviceType::Ebs,
        tags: tags.into_iter().collect(),
    };
    people.launch_instance(new).expect("the id is new");
    for n in 0..=data_volumes {
        let volume = VolumeId::new(format!("vol-{name}-{n}"));
        let device = match n {
            0 => "/dev/xvda".into(),
            n => format_smolstr!("/dev/sd{n}"),
        };
        let new = NewVolume::plain(volume.clone(), 8);
        people.create_volume(new).expect("the id is new");
        people
            .attach_volume(
                &volume,
                &instance.as_str().into(),
                device,
                OnTermination::Keep,
            )
            .expect("the device is free");
    }
}

/// Snapshots that are not ours, old enough for any rule: by hand; of another account; and both with
/// our own tags copied onto them. Their ids come back.
pub(crate) fn foreign(world: &mut World, now: Timestamp) -> Vec<SnapshotId> {
    let installation = world.dynamodb.item("Snaps", "installation");
    let installation = installation
        .and_then(|row| row.get("Installation"))
        .cloned();
    let ours = match installation {
        Some(snaplife_sim::dynamodb::AttributeValue::S(id)) => id.to_string(),
        _ => panic!("there is no installation yet"),
    };
    let copied = [
        ("snaplife:installation", ours.as_str()),
        ("snaplife:policy", "default"),
        ("snaplife:slot", "adhoc-before"),
        ("snaplife:lifetime", "1000"),
    ];
    let mut people = world.ec2.outsider(now);
    let mut ids = Vec::new();
    for owner in [None, Some("999999999999")] {
        for tags in [
            Tags::from_iter([("Name", "by hand")]),
            Tags::from_iter(copied),
        ] {
            ids.push(people.create_snapshot(ForeignSnapshot {
                age: Span::days(400),
                owner: owner.map(Into::into),
                size_gib: 8,
                state: SnapshotState::Completed,
                tags,
                volume: "vol-00-1".into(),
            }));
        }
    }
    ids
}
