//! Every file under `scenarios/` holds, and reads as one of them.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use snaplife::player::{self, KeepJournal, PlayOptions, Played, Verdict};
use snaplife::report::{Look, story};
use snaplife::scenario::model::Level;
use snaplife::scenario::{self, Colour, Scenario};

/// Fewer than this, and files have gone astray.
const FILES_MIN: usize = 200;

/// The folder of this repository that holds them.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Loads a scenario by its path below the folder, and names it by that path.
pub(crate) fn load(path: &str) -> Scenario {
    let bytes = std::fs::read(folder().join(path)).unwrap_or_else(|no| panic!("{path}: {no}"));
    scenario::load(&format!("scenarios/{path}"), &bytes)
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(&bytes, Colour::Plain)))
}

/// Plays a story that a test wrote once; `file` is what its mistakes are told of.
pub(crate) fn play_once(file: &str, text: &str, journal: KeepJournal) -> Played {
    let scenario = scenario::load(file, text.as_bytes())
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(text.as_bytes(), Colour::Plain)));
    let options = PlayOptions {
        journal,
        check: player::Check::Once,
        ..PlayOptions::default()
    };
    player::play(&scenario, options)
}

/// Every scenario file, by its path below the folder, in order.
fn all() -> Vec<String> {
    let mut folders = vec![folder()];
    let mut files = Vec::new();
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(&below).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "yaml") {
                let below = path.strip_prefix(folder()).expect("it was found there");
                files.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    files
}

/// The screen that a person sees of what did not hold; none when all did.
pub(crate) fn failure(played: &Played) -> Option<String> {
    match played.verdict {
        Verdict::Held => None,
        Verdict::Broken(_) | Verdict::NotDeterministic { .. } | Verdict::Bug(_) => {
            Some(story::story(played, Look::plain(Look::WIDTH_USUAL)))
        }
    }
}

#[test]
fn every_scenario_holds() {
    let files = all();
    assert!(files.len() >= FILES_MIN, "only {} files", files.len());
    let failures: Vec<String> = files
        .par_iter()
        .filter_map(|path| failure(&player::play(&load(path), PlayOptions::default())))
        .collect();
    let told = failures.join("\n");
    assert!(
        failures.is_empty(),
        "{} of {} do not hold\n\n{told}",
        failures.len(),
        files.len()
    );
}

/// `a-lost-answer` and so on: lower case, digits, single hyphens, and a letter or digit at each end.
fn is_kebab_case(name: &str) -> bool {
    name.split('-').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

#[test]
fn every_scenario_is_named_as_a_sentence_and_says_why() {
    let wrong: Vec<String> = all()
        .into_iter()
        .flat_map(|path| {
            let scenario = load(&path);
            let stem = Path::new(&path).file_stem().unwrap_or_default();
            let words = scenario.name.split_whitespace().count();
            let rules = [
                (
                    is_kebab_case(&stem.to_string_lossy()),
                    "is not in kebab-case",
                ),
                (words >= 3, "has no sentence for a name"),
                (
                    !scenario.name.ends_with('.'),
                    "ends its name with a full stop",
                ),
                (
                    scenario.why.trim().len() >= 20,
                    "does not say why it matters",
                ),
            ];
            rules.map(|(holds, what)| (!holds).then(|| format!("{path} {what}")))
        })
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_scenarios_have_one_name() {
    let mut names: Vec<_> = all().iter().map(|path| load(path).name).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// Else it would be known only where DynamoDB Local is at hand.
#[test]
fn what_dynamodb_local_can_not_do_is_not_asked_of_it() {
    for path in all() {
        let scenario = load(&path);
        let beyond = scenario.beyond_dynamodb_local();
        let is_asked = scenario.is_for(Level::DynamodbLocal);
        assert!(!is_asked || beyond.is_none(), "{path}: {beyond:?}");
    }
}

/// S24, over the whole text of journals that hold every kind of call.
#[test]
fn no_credential_stands_in_a_journal() {
    for path in [
        "lifecycle/the-call-carries-the-tags.yaml",
        "retention/a-locked-snapshot-stays-until-the-lock-ends.yaml",
        "faults/a-topic-that-is-gone-stops-nothing.yaml",
        "old-scripts/the-credentials-of-another-account-change-nothing.yaml",
    ] {
        let options = PlayOptions {
            journal: KeepJournal::Yes,
            check: player::Check::Once,
            ..PlayOptions::default()
        };
        let journal = player::play(&load(path), options).journal;
        let lines = journal.expect("the whole journal was asked for");
        assert!(lines.len() > 100, "{path} has a journal");
        for line in &lines {
            assert_eq!(snaplife::oracle::find_secret(line), None, "{path}: {line}");
        }
    }
}
