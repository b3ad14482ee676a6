//! Asking a person before something is changed.

use std::io::{self, BufRead, IsTerminal};

use super::exit::{self, Exit};
use super::ui::Ui;

/// The argument of every command that asks.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    #[arg(
        long,
        help = "Does it without asking. Without a terminal to ask on, this must be given."
    )]
    yes: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no terminal to ask on, so nothing was done")]
struct NobodyToAsk;

/// Asks, unless it was said beforehand.
///
/// # Errors
/// How the program ends when the answer is not yes; it was told.
pub fn ask(args: &Args, question: &str, ui: &Ui) -> Result<(), Exit> {
    if args.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let hint = "look at what is said above, and give --yes if that is what you want";
        ui.say(&exit::shown(&NobodyToAsk, Some(hint), ui.err));
        return Err(Exit::Usage);
    }
    ui.say(&format!("{question} [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    match (read, answer.trim()) {
        (Ok(_), "y" | "Y" | "yes") => Ok(()),
        _ => {
            ui.say("nothing was done\n");
            Err(Exit::Attention)
        }
    }
}
