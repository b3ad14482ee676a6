//! The time per volume must not grow with their number: three days of 100, 1 000 and 10 000.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use snaplife::player::Check;

mod common;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for volumes in [100, 1_000, 10_000] {
        let days = common::daily(volumes, 3);
        group.throughput(Throughput::Elements(volumes.into()));
        group.bench_with_input(
            BenchmarkId::from_parameter(volumes),
            &days,
            |bench, days| {
                bench.iter(|| common::held(black_box(days), Check::Once));
            },
        );
    }
    group.finish();
    criterion.final_summary();
}
