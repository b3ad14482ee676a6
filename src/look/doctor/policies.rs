//! What policies say for ever: snapshots whose policy is no longer configured, which no run judges, so that
//! they stay and cost; and schedules that are over.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use super::Patient;
use super::check::{Check, Subject};
use crate::catalog::Installation;
use crate::domain::{Job, Policy, tags};
use crate::engine::observe;
use crate::look::text::counted;

/// So many names are written out; a hundred would hide the sentence.
const NAMES_MAX: usize = 5;

/// Looks at all snapshots of the installation, page by page, and counts those of other policies than
/// the configured ones.
pub(super) async fn examine(
    patient: &Patient<'_>,
    installation: Option<&Installation>,
    checks: &mut Vec<Check>,
) {
    checks.extend(schedules(patient));
    let Some(installation) = installation else {
        let found = "without an installation there are no snapshots of it";
        checks.push(Check::skipped(Subject::Policies, found));
        return;
    };
    let configured: BTreeSet<&str> = patient.policies.iter().map(|p| p.name.as_str()).collect();
    let (mut served, mut unserved) = (0, BTreeMap::<SmolStr, usize>::new());
    let listed = observe::snapshots_of_installation(patient.caller, &installation.id, |snapshot| {
        let policy = snapshot.tags.get(tags::key::POLICY);
        match policy {
            Some(policy) if configured.contains(policy.as_str()) => served += 1,
            policy => {
                *unserved
                    .entry(policy.cloned().unwrap_or_default())
                    .or_default() += 1
            }
        }
    });
    checks.push(match listed.await {
        Err(stop) => Check::stopped(Subject::Policies, &stop),
        Ok(()) if unserved.is_empty() && served == 0 => {
            Check::ok(Subject::Policies, "this installation has no snapshots yet")
        }
        Ok(()) if unserved.is_empty() => Check::ok(
            Subject::Policies,
            format!(
                "{}, each of a policy of this configuration",
                counted(served, "snapshot")
            ),
        ),
        Ok(()) => told(&unserved),
    });
}

/// Schedules that are over: a run by one of them finds its last slot served, for ever.
fn schedules(patient: &Patient<'_>) -> Option<Check> {
    let now = patient.caller.now();
    let is_over = |policy: &&Rc<Policy>| {
        let schedules = &policy.schedules;
        schedules.of(Job::Create).is_some() && schedules.next_create_after(now).is_none()
    };
    let over = patient.policies.iter().filter(is_over);
    let names: Vec<String> = over.map(|policy| format!("`{}`", policy.name)).collect();
    (!names.is_empty()).then(|| {
        let found = format!(
            "the schedule of {} has no slot any more, so nothing is taken",
            names.join(", ")
        );
        let remedy = "mend `create` of the policy; a `*` for the year has no end";
        Check::broken(Subject::Policies, found, remedy)
    })
}

fn told(unserved: &BTreeMap<SmolStr, usize>) -> Check {
    let mut names: Vec<String> = unserved
        .iter()
        .take(NAMES_MAX)
        .map(|(policy, count)| match policy.as_str() {
            "" => format!("{count} without a policy's name"),
            policy => format!("{count} of `{policy}`"),
        })
        .collect();
    if let Some(more @ 1..) = unserved.len().checked_sub(NAMES_MAX) {
        names.push(format!("those of {more} more"));
    }
    let found = format!(
        "nothing deletes {}, whose policy this configuration does not have: {}",
        counted(unserved.values().sum(), "snapshot"),
        names.join(", "),
    );
    let remedy = "write the policy again under its old name; if it should take no more, run only `sync` and \
                  `expire` for it, and its snapshots go when their time has come, but for the last good one \
                  of a volume that is there";
    Check::warning(Subject::Policies, found, remedy)
}
