//! What the oracle judges by: a scenario's own figures as plain data.
//!
//! It is read from the file and the world, not from what the planner makes of them. Where the story
//! itself makes a promise impossible, the promise is waived here, with the reason.

use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2;
use snaplife_sim::world::World;

use super::played::Broken;
use super::setting;
use crate::domain::{
    Hibernation, Job, Lifetime, Policy, Retroactive, RootVolumes, Slot, Span, Tag, Target,
    Timestamp, VolumeId, duration,
};
use crate::oracle::{
    Bounds, Invariant, PolicyPromise, Promise, Shortening, SlotPromise, Violation,
};
use crate::scenario::model::{
    Fault, Init, InstanceSpec, Outsider, Scenario, StepKind, WorldFault, WorldSpec,
};

/// Slots that are judged one by one; a year of hours has fewer.
const SLOTS_MAX: usize = 10_000;
/// Reads of an `expire` pass with nothing due: whose credentials, what is remembered, four shards, what was begun, and a few more
/// where the table leaves keys over.
const QUIET_READS_MAX: u64 = 12;

/// What a scenario promises at its start.
pub(super) fn of(scenario: &Scenario, world: &World) -> Promise {
    let installation = setting::installation(scenario);
    let policies = scenario.policies.iter();
    Promise {
        installation: installation.id.text().clone(),
        account: installation.account.text().clone(),
        region: installation.region.text().clone(),
        policies: policies
            .map(|policy| (policy.name.clone(), of_policy(policy, scenario, world)))
            .collect(),
        bounds: bounds(scenario),
        waived: waived(scenario),
    }
}

/// What one policy promises, as it and the world are now.
pub(super) fn of_policy(policy: &Policy, scenario: &Scenario, world: &World) -> PolicyPromise {
    PolicyPromise {
        lifetime_now: policy.keep.lifetime.map(Lifetime::For),
        lifetime_of: lifetimes(policy, world),
        longest_of: BTreeMap::new(),
        shortening: match policy.retroactive {
            Retroactive::No => Shortening::Refused,
            Retroactive::Yes => Shortening::Applies,
        },
        last: policy.keep.last,
        at_least: policy.keep.at_least.count(),
        periods: periods(policy, scenario),
        slots: slots(policy, scenario),
        blast_floor: u64::from(policy.limits.blast_floor),
        blast_percent: u64::from(policy.limits.blast_percent),
        blast_approved: false,
    }
}

/// A broken promise as every report has it.
pub(super) fn broken(violation: Violation) -> Broken {
    Broken {
        id: violation.invariant.id().into(),
        promise: violation.invariant.sentence().into(),
        at: violation.at,
        file_line: None,
        expected: violation.believed.into(),
        actual: format_smolstr!("{}; {}", violation.sentence, violation.truth),
        subjects: vec![violation.subject],
    }
}

/// What tags give each volume's snapshots now: the longest, where several instances have it. Of a volume that nothing
/// selected carries now no tag speaks: what was recorded stands, or the policy's own rule where that is longer.
pub(super) fn lifetimes(policy: &Policy, world: &World) -> BTreeMap<VolumeId, Lifetime> {
    let opted_in = |tags: &ec2::Tags, tag: &Tag| tags.get(&tag.key) == Some(&tag.value);
    let mut found = BTreeMap::new();
    for volume in world.ec2.volumes() {
        let longest = match &policy.select.target {
            Target::Volumes(tag) => {
                opted_in(&volume.tags, tag).then(|| lifetime(policy, &volume.tags))
            }
            Target::Instances(tag) => volume
                .attached_to
                .iter()
                .filter_map(|attached| world.ec2.instance(&attached.instance))
                .filter(|instance| opted_in(&instance.tags, tag))
                .map(|instance| lifetime(policy, &instance.tags))
                .max(),
        };
        let id = VolumeId::new(volume.id.text().clone());
        found.extend(longest.map(|longest| (id, longest)));
    }
    found
}

fn lifetime(policy: &Policy, tags: &ec2::Tags) -> Lifetime {
    let mut keys = policy.lifetime_tags.iter();
    match keys.find_map(|key| tags.get(key)) {
        Some(text) => duration::parse_lifetime_tag(text).map_or(Lifetime::Forever, Lifetime::For),
        None => match (policy.keep.lifetime, policy.keep.last) {
            (Some(span), _) => Lifetime::For(span),
            (None, Some(_)) => Lifetime::For(Span::ZERO),
            (None, None) => Lifetime::Forever,
        },
    }
}

/// The longest distance between two runs of each job.
fn periods(policy: &Policy, scenario: &Scenario) -> BTreeMap<Job, Span> {
    let longest = |job| {
        let mut longest = policy.schedules.period_at(job, scenario.start)?;
        let mut at = scenario.start;
        for _ in 0..SLOTS_MAX {
            let Some(next) = policy.schedules.next_after(job, at) else {
                break;
            };
            longest = longest.max(next - at);
            if next >= scenario.end {
                break;
            }
            at = next;
        }
        Some(longest)
    };
    Job::ALL
        .into_iter()
        .filter_map(|job| Some((job, longest(job)?)))
        .collect()
}

/// Every slot of the run and what the world of the file has for it.
fn slots(policy: &Policy, scenario: &Scenario) -> Vec<SlotPromise> {
    let due = due(policy, scenario);
    let first = scenario.start - Span::from_ms(1);
    let next = |at: &Timestamp| policy.schedules.next_after(Job::Create, *at);
    std::iter::successors(next(&first), next)
        .take_while(|at| *at < scenario.end)
        .take(SLOTS_MAX)
        .map(|at| SlotPromise {
            at,
            due: due.clone(),
            slot: Slot::scheduled(at),
        })
        .collect()
}

fn due(policy: &Policy, scenario: &Scenario) -> Vec<(SmolStr, VolumeId)> {
    let spec = &scenario.world;
    let tags_of = |id: &VolumeId| spec.volumes.iter().find(|volume| &volume.id == id);
    let left_out = |id: &VolumeId| {
        let excluded = |tag: &Tag| tags_of(id).is_some_and(|volume| volume.tags.has(tag));
        policy.select.exclude_tags.iter().any(excluded)
    };
    match &policy.select.target {
        Target::Volumes(tag) => spec
            .volumes
            .iter()
            .filter(|volume| volume.tags.has(tag) && !left_out(&volume.id))
            .filter(|volume| !is_root_anywhere(spec.instances.iter(), &volume.id))
            .filter(|volume| !is_on_excluded_devices_only(policy, spec, &volume.id))
            .map(|volume| (volume.id.text().clone(), volume.id.clone()))
            .collect(),
        Target::Instances(tag) => spec
            .instances
            .iter()
            .filter(|instance| instance.tags.has(tag) && instance.state.has_volumes())
            .filter(|instance| instance.hibernation == Hibernation::Off)
            .flat_map(|instance| instance.attachments.iter().map(move |at| (instance, at)))
            .filter(|(instance, at)| {
                policy.select.root == RootVolumes::Include
                    || instance.root_device.as_ref() != Some(&at.device)
            })
            .filter(|(_, at)| !policy.select.exclude_devices.contains(&at.device))
            .filter(|(_, at)| !left_out(&at.volume))
            .map(|(instance, at)| (instance.id.text().clone(), at.volume.clone()))
            .collect(),
    }
}

fn is_root_anywhere<'a>(
    mut instances: impl Iterator<Item = &'a InstanceSpec>,
    volume: &VolumeId,
) -> bool {
    instances.any(|instance| {
        let mut roots = instance.attachments.iter();
        roots.any(|at| &at.volume == volume && instance.root_device.as_ref() == Some(&at.device))
    })
}

/// Whether each device that a volume has is left out; one that has none is not.
fn is_on_excluded_devices_only(policy: &Policy, spec: &WorldSpec, volume: &VolumeId) -> bool {
    let mut ends = spec
        .instances
        .iter()
        .flat_map(|instance| &instance.attachments)
        .filter(|at| &at.volume == volume)
        .peekable();
    ends.peek().is_some() && ends.all(|at| policy.select.exclude_devices.contains(&at.device))
}

/// Where policies differ, the one that promises least.
fn bounds(scenario: &Scenario) -> Bounds {
    let limits = || scenario.policies.iter().map(|policy| &policy.limits);
    let usual = Bounds::default();
    Bounds {
        attempts_max: limits()
            .map(|l| l.attempts_max)
            .max()
            .unwrap_or(usual.attempts_max),
        call_timeout: limits()
            .map(|l| l.call_timeout)
            .min()
            .unwrap_or(usual.call_timeout),
        clock_error_max: limits()
            .map(|l| l.clock_error_max)
            .max()
            .unwrap_or(usual.clock_error_max),
        deadline: limits().map(|l| l.deadline).max().unwrap_or(usual.deadline),
        quiet_reads_max: Some(QUIET_READS_MAX),
        stuck_after: limits().map(|l| l.stuck_after).max(),
        visibility_window: limits()
            .map(|l| l.visibility_window)
            .min()
            .unwrap_or(usual.visibility_window),
        ..usual
    }
}

/// How many snapshots a step hides for longer than a policy waits for them. What is hidden for so long
/// is made a second time.
fn hidden(scenario: &Scenario, what: &StepKind) -> u32 {
    let windows = scenario.policies.iter().map(|policy| &policy.limits);
    let shortest = windows.map(|limits| limits.visibility_window).min();
    match what {
        StepKind::Fault(Fault::World(WorldFault::HideNewSnapshots { span, times }))
            if Some(*span) > shortest =>
        {
            *times
        }
        _ => 0,
    }
}

/// What a story makes impossible by itself.
fn waived(scenario: &Scenario) -> BTreeMap<Invariant, SmolStr> {
    let mut waived = BTreeMap::new();
    let mut waive = |which: &[Invariant], why: &'static str| {
        waived.extend(
            which
                .iter()
                .map(|invariant| (*invariant, SmolStr::new_static(why))),
        );
    };
    if scenario.init == Init::Missing {
        waive(
            &[Invariant::L4, Invariant::L6],
            "nothing may run before `init`",
        );
    }
    let hidden = scenario
        .story
        .iter()
        .map(|step| hidden(scenario, &step.what));
    if hidden.sum::<u32>() > 1 {
        waive(
            &[Invariant::S7],
            "EC2 hides more than one snapshot for longer than anybody waits",
        );
    }
    for step in &scenario.story {
        match &step.what {
            StepKind::Outsider(Outsider::RestoreTable { .. }) => waive(
                &[
                    Invariant::S13,
                    Invariant::S16,
                    Invariant::S17,
                    Invariant::L4,
                    Invariant::L8,
                    Invariant::S8,
                ],
                "the table travels back in time",
            ),
            StepKind::Outsider(
                Outsider::TerminateInstance(_)
                | Outsider::StopInstance(_)
                | Outsider::StartInstance(_)
                | Outsider::DetachVolume(_)
                | Outsider::DeleteVolume(_)
                | Outsider::AttachVolume { .. },
            ) => waive(&[Invariant::L4], "what is due changes on the way"),
            StepKind::Outsider(Outsider::RetagInstance { .. }) => waive(
                &[Invariant::L4, Invariant::L8],
                "what is due, and for how long, changes on the way",
            ),
            StepKind::ChangePolicy(_) => {
                waive(
                    &[Invariant::L4],
                    "what is due, and when, changes on the way",
                );
                waive(
                    &[Invariant::L8],
                    "rules that change are a walk over everything",
                );
            }
            StepKind::Adopt { .. } => {
                waive(&[Invariant::L8], "what is adopted has its own lifetime")
            }
            StepKind::Fault(_)
            | StepKind::Outsider(_)
            | StepKind::Clock { .. }
            | StepKind::Pause { .. }
            | StepKind::Crash(_)
            | StepKind::Duplicate { .. }
            | StepKind::Overlap { .. }
            | StepKind::Approve { .. }
            | StepKind::Run(_) => {}
        }
    }
    waived
}
