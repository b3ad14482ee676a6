//! Every scenario that is for this level, with the table in DynamoDB Local: the decisions must be those of the level `model`.
//!
//! The digest `decisions` holds every decision with its reason, every mutating call with its outcome, and the rows in the end, as
//! DynamoDB Local has them then. Between the two stand the real SDK and AWS's own engine.

use std::path::{Path, PathBuf};

use serde_json::Value;
use snaplife::player::{self, Check, KeepJournal, PlayOptions, Played, Verdict};
use snaplife::report::{Look, story};
use snaplife::scenario::model::Level;
use snaplife::scenario::{self, Colour, Scenario};

/// Fewer than this, and files have gone astray.
const FILES_MIN: usize = 200;
/// Lines shown before the first that differs.
const LINES_BEFORE: usize = 6;

/// The scenario files, by their path below the folder, in order.
///
/// # Errors
/// When the folder can't be read, or holds too few.
pub(crate) fn files() -> Result<Vec<String>, String> {
    let root = root();
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(below) = folders.pop() {
        let entries =
            std::fs::read_dir(&below).map_err(|no| format!("{}: {no}", below.display()))?;
        for entry in entries {
            let path = entry.map_err(|no| no.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "yaml") {
                let below = path.strip_prefix(&root).unwrap_or(&path);
                files.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    if files.len() < FILES_MIN {
        return Err(format!("only {} scenario files were found", files.len()));
    }
    Ok(files)
}

/// How a scenario came out at this level.
pub(crate) enum Came {
    /// With the decisions of `model`.
    Equal,
    /// It says that it is for other levels.
    Elsewhere,
}

/// Plays a scenario at `model` and with the table at `url`.
///
/// # Errors
/// What differs, as text.
pub(crate) fn play(file: &str, url: &'static str) -> Result<Came, String> {
    let scenario = load(file)?;
    if !scenario.is_for(Level::DynamodbLocal) {
        return Ok(Came::Elsewhere);
    }
    let [model, local] = both(&scenario, url, KeepJournal::No);
    if let Verdict::Bug(_) | Verdict::NotDeterministic { .. } = &local.verdict {
        return Err(story::story(&local, Look::plain(Look::WIDTH_USUAL)));
    }
    if model.decisions_digest == local.decisions_digest {
        return Ok(Came::Equal);
    }
    let [model, local] = both(&scenario, url, KeepJournal::Yes);
    Err(format!(
        "other decisions than at the level model\n{}",
        parting(&model, &local)
    ))
}

fn both(scenario: &Scenario, url: &'static str, journal: KeepJournal) -> [Played; 2] {
    [Level::Model, Level::DynamodbLocal].map(|level| {
        let options = PlayOptions {
            check: Check::Once,
            journal,
            level,
            table_url: Some(url),
            ..PlayOptions::default()
        };
        player::play(scenario, options)
    })
}

/// The first lines that differ in more than AWS's time, which the answers of the real table do not tell.
fn parting(model: &Played, local: &Played) -> String {
    let lines = |played: &Played| -> Vec<String> {
        let lines = played.journal.iter().flatten();
        lines.map(|line| without_server_time(line)).collect()
    };
    let (model, local) = (lines(model), lines(local));
    let differ = |(one, other): (&String, &String)| one != other;
    let at = model.iter().zip(&local).position(differ);
    let at = at.unwrap_or_else(|| model.len().min(local.len()));
    let mut told = String::new();
    for line in model.iter().take(at).skip(at.saturating_sub(LINES_BEFORE)) {
        told.push_str(&format!("  both   {line}\n"));
    }
    let end = "(the journal ends; only the rows differ if both do)".to_owned();
    for (level, lines) in [("model", &model), ("local", &local)] {
        told.push_str(&format!("  {level}  {}\n", lines.get(at).unwrap_or(&end)));
    }
    told
}

fn without_server_time(line: &str) -> String {
    let Ok(mut line) = serde_json::from_str::<Value>(line) else {
        return line.to_owned();
    };
    if let Some(answer) = line
        .pointer_mut("/event/answer")
        .and_then(Value::as_object_mut)
    {
        answer.remove("server_time");
    }
    line.to_string()
}

fn load(file: &str) -> Result<Scenario, String> {
    let bytes = std::fs::read(root().join(file)).map_err(|no| no.to_string())?;
    scenario::load(&format!("scenarios/{file}"), &bytes)
        .map_err(|mistakes| mistakes.render(&bytes, Colour::Plain))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}
