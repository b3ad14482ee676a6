//! `snaplife shrink`: the smallest story found that breaks as a given one does.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use super::exit::{self, Exit};
use super::find::FindError;
use super::fuzz::regression::{self, Unkept};
use super::fuzz::{REGRESSIONS, folder, interrupts, is_set};
use super::ui::Ui;
use crate::domain::duration;
use crate::files::read_bounded;
use crate::scenario;

/// The arguments; their help texts are sentences for whoever calls.
#[derive(Debug, clap::Args)]
#[command(
    about = "Finds the smallest story that breaks as a given one does, and writes it to a file.",
    long_about = "Finds the smallest story that breaks as a given one does, and writes it to a \
        file.\n\n\
        It leaves out steps, faults, machines and policies, shortens the run, rounds times and \
        lowers counts, as long as the same promise breaks first. The path of the file is printed."
)]
pub struct Args {
    #[arg(
        value_name = "FILE",
        help = "A scenario file in which something breaks."
    )]
    file: PathBuf,

    #[arg(
        long,
        value_name = "FOLDER",
        default_value = REGRESSIONS,
        value_parser = folder(),
        help = "Where the small story is written to."
    )]
    regressions: PathBuf,

    #[arg(
        long,
        value_name = "DURATION",
        value_parser = budget,
        default_value = "5s",
        help = "How long it may take; the best one found until then is written."
    )]
    budget: Duration,
}

fn budget(text: &str) -> Result<Duration, String> {
    let span = duration::parse_positive(text).map_err(|mistake| mistake.to_string())?;
    let ms = u64::try_from(span.as_ms()).map_err(|_| "it must be longer than nothing")?;
    Ok(Duration::from_millis(ms))
}

/// A file in which nothing breaks.
#[derive(Debug, thiserror::Error)]
#[error("nothing breaks in `{}`, so there is nothing to shrink", path.display())]
struct NothingBreaks {
    path: PathBuf,
}

/// A story too large to be written as one file.
#[derive(Debug, thiserror::Error)]
#[error("`{}` can't be written out and read back in one file", path.display())]
struct TooLarge {
    path: PathBuf,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let usage = |ui: &Ui, error: &dyn Error, hint: Option<&str>| {
        ui.say(&exit::shown(error, hint, ui.err));
        Exit::Usage
    };
    let bytes = match read_bounded(&args.file) {
        Ok(bytes) => bytes,
        Err(source) => {
            let path = args.file.clone();
            let error = FindError::Unreadable { path, source };
            return usage(ui, &error, Some("name a scenario file that can be read"));
        }
    };
    let name = args.file.to_string_lossy();
    let story = match scenario::load(&name, &bytes) {
        Ok(story) => story,
        Err(mistakes) => {
            ui.say(&(mistakes.render(&bytes, ui.err.colour) + "\n"));
            return Exit::Usage;
        }
    };
    let path = args.file.clone();
    let Some(cause) = regression::cause_of(&story) else {
        let hint =
            "`snaplife replay` says what breaks; a golden journal that differs is not shrunk";
        return usage(ui, &NothingBreaks { path }, Some(hint));
    };
    let interrupted = interrupts();
    let Some(shrunk) = regression::small(&story, &cause, args.budget, &interrupted) else {
        return usage(ui, &TooLarge { path }, Some("make its fleet smaller"));
    };
    let origin = format!(
        "Shrunk from {} steps to {} out of {}.",
        story.story.len(),
        shrunk.scenario.story.len(),
        args.file.file_name().unwrap_or_default().to_string_lossy()
    );
    ui.say(&format!(
        "{cause} breaks; {} stories tried, {} steps to {}{}\n",
        shrunk.tries,
        story.story.len(),
        shrunk.scenario.story.len(),
        match (is_set(&interrupted), shrunk.cut_short) {
            (true, _) => "; ended before it was done",
            (false, true) => "; there was no time for more",
            (false, false) => "",
        }
    ));
    match regression::keep(&args.regressions, &shrunk.scenario, &cause, &origin) {
        Ok(path) => {
            ui.data(&format!("{}\n", path.display()));
            if is_set(&interrupted) {
                Exit::Attention
            } else {
                Exit::Ok
            }
        }
        Err(Unkept { error, text }) => {
            ui.data(&text);
            usage(ui, &error, None)
        }
    }
}
