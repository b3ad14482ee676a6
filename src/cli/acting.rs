//! Commands that act: plan, show, ask, carry out, report.
//!
//! What is shown is what is carried out: the rehearsal's plan is the consent that the pass is given.

use std::cell::RefCell;
use std::rc::Rc;

use clap::Args as ClapArgs;

use super::confirm;
use super::exit::{self, Exit};
use super::overtaken;
use super::place;
use super::ui::{Answer, Ui};
use super::waits::Waits;
use crate::calls::Stop;
use crate::domain::{Job, Policy, Slot};
use crate::engine::{PassReport, run_pass};
use crate::look::{LookError, subject};
use crate::plan::{Consent, Decision, PassPlan, Reason};
use crate::ports::{NotSentCause, OperationName, RejectionClass};
use crate::report::pass::{self, Which};
use crate::report::pass_json::{ActReport, PassLine, SCHEMA};
use crate::site::Site;

/// What is said at the first Ctrl-C.
pub(super) const ENDING: &str = "ending after the call in flight; once more ends at once\n";

/// Which policies a command is about.
#[derive(Clone, Debug, ClapArgs)]
pub struct Policies {
    #[arg(
        long = "policy",
        value_name = "NAME",
        help = "Only this policy; may be given several times. Without it: every policy of the \
            configuration, one after the other."
    )]
    names: Vec<String>,
}

/// How a command asks and answers.
#[derive(Clone, Debug, ClapArgs)]
pub struct Manner {
    #[arg(
        long,
        help = "Does not ask: the plan is shown and carried out. Without a terminal to ask at, a \
            command that would change something is refused unless this is given."
    )]
    pub(super) yes: bool,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How the result is printed."
    )]
    pub(super) output: Output,
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Output {
    /// For people.
    #[value(help = "Lines for people.")]
    Text,
    /// For machines.
    #[value(help = "One JSON document.")]
    Json,
}

/// Whether anything is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// It is.
    Done,
    /// It is only planned: no call is sent that changes anything.
    Planned,
}

/// A pass to be made.
#[derive(Clone, Debug)]
pub struct Step {
    /// The rules.
    pub policy: Policy,
    /// Which job.
    pub job: Job,
    /// For `create` the slot to serve, otherwise the instant it is asked for.
    pub slot: Slot,
}

impl Step {
    /// The pass, for a report.
    #[must_use]
    pub const fn which(&self) -> Which<'_> {
        Which {
            policy: &self.policy.name,
            job: self.job,
            slot: &self.slot,
        }
    }
}

/// A step with what it would do.
pub struct Planned {
    /// The step.
    pub step: Step,
    /// What came of the rehearsal; its plan is what is carried out.
    pub report: PassReport,
}

/// The credentials lack a permission, or are none any more.
#[derive(Debug, thiserror::Error)]
#[error("AWS does not let these credentials call {}", .0.text())]
struct MayNot(OperationName);

impl Policies {
    /// The policies meant, in the configuration's order.
    ///
    /// # Errors
    /// [`LookError::NoSuchPolicy`].
    pub fn chosen(&self, site: &Site) -> Result<Vec<Policy>, LookError> {
        let all = &site.config().policies;
        for name in &self.names {
            subject::policy(name, all.iter().map(|policy| &policy.name))?;
        }
        let meant = |policy: &&Policy| {
            self.names.is_empty() || self.names.iter().any(|name| name == policy.name.as_str())
        };
        Ok(all.iter().filter(meant).cloned().collect())
    }

    /// Whether a person chose them, and not the configuration.
    #[must_use]
    pub const fn are_named(&self) -> bool {
        !self.names.is_empty()
    }
}

impl Manner {
    /// Refuses a command that would have to ask and can't, before anything is begun.
    ///
    /// # Errors
    /// How the program ends; it was told.
    pub fn can_ask(&self, deed: Deed, ui: &Ui) -> Result<(), Exit> {
        match deed {
            Deed::Planned => Ok(()),
            Deed::Done => confirm::possible(
                self.yes,
                "give --yes to go on without a question, or --dry-run to see the plan only",
                ui,
            ),
        }
    }

    /// Whether a person, or `--yes`, agrees.
    #[must_use]
    pub fn agreed(&self, question: &str, ui: &Ui) -> bool {
        self.yes || ui.ask(question) == Answer::Yes
    }
}

/// Plans each step without changing anything.
#[must_use]
pub fn rehearse(site: &Site, steps: Vec<Step>) -> Vec<Planned> {
    let each = steps.into_iter().map(|step| {
        let slot = step.slot.clone();
        let setup = site.pass(&step.policy, step.job, slot, Consent::Nothing);
        let report = site.run(run_pass(setup));
        Planned { step, report }
    });
    each.collect()
}

/// Plans, shows, asks, carries out, reports; then the site is closed.
#[must_use]
pub fn act(site: Site, steps: Vec<Step>, deed: Deed, manner: &Manner, ui: &mut Ui) -> Exit {
    let planned = rehearse(&site, steps);
    let exit = match deed {
        Deed::Planned => show(&site, &planned, manner.output, ui),
        Deed::Done => {
            for one in &planned {
                ui.say(&shown(one, ui));
            }
            carry_out(&site, planned, manner, ui)
        }
    };
    place::close(site, ui, exit)
}

/// Prints plans as data. A plan that could be made is a success, whatever it says.
#[must_use]
pub fn show(site: &Site, planned: &[Planned], output: Output, ui: &mut Ui) -> Exit {
    match output {
        Output::Text => {
            for one in planned {
                let text = pass::plan(one.step.which(), &one.report.plan, &one.report.rows, ui.out);
                ui.data(&(text + &pass::findings(&one.report, ui.out)));
            }
        }
        Output::Json => {
            let passes = planned
                .iter()
                .map(|one| PassLine::of(one.step.which(), &one.report.plan, &one.report))
                .collect();
            ui.data(&document(site, passes, Deed::Planned));
        }
    }
    let stops = planned.iter().filter_map(|one| one.report.stop.as_ref());
    stops.map(of_stop).max().unwrap_or(Exit::Ok)
}

fn document(site: &Site, passes: Vec<PassLine>, deed: Deed) -> String {
    let report = ActReport {
        schema: SCHEMA,
        place: site.told(),
        done: deed == Deed::Done,
        passes,
    };
    report.to_json()
}

fn shown(one: &Planned, ui: &Ui) -> String {
    let text = pass::plan(one.step.which(), &one.report.plan, &one.report.rows, ui.err);
    text + &pass::findings(&one.report, ui.err)
}

/// Asks, and carries out what was planned: exactly that.
fn carry_out(site: &Site, planned: Vec<Planned>, manner: &Manner, ui: &mut Ui) -> Exit {
    let mut exit = Exit::Ok;
    let mut wanted = Vec::new();
    let mut sums = Vec::new();
    for one in planned {
        let report = &one.report;
        if let Some(stop) = &report.stop {
            exit = exit.max(of_stop(stop));
        }
        // What was seen of a listing that broke off is snapshotted: more backups are better than none.
        let is_partial_create = one.step.job == Job::Create && !report.plan.is_empty();
        if report.stop.is_some() && !is_partial_create {
            continue;
        }
        let is_nothing = report.plan.is_empty() && report.rehearsed == 0;
        if is_nothing && report.findings.is_empty() {
            ui.say(&nothing_to_do(&one));
        } else {
            sums.extend(pass::sum(&one.report.plan, &one.report.rows));
            wanted.push((one.step, one.report.plan));
        }
    }
    if !sums.is_empty() && !manner.agreed(&format!("{}?", sums.join(", ")), ui) {
        ui.say("nothing was changed\n");
        return exit.max(Exit::Attention);
    }
    exit.max(run(site, wanted, manner.output, ui))
}

/// Carries out plans, one after the other, and reports. Ctrl-C ends it in good order.
#[must_use]
pub fn run(site: &Site, wanted: Vec<(Step, PassPlan)>, output: Output, ui: &mut Ui) -> Exit {
    let (wanted, late) = overtaken::leave_out(site, wanted, ui);
    let mut done = Vec::new();
    site.observe(Rc::new(RefCell::new(Waits::new(ui.teller()))));
    let mut left_out = Exit::Ok;
    for (step, plan) in wanted {
        if !done.is_empty() && site.is_interrupted(|| ui.say(ENDING)) {
            ui.say(&format!(
                "{} of {} was not begun\n",
                step.job, step.policy.name
            ));
            left_out = Exit::Attention;
            continue;
        }
        let consent = Consent::Exactly(Box::new(plan.clone()));
        let setup = site.pass(&step.policy, step.job, step.slot.clone(), consent);
        let report = site.run_until_interrupted(run_pass(setup), || ui.say(ENDING));
        done.push((step, plan, report));
    }
    match output {
        Output::Text => {
            for (step, _, report) in &done {
                ui.data(&pass::report(step.which(), report, ui.out));
            }
        }
        Output::Json => {
            let passes = done
                .iter()
                .map(|(step, plan, report)| PassLine::of(step.which(), plan, report))
                .collect();
            ui.data(&document(site, passes, Deed::Done));
        }
    }
    for (_, _, report) in &done {
        if let Some(denied) = report.denied {
            let hint = "get new credentials if they have expired, set this machine's clock if it is wrong, \
                and run it again; else `snaplife iam` prints what the role needs, and `snaplife doctor` \
                says what is missing";
            ui.say(&exit::shown(&MayNot(denied), Some(hint), ui.err));
        }
    }
    let exits = done.iter().map(|(_, _, report)| of_report(report));
    exits.max().unwrap_or(Exit::Ok).max(late).max(left_out)
}

fn nothing_to_do(one: &Planned) -> String {
    let Step { policy, job, slot } = &one.step;
    let decisions = &one.report.plan.decisions;
    let is_served = |decision: &Decision| decision.reason == Reason::AlreadyServed;
    match job {
        Job::Create if !decisions.is_empty() && !decisions.iter().any(is_served) => format!(
            "slot {slot} of {}: nothing of what is selected is to be taken\n",
            policy.name
        ),
        Job::Create => format!(
            "slot {slot} of {} is served already; --ad-hoc NAME takes snapshots beside it\n",
            policy.name
        ),
        Job::Sync | Job::Expire => format!("{job} of {}: nothing to do\n", policy.name),
    }
}

/// How the program ends with a pass.
#[must_use]
pub fn of_report(report: &PassReport) -> Exit {
    match &report.stop {
        Some(stop) => of_stop(stop),
        None if report.denied.is_some() => Exit::Aws,
        None if report.needs_attention() => Exit::Attention,
        None => Exit::Ok,
    }
}

/// How the program ends with a pass that could not go on.
#[must_use]
pub fn of_stop(stop: &Stop) -> Exit {
    match stop {
        Stop::NotSent { cause, .. } => match cause {
            NotSentCause::NoConnection | NotSentCause::NotPrepared => Exit::Aws,
            NotSentCause::JournalLost => Exit::Usage,
            NotSentCause::Deadline | NotSentCause::LeaseTooShort | NotSentCause::Stopping => {
                Exit::Attention
            }
        },
        Stop::Refused { rejection, .. } => match rejection.class {
            RejectionClass::Conflict | RejectionClass::InUse => Exit::Attention,
            RejectionClass::Throttled
            | RejectionClass::Transient
            | RejectionClass::NotFound
            | RejectionClass::Denied
            | RejectionClass::Invalid
            | RejectionClass::Quota
            | RejectionClass::NoSuchOperation
            | RejectionClass::UnknownCode => Exit::Aws,
        },
        Stop::NoAnswer { .. }
        | Stop::LeftOver { .. }
        | Stop::EndlessListing { .. }
        | Stop::WrongAccount { .. }
        | Stop::TableNotReady { .. }
        | Stop::NotInitialised => Exit::Aws,
        Stop::LeaseLost | Stop::Contended { .. } | Stop::Unreadable { .. } => Exit::Attention,
    }
}
