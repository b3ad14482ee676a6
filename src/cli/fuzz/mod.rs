//! `snaplife fuzz`: plays stories that nobody wrote, and makes small what breaks.
//!
//! - `arguments`: what is asked, and words that are wrong; `campaign`: many seeds on many threads;
//!   `failure`: what broke; `shared`: what `exhaust` is asked, too; `told`: the report; `stopwatch`: the machine's own time, which no story ever sees;
//! - [`regression`]: a failing story becomes a small file.

mod arguments;
mod campaign;
mod failure;
pub mod regression;
mod shared;
pub mod stopwatch;
mod told;

pub use arguments::Args;
pub(super) use failure::{Failure, told_of};
pub(super) use shared::{Output, Partition, REGRESSIONS, Shared, folder, folder_option};
pub(super) use told::hex;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::exit::Exit;
use super::ui::Ui;
use campaign::Campaign;

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let interrupted = interrupts();
    let campaign = Campaign::of(args, interrupted);
    ui.say(&told::first(&campaign));
    let totals = campaign.run(&|line| ui.say(line));
    ui.data(&match args.shared.output {
        Output::Text => told::text(&campaign, &totals),
        Output::Json => told::json(&campaign, &totals),
    });
    ui.say(&told::last(&campaign, &totals));
    totals.exit(&campaign)
}

/// Becomes true at Ctrl-C or when the machine asks us to end; a second Ctrl-C ends at once.
pub(super) fn interrupts() -> Arc<AtomicBool> {
    /// What shells say of a program that Ctrl-C ended.
    const INTERRUPTED: i32 = 130;
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Without a handler the signal ends the program as it always would.
        let at_once = signal_hook::flag::register_conditional_shutdown(
            signal,
            INTERRUPTED,
            Arc::clone(&flag),
        );
        let _ = at_once.and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)));
    }
    flag
}

/// Whether somebody wants it to end.
pub(super) fn is_set(flag: &AtomicBool) -> bool {
    flag.load(Ordering::Relaxed)
}
