//! `fault:`, written.

use super::moments::span;
use super::story::calls;
use super::tree::{Map, Node, map, one};
use crate::domain::Timestamp;
use crate::scenario::build;
use crate::scenario::model::{Applied, CallEffect, CallFault, CallMatcher, Fault, WorldFault};

/// A fault that starts at `now`.
pub(super) fn fault(fault: &Fault, now: Timestamp) -> Node {
    match fault {
        Fault::Call(fault) => on_calls(fault, now),
        Fault::World(fault) => on_the_world(fault, now),
    }
}

fn on_calls(fault: &CallFault, now: Timestamp) -> Node {
    let matching = &fault.matching;
    let meets = || meets(matching, now);
    let window = || map().maybe("for", matching.until.map(|until| span(until - now)));
    match &fault.effect {
        CallEffect::Refuse {
            code,
            status,
            message,
        } => {
            let entry = meets()
                .text("code", code)
                .maybe(
                    "status",
                    (*status != build::REFUSED_STATUS).then(|| Node::number(u32::from(*status))),
                )
                .maybe(
                    "message",
                    (message != build::REFUSED_MESSAGE).then(|| Node::text(message)),
                );
            one("refuse", entry.flow())
        }
        CallEffect::Throttle => one("throttle", meets().flow()),
        CallEffect::LoseAnswer => one("lose_answer", meets().flow()),
        CallEffect::LoseRequest => one("lose_request", meets().flow()),
        CallEffect::LateAnswer { by } => one("late_answer", meets().put("by", span(*by)).flow()),
        CallEffect::NeverAnswer => one("never_answer", meets().flow()),
        CallEffect::Html => one("html", meets().flow()),
        CallEffect::ServerError { applied } => {
            let applied = match applied {
                Applied::Yes => "yes",
                Applied::No => "no",
            };
            one("server_error", meets().text("applied", applied).flow())
        }
        CallEffect::NoConnection => one("no_connection", meets().flow()),
        CallEffect::PageTokenRefused => one("page_token_refused", meets().flow()),
        CallEffect::BrownOut => {
            let percent = Node::number(matching.percent);
            one("brown_out", window().put("percent", percent).flow())
        }
        CallEffect::Outage => one("outage", window().flow()),
        CallEffect::WrongAccount => one("wrong_account", window().flow()),
    }
}

/// Which calls it meets. Without `times` and `for` it meets one.
fn meets(matching: &CallMatcher, now: Timestamp) -> Map {
    let times = match (matching.times, matching.until) {
        (Some(1), None) => None,
        (times, _) => times,
    };
    map()
        .text("call", calls(matching.calls))
        .maybe_text("of", matching.resource.as_ref())
        .maybe(
            "nth",
            (matching.nth != 1).then(|| Node::number(matching.nth)),
        )
        .maybe("times", times.map(Node::number))
        .maybe("for", matching.until.map(|until| span(until - now)))
}

fn on_the_world(fault: &WorldFault, now: Timestamp) -> Node {
    let next = |of: &Option<crate::domain::VolumeId>, times: u32| {
        map()
            .maybe_text("of", of.as_ref().map(|of| of.as_str()))
            .maybe("times", (times != 1).then(|| Node::number(times)))
    };
    match fault {
        WorldFault::HideNewSnapshots { span: lasts, times } => {
            let entry = map().put("for", span(*lasts)).put_all(next(&None, *times));
            one("hide_new_snapshots", entry.flow())
        }
        WorldFault::IndexLag { lag, until } => {
            let entry = map().put("lag", span(*lag)).put("for", span(*until - now));
            one("index_lag", entry.flow())
        }
        WorldFault::FailSnapshots { of, times } => one("fail_snapshots", next(of, *times).flow()),
        WorldFault::StuckSnapshots {
            of,
            times,
            span: lasts,
        } => {
            let entry = next(of, *times).maybe("for", lasts.map(span));
            one("stuck_snapshots", entry.flow())
        }
        WorldFault::SlowSnapshots { of, times, take } => one(
            "slow_snapshots",
            next(of, *times).put("take", span(*take)).flow(),
        ),
    }
}
