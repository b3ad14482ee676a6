//! Time passes in the local world, and the schedules of the policies run on the way.

use std::collections::BTreeSet;
use std::path::Path;

use super::acting::of_report;
use super::exit::Exit;
use super::ui::Ui;
use crate::domain::{Job, Policy, PolicyName, Slot, Span, Timestamp};
use crate::engine::{PassReport, run_pass};
use crate::local::LocalWorld;
use crate::plan::Consent;
use crate::report::pass::{self, Which};
use crate::scenario::Configuration;
use crate::simulated::simulated_runtime;
use crate::site::{Opening, Site, SiteError, Where};

/// What is run, and when: an instant, and the passes at it in their order.
struct Due {
    at: Timestamp,
    passes: Vec<(Job, Policy)>,
}

/// Moves the clock by `span`, and runs each pass that a schedule wants on the way, or that a pass
/// before asked for.
///
/// # Errors
/// What was wrong with the world, the journal or the configuration; what happened until then is kept.
pub(super) fn elapse(opening: &Opening, span: Span, ui: &mut Ui) -> Result<Exit, SiteError> {
    let Where::World(path) = &opening.place else {
        return Err(SiteError::NoLive);
    };
    let config = crate::site::configuration(opening.config.as_deref(), ui.err.colour)?;
    let mut from = advance(path, Span::ZERO)?;
    let end = from + span;
    let mut wanted: BTreeSet<(Timestamp, PolicyName)> = BTreeSet::new();
    let mut exit = Exit::Ok;
    while let Some(due) = next(&config, &wanted, from).filter(|due| due.at <= end) {
        wanted.retain(|(at, _)| *at > due.at);
        from = due.at;
        let now = advance(path, Span::ZERO)?;
        advance(path, (due.at - now).max(Span::ZERO))?;
        for (job, policy) in due.passes {
            let (report, at) = run(opening, job, &policy, due.at, ui)?;
            if let Some(resume) = report.resume_at {
                wanted.insert((resume.max(at), policy.name.clone()));
            }
            exit = exit.max(of_report(&report));
        }
    }
    let now = advance(path, Span::ZERO)?;
    let now = advance(path, (end - now).max(Span::ZERO))?;
    if config.policies.iter().all(|policy| !has_schedule(policy)) {
        ui.say("no policy has a schedule, so no pass was run; snaplife.yaml is where schedules stand\n");
    }
    ui.say(&format!("the clock shows {now}\n"));
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

/// Lets time pass in the world of a file; what its clock shows then.
fn advance(path: &Path, span: Span) -> Result<Timestamp, SiteError> {
    let runtime = simulated_runtime();
    let _inside = runtime.enter();
    let opened = LocalWorld::open(path, || {});
    let world = opened.map_err(crate::site::PlaceError::from)?;
    if span > Span::ZERO {
        runtime.block_on(world.advance(span));
        world.save().map_err(crate::site::PlaceError::from)?;
    }
    Ok(world.now())
}

/// Runs one pass; its report, and what the clock shows after it.
fn run(
    opening: &Opening,
    job: Job,
    policy: &Policy,
    at: Timestamp,
    ui: &mut Ui,
) -> Result<(PassReport, Timestamp), SiteError> {
    let site = Site::open(opening, ui.err.colour, || {})?;
    let slot = match job {
        Job::Create => policy.schedules.latest_create_at_or_before(site.now()),
        Job::Sync | Job::Expire => Some(at),
    };
    let slot = Slot::scheduled(slot.unwrap_or(at));
    let setup = site.pass(policy, job, slot.clone(), Consent::Everything);
    let report = site.run(run_pass(setup));
    let now = site.now();
    if report.mutations > 0 || report.needs_attention() {
        let which = Which {
            policy: &policy.name,
            job,
            slot: &slot,
        };
        ui.data(&pass::in_passing(which, &report, ui.out));
    }
    site.close()?;
    Ok((report, now))
}
