//! `policy:`, `policies:` and `change_policy:`, written as what differs from what held before.

use super::moments::span;
use super::tree::{Map, Node, map, one, pairs};
use crate::domain::{
    Device, Keep, Limits, Policy, PolicyName, Retroactive, RootVolumes, Schedule, Selection,
    SourceGone, Tag, Target,
};
use crate::scenario::build;
use crate::scenario::model::Scenario;

/// The policies of the start.
pub(super) fn policies(scenario: &Scenario) -> Map {
    let written = scenario.policies.iter().map(|policy| {
        let unsaid = build::unsaid(policy.name.clone(), scenario.start);
        let name = (policy.name != PolicyName::default()).then(|| policy.name.as_str());
        map()
            .maybe_text("name", name)
            .put_all(difference(&unsaid, policy))
    });
    let mut written: Vec<Map> = written.collect();
    if written.len() > 1 {
        let lines = scenario
            .policies
            .iter()
            .zip(written)
            .map(|(policy, entries)| {
                let named = policy.name != PolicyName::default();
                match named {
                    true => entries.flow(),
                    false => map()
                        .text("name", policy.name.as_str())
                        .put_all(entries)
                        .flow(),
                }
            });
        return map().maybe("policies", Node::block_list(lines));
    }
    let only = written.pop().and_then(Map::unless_empty);
    map().maybe("policy", only.map(Map::flow))
}

/// A change of a policy.
pub(super) fn change(before: &Policy, after: &Policy) -> Node {
    map()
        .text("name", after.name.as_str())
        .put_all(difference(before, after))
        .flow()
}

/// What must be said so that `before` becomes `after`.
fn difference(before: &Policy, after: &Policy) -> Map {
    let (was, is) = (&before.schedules, &after.schedules);
    let schedule = |was: &Option<Schedule>, is: &Option<Schedule>| {
        (was != is).then(|| is.as_ref().map(|s| Node::text(s.text())))?
    };
    let texts = |was: &[smol_str::SmolStr], is: &[smol_str::SmolStr]| {
        (was != is).then(|| Node::flow_list(is))
    };
    selection(&before.select, &after.select)
        .maybe("create", schedule(&was.create, &is.create))
        .maybe("sync", schedule(&was.sync, &is.sync))
        .maybe("expire", schedule(&was.expire, &is.expire))
        .maybe(
            "timezone",
            (was.zone != is.zone).then(|| Node::text(is.zone.name())),
        )
        .maybe("keep", keep(&before.keep, &after.keep))
        .maybe(
            "source_gone",
            (before.source_gone != after.source_gone).then(|| match after.source_gone {
                SourceGone::Finish => Node::text("finish"),
                SourceGone::Hold => Node::text("hold"),
                SourceGone::KeepLast(lasts) => one("keep_last", one("for", span(lasts))),
            }),
        )
        .maybe(
            "retroactive",
            (before.retroactive != after.retroactive)
                .then_some(Node::Bool(after.retroactive == Retroactive::Yes)),
        )
        .maybe(
            "lifetime_tags",
            texts(&before.lifetime_tags, &after.lifetime_tags),
        )
        .maybe("copy_tags", texts(&before.copy_tags, &after.copy_tags))
        .maybe(
            "tags",
            (before.extra_tags != after.extra_tags).then(|| tag_list(&after.extra_tags)),
        )
        .maybe("limits", limits(&before.limits, &after.limits))
        .maybe(
            "notify",
            after
                .notify
                .as_ref()
                .filter(|_| before.notify != after.notify)
                .map(|topic| Node::text(topic.as_str())),
        )
}

fn selection(before: &Selection, after: &Selection) -> Map {
    map()
        .maybe(
            "select",
            (before.target != after.target).then(|| match &after.target {
                Target::Instances(tag) => one("instances", tag_list(std::slice::from_ref(tag))),
                Target::Volumes(tag) => one("volumes", tag_list(std::slice::from_ref(tag))),
            }),
        )
        .maybe(
            "root",
            (before.root != after.root).then(|| match after.root {
                RootVolumes::Include => Node::text("include"),
                RootVolumes::Exclude => Node::text("exclude"),
            }),
        )
        .maybe(
            "exclude_tags",
            (before.exclude_tags != after.exclude_tags).then(|| tag_list(&after.exclude_tags)),
        )
        .maybe(
            "exclude_devices",
            (before.exclude_devices != after.exclude_devices)
                .then(|| Node::flow_list(after.exclude_devices.iter().map(Device::as_str))),
        )
}

fn keep(before: &Keep, after: &Keep) -> Option<Node> {
    map()
        .maybe(
            "for",
            (before.lifetime != after.lifetime)
                .then(|| after.lifetime.map(span))
                .flatten(),
        )
        .maybe(
            "last",
            (before.last != after.last)
                .then(|| after.last.map(Node::number))
                .flatten(),
        )
        .maybe(
            "at_least",
            (before.at_least != after.at_least).then(|| Node::number(after.at_least.count())),
        )
        .unless_empty()
        .map(Map::flow)
}

fn limits(before: &Limits, after: &Limits) -> Option<Node> {
    let spans = [
        ("call_timeout", before.call_timeout, after.call_timeout),
        (
            "visibility_window",
            before.visibility_window,
            after.visibility_window,
        ),
        ("error_grace", before.error_grace, after.error_grace),
        ("stuck_after", before.stuck_after, after.stuck_after),
        ("deadline", before.deadline, after.deadline),
        ("clock_error", before.clock_error_max, after.clock_error_max),
        (
            "keep_deleted_rows",
            before.keep_deleted_rows,
            after.keep_deleted_rows,
        ),
    ];
    let numbers = [
        ("attempts", before.attempts_max, after.attempts_max),
        ("blast_floor", before.blast_floor, after.blast_floor),
        ("blast_percent", before.blast_percent, after.blast_percent),
        ("pace_percent", before.pace_percent, after.pace_percent),
    ];
    let spans = spans.into_iter().fold(map(), |entries, (key, was, is)| {
        entries.maybe(key, (was != is).then(|| span(is)))
    });
    numbers
        .into_iter()
        .fold(spans, |entries, (key, was, is)| {
            entries.maybe(key, (was != is).then(|| Node::number(is)))
        })
        .unless_empty()
        .map(Map::flow)
}

fn tag_list(tags: &[Tag]) -> Node {
    pairs(
        tags.iter()
            .map(|tag| (tag.key.as_str(), tag.value.as_str())),
    )
}
