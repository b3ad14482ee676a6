//! Lines of every kind, for tests.

use std::borrow::Cow;

use super::event::{
    AnswerLine, Call, CrashLine, Event, FaultLine, Finding, FindingKind, Header, Now, PassEnd,
    PassStart, RowChange,
};
use crate::domain::{
    AttachedTo, Attachment, BlockedBy, BootVolume, Device, Encryption, Hibernation, Instance,
    InstanceId, InstanceState, Job, Lifetime, PolicyName, RowState, Slot, Snapshot, SnapshotId,
    SnapshotState, Span, Tag, Tags, Timestamp, Volume, VolumeId,
};
use crate::plan::{
    Blast, BlastVerdict, Consent, CreateTask, Decision, ExpireMember, LifetimeNote, Member,
    PassPlan, Reason, Subject, Taken, Verdict,
};
use crate::ports::ec2::{
    Allowed, CreateSnapshot, CreateSnapshots, CreateTags, CreatedSnapshots, DeleteSnapshot,
    DeleteTags, DescribeImages, DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots,
    DescribeVolumes, DryRun, Filter, ImagePage, ImageUse, InstancePage, LockPage, PageRequest,
    SnapshotPage, Tried, VolumePage,
};
use crate::ports::sns::{GetTopicAttributes, Publish};
use crate::ports::sts::{CallerIdentity, GetCallerIdentity};
use crate::ports::table::{
    BatchGetItem, Consistency, CreateTable, DescribeTable, DescribeTimeToLive, EnableRecovery,
    EnableTimeToLive, Expression, FoundItem, GetItem, Index, Item, ItemBatch, ItemPage,
    ProvisionedCapacity, PutItem, Query, Scan, SortOrder, TableChange, TableDescription,
    TimeToLive, TransactAction, TransactWrite, UpdateTable, Value,
};
use crate::ports::{
    CallContext, Done, NotSentCause, Outcome, Rejection, RejectionClass, Reply, Request,
    UnknownCause,
};

/// A plan with something in each of its parts.
fn agreed() -> PassPlan {
    let task = |taken| CreateTask {
        lifetime: Lifetime::For(Span::days(7)),
        members: vec![Member {
            device: Some("/dev/sdf".into()),
            instance: Some("i-a".into()),
            volume: "vol-a".into(),
        }],
        note: Some(LifetimeNote::Unreadable {
            key: "k".into(),
            value: "7O".into(),
        }),
        tags: tags(),
        taken,
    };
    PassPlan {
        blast: Some(BlastVerdict {
            digest: "d".into(),
            verdict: Blast::Stopped {
                allowed: 25,
                wanted: 30,
            },
        }),
        creations: vec![
            task(Taken::AsSet {
                boot_volume: BootVolume::Exclude,
                exclude: vec!["vol-b".into()],
                instance: "i-a".into(),
            }),
            task(Taken::Single {
                volume: "vol-a".into(),
            }),
        ],
        decisions: vec![Decision {
            reason: Reason::Selected,
            subject: Subject::Instance("i-a".into()),
            verdict: Verdict::Take,
        }],
        deletes: vec![ExpireMember {
            companions: vec!["snap-b".into()],
            from: RowState::Completed,
            lifetime_tag: Some("86400000".into()),
            newer: vec!["snap-c".into()],
            revision: 3,
            snapshot: "snap-a".into(),
            start: Timestamp::from_ms(1),
            volume: "vol-a".into(),
            why: Reason::BeyondLast,
        }],
    }
}

/// One of each kind of line, with every request and every reply there is.
pub(crate) fn all() -> Vec<Event<'static>> {
    let mut events = frame();
    events.extend((1..).zip(requests()).map(|(n, request)| call(n, request)));
    events.extend(
        (1..)
            .zip(replies())
            .map(|(n, reply)| answer(n, Outcome::Ok(reply))),
    );
    events.push(refused(1, "InvalidSnapshot.InUse"));
    events.push(answer(2, Outcome::Unknown(UnknownCause::TimedOut)));
    events.push(answer(3, Outcome::NotSent(NotSentCause::NoConnection)));
    events
}

/// A `DeleteSnapshot` of an `expire` pass.
pub(crate) fn delete_call(ticket: u64, snapshot: &str) -> Event<'static> {
    let request = DeleteSnapshot {
        snapshot: snapshot.into(),
    };
    call(ticket, request.into())
}

/// A `DescribeSnapshots` of an `expire` pass.
pub(crate) fn describe_call(ticket: u64) -> Event<'static> {
    let request = DescribeSnapshots {
        filters: Vec::new(),
        page: PageRequest::default(),
    };
    call(ticket, request.into())
}

/// `DeleteSnapshot` acted.
pub(crate) fn done(ticket: u64) -> Event<'static> {
    answer(ticket, Outcome::Ok(Reply::DeleteSnapshot(Done {})))
}

/// AWS refused.
pub(crate) fn refused(ticket: u64, code: &str) -> Event<'static> {
    let rejection = Rejection {
        class: RejectionClass::InUse,
        code: code.into(),
        message: "a test".into(),
        reasons: vec!["None".into()],
    };
    answer(ticket, Outcome::Rejected(rejection))
}

/// A call for the snapshot, instance or row that the request names first.
pub(crate) fn call(ticket: u64, request: Request) -> Event<'static> {
    let context = CallContext {
        attempt: 1,
        job: Job::Expire,
        policy: PolicyName::default(),
        subject: request.resources().first().cloned().unwrap_or_default(),
    };
    Event::Call(Call {
        context: Cow::Owned(context),
        request: Cow::Owned(request),
        ticket,
    })
}

/// An answer without AWS's time.
pub(crate) fn answer(ticket: u64, outcome: Outcome<Reply>) -> Event<'static> {
    Event::Answer(AnswerLine {
        outcome: Cow::Owned(outcome),
        server_time: None,
        ticket,
    })
}

/// A snapshot of `vol-a`.
pub(crate) fn snapshot(id: &str, state: SnapshotState) -> Snapshot {
    Snapshot {
        encrypted: Encryption::Plain,
        id: id.into(),
        owner: "111122223333".into(),
        size_gib: 8,
        start: Timestamp::from_ms(1_000),
        state,
        tags: tags(),
        volume: "vol-a".into(),
    }
}

fn tags() -> Tags {
    [("b", "2"), ("a", "1")].into_iter().collect()
}

fn frame() -> Vec<Event<'static>> {
    vec![
        Event::Header(Cow::Owned(Header {
            level: "simulated".into(),
            lock_file: "00".into(),
            scenario: "a test".into(),
            scenario_digest: "11".into(),
            schema: 1,
            seed: 7,
        })),
        Event::Setup(Cow::Owned(PassStart {
            deadline: Timestamp::from_ms(9),
            name: "pass-1".into(),
            rules: Box::new(crate::scenario::Configuration::default().policies.remove(0)),
        })),
        Event::Now(Cow::Owned(Now {
            consent: Default::default(),
            job: Job::Create,
            now: Timestamp::from_ms(1),
            policy: PolicyName::default(),
            slot: Slot::ad_hoc("one"),
        })),
        Event::Now(Cow::Owned(Now {
            consent: Consent::Exactly(Box::new(agreed())),
            job: Job::Expire,
            now: Timestamp::from_ms(2),
            policy: PolicyName::default(),
            slot: Slot::ad_hoc("two"),
        })),
        Event::Decision(Cow::Owned(Decision {
            reason: Reason::Blocked(BlockedBy::Held),
            subject: Subject::Snapshot(SnapshotId::new("snap-a")),
            verdict: Verdict::Block,
        })),
        Event::Row(Cow::Owned(RowChange {
            from: Some(RowState::Pending),
            key: "snap-a".into(),
            reason: "EC2 said so".into(),
            to: RowState::Completed,
        })),
        Event::Fault(Cow::Owned(FaultLine {
            ticket: Some(1),
            what: "the answer is lost".into(),
        })),
        Event::Finding(Cow::Owned(Finding {
            kind: FindingKind::Stale,
            subject: "vol-a".into(),
            text: "look at it".into(),
        })),
        Event::Halt,
        Event::Crash(Cow::Owned(CrashLine {
            boundary: "after".into(),
            ticket: 1,
        })),
        Event::End(Cow::Owned(PassEnd {
            findings: 1,
            mutations: 2,
            resume_at: Some(Timestamp::from_ms(9)),
            stopped: Some("no answer".into()),
            unsent: Some(NotSentCause::Deadline),
        })),
    ]
}

fn page() -> PageRequest {
    PageRequest {
        max_results: Some(5),
        token: Some("next".into()),
    }
}

fn filters() -> Vec<Filter> {
    vec![
        Filter::SnapshotIds(vec!["snap-a".into()]),
        Filter::Tag(Tag::new("k", "v")),
        Filter::TagValues {
            key: "k".into(),
            values: vec!["v".into()],
        },
        Filter::VolumeIds(vec!["vol-a".into()]),
    ]
}

fn expression() -> Expression {
    Expression {
        names: vec![("#s".into(), "State".into())],
        text: "#s = :s".into(),
        values: vec![(":s".into(), Value::S("pending".into()))],
    }
}

fn item() -> Item {
    let attributes = [
        ("SnapshotId", Value::S("snap-a".into())),
        ("Date", Value::from(1)),
        ("Done", Value::Bool(true)),
        ("List", Value::L(vec![Value::Null])),
    ];
    attributes.into_iter().map(|(k, v)| (k.into(), v)).collect()
}

fn put() -> PutItem {
    PutItem {
        condition: expression(),
        item: item(),
    }
}

fn requests() -> Vec<Request> {
    let snapshots: Vec<SnapshotId> = vec!["snap-a".into()];
    vec![
        DescribeInstances {
            filters: filters(),
            page: page(),
        }
        .into(),
        DescribeVolumes {
            filters: filters(),
            ids: vec!["vol-a".into()],
            page: page(),
        }
        .into(),
        DescribeSnapshots {
            filters: filters(),
            page: page(),
        }
        .into(),
        DescribeImages {
            page: page(),
            snapshots: snapshots.clone(),
        }
        .into(),
        DescribeLockedSnapshots {
            page: page(),
            snapshots: snapshots.clone(),
        }
        .into(),
        CreateSnapshots {
            boot_volume: BootVolume::Exclude,
            description: "a test".into(),
            exclude: vec!["vol-b".into()],
            instance: "i-a".into(),
            tags: tags(),
        }
        .into(),
        CreateSnapshot {
            description: "a test".into(),
            tags: tags(),
            volume: "vol-a".into(),
        }
        .into(),
        DeleteSnapshot {
            snapshot: "snap-a".into(),
        }
        .into(),
        CreateTags {
            snapshots: snapshots.clone(),
            tags: tags(),
        }
        .into(),
        DeleteTags {
            snapshots,
            tags: tags(),
        }
        .into(),
        DryRun {
            call: Tried::DeleteSnapshot(DeleteSnapshot {
                snapshot: "snap-a".into(),
            }),
        }
        .into(),
        GetItem {
            consistency: Consistency::Strong,
            key: "snap-a".into(),
        }
        .into(),
        BatchGetItem {
            keys: vec!["snap-a".into()],
        }
        .into(),
        Query {
            index: Index::Open,
            key_condition: expression(),
            limit: Some(2),
            order: SortOrder::Ascending,
            projection: crate::ports::table::Projection::Brief,
            start: Some(item()),
        }
        .into(),
        put().into(),
        TransactWrite {
            actions: vec![
                TransactAction::Check {
                    condition: expression(),
                    key: "lease".into(),
                },
                TransactAction::Put(put()),
            ],
            token: "t".into(),
        }
        .into(),
        DescribeTable {}.into(),
        DescribeTimeToLive {}.into(),
        CreateTable {}.into(),
        EnableTimeToLive {}.into(),
        UpdateTable {
            change: TableChange::AddIndex {
                capacity: Some(ProvisionedCapacity { read: 5, write: 5 }),
                index: Index::Due,
            },
        }
        .into(),
        UpdateTable {
            change: TableChange::ProtectFromDeletion,
        }
        .into(),
        EnableRecovery {}.into(),
        Scan {
            start: Some(Item::default()),
        }
        .into(),
        GetCallerIdentity {}.into(),
        Publish {
            message: "m".into(),
            subject: "s".into(),
            topic: "t".into(),
        }
        .into(),
        GetTopicAttributes { topic: "t".into() }.into(),
    ]
}

fn replies() -> Vec<Reply> {
    let instance = Instance {
        attachments: vec![Attachment {
            device: Device::new("/dev/sdf"),
            volume: VolumeId::new("vol-a"),
        }],
        hibernation: Hibernation::Off,
        id: InstanceId::new("i-a"),
        root_device: None,
        state: InstanceState::Running,
        tags: tags(),
    };
    let volume = Volume {
        attached_to: vec![AttachedTo {
            device: Device::new("/dev/sdf"),
            instance: InstanceId::new("i-a"),
        }],
        id: VolumeId::new("vol-a"),
        size_gib: 8,
        state: "in-use".into(),
        tags: tags(),
    };
    let next = Some("next".into());
    let snapshots = vec![snapshot("snap-a", SnapshotState::Pending)];
    vec![
        Reply::DescribeInstances(InstancePage {
            instances: vec![instance],
            next: next.clone(),
        }),
        Reply::DescribeVolumes(VolumePage {
            next: next.clone(),
            volumes: vec![volume],
        }),
        Reply::DescribeSnapshots(SnapshotPage {
            next: next.clone(),
            snapshots: snapshots.clone(),
        }),
        Reply::DescribeImages(ImagePage {
            images: vec![ImageUse {
                image: "ami-a".into(),
                snapshots: vec!["snap-a".into()],
            }],
            next: next.clone(),
        }),
        Reply::DescribeLockedSnapshots(LockPage {
            locked: vec!["snap-a".into()],
            next,
        }),
        Reply::CreateSnapshots(CreatedSnapshots { snapshots }),
        Reply::DeleteSnapshot(Done {}),
        Reply::DryRun(Allowed {}),
        Reply::DescribeTimeToLive(TimeToLive {
            attribute: Some("Purge".into()),
        }),
        Reply::GetItem(FoundItem { item: Some(item()) }),
        Reply::BatchGetItem(ItemBatch {
            items: vec![item()],
            unprocessed: vec!["snap-b".into()],
        }),
        Reply::Query(ItemPage {
            items: vec![item()],
            next: Some(item()),
        }),
        Reply::DescribeTable(TableDescription {
            active_indexes: vec!["Open".into()],
            capacity: Some(ProvisionedCapacity { read: 1, write: 2 }),
            deletion_protection: true,
            indexes: vec!["Due".into(), "Open".into()],
            status: "ACTIVE".into(),
        }),
        Reply::GetCallerIdentity(CallerIdentity {
            account: "111122223333".into(),
            region: "eu-central-1".into(),
        }),
    ]
}
