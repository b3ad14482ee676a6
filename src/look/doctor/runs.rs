//! Whether somebody runs the jobs: a scheduler that is gone takes no backups and reports nothing.

use std::rc::Rc;

use super::Patient;
use super::check::{Check, Subject};
use crate::calls::Stop;
use crate::catalog::{Installation, PolicyMeta, key, read};
use crate::domain::{Job, Policy, Slot, Span, Timestamp};
use crate::engine::AUDIT_EVERY;

/// How it is with one job of one policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Run {
    /// It has not let two of its times pass.
    InTime,
    /// It ended well last at this instant, and two of its times have passed since then.
    Overdue(Timestamp),
    /// No run of it has ended well yet.
    Never,
}

/// Compares what the table remembers of the last runs with the schedules.
pub(super) async fn examine(
    patient: &Patient<'_>,
    installation: Option<&Installation>,
    checks: &mut Vec<Check>,
) {
    checks.push(if installation.is_none() {
        Check::skipped(Subject::Runs, "without an installation nothing runs")
    } else {
        match remembered(patient).await {
            Ok(runs) => told(&runs, patient.caller.now()),
            Err(stop) => Check::stopped(Subject::Runs, &stop),
        }
    });
}

/// Each job of each policy, in the order of the configuration.
async fn remembered<'a>(
    patient: &Patient<'a>,
) -> Result<Vec<(&'a Rc<Policy>, Job, Option<Timestamp>)>, Stop> {
    let keys = patient.policies.iter().map(|p| key::policy(&p.name));
    let mut rows = read::batch(patient.caller, keys).await?;
    let mut runs = Vec::new();
    for policy in patient.policies {
        let row = rows.remove(&key::policy(&policy.name));
        let meta = row.map(PolicyMeta::from_item).transpose()?;
        let last = |at: fn(&PolicyMeta) -> Option<Timestamp>| meta.as_ref().and_then(at);
        runs.extend([
            (
                policy,
                Job::Create,
                last(|meta| meta.newest_slot.as_ref().and_then(Slot::instant)),
            ),
            (policy, Job::Sync, last(|meta| meta.audited_at)),
            (policy, Job::Expire, last(|meta| meta.last_expire_at)),
        ]);
    }
    Ok(runs)
}

/// A job without a schedule of its own is one a day. A `sync` that finds nothing to follow writes nothing, so
/// it is known by its audit.
fn run(policy: &Policy, job: Job, last: Option<Timestamp>, now: Timestamp) -> Run {
    let Some(last) = last else {
        return Run::Never;
    };
    let schedules = &policy.schedules;
    let next = |after: Timestamp| match schedules.of(job) {
        Some(_) => schedules.next_after(job, after),
        None => Some(after + Span::days(1)),
    };
    let idle = match job {
        Job::Sync => AUDIT_EVERY,
        Job::Create | Job::Expire => Span::ZERO,
    };
    match next(last + idle).and_then(next) {
        // The second one may be under way.
        Some(second) if second + policy.limits.deadline <= now => Run::Overdue(last),
        _ => Run::InTime,
    }
}

fn told(runs: &[(&Rc<Policy>, Job, Option<Timestamp>)], now: Timestamp) -> Check {
    let (mut overdue, mut never) = (Vec::new(), Vec::new());
    for (policy, job, last) in runs {
        match run(policy, *job, *last, now) {
            Run::InTime => {}
            Run::Overdue(last) => {
                overdue.push(format!("`{job}` of `{}` since {last}", policy.name));
            }
            Run::Never => never.push(format!("`{job}` of `{}`", policy.name)),
        }
    }
    if !overdue.is_empty() {
        return Check::warning(
            Subject::Runs,
            format!(
                "two runs or more did not happen, or did not end well: {}",
                overdue.join(", ")
            ),
            "look whether the scheduler still starts them, and what the last one said",
        );
    }
    if !never.is_empty() {
        let found = format!("not run yet: {}", never.join(", "));
        return Check::skipped(Subject::Runs, found);
    }
    Check::ok(Subject::Runs, "each job of each policy has run in its time")
}
