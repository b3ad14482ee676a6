//! `snaplife man`: the manual, a page for the program and one for each command.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;

use super::exit::{self, Exit};
use super::ui::Ui;
use crate::files::{WriteError, write_whole};
use crate::scenario::suggest;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints a page of the manual, or writes all pages to a folder.",
    long_about = "Prints a page of the manual, or writes all pages to a folder.\n\n\
        To read one: `snaplife man replay | man -l -`."
)]
pub struct Args {
    #[arg(
        value_name = "COMMAND",
        help = "The command whose page is printed, as `expire` or `world advance`. Without it, it \
            is the page of the program."
    )]
    command: Vec<String>,

    #[arg(
        long,
        value_name = "FOLDER",
        conflicts_with = "command",
        help = "Writes a page for the program and for each command to this folder instead."
    )]
    out: Option<PathBuf>,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let program = program();
    if let Some(folder) = &args.out {
        return match write_all(&program, folder) {
            Ok(()) => Exit::Ok,
            Err(error) => {
                ui.say(&exit::shown(&error, None, ui.err));
                Exit::Usage
            }
        };
    }
    let mut wanted = &program;
    for name in &args.command {
        let Some(below) = wanted.find_subcommand(name) else {
            let known = wanted.get_subcommands().map(Command::get_name);
            let hint = suggest::help(name, known, "see `snaplife --help`");
            let error = NoSuchCommand(name.clone());
            ui.say(&exit::shown(&error, Some(&hint), ui.err));
            return Exit::Usage;
        };
        wanted = below;
    }
    ui.data(&page(wanted));
    Exit::Ok
}

#[derive(Debug, thiserror::Error)]
#[error("there is no command `{0}`")]
struct NoSuchCommand(String);

/// The program with every command named in full, as pages are: `snaplife-replay`.
fn program() -> Command {
    let mut program = super::command();
    program.build();
    program
}

/// The page of a command and of every one below it.
fn write_all(program: &Command, folder: &Path) -> Result<(), WriteError> {
    let name = program.get_display_name().unwrap_or(program.get_name());
    write_whole(&folder.join(format!("{name}.1")), &page(program))?;
    program
        .get_subcommands()
        .try_for_each(|below| write_all(below, folder))
}

fn page(command: &Command) -> String {
    let mut text = Vec::new();
    let man = Man::new(command.clone());
    man.render(&mut text)
        .expect("nothing stands against writing to memory");
    String::from_utf8_lossy(&text).into_owned()
}
