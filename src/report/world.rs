//! What a simulated account holds, as a person reads it.

use std::fmt::Write;

use smol_str::SmolStr;
use snaplife_sim::World;
use snaplife_sim::ec2::{InstanceTruth, Presence, SnapshotTruth, VolumeTruth};

use crate::domain::Timestamp;

/// What is in the world at `now`: instances with their volumes, then volumes without an instance,
/// each with its snapshots. Several lines.
#[must_use]
pub fn text(world: &World, now: Timestamp) -> String {
    let mut lines = format!(
        "account {} in {}, {now}\n",
        world.ec2.account(),
        world.region
    );
    for instance in world.ec2.instances() {
        lines += &format!(
            "\n{}  {}{}\n",
            instance.id,
            instance.state.as_str(),
            tags(instance)
        );
        for device in &instance.block_devices {
            let root = if instance.root_volume() == Some(&device.volume) {
                ", root"
            } else {
                ""
            };
            if let Some(volume) = world.ec2.volume(&device.volume) {
                let head = format!("{} {}{root}", device.device, volume.id);
                one(&mut lines, world, volume, &head);
            }
        }
    }
    let mut loose = world
        .ec2
        .volumes()
        .filter(|volume| volume.attached_to.is_empty() && volume.presence == Presence::Here)
        .peekable();
    if loose.peek().is_some() {
        lines += "\nvolumes without an instance\n";
    }
    for volume in loose {
        one(&mut lines, world, volume, volume.id.as_str());
    }
    let of_others: Vec<&SnapshotTruth> = world
        .ec2
        .snapshots()
        .filter(|snapshot| {
            let volume = world.ec2.volume(&snapshot.volume);
            volume.is_none_or(|volume| volume.presence == Presence::Deleted)
        })
        .collect();
    if !of_others.is_empty() {
        lines += "\nsnapshots of volumes that are not here\n";
    }
    for snapshot in of_others {
        snapshot_line(&mut lines, snapshot, "  ");
    }
    for image in world.ec2.images() {
        let uses: Vec<&str> = image.snapshots.iter().map(|id| id.as_str()).collect();
        let _ = writeln!(
            lines,
            "\n{}  {}, uses {}",
            image.id,
            image.state.as_str(),
            uses.join(", ")
        );
    }
    lines
}

fn one(lines: &mut String, world: &World, volume: &VolumeTruth, head: &str) {
    *lines += &format!("  {head}, {} GiB\n", volume.size_gib);
    for snapshot in world.ec2.snapshots_of(&volume.id) {
        snapshot_line(lines, snapshot, "      ");
    }
}

fn snapshot_line(lines: &mut String, snapshot: &SnapshotTruth, indent: &str) {
    let start = Timestamp::from_ms(snapshot.start.0);
    let ours = if snapshot
        .tags
        .get(crate::domain::tags::key::INSTALLATION)
        .is_some()
    {
        ""
    } else {
        ", not ours"
    };
    *lines += &format!(
        "{indent}{}  {}  {start}{ours}\n",
        snapshot.id,
        snapshot.state.as_str()
    );
}

fn tags(instance: &InstanceTruth) -> SmolStr {
    let pairs: Vec<String> = instance
        .tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if pairs.is_empty() {
        SmolStr::default()
    } else {
        format!("  {}", pairs.join(" ")).into()
    }
}
