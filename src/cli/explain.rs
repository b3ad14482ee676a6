//! `snaplife explain`: when a snapshot may go, and what keeps it until then.

use super::acting::Output;
use super::chosen;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::SnapshotId;
use crate::look::explain::{Explanation, explain};
use crate::look::{LookError, json, subject, text};
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Explains when a snapshot may go, what keeps it, and what the next pass does with it.",
    long_about = "Explains when a snapshot may go, what keeps it, and what the next pass does with \
        it.\n\n\
        The answer is that of the planner itself, to the facts that a pass would gather now. What \
        it says of later instants holds if nothing else changes until then. Nothing is changed."
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
    let exit = match explained(&id, &site) {
        Ok(it) => {
            ui.data(&match args.output {
                Output::Text => text::explain(&it, ui.out),
                Output::Json => json::text(&json::ExplainReport::of(&it)),
            });
            Exit::Ok
        }
        Err(error) => chosen::refused(&error, ui),
    };
    place::close(site, ui, exit)
}

/// The row says which policy judges it.
fn explained(id: &SnapshotId, site: &Site) -> Result<Explanation, LookError> {
    site.run(async {
        let pass = site.look_pass(chosen::any(site)).await?;
        let named = match explain(&pass, id).await {
            Err(LookError::OtherPolicy { snapshot, policy }) => {
                let mut known = site.config().policies.iter();
                let known = known.find(|known| known.name == policy);
                known.ok_or(LookError::OtherPolicy { snapshot, policy })?
            }
            answer => return answer,
        };
        explain(&site.look_pass(named).await?, id).await
    })
}
