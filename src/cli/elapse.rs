//! Time passes in the local world, and the schedules of the policies run on the way.

use std::collections::BTreeSet;

use super::acting::{ENDING, of_report};
use super::exit::Exit;
use super::place::open_quietly;
use super::ui::Ui;
use crate::domain::{Job, Policy, PolicyName, Slot, Span, Timestamp};
use crate::engine::{PassReport, run_pass};
use crate::plan::Consent;
use crate::report::pass::{self, Which};
use crate::scenario::Configuration;
use crate::site::{Opening, Site, SiteError};

/// What is run, and when: an instant, and the passes at it in their order.
struct Due {
    at: Timestamp,
    passes: Vec<(Job, Policy)>,
}

/// What happened is kept at least this often: a world is a file of megabytes, and a year has thousands of
/// passes.
const KEPT_EVERY: Span = Span::days(1);

/// Moves the clock by `span`, and runs each pass that a schedule wants on the way, or that a pass
/// before asked for. Ctrl-C ends it after the call in flight.
///
/// # Errors
/// What was wrong with the world, the journal or the configuration; what happened until then is kept, but for
/// a simulated day when the program is killed.
pub(super) fn elapse(opening: &Opening, span: Span, ui: &mut Ui) -> Result<Exit, SiteError> {
    let site = open_quietly(opening, ui)?;
    site.may_elapse(span)?;
    let exit = run_all(&site, span, ui);
    let now = site.time();
    site.close()?;
    ui.say(&format!("the clock shows {now}\n"));
    exit
}

fn run_all(site: &Site, span: Span, ui: &mut Ui) -> Result<Exit, SiteError> {
    let config = site.config();
    let mut from = site.time();
    let end = from + span;
    let mut kept_at = from;
    let mut wanted: BTreeSet<(Timestamp, PolicyName)> = BTreeSet::new();
    let mut exit = Exit::Ok;
    while let Some(due) = next(config, &wanted, from).filter(|due| due.at <= end) {
        wanted.retain(|(at, _)| *at > due.at);
        from = due.at;
        site.elapse_until(due.at);
        for (job, policy) in due.passes {
            let report = run(site, job, &policy, due.at, ui);
            if let Some(resume) = report.resume_at {
                wanted.insert((resume.max(site.time()), policy.name.clone()));
            }
            exit = exit.max(of_report(&report));
            if site.is_interrupted(|| ui.say(ENDING)) {
                return Ok(exit.max(Exit::Attention));
            }
        }
        if site.time() >= kept_at + KEPT_EVERY {
            site.keep()?;
            kept_at = site.time();
        }
    }
    site.elapse_until(end);
    if config.policies.iter().all(|policy| !has_schedule(policy)) {
        ui.say("no policy has a schedule, so no pass was run; snaplife.yaml is where schedules stand\n");
    }
    Ok(exit)
}

fn has_schedule(policy: &Policy) -> bool {
    Job::ALL
        .iter()
        .any(|job| policy.schedules.of(*job).is_some())
}

/// What comes after an instant, the earliest first; none without a schedule.
fn next(
    config: &Configuration,
    wanted: &BTreeSet<(Timestamp, PolicyName)>,
    from: Timestamp,
) -> Option<Due> {
    let scheduled = config.policies.iter().flat_map(|policy| {
        Job::ALL.map(|job| (policy.schedules.next_after(job, from), job, policy))
    });
    let scheduled: Vec<_> = scheduled
        .filter_map(|(at, job, policy)| Some((at?, job, policy)))
        .chain(
            wanted
                .iter()
                .filter_map(|(at, name)| Some((*at, Job::Create, config.policy(name)?))),
        )
        .collect();
    let at = scheduled.iter().map(|(at, _, _)| *at).min()?;
    let mut passes = Vec::new();
    for job in Job::ALL {
        for policy in &config.policies {
            let due = |(when, which, whose): &(Timestamp, Job, &Policy)| {
                *when == at && *which == job && whose.name == policy.name
            };
            if scheduled.iter().any(due) {
                passes.push((job, policy.clone()));
            }
        }
    }
    Some(Due { at, passes })
}

/// Runs one pass.
fn run(site: &Site, job: Job, policy: &Policy, at: Timestamp, ui: &mut Ui) -> PassReport {
    let slot = match job {
        Job::Create => policy.schedules.latest_create_at_or_before(site.time()),
        Job::Sync | Job::Expire => Some(at),
    };
    let slot = Slot::scheduled(slot.unwrap_or(at));
    let setup = site.pass(policy, job, slot.clone(), Consent::Everything);
    let report = site.run_until_interrupted(run_pass(setup), || ui.say(ENDING));
    if report.mutations > 0 || report.needs_attention() {
        let which = Which {
            policy: &policy.name,
            job,
            slot: &slot,
        };
        ui.data(&pass::in_passing(which, &report, ui.out));
    }
    report
}
