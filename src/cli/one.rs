//! One scenario from its file to its result: played, compared with its golden journal, written.

use std::path::{Component, Path, PathBuf};

use super::golden;
use super::panics;
use crate::files::{WriteError, write_whole};
use crate::player::{
    self, Broken, Check, Figures, KeepJournal, KeepStory, PlayOptions, Played, Verdict,
};
use crate::report::{story, text};
use crate::scenario::Scenario;
use crate::scenario::model::Level;

/// A scenario file, loaded.
#[derive(Debug)]
pub struct Loaded {
    /// As it was given or found.
    pub path: PathBuf,
    /// What it holds.
    pub scenario: Scenario,
}

/// What came of one scenario, and what went wrong while its files were written.
#[derive(Debug)]
pub struct Finished {
    /// What came of it, without its journal.
    pub played: Played,
    /// What there is to tell besides; lines for stderr, or empty.
    pub notes: String,
    /// Whether its files could be written.
    pub written: Result<(), WriteError>,
}

/// What is wanted besides the verdict.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Wins over the file's own seed.
    pub seed: Option<u64>,
    /// What stands between engine and world.
    pub level: Level,
    /// How it is played twice.
    pub check: Check,
    /// Where DynamoDB Local answers, for the level of that name.
    pub table_url: Option<&'static str>,
    /// How much of the story.
    pub story: KeepStory,
    /// The folder below which whole journals are written; none: nowhere.
    pub journal_below: Option<&'a Path>,
    /// What to do with golden journals.
    pub golden: Golden,
}

/// What to do with golden journals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Golden {
    /// A difference breaks the scenario.
    Compare,
    /// A difference is shown and becomes what is compared with.
    Bless,
    /// Another seed than the file's own says nothing about them.
    LeaveAlone,
}

/// Plays one, compares or rewrites its golden journal, and writes its whole journal.
pub fn finish(loaded: &Loaded, wanted: &Wanted<'_>) -> Finished {
    let place = match wanted.golden {
        Golden::Compare | Golden::Bless => golden::place(&loaded.path),
        Golden::LeaveAlone => None,
    };
    let kept = place.as_deref().map_or(Ok(None), golden::kept);
    let for_golden = match wanted.golden {
        Golden::Bless => place.is_some(),
        Golden::Compare | Golden::LeaveAlone => matches!(kept, Ok(Some(_))),
    };
    let options = PlayOptions {
        seed: wanted.seed,
        story: wanted.story,
        check: wanted.check,
        level: wanted.level,
        table_url: wanted.table_url,
        journal: if wanted.journal_below.is_some() || for_golden {
            KeepJournal::Yes
        } else {
            KeepJournal::No
        },
    };

    let mut finished = Finished {
        played: play(&loaded.scenario, options),
        notes: String::new(),
        written: Ok(()),
    };
    if let (Some(folder), Some(lines)) = (wanted.journal_below, &finished.played.journal) {
        let text: String = lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect();
        finished.written = write_whole(&journal_file(folder, &loaded.path), &text);
    }
    match (wanted.golden, place, kept) {
        (Golden::Bless, Some(place), kept) => {
            bless(
                &mut finished,
                &place,
                kept.unwrap_or_default().unwrap_or_default().as_str(),
            );
        }
        (Golden::Compare, Some(place), Ok(Some(kept))) => {
            compare(&mut finished.played, &place, &kept);
        }
        (Golden::Compare, Some(place), Err(error)) => {
            differs(
                &mut finished.played,
                &place,
                format!("it can't be read: {error}"),
            );
        }
        (Golden::Bless, None, _) => {
            let path = &finished.played.path;
            finished.notes =
                format!("{path}: nothing to bless without a folder `golden` beside it\n");
        }
        (Golden::Compare | Golden::LeaveAlone, _, _) => {}
    }
    finished.played.journal = None;
    finished
}

/// Plays one; a panic is its verdict and ends nothing else.
fn play(scenario: &Scenario, options: PlayOptions) -> Played {
    let seed = options.seed.or(scenario.seed).unwrap_or(0);
    let playing = format!("{} with seed {seed}", scenario.path);
    panics::caught_while(playing, || player::play(scenario, options)).unwrap_or_else(|message| {
        Played {
            path: scenario.path.clone(),
            name: scenario.name.clone(),
            why: scenario.why.clone(),
            level: options.level,
            seed,
            start: scenario.start,
            verdict: Verdict::Bug(message),
            full_digest: "".into(),
            decisions_digest: "".into(),
            figures: Figures::default(),
            passes: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
            journal: None,
        }
    })
}

/// The file of a scenario's journal below a folder: the scenario's own path, made relative.
fn journal_file(folder: &Path, scenario: &Path) -> PathBuf {
    let parts = scenario.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part),
        _ => None,
    });
    let mut name = folder.join(parts.collect::<PathBuf>()).into_os_string();
    name.push(".jsonl");
    name.into()
}

fn compare(played: &mut Played, place: &Path, kept: &str) {
    if let Some(difference) = golden::difference(kept, &golden::golden(played)) {
        differs(played, place, difference);
    }
}

/// Breaks the promise that a golden journal is.
fn differs(played: &mut Played, place: &Path, how: String) {
    let broken = Broken {
        id: story::GOLDEN.into(),
        promise: "What it decides and changes is what its golden journal says".into(),
        at: played.start,
        file_line: None,
        expected: format!("{}; --bless rewrites it", place.display()).into(),
        actual: how.into(),
        subjects: Vec::new(),
    };
    match &mut played.verdict {
        Verdict::Held => played.verdict = Verdict::Broken(vec![broken]),
        Verdict::Broken(all) => all.push(broken),
        // Such a run says nothing about what is decided.
        Verdict::NotDeterministic { .. } | Verdict::Bug(_) => {}
    }
}

fn bless(finished: &mut Finished, place: &Path, kept: &str) {
    let path = &finished.played.path;
    if !text::held(&finished.played) {
        finished.notes = format!("{path}: not blessed, because it did not hold\n");
        return;
    }
    let now = golden::golden(&finished.played);
    let Some(difference) = golden::difference(kept, &now) else {
        return;
    };
    finished.notes = format!("{path}: blessed\n{difference}\n");
    if let Err(error) = write_whole(place, &now) {
        finished.notes = format!("{path}: not blessed\n");
        finished.written = Err(error);
    }
}
