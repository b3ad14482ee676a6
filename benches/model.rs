//! Calls a second through everything that a scenario goes through: engine, conditions, world,
//! journal and oracle; one run.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use snaplife::player::Check;

mod common;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let month = common::daily(10, 30);
    let calls = common::held(&month, Check::Once).figures.calls;
    let mut group = criterion.benchmark_group("model");
    group
        .sample_size(20)
        .throughput(Throughput::Elements(calls));
    group.bench_function("calls", |bench| {
        bench.iter(|| common::held(black_box(&month), Check::Once));
    });
    group.finish();
    criterion.final_summary();
}
