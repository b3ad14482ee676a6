//! A story that breaks becomes a small file that is replayed for ever.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::is_set;
use super::stopwatch::Stopwatch;
use crate::cli::panics;
use crate::files::{WriteError, read_bounded, write_whole};
use crate::fuzz::{self, Cause, Shrunk};
use crate::player::{Broken, Played, Verdict};
use crate::scenario::model::{Level, LevelLimit};
use crate::scenario::{Scenario, load, write};

/// How long one shrinking may take.
pub const BUDGET: Duration = Duration::from_secs(5);

/// What came of a story, our own mistakes included.
#[must_use]
pub fn cause_of(scenario: &Scenario) -> Option<Cause> {
    match panics::caught_quietly(|| fuzz::judge(scenario)) {
        Ok(judged) => Cause::of_verdict(&judged.played.verdict),
        Err(message) => Some(Cause::bug(&message)),
    }
}

/// Shrinks a story that breaks. None when what was written does not break in the same way.
#[must_use]
pub fn small(
    scenario: &Scenario,
    cause: &Cause,
    budget: Duration,
    interrupted: &AtomicBool,
) -> Option<Shrunk> {
    let watch = Stopwatch::start();
    // At least one story is played, or nothing would be found again.
    let mut first = true;
    fuzz::shrink(scenario, cause, &mut cause_of, &mut || {
        std::mem::take(&mut first) || (watch.lasted() < budget && !is_set(interrupted))
    })
}

/// Writes the file of a story that breaks, named after what breaks and after the story itself, so
/// that the same story found twice is one file. Where that is there already, it stays as it is.
///
/// `origin` says where it came from, in a sentence.
///
/// # Errors
/// [`Unkept`] when the file can't be written.
pub fn keep(
    folder: &Path,
    scenario: &Scenario,
    cause: &Cause,
    origin: &str,
) -> Result<PathBuf, Unkept> {
    let digest = story_digest(scenario);
    let mut file = scenario.clone();
    let broken = first_broken(scenario);
    file.name = broken.as_ref().map_or_else(
        || format!("It ends without a mistake of ours ({cause})").into(),
        |broken| broken.promise.trim_end_matches('.').into(),
    );
    let how = broken.map_or_else(String::new, |broken| {
        format!(
            " What broke: {}: {}.",
            broken.id,
            broken.actual.trim_end_matches('.')
        )
    });
    file.why = format!("{origin}{how}").into();
    if let Some(because) = file.beyond_dynamodb_local() {
        file.levels.get_or_insert(LevelLimit {
            levels: [Level::Model, Level::Wire].into(),
            because: because.into(),
        });
    }
    let id = cause.id.to_lowercase();
    let named = |digits: usize| folder.join(format!("{id}-{}.yaml", &digest[..digits]));
    // A file that is there may have been changed by a person, and then another one is written.
    let mut path = named(8);
    for digits in [16, 32, 64] {
        if !path.exists() {
            break;
        }
        if story_of(&path).is_some_and(|known| known == digest) {
            return Ok(path);
        }
        path = named(digits);
    }
    let text = write(&file, Some("../schema.json"));
    match write_whole(&path, &text) {
        Ok(()) => Ok(path),
        Err(error) => Err(Unkept { error, text }),
    }
}

/// Of what a story does, whatever it is called.
fn story_digest(scenario: &Scenario) -> String {
    let mut story = scenario.clone();
    story.name = "".into();
    story.why = "".into();
    story.levels = None;
    blake3::hash(write(&story, None).as_bytes())
        .to_hex()
        .to_string()
}

/// The digest of the story that a file holds; none where it holds none.
fn story_of(path: &Path) -> Option<String> {
    let bytes = read_bounded(path).ok()?;
    let known = load(&path.to_string_lossy(), &bytes).ok()?;
    Some(story_digest(&known))
}

/// A story that could not be written to its file. What was found is not lost: it is said.
#[derive(Debug)]
pub struct Unkept {
    /// Why.
    pub error: WriteError,
    /// What the file would hold.
    pub text: String,
}

/// As [`keep`]; says where the file is, or what it would hold.
pub fn keep_or_say(
    folder: &Path,
    scenario: &Scenario,
    cause: &Cause,
    origin: &str,
    say: &(dyn Fn(&str) + Sync),
) -> Option<PathBuf> {
    match keep(folder, scenario, cause, origin) {
        Ok(path) => {
            say(&format!("      written to {}\n", path.display()));
            Some(path)
        }
        Err(Unkept { error, text }) => {
            let source = &error.source;
            say(&format!(
                "error: {error}\n  caused by: {source}\nthe story itself:\n{text}"
            ));
            None
        }
    }
}

fn first_broken(scenario: &Scenario) -> Option<Broken> {
    let judged = panics::caught_quietly(|| fuzz::judge(scenario)).ok()?;
    match judged.played {
        Played {
            verdict: Verdict::Broken(all),
            ..
        } => all.into_iter().next(),
        _ => None,
    }
}
