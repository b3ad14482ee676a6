//! Random fleets: a grid of slots and volumes, most of it healthy, some of it not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use snaplife::domain::tags::key;
use snaplife::domain::{
    AccountId, AtLeast, Counted, Encryption, ImageId, InstallationId, Keep, Lifetime, Limits, OpId,
    Policy, PolicyName, Retroactive, RootVolumes, RowState, Schedules, Selection, SetBegun, Slot,
    Snapshot, SnapshotId, SnapshotState, SourceGone, Span, Tag, Target, Timestamp, VolumeId, Zone,
};
use snaplife::plan::ExpirePlan;
use snaplife::plan::input::{
    BlastFacts, Creation, ExpireInput, Lock, RowFacts, SnapshotFacts, Source, VolumeFacts,
};
use snaplife::plan::plan_expire;

pub(crate) const NOW: Timestamp = Timestamp::from_ms(1_775_001_600_000);

/// What is decided about, owned, so that a test can change it and plan again.
#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    pub(crate) due: Vec<SnapshotId>,
    pub(crate) volumes: BTreeMap<VolumeId, VolumeFacts>,
    pub(crate) blast: BlastFacts,
}

pub(crate) fn account() -> AccountId {
    "111122223333".into()
}

pub(crate) fn installation() -> InstallationId {
    "ours".into()
}

impl Fleet {
    /// Hands the facts to `look` as the planner takes them.
    pub(crate) fn with_input<T>(&self, look: impl FnOnce(&ExpireInput<'_>) -> T) -> T {
        look(&ExpireInput {
            policy: &self.policy,
            installation: &installation(),
            account: &account(),
            now: self.now,
            due: self.due.iter().cloned().collect(),
            volumes: self.volumes.clone(),
            blast: self.blast.clone(),
        })
    }

    pub(crate) fn plan(&self) -> ExpirePlan {
        self.with_input(plan_expire)
    }

    pub(crate) fn snapshots(&self) -> impl Iterator<Item = &SnapshotFacts> {
        self.volumes.values().flat_map(|volume| &volume.snapshots)
    }

    pub(crate) fn find(&self, id: &SnapshotId) -> &SnapshotFacts {
        let mut all = self.snapshots();
        all.find(|facts| facts.id == *id)
            .expect("a plan names only what it was given")
    }

    /// Applies a change to every snapshot.
    pub(crate) fn each(&mut self, change: impl Fn(&mut SnapshotFacts)) {
        let volumes = self.volumes.values_mut();
        volumes
            .flat_map(|volume| &mut volume.snapshots)
            .for_each(change);
    }
}

/// A policy that takes instances by `snapshot=snapshot`.
pub(crate) fn policy(keep: Keep) -> Policy {
    Policy {
        name: PolicyName::default(),
        select: Selection {
            target: Target::Instances(Tag::new("snapshot", "snapshot")),
            root: RootVolumes::Exclude,
            exclude_tags: vec![],
            exclude_devices: vec![],
        },
        schedules: Schedules {
            create: None,
            sync: None,
            expire: None,
            zone: Zone::UTC,
            anchor: Timestamp::EPOCH,
        },
        keep,
        source_gone: SourceGone::KeepLast(Span::days(2)),
        retroactive: Retroactive::No,
        lifetime_tags: vec!["snaplifetime".into()],
        copy_tags: vec![],
        extra_tags: vec![],
        limits: Limits {
            blast_floor: u32::MAX,
            ..Limits::default()
        },
        notify: None,
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    let keep = (
        prop::option::of(1..8_i64),
        prop::option::of(1..4_u32),
        1..4_u32,
    );
    let gone = prop_oneof![
        Just(SourceGone::KeepLast(Span::days(2))),
        Just(SourceGone::Finish),
        Just(SourceGone::Hold),
    ];
    let retroactive = prop_oneof![3 => Just(Retroactive::No), 1 => Just(Retroactive::Yes)];
    (keep, gone, retroactive).prop_map(|((days, last, at_least), source_gone, retroactive)| {
        Policy {
            source_gone,
            retroactive,
            ..policy(Keep {
                lifetime: days.map(Span::days),
                last,
                at_least: AtLeast::new(at_least),
            })
        }
    })
}

fn lifetimes() -> impl Strategy<Value = Lifetime> {
    prop_oneof![
        8 => (1..8_i64).prop_map(|days| Lifetime::For(Span::days(days))),
        2 => Just(Lifetime::NOTHING),
        1 => Just(Lifetime::Forever),
    ]
}

fn volume_facts() -> impl Strategy<Value = VolumeFacts> {
    let source = prop_oneof![
        4 => Just(Source::Present),
        1 => (1..4_i64).prop_map(|days| Source::Gone { since: NOW - Span::days(days) }),
    ];
    let creation = prop_oneof![4 => Just(Creation::Free), 1 => Just(Creation::BlockedByFailed)];
    (source, prop::option::of(lifetimes()), creation).prop_map(
        |(source, lifetime_now, creation)| VolumeFacts {
            source,
            lifetime_now,
            lifetime_note: None,
            creation,
            snapshots: vec![],
        },
    )
}

/// What is special about one snapshot.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Healthy,
    Row(&'static str, Option<&'static str>),
    /// Noted to go with so many of its set, so many minutes ago.
    Begun(i64, i64),
    Ec2(&'static str),
    Unseen,
    Rowless,
    Untagged,
    OtherOwner,
    OtherPolicy,
    Moved,
    Held,
    Locked,
    Image,
    Tagged(&'static str),
}

fn marks() -> impl Strategy<Value = Mark> {
    use Mark::*;
    let odd = [
        Row("pending", None),
        Row("error", None),
        Row("error", None),
        Row("expiring", Some("completed")),
        Row("expiring", Some("error")),
        Begun(1, 9),
        Begun(2, 9),
        Begun(2, 9),
        Begun(2, 4),
        Row("deleted", None),
        Row("deleted", Some("error")),
        Row("lost", None),
        Row("archived", None),
        Ec2("pending"),
        Ec2("error"),
        Ec2("recoverable"),
        Unseen,
        Rowless,
        Untagged,
        OtherOwner,
        OtherPolicy,
        Moved,
        Held,
        Locked,
        Image,
        Tagged("0"),
        Tagged("432000000"),
        Tagged("forever"),
        Tagged("soon"),
    ];
    prop_oneof![5 => Just(Healthy), 1 => prop::sample::select(odd.to_vec())]
}

/// One creation: the volumes it took, and when.
#[derive(Clone, Debug)]
struct Round {
    hours_ago: i64,
    as_set: bool,
    /// A second try of the round before.
    duplicate: bool,
    lifetime: Lifetime,
    members: Vec<Option<(Mark, bool)>>,
}

fn rounds(volumes: usize) -> impl Strategy<Value = Vec<Round>> {
    let is_due = prop::bool::weighted(0.9);
    let members = prop::collection::vec(prop::option::weighted(0.8, (marks(), is_due)), volumes);
    let round = (
        -10..240_i64,
        any::<bool>(),
        prop::bool::weighted(0.15),
        lifetimes(),
        members,
    );
    let round = round.prop_map(|(hours_ago, as_set, duplicate, lifetime, members)| Round {
        hours_ago,
        as_set,
        duplicate,
        lifetime,
        members,
    });
    prop::collection::vec(round, 0..8)
}

/// Fleets of up to three volumes; the prefix keeps the ids of two fleets apart.
pub(crate) fn fleets(prefix: &'static str) -> impl Strategy<Value = Fleet> {
    prop::collection::vec(volume_facts(), 1..4)
        .prop_flat_map(|volumes| {
            let count = volumes.len();
            (policies(), Just(volumes), rounds(count))
        })
        .prop_map(move |(policy, volumes, rounds)| {
            let ids = (0..).map(|n| VolumeId::new(format!("vol-{prefix}{n}")));
            let mut fleet = Fleet {
                policy,
                now: NOW,
                due: vec![],
                volumes: ids.zip(volumes).collect(),
                blast: BlastFacts {
                    created_recently: 0,
                    completed_known: 0,
                    approved: None,
                },
            };
            for (number, round) in rounds.iter().enumerate() {
                add(&mut fleet, prefix, number, round);
            }
            fleet
        })
}

fn add(fleet: &mut Fleet, prefix: &str, number: usize, round: &Round) {
    let served = if round.duplicate {
        number.saturating_sub(1)
    } else {
        number
    };
    for ((id, volume), member) in fleet.volumes.iter_mut().zip(&round.members) {
        let Some((mark, due)) = member else { continue };
        let start = NOW - Span::hours(round.hours_ago);
        let row = RowFacts {
            policy: PolicyName::default(),
            state: RowState::Completed,
            came_from: None,
            set_begun: None,
            start,
            volume: id.clone(),
            lifetime: round.lifetime,
            slot: Slot::from_text(&format!("slot-{prefix}{served}")),
            set: round
                .as_set
                .then(|| OpId::new(format!("op-{prefix}{number}"))),
            counted: if round.duplicate {
                Counted::Duplicate
            } else {
                Counted::Once
            },
            revision: 1,
            updated_at: start,
        };
        let snapshot = SnapshotId::new(format!("snap-{prefix}{number}-{}", id.as_str()));
        let mut facts = SnapshotFacts {
            seen: Some(Snapshot {
                encrypted: Encryption::Plain,
                id: snapshot.clone(),
                owner: account(),
                size_gib: 8,
                start,
                state: SnapshotState::Completed,
                tags: [(key::INSTALLATION, "ours"), (key::POLICY, "default")]
                    .into_iter()
                    .collect(),
                volume: id.clone(),
            }),
            id: snapshot,
            row: Some(row),
            lock: Lock::Open,
            image: None,
        };
        apply(*mark, &mut facts);
        if *due {
            fleet.due.push(facts.id.clone());
        }
        volume.snapshots.push(facts);
    }
}

fn apply(mark: Mark, facts: &mut SnapshotFacts) {
    let (Some(row), Some(seen)) = (&mut facts.row, &mut facts.seen) else {
        return;
    };
    let mut tag = |name: &'static str, value: &'static str| {
        let old = seen
            .tags
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()));
        seen.tags = old.chain([(name.into(), value.into())]).collect();
    };
    match mark {
        Mark::Healthy => {}
        Mark::Row(state, came_from) => {
            row.state = RowState::from_text(state);
            row.came_from = came_from.map(RowState::from_text);
            match (state, came_from) {
                ("error", _) | ("expiring", Some("error")) => seen.state = SnapshotState::Error,
                ("deleted" | "lost", _) => facts.seen = None,
                (_, _) => {}
            }
        }
        Mark::Begun(members, minutes_ago) => {
            row.state = RowState::Expiring;
            row.came_from = Some(RowState::Completed);
            let at = NOW - Span::minutes(minutes_ago);
            row.set_begun = Some(SetBegun { at, members });
        }
        Mark::Ec2(state) => seen.state = SnapshotState::from_text(state),
        Mark::Unseen => facts.seen = None,
        Mark::Rowless => facts.row = None,
        Mark::Untagged => tag(key::INSTALLATION, "theirs"),
        Mark::OtherOwner => seen.owner = "444455556666".into(),
        Mark::OtherPolicy => tag(key::POLICY, "other"),
        Mark::Moved => seen.start += Span::seconds(1),
        Mark::Held => tag(key::HOLD, ""),
        Mark::Locked => facts.lock = Lock::Locked,
        Mark::Image => facts.image = Some(ImageId::from("ami-1")),
        Mark::Tagged(lifetime) => tag(key::LIFETIME, lifetime),
    }
}
