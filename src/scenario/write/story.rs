//! `story:`, written: a line for each step.

use super::moments::{Moments, span};
use super::tree::{Map, Node, map, one};
use super::{fault, outsider, policy};
use crate::domain::{Job, Lifetime, Policy, PolicyName};
use crate::ports::Service;
use crate::scenario::build;
use crate::scenario::model::{
    Boundary, Calls, Crash, Repeat, Run, RunSlot, Scenario, Step, StepKind,
};

/// The steps, in the order in which they happen.
pub(super) fn steps(scenario: &Scenario, moments: Moments) -> Vec<Node> {
    let mut policies = scenario.policies.clone();
    let steps = scenario.story.iter();
    steps
        .flat_map(|step| {
            let written = written(step, &policies, scenario, moments);
            if let StepKind::ChangePolicy(after) = &step.what {
                match policies.iter_mut().find(|p| p.name == after.name) {
                    Some(policy) => *policy = after.as_ref().clone(),
                    None => policies.push(after.as_ref().clone()),
                }
            }
            written
        })
        .collect()
}

/// One step, by the policies that the story begins with.
pub(super) fn step(step: &Step, scenario: &Scenario, moments: Moments) -> Vec<Node> {
    written(step, &scenario.policies, scenario, moments)
}

/// One step; several where it is about some of the policies, which a file can't say in one.
fn written(step: &Step, policies: &[Policy], scenario: &Scenario, moments: Moments) -> Vec<Node> {
    let at = || map().put("at", moments.offset(step.at));
    let is_one = |what: Map| vec![at().put_all(what).flow()];
    match &step.what {
        StepKind::Fault(what) => is_one(map().put("fault", fault::fault(what, step.at))),
        StepKind::Outsider(deed) => {
            is_one(map().put("outsider", outsider::outsider(deed, moments)))
        }
        StepKind::Clock { error } => is_one(map().put("clock", one("error", span(*error)))),
        StepKind::Pause { span: lasts } => is_one(map().put("pause", one("for", span(*lasts)))),
        StepKind::ChangePolicy(after) => {
            let before = policies.iter().find(|policy| policy.name == after.name);
            let change = match before {
                Some(before) => policy::change(before, after),
                None => policy::change(&build::unsaid(after.name.clone(), scenario.start), after),
            };
            is_one(map().put("change_policy", change))
        }
        StepKind::Crash(what) => is_one(map().put("crash", crash(what))),
        StepKind::Duplicate {
            job,
            policies: names,
            times,
        } => {
            let entry = |only: Map| {
                map()
                    .text("job", job.name())
                    .put_all(only)
                    .maybe("times", (*times != 2).then(|| Node::number(*times)))
            };
            let which = by_policy(names, &scheduled(policies, *job));
            let steps = which.into_iter();
            steps
                .map(|only| at().put("duplicate", entry(only).flow()).flow())
                .collect()
        }
        StepKind::Overlap {
            job,
            policies: names,
        } => {
            let which = by_policy(names, &scheduled(policies, *job));
            let steps = which.into_iter();
            let entry = |only: Map| map().text("job", job.name()).put_all(only).flow();
            steps
                .map(|only| at().put("overlap", entry(only)).flow())
                .collect()
        }
        StepKind::Approve { policy } => is_one(map().text("approve", policy.as_str())),
        StepKind::Adopt {
            snapshot,
            policy,
            lifetime,
        } => {
            let entry = map()
                .text("snapshot", snapshot.to_string())
                .text("policy", policy.as_str())
                .maybe(
                    "lifetime",
                    lifetime.map(|lifetime| match lifetime {
                        Lifetime::For(lasts) => span(lasts),
                        Lifetime::Forever => Node::text("forever"),
                    }),
                );
            is_one(map().put("adopt", entry.flow()))
        }
        StepKind::Run(what) => {
            let all: Vec<&PolicyName> = policies.iter().map(|policy| &policy.name).collect();
            let which = by_policy(&what.policies, &all);
            let steps = which.into_iter();
            steps
                .map(|only| {
                    at().text("run", what.job.name())
                        .put_all(only)
                        .put_all(run(what))
                        .flow()
                })
                .collect()
        }
    }
}

/// The policies that have a schedule for a job.
fn scheduled(policies: &[Policy], job: Job) -> Vec<&PolicyName> {
    let scheduled = policies
        .iter()
        .filter(|policy| policy.schedules.of(job).is_some());
    scheduled.map(|policy| &policy.name).collect()
}

/// Nothing where all are meant, otherwise `policy` with each.
fn by_policy(names: &[PolicyName], all: &[&PolicyName]) -> Vec<Map> {
    if names.iter().eq(all.iter().copied()) {
        return vec![map()];
    }
    let names = names.iter();
    names
        .map(|name| map().text("policy", name.as_str()))
        .collect()
}

fn run(run: &Run) -> Map {
    let slot = match &run.slot {
        RunSlot::Latest => map(),
        RunSlot::Exactly(slot) => match slot.as_str().strip_prefix("adhoc-") {
            Some(name) => map().text("ad_hoc", name),
            None => map().text("slot", slot.as_str()),
        },
    };
    slot.flag("twice", run.repeat == Repeat::Twice)
        .maybe("deadline", run.deadline.map(span))
}

fn crash(crash: &Crash) -> Node {
    map()
        .text("call", calls(crash.calls))
        .maybe_text("of", crash.resource.as_ref())
        .maybe_text("job", crash.job.map(Job::name))
        .maybe("nth", (crash.nth != 1).then(|| Node::number(crash.nth)))
        .text(
            "when",
            match crash.when {
                Boundary::Before => "before",
                Boundary::After => "after",
            },
        )
        .flow()
}

/// A group of calls.
pub(super) const fn calls(calls: Calls) -> &'static str {
    match calls {
        Calls::Any => "any",
        Calls::Of(Service::Ec2) => "ec2:*",
        Calls::Of(Service::DynamoDb) => "dynamodb:*",
        Calls::Of(Service::Sns) => "sns:*",
        Calls::Of(Service::Sts) => "sts:*",
        Calls::One(operation) => operation.text(),
    }
}
