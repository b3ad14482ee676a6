//! Each planted mistake must be caught by the oracle, and what caught it must shrink to a story that a person can read.
//!
//! Seeds are played in order from 1 with the mistake planted, until a promise breaks; the story is shrunk; without the mistake it must
//! hold. What came of it is a table, kept as a golden. The shrunk stories lie in `target/tmp/planted`, one file a mistake.
//!
//! `cargo test … --test planted` hunts for all of them. With codes after `--` it hunts for those, and prints their lines only.

#![expect(
    clippy::print_stdout,
    reason = "it has no harness, so it tells by itself what it found"
)]

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use snaplife::fuzz::{Cause, Order, Profile, Size, expand, judge, shrink};
use snaplife::oracle::{Invariant, Status};
use snaplife::planted::{self, Bug};
use snaplife::player::Verdict;
use snaplife::scenario::{Scenario, write};

/// Every mistake is caught within so many seeds.
const SEEDS_MAX: u64 = 2_000;
/// What is left of a story has at most so many steps.
const STEPS_MAX: usize = 6;

/// Where a mistake is looked for: where it shows soonest.
const fn profile(bug: Bug) -> Profile {
    match bug {
        Bug::ServesASlotAgain | Bug::ShortensAPromise | Bug::TakesTheShorterOfTwo => Profile::Calm,
        Bug::CountsWhatIsNotOurs => Profile::BusyAccount,
        Bug::BelievesAnyClock
        | Bug::DoesNotAskWhoseAccountItIs
        | Bug::ForgetsTheDeadline
        | Bug::RollsBackToCompleted => Profile::WorstYear,
        _ => Profile::BadDay,
    }
}

/// A mistake that was caught.
struct Caught {
    bug: Bug,
    /// Every promise that the shrunk story breaks, the first one first.
    breaks: Vec<String>,
    seed: u64,
    steps_before: usize,
    steps: usize,
    /// What breaks first in the shrunk story without the mistake; must be nothing.
    without: Option<Cause>,
}

fn main() {
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted: Vec<Bug> = Bug::ALL
        .iter()
        .copied()
        .filter(|bug| named.is_empty() || named.iter().any(|name| name == bug.code()))
        .collect();
    assert!(
        !wanted.is_empty(),
        "no mistake has one of these names: {named:?}"
    );
    let folder = folder();
    let pieces = wanted.into_par_iter().with_max_len(1);
    let caught: Vec<(Bug, Option<Caught>)> = pieces
        .map(|bug| {
            let caught = hunt(bug, &folder);
            match &caught {
                Some(caught) => println!("{}", line(caught)),
                None => println!("{:<36} NOT CAUGHT", bug.code()),
            }
            (bug, caught)
        })
        .collect();
    let escaped: Vec<&str> = caught
        .iter()
        .filter(|(_, caught)| caught.is_none())
        .map(|(bug, _)| bug.code())
        .collect();
    let caught: Vec<Caught> = caught
        .into_iter()
        .filter_map(|(_, caught)| caught)
        .collect();
    if named.is_empty() {
        insta::assert_snapshot!("table", table(&caught));
    }
    assert!(
        escaped.is_empty(),
        "not caught within {SEEDS_MAX} seeds: {escaped:?}"
    );
    if named.is_empty() {
        assert_eq!(
            untried(&caught),
            Vec::<Invariant>::new(),
            "nothing planted breaks these"
        );
    }
    for caught in &caught {
        assert!(
            caught.steps <= STEPS_MAX,
            "{} is left with {} steps; {STEPS_MAX} are allowed",
            caught.bug.code(),
            caught.steps
        );
        assert_eq!(
            caught.without,
            None,
            "what is left of seed {} breaks without {}, too",
            caught.seed,
            caught.bug.code()
        );
    }
}

/// What the oracle judges and no mistake breaks.
fn untried(all: &[Caught]) -> Vec<Invariant> {
    let is_tried = |invariant: &Invariant| {
        let breaks = |caught: &Caught| caught.breaks.iter().any(|id| id == invariant.id());
        all.iter().any(breaks)
    };
    let judged = Invariant::ALL.iter().copied();
    judged
        .filter(|invariant| matches!(invariant.status(), Status::Judged(_)))
        .filter(|invariant| !is_tried(invariant))
        .collect()
}

/// Plays seeds with the mistake until one breaks, and shrinks its story.
fn hunt(bug: Bug, folder: &Path) -> Option<Caught> {
    let (seed, story, cause) = (1..=SEEDS_MAX).find_map(|seed| {
        let story = expand(Order {
            seed,
            profile: profile(bug),
            size: Size::Short,
        });
        let cause = cause_of(bug, &story)?;
        Some((seed, story, cause))
    })?;
    let shrunk = shrink(
        &story,
        &cause,
        &mut |story| cause_of(bug, story),
        &mut || true,
    );
    let shrunk =
        shrunk.unwrap_or_else(|| panic!("{}: seed {seed} is no story as a file", bug.code()));
    keep(folder, bug, &shrunk.scenario);
    let without = judge(&shrunk.scenario).played.verdict;
    Some(Caught {
        bug,
        breaks: broken(bug, &shrunk.scenario),
        seed,
        steps_before: story.story.len(),
        steps: shrunk.scenario.story.len(),
        without: Cause::of_verdict(&without),
    })
}

fn cause_of(bug: Bug, story: &Scenario) -> Option<Cause> {
    Cause::of_verdict(&planted::with(bug, || judge(story)).played.verdict)
}

fn broken(bug: Bug, story: &Scenario) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    if let Verdict::Broken(all) = planted::with(bug, || judge(story)).played.verdict {
        for broken in all {
            if !ids.iter().any(|id| *id == broken.id) {
                ids.push(broken.id.to_string());
            }
        }
    }
    ids
}

fn table(all: &[Caught]) -> String {
    let lines = all.iter().map(line);
    let head = format!(
        "{:<36} {:<12} {:<12} {:>5}  {:>5}  {:>5}",
        "mistake", "breaks", "profile", "seeds", "of", "steps"
    );
    std::iter::once(head)
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

fn line(caught: &Caught) -> String {
    format!(
        "{:<36} {:<12} {:<12} {:>5}  {:>5}  {:>5}",
        caught.bug.code(),
        caught.breaks.join(" "),
        profile(caught.bug).name(),
        caught.seed,
        caught.steps_before,
        caught.steps,
    )
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("planted");
    fs::create_dir_all(&folder).expect("the folder of tests can be written");
    folder
}

/// Writes what is left, for people to read.
fn keep(folder: &Path, bug: Bug, story: &Scenario) {
    let mut story = story.clone();
    story.name = bug.code().into();
    story.why = bug.sentence().into();
    fs::write(
        folder.join(format!("{}.yaml", bug.code())),
        write(&story, None),
    )
    .expect("it can be written");
}
