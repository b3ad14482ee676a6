//! Any call, answered by the simulated world at one instant.
//!
//! Refusals become outcomes through the same table as AWS's own, so that a code means the same in
//! both twins. Lost answers, time-outs and latency are made above this.

use snaplife_sim::answer::{Answer, Refusal};
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

use super::{ec2, table};
use crate::domain::Timestamp;
use crate::ports::sts::CallerIdentity;
use crate::ports::{Done, OperationName, Outcome, Reply, Request, classify};

/// Answers one call at `now`, which is never before the call answered last.
///
/// The world is never unsure, so what comes is `Ok` or `Rejected`; or `Unknown` where a mutation met
/// a server fault that the table of codes does not trust to have done nothing.
pub fn call_world(world: &mut World, now: WorldTime, request: &Request) -> Outcome<Reply> {
    match answer(world, now, request) {
        Ok(reply) => Outcome::Ok(reply),
        Err(refusal) => outcome(request, refusal),
    }
}

/// AWS's own clock as the `Date` header of an answer tells it: whole seconds, rounded down
/// (RFC 9110, *Date*).
#[must_use]
pub const fn server_time(now: WorldTime) -> Timestamp {
    Timestamp::from_ms(now.0).whole_second()
}

fn answer(world: &mut World, now: WorldTime, request: &Request) -> Answer<Reply> {
    match request {
        Request::DescribeInstances(request) => {
            ec2::describe_instances(&mut world.ec2, now, request)
        }
        Request::DescribeVolumes(request) => ec2::describe_volumes(&mut world.ec2, now, request),
        Request::DescribeSnapshots(request) => {
            ec2::describe_snapshots(&mut world.ec2, now, request)
        }
        Request::DescribeImages(request) => ec2::describe_images(&mut world.ec2, now, request),
        Request::DescribeLockedSnapshots(request) => {
            ec2::describe_locked_snapshots(&mut world.ec2, now, request)
        }
        Request::CreateSnapshots(request) => ec2::create_snapshots(&mut world.ec2, now, request),
        Request::CreateSnapshot(request) => ec2::create_snapshot(&mut world.ec2, now, request),
        Request::DeleteSnapshot(request) => ec2::delete_snapshot(&mut world.ec2, now, request),
        Request::CreateTags(request) => ec2::create_tags(&mut world.ec2, now, request),
        Request::DeleteTags(request) => ec2::delete_tags(&mut world.ec2, now, request),
        Request::DryRun(request) => Err(ec2::dry_run(&mut world.ec2, now, request)),
        Request::GetCallerIdentity(_) => Ok(Reply::GetCallerIdentity(CallerIdentity {
            account: world.sts.get_caller_identity().account.text().clone(),
            region: world.region.clone(),
        })),
        Request::Publish(request) => {
            let subject = (!request.subject.is_empty()).then_some(&request.subject);
            let published = world
                .sns
                .publish(now, request.topic.text(), subject, &request.message);
            published.map(|_| Reply::Publish(Done {}))
        }
        Request::GetTopicAttributes(request) => world
            .sns
            .get_topic_attributes(request.topic.text())
            .map(|()| Reply::GetTopicAttributes(Done {})),
        Request::GetItem(_)
        | Request::BatchGetItem(_)
        | Request::Query(_)
        | Request::PutItem(_)
        | Request::TransactWrite(_)
        | Request::DescribeTable(_)
        | Request::DescribeTimeToLive(_)
        | Request::CreateTable(_)
        | Request::EnableTimeToLive(_)
        | Request::UpdateTable(_)
        | Request::EnableRecovery(_)
        | Request::Scan(_) => table::call(&mut world.dynamodb, now, request)
            .expect("every call of the table's service is the table's"),
    }
}

fn outcome(request: &Request, refusal: Refusal) -> Outcome<Reply> {
    let name = request.name();
    let Refusal {
        code,
        message,
        reasons,
        status,
    } = refusal;
    if name == OperationName::DryRun {
        return classify::dry_run(status, &code, &message).map(Reply::DryRun);
    }
    match classify::refusal(name.service(), name.effect(), status, &code, &message) {
        Outcome::Rejected(mut rejection) => {
            rejection.reasons = reasons;
            Outcome::Rejected(rejection)
        }
        other @ (Outcome::Ok(_) | Outcome::Unknown(_) | Outcome::NotSent(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use snaplife_sim::chance::Chance;
    use snaplife_sim::ec2::{
        ForeignSnapshot, Hibernation, LockMode, NewInstance, NewVolume, OnTermination,
        RootDeviceType, SnapshotState, Tags as WorldTags,
    };
    use snaplife_sim::time::Span;

    use super::*;
    use crate::domain::{BootVolume, Tag, Tags};
    use crate::ports::ec2::{
        CreateSnapshot, CreateSnapshots, CreateTags, DeleteSnapshot, DeleteTags, DescribeImages,
        DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes, DryRun,
        Filter, PageRequest, Tried,
    };
    use crate::ports::sns::Publish;
    use crate::ports::sts::GetCallerIdentity;
    use crate::ports::table::{Consistency, GetItem};

    const NOW: WorldTime = WorldTime(1_000_000_000_000);

    /// One instance `i-db` with a root and a data volume, and an image of a snapshot of others.
    fn world() -> World {
        let mut world = World::new(Chance::new(1), "123456789012".into(), "eu-central-1");
        let mut us = world.ec2.outsider(NOW);
        us.launch_instance(NewInstance {
            hibernation: Hibernation::Off,
            id: "i-db".into(),
            root_device: Some("/dev/xvda".into()),
            root_device_type: RootDeviceType::Ebs,
            tags: WorldTags::from_iter([("snapshot", "snapshot")]),
        })
        .unwrap();
        for (volume, device) in [("vol-root", "/dev/xvda"), ("vol-db", "/dev/sdf")] {
            us.create_volume(NewVolume::plain(volume.into(), 8))
                .unwrap();
            let end = OnTermination::Delete;
            us.attach_volume(&volume.into(), &"i-db".into(), device, end)
                .unwrap();
        }
        world
    }

    fn foreign(world: &mut World, owner: Option<&str>, tag: &str) -> crate::domain::SnapshotId {
        let id = world.ec2.outsider(NOW).create_snapshot(ForeignSnapshot {
            age: Span::days(3),
            owner: owner.map(Into::into),
            size_gib: 8,
            state: SnapshotState::Completed,
            tags: WorldTags::from_iter([("op", tag)]),
            volume: "vol-old".into(),
        });
        id.as_str().into()
    }

    /// The answer in one line.
    fn ask(world: &mut World, request: impl Into<Request>) -> String {
        match call_world(world, NOW, &request.into()) {
            Outcome::Ok(reply) => show(reply),
            Outcome::Rejected(rejection) => format!("{:?}: {}", rejection.class, rejection.code),
            Outcome::Unknown(cause) => format!("unknown: {cause:?}"),
            Outcome::NotSent(cause) => format!("not sent: {cause:?}"),
        }
    }

    fn show(reply: Reply) -> String {
        match reply {
            Reply::DescribeInstances(page) => {
                let show = |i: crate::domain::Instance| {
                    let root = i.root_volume().map_or("no root", |root| root.as_str());
                    format!("{} {} volumes, root {root}", i.id, i.attachments.len())
                };
                page.instances.into_iter().map(show).collect()
            }
            Reply::DescribeSnapshots(page) => {
                let ops = page.snapshots.iter().filter_map(|s| s.tags.get("op"));
                ops.map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            Reply::CreateSnapshots(made) | Reply::CreateSnapshot(made) => {
                let show =
                    |s: &crate::domain::Snapshot| format!("{} {} {}", s.volume, s.state, s.start);
                made.snapshots
                    .iter()
                    .map(show)
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            Reply::DescribeImages(page) => format!("{} image", page.images.len()),
            Reply::DescribeLockedSnapshots(page) => format!("{} locked", page.locked.len()),
            Reply::GetCallerIdentity(caller) => format!("{} {}", caller.account, caller.region),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_listing_shows_our_own_and_takes_filter_values_as_they_stand() {
        let mut world = world();
        for (owner, op) in [
            (None, "a*"),
            (None, "ab"),
            (None, "a?"),
            (Some("999999999999"), "a*"),
        ] {
            foreign(&mut world, owner, op);
        }
        let mut tagged = |values: &[&str]| {
            let values = values.iter().map(|value| (*value).into()).collect();
            let filters = vec![Filter::TagValues {
                key: "op".into(),
                values,
            }];
            ask(
                &mut world,
                DescribeSnapshots {
                    filters,
                    page: PageRequest::default(),
                },
            )
        };
        assert_eq!(tagged(&["a*"]), "a*");
        assert_eq!(tagged(&["a?"]), "a?");
        assert_eq!(tagged(&["ab", "c"]), "ab");
        assert_eq!(tagged(&["b*"]), "");
    }

    #[test]
    fn a_set_is_made_and_found_and_a_second_one_at_once_is_over_the_quota() {
        let mut world = world();
        let set = CreateSnapshots {
            boot_volume: BootVolume::Exclude,
            description: "nightly".into(),
            exclude: Vec::new(),
            instance: "i-db".into(),
            tags: Tags::from_iter([("op", "op-1")]),
        };
        let mut told = String::new();
        let filters = vec![Filter::Tag(Tag::new("snapshot", "snapshot"))];
        let listing = DescribeInstances {
            filters,
            page: PageRequest::default(),
        };
        told += &ask(&mut world, listing);
        told += "\n";
        told += &ask(&mut world, set.clone());
        told += "\n";
        told += &ask(&mut world, set);
        told += "\n";
        let filters = vec![Filter::VolumeIds(vec!["vol-db".into()])];
        told += &ask(
            &mut world,
            DescribeSnapshots {
                filters,
                page: PageRequest::default(),
            },
        );
        insta::assert_snapshot!(told, @"
    i-db 2 volumes, root vol-root
    vol-db pending 2001-09-09T01:46:40Z
    Quota: SnapshotCreationPerVolumeRateExceeded
    op-1
    ");
    }

    #[test]
    fn each_refusal_has_the_meaning_that_the_table_of_codes_gives_it() {
        let mut world = world();
        let used = foreign(&mut world, None, "used");
        let locked = foreign(&mut world, None, "locked");
        let world_id = |id: &crate::domain::SnapshotId| id.as_str().into();
        let mut us = world.ec2.outsider(NOW);
        us.register_image("ami-1".into(), vec![world_id(&used)], WorldTags::default())
            .unwrap();
        us.disable_image(&"ami-1".into()).unwrap();
        us.lock(&world_id(&locked), LockMode::Governance, Span::days(1))
            .unwrap();
        let page = PageRequest::default;
        let volumes = |id: &str| DescribeVolumes {
            filters: vec![],
            ids: vec![id.into()],
            page: page(),
        };
        let delete = |id: &crate::domain::SnapshotId| DeleteSnapshot {
            snapshot: id.clone(),
        };
        let snap = CreateSnapshot {
            description: "".into(),
            tags: (0..51).map(|n| (n.to_string(), "")).collect(),
            volume: "vol-db".into(),
        };
        let publish = Publish {
            message: "m".into(),
            subject: "s".into(),
            topic: "arn:t".into(),
        };
        let token = PageRequest {
            max_results: Some(5),
            token: Some("stale".into()),
        };
        let told = [
            ask(&mut world, delete(&used)),
            ask(
                &mut world,
                DescribeImages {
                    page: page(),
                    snapshots: vec![used],
                },
            ),
            ask(&mut world, delete(&locked)),
            ask(
                &mut world,
                DescribeLockedSnapshots {
                    page: page(),
                    snapshots: vec![locked],
                },
            ),
            ask(&mut world, delete(&"snap-0123456789abcdef0".into())),
            ask(&mut world, volumes("vol-gone")),
            ask(&mut world, volumes("nonsense")),
            ask(&mut world, snap),
            ask(
                &mut world,
                DescribeSnapshots {
                    filters: vec![],
                    page: token,
                },
            ),
            ask(&mut world, publish),
            ask(
                &mut world,
                GetItem {
                    consistency: Consistency::Strong,
                    key: "k".into(),
                },
            ),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
    InUse: InvalidSnapshot.InUse
    1 image
    Denied: OperationNotPermitted
    1 locked
    NotFound: InvalidSnapshot.NotFound
    NotFound: InvalidVolume.NotFound
    Invalid: InvalidVolumeID.Malformed
    Invalid: TagLimitExceeded
    Invalid: InvalidPaginationToken
    NotFound: NotFound
    NotFound: ResourceNotFoundException
    ");
    }

    #[test]
    fn a_dry_run_is_allowed_and_changes_nothing() {
        let mut world = world();
        let id = foreign(&mut world, None, "mine");
        let snapshots = vec![id.clone()];
        let tags = Tags::from_iter([("op", "mine")]);
        let all = [
            Tried::CreateSnapshots(CreateSnapshots {
                boot_volume: BootVolume::Include,
                description: "".into(),
                exclude: Vec::new(),
                instance: "i-db".into(),
                tags: Tags::default(),
            }),
            Tried::CreateSnapshot(CreateSnapshot {
                description: "".into(),
                tags: Tags::default(),
                volume: "vol-db".into(),
            }),
            Tried::CreateTags(CreateTags {
                snapshots: snapshots.clone(),
                tags: Tags::from_iter([("op", "another")]),
            }),
            Tried::DeleteTags(DeleteTags { snapshots, tags }),
            Tried::DeleteSnapshot(DeleteSnapshot { snapshot: id }),
        ];
        let before: Vec<_> = world.ec2.snapshots().cloned().collect();
        for call in all {
            assert_eq!(ask(&mut world, DryRun { call }), "DryRun(Allowed)");
        }
        let after: Vec<_> = world.ec2.snapshots().cloned().collect();
        assert_eq!(before, after);
    }

    #[test]
    fn credentials_may_change_hands() {
        let mut world = world();
        assert_eq!(
            ask(&mut world, GetCallerIdentity {}),
            "123456789012 eu-central-1"
        );
        world.sts.become_account("999999999999".into());
        assert_eq!(
            ask(&mut world, GetCallerIdentity {}),
            "999999999999 eu-central-1"
        );
    }

    #[test]
    fn a_date_header_has_whole_seconds_and_is_never_ahead() {
        let told = [0, 999, 1_000, -1].map(|ms| server_time(WorldTime(ms)).as_ms());
        assert_eq!(told, [0, 0, 1_000, -1_000]);
    }
}
