//! `snaplife replay`: plays scenarios and says whether what they promise holds.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::builder::FalseyValueParser;
use rayon::prelude::*;

use super::exit::{self, Exit};
use super::find::{self, FindError};
use super::golden;
use super::panics;
use super::ui::Ui;
use super::write::{WriteError, write_whole};
use crate::player::{self, Broken, Figures, KeepJournal, PlayOptions, Played, Verdict};
use crate::report::json::Report;
use crate::report::{Look, explain, junit, story, text};
use crate::scenario::{self, Scenario};

/// The arguments; their help texts are sentences for whoever calls.
#[derive(Debug, clap::Args)]
#[command(
    about = "Plays scenarios in simulated time and says whether what they promise holds.",
    long_about = "Plays scenarios in simulated time and says whether what they promise holds.\n\n\
        Each scenario is played twice with one seed, and both runs are compared line by line. \
        The invariants of snaplife hold in every scenario without being named. Nothing leaves \
        this machine."
)]
pub struct Args {
    #[arg(
        default_value = "scenarios",
        value_name = "PATH",
        help = "Scenario files, or folders in which every *.yaml and *.yml is played in the order \
            of paths. Folders named `golden` and hidden ones are passed over."
    )]
    paths: Vec<PathBuf>,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How results are printed."
    )]
    output: Output,

    #[arg(long, value_name = "FILE", help = "Writes the results to a file too, as JUnit XML.")]
    junit: Option<PathBuf>,

    #[arg(
        long,
        value_name = "NUMBER",
        help = "Plays every scenario with this seed instead of its own. Golden journals are then \
            not compared."
    )]
    seed: Option<u64>,

    #[arg(
        long,
        help = "Prints every pass with every decision and its reason. JSON always holds them."
    )]
    explain: bool,

    #[arg(
        long,
        conflicts_with = "seed",
        help = "Rewrites golden journals and shows what changed. It is refused where CI is set, \
            and for a scenario in which something broke."
    )]
    bless: bool,

    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = clap::value_parser!(u16).range(1..),
        help = "Plays this many scenarios at a time. Without it: one for each core."
    )]
    jobs: Option<u16>,

    #[arg(
        long,
        value_name = "FOLDER",
        help = "Writes the whole journal of each scenario to a file below this folder."
    )]
    journal: Option<PathBuf>,

    #[arg(long, hide = true, env = "CI", value_parser = FalseyValueParser::new())]
    ci: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Output {
    #[value(help = "A line for each scenario, and the story of each failure.")]
    Text,
    #[value(help = "One JSON document, which `snaplife schema --of report` describes.")]
    Json,
}

/// `--bless` on a CI server.
#[derive(Debug, thiserror::Error)]
#[error("golden journals are not rewritten where CI is set")]
struct BlessInCi;

/// A scenario file, loaded.
struct Loaded {
    path: PathBuf,
    scenario: Scenario,
}

/// What came of one scenario, and what went wrong while its files were written.
struct Finished {
    played: Played,
    notes: String,
    written: Result<(), WriteError>,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    if args.bless && args.ci {
        return usage(
            ui,
            &BlessInCi,
            Some("run it on your own machine and commit what changed"),
        );
    }
    let scenarios = match load_all(&args.paths, ui.err) {
        Ok(scenarios) => scenarios,
        Err(told) => {
            ui.say(&told);
            return Exit::Usage;
        }
    };
    let mut all = Vec::new();
    let mut written = Ok(());
    for finished in play_all(args, &scenarios, ui) {
        ui.say(&finished.notes);
        written = written.and(finished.written);
        all.push(finished.played);
    }
    print(args, &all, ui);
    let report = args
        .junit
        .as_ref()
        .map(|path| write_whole(path, &junit::junit(&all)));
    match written.and(report.unwrap_or(Ok(()))) {
        Ok(()) => Exit::of(&all),
        Err(error) => match (Exit::of(&all), usage(ui, &error, None)) {
            (Exit::Ok, usage) => usage,
            (graver, _) => graver,
        },
    }
}

/// Tells an error of usage.
fn usage(ui: &Ui, error: &dyn Error, hint: Option<&str>) -> Exit {
    ui.say(&exit::shown(error, hint, ui.err));
    Exit::Usage
}

/// Every scenario below the paths. If anything is wrong with one of them nothing is played, and
/// all mistakes of all files are told at once.
fn load_all(paths: &[PathBuf], look: Look) -> Result<Vec<Loaded>, String> {
    let shown = |error: &FindError| exit::shown(error, error.hint(), look);
    let files = find::scenario_files(paths)
        .map_err(|errors| errors.iter().map(shown).collect::<String>())?;
    let mut scenarios = Vec::new();
    let mut told = String::new();
    for path in files {
        match load(&path, look) {
            Ok(scenario) => scenarios.push(Loaded { path, scenario }),
            Err(mistakes) => told.push_str(&mistakes),
        }
    }
    if told.is_empty() {
        Ok(scenarios)
    } else {
        Err(told)
    }
}

fn load(path: &Path, look: Look) -> Result<Scenario, String> {
    let bytes = std::fs::read(path).map_err(|source| {
        let error = FindError::Unreadable {
            path: path.to_owned(),
            source,
        };
        exit::shown(&error, error.hint(), look)
    })?;
    scenario::load(&path.to_string_lossy(), &bytes)
        .map_err(|mistakes| mistakes.render(&bytes, look.colour) + "\n\n")
}

/// Plays them side by side; what comes back is in the order given.
fn play_all(args: &Args, scenarios: &[Loaded], ui: &Ui) -> Vec<Finished> {
    let count = u64::try_from(scenarios.len()).expect("a count of files fits");
    let progress = ui.progress(count);
    let threads = args.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let each = |loaded: &Loaded| {
        let finished = finish(args, loaded);
        progress.inc(1);
        finished
    };
    let finished = match pool {
        Ok(pool) => pool.install(|| scenarios.par_iter().map(each).collect()),
        // Where no thread can be had, this one is still there.
        Err(_) => scenarios.iter().map(each).collect(),
    };
    progress.finish_and_clear();
    finished
}

/// Plays one, compares or rewrites its golden journal, and writes its whole journal.
fn finish(args: &Args, loaded: &Loaded) -> Finished {
    let place = if args.seed.is_none() {
        golden::place(&loaded.path)
    } else {
        None
    };
    let kept = place.as_deref().and_then(golden::kept);
    let golden_wanted = kept.is_some() || (args.bless && place.is_some());
    let journal = if args.journal.is_some() || golden_wanted {
        KeepJournal::Yes
    } else {
        KeepJournal::No
    };

    let mut finished = Finished {
        played: play(
            &loaded.scenario,
            PlayOptions {
                seed: args.seed,
                journal,
            },
        ),
        notes: String::new(),
        written: Ok(()),
    };
    if let (Some(folder), Some(lines)) = (&args.journal, &finished.played.journal) {
        let text: String = lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect();
        finished.written = write_whole(&journal_file(folder, &loaded.path), &text);
    }
    match (args.bless, place, kept) {
        (true, Some(place), kept) => bless(&mut finished, &place, kept.as_deref()),
        (false, Some(place), Some(kept)) => compare(&mut finished.played, &place, &kept),
        (true, None, _) => {
            finished.notes = format!(
                "{}: nothing to bless, there is no folder `golden` beside it\n",
                finished.played.path
            );
        }
        (false, _, _) => {}
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
            seed,
            start: scenario.start,
            verdict: Verdict::Bug(message),
            full_digest: "".into(),
            decisions_digest: "".into(),
            figures: Figures::default(),
            passes: Vec::new(),
            events: Vec::new(),
            journal: None,
        }
    })
}

/// The file of a scenario's journal below a folder: the scenario's own path, made relative.
fn journal_file(folder: &Path, scenario: &Path) -> PathBuf {
    let parts = scenario.components().filter_map(|part| match part {
        std::path::Component::Normal(part) => Some(part),
        _ => None,
    });
    let mut name = folder.join(parts.collect::<PathBuf>()).into_os_string();
    name.push(".jsonl");
    name.into()
}

fn compare(played: &mut Played, place: &Path, kept: &str) {
    let Some(difference) = golden::difference(kept, &golden::golden(played)) else {
        return;
    };
    let broken = Broken {
        id: story::GOLDEN.into(),
        promise: "What it decides and changes is what its golden journal says".into(),
        at: played.start,
        file_line: None,
        expected: format!("{}; --bless rewrites it", place.display()).into(),
        actual: difference.into(),
        subjects: Vec::new(),
    };
    match &mut played.verdict {
        Verdict::Held => played.verdict = Verdict::Broken(vec![broken]),
        Verdict::Broken(all) => all.push(broken),
        // Such a run says nothing about what is decided.
        Verdict::NotDeterministic { .. } | Verdict::Bug(_) => {}
    }
}

fn bless(finished: &mut Finished, place: &Path, kept: Option<&str>) {
    let path = &finished.played.path;
    if !text::held(&finished.played) {
        finished.notes = format!("{path}: not blessed, because it did not hold\n");
        return;
    }
    let now = golden::golden(&finished.played);
    let Some(difference) = golden::difference(kept.unwrap_or_default(), &now) else {
        return;
    };
    finished.notes = format!("{path}: blessed\n{difference}\n");
    if let Err(error) = write_whole(place, &now) {
        finished.notes = format!("{path}: not blessed\n");
        finished.written = Err(error);
    }
}

fn print(args: &Args, all: &[Played], ui: &mut Ui) {
    match args.output {
        Output::Json => ui.data(&Report::of(all).to_json()),
        Output::Text => {
            if args.explain {
                for played in all {
                    ui.data(&explain::explain(played, ui.out));
                }
            }
            ui.data(&text::summary(all, ui.out));
        }
    }
}
