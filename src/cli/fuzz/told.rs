//! What a search says: its seeds first and last, its figures, and the table of marks.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;

use super::campaign::{Campaign, Totals};
use super::shared::folder_option;
use crate::fuzz::marks::{Always, Mark};
use crate::report::story::in_shell;

/// The line before the first seed is played.
pub(super) fn first(campaign: &Campaign) -> String {
    format!(
        "seeds from {} on, {} {}, part {}\n",
        campaign.first_seed,
        campaign.profile.name(),
        campaign.size.name(),
        campaign.partition
    )
}

/// The line after the last one: how to play the same again.
pub(super) fn last(campaign: &Campaign, totals: &Totals) -> String {
    let given = totals.last.map_or(0, |last| last + 1);
    let ended = if campaign.was_interrupted() {
        "interrupted; "
    } else {
        ""
    };
    format!(
        "{ended}again: snaplife fuzz --profile {} --size {} --partition {} --first-seed {} --seeds {}{}\n",
        campaign.profile.name(),
        campaign.size.name(),
        campaign.partition,
        campaign.first_seed,
        given.max(1),
        folder_option(&campaign.regressions)
    )
}

/// The report as text.
pub(super) fn text(campaign: &Campaign, totals: &Totals) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: String| {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{what:<10} {value}");
    };
    let wall = campaign.watch.lasted();
    line(
        "seeds",
        format!(
            "{} ({} {}) in {}.{} s on {} threads",
            totals.seeds,
            campaign.profile.name(),
            campaign.size.name(),
            wall.as_secs(),
            wall.subsec_millis() / 100,
            campaign.threads
        ),
    );
    line(
        "simulated",
        format!(
            "{} days, {} calls, {} journal lines",
            totals.simulated.whole_days(),
            totals.calls,
            totals.lines
        ),
    );
    line(
        "speed",
        format!("{} seeds per CPU-minute", per_minute(campaign, totals)),
    );
    line(
        "twice",
        format!("{} of them, compared line by line", totals.twice),
    );
    line("digest", hex(&totals.digest));
    line("failures", totals.failures.len().to_string());
    for (seed, failure) in &totals.failures {
        let _ = writeln!(text, "  seed {seed}  {}: {}", failure.cause, failure.told);
        if let Some(file) = &failure.file {
            let file = in_shell(&file.to_string_lossy());
            let _ = writeln!(text, "    snaplife replay {file}");
        }
    }
    let _ = write!(text, "\n{}", marks(campaign, totals));
    text
}

/// Hits of every mark that the profile must reach, and of those that it reached beside.
fn marks(campaign: &Campaign, totals: &Totals) -> String {
    let mut text = String::new();
    let unreached = totals.tally.unreached(campaign.profile);
    let all = Mark::all();
    let demanded = all
        .iter()
        .filter(|mark| mark.least().is_some_and(|least| least <= campaign.profile))
        .count();
    let _ = writeln!(
        text,
        "marks: {} of {demanded} reached; {} exist in all profiles, and {} hold always",
        demanded - unreached.len(),
        all.len(),
        Always::ALL.len()
    );
    let _ = writeln!(text, "{:>12}  always", "checked");
    for always in Always::ALL {
        let checks = totals.tally.checks(*always);
        let _ = writeln!(text, "{checks:>12}  {always} {}", always.sentence());
    }
    let _ = writeln!(text, "{:>12}  sometimes", "hits");
    for mark in &all {
        let hits = totals.tally.hits(*mark);
        let is_demanded = mark.least().is_some_and(|least| least <= campaign.profile);
        match (hits, is_demanded) {
            (0, true) => {
                let _ = writeln!(text, "{:>12}  {mark}", "NEVER");
            }
            (0, false) => {}
            (hits, _) => {
                let _ = writeln!(text, "{hits:>12}  {mark}");
            }
        }
    }
    text
}

/// The report as one JSON document.
pub(super) fn json(campaign: &Campaign, totals: &Totals) -> String {
    let failures: Vec<serde_json::Value> = totals
        .failures
        .iter()
        .map(|(seed, failure)| {
            json!({
                "seed": seed,
                "broke": failure.cause.id,
                "told": failure.told,
                "file": failure.file.as_ref().map(|file| file.display().to_string()),
            })
        })
        .collect();
    let marks: Vec<serde_json::Value> = Mark::all()
        .into_iter()
        .map(|mark| {
            json!({
                "mark": mark.to_string(),
                "hits": totals.tally.hits(mark),
                "from": mark.least().map(crate::fuzz::Profile::name),
            })
        })
        .collect();
    let always: Vec<serde_json::Value> = Always::ALL
        .iter()
        .map(|always| {
            json!({
                "id": always.id(),
                "sentence": always.sentence(),
                "checked": totals.tally.checks(*always),
            })
        })
        .collect();
    let document = json!({
        "first_seed": campaign.first_seed,
        "profile": campaign.profile.name(),
        "size": campaign.size.name(),
        "partition": campaign.partition.to_string(),
        "seeds": totals.seeds,
        "seeds_given_out": totals.last.map_or(0, |last| last + 1),
        "compared": totals.twice,
        "interrupted": campaign.was_interrupted(),
        "simulated_ms": totals.simulated.as_ms(),
        "calls": totals.calls,
        "digest": hex(&totals.digest),
        "seeds_per_cpu_minute": per_minute(campaign, totals),
        "failures": failures,
        "always": always,
        "sometimes": marks,
    });
    format!("{document:#}\n")
}

/// Seeds per minute of one processor. Where the system does not tell, every thread counts as busy.
fn per_minute(campaign: &Campaign, totals: &Totals) -> u64 {
    let threads = u32::try_from(campaign.threads).unwrap_or(1);
    let cost: Duration = campaign
        .watch
        .cpu()
        .unwrap_or_else(|| campaign.watch.lasted() * threads);
    let ms = u64::try_from(cost.as_millis()).unwrap_or(u64::MAX).max(1);
    totals.seeds.saturating_mul(60_000) / ms
}

/// Bytes in hexadecimal digits.
pub(in crate::cli) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
