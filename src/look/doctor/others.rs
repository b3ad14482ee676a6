//! Topics, quotas, and the clock.

use std::collections::BTreeSet;

use super::Patient;
use super::check::{Check, Subject};
use crate::calls::{ClockVerdict, settle};
use crate::domain::{Span, TopicArn};
use crate::ports::sns::GetTopicAttributes;
use crate::ports::{Operation, Outcome, RejectionClass};

/// Looks whether each topic is there; nothing is published.
pub(super) async fn topics(patient: &Patient<'_>, checks: &mut Vec<Check>) {
    let topics: BTreeSet<&TopicArn> = patient
        .policies
        .iter()
        .filter_map(|policy| policy.notify.as_ref())
        .collect();
    if topics.is_empty() {
        let found = "no policy names a topic, so findings are told by reports and exit codes only";
        checks.push(Check::ok(Subject::Topics, found));
    }
    for topic in topics {
        let request = GetTopicAttributes {
            topic: topic.clone(),
        };
        let check = match patient.caller.send(topic.as_str(), request).await {
            Outcome::Ok(_) => Check::ok(
                Subject::Topics,
                format!("{topic} is there; that messages may be published can't be tried"),
            ),
            Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {
                Check::broken(
                    Subject::Topics,
                    format!("there is no topic {topic}"),
                    "make it, or correct `notify` of the policy",
                )
            }
            Outcome::Rejected(refused) if refused.class == RejectionClass::Denied => {
                Check::warning(
                    Subject::Topics,
                    format!("these credentials may not read {topic} ({})", refused.code),
                    "allow sns:GetTopicAttributes and sns:Publish on it; see `snaplife iam --topic`",
                )
            }
            other => match settle(GetTopicAttributes::NAME, topic.as_str(), other) {
                Ok(_) => continue,
                Err(stop) => Check::warning(
                    Subject::Topics,
                    stop.to_string(),
                    stop.hint().unwrap_or("run it again in a while"),
                ),
            },
        };
        checks.push(check);
    }
}

/// There is no call for them yet.
pub(super) fn quotas(checks: &mut Vec<Check>) {
    checks.push(Check::skipped(
        Subject::Quotas,
        "not read; see `Snapshots per Region` in Service Quotas, 100000 unless raised",
    ));
}

/// Compares the clocks, by what the calls before have told.
pub(super) fn clock(patient: &Patient<'_>, checks: &mut Vec<Check>) {
    const REMEDY: &str = "set this machine's clock, by NTP for example; until then nothing is \
                          deleted";
    let max = patient.caller.limits().clock_error_max;
    let apart = apart(patient);
    checks.push(match patient.caller.clock_verdict() {
        ClockVerdict::Trusted(_) if apart + apart > max => Check::warning(
            Subject::Clock,
            format!("{apart} from AWS's; from {max} on nothing is deleted"),
            "set this machine's clock, by NTP for example",
        ),
        ClockVerdict::Trusted(_) if apart == Span::ZERO => {
            Check::ok(Subject::Clock, "in step with AWS's, to the second")
        }
        ClockVerdict::Trusted(_) => Check::ok(Subject::Clock, format!("{apart} from AWS's")),
        ClockVerdict::NoServerTime => Check::broken(
            Subject::Clock,
            "no answer of EC2 carried its time, so nothing would be deleted",
            "look whether a proxy takes the header `Date` out of answers",
        ),
        ClockVerdict::TooFarApart(apart) => {
            Check::broken(Subject::Clock, format!("{apart} from AWS's"), REMEDY)
        }
    });
}

/// The larger distance in either direction, in whole seconds: AWS's clock tells no less.
fn apart(patient: &Patient<'_>) -> Span {
    let now = patient.caller.now();
    let behind = now - patient.caller.earliest_now();
    let ahead = patient.caller.latest_now() - now;
    Span::seconds(behind.max(ahead).as_ms() / 1_000)
}
