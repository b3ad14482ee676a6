//! Where a command acts: its arguments, and opening and closing what they name.

use std::path::PathBuf;

use super::exit::{self, Exit};
use super::ui::Ui;
use crate::site::{Opening, PlaceError, Site, SiteError, Where};

/// The arguments that every command has which acts somewhere.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Where")]
#[group(skip)]
pub struct Args {
    #[arg(
        long,
        help = "Acts in the AWS account of the credentials. Without it nothing leaves this machine: \
            the command acts in the local world."
    )]
    live: bool,

    #[arg(
        long,
        value_name = "FILE",
        default_value = ".snaplife/world.json",
        conflicts_with = "live",
        help = "The local world: a simulated account that this file keeps between commands. Without \
            the file it starts as a small fleet to try things on."
    )]
    world: PathBuf,

    #[arg(
        long,
        value_name = "FILE",
        help = "The configuration with the policies. Without it: `snaplife.yaml` where there is \
            one, else a policy that selects instances with the tag snapshot=snapshot and takes \
            lifetimes from their tags."
    )]
    config: Option<PathBuf>,

    #[arg(
        long,
        value_name = "FILE",
        default_value = ".snaplife/journal.jsonl",
        help = "The journal that the command appends to: one JSON line for each call and each \
            decision."
    )]
    journal: PathBuf,
}

impl Args {
    /// What is to be opened.
    #[must_use]
    pub fn opening(&self) -> Opening {
        Opening {
            place: if self.live {
                Where::Live
            } else {
                Where::World(self.world.clone())
            },
            config: self.config.clone(),
            journal: self.journal.clone(),
        }
    }
}

/// What is said while another command has the world.
pub(super) const WAITING: &str = "another command works in this world; waiting for it to end\n";

/// Opens the site and says where it is, before anything else is done.
///
/// # Errors
/// How the program ends; what is wrong was told.
pub fn open(args: &Args, ui: &mut Ui) -> Result<Site, Exit> {
    if args.live {
        ui.aim_at_account();
    }
    match open_quietly(&args.opening(), ui) {
        Ok(site) => {
            ui.say(&format!("{}\n", site.told()));
            Ok(site)
        }
        Err(error) => Err(refused(&error, ui)),
    }
}

/// Opens a site; only that another command is at work is told.
///
/// # Errors
/// What is wrong with place, configuration or journal.
pub(super) fn open_quietly(opening: &Opening, ui: &Ui) -> Result<Site, SiteError> {
    let waiting = || ui.say(WAITING);
    let site = Site::open(opening, ui.err.colour, waiting)?;
    if site.journal_path() != opening.journal {
        ui.say(&format!(
            "another command writes {}; the journal of this one is {}\n",
            opening.journal.display(),
            site.journal_path().display()
        ));
    }
    Ok(site)
}

/// Closes the site; a failure to keep what happened is never less than an error of usage.
#[must_use]
pub fn close(site: Site, ui: &Ui, exit: Exit) -> Exit {
    match site.close() {
        Ok(()) => exit,
        Err(error) => exit.max(refused(&error, ui)),
    }
}

/// Tells an error of a site, and how the program ends with it.
pub fn refused(error: &SiteError, ui: &Ui) -> Exit {
    match error {
        SiteError::Configuration { shown } => {
            ui.say(&format!(
                "{shown}\n{}",
                exit::shown(error, error.hint(), ui.err)
            ));
        }
        _ => ui.say(&exit::shown(error, error.hint(), ui.err)),
    }
    match error {
        SiteError::Pinned { .. } | SiteError::Place(PlaceError::Aws { .. }) => Exit::Aws,
        SiteError::NoLive
        | SiteError::Unreadable { .. }
        | SiteError::Misnamed
        | SiteError::Configuration { .. }
        | SiteError::Journal { .. }
        | SiteError::Runtime(_)
        | SiteError::Place(PlaceError::World(_)) => Exit::Usage,
    }
}
