//! `snaplife plan` and `apply`: a plan, and that very plan carried out.

use std::path::PathBuf;

use super::acting::{self, Manner, Output, Policies, Step};
use super::exit::{self, Exit};
use super::overtaken::overtaken;
use super::place;
use super::ui::Ui;
use super::{chosen, confirm};
use crate::domain::{Job, Slot};
use crate::plan::PassPlan;
use crate::report::pass;
use crate::site::Site;
use crate::site::planfile::{PlanFile, PlanFileError, PlannedPass};

/// The arguments of `plan`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Shows what would be taken and deleted now, and why.",
    long_about = "Shows what would be taken and deleted now, and why.\n\n\
        No call is sent that changes anything, and no lease is taken. A plan that was written to a \
        file can be carried out by `snaplife apply`: each item exactly as it stands there, or not at \
        all where the world has changed."
)]
pub struct PlanArgs {
    #[command(flatten)]
    policies: Policies,

    #[arg(
        long = "job",
        value_enum,
        value_name = "JOB",
        help = "Only this job; may be given twice. Without it: both."
    )]
    jobs: Vec<Planned>,

    #[arg(
        long,
        value_name = "FILE",
        help = "Writes the plan to a file too, for `snaplife apply`."
    )]
    out: Option<PathBuf>,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How the plan is printed."
    )]
    output: Output,

    #[command(flatten)]
    place: place::Args,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Planned {
    #[value(help = "What would be deleted.")]
    Expire,
    #[value(help = "What would be taken.")]
    Create,
}

/// The arguments of `apply`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Carries out a plan from a file.",
    long_about = "Carries out a plan from a file.\n\n\
        What the file holds is done and nothing else. Where the world has changed under an item \
        since the plan was made, that item is left alone and named, and the others are done."
)]
pub struct ApplyArgs {
    #[arg(
        value_name = "FILE",
        help = "The plan, as `snaplife plan --out FILE` wrote it."
    )]
    file: PathBuf,

    #[command(flatten)]
    manner: Manner,

    #[command(flatten)]
    place: place::Args,
}

/// Runs `plan`.
#[must_use]
pub fn plan(args: &PlanArgs, ui: &mut Ui) -> Exit {
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
    let wants = |job| args.jobs.is_empty() || args.jobs.contains(&job);
    let now = site.now();
    let mut steps = Vec::new();
    for policy in policies {
        if wants(Planned::Expire) {
            steps.push(Step {
                policy: policy.clone(),
                job: Job::Expire,
                slot: Slot::scheduled(now),
            });
        }
        if wants(Planned::Create) {
            match policy.schedules.latest_create_at_or_before(now) {
                Some(slot) => steps.push(Step {
                    policy,
                    job: Job::Create,
                    slot: Slot::scheduled(slot),
                }),
                None => ui.say(&chosen::before_its_slots(&policy.name)),
            }
        }
    }
    let planned = acting::rehearse(&site, steps);
    let mut exit = acting::show(&site, &planned, args.output, ui);
    if let Some(path) = &args.out {
        let passes = planned.into_iter().map(|one| PlannedPass {
            job: one.step.job,
            plan: one.report.plan,
            policy: one.step.policy.name,
            slot: one.step.slot,
        });
        let file = PlanFile::new(&site.identity(), now, passes.collect());
        // A plan that stopped half-way is not one to be carried out.
        if exit == Exit::Ok {
            if let Err(error) = file.write(path) {
                ui.say(&exit::shown(&error, None, ui.err));
                exit = Exit::Usage;
            }
        } else {
            ui.say("the plan is not whole, so it was not written\n");
        }
    }
    place::close(site, ui, exit)
}

/// Runs `apply`.
#[must_use]
pub fn apply(args: &ApplyArgs, ui: &mut Ui) -> Exit {
    let file = match PlanFile::read(&args.file) {
        Ok(file) => file,
        Err(error) => return refused(&error, ui),
    };
    let hint = "give --yes to carry the plan out without a question";
    if let Err(exit) = confirm::possible(args.manner.yes, hint, ui) {
        return exit;
    }
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let fits = file.made_in(&site.identity());
    let exit = match fits.and_then(|()| file.made_by(site.now())) {
        Ok(()) => carry_out(&site, file, &args.manner, ui),
        Err(error) => refused(&error, ui),
    };
    place::close(site, ui, exit)
}

fn carry_out(site: &Site, file: PlanFile, manner: &Manner, ui: &mut Ui) -> Exit {
    let mut exit = Exit::Ok;
    let mut wanted: Vec<(Step, PassPlan)> = Vec::new();
    let mut sums = Vec::new();
    for pass in file.passes {
        let Some(policy) = site.config().policy(&pass.policy).cloned() else {
            ui.say(&format!(
                "there is no policy `{}` any more, so its part of the plan is left alone\n",
                pass.policy
            ));
            exit = Exit::Attention;
            continue;
        };
        let step = Step {
            policy,
            job: pass.job,
            slot: pass.slot,
        };
        // What is taken now under the name of an earlier slot would be kept and counted as older than
        // it is.
        if let Some(due) = overtaken(&step, site.now()) {
            let said = format!(
                "the plan takes for the slot {} of `{}`, and {due} is due by now, so that part of the plan is \
                 left alone; make a plan anew",
                step.slot, step.policy.name
            );
            ui.say(&format!("{}\n", ui.err.hang(0, &said)));
            exit = Exit::Attention;
            continue;
        }
        ui.say(&pass::plan(step.which(), &pass.plan, &[], ui.err));
        if !pass.plan.is_empty() {
            sums.extend(pass::sum(&pass.plan, &[]));
            wanted.push((step, pass.plan));
        }
    }
    if wanted.is_empty() {
        if exit == Exit::Ok {
            ui.say("the plan takes and deletes nothing\n");
        }
        return exit.max(acting::run(site, wanted, manner.output, ui));
    }
    if !manner.agreed(&format!("{}?", sums.join(", ")), ui) {
        ui.say("nothing was changed\n");
        return exit.max(Exit::Attention);
    }
    exit.max(acting::run(site, wanted, manner.output, ui))
}

fn refused(error: &PlanFileError, ui: &Ui) -> Exit {
    let (exit, hint) = match error {
        PlanFileError::Elsewhere { .. } => (
            Exit::Aws,
            Some("make a plan here, with `snaplife plan --out FILE`"),
        ),
        PlanFileError::Unreadable { .. } => (Exit::Usage, None),
        PlanFileError::Ahead { .. } => (
            Exit::Usage,
            Some("set this machine's clock, or make a plan anew, with `snaplife plan --out FILE`"),
        ),
        PlanFileError::Foreign { .. } | PlanFileError::Newer { .. } => (
            Exit::Usage,
            Some("make it anew, with `snaplife plan --out FILE`"),
        ),
    };
    ui.say(&exit::shown(error, hint, ui.err));
    exit
}
