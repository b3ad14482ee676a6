//! A small fleet to play with: several pages of instances, several volumes per instance, mixed
//! lifetimes, and things that must be left alone.

use smol_str::format_smolstr;
use snaplife_sim::World;
use snaplife_sim::answer::Answer;
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::{
    ForeignSnapshot, Hibernation, NewInstance, NewVolume, OnTermination, Outsider, Range,
    RootDeviceType, SnapshotState, Tags,
};
use snaplife_sim::time::{Span, Timestamp};

/// The account of the fleet.
pub const ACCOUNT: &str = "123456789012";

/// The Region of the fleet.
pub const REGION: &str = "eu-central-1";

/// A topic that takes messages.
pub const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:ops";

/// Instances that are tagged for snapshots.
pub const TAGGED_INSTANCES: usize = 12;

/// The values of the tag `snaplifetime` in turn; the last one is a mistake, and the empty one is
/// left out.
const LIFETIMES: [&str; 4] = ["7", "36h", "", "7O"];

/// The fleet at `now`. Snapshots complete within seconds, tables within one, so that people and
/// tests need not wait.
///
/// # Panics
/// Never: every id is new.
#[must_use]
pub fn world(now: Timestamp) -> World {
    let mut world = World::new(Chance::new(1), ACCOUNT.into(), REGION);
    let seconds = |min, max| Range {
        max: Span::seconds(max),
        min: Span::seconds(min),
    };
    let timing = &mut world.ec2.settings_mut().timing;
    timing.full = seconds(2, 4);
    timing.incremental = seconds(1, 2);
    timing.per_gib = seconds(0, 0);
    let tables = world.dynamodb.defaults_mut();
    tables.create_time = Span::seconds(1);
    tables.index_create_time = Span::seconds(2);
    world.sns.create_topic(TOPIC);
    let mut people = world.ec2.outsider(now);
    fill(&mut people).expect("every id is new");
    world
}

fn fill(people: &mut Outsider<'_>) -> Answer<()> {
    for n in 1..=TAGGED_INSTANCES {
        let lifetime = LIFETIMES[n % LIFETIMES.len()];
        let mut tags = vec![
            ("Name", format!("demo {n}")),
            ("snapshot", "snapshot".into()),
        ];
        if !lifetime.is_empty() {
            tags.push(("snaplifetime", lifetime.to_owned()));
        }
        // Every third has a second data volume.
        let data_volumes = if n % 3 == 0 { 2 } else { 1 };
        instance(people, &format!("{n:03}"), tags, data_volumes)?;
    }
    instance(
        people,
        "untagged",
        vec![("Name", "leave me alone".into())],
        1,
    )?;
    instance(
        people,
        "near-miss",
        vec![("snapshot", "Snapshot".into())],
        1,
    )?;
    for (owner, name) in [
        (None, "by hand"),
        (Some("999999999999".into()), "of others"),
    ] {
        people.create_snapshot(ForeignSnapshot {
            age: Span::days(400),
            owner,
            size_gib: 20,
            state: SnapshotState::Completed,
            tags: Tags::from_iter([("Name", name)]),
            volume: "vol-001-data1".into(),
        });
    }
    Ok(())
}

fn instance(
    people: &mut Outsider<'_>,
    name: &str,
    tags: Vec<(&str, String)>,
    data_volumes: u32,
) -> Answer<()> {
    let id = format!("i-{name}");
    people.launch_instance(NewInstance {
        hibernation: Hibernation::Off,
        id: id.as_str().into(),
        root_device: Some("/dev/xvda".into()),
        root_device_type: RootDeviceType::Ebs,
        tags: tags.into_iter().collect(),
    })?;
    let root = (format_smolstr!("vol-{name}-root"), "/dev/xvda".into(), 8);
    let data = ('f'..).zip(1..=data_volumes).map(|(letter, n)| {
        let volume = format_smolstr!("vol-{name}-data{n}");
        (volume, format_smolstr!("/dev/sd{letter}"), 20 * n)
    });
    for (volume, device, size_gib) in std::iter::once(root).chain(data) {
        let volume = snaplife_sim::ec2::VolumeId::new(volume);
        people.create_volume(NewVolume::plain(volume.clone(), size_gib))?;
        people.attach_volume(&volume, &id.as_str().into(), device, OnTermination::Keep)?;
    }
    Ok(())
}
