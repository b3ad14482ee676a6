//! `snaplife hold` and `snaplife release`: keeping one snapshot whatever the rules say.

use super::chosen;
use super::confirm;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::domain::{SnapshotId, tags};
use crate::engine::Pass;
use crate::engine::holding::{self, Held, REASON_CHARACTERS_MAX};
use crate::look::show::{Shown, show};
use crate::look::{LookError, subject, text};

/// The arguments of `hold`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Holds a snapshot, so that no pass deletes it until it is released.",
    long_about = "Holds a snapshot, so that no pass deletes it until it is released.\n\n\
        The snapshot gets the tag `snaplife:hold`, whose value is the reason. It must be this \
        installation's own. One that is held already stays held for its own reason."
)]
pub struct HoldArgs {
    #[arg(value_name = "SNAPSHOT", help = "The snapshot's id.")]
    snapshot: String,

    #[arg(
        long,
        value_name = "TEXT",
        value_parser = reason,
        help = "Why it is held: up to 256 characters, for whoever finds it later."
    )]
    reason: String,

    #[command(flatten)]
    yes: confirm::Args,

    #[command(flatten)]
    place: place::Args,
}

/// The arguments of `release`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Releases a snapshot that was held, so that passes judge it like any other.",
    long_about = "Releases a snapshot that was held, so that passes judge it like any other.\n\n\
        Its tag `snaplife:hold` is removed. When its lifetime has ended and no rule keeps it, a \
        later pass deletes it; `snaplife explain` says so beforehand."
)]
pub struct ReleaseArgs {
    #[arg(value_name = "SNAPSHOT", help = "The snapshot's id.")]
    snapshot: String,

    #[command(flatten)]
    yes: confirm::Args,

    #[command(flatten)]
    place: place::Args,
}

enum Deed<'a> {
    Hold(&'a str),
    Release,
}

/// Runs `hold`.
#[must_use]
pub fn hold(args: &HoldArgs, ui: &mut Ui) -> Exit {
    let deed = Deed::Hold(&args.reason);
    run(&args.snapshot, &deed, args.yes, &args.place, ui)
}

/// Runs `release`.
#[must_use]
pub fn release(args: &ReleaseArgs, ui: &mut Ui) -> Exit {
    run(&args.snapshot, &Deed::Release, args.yes, &args.place, ui)
}

fn run(
    snapshot: &str,
    deed: &Deed<'_>,
    yes: confirm::Args,
    place: &place::Args,
    ui: &mut Ui,
) -> Exit {
    let id = match subject::snapshot(snapshot) {
        Ok(id) => id,
        Err(error) => return chosen::refused(&error, ui),
    };
    if let Err(exit) = confirm::can_ask(yes, ui) {
        return exit;
    }
    let site = match place::open(place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = site.run(async {
        let pass = match site.deed_pass(chosen::any(&site)).await {
            Ok(pass) => pass,
            Err(stop) => return chosen::refused(&stop.into(), ui),
        };
        match done(&pass, &id, deed, yes, ui).await {
            Ok(exit) => exit,
            Err(error) => chosen::refused(&error, ui),
        }
    });
    place::close(site, ui, exit)
}

async fn done(
    pass: &Pass,
    id: &SnapshotId,
    deed: &Deed<'_>,
    yes: confirm::Args,
    ui: &mut Ui,
) -> Result<Exit, LookError> {
    let shown = show(pass, id).await?;
    let held = shown
        .ec2
        .as_ref()
        .and_then(|ec2| ec2.tags.get(tags::key::HOLD));
    // What is so already is told without a question.
    let settled = match deed {
        Deed::Hold(_) => held.is_some(),
        Deed::Release => held.is_none(),
    };
    if is_ours(pass, &shown) && !settled {
        ui.say(&format!("{}\n", text::in_a_line(&shown)));
        let question = match deed {
            Deed::Hold(reason) => format!("hold it for `{reason}`?"),
            Deed::Release => "release it?".to_owned(),
        };
        if let Err(exit) = confirm::ask(yes, &question, ui) {
            return Ok(exit);
        }
    }
    let came = match deed {
        Deed::Hold(reason) => holding::hold(pass, id, reason).await?,
        Deed::Release => holding::release(pass, id).await?,
    };
    let said = match (came, deed) {
        (Held::Done, Deed::Hold(reason)) => format!("{id} is held: {reason}\n"),
        (Held::Done, Deed::Release) => format!("{id} is released\n"),
        (Held::Already(Some(reason)), _) => format!("{id} is held already: {reason}\n"),
        (Held::Already(None), _) => format!("{id} is not held, so nothing was done\n"),
        (Held::NotSeen, _) => return Err(LookError::NotInEc2(id.clone())),
        (Held::NotOurs, _) => return Err(LookError::NotOurs(id.clone())),
    };
    ui.data(&said);
    Ok(Exit::Ok)
}

/// What is not ours is refused by the deed itself, without a question.
fn is_ours(pass: &Pass, shown: &Shown) -> bool {
    let mark = |ec2: &crate::domain::Snapshot| ec2.tags.get(tags::key::INSTALLATION).cloned();
    let mark = shown.ec2.as_ref().and_then(mark);
    mark.as_ref() == Some(pass.installation.id.text())
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    let long = text.chars().count();
    if text.is_empty() {
        return Err("a reason cannot be empty".to_owned());
    }
    if long > REASON_CHARACTERS_MAX {
        return Err(format!(
            "a reason has at most {REASON_CHARACTERS_MAX} characters, not {long}"
        ));
    }
    if text.chars().any(char::is_control) {
        return Err("a reason is one line of text".to_owned());
    }
    Ok(text.to_owned())
}
