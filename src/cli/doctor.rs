//! `snaplife doctor`: whether an installation can work.

use std::rc::Rc;

use super::acting::Output;
use super::chosen;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::look::doctor::{Check, Level, Patient, examine, gravest};
use crate::look::{json, text};
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Looks whether everything that snaplife needs is there, and says what to do about \
        the rest.",
    long_about = "Looks whether everything that snaplife needs is there, and says what to do about \
        the rest.\n\n\
        It looks at credentials, table, indexes, permissions, snapshots that no policy serves, \
        topics and clocks, and changes nothing: what would change something is tried by EC2's \
        DryRun. Each line is `ok`, `warning`, `broken`, or `skipped` where it can't be found out. \
        When something is broken, it ends with code 4."
)]
pub struct Args {
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
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let checks = examined(&site);
    ui.data(&match args.output {
        Output::Text => text::doctor(&checks, ui.out),
        Output::Json => json::text(&json::DoctorReport::of(&checks)),
    });
    let exit = match gravest(&checks) {
        Level::Ok | Level::Skipped | Level::Warning => Exit::Ok,
        Level::Broken => Exit::Attention,
    };
    place::close(site, ui, exit)
}

fn examined(site: &Site) -> Vec<Check> {
    let config = site.config();
    let table = site.identity().table;
    let policies: Vec<_> = config.policies.iter().cloned().map(Rc::new).collect();
    site.run(async {
        let caller = site.look_calls(chosen::any(site));
        examine(&Patient {
            caller: &caller,
            policies: &policies,
            account: config.account.as_ref(),
            region: config.region.as_ref(),
            table: &table,
            tried_on: site.dry_runs(),
        })
        .await
    })
}
