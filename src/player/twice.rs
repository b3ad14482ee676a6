//! Every scenario is run twice: what differs was not decided by the scenario and its seed.

use super::played::{Figures, Played, Verdict};
use super::run::{Ran, RunOptions, run};
use super::{Check, KeepJournal, PlayOptions};
use crate::domain::Span;
use crate::journal::sink::Keep;
use crate::journal::{compare, digest};
use crate::scenario::Scenario;

/// Plays a scenario, twice unless told otherwise, and judges the first run.
#[must_use]
pub fn play(scenario: &Scenario, options: PlayOptions) -> Played {
    play_disturbed(scenario, options, [|| Span::ZERO; 2])
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
        seed,
        story: options.story,
        disturbance,
    });
    let keep = match options.journal {
        KeepJournal::No => Keep::Tail,
        KeepJournal::Yes => Keep::All,
    };
    let ran = match run(scenario, &first, keep) {
        Ok(ran) => ran,
        Err(bug) => return bare(scenario, seed, Verdict::Bug(bug)),
    };
    let mut played = told(scenario, seed, ran.broken.clone(), &ran, options.journal);
    if options.check == Check::Once {
        return played;
    }
    match run(scenario, &second, Keep::Tail) {
        Err(bug) => played.verdict = Verdict::Bug(bug),
        Ok(again) => {
            if let Some(block) =
                compare::first_differing_block(&ran.record.checkpoints, &again.record.checkpoints)
            {
                played.verdict = part(scenario, &[first, second], block);
            }
        }
    }
    played
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
            Some(difference) => Verdict::NotDeterministic {
                line: block.start + difference.number - 1,
                difference: difference.to_string(),
            },
            None => Verdict::NotDeterministic {
                line: block.start,
                difference: "two runs differed, and two further runs did not: something outside of scenario and seed takes part".to_owned(),
            },
        },
        (Err(bug), _) | (_, Err(bug)) => Verdict::Bug(bug),
    }
}

fn bare(scenario: &Scenario, seed: u64, verdict: Verdict) -> Played {
    Played {
        path: scenario.path.clone(),
        name: scenario.name.clone(),
        why: scenario.why.clone(),
        seed,
        start: scenario.start,
        verdict,
        full_digest: "".into(),
        decisions_digest: "".into(),
        figures: Figures::default(),
        passes: Vec::new(),
        events: Vec::new(),
        journal: None,
    }
}

fn told(
    scenario: &Scenario,
    seed: u64,
    broken: Vec<super::Broken>,
    ran: &Ran,
    journal: KeepJournal,
) -> Played {
    let verdict = if broken.is_empty() {
        Verdict::Held
    } else {
        Verdict::Broken(broken)
    };
    let mut played = bare(scenario, seed, verdict);
    let mut watch = ran.watch.borrow_mut();
    played.figures = watch.story.figures;
    played.figures.simulated = scenario.end - scenario.start;
    (played.passes, played.events) = watch.story.take();
    played.full_digest = ran.record.full.to_string().into();
    if journal == KeepJournal::Yes {
        played.journal = Some(ran.record.kept.lines().map(str::to_owned).collect());
    }
    let _ = digest::Digest::of_text;
    played
}
