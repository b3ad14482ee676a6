//! The command line: arguments, and which command they mean.
//!
//! - [`replay`]: plays scenarios; [`find`] collects their files, [`one`] plays one, [`golden`]
//!   keeps journals that must not change unseen, [`panics`] catches our own mistakes, [`files`]
//!   writes files;
//! - [`fuzz`]: makes stories from seeds and plays them; [`shrink`]: makes a failing one small;
//! - [`schema`]: prints JSON Schemas;
//! - [`ui`]: the only file that prints; [`exit`]: exit codes, and how an error is shown.
//!
//! What a program leaves in stdout is data; everything it says besides goes to stderr.

pub mod exit;
pub mod files;
pub mod find;
pub mod fuzz;
pub mod golden;
pub mod one;
pub mod panics;
pub mod replay;
pub mod schema;
pub mod shrink;
pub mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Exit;
use ui::Ui;

#[derive(Debug, Parser)]
#[command(
    name = "snaplife",
    version,
    about = "Takes, follows and deletes EBS snapshots by policy, and proves the policy in a \
        simulated AWS first.",
    long_about = "Takes, follows and deletes EBS snapshots by policy, and proves the policy in a \
        simulated AWS first.\n\n\
        A scenario is a file that says what an account holds, what goes wrong in it and what must \
        hold. The engine plays it in simulated time, so that a year takes seconds. This version \
        has no commands that act on a real account yet.",
    after_help = exit::table(),
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Replay(replay::Args),
    Fuzz(fuzz::Args),
    Shrink(shrink::Args),
    Schema(schema::Args),
}

/// Runs the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    panics::install();
    let ended = panics::caught(|| {
        let mut ui = Ui::of_process();
        let exit = match arguments.command {
            Command::Replay(args) => replay::run(&args, &mut ui),
            Command::Fuzz(args) => fuzz::run(&args, &mut ui),
            Command::Shrink(args) => shrink::run(&args, &mut ui),
            Command::Schema(args) => schema::run(&args, &mut ui),
        };
        ui.end(exit)
    });
    ended.unwrap_or(Exit::Bug).into()
}
