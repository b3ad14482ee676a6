//! The command line: arguments, and which command they mean.
//!
//! - [`replay`]: plays scenarios; [`find`] collects their files, [`one`] plays one, [`golden`]
//!   keeps journals that must not change unseen, [`panics`] catches our own mistakes; [`recording`] plays the passes of a journal back;
//! - [`fuzz`]: makes stories from seeds and plays them; [`exhaust`]: plays all that can befall the calls of a small world; [`shrink`]: makes
//!   a failing story small;
//! - [`jobs`]: one pass of a job, by way of [`acting`]: plan, show, ask, carry out; [`overtaken`]: slots that were over before that;
//!   `waits`: why a pass is silent for minutes;
//! - [`init`]: the first start, and taking over a table of the old scripts;
//! - [`plan`]: a plan, and that very plan carried out;
//! - [`place`]: where a command acts, for all commands that act somewhere; [`world`]: the local one;
//!   `elapse`: how time passes in it;
//! - [`list`], [`show`], [`explain`], [`doctor`]: look, and change nothing; [`approve`], [`adopt`],
//!   [`hold`]: what only a person may do; `chosen`: the policies they are about, [`confirm`]: the
//!   question before it;
//! - [`schema`]: prints JSON Schemas; [`iam`]: the permissions that are needed; [`completions`],
//!   [`man`]: for shells and readers;
//! - [`ui`]: the only file that prints; [`exit`]: exit codes, and how an error is shown.
//!
//! What a program leaves in stdout is data; everything it says besides goes to stderr.

pub mod acting;
pub mod adopt;
pub mod approve;
mod chosen;
pub mod completions;
pub mod confirm;
pub mod doctor;
mod elapse;
pub mod exhaust;
pub mod exit;
pub mod explain;
pub mod find;
pub mod fuzz;
pub mod golden;
pub mod hold;
pub mod iam;
pub mod init;
pub mod jobs;
pub mod list;
pub mod man;
pub mod one;
pub mod overtaken;
pub mod panics;
pub mod place;
pub mod plan;
pub mod recording;
pub mod replay;
pub mod schema;
pub mod show;
pub mod shrink;
pub mod ui;
mod waits;
pub mod world;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use exit::Exit;
use ui::Ui;

/// The most that may be played at a time: more threads than any machine has cores.
const JOBS_MAX: i64 = 1_024;

#[derive(Debug, Parser)]
#[command(
    name = "snaplife",
    version,
    about = "Takes, follows and deletes EBS snapshots by policy, and proves the policy in a \
        simulated AWS first.",
    long_about = "Takes, follows and deletes EBS snapshots by policy, and proves the policy in a \
        simulated AWS first.\n\n\
        A scenario is a file that says what an account holds, what goes wrong in it and what must \
        hold. The engine plays it in simulated time, so that a year takes seconds. The commands that \
        take and delete act in a local world, a simulated account that a file keeps, unless --live is \
        given.",
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
    Init(init::Args),
    Plan(plan::PlanArgs),
    Apply(plan::ApplyArgs),
    Create(jobs::CreateArgs),
    Sync(jobs::SyncArgs),
    Expire(jobs::ExpireArgs),
    Replay(replay::Args),
    List(list::Args),
    Show(show::Args),
    Explain(explain::Args),
    Hold(hold::HoldArgs),
    Release(hold::ReleaseArgs),
    Adopt(adopt::Args),
    Approve(approve::Args),
    Doctor(doctor::Args),
    Iam(iam::Args),
    Fuzz(fuzz::Args),
    Exhaust(exhaust::Args),
    Shrink(shrink::Args),
    Schema(schema::Args),
    World(world::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The command line as data: every command with its arguments and their help.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the program with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    panics::install();
    let ended = panics::caught(|| {
        let mut ui = Ui::of_process();
        let exit = match arguments.command {
            Command::Init(args) => init::run(&args, &mut ui),
            Command::Plan(args) => plan::plan(&args, &mut ui),
            Command::Apply(args) => plan::apply(&args, &mut ui),
            Command::Create(args) => jobs::create(&args, &mut ui),
            Command::Sync(args) => jobs::sync(&args, &mut ui),
            Command::Expire(args) => jobs::expire(&args, &mut ui),
            Command::Replay(args) => replay::run(&args, &mut ui),
            Command::List(args) => list::run(&args, &mut ui),
            Command::Show(args) => show::run(&args, &mut ui),
            Command::Explain(args) => explain::run(&args, &mut ui),
            Command::Hold(args) => hold::hold(&args, &mut ui),
            Command::Release(args) => hold::release(&args, &mut ui),
            Command::Adopt(args) => adopt::run(&args, &mut ui),
            Command::Approve(args) => approve::run(&args, &mut ui),
            Command::Doctor(args) => doctor::run(&args, &mut ui),
            Command::Iam(args) => iam::run(&args, &mut ui),
            Command::Fuzz(args) => fuzz::run(&args, &mut ui),
            Command::Exhaust(args) => exhaust::run(&args, &mut ui),
            Command::Shrink(args) => shrink::run(&args, &mut ui),
            Command::Schema(args) => schema::run(&args, &mut ui),
            Command::Completions(args) => completions::run(&args, &mut ui),
            Command::Man(args) => man::run(&args, &mut ui),
            Command::World(args) => world::run(&args, &mut ui),
        };
        ui.end(exit)
    });
    ended.unwrap_or(Exit::Bug).into()
}
