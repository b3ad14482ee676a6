//! `snaplife adopt`: giving a snapshot that nothing of ours explains a row to live by.

use super::chosen;
use super::confirm;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::{Lifetime, Policy, RowState, SnapshotId, Span, duration, tags};
use crate::engine::by_hand::{self, Adopted};
use crate::look::show::{Shown, show};
use crate::look::{LookError, subject, text};
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Adopts a snapshot without a row, so that it lives and goes by the policy's rules.",
    long_about = "Adopts a snapshot without a row, so that it lives and goes by the policy's rules.\
        \n\n\
        This is for what passes report as `unclaimed` or `reappeared`. It must carry this \
        installation's and the policy's tags. When its own tag promises a longer lifetime, that \
        one holds."
)]
pub struct Args {
    #[arg(value_name = "SNAPSHOT", help = "The snapshot's id.")]
    snapshot: String,

    #[arg(
        long = "for",
        value_name = "SPAN",
        value_parser = duration::parse_positive,
        help = "How long it lives from its start on, as 30d or 36h."
    )]
    lifetime: Span,

    #[command(flatten)]
    yes: confirm::Args,

    #[command(flatten)]
    place: place::Args,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    if let Err(exit) = confirm::can_ask(args.yes, ui) {
        return exit;
    }
    let id = match subject::snapshot(&args.snapshot) {
        Ok(id) => id,
        Err(error) => return chosen::refused(&error, ui),
    };
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = site.run(async {
        match adopted(args, id, &site, ui).await {
            Ok(exit) => exit,
            Err(error) => chosen::refused(&error, ui),
        }
    });
    place::close(site, ui, exit)
}

async fn adopted(args: &Args, id: SnapshotId, site: &Site, ui: &mut Ui) -> Result<Exit, LookError> {
    let lifetime = Lifetime::For(args.lifetime);
    let shown = show(&site.look_pass(chosen::any(site)).await?, &id).await?;
    let policy = policy_of(site, &shown)?;
    // A deleted row is no life; a person may overrule it.
    if shown
        .row
        .as_ref()
        .is_some_and(|row| row.state != RowState::Deleted)
    {
        ui.data(&known(&id));
        return Ok(Exit::Ok);
    }
    ui.say(&format!("{}\n", text::in_a_line(&shown)));
    let question = format!("adopt it into the policy `{}` for {lifetime}?", policy.name);
    if let Err(exit) = confirm::ask(args.yes, &question, ui) {
        return Ok(exit);
    }
    let pass = site.deed_pass(policy).await?;
    match by_hand::adopt(&pass, &id, lifetime).await? {
        Adopted::Done => {
            ui.data(&format!(
                "{id} is adopted into the policy `{}`\n",
                policy.name
            ));
            Ok(Exit::Ok)
        }
        Adopted::Known => {
            ui.data(&known(&id));
            Ok(Exit::Ok)
        }
        Adopted::NotSeen => Err(LookError::NotInEc2(id)),
        Adopted::NotOurs => Err(LookError::NotOurs(id)),
    }
}

fn known(id: &SnapshotId) -> String {
    format!("{id} has a row already, so nothing was done\n")
}

/// Its own tag says which policy it belongs to.
fn policy_of<'a>(site: &'a Site, shown: &Shown) -> Result<&'a Policy, LookError> {
    let Some(ec2) = &shown.ec2 else {
        return Err(LookError::NotInEc2(shown.id.clone()));
    };
    match ec2.tags.get(tags::key::POLICY) {
        Some(name) => chosen::policy(site, Some(name)),
        None => Err(LookError::NotOurs(shown.id.clone())),
    }
}
