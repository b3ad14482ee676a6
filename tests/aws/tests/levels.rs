//! Every scenario, at the level `model` and at the level `wire`: both digests must be equal.
//!
//! `full` is of every line of the journal, so a difference anywhere between the engine and the
//! simulated AWS is found: in a request, in an answer, in a code, in the order of calls.
//!
//! It has no harness: how many scenarios ran is told where the person who runs it sees it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::prelude::*;
use snaplife::journal::first_difference;
use snaplife::player::{self, Check, KeepJournal, PlayOptions, Played, Verdict};
use snaplife::report::{Look, story};
use snaplife::scenario::model::Level;
use snaplife::scenario::{self, Colour, Scenario};

/// Fewer than this, and files have gone astray.
const FILES_MIN: usize = 200;

fn main() -> ExitCode {
    // An argument that is no option says which scenarios, by a part of their path.
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let all = scenarios(wanted.as_deref());
    let (both, limited): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|scenario| scenario.is_for(Level::Model) && scenario.is_for(Level::Wire));
    let failures: Vec<String> = both.par_iter().filter_map(|it| difference(it)).collect();
    let mut told = failures.join("\n");
    told += &format!(
        "wire: {} scenarios played through the AWS SDK, {} with the journal of the level model",
        both.len(),
        both.len() - failures.len()
    );
    if !limited.is_empty() {
        told += &format!("; {} are for other levels only", limited.len());
    }
    let too_few = wanted.is_none() && all.len() < FILES_MIN;
    if too_few {
        told += &format!("\nonly {} scenario files were found", all.len());
    }
    // Nothing else can be done about a closed stderr.
    let _ = writeln!(io::stderr(), "{told}");
    if failures.is_empty() && !too_few {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What is wrong with a scenario at the level `wire`; none when its journal is that of `model`.
fn difference(scenario: &Scenario) -> Option<String> {
    let [model, wire] =
        [Level::Model, Level::Wire].map(|level| play(scenario, level, KeepJournal::No));
    if let Verdict::Bug(_) | Verdict::NotDeterministic { .. } = &wire.verdict {
        return Some(story::story(&wire, Look::plain(Look::WIDTH_USUAL)));
    }
    let digests = |played: &Played| (played.decisions_digest.clone(), played.full_digest.clone());
    if digests(&model) == digests(&wire) {
        return None;
    }
    let same_decisions = model.decisions_digest == wire.decisions_digest;
    let [model, wire] =
        [Level::Model, Level::Wire].map(|level| play(scenario, level, KeepJournal::Yes));
    let parts = first_difference(lines(&model), lines(&wire));
    let parts = parts.map_or_else(String::new, |difference| difference.to_string());
    let decisions = if same_decisions { "equal" } else { "others" };
    Some(format!(
        "{}: another journal at wire than at model, {decisions} decisions\n{parts}\n",
        scenario.path
    ))
}

fn lines(played: &Played) -> impl Iterator<Item = &str> {
    let lines = played.journal.as_deref().unwrap_or_default();
    lines.iter().map(String::as_str)
}

fn play(scenario: &Scenario, level: Level, journal: KeepJournal) -> Played {
    let options = PlayOptions {
        check: Check::Once,
        journal,
        level,
        ..PlayOptions::default()
    };
    player::play(scenario, options)
}

/// Every scenario file of this repository, in the order of paths.
fn scenarios(wanted: Option<&str>) -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut folders = vec![root.clone()];
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(&below).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "yaml") {
                let below = path.strip_prefix(&root).expect("it was found there");
                files.insert(below.to_string_lossy().replace('\\', "/"), path);
            }
        }
    }
    files
        .iter()
        .filter(|(name, _)| wanted.is_none_or(|part| name.contains(part)))
        .map(|(name, path)| {
            let bytes = std::fs::read(path).expect("the file can be read");
            scenario::load(&format!("scenarios/{name}"), &bytes)
                .unwrap_or_else(|no| panic!("{}", no.render(&bytes, Colour::Plain)))
        })
        .collect()
}
