//! `snaplife show`: all that is known of one snapshot.

use super::acting::Output;
use super::chosen;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::SnapshotId;
use crate::look::show::{Shown, show};
use crate::look::{LookError, json, subject, text};
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Shows all that the table and EC2 know of one snapshot, side by side.",
    long_about = "Shows all that the table and EC2 know of one snapshot, side by side.\n\n\
        Lines on which the two differ begin with `!`. Nothing is changed."
)]
pub struct Args {
    #[arg(value_name = "SNAPSHOT", help = "The snapshot's id.")]
    snapshot: String,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How it is printed."
    )]
    output: Output,

    #[command(flatten)]
    place: place::Args,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let id = match subject::snapshot(&args.snapshot) {
        Ok(id) => id,
        Err(error) => return chosen::refused(&error, ui),
    };
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = match shown(&id, &site) {
        Ok(shown) => {
            ui.data(&match args.output {
                Output::Text => text::show(&shown, ui.out),
                Output::Json => json::text(&json::ShowReport::of(&shown)),
            });
            Exit::Ok
        }
        Err(error) => chosen::refused(&error, ui),
    };
    place::close(site, ui, exit)
}

fn shown(id: &SnapshotId, site: &Site) -> Result<Shown, LookError> {
    site.run(async {
        let pass = site.look_pass(chosen::any(site)).await?;
        show(&pass, id).await
    })
}
