//! `snaplife man`: the manual, a page for the program and one for each command.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;

use super::exit::{self, Exit};
use super::files::{WriteError, write_whole};
use super::ui::Ui;
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
        help = "The command whose page is printed. Without it, it is the page of the program."
    )]
    command: Option<String>,

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
    let wanted = match &args.command {
        None => &program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command,
            None => {
                let known = program.get_subcommands().map(Command::get_name);
                let hint = suggest::help(name, known, "see `snaplife --help`");
                let error = NoSuchCommand(name.clone());
                ui.say(&exit::shown(&error, Some(&hint), ui.err));
                return Exit::Usage;
            }
        },
    };
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

fn write_all(program: &Command, folder: &Path) -> Result<(), WriteError> {
    for command in std::iter::once(program).chain(program.get_subcommands()) {
        let name = command.get_display_name().unwrap_or(command.get_name());
        write_whole(&folder.join(format!("{name}.1")), &page(command))?;
    }
    Ok(())
}

fn page(command: &Command) -> String {
    let mut text = Vec::new();
    let man = Man::new(command.clone());
    man.render(&mut text)
        .expect("nothing stands against writing to memory");
    String::from_utf8_lossy(&text).into_owned()
}
