//! `world:`, written.

use std::collections::BTreeSet;

use super::moments::{Moments, range, span};
use super::tree::{Map, Node, map, pairs};
use crate::domain::{Encryption, Hibernation, InstanceState, SnapshotState, Span, Tags, VolumeId};
use crate::scenario::build::{self, SIZE_GIB};
use crate::scenario::model::{
    InstanceSpec, RootDeviceType, Scenario, SnapshotSpec, VolumeSpec, WorldSpec,
};

/// The world; none when it is the default one.
pub(super) fn world(scenario: &Scenario, moments: Moments) -> Option<Node> {
    let world = &scenario.world;
    let plain = build::plain_world();
    let differs = |differs: bool, node: Node| differs.then_some(node);
    let attached: BTreeSet<&VolumeId> = world
        .instances
        .iter()
        .flat_map(|instance| instance.attachments.iter().map(|at| &at.volume))
        .collect();
    let mut described = BTreeSet::new();
    let instances = world
        .instances
        .iter()
        .map(|spec| instance(world, spec, &mut described))
        .collect::<Vec<_>>();
    let loose = world
        .volumes
        .iter()
        .filter(|volume| !attached.contains(&volume.id))
        .map(|volume| of_volume(map().text("id", volume.id.as_str()), volume).flow());
    let snapshots = world
        .snapshots
        .iter()
        .map(|spec| snapshot(world, spec, moments));
    let images = world.images.iter().map(|image| {
        map()
            .text("id", image.id.as_str())
            .put("snapshots", Node::flow_list(&image.snapshots))
            .maybe(
                "state",
                (image.state != "available").then(|| Node::text(&image.state)),
            )
            .flow()
    });
    map()
        .maybe(
            "account",
            differs(
                world.account != plain.account,
                Node::text(world.account.as_str()),
            ),
        )
        .maybe(
            "region",
            differs(
                world.region != plain.region,
                Node::text(world.region.as_str()),
            ),
        )
        .maybe("instances", Node::block_list(instances))
        .maybe("volumes", Node::block_list(loose))
        .maybe("snapshots", Node::block_list(snapshots))
        .maybe("images", Node::block_list(images))
        .put_all(settings(world))
        .maybe(
            "latency",
            differs(world.latency != plain.latency, range(world.latency)),
        )
        .maybe(
            "clock_error",
            differs(world.clock_error != Span::ZERO, span(world.clock_error)),
        )
        .unless_empty()
        .map(Map::block)
}

/// How AWS behaves.
fn settings(world: &WorldSpec) -> Map {
    let number = |number: Option<u32>| number.map(Node::number);
    let limits = map()
        .maybe(
            "snapshots_per_region",
            number(world.limits.snapshots_per_region),
        )
        .maybe(
            "pending_per_volume",
            number(world.limits.pending_per_volume),
        )
        .maybe(
            "snapshot_interval",
            world.limits.snapshot_interval.map(span),
        )
        .maybe("volumes_per_set", number(world.limits.volumes_per_set))
        .maybe("excluded_volumes", number(world.limits.excluded_volumes));
    let timing = map()
        .maybe("full", world.timing.full.map(range))
        .maybe("incremental", world.timing.incremental.map(range));
    let visibility = map()
        .maybe("by_id", world.visibility.by_id.map(span))
        .maybe("by_filter", world.visibility.by_filter.map(span))
        .maybe("tags", world.visibility.tags.map(span))
        .maybe("deletes", world.visibility.deletes.map(span));
    let strangers = world.strangers_percent;
    map()
        .maybe("limits", limits.unless_empty().map(Map::flow))
        .maybe("timing", timing.unless_empty().map(Map::flow))
        .maybe("visibility", visibility.unless_empty().map(Map::flow))
        .maybe(
            "strangers",
            (strangers > 0).then(|| Node::number(strangers)),
        )
        .maybe("page_size", number(world.page_size))
        .maybe("index_lag", world.index_lag.map(span))
        .maybe(
            "capacity",
            world.capacity.map(|capacity| {
                map()
                    .put("read", Node::number(capacity.read))
                    .put("write", Node::number(capacity.write))
                    .flow()
            }),
        )
}

fn instance<'a>(
    world: &WorldSpec,
    spec: &'a InstanceSpec,
    described: &mut BTreeSet<&'a VolumeId>,
) -> Node {
    let volumes = spec.attachments.iter().map(|attachment| {
        let is_root = spec.root_device.as_ref() == Some(&attachment.device);
        let entry = map()
            .text("id", attachment.volume.as_str())
            .text("device", attachment.device.as_str())
            .flag("root", is_root);
        let volume = world.volumes.iter().find(|v| v.id == attachment.volume);
        match volume {
            Some(volume) if described.insert(&attachment.volume) => of_volume(entry, volume),
            Some(volume) => entry.flag("multi_attach", volume.multi_attach),
            None => entry,
        }
        .flow()
    });
    let volumes = Node::block_list(volumes);
    map()
        .text("id", spec.id.as_str())
        .maybe("tags", tags(&spec.tags))
        .maybe(
            "state",
            (spec.state != InstanceState::Running).then(|| Node::text(spec.state.as_str())),
        )
        .flag("hibernation", spec.hibernation == Hibernation::Configured)
        .maybe(
            "root_device_type",
            match spec.root_device_type {
                RootDeviceType::Ebs => None,
                RootDeviceType::InstanceStore => Some(Node::text("instance-store")),
            },
        )
        .maybe("volumes", volumes)
        .block()
}

/// What a volume is, beside its name and place.
fn of_volume(entry: Map, volume: &VolumeSpec) -> Map {
    let usual_type = if volume.multi_attach { "io2" } else { "gp3" };
    let number = |number: u32, usual: u32| (number != usual).then(|| Node::number(number));
    entry
        .maybe("size_gib", number(volume.size_gib, SIZE_GIB))
        .maybe("daily_change_gib", number(volume.daily_change_gib, 0))
        .maybe(
            "type",
            (volume.volume_type != usual_type).then(|| Node::text(&volume.volume_type)),
        )
        .maybe("tags", tags(&volume.tags))
        .flag("encrypted", volume.encrypted == Encryption::Encrypted)
        .flag("multi_attach", volume.multi_attach)
}

fn snapshot(world: &WorldSpec, spec: &SnapshotSpec, moments: Moments) -> Node {
    let volume = world.volumes.iter().find(|volume| volume.id == spec.of);
    let usual = volume.map_or(SIZE_GIB, |volume| volume.size_gib);
    map()
        .text("id", &spec.name)
        .text("of", spec.of.as_str())
        .put("started", moments.offset(spec.started))
        .maybe("tags", tags(&spec.tags))
        .maybe(
            "state",
            (spec.state != SnapshotState::Completed).then(|| Node::text(spec.state.as_str())),
        )
        .maybe(
            "owner",
            (spec.owner != world.account).then(|| Node::text(spec.owner.as_str())),
        )
        .maybe(
            "size_gib",
            (spec.size_gib != usual).then(|| Node::number(spec.size_gib)),
        )
        .flow()
}

fn tags(tags: &Tags) -> Option<Node> {
    let all = tags.iter();
    (!tags.is_empty()).then(|| pairs(all.map(|(key, value)| (key.as_str(), value.as_str()))))
}
