//! Every scenario is run twice: what differs was not decided by the scenario and its seed. The second
//! run takes time in steps, so that a leap of the first which passed over something is found, too.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use smol_str::format_smolstr;

use super::played::{Figures, Note, Played, Verdict};
use super::run::{Judging, Ran, RunOptions, run, run_before};
use super::watch::Witness;
use super::{Check, KeepJournal, KeepStory, PlayOptions};
use crate::domain::Span;
use crate::journal::compare;
use crate::journal::sink::Keep;
use crate::scenario::model::Level;
use crate::scenario::{Scenario, write_step};
use crate::simulated::Gait;

/// Plays a scenario, twice unless told otherwise, and judges the first run.
#[must_use]
pub fn play(scenario: &Scenario, options: PlayOptions) -> Played {
    play_disturbed(scenario, options, [|| Span::ZERO; 2])
}

/// Plays a scenario once, with its own seed, before a witness.
///
/// Neither journal nor story is kept, so both digests are empty; where the scenario expects
/// something beside the invariants, they are kept all the same.
#[must_use]
pub fn play_before(scenario: &Scenario, witness: Rc<RefCell<dyn Witness>>) -> Played {
    let seed = scenario.seed.unwrap_or(0);
    let options = RunOptions {
        level: Level::Model,
        table_url: None,
        seed,
        story: if scenario.expect.is_empty() {
            KeepStory::Nothing
        } else {
            KeepStory::Tail
        },
        judging: Judging::Judged,
        gait: Gait::Leaps,
        disturbance: || Span::ZERO,
    };
    match run_before(scenario, &options, Keep::Nothing, Some(witness)) {
        Ok(ran) => {
            let mut played = bare(scenario, options, verdict(ran.broken));
            played.figures = ran.watch.borrow().story.figures;
            played.figures.simulated = scenario.end - scenario.start;
            played
        }
        Err(bug) => bare(scenario, options, Verdict::Bug(bug)),
    }
}

/// As [`play`], with something added to the engine's clock in each of the two runs. Only the test
/// that proves the alarm gives anything but zero.
pub(crate) fn play_disturbed(
    scenario: &Scenario,
    options: PlayOptions,
    disturbances: [fn() -> Span; 2],
) -> Played {
    let seed = options.seed.or(scenario.seed).unwrap_or(0);
    let [first, second] = disturbances.map(|disturbance| RunOptions {
        level: options.level,
        table_url: options.table_url,
        seed,
        story: options.story,
        judging: Judging::Judged,
        gait: Gait::Leaps,
        disturbance,
    });
    let second = RunOptions {
        story: KeepStory::Nothing,
        judging: Judging::Compared,
        gait: Gait::Steps,
        ..second
    };
    let keep = match options.journal {
        KeepJournal::No => Keep::Digests,
        KeepJournal::Yes => Keep::All,
    };
    let run_again = || run(scenario, &second, Keep::Digests).map(|ran| ran.record.checkpoints);
    let (ran, again) = match options.check {
        Check::Once => {
            return match run(scenario, &first, keep) {
                Ok(ran) => told(scenario, first, ran.broken.clone(), &ran, options.journal),
                Err(bug) => bare(scenario, first, Verdict::Bug(bug)),
            };
        }
        Check::Twice => (run(scenario, &first, keep), run_again()),
        // Each run is one thread from start to end.
        Check::TwiceSideBySide => std::thread::scope(|scope| {
            let again = scope.spawn(run_again);
            let ran = run(scenario, &first, keep);
            match again.join() {
                Ok(again) => (ran, again),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }),
    };
    match (ran, again) {
        (Err(bug), _) | (_, Err(bug)) => bare(scenario, first, Verdict::Bug(bug)),
        (Ok(ran), Ok(again)) => {
            let mut played = told(scenario, first, ran.broken.clone(), &ran, options.journal);
            if let Some(block) = compare::first_differing_block(&ran.record.checkpoints, &again) {
                played.verdict = part(scenario, &[first, second], block);
            }
            played
        }
    }
}

/// Runs both once more and shows where they part.
fn part(scenario: &Scenario, options: &[RunOptions; 2], block: std::ops::Range<u64>) -> Verdict {
    let keep = || Keep::Range(block.clone());
    let [first, second] = options;
    match (run(scenario, first, keep()), run(scenario, second, keep())) {
        (Ok(a), Ok(b)) => match compare::first_difference(
            a.record.kept.lines(),
            b.record.kept.lines(),
        ) {
            Some(mut difference) => {
                difference.number += block.start - 1;
                Verdict::NotDeterministic {
                    line: difference.number,
                    difference: difference.to_string(),
                }
            }
            None => Verdict::NotDeterministic {
                line: block.start,
                difference: "two runs differed, and two further runs did not: something outside of scenario and seed takes part".to_owned(),
            },
        },
        (Err(bug), _) | (_, Err(bug)) => Verdict::Bug(bug),
    }
}

fn bare(scenario: &Scenario, options: RunOptions, verdict: Verdict) -> Played {
    Played {
        path: scenario.path.clone(),
        name: scenario.name.clone(),
        why: scenario.why.clone(),
        level: options.level,
        seed: options.seed,
        start: scenario.start,
        verdict,
        full_digest: "".into(),
        decisions_digest: "".into(),
        figures: Figures::default(),
        passes: Vec::new(),
        events: Vec::new(),
        notes: Vec::new(),
        journal: None,
    }
}

fn verdict(broken: Vec<super::Broken>) -> Verdict {
    if broken.is_empty() {
        Verdict::Held
    } else {
        Verdict::Broken(broken)
    }
}

fn told(
    scenario: &Scenario,
    options: RunOptions,
    broken: Vec<super::Broken>,
    ran: &Ran,
    journal: KeepJournal,
) -> Played {
    let mut played = bare(scenario, options, verdict(broken));
    played.decisions_digest = ran.decisions_digest().to_string().into();
    let mut watch = ran.watch.borrow_mut();
    played.figures = watch.story.figures;
    played.figures.simulated = scenario.end - scenario.start;
    (played.passes, played.events) = watch.story.take();
    played.notes = notes(scenario, &ran.missed);
    played.full_digest = ran.record.full.to_string().into();
    if journal == KeepJournal::Yes {
        played.journal = Some(ran.record.kept.lines().map(str::to_owned).collect());
    }
    played
}

/// A note for each step that met nothing.
fn notes(scenario: &Scenario, missed: &BTreeSet<usize>) -> Vec<Note> {
    let steps = missed.iter().filter_map(|step| scenario.story.get(*step));
    steps
        .map(|step| Note {
            at: step.at,
            file_line: step.line,
            text: format_smolstr!("the step {} met nothing", write_step(scenario, step)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    const STORY: &str = r#"
name: A set, an answer that is lost, and a delete
why: It has something of everything that a digest holds.
start: 2026-01-05T00:00:00Z
run_for: 3d
world:
  latency: 200ms
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "1" }
      volumes: [{ id: vol-data, device: /dev/sdf }, { id: vol-log, device: /dev/sdg }]
policy: { create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: "cron(0 4 * * ? *)" }
story:
  - { at: 1d, fault: { lose_answer: { call: "ec2:CreateSnapshots", times: 1 } } }
"#;

    fn story(text: &str) -> Scenario {
        scenario::load("story.yaml", text.as_bytes()).expect("the story of this test loads")
    }

    /// The clock of this machine, in a range that leaves the year as it is; never twice the same.
    #[expect(
        clippy::disallowed_methods,
        reason = "the leak that the comparison of two runs must find"
    )]
    fn wall_clock() -> Span {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("this machine's clock is past 1970");
        let micros = now.as_micros() % 50_000_000;
        Span::from_ms(i64::try_from(micros).expect("it is below fifty million"))
    }

    #[test]
    fn a_run_that_reads_the_wall_clock_is_found_out() {
        let options = PlayOptions::default();
        let played = play_disturbed(&story(STORY), options, [wall_clock; 2]);
        let Verdict::NotDeterministic { line, difference } = played.verdict else {
            panic!("the alarm is silent: {:?}", played.verdict);
        };
        assert!(
            difference.starts_with(&format!("the two runs differ first in line {line}:")),
            "{difference}"
        );
    }

    #[test]
    fn a_run_that_reads_nothing_of_this_machine_is_the_same_twice() {
        let played = play(&story(STORY), PlayOptions::default());
        assert!(matches!(played.verdict, Verdict::Held), "{played:?}");
    }

    #[test]
    fn how_long_calls_take_moves_no_decision() {
        let digests = |latency| {
            let text = STORY.replace("latency: 200ms", latency);
            let once = PlayOptions {
                check: Check::Once,
                ..PlayOptions::default()
            };
            let played = play(&story(&text), once);
            (played.decisions_digest, played.full_digest)
        };
        let (decided, full) = digests("latency: 200ms");
        let (decided_slowly, full_slowly) = digests("latency: 700ms");
        assert_eq!(decided, decided_slowly);
        assert_ne!(full, full_slowly);
        // A world in which less goes wrong decides something else.
        let calm = STORY.replace("at: 1d, fault", "at: 2d 23:00, fault");
        let once = PlayOptions {
            check: Check::Once,
            ..PlayOptions::default()
        };
        assert_ne!(decided, play(&story(&calm), once).decisions_digest);
    }
}
