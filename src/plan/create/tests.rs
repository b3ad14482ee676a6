//! What is taken, how, and with which tags: instances in, the plan as text out.

use super::*;
use crate::domain::tags::key;
use crate::domain::{InstanceState, Span};
use crate::plan::fixture;

/// Reads `i-a running /dev/xvda:vol-r /dev/sdf:vol-d key=value`; the first device is the root.
fn instance(line: &str) -> Instance {
    let mut words = line.split_whitespace();
    let id = InstanceId::from(words.next().unwrap());
    let state = InstanceState::from_text(words.next().unwrap());
    let (mut attachments, mut tags) = (vec![], vec![("snapshot", "snapshot")]);
    let mut hibernation = Hibernation::Off;
    for word in words {
        match word.split_once('=').or_else(|| word.split_once(':')) {
            Some((device, volume)) if device.starts_with("/dev/") => attachments.push(Attachment {
                device: device.into(),
                volume: volume.into(),
            }),
            Some(tag) => tags.push(tag),
            None => hibernation = Hibernation::Configured,
        }
    }
    Instance {
        root_device: attachments.first().map(|first| first.device.clone()),
        attachments,
        hibernation,
        id,
        state,
        tags: tags.into_iter().collect(),
    }
}

/// Reads `vol-a available i-a:/dev/sdf key=value`.
fn volume(line: &str) -> Volume {
    let mut words = line.split_whitespace();
    let id = VolumeId::from(words.next().unwrap());
    let state = words.next().unwrap().into();
    let (mut attached_to, mut tags) = (vec![], vec![]);
    for word in words {
        match word.split_once(':') {
            Some((instance, device)) => attached_to.push(AttachedTo {
                device: device.into(),
                instance: instance.into(),
            }),
            None => tags.push(word.split_once('=').unwrap()),
        }
    }
    Volume {
        attached_to,
        id,
        size_gib: 8,
        state,
        tags: tags.into_iter().collect(),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty())
}

struct World<'a> {
    instances: &'a str,
    volumes: &'a str,
    served: &'a [&'a str],
}

const NOTHING: World<'_> = World {
    instances: "",
    volumes: "",
    served: &[],
};

fn plan(policy: &Policy, world: &World<'_>) -> CreatePlan {
    let instances: Vec<Instance> = lines(world.instances).map(instance).collect();
    let volumes = lines(world.volumes).map(volume);
    plan_create(&CreateInput {
        policy,
        installation: &"ours".into(),
        slot: &Slot::from_text("20260401T000000Z"),
        instances: &instances,
        volumes: &volumes.map(|volume| (volume.id.clone(), volume)).collect(),
        served: &world.served.iter().map(|&id| id.to_owned()).collect(),
    })
}

/// The decisions, then the tasks.
fn plan_of(policy: &Policy, world: &World<'_>) -> String {
    let plan = plan(policy, world);
    let mut text = String::new();
    for decision in &plan.decisions {
        text += &format!("{}  {decision}\n", decision.subject);
    }
    for task in &plan.tasks {
        let members: Vec<&str> = task.members.iter().map(|m| m.volume.as_str()).collect();
        let members = members.join(", ");
        text += &match &task.taken {
            Taken::AsSet {
                instance,
                boot_volume,
                exclude,
            } => {
                let exclude: Vec<&str> = exclude.iter().map(VolumeId::as_str).collect();
                let exclude = exclude.join(", ");
                format!("set of {instance}: {members}; root {boot_volume:?}; exclude [{exclude}]")
            }
            Taken::Single { volume } => format!("single {volume}: {members}"),
        };
        text += &format!("; lifetime {}\n", task.lifetime);
    }
    text
}

fn seven_days() -> Policy {
    let mut policy = fixture::policy();
    policy.keep.lifetime = Some(Span::days(7));
    policy
}

#[test]
fn each_instance_has_its_own_root_and_lifetime() {
    let world = World {
        instances: "
            i-b running /dev/sda1:vol-4 /dev/xvda:vol-5 snaplifetime=30
            i-a stopped /dev/xvda:vol-1 /dev/sda1:vol-2 /dev/xvdaa:vol-3 snaplifetime=2
            i-c running /dev/xvda:vol-6 /dev/sdf:vol-7
            i-d running /dev/xvda:vol-8 /dev/sdf:vol-9 snaplifetime=7O
        ",
        ..NOTHING
    };
    insta::assert_snapshot!(plan_of(&seven_days(), &world), @"
    i-a  take: the policy selects it
    i-b  take: the policy selects it
    i-c  take: the policy selects it
    i-d  take: the policy selects it
    vol-1  leave out: it is the root volume of its instance
    vol-2  take: the policy selects it
    vol-3  take: the policy selects it
    vol-4  leave out: it is the root volume of its instance
    vol-5  take: the policy selects it
    vol-6  leave out: it is the root volume of its instance
    vol-7  take: the policy selects it
    vol-8  leave out: it is the root volume of its instance
    vol-9  take: the policy selects it
    set of i-a: vol-2, vol-3; root Exclude; exclude []; lifetime 2d
    set of i-b: vol-5; root Exclude; exclude []; lifetime 30d
    set of i-c: vol-7; root Exclude; exclude []; lifetime 7d
    set of i-d: vol-9; root Exclude; exclude []; lifetime forever
    ");
}

#[test]
fn key_and_value_of_the_tag_must_match() {
    let world = World {
        instances: "
            i-a running /dev/xvda:vol-1 /dev/sdf:vol-2 snapshot=Snapshot
            i-b running /dev/xvda:vol-3 /dev/sdf:vol-4 snapshot=no role=snapshot
        ",
        ..NOTHING
    };
    assert_eq!(plan(&seven_days(), &world), CreatePlan::default());
}

#[test]
fn what_is_left_out_says_why() {
    let mut policy = seven_days();
    policy.select.exclude_devices = vec!["/dev/sdg".into()];
    policy.select.exclude_tags = vec![Tag::new("scratch", "yes")];
    let world = World {
        instances: "
            i-a running /dev/xvda:vol-1 /dev/sdf:vol-2 /dev/sdg:vol-3 /dev/sdh:vol-4
            i-b running /dev/xvda:vol-5
            i-c pending /dev/xvda:vol-6 /dev/sdf:vol-7
            i-d running /dev/xvda:vol-8 /dev/sdf:vol-9
        ",
        volumes: "
            vol-2 in-use scratch=no
            vol-4 in-use scratch=yes
        ",
        served: &["i-d"],
    };
    insta::assert_snapshot!(plan_of(&policy, &world), @"
    i-a  take: the policy selects it
    i-b  leave out: nothing is left to take
    i-c  leave out: the instance is pending
    i-d  leave out: its slot is already served
    vol-1  leave out: it is the root volume of its instance
    vol-2  take: the policy selects it
    vol-3  leave out: the policy excludes its device /dev/sdg
    vol-4  leave out: the policy excludes its tag scratch=yes
    vol-5  leave out: it is the root volume of its instance
    set of i-a: vol-2; root Exclude; exclude [vol-3, vol-4]; lifetime 7d
    ");
}

#[test]
fn a_root_that_is_taken_may_still_be_excluded() {
    let mut policy = seven_days();
    policy.select.root = RootVolumes::Include;
    policy.select.exclude_tags = vec![Tag::new("scratch", "yes")];
    let world = World {
        instances: "
            i-a running /dev/xvda:vol-1 /dev/sdf:vol-2
            i-b running /dev/xvda:vol-3 /dev/sdf:vol-4
        ",
        volumes: "vol-3 in-use scratch=yes",
        ..NOTHING
    };
    insta::assert_snapshot!(plan_of(&policy, &world), @"
    i-a  take: the policy selects it
    i-b  take: the policy selects it
    vol-1  take: the policy selects it
    vol-2  take: the policy selects it
    vol-3  leave out: the policy excludes its tag scratch=yes
    vol-4  take: the policy selects it
    set of i-a: vol-1, vol-2; root Include; exclude []; lifetime 7d
    set of i-b: vol-4; root Exclude; exclude []; lifetime 7d
    ");
}

#[test]
fn a_multi_attach_volume_goes_with_the_smallest_instance() {
    let world = World {
        instances: "
            i-b running /dev/xvda:vol-3 /dev/sdf:vol-m /dev/sdg:vol-4
            i-a running /dev/xvda:vol-1 /dev/sdf:vol-m /dev/sdg:vol-2
        ",
        ..NOTHING
    };
    insta::assert_snapshot!(plan_of(&seven_days(), &world), @"
    i-a  take: the policy selects it
    i-b  take: the policy selects it
    vol-1  leave out: it is the root volume of its instance
    vol-2  take: the policy selects it
    vol-3  leave out: it is the root volume of its instance
    vol-4  take: the policy selects it
    vol-m  take: the policy selects it
    vol-m  leave out: it is taken with i-a
    set of i-a: vol-2, vol-m; root Exclude; exclude []; lifetime 7d
    set of i-b: vol-4; root Exclude; exclude [vol-m]; lifetime 7d
    ");
    let resumed = World {
        served: &["i-a"],
        ..world
    };
    insta::assert_snapshot!(plan_of(&seven_days(), &resumed), @"
    i-a  leave out: its slot is already served
    i-b  take: the policy selects it
    vol-3  leave out: it is the root volume of its instance
    vol-4  take: the policy selects it
    vol-m  leave out: it is taken with i-a
    set of i-b: vol-4; root Exclude; exclude [vol-m]; lifetime 7d
    ");
}

#[test]
fn what_cannot_be_a_set_is_taken_one_by_one() {
    let world = World {
        instances: "
            i-a running /dev/xvda:vol-1 /dev/sdf:vol-2 /dev/sdg:vol-3 hibernating snaplifetime=2
        ",
        served: &["vol-2"],
        ..NOTHING
    };
    insta::assert_snapshot!(plan_of(&seven_days(), &world), @"
    i-a  take: the policy selects it
    vol-1  leave out: it is the root volume of its instance
    vol-2  leave out: its slot is already served
    vol-3  take: the policy selects it
    single vol-3: vol-3; lifetime 2d
    ");
}

#[test]
fn more_than_forty_exclusions_are_too_many_for_a_set() {
    let mut policy = seven_days();
    policy.select.exclude_tags = vec![Tag::new("scratch", "yes")];
    let taken = |excluded: usize| {
        let devices = (0..excluded).map(|n| format!(" /dev/x{n}:vol-x{n}"));
        let devices: String = devices.collect();
        let volumes = (0..excluded).map(|n| format!("vol-x{n} in-use scratch=yes\n"));
        let volumes: String = volumes.collect();
        let plan = plan(
            &policy,
            &World {
                instances: &format!("i-a running /dev/xvda:vol-1 /dev/sdf:vol-2{devices}"),
                volumes: &volumes,
                served: &[],
            },
        );
        plan.tasks
            .into_iter()
            .map(|task| task.taken)
            .collect::<Vec<_>>()
    };
    assert!(matches!(taken(40).as_slice(), [Taken::AsSet { exclude, .. }] if exclude.len() == 40));
    assert!(matches!(taken(41).as_slice(), [Taken::Single { .. }]));
}

#[test]
fn volumes_are_chosen_by_their_own_tag() {
    let mut policy = seven_days();
    policy.select.target = Target::Volumes(Tag::new("backup", "yes"));
    policy.select.exclude_devices = vec!["/dev/sdx".into()];
    let world = World {
        instances: "i-a running /dev/xvda:vol-root",
        volumes: "
            vol-a available backup=yes snaplifetime=2
            vol-b in-use    backup=yes i-b:/dev/sdx i-c:/dev/sdf
            vol-c in-use    backup=yes i-b:/dev/sdx
            vol-d deleting  backup=yes
            vol-e in-use    backup=no
            vol-f in-use    backup=yes
            vol-root in-use backup=yes i-a:/dev/xvda
        ",
        served: &["vol-f"],
    };
    insta::assert_snapshot!(plan_of(&policy, &world), @"
    vol-a  take: the policy selects it
    vol-b  take: the policy selects it
    vol-c  leave out: the policy excludes its device /dev/sdx
    vol-d  leave out: the volume is deleting
    vol-f  leave out: its slot is already served
    vol-root  take: the policy selects it
    single vol-a: vol-a; lifetime 2d
    single vol-b: vol-b; lifetime 7d
    single vol-root: vol-root; lifetime 7d
    ");
}

#[test]
fn our_tags_win_and_reserved_ones_are_never_copied() {
    let mut policy = seven_days();
    policy.copy_tags = [
        "Name",
        "AWS:stack",
        "aws:x",
        "snaplife:hold",
        "team",
        "absent",
    ]
    .map(Into::into)
    .into();
    policy.extra_tags = vec![
        Tag::new("team", "storage"),
        Tag::new(key::SLOT, "mine"),
        Tag::new(key::OP, "mine"),
    ];
    let world = World {
        instances: "i-a running /dev/xvda:vol-1 /dev/sdf:vol-2 Name=db AWS:stack=s aws:x=1 \
                    snaplife:hold=me team=web other=1",
        ..NOTHING
    };
    let plan = plan(&policy, &world);
    let tags = plan.tasks.iter().flat_map(|task| task.tags.iter());
    let text: String = tags
        .map(|(name, value)| format!("{name} = {value}\n"))
        .collect();
    insta::assert_snapshot!(text, @"
    Name = db
    snaplife:installation = ours
    snaplife:lifetime = 604800000
    snaplife:policy = default
    snaplife:slot = 20260401T000000Z
    team = storage
    ");
}

#[test]
fn three_places_of_fifty_are_left_for_operation_target_and_a_hold() {
    let mut policy = seven_days();
    policy.copy_tags = (0..60).map(|n| format!("t{n}").into()).collect();
    let tags: String = (0..60).map(|n| format!(" t{n}=1")).collect();
    let plan = plan(
        &policy,
        &World {
            instances: &format!("i-a running /dev/xvda:vol-1 /dev/sdf:vol-2{tags}"),
            ..NOTHING
        },
    );
    let [task] = plan.tasks.as_slice() else {
        panic!("one task, not {plan:?}");
    };
    assert_eq!(task.tags.len(), 47);
    assert!(task.tags.get("t42").is_some() && task.tags.get("t43").is_none());
    assert!(task.tags.get(key::INSTALLATION).is_some());
}
