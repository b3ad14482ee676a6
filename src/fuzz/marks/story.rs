//! Marks that a story reaches by what it is.

use super::kinds::Moment;
use super::mark::Mark;
use super::tally::Tally;
use crate::domain::{Policy, Span, Target, Timestamp};
use crate::fuzz::expand::Kind;
use crate::ports::Service;
use crate::scenario::Scenario;
use crate::scenario::model::{
    CallEffect, Calls, Fault, HoldAction, Outsider, StepKind, WorldFault,
};

/// Hits what a story is.
pub fn of_story(scenario: &Scenario, tally: &mut Tally) {
    for step in &scenario.story {
        if let Some(kind) = kind_of(&step.what) {
            tally.hit(Mark::Step(kind));
        }
    }
    let mut moment = |holds: bool, moment| {
        if holds {
            tally.hit(Mark::Moment(moment));
        }
    };
    let changes = |policy: &Policy| {
        let rules = policy.schedules.zone.rules();
        let offset = |at: Timestamp| {
            jiff::Timestamp::from_millisecond(at.as_ms())
                .map(|at| rules.to_offset(at))
                .ok()
        };
        offset(scenario.start) != offset(scenario.end)
    };
    moment(scenario.policies.iter().any(changes), Moment::ClockChange);
    moment(holds_leap_day(scenario), Moment::LeapDay);
    moment(scenario.policies.len() > 1, Moment::TwoPolicies);
    let selected = |policy: &Policy| match &policy.select.target {
        Target::Instances(tag) => scenario.world.instances.iter().any(|i| i.tags.has(tag)),
        Target::Volumes(tag) => scenario.world.volumes.iter().any(|v| v.tags.has(tag)),
    };
    moment(
        !scenario.policies.iter().any(selected),
        Moment::NothingOptsIn,
    );
}

fn holds_leap_day(scenario: &Scenario) -> bool {
    let mut at = scenario.start;
    while at < scenario.end {
        if is_leap_day(at) {
            return true;
        }
        at += Span::days(1);
    }
    false
}

fn is_leap_day(at: Timestamp) -> bool {
    at.compact().get(4..8) == Some("0229")
}

/// The kind of a step; none for what only clears up.
fn kind_of(step: &StepKind) -> Option<Kind> {
    Some(match step {
        StepKind::Run(_) => Kind::RunByHand,
        StepKind::ChangePolicy(_) => Kind::ChangePolicy,
        StepKind::Duplicate { .. } => Kind::Duplicate,
        StepKind::Overlap { .. } => Kind::Overlap,
        StepKind::Crash(_) => Kind::Crash,
        StepKind::Pause { .. } => Kind::Pause,
        StepKind::Clock { error } if *error == Span::ZERO => return None,
        StepKind::Clock { .. } => Kind::Clock,
        StepKind::Adopt { .. } => Kind::Adopt,
        StepKind::Approve { .. } => return None,
        StepKind::Outsider(deed) => return of_outsider(deed),
        StepKind::Fault(Fault::World(fault)) => match fault {
            WorldFault::HideNewSnapshots { .. } => Kind::HideSnapshots,
            WorldFault::IndexLag { .. } => Kind::IndexLag,
            WorldFault::FailSnapshots { .. } => Kind::FailSnapshots,
            WorldFault::StuckSnapshots { .. } => Kind::StuckSnapshots,
            WorldFault::SlowSnapshots { .. } => Kind::SlowSnapshots,
        },
        StepKind::Fault(Fault::Call(fault)) => match &fault.effect {
            CallEffect::Refuse { .. } => Kind::Refuse,
            CallEffect::Throttle if fault.matching.calls == Calls::Of(Service::DynamoDb) => {
                Kind::TableThrottle
            }
            CallEffect::Throttle => Kind::Throttle,
            CallEffect::LoseAnswer => Kind::LoseAnswer,
            CallEffect::LoseRequest => Kind::LoseRequest,
            CallEffect::LateAnswer { .. } => Kind::LateAnswer,
            CallEffect::NeverAnswer => Kind::NeverAnswer,
            CallEffect::Html => Kind::Html,
            CallEffect::ServerError { .. } => Kind::ServerError,
            CallEffect::NoConnection => Kind::NoConnection,
            CallEffect::PageTokenRefused => Kind::PageToken,
            CallEffect::BrownOut => Kind::BrownOut,
            CallEffect::Outage => Kind::Outage,
            CallEffect::WrongAccount => Kind::WrongAccount,
        },
    })
}

fn of_outsider(deed: &Outsider) -> Option<Kind> {
    Some(match deed {
        Outsider::DeleteSnapshot(_) => Kind::DeleteByHand,
        Outsider::Tag { .. } => Kind::Tag,
        Outsider::Untag { .. } => Kind::Untag,
        Outsider::Hold {
            action: HoldAction::Hold,
            ..
        } => Kind::Hold,
        Outsider::Lock { .. } => Kind::Lock,
        Outsider::RegisterImage { .. } => Kind::RegisterImage,
        Outsider::TerminateInstance(_) => Kind::TerminateInstance,
        Outsider::StopInstance(_) => Kind::StopInstance,
        Outsider::RetagInstance { .. } => Kind::Retag,
        Outsider::DetachVolume(_) => Kind::DetachVolume,
        Outsider::DeleteVolume(_) => Kind::DeleteVolume,
        Outsider::AttachVolume { .. } => Kind::AttachVolume,
        Outsider::CopyTagsToForeign { .. } => Kind::CopyTags,
        Outsider::UnknownState { .. } => Kind::UnknownState,
        Outsider::RestoreTable { .. } => Kind::RestoreTable,
        Outsider::Hold { .. }
        | Outsider::Unlock(_)
        | Outsider::DisableImage(_)
        | Outsider::DeregisterImage(_)
        | Outsider::StartInstance(_) => return None,
    })
}
