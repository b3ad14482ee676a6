//! A pass may die before and after every one of its calls: what is left is made good, and nothing
//! is lost, doubled or deleted early. The same where every trigger fires twice, and where two run at
//! once.
//!
//! The world is the smallest in which everything happens: a set of two volumes, a lifetime of a
//! day, and a create and an expire that are started again a quarter of an hour later, as a
//! scheduler does with a run that died. The invariants of the oracle hold all the while; the end
//! is stated here.

use std::fmt::Write as _;

use rayon::prelude::*;
use snaplife::domain::{Span, Timestamp};
use snaplife::journal::{Event, Line};
use snaplife::player::{KeepJournal, Played, Verdict};

use crate::scenarios::play_once;

/// The day whose calls are tried one by one: by then there is something to expire.
const DAY: i64 = 1;

/// A whole story around a few steps.
fn story(steps: &str) -> String {
    format!(
        r#"
name: A pass that dies is made good
why: A machine may be lost between any two effects.
start: 2026-01-05T00:00:00Z
run_for: 3d
world:
  latency: 50ms
  timing: {{ full: 1m, incremental: 1m }}
  instances:
    - id: i-db
      tags: {{ snapshot: snapshot, snaplifetime: "1" }}
      volumes: [{{ id: vol-data, device: /dev/sdf }}, {{ id: vol-log, device: /dev/sdg }}]
policy: {{ create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: "cron(0 8 * * ? *)" }}
story:
  - {{ at: 1d 02:15, run: create }}
  - {{ at: 1d 08:15, run: expire }}
{steps}
expect:
  - snapshots: {{ total: 2, completed: 2 }}
  - snapshots: {{ of: vol-data, completed: 1 }}
  - rows: {{ of: vol-data, pending: 0, completed: 1, expiring: 0, deleted: 2, lost: 0 }}
  - rows: {{ of: vol-log, pending: 0, completed: 1, expiring: 0, deleted: 2, lost: 0 }}
  - deleted: {{ count: 4 }}
  - always: no_duplicate_slot
  - always: every_snapshot_has_a_row
  - always: {{ completed_at_least: {{ of: vol-data, count: 1 }} }}
  - always: {{ completed_at_least: {{ of: vol-log, count: 1 }} }}
"#
    )
}

fn play(steps: &str, journal: KeepJournal) -> Played {
    play_once("crashes.rs", &story(steps), journal)
}

/// What did not hold, in a line; none when all did.
fn broken(played: &Played) -> Option<String> {
    match &played.verdict {
        Verdict::Held => None,
        Verdict::Broken(all) => {
            let told = all.iter().map(|broken| {
                format!(
                    "{} at {}: {}; expected {}, was {}",
                    broken.id, broken.at, broken.promise, broken.expected, broken.actual
                )
            });
            Some(told.collect::<Vec<_>>().join(" | "))
        }
        Verdict::NotDeterministic { line, .. } => Some(format!("differs in line {line}")),
        Verdict::Bug(bug) => Some(bug.clone()),
    }
}

/// The calls of the day, in order, as a person names them: `create ec2:CreateSnapshots i-db`.
fn calls_of_the_day(played: &Played) -> Vec<String> {
    let begin = played.start + Span::days(DAY);
    let day = begin..begin + Span::days(1);
    let is_of_the_day = |at: &Timestamp| day.contains(at);
    let journal = played.journal.as_deref().expect("it was asked for");
    journal
        .iter()
        .map(|line| serde_json::from_str::<Line<'_>>(line).expect("a journal can be read back"))
        .filter(|line| is_of_the_day(&line.at))
        .filter_map(|line| match line.event {
            Event::Call(call) => Some(format!(
                "{} {} {}",
                call.context.job,
                call.request.name().text(),
                call.context.subject
            )),
            _ => None,
        })
        .collect()
}

/// Kills whatever makes the nth call of the day, on each side of each call, with these further
/// steps; a table of all that broke.
fn kill_at_every_call(steps: &str, sides: &[&str], calls_min: usize) {
    let calm = play(steps, KeepJournal::Yes);
    assert_eq!(broken(&calm), None, "undisturbed");
    let calls = calls_of_the_day(&calm);
    assert!(calls.len() >= calls_min, "only {} calls", calls.len());
    let tries: Vec<(usize, &str)> = (1..=calls.len())
        .flat_map(|nth| sides.iter().map(move |side| (nth, *side)))
        .collect();
    let failures: Vec<String> = tries
        .par_iter()
        .filter_map(|(nth, when)| {
            let crash =
                format!("  - {{ at: {DAY}d, crash: {{ call: any, nth: {nth}, when: {when} }} }}");
            let played = play(&format!("{steps}\n{crash}"), KeepJournal::No);
            let is_disturbed = played.full_digest != calm.full_digest;
            let what = if is_disturbed {
                broken(&played)?
            } else {
                "nothing was killed".to_owned()
            };
            Some(format!("{nth:4} {when:6} {:60} {what}", calls[nth - 1]))
        })
        .collect();
    assert!(failures.is_empty(), "{}", table(&failures, tries.len()));
}

fn table(failures: &[String], tries: usize) -> String {
    let mut text = format!("{} of {tries} crashes are not made good\n", failures.len());
    let _ = writeln!(text, " nth when   call{:57}what broke", "");
    for failure in failures {
        let _ = writeln!(text, "{failure}");
    }
    text
}

/// A step before each trigger of the day.
fn before_each_trigger(step: &str) -> String {
    let triggers = [
        ("00:00", "sync"),
        ("02:00", "create"),
        ("06:00", "sync"),
        ("08:00", "expire"),
        ("12:00", "sync"),
        ("18:00", "sync"),
    ];
    triggers
        .map(|(at, job)| format!("  - {{ at: {DAY}d {at}, {} }}", step.replace("JOB", job)))
        .join("\n")
}

#[test]
fn a_pass_killed_at_any_call_of_a_day_is_made_good() {
    kill_at_every_call("", &["before", "after"], 60);
}

#[test]
fn a_pass_killed_at_any_call_is_made_good_where_every_trigger_fires_twice() {
    let twice = before_each_trigger("duplicate: { job: JOB, times: 2 }");
    kill_at_every_call(&twice, &["after"], 100);
}

#[test]
fn two_runners_at_once_of_which_one_dies_do_no_harm() {
    let overlapped = before_each_trigger("overlap: { job: JOB }");
    kill_at_every_call(&overlapped, &["after"], 60);
}
