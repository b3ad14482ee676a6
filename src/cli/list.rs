//! `snaplife list`: the snapshots of policies, as the table and EC2 know them.

use clap::ValueEnum;

use super::acting::Output;
use super::chosen;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::{RowState, VolumeId};
use crate::look::list::{Listed, Wanted, of_policy};
use crate::look::{LookError, json, subject, text};
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Lists snapshots with state, age, lifetime, and what stands against their delete.",
    long_about = "Lists snapshots with state, age, lifetime, and what stands against their delete.\
        \n\n\
        The table and EC2 are asked, and nothing is changed. A snapshot goes no earlier than its \
        promised lifetime ends; `snaplife explain` says whether it goes then. Deleted ones are \
        listed only when they are asked for. Lost and deleted ones of a volume that is not selected \
        any more, and has nothing else, are listed by --volume only."
)]
pub struct Args {
    #[arg(
        long,
        value_name = "NAME",
        help = "Lists the snapshots of this policy. Without it, of every policy."
    )]
    policy: Option<String>,

    #[arg(
        long,
        value_name = "VOLUME",
        help = "Lists the snapshots of this volume."
    )]
    volume: Option<String>,

    #[arg(
        long = "state",
        value_name = "STATE",
        value_enum,
        help = "Lists snapshots whose row is in this state. May be given several times."
    )]
    states: Vec<State>,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How the list is printed."
    )]
    output: Output,

    #[command(flatten)]
    place: place::Args,
}

/// The states of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum State {
    #[value(help = "Its blocks are being copied.")]
    Pending,
    #[value(help = "It can be restored.")]
    Completed,
    #[value(help = "It failed.")]
    Error,
    #[value(help = "Its delete has begun.")]
    Expiring,
    #[value(help = "Snaplife deleted it, and its row is kept for a while.")]
    Deleted,
    #[value(help = "EC2 does not show it any more, and snaplife did not delete it.")]
    Lost,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let volume = match args.volume.as_deref().map(subject::volume).transpose() {
        Ok(volume) => volume,
        Err(error) => return chosen::refused(&error, ui),
    };
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = match listed(args, volume, &site) {
        Ok(listed) => {
            let now = site.now();
            let data = match args.output {
                Output::Text => text::list(&listed, now, ui.out),
                Output::Json => json::text(&json::ListReport::of(&listed, now)),
            };
            ui.data(&data);
            Exit::Ok
        }
        Err(error) => chosen::refused(&error, ui),
    };
    place::close(site, ui, exit)
}

fn listed(args: &Args, volume: Option<VolumeId>, site: &Site) -> Result<Vec<Listed>, LookError> {
    let wanted = Wanted {
        volume,
        states: args.states.iter().map(|state| state.row()).collect(),
    };
    let policies = chosen::policies(site, args.policy.as_deref())?;
    site.run(async {
        let mut all = Vec::new();
        for policy in policies {
            let pass = site.look_pass(policy).await?;
            all.extend(of_policy(&pass, &wanted).await?);
        }
        Ok(all)
    })
}

impl State {
    const fn row(self) -> RowState {
        match self {
            Self::Pending => RowState::Pending,
            Self::Completed => RowState::Completed,
            Self::Error => RowState::Error,
            Self::Expiring => RowState::Expiring,
            Self::Deleted => RowState::Deleted,
            Self::Lost => RowState::Lost,
        }
    }
}
