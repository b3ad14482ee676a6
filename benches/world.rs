//! Calls a second on the bare world, without engine, conditions, journal or oracle: the mix that a
//! day of backups makes, on a table and an account that are in use.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use smol_str::{SmolStr, format_smolstr};
use snaplife::catalog::write::{Conditional, at_revision};
use snaplife::catalog::{SnapshotRow, attr};
use snaplife::domain::{self, BootVolume, Lifetime, PolicyName, Slot, Snapshot, Span};
use snaplife::ports::ec2::{CreateSnapshots, DescribeSnapshots, Filter, PageRequest};
use snaplife::ports::table::{
    Consistency, Expression, GetItem, Index, Item, Projection, PutItem, Query, SortOrder, Value,
};
use snaplife::ports::{Outcome, Reply, Request};
use snaplife::simulated::{call_world, table};
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::{
    AccountId, Hibernation, InstanceId, NewInstance, NewVolume, OnTermination, RootDeviceType,
    Tags, VolumeId,
};
use snaplife_sim::time::Timestamp;
use snaplife_sim::world::World;

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const INSTANCES: u32 = 20;
/// Rounds before measuring: what the account and the table hold then.
const ROUNDS_BEFORE: i64 = 100;
/// Rounds per measurement.
const ROUNDS: i64 = 100;
/// Calls in a round; see [`round`].
const CALLS: i64 = 16;
/// Between two rounds: EC2's buckets of tokens fill up, and copies end.
const STEP_MS: i64 = 600_000;

/// An account with instances of two volumes each, and our table.
fn account() -> World {
    let begin = Timestamp(0);
    let account = AccountId::new("111122223333");
    let mut world = World::new(Chance::new(0), account, "eu-central-1");
    world.dynamodb.install(begin, table::table_definition());
    let mut outsider = world.ec2.outsider(begin);
    for number in 0..INSTANCES {
        let id = instance(number);
        let launched = outsider.launch_instance(NewInstance {
            hibernation: Hibernation::Off,
            id: id.clone(),
            root_device: None,
            root_device_type: RootDeviceType::Ebs,
            tags: Tags::default(),
        });
        launched.expect("an empty account takes instances");
        for device in ["sdf", "sdg"] {
            let volume = VolumeId::new(format_smolstr!("vol-{number}-{device}"));
            let attached = outsider
                .create_volume(NewVolume::plain(volume.clone(), 8))
                .and_then(|()| {
                    let device = format_smolstr!("/dev/{device}");
                    outsider.attach_volume(&volume, &id, device, OnTermination::Keep)
                });
            attached.expect("a new volume can be attached");
        }
    }
    world
}

fn instance(number: u32) -> InstanceId {
    InstanceId::new(format_smolstr!("i-{number}"))
}

/// One round: a set of two, looked at twice and listed twice; two rows put and put again, six reads
/// of rows and three queries.
fn round(world: &mut World, number: i64) {
    let now = Timestamp((number + 1) * STEP_MS);
    world.advance(now);
    let which = u32::try_from(number.rem_euclid(i64::from(INSTANCES))).unwrap_or(0);
    let created = CreateSnapshots {
        boot_volume: BootVolume::Exclude,
        description: SmolStr::new_static("bench"),
        exclude: Vec::new(),
        instance: domain::InstanceId::new(instance(which).text().clone()),
        tags: domain::Tags::default(),
    };
    let Reply::CreateSnapshots(created) = answer(world, now, created) else {
        unreachable!("a reply is of its request's kind");
    };
    for snapshot in &created.snapshots {
        let mut row = row_of(snapshot, number);
        for revision in [0, 1] {
            let mut item = row.to_item();
            item.set_number(attr::REVISION, revision + 1);
            let put = PutItem {
                condition: at_revision(revision),
                item: item.clone(),
            };
            answer(world, now, put);
            row.written(item);
        }
        for _ in 0..3 {
            let get = GetItem {
                consistency: Consistency::Strong,
                key: snapshot.id.text().clone(),
            };
            answer(world, now, get);
        }
        answer(world, now, query(&snapshot.volume));
    }
    let ids: Vec<_> = created.snapshots.iter().map(|s| s.id.clone()).collect();
    for _ in 0..2 {
        let listing = DescribeSnapshots {
            filters: vec![Filter::SnapshotIds(ids.clone())],
            page: PageRequest::default(),
        };
        answer(world, now, listing);
    }
    answer(world, now, query(&created.snapshots[0].volume));
    world.ec2.drain_effects();
}

fn row_of(snapshot: &Snapshot, number: i64) -> SnapshotRow {
    let policy = PolicyName::parse("default").expect("it is a name");
    let at = domain::Timestamp::from_ms(number * STEP_MS);
    let lifetime = Lifetime::For(Span::days(7));
    SnapshotRow::new(snapshot, &policy, &Slot::scheduled(at), lifetime, at)
}

/// The newest rows of a volume.
fn query(volume: &domain::VolumeId) -> Query {
    Query {
        index: Index::ByVolume,
        key_condition: Expression {
            names: vec![("#volume".into(), attr::VOLUME_ID.into())],
            text: SmolStr::new_static("#volume = :volume"),
            values: vec![(":volume".into(), Value::S(volume.text().clone()))],
        },
        limit: Some(10),
        order: SortOrder::Descending,
        projection: Projection::Whole,
        start: None::<Item>,
    }
}

fn answer(world: &mut World, now: Timestamp, request: impl Into<Request>) -> Reply {
    let request = request.into();
    match call_world(world, now, &request) {
        Outcome::Ok(reply) => black_box(reply),
        other => panic!("{}: {other:?}", request.name().text()),
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut used = account();
    for number in 0..ROUNDS_BEFORE {
        round(&mut used, number);
    }
    let mut group = criterion.benchmark_group("world");
    group.throughput(Throughput::Elements((ROUNDS * CALLS).unsigned_abs()));
    group.bench_function("calls", |bench| {
        let setup = || used.clone();
        let routine = |mut world: World| {
            for number in ROUNDS_BEFORE..ROUNDS_BEFORE + ROUNDS {
                round(&mut world, number);
            }
            world
        };
        bench.iter_batched(setup, routine, BatchSize::LargeInput);
    });
    group.finish();
    criterion.final_summary();
}
