//! The story that benches play, at several sizes.

use snaplife::player::{self, Check, PlayOptions, Played, Verdict};
use snaplife::scenario::{self, Colour, Scenario};

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plain backups of so many volumes over so many days: a snapshot a day, a lifetime of a week, and
/// `sync` every hour.
pub(crate) fn daily(volumes: u32, days: u32) -> Scenario {
    let text = format!(
        r#"
name: Plain backups of {volumes} volumes
why: It is what an account does on most days.
start: 2026-01-05T00:00:00Z
run_for: {days}d
world:
  fleet:
    count: {volumes}
    prefix: i-web
    tags: {{ snapshot: snapshot, snaplifetime: "7" }}
    volumes: [{{ id: vol-data, device: /dev/sdf }}]
policy:
  create: "cron(0 2 * * ? *)"
  sync: rate(1 hour)
  expire: "cron(0 4 * * ? *)"
"#
    );
    scenario::load("bench.yaml", text.as_bytes())
        .unwrap_or_else(|no| panic!("{}", no.render(text.as_bytes(), Colour::Plain)))
}

/// Plays it; what does not hold is not worth measuring.
pub(crate) fn held(scenario: &Scenario, check: Check) -> Played {
    let options = PlayOptions {
        check,
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
