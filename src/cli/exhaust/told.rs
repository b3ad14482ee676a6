//! What an exhaustive search says: what it will play, what it has played, and how to go on.

use std::fmt::Write as _;

use serde_json::json;

use super::search::{Search, Totals};
use crate::cli::fuzz::{folder_option, hex};
use crate::exhaust::Case;
use crate::report::story::in_shell;

/// The line before the first case is played.
pub(super) fn first(search: &Search) -> String {
    format!(
        "{}: everything that can befall a call of the second day{}, part {}\n",
        search.world.name,
        if search.pairs {
            ", and every pair of it"
        } else {
            ""
        },
        search.partition
    )
}

/// The line after the last one: how to play the same again, or how to go on.
pub(super) fn last(search: &Search, totals: &Totals) -> String {
    let folder = folder_option(&search.regressions);
    let command = format!(
        "{} --partition {}{folder}",
        command(search),
        search.partition
    );
    if totals.is_complete() {
        format!("again: {command} --from {}\n", search.from)
    } else {
        format!("interrupted; to go on: {command} --from {}\n", totals.next)
    }
}

/// Where a case came from, in a sentence that says how to come to it again. A number means the same case in every part.
pub(super) fn origin(search: &Search, number: usize, case: &Case) -> String {
    let command = command(search);
    format!("Found by `{command} --from {number}` as case {number}: {case}.")
}

/// What gives these cases their numbers.
fn command(search: &Search) -> String {
    let mut command = "snaplife exhaust".to_owned();
    if let Some(file) = &search.file {
        let _ = write!(command, " {}", in_shell(&file.to_string_lossy()));
    }
    if search.pairs {
        command.push_str(" --pairs");
    }
    command
}

/// The report as text.
pub(super) fn text(search: &Search, totals: &Totals) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: String| {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{what:<10} {value}");
    };
    line(
        "points",
        format!("{} calls of the second day, undisturbed", totals.points),
    );
    line(
        "singles",
        format!("{} of {} played", totals.singles, totals.singles_all),
    );
    match totals.pairs_all {
        Some(all) => line("pairs", format!("{} of {all} played", totals.pairs)),
        None if search.pairs => line("pairs", "not begun".to_owned()),
        None => line("pairs", "not asked for; --pairs plays them".to_owned()),
    }
    line(
        "complete",
        match (totals.is_complete(), search.from) {
            (true, 0) => format!("yes, part {}", search.partition),
            (true, from) => format!("yes, part {}, from case {from} on", search.partition),
            (false, _) => format!("no: cases from {} on are left", totals.next),
        },
    );
    let wall = search.watch.lasted();
    let mut took = format!(
        "{}.{} s on {} threads",
        wall.as_secs(),
        wall.subsec_millis() / 100,
        search.threads
    );
    if let Some(cpu) = search.watch.cpu() {
        let _ = write!(
            took,
            ", {}.{} CPU-seconds",
            cpu.as_secs(),
            cpu.subsec_millis() / 100
        );
    }
    let _ = write!(took, ", {} calls", totals.calls);
    line("took", took);
    line("digest", hex(&totals.digest));
    line("failures", totals.failures.len().to_string());
    for (number, (case, failure)) in &totals.failures {
        let _ = writeln!(
            text,
            "  case {number}  {}: {}\n    {case}",
            failure.cause, failure.told
        );
        if let Some(file) = &failure.file {
            let file = in_shell(&file.to_string_lossy());
            let _ = writeln!(text, "    snaplife replay {file}");
        }
    }
    text
}

/// The report as one JSON document.
pub(super) fn json(search: &Search, totals: &Totals) -> String {
    let failures = totals.failures.iter().map(|(number, (case, failure))| {
        json!({
            "case": number,
            "befalls": case.to_string(),
            "broke": failure.cause.id,
            "told": failure.told,
            "file": failure.file.as_ref().map(|file| file.display().to_string()),
        })
    });
    let document = json!({
        "world": search.world.name,
        "partition": search.partition.to_string(),
        "from": search.from,
        "points": totals.points,
        "singles": { "all": totals.singles_all, "played": totals.singles },
        "pairs": totals.pairs_all.map(|all| json!({ "all": all, "played": totals.pairs })),
        "complete": totals.is_complete(),
        "next": totals.next,
        "calls": totals.calls,
        "digest": hex(&totals.digest),
        "failures": failures.collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
