//! `snaplife exhaust`: everything that can befall a small world.
//!
//! - `arguments`: what is asked; `search`: the cases on many threads; `told`: the report.

mod arguments;
mod search;
mod told;

pub use arguments::Args;

use std::path::Path;

use super::exit::{self, Exit};
use super::find::FindError;
use super::fuzz::{Output, interrupts};
use super::ui::Ui;
use crate::exhaust;
use crate::files::read_bounded;
use crate::scenario::{self, Scenario};
use search::Search;

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let world = match &args.world {
        Some(path) => match read(path, ui) {
            Ok(world) => world,
            Err(exit) => return exit,
        },
        None => exhaust::standard(),
    };
    let world = match exhaust::usable(world) {
        Ok(world) => world,
        Err(error) => {
            ui.say(&exit::shown(&error, Some(error.hint()), ui.err));
            return Exit::Usage;
        }
    };
    let search = Search::of(args, world, interrupts());
    ui.say(&told::first(&search));
    let totals = match search.run(&|line| ui.say(line), ui.err) {
        Ok(totals) => totals,
        Err(exit) => return exit,
    };
    if let Some(all) = totals.cases_all.filter(|all| (1..=args.from).contains(all)) {
        ui.say(&format!(
            "error: there is no case {}: the cases are numbered from 0 to {}\n",
            args.from,
            all - 1
        ));
        return Exit::Usage;
    }
    ui.data(&match args.shared.output {
        Output::Text => told::text(&search, &totals),
        Output::Json => told::json(&search, &totals),
    });
    ui.say(&told::last(&search, &totals));
    totals.exit()
}

fn read(path: &Path, ui: &Ui) -> Result<Scenario, Exit> {
    let bytes = read_bounded(path).map_err(|source| {
        let path = path.to_owned();
        let error = FindError::Unreadable { path, source };
        let hint = "name a scenario file that can be read";
        ui.say(&exit::shown(&error, Some(hint), ui.err));
        Exit::Usage
    })?;
    scenario::load(&path.to_string_lossy(), &bytes).map_err(|mistakes| {
        ui.say(&(mistakes.render(&bytes, ui.err.colour) + "\n"));
        Exit::Usage
    })
}
