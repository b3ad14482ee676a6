//! Calls a second at the level `wire`: a whole scenario through the AWS SDK, beside the same one at
//! `model`, and single calls of the SDK with nothing above them. One run, one thread.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use criterion::{Criterion, Throughput};
use snaplife::domain::{SnapshotId, Span, Timestamp};
use snaplife::live::Wire;
use snaplife::player::{self, Check, PlayOptions, Played, Verdict};
use snaplife::ports::ec2::{DescribeSnapshots, Filter, PageRequest};
use snaplife::ports::table::{
    Consistency, CreateTable, Expression, GetItem, Item, KEY, PutItem, Value,
};
use snaplife::ports::{Outcome, Request};
use snaplife::scenario::Scenario;
use snaplife::scenario::model::Level as LevelName;
use snaplife::simulated::Level;
use snaplife_sim::chance::Chance;
use snaplife_sim::world::World;

mod common;

/// A time at which a table that was made at 0 is there.
const LATER: Timestamp = Timestamp::from_ms(3_600_000);
/// From one call to the next: EC2's token buckets fill faster than they are emptied.
const PACE: Span = Span::from_ms(1_000);

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    scenario(&mut criterion);
    calls(&mut criterion);
    criterion.final_summary();
}

fn scenario(criterion: &mut Criterion) {
    let month = common::daily(10, 30);
    let calls = common::held(&month, Check::Once).figures.calls;
    let mut group = criterion.benchmark_group("wire/scenario");
    group
        .sample_size(20)
        .throughput(Throughput::Elements(calls));
    for level in [LevelName::Model, LevelName::Wire] {
        group.bench_function(level.name(), |bench| {
            bench.iter(|| held_at(black_box(&month), level));
        });
    }
    group.finish();
}

fn held_at(scenario: &Scenario, level: LevelName) -> Played {
    let options = PlayOptions {
        check: Check::Once,
        level,
        ..PlayOptions::default()
    };
    let played = player::play(scenario, options);
    assert!(
        matches!(played.verdict, Verdict::Held),
        "{:?}",
        played.verdict
    );
    played
}

fn calls(criterion: &mut Criterion) {
    let world = World::new(Chance::new(1), "123456789012".into(), "eu-central-1");
    let wire = Wire::new(Rc::new(RefCell::new(world)), Chance::new(1));
    let made = wire.apply(Timestamp::EPOCH, &Request::CreateTable(CreateTable {}));
    assert!(matches!(made.outcome, Outcome::Ok(_)), "{made:?}");
    let text = |text: &str| Value::S(text.into());
    let put = PutItem {
        condition: Expression {
            names: vec![("#key".into(), KEY.into())],
            text: "attribute_exists(#key) OR attribute_not_exists(#key)".into(),
            values: Vec::new(),
        },
        item: Item::from_iter([
            (KEY.into(), text("snap-0123456789abcdef0")),
            ("State".into(), text("completed")),
            ("Date".into(), Value::N(1_774_657_800_000_i64.into())),
        ]),
    };
    let get = GetItem {
        consistency: Consistency::Strong,
        key: "snap-0123456789abcdef0".into(),
    };
    let describe = DescribeSnapshots {
        filters: vec![Filter::SnapshotIds(vec![SnapshotId::from("snap-1")])],
        page: PageRequest {
            max_results: Some(1_000),
            token: None,
        },
    };
    let requests: [(&str, Request); 3] = [
        ("put_item", put.into()),
        ("get_item", get.into()),
        ("describe_snapshots", describe.into()),
    ];
    let mut group = criterion.benchmark_group("wire/call");
    group.throughput(Throughput::Elements(1));
    let mut now = LATER;
    for (name, request) in &requests {
        group.bench_function(*name, |bench| {
            bench.iter(|| {
                now += PACE;
                let answer = wire.apply(now, black_box(request));
                assert!(matches!(answer.outcome, Outcome::Ok(_)), "{answer:?}");
            });
        });
    }
    group.finish();
}
