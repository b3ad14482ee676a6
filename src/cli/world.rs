//! `snaplife world`: looks at the local world, and lets things happen in it.

use std::path::{Path, PathBuf};

use super::confirm;
use super::elapse;
use super::exit::{self, Exit};
use super::place;
use super::ui::Ui;
use crate::domain::{Span, duration};
use crate::files::read_bounded;
use crate::local::{LocalWorld, WorldFileError, demo};
use crate::report;
use crate::scenario::{self, Mistakes, Scenario};
use crate::simulated::simulated_runtime;
use crate::site::{Opening, Where};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Looks at the local world, and lets things happen in it.",
    long_about = "Looks at the local world, and lets things happen in it.\n\n\
        The local world is a simulated account that a file keeps between commands. Its clock stands \
        still until a command's calls move it, or `snaplife world advance` does. Without a subcommand it \
        shows what the account holds.",
    args_conflicts_with_subcommands = false
)]
pub struct Args {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        default_value = ".snaplife/world.json",
        help = "The file that keeps the world. Without the file it starts as a small fleet to try \
            things on."
    )]
    world: PathBuf,

    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, clap::Subcommand)]
enum Deed {
    #[command(about = "Shows what the account holds; the default.")]
    Show,
    #[command(
        about = "Moves the clock, and lets happen what is due: copies end, expired rows go.",
        long_about = "Moves the clock, and lets happen what is due: copies end, expired rows go.\n\n\
            Without --run no pass is run on the way; run `snaplife sync` and the others when you like. \
            With it, Ctrl-C ends the way after the call in flight, and the world keeps what was reached."
    )]
    Advance {
        #[arg(
            long,
            help = "Runs the passes that the schedules of the policies want on the way."
        )]
        run: bool,

        #[arg(
            long,
            value_name = "FILE",
            requires = "run",
            help = "The configuration with the policies; without it `snaplife.yaml`."
        )]
        config: Option<PathBuf>,

        #[arg(
            long,
            value_name = "FILE",
            default_value = ".snaplife/journal.jsonl",
            help = "The journal that the passes append to."
        )]
        journal: PathBuf,

        #[arg(
            value_name = "DURATION",
            required = true,
            help = "How far, as 3d, 36h or 1d 12h."
        )]
        by: Vec<String>,
    },
    #[command(about = "Injects a fault, in the words of a scenario's step.")]
    Fault {
        #[arg(
            value_name = "FAULT",
            help = "As '{ lose_answer: { call: ec2:CreateSnapshots, times: 1 } }'; \
                scenarios/README.md has all of them."
        )]
        fault: String,
    },
    #[command(about = "Lets someone else act, in the words of a scenario's step.")]
    Outsider {
        #[arg(
            value_name = "ACT",
            help = "As '{ delete_snapshot: newest of vol-db-data }'; scenarios/README.md has all of \
                them."
        )]
        act: String,
    },
    #[command(about = "Starts the world anew, as the demo fleet or as a scenario's world.")]
    Reset {
        #[arg(
            long,
            value_name = "SCENARIO",
            help = "A scenario file whose world it starts as; its story is not played."
        )]
        from: Option<PathBuf>,

        #[arg(long, help = "Does not ask.")]
        yes: bool,
    },
}

/// What went wrong.
enum Wrong {
    World(WorldFileError),
    /// Told already, or a question that nobody answered with yes.
    Told(Exit),
}

impl From<WorldFileError> for Wrong {
    fn from(error: WorldFileError) -> Self {
        Self::World(error)
    }
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    match done(args, ui) {
        Ok(()) => Exit::Ok,
        Err(Wrong::Told(exit)) => exit,
        Err(Wrong::World(error)) => {
            ui.say(&exit::shown(&error, error.hint(), ui.err));
            Exit::Usage
        }
    }
}

fn done(args: &Args, ui: &mut Ui) -> Result<(), Wrong> {
    if let Some(Deed::Advance {
        run: true,
        config,
        journal,
        by,
    }) = &args.deed
    {
        let opening = Opening {
            place: Where::World(args.world.clone()),
            config: config.clone(),
            journal: journal.clone(),
        };
        return passes(&opening, span(by, ui)?, ui);
    }
    let runtime = simulated_runtime();
    let _inside = runtime.enter();
    let path = args.world.as_path();
    let waiting = || ui.say(place::WAITING);
    let deed = args.deed.as_ref().unwrap_or(&Deed::Show);
    if let Deed::Reset { from, yes } = deed {
        let scenario = started_from(from.as_deref(), ui)?;
        if path.exists() {
            let asking = confirm::Args { yes: *yes };
            confirm::can_ask(asking, ui).map_err(Wrong::Told)?;
            let question = format!("forget everything in {}?", path.display());
            confirm::ask(asking, &question, ui).map_err(Wrong::Told)?;
        }
        let world = LocalWorld::start_anew(path, &scenario, waiting)?;
        world.save()?;
        ui.say(&format!(
            "{} starts anew, at {}\n",
            path.display(),
            world.now()
        ));
        return Ok(());
    }
    let world = LocalWorld::open(path, waiting)?;
    match deed {
        Deed::Show => {
            let shown = report::world::text(&world.world().borrow(), world.now());
            ui.data(&shown);
            return Ok(());
        }
        Deed::Advance { by, .. } => {
            let span = span(by, ui)?;
            world.may_advance(span)?;
            runtime.block_on(world.advance(span));
            ui.say(&format!("the clock shows {}\n", world.now()));
        }
        Deed::Fault { fault } => {
            let read = scenario::load_fault(fault, &world.known(), world.now());
            let fault = read.map_err(|mistakes| shown(&mistakes, fault, ui))?;
            let told = world.inject(&fault);
            ui.say(&format!("from now on {told}\n"));
        }
        Deed::Outsider { act } => {
            let read = scenario::load_outsider(act, &world.known(), world.now());
            let act = read.map_err(|mistakes| shown(&mistakes, act, ui))?;
            let told = world.act(&act);
            ui.say(&format!("{told}\n"));
        }
        Deed::Reset { .. } => {}
    }
    world.save()?;
    Ok(())
}

fn span(by: &[String], ui: &Ui) -> Result<Span, Wrong> {
    duration::parse_positive(&by.join(" ")).map_err(|mistake| {
        ui.say(&format!(
            "error: {}\n  hint: {}\n",
            mistake.message, mistake.help
        ));
        Wrong::Told(Exit::Usage)
    })
}

/// Lets time pass with the passes that are due on the way.
fn passes(opening: &Opening, span: Span, ui: &mut Ui) -> Result<(), Wrong> {
    let ended = elapse::elapse(opening, span, ui);
    match ended {
        Ok(Exit::Ok) => Ok(()),
        Ok(exit) => Err(Wrong::Told(exit)),
        Err(error) => Err(Wrong::Told(place::refused(&error, ui))),
    }
}

fn started_from(from: Option<&Path>, ui: &Ui) -> Result<Scenario, Wrong> {
    let Some(path) = from else {
        return Ok(demo::demo());
    };
    let bytes = read_bounded(path).map_err(|error| {
        ui.say(&format!(
            "error: could not read `{}`\n  caused by: {error}\n",
            path.display()
        ));
        Wrong::Told(Exit::Usage)
    })?;
    scenario::load(&path.to_string_lossy(), &bytes).map_err(|mistakes| {
        ui.say(&(mistakes.render(&bytes, ui.err.colour) + "\n"));
        Wrong::Told(Exit::Usage)
    })
}

fn shown(mistakes: &Mistakes, text: &str, ui: &Ui) -> Wrong {
    ui.say(&(mistakes.render(text.as_bytes(), ui.err.colour) + "\n"));
    Wrong::Told(Exit::Usage)
}
