//! Faults of the story as the conditions take them.

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::fault::{CallMatch, Fault, FaultEffect, Matcher};

use super::names::Names;
use super::setting::sim_time;
use crate::domain::Timestamp;
use crate::ports::Service;
use crate::scenario::model::{Applied, Boundary, CallEffect, CallFault, CallMatcher, Calls, Crash};
use crate::simulated::crash;

/// A fault of the story in force from `from` on; `name` must be unique in the run.
///
/// A brown-out becomes two: half of the calls it meets fail before they act, half after.
pub(crate) fn arm(fault: &CallFault, names: &Names, from: Timestamp, name: &str) -> Vec<Fault> {
    let matcher = matcher(&fault.matching, names, from);
    let one = |effect: FaultEffect, matcher: Matcher, part: &str| Fault {
        effect,
        matcher,
        name: format_smolstr!("{name}{part}"),
    };
    let effect = match &fault.effect {
        CallEffect::Refuse {
            code,
            status,
            message,
        } => FaultEffect::Refuse {
            code: code.clone(),
            message: message.clone(),
            status: *status,
        },
        CallEffect::Throttle => FaultEffect::Throttle,
        CallEffect::LoseAnswer => FaultEffect::LoseAnswer,
        CallEffect::LoseRequest | CallEffect::Outage => FaultEffect::RequestLost,
        CallEffect::LateAnswer { by } => {
            FaultEffect::DelayAnswer(snaplife_sim::time::Span(by.as_ms()))
        }
        CallEffect::NeverAnswer => FaultEffect::NeverAnswer,
        CallEffect::Html => FaultEffect::GarbleAnswer,
        CallEffect::ServerError {
            applied: Applied::Yes,
        } => FaultEffect::ServerErrorAfter(500),
        CallEffect::ServerError {
            applied: Applied::No,
        } => server_error(500),
        CallEffect::NoConnection => FaultEffect::NotSent,
        CallEffect::PageTokenRefused => FaultEffect::RefusePageToken,
        CallEffect::BrownOut => {
            let percent = u64::from(matcher.percent);
            let before = u8::try_from(percent / 2).unwrap_or(50);
            // Of the calls that the first half let pass, so many must fail for the share to hold.
            let rest = 100 - u64::from(before);
            let after = (percent - u64::from(before)) * 100 / rest;
            let after = u8::try_from(after).unwrap_or(100);
            return vec![
                one(
                    server_error(503),
                    Matcher {
                        percent: before,
                        ..matcher.clone()
                    },
                    "-before",
                ),
                one(
                    FaultEffect::ServerErrorAfter(503),
                    Matcher {
                        percent: after,
                        ..matcher
                    },
                    "-after",
                ),
            ];
        }
        // The credentials change, not the call: see the player.
        CallEffect::WrongAccount => return Vec::new(),
    };
    vec![one(effect, matcher, "")]
}

fn server_error(status: u16) -> FaultEffect {
    FaultEffect::Refuse {
        code: SmolStr::default(),
        message: SmolStr::default(),
        status,
    }
}

fn matcher(matching: &CallMatcher, names: &Names, from: Timestamp) -> Matcher {
    Matcher {
        call: call_match(matching.calls),
        from: sim_time(from),
        percent: u8::try_from(matching.percent).unwrap_or(100),
        resource: matching.resource.as_ref().map(|name| id_of(name, names)),
        skip: matching.nth.saturating_sub(1),
        times: matching.times,
        until: matching.until.map(sim_time),
    }
}

/// A crash of the story as the conditions take it; `name` must be unique in the run.
pub(super) fn arm_crash(crash: &Crash, names: &Names, name: SmolStr) -> crash::ArmedCrash {
    crash::ArmedCrash {
        boundary: match crash.when {
            Boundary::Before => crash::Boundary::Before,
            Boundary::After => crash::Boundary::After,
        },
        call: call_match(crash.calls),
        resource: crash.resource.as_ref().map(|name| id_of(name, names)),
        job: crash.job,
        name,
        left: u64::from(crash.nth.max(1)),
    }
}

fn call_match(calls: Calls) -> CallMatch {
    match calls {
        Calls::Any => CallMatch::Any,
        Calls::One(operation) => CallMatch::Operation(operation.text().into()),
        Calls::Of(service) => CallMatch::Service(
            match service {
                Service::Ec2 => "ec2",
                Service::DynamoDb => "dynamodb",
                Service::Sns => "sns",
                Service::Sts => "sts",
            }
            .into(),
        ),
    }
}

/// A snapshot's name in the file stands for its id; other names are ids.
fn id_of(name: &SmolStr, names: &Names) -> SmolStr {
    names
        .named(name)
        .map_or_else(|| name.clone(), |id| id.text().clone())
}

/// What a fault says in the story.
pub(crate) fn told(fault: &CallFault) -> SmolStr {
    let what = match &fault.effect {
        CallEffect::Refuse { code, .. } => format!("are refused with {code}"),
        CallEffect::Throttle => "are throttled".to_owned(),
        CallEffect::LoseAnswer => "act, and their answers are lost".to_owned(),
        CallEffect::LoseRequest => "are lost on their way".to_owned(),
        CallEffect::LateAnswer { by } => format!("are answered {by} late"),
        CallEffect::NeverAnswer => "act, and are never answered".to_owned(),
        CallEffect::Html => "act, and are answered with HTML".to_owned(),
        CallEffect::ServerError { .. } => "meet a server error".to_owned(),
        CallEffect::NoConnection => "find no connection".to_owned(),
        CallEffect::PageTokenRefused => "have their page tokens refused".to_owned(),
        CallEffect::BrownOut => "meet a brown-out".to_owned(),
        CallEffect::Outage => "meet an outage".to_owned(),
        CallEffect::WrongAccount => "belong to another account".to_owned(),
    };
    let matching = &fault.matching;
    let calls = match matching.calls {
        Calls::Any => SmolStr::new_static("calls"),
        Calls::One(operation) => operation.text().into(),
        Calls::Of(service) => format_smolstr!("{service:?} calls"),
    };
    let extent = match (matching.times, matching.until) {
        (Some(1), _) => ", once".to_owned(),
        (Some(times), _) => format!(", {times} times"),
        (None, Some(until)) => format!(" until {until}"),
        (None, None) => String::new(),
    };
    format_smolstr!("{calls} {what}{extent}")
}
