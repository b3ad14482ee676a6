//! `snaplife world`: looks at the local world, and lets things happen in it.

use std::path::PathBuf;

use super::exit::{self, Exit};
use super::ui::Ui;
use crate::local::{LocalWorld, WorldFileError};
use crate::report;
use crate::simulated::simulated_runtime;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Looks at the local world, and lets things happen in it.",
    long_about = "Looks at the local world, and lets things happen in it.\n\n\
        The local world is a simulated account that a file keeps between commands. Its clock stands \
        still until a command's calls move it, or `snaplife world advance` does. Without a word more \
        this shows what the account holds."
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
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let runtime = simulated_runtime();
    let _inside = runtime.enter();
    let opened = LocalWorld::open(&args.world, || {
        ui.say("another command works in this world; waiting for it to end\n");
    });
    let world = match opened {
        Ok(world) => world,
        Err(error) => return refused(&error, ui),
    };
    let shown = report::world::text(&world.world().borrow(), world.now());
    ui.data(&shown);
    Exit::Ok
}

fn refused(error: &WorldFileError, ui: &Ui) -> Exit {
    ui.say(&exit::shown(error, error.hint(), ui.err));
    Exit::Usage
}
