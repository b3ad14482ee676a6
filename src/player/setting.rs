//! The world as the file describes it, ready for the first instant of the run.

use smol_str::SmolStr;
use snaplife_sim::answer::Answer;
use snaplife_sim::chance::Chance;
use snaplife_sim::dynamodb::Billing;
use snaplife_sim::ec2::{
    self, ForeignSnapshot, NewInstance, NewVolume, OnTermination, Range, SnapshotState, Strangers,
    VolumeType,
};
use snaplife_sim::time::{Span as SimSpan, Timestamp as SimTime};
use snaplife_sim::world::World;

use super::names::Names;
use super::outside::{set_index_lag, sim_tags};
use crate::catalog::write::at_revision;
use crate::catalog::{Installation, attr};
use crate::domain::{
    AccountId, Encryption, Hibernation, InstallationId, InstanceState, Region, Span, Timestamp,
};
use crate::ports::Request;
use crate::ports::table::{EnableTimeToLive, PutItem};
use crate::scenario::model::{
    Init, Outsider, RootDeviceType, Scenario, SpanRange, StepKind, WorldSpec,
};
use crate::simulated::table;

/// Everything is made this long before the run, so that nothing of it is new when it starts.
const BEFORE: Span = Span::hours(1);

/// Builds the world of a scenario. An error is our own bug: the loader has checked the file.
pub(crate) fn build(scenario: &Scenario, chance: Chance) -> Answer<(World, Names)> {
    let spec = &scenario.world;
    let made = sim_time(scenario.start - BEFORE);
    let mut world = World::new(
        chance,
        ec2::AccountId::new(spec.account.text().clone()),
        spec.region.text().clone(),
    );
    settings(&mut world, scenario);
    hardware(&mut world, made, spec)?;
    let names = snapshots(&mut world, scenario)?;
    if scenario.init == Init::Done {
        install(&mut world, made, scenario)?;
    }
    for policy in &scenario.policies {
        if let Some(topic) = &policy.notify {
            world.sns.create_topic(topic.text().clone());
        }
    }
    Ok((world, names))
}

fn settings(world: &mut World, scenario: &Scenario) {
    let spec = &scenario.world;
    let settings = world.ec2.settings_mut();
    let limits = &mut settings.limits;
    let usize_of = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    if let Some(max) = spec.limits.snapshots_per_region {
        limits.snapshots_per_region_max = usize_of(max);
    }
    if let Some(max) = spec.limits.pending_per_volume {
        limits.pending_per_volume_max = usize_of(max);
        limits.pending_per_hdd_volume_max = usize_of(max);
    }
    if let Some(min) = spec.limits.snapshot_interval {
        limits.snapshot_interval_min = sim_span(min);
    }
    if let Some(max) = spec.limits.volumes_per_set {
        limits.volumes_per_set_max = usize_of(max);
    }
    if let Some(max) = spec.limits.excluded_volumes {
        limits.excluded_volumes_max = usize_of(max);
    }
    let range = |range: SpanRange| Range {
        max: sim_span(range.to),
        min: sim_span(range.from),
    };
    if let Some(full) = spec.timing.full {
        settings.timing.full = range(full);
    }
    if let Some(incremental) = spec.timing.incremental {
        settings.timing.incremental = range(incremental);
        // The file says how long the whole copy takes.
        settings.timing.per_gib = Range {
            max: SimSpan::ZERO,
            min: SimSpan::ZERO,
        };
    }
    let delay = |span: Option<Span>| span.map_or(SimSpan::ZERO, sim_span);
    settings.visibility = ec2::Visibility {
        by_filter_max: delay(spec.visibility.by_filter),
        by_id_max: delay(spec.visibility.by_id),
        deletes_max: delay(spec.visibility.deletes),
        tags_max: delay(spec.visibility.tags),
    };
    if spec.strangers_percent > 0 {
        settings.throttling.strangers.push(Strangers {
            percent: spec.strangers_percent,
            from: sim_time(scenario.start - BEFORE),
            until: sim_time(scenario.end),
        });
    }
}

fn hardware(world: &mut World, made: SimTime, spec: &WorldSpec) -> Answer<()> {
    let mut outsider = world.ec2.outsider(made);
    for volume in &spec.volumes {
        outsider.create_volume(NewVolume {
            daily_change_gib: volume.daily_change_gib,
            encrypted: volume.encrypted == Encryption::Encrypted,
            id: ec2::VolumeId::new(volume.id.text().clone()),
            multi_attach: volume.multi_attach,
            size_gib: volume.size_gib,
            tags: sim_tags(&volume.tags),
            volume_type: volume_type(&volume.volume_type),
        })?;
    }
    for instance in &spec.instances {
        let id = ec2::InstanceId::new(instance.id.text().clone());
        outsider.launch_instance(NewInstance {
            hibernation: match instance.hibernation {
                Hibernation::Configured => ec2::Hibernation::Configured,
                Hibernation::Off => ec2::Hibernation::Off,
            },
            id: id.clone(),
            root_device: instance
                .root_device
                .as_ref()
                .map(|device| device.text().clone()),
            root_device_type: match instance.root_device_type {
                RootDeviceType::Ebs => ec2::RootDeviceType::Ebs,
                RootDeviceType::InstanceStore => ec2::RootDeviceType::InstanceStore,
            },
            tags: sim_tags(&instance.tags),
        })?;
        for attachment in &instance.attachments {
            let volume = ec2::VolumeId::new(attachment.volume.text().clone());
            let device = attachment.device.text().clone();
            outsider.attach_volume(&volume, &id, device, OnTermination::Keep)?;
        }
        match &instance.state {
            InstanceState::Running | InstanceState::Other(_) => {}
            InstanceState::Stopped => outsider.stop_instance(&id)?,
            InstanceState::Stopping => {
                outsider.set_instance_state(&id, ec2::InstanceState::Stopping)?;
            }
            InstanceState::Pending => {
                outsider.set_instance_state(&id, ec2::InstanceState::Pending)?;
            }
            InstanceState::ShuttingDown => {
                outsider.set_instance_state(&id, ec2::InstanceState::ShuttingDown)?;
            }
            InstanceState::Terminated => outsider.terminate_instance(&id)?,
        }
    }
    Ok(())
}

fn snapshots(world: &mut World, scenario: &Scenario) -> Answer<Names> {
    let spec = &scenario.world;
    let now = sim_time(scenario.start - BEFORE);
    let mut names = Names::default();
    for snapshot in &spec.snapshots {
        let foreign = ForeignSnapshot {
            age: now - sim_time(snapshot.started),
            owner: Some(ec2::AccountId::new(snapshot.owner.text().clone())),
            size_gib: snapshot.size_gib,
            state: sim_state(&snapshot.state),
            tags: sim_tags(&snapshot.tags),
            volume: ec2::VolumeId::new(snapshot.of.text().clone()),
        };
        let id = world.ec2.outsider(now).create_snapshot(foreign);
        names.name(snapshot.name.clone(), id);
    }
    for image in &spec.images {
        let id = ec2::ImageId::new(image.id.text().clone());
        let uses = image
            .snapshots
            .iter()
            .filter_map(|name| names.named(name))
            .collect();
        let mut outsider = world.ec2.outsider(now);
        outsider.register_image(id.clone(), uses, ec2::Tags::default())?;
        if image.state == "disabled" {
            outsider.disable_image(&id)?;
        }
    }
    for effect in world.ec2.drain_effects() {
        names.saw(&effect);
    }
    Ok(names)
}

/// The table and the installation's row, as `init` makes them.
fn install(world: &mut World, made: SimTime, scenario: &Scenario) -> Answer<()> {
    let spec = &scenario.world;
    let mut definition = table::table_definition();
    if let Some(capacity) = spec.capacity {
        definition.billing = Billing::Provisioned {
            read: capacity.read,
            write: capacity.write,
        };
    }
    let restores =
        |what: &StepKind| matches!(what, StepKind::Outsider(Outsider::RestoreTable { .. }));
    world.dynamodb.defaults_mut().keep_history =
        scenario.story.iter().any(|step| restores(&step.what));
    world.dynamodb.install(made, definition);
    if let Some(lag) = spec.index_lag {
        set_index_lag(world, sim_span(lag));
    }
    let purge = Request::EnableTimeToLive(EnableTimeToLive {});
    if let Some(Err(refusal)) = table::call(&mut world.dynamodb, made, &purge) {
        return Err(refusal);
    }
    let installation = installation(scenario);
    let mut item = installation.to_item();
    item.set_text(attr::WRITER, SmolStr::new_static("init"));
    let put = Request::PutItem(PutItem {
        condition: at_revision(0),
        item,
    });
    match table::call(&mut world.dynamodb, made, &put) {
        Some(answer) => answer.map(|_| ()),
        None => Ok(()),
    }
}

/// The installation of a scenario; its id is derived from account and Region.
pub(super) fn installation(scenario: &Scenario) -> Installation {
    let spec = &scenario.world;
    Installation {
        id: installation_id(&spec.account, &spec.region),
        account: spec.account.clone(),
        region: spec.region.clone(),
    }
}

/// The mark of the installation in a simulated account and Region.
pub(crate) fn installation_id(account: &AccountId, region: &Region) -> InstallationId {
    let key = format!("{account} {region}");
    InstallationId::new(&blake3::hash(key.as_bytes()).to_hex()[..32])
}

/// A type that the world does not model behaves as gp3 does.
fn volume_type(name: &str) -> VolumeType {
    let known = [
        VolumeType::Gp3,
        VolumeType::Gp2,
        VolumeType::Io1,
        VolumeType::Io2,
        VolumeType::St1,
        VolumeType::Sc1,
        VolumeType::Standard,
    ];
    known
        .into_iter()
        .find(|known| known.as_str() == name)
        .unwrap_or_default()
}

fn sim_state(state: &crate::domain::SnapshotState) -> SnapshotState {
    use crate::domain::SnapshotState as Ours;
    match state {
        Ours::Pending => SnapshotState::Pending,
        Ours::Completed => SnapshotState::Completed,
        Ours::Error => SnapshotState::Error,
        Ours::Other(other) => SnapshotState::Other(other.clone()),
    }
}

/// An instant as the world counts it.
pub(super) fn sim_time(at: Timestamp) -> SimTime {
    SimTime(at.as_ms())
}

fn sim_span(span: Span) -> SimSpan {
    SimSpan(span.as_ms())
}
