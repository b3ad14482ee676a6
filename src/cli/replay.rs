//! `snaplife replay`: plays scenarios and says whether what they promise holds.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::builder::FalseyValueParser;
use rayon::prelude::*;

use super::JOBS_MAX;
use super::exit::{self, Exit};
use super::find::{self, FindError};
use super::one::{Finished, Golden, Loaded, Wanted, finish};
use super::recording;
use super::ui::Ui;
use crate::files::{read_bounded, write_whole};
use crate::player::{Check, KeepStory, Played, has_level};
use crate::report::json::Report;
use crate::report::{Look, explain, junit, text};
use crate::scenario::model::Level;
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
        default_value = SCENARIOS,
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

    #[arg(
        long,
        value_name = "FILE",
        help = "Writes the results to a file too, as JUnit XML."
    )]
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
        value_enum,
        default_value_t = Through::Model,
        value_name = "LEVEL",
        help = "What stands between the engine and the simulated AWS."
    )]
    through: Through,

    #[arg(
        long,
        value_name = "URL",
        env = "SNAPLIFE_DYNAMODB_URL",
        help = "Where DynamoDB Local answers, as http://127.0.0.1:8000. Each run makes a table of its \
            own there and drops it."
    )]
    dynamodb_url: Option<String>,

    #[arg(
        long,
        help = "Prints every pass with every decision and its reason. JSON always holds them."
    )]
    explain: bool,

    #[arg(
        long,
        conflicts_with_all = ["seed", "through"],
        help = "Rewrites golden journals and shows what changed. It is refused where CI is set, \
            and for a scenario in which something broke."
    )]
    bless: bool,

    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = clap::value_parser!(u16).range(1..=JOBS_MAX),
        help = "Plays this many scenarios at a time. Without it: one for each core."
    )]
    jobs: Option<u16>,

    #[arg(
        long,
        value_name = "FOLDER or FILE",
        help = "With a folder: writes the whole journal of each scenario to a file below it. With a \
            file that a command has written: plays its passes back instead of scenarios. The engine \
            gets the recorded answers at the recorded times, and its decisions are compared."
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

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Through {
    #[value(help = "Nothing: it is called directly, as fast as can be.")]
    Model,
    #[value(help = "The AWS SDK, over HTTP in this process, as it would talk to an account.")]
    Wire,
    #[value(help = "As `wire`, with the table in a DynamoDB Local that runs on this machine.")]
    DynamodbLocal,
}

impl Through {
    const fn level(self) -> Level {
        match self {
            Self::Model => Level::Model,
            Self::Wire => Level::Wire,
            Self::DynamodbLocal => Level::DynamodbLocal,
        }
    }
}

/// What is played when no path is named.
const SCENARIOS: &str = "scenarios";

/// Arguments that do not go together, or not here.
#[derive(Debug, thiserror::Error)]
enum Contradiction {
    #[error("golden journals are not rewritten where CI is set")]
    BlessInCi,
    #[error("there is no recording `{}`", .0.display())]
    NoRecording(PathBuf),
    #[error("a recording is played back alone, so `{0}` says nothing")]
    BesideARecording(&'static str),
    #[error("the report would be written over the scenario `{}`", .0.display())]
    ReportOverScenario(PathBuf),
}

impl Contradiction {
    const fn hint(&self) -> &'static str {
        match self {
            Self::BlessInCi => "run it on your own machine and commit what changed",
            Self::NoRecording(_) => {
                "name a file that a command has written; a folder for journals does not end in .jsonl"
            }
            Self::BesideARecording(_) => "leave it out",
            Self::ReportOverScenario(_) => "give --junit another file",
        }
    }
}

/// What is asked of a recording that is only there for scenarios.
fn beside_a_recording(args: &Args) -> Option<&'static str> {
    let asked = [
        (args.junit.is_some(), "--junit"),
        (args.output == Output::Json, "--output json"),
        (args.seed.is_some(), "--seed"),
        (args.bless, "--bless"),
        (args.paths != [PathBuf::from(SCENARIOS)], "PATH"),
    ];
    asked.into_iter().find_map(|(is, name)| is.then_some(name))
}

/// Whether two paths lead to the same file that is there.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    if let Some(recorded) = args.journal.as_ref().filter(|path| path.is_file()) {
        return match beside_a_recording(args) {
            Some(name) => contradicts(ui, &Contradiction::BesideARecording(name)),
            None => recording::run(recorded, ui),
        };
    }
    let is_file_name = |path: &&PathBuf| path.extension().is_some_and(|it| it == "jsonl");
    if let Some(missing) = args.journal.as_ref().filter(is_file_name) {
        return contradicts(ui, &Contradiction::NoRecording(missing.clone()));
    }
    if args.bless && args.ci {
        return contradicts(ui, &Contradiction::BlessInCi);
    }
    let level = args.through.level();
    // The program plays with one address until it ends.
    let table_url = args.dynamodb_url.clone().map(|url| &*url.leak());
    if let Err(missing) = has_level(level, table_url) {
        return usage(ui, &missing, missing.hint());
    }
    let scenarios = match load_all(&args.paths, ui.err) {
        Ok(scenarios) => meant_for(level, scenarios, ui),
        Err(told) => {
            ui.say(&told);
            return Exit::Usage;
        }
    };
    if let Some(report) = &args.junit
        && scenarios
            .iter()
            .any(|loaded| is_same_file(report, &loaded.path))
    {
        return contradicts(ui, &Contradiction::ReportOverScenario(report.clone()));
    }
    let mut all = Vec::new();
    let mut written = Ok(());
    for finished in play_all(args, table_url, &scenarios, ui) {
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

fn contradicts(ui: &Ui, what: &Contradiction) -> Exit {
    usage(ui, what, Some(what.hint()))
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
    let count = files.len();
    let mut scenarios = Vec::new();
    let mut told = String::new();
    for path in files {
        match load(&path, look) {
            Ok(scenario) => scenarios.push(Loaded { path, scenario }),
            Err(mistakes) => told.push_str(&mistakes),
        }
    }
    if told.is_empty() {
        return Ok(scenarios);
    }
    let wrong = count - scenarios.len();
    Err(format!(
        "{told}{wrong} of {count} files can't be played, so nothing was.\n"
    ))
}

/// The scenarios that are meant for a level; why the others are not is told.
fn meant_for(level: Level, scenarios: Vec<Loaded>, ui: &Ui) -> Vec<Loaded> {
    let (meant, others): (Vec<_>, Vec<_>) = scenarios
        .into_iter()
        .partition(|loaded| loaded.scenario.is_for(level));
    for Loaded { scenario, .. } in &others {
        let because = scenario.levels.as_ref().map_or("", |limit| &limit.because);
        let (path, level) = (&scenario.path, level.name());
        ui.say(&format!("{path}: not played at {level}: {because}\n"));
    }
    meant
}

fn load(path: &Path, look: Look) -> Result<Scenario, String> {
    let bytes = read_bounded(path).map_err(|source| {
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
fn play_all(
    args: &Args,
    table_url: Option<&'static str>,
    scenarios: &[Loaded],
    ui: &Ui,
) -> Vec<Finished> {
    let count = u64::try_from(scenarios.len()).expect("a count of files fits");
    let progress = ui.progress(count);
    let threads = args.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let wanted = Wanted {
        seed: args.seed,
        level: args.through.level(),
        // Several scenarios keep all threads busy.
        check: if scenarios.len() == 1 && threads != 1 {
            Check::TwiceSideBySide
        } else {
            Check::Twice
        },
        table_url,
        story: match (args.output, args.explain) {
            (Output::Text, false) => KeepStory::Tail,
            (Output::Json, _) | (Output::Text, true) => KeepStory::Whole,
        },
        journal_below: args.journal.as_deref(),
        golden: match (args.bless, args.seed, args.through) {
            (true, ..) => Golden::Bless,
            (false, None, Through::Model | Through::Wire) => Golden::Compare,
            // The journal is that of `model` only as far as decisions go.
            (false, Some(_), _) | (false, None, Through::DynamodbLocal) => Golden::LeaveAlone,
        },
    };
    let each = |loaded: &Loaded| {
        let finished = finish(loaded, &wanted);
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
