//! `snaplife create`, `sync` and `expire`: one pass each.

use super::acting::{self, Deed, Manner, Policies, Step};
use super::chosen;
use super::exit::{self, Exit};
use super::place;
use super::ui::Ui;
use crate::domain::{Job, Policy, PolicyName, Slot};
use crate::site::Site;

/// The arguments of `create`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Takes the snapshots that are due.",
    long_about = "Takes the snapshots that are due.\n\n\
        It serves the latest slot of each policy's schedule that is not after now; without a \
        schedule the slot is the day in UTC. What is served already is not taken again, and a policy \
        whose first slot is still to come is passed over. First the plan is shown; what is carried \
        out is that plan and nothing else."
)]
pub struct CreateArgs {
    #[arg(
        long,
        value_name = "NAME",
        help = "Takes snapshots beside the schedule, in a slot of this name: 1 to 40 of a-z, 0-9 and \
            -. A second run with the same name takes nothing twice."
    )]
    ad_hoc: Option<String>,

    #[command(flatten)]
    job: JobArgs,
}

/// The arguments of `sync`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Brings the table to the truth in EC2.",
    long_about = "Brings the table to the truth in EC2.\n\n\
        It follows snapshots until they are completed or have failed, records what a create without \
        an answer made, and once a day compares both sides in full. It changes rows of the table, \
        and no snapshot."
)]
pub struct SyncArgs {
    #[command(flatten)]
    job: JobArgs,
}

/// The arguments of `expire`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Deletes the snapshots that may go.",
    long_about = "Deletes the snapshots that may go.\n\n\
        First the plan is shown, with what stays and why. What is carried out is that plan and \
        nothing else, and each snapshot is looked at again right before its delete."
)]
pub struct ExpireArgs {
    #[command(flatten)]
    job: JobArgs,
}

#[derive(Debug, clap::Args)]
struct JobArgs {
    #[command(flatten)]
    policies: Policies,

    #[arg(
        long,
        help = "Shows the plan and ends: no call is sent that changes anything, and no lease is \
            taken."
    )]
    dry_run: bool,

    #[command(flatten)]
    manner: Manner,

    #[command(flatten)]
    place: place::Args,
}

/// A name that can't be a slot's, or a slot that there is not yet.
#[derive(Debug, thiserror::Error)]
enum NoSlot {
    #[error("`{0}` can't be the name of a slot")]
    Name(String),
    #[error("the first slot of {0} is still to come")]
    None(PolicyName),
}

impl NoSlot {
    const fn hint(&self) -> &'static str {
        match self {
            Self::Name(_) => "use 1 to 40 of a-z, 0-9 and -",
            Self::None(_) => "take snapshots beside the schedule with --ad-hoc NAME",
        }
    }
}

/// Runs `create`.
#[must_use]
pub fn create(args: &CreateArgs, ui: &mut Ui) -> Exit {
    let ad_hoc = args.ad_hoc.as_deref();
    run(&args.job, Job::Create, ui, |site, policy| {
        slot(site, policy, ad_hoc)
    })
}

/// Runs `sync`.
#[must_use]
pub fn sync(args: &SyncArgs, ui: &mut Ui) -> Exit {
    run(&args.job, Job::Sync, ui, |site, _| {
        Ok(Slot::scheduled(site.now()))
    })
}

/// Runs `expire`.
#[must_use]
pub fn expire(args: &ExpireArgs, ui: &mut Ui) -> Exit {
    run(&args.job, Job::Expire, ui, |site, _| {
        Ok(Slot::scheduled(site.now()))
    })
}

fn run(
    args: &JobArgs,
    job: Job,
    ui: &mut Ui,
    slot: impl Fn(&Site, &Policy) -> Result<Slot, NoSlot>,
) -> Exit {
    let deed = if args.dry_run {
        Deed::Planned
    } else {
        Deed::Done
    };
    if let Err(exit) = args.manner.can_ask(deed, ui) {
        return exit;
    }
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let policies = match args.policies.chosen(&site) {
        Ok(policies) => policies,
        Err(error) => {
            let exit = chosen::refused(&error, ui);
            return place::close(site, ui, exit);
        }
    };
    let is_one_of_several = policies.len() > 1 && !args.policies.are_named();
    let mut steps = Vec::new();
    for policy in policies {
        match slot(&site, &policy) {
            Ok(slot) => steps.push(Step { policy, job, slot }),
            Err(NoSlot::None(name)) if is_one_of_several => {
                ui.say(&chosen::before_its_slots(&name))
            }
            Err(error) => {
                ui.say(&exit::shown(&error, Some(error.hint()), ui.err));
                return place::close(site, ui, Exit::Usage);
            }
        }
    }
    acting::act(site, steps, deed, &args.manner, ui)
}

/// The slot that a `create` by hand serves.
fn slot(site: &Site, policy: &Policy, ad_hoc: Option<&str>) -> Result<Slot, NoSlot> {
    match ad_hoc {
        Some(name) if PolicyName::parse(name).is_ok() => Ok(Slot::ad_hoc(name)),
        Some(name) => Err(NoSlot::Name(name.to_owned())),
        None => policy
            .schedules
            .latest_create_at_or_before(site.now())
            .map(Slot::scheduled)
            .ok_or_else(|| NoSlot::None(policy.name.clone())),
    }
}
