//! What must hold of every plan to take.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use snaplife::domain::tags::key;
use snaplife::domain::{
    Attachment, BootVolume, Device, Hibernation, Instance, InstanceId, InstanceState, Keep,
    Lifetime, Slot, Span, Tag, Tags, VolumeId,
};
use snaplife::plan::{CreateInput, CreatePlan, CreateTask, LifetimeNote, Taken, plan_create};

use super::fleet::policy;

const DEVICES: [&str; 5] = [
    "/dev/xvda",
    "/dev/sda1",
    "/dev/xvdaa",
    "/dev/sdf",
    "/dev/sdg",
];

/// The lifetime tag of an instance and what it means.
fn lifetime_tags() -> impl Strategy<Value = (Option<&'static str>, Lifetime)> {
    prop::sample::select(vec![
        (Some("2"), Lifetime::For(Span::days(2))),
        (Some("30"), Lifetime::For(Span::days(30))),
        (Some("36h"), Lifetime::For(Span::hours(36))),
        (Some("7O"), Lifetime::Forever),
        (Some("NaN"), Lifetime::Forever),
        (None, Lifetime::For(Span::days(7))),
    ])
}

/// An instance and the lifetime that its own tag, and nothing else, gives.
#[derive(Clone, Debug)]
struct Machine {
    instance: Instance,
    lifetime: Lifetime,
    opted_in: bool,
}

fn machines() -> impl Strategy<Value = Vec<Machine>> {
    let opting = prop::sample::select(vec![
        ("snapshot", "snapshot"),
        ("snapshot", "snapshot"),
        ("snapshot", "snapshot"),
        ("snapshot", "Snapshot"),
        ("role", "snapshot"),
        ("snapshot", "true"),
    ]);
    let state = prop::sample::select(vec![
        "running",
        "running",
        "stopped",
        "pending",
        "terminated",
    ]);
    // Of each device: none, a volume of its own, or one that several instances share.
    let volume = prop_oneof![
        1 => Just(None),
        4 => Just(Some(None)),
        1 => (0..3_u8).prop_map(|shared| Some(Some(shared))),
    ];
    let volumes = prop::collection::vec(volume, DEVICES.len());
    let root = prop::option::weighted(0.9, prop::sample::select(DEVICES.to_vec()));
    let hibernates = prop::bool::weighted(0.1);
    let machine = (opting, state, volumes, root, hibernates, lifetime_tags());
    prop::collection::vec(machine, 0..6).prop_map(|machines| {
        let machines = machines.into_iter().enumerate();
        machines
            .map(
                |(n, (opting, state, volumes, root, hibernates, (tag, lifetime)))| {
                    let mut seen = BTreeSet::new();
                    let attachments = DEVICES
                        .into_iter()
                        .zip(volumes)
                        .filter_map(|(device, volume)| {
                            let volume = match volume? {
                                Some(shared) => format!("vol-shared-{shared}"),
                                None => format!("vol-{n}{device}"),
                            };
                            seen.insert(volume.clone()).then(|| Attachment {
                                device: device.into(),
                                volume: VolumeId::new(volume),
                            })
                        })
                        .collect();
                    let lifetime_tag = tag.map(|value| ("snaplifetime", value));
                    let tags: Tags = [opting].into_iter().chain(lifetime_tag).collect();
                    Machine {
                        instance: Instance {
                            attachments,
                            hibernation: if hibernates {
                                Hibernation::Configured
                            } else {
                                Hibernation::Off
                            },
                            id: InstanceId::new(format!("i-{n}")),
                            root_device: root.map(Device::from),
                            state: InstanceState::from_text(state),
                            tags,
                        },
                        lifetime,
                        opted_in: opting == ("snapshot", "snapshot"),
                    }
                },
            )
            .collect()
    })
}

fn plan(machines: &[Machine], served: &[String]) -> CreatePlan {
    let policy = policy(Keep {
        lifetime: Some(Span::days(7)),
        ..Keep::default()
    });
    let instances: Vec<Instance> = machines.iter().map(|m| m.instance.clone()).collect();
    plan_create(&CreateInput {
        policy: &policy,
        installation: &"ours".into(),
        slot: &Slot::from_text("20260401T000000Z"),
        instances: &instances,
        volumes: &BTreeMap::new(),
        served: &served.iter().cloned().collect(),
    })
}

/// The machine that a task's members hang on.
fn source<'a>(task: &CreateTask, machines: &'a [Machine]) -> &'a Machine {
    let member = task.members.first().expect("a task takes something");
    let instance = member
        .instance
        .as_ref()
        .expect("here volumes are taken with instances");
    let mut machines = machines.iter();
    machines
        .find(|m| m.instance.id == *instance)
        .expect("a plan names only what it was given")
}

fn wanted(machine: &Machine) -> impl Iterator<Item = &VolumeId> {
    let is_root = |a: &Attachment| Some(&a.device) == machine.instance.root_device.as_ref();
    let taken = machine.opted_in && machine.instance.state.has_volumes();
    let attachments = machine.instance.attachments.iter();
    attachments
        .filter(move |a| taken && !is_root(a))
        .map(|a| &a.volume)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_lifetime_is_bound_to_the_volumes_own_instance(machines in machines()) {
        for task in plan(&machines, &[]).tasks {
            let machine = source(&task, &machines);
            prop_assert_eq!(task.lifetime, machine.lifetime);
            let recorded = task.tags.get(key::LIFETIME).and_then(|t| Lifetime::from_tag_value(t));
            prop_assert_eq!(recorded, Some(machine.lifetime));
            let unreadable = matches!(task.note, Some(LifetimeNote::Unreadable { .. }));
            prop_assert_eq!(unreadable, machine.lifetime == Lifetime::Forever);
        }
    }

    #[test]
    fn every_volume_but_roots_is_taken_once_and_no_root_is(machines in machines()) {
        let plan = plan(&machines, &[]);
        let members = plan.tasks.iter().flat_map(|task| &task.members);
        let taken: Vec<&VolumeId> = members.map(|member| &member.volume).collect();
        let once: BTreeSet<&VolumeId> = taken.iter().copied().collect();
        prop_assert_eq!(taken.len(), once.len(), "a volume was taken twice");
        let wanted: BTreeSet<&VolumeId> = machines.iter().flat_map(wanted).collect();
        prop_assert_eq!(once, wanted);
        for task in &plan.tasks {
            let root = source(task, &machines).instance.root_volume();
            prop_assert!(task.members.iter().all(|member| Some(&member.volume) != root));
        }
    }

    #[test]
    fn only_key_and_value_together_opt_in(machines in machines()) {
        let opting = Tag::new("snapshot", "snapshot");
        for task in plan(&machines, &[]).tasks {
            prop_assert!(source(&task, &machines).instance.tags.has(&opting));
        }
    }

    #[test]
    fn a_set_asks_for_exactly_its_members(machines in machines()) {
        for task in plan(&machines, &[]).tasks {
            let machine = source(&task, &machines);
            match &task.taken {
                Taken::Single { volume } => {
                    prop_assert_eq!(machine.instance.hibernation, Hibernation::Configured);
                    prop_assert_eq!(task.members.len(), 1);
                    prop_assert_eq!(&task.members[0].volume, volume);
                }
                Taken::AsSet { boot_volume, exclude, .. } => {
                    prop_assert_eq!(machine.instance.hibernation, Hibernation::Off);
                    prop_assert_eq!(*boot_volume, BootVolume::Exclude);
                    let root = machine.instance.root_volume();
                    let volumes = machine.instance.attachments.iter().map(|a| &a.volume);
                    let made: Vec<&VolumeId> = volumes
                        .filter(|volume| Some(*volume) != root && !exclude.contains(volume))
                        .collect::<BTreeSet<_>>()
                        .into_iter()
                        .collect();
                    let members: Vec<&VolumeId> = task.members.iter().map(|m| &m.volume).collect();
                    prop_assert_eq!(members, made, "AWS takes all but the excluded ones");
                    prop_assert!(root.is_none_or(|root| !exclude.contains(root)));
                }
            }
        }
    }

    #[test]
    fn a_second_pass_takes_only_what_the_first_did_not(machines in machines(), done in 0..8_usize) {
        let first = plan(&machines, &[]);
        let done = done.min(first.tasks.len());
        let served: Vec<String> = first.tasks[..done]
            .iter()
            .map(|task| task.target().to_owned())
            .collect();
        prop_assert_eq!(&plan(&machines, &served).tasks, &first.tasks[done..]);
    }

    #[test]
    fn an_instance_that_shares_no_volume_changes_nothing(machines in machines(), nth in 0..6_usize) {
        let shared = |m: &Machine| {
            m.instance.attachments.iter().any(|a| a.volume.as_str().starts_with("vol-shared"))
        };
        let others: Vec<Machine> = machines
            .iter()
            .enumerate()
            .filter(|(n, machine)| *n != nth || shared(machine))
            .map(|(_, machine)| machine.clone())
            .collect();
        let whole = plan(&machines, &[]).tasks;
        for task in plan(&others, &[]).tasks {
            prop_assert!(whole.contains(&task));
        }
    }

    #[test]
    fn the_order_of_instances_changes_nothing(machines in machines()) {
        let mut turned = machines.clone();
        turned.reverse();
        for machine in &mut turned {
            machine.instance.attachments.reverse();
        }
        prop_assert_eq!(plan(&machines, &[]), plan(&turned, &[]));
    }
}
