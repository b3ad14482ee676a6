//! `snaplife approve`: a person's word for a plan that deletes more than usual.

use super::chosen;
use super::confirm;
use super::exit::Exit;
use super::place;
use super::ui::Ui;
use crate::engine::by_hand::{self, Approval, Told};
use crate::look::{LookError, text};
use crate::plan::Blast;
use crate::site::Site;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Approves a plan that the blast limit stopped, after showing what it would delete.",
    long_about = "Approves a plan that the blast limit stopped, after showing what it would \
        delete.\n\n\
        What is approved is the plan of this moment and no other: when another snapshot becomes \
        due before `expire` runs, the plan is a new one and is stopped again. Nothing is deleted \
        by this command."
)]
pub struct Args {
    #[arg(
        long,
        value_name = "NAME",
        help = "The policy whose plan is approved. It can be left out when there is only one."
    )]
    policy: Option<String>,

    #[arg(
        long,
        value_name = "DIGEST",
        help = "Approves only the plan with this digest, which the finding names."
    )]
    plan: Option<String>,

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
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = site.run(async {
        match approved(args, &site, ui).await {
            Ok(exit) => exit,
            Err(error) => chosen::refused(&error, ui),
        }
    });
    place::close(site, ui, exit)
}

async fn approved(args: &Args, site: &Site, ui: &mut Ui) -> Result<Exit, LookError> {
    let policy = chosen::policy(site, args.policy.as_deref())?;
    let look = site.look_pass(policy).await?;
    let (plan, wanted, allowed, told) = match by_hand::approval(&look).await? {
        Approval::Needless(plan) => {
            let why = match plan.blast {
                Blast::Approved => "the plan is approved already; the next `expire` carries it out",
                Blast::Within | Blast::Stopped { .. } => {
                    "what is due stays within the blast limit, so there is nothing to approve"
                }
            };
            ui.data(&format!("{why}\n"));
            return Ok(Exit::Ok);
        }
        Approval::Stopped {
            plan,
            wanted,
            allowed,
            told,
        } => (plan, wanted, allowed, told),
    };
    if let Some(digest) = &args.plan
        && digest != plan.digest.as_str()
    {
        return Err(LookError::OtherPlan {
            named: digest.clone(),
            now: plan.digest,
        });
    }
    ui.data(&text::deletes(&plan, ui.out));
    let mut said = format!(
        "{wanted} would go, {allowed} may go in one run without a person's word; plan {}\n",
        plan.digest
    );
    if let Told::Another(before) = told {
        said.push_str(&format!(
            "it is not the plan that was stopped last, {before}\n"
        ));
    }
    ui.say(&said);
    if let Err(exit) = confirm::ask(args.yes, "approve this plan?", ui) {
        return Ok(exit);
    }
    let pass = site.deed_pass(policy).await?;
    by_hand::approve(&pass, &plan.digest).await?;
    ui.say(&format!(
        "approved; the next `expire` of `{}` deletes exactly these\n",
        policy.name
    ));
    Ok(Exit::Ok)
}
