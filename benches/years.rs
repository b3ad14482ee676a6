//! Simulated years a second: ten volumes, a snapshot a day, `sync` every hour, every invariant
//! checked. `once` is one run; `twice` is what `replay` does, both runs compared line by line.

use std::hint::black_box;

use criterion::{Criterion, SamplingMode, Throughput};
use snaplife::player::Check;

mod common;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let year = common::daily(10, 365);
    let mut group = criterion.benchmark_group("years");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(1));
    for (name, check) in [("once", Check::Once), ("twice", Check::Twice)] {
        group.bench_function(name, |bench| {
            bench.iter(|| common::held(black_box(&year), check));
        });
    }
    group.finish();
    criterion.final_summary();
}
