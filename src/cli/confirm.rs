//! Asking a person before something is changed by hand.

use super::exit::{self, Exit};
use super::ui::{Answer, Ui};

/// The argument of every deed by hand.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    #[arg(
        long,
        help = "Does it without asking. Without a terminal to ask at, it is refused unless this is \
            given."
    )]
    pub(super) yes: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no terminal to ask at, so nothing was done")]
struct NobodyToAsk;

/// Refuses a deed that would have to ask and can't, before anything is begun.
///
/// # Errors
/// How the program ends; it was told.
pub fn can_ask(args: Args, ui: &Ui) -> Result<(), Exit> {
    possible(args.yes, "give --yes to do it without a question", ui)
}

/// As [`can_ask`], with what to do instead.
///
/// # Errors
/// How the program ends; it was told.
pub(super) fn possible(yes: bool, hint: &str, ui: &Ui) -> Result<(), Exit> {
    if yes || ui.can_ask() {
        return Ok(());
    }
    ui.say(&exit::shown(&NobodyToAsk, Some(hint), ui.err));
    Err(Exit::Usage)
}

/// Asks, unless it was said beforehand.
///
/// # Errors
/// How the program ends when the answer is not yes; it was told.
pub fn ask(args: Args, question: &str, ui: &Ui) -> Result<(), Exit> {
    if args.yes || ui.ask(question) == Answer::Yes {
        return Ok(());
    }
    ui.say("nothing was changed\n");
    Err(Exit::Attention)
}
