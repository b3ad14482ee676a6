//! Files a second for the whole folder `scenarios/`: loaded, played twice and compared, one after
//! the other on one core.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, SamplingMode, Throughput};
use snaplife::cli::find::scenario_files;
use snaplife::player::{self, PlayOptions, Verdict};
use snaplife::scenario;

fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let found = scenario_files(&[folder]).expect("the folder of scenarios can be read");
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("a scenario can be read");
        (path, bytes)
    };
    found.into_iter().map(read).collect()
}

/// How many of them hold.
fn play(files: &[(PathBuf, Vec<u8>)]) -> usize {
    let held = files.iter().filter(|(path, bytes)| {
        let scenario = scenario::load(&path.to_string_lossy(), bytes);
        let scenario = scenario.unwrap_or_else(|no| panic!("{}: {no:?}", path.display()));
        let played = player::play(&scenario, PlayOptions::default());
        matches!(played.verdict, Verdict::Held)
    });
    held.count()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let files = files();
    let mut group = criterion.benchmark_group("scenarios");
    let count = u64::try_from(files.len()).expect("a count of files fits");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(count));
    group.bench_function("files", |bench| bench.iter(|| black_box(play(&files))));
    group.finish();
    criterion.final_summary();
}
