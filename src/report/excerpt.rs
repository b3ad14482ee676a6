//! Which events of a run belong to the story of what broke.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::player::{Broken, Lane, StoryEvent, Weight};

/// The part of a timeline that leads to a break.
#[derive(Debug)]
pub struct Excerpt<'a> {
    /// How many other events belong to it and are left out.
    pub left_out: usize,
    /// The last ones, in order, with what came from outside before them.
    pub events: Vec<&'a StoryEvent>,
}

/// The most events a story shows; the rest of a screen is for what surrounds them.
pub const EVENTS_MAX: usize = 15;

/// Of those, the places that the last telling ones get however long ago they were: a story often
/// begins with them.
const TELLING_MAX: usize = 5;

/// The last events up to the break that are about its subjects or about snapshots of them, and
/// what else may be its cause: what outsiders and faults did, what was refused and reported. Of
/// telling ones with the same words the last one.
///
/// A break without subjects gets every event but those of passes that did nothing.
#[must_use]
pub fn excerpt<'a>(events: &'a [StoryEvent], broken: &Broken) -> Excerpt<'a> {
    let before: Vec<&StoryEvent> = events
        .iter()
        .filter(|event| event.at <= broken.at)
        .collect();
    let mut of_it = if broken.subjects.is_empty() {
        without_idle_passes(before)
    } else {
        let ids = related(&before, &broken.subjects);
        let belongs = |event: &&StoryEvent| event.weight == Weight::Telling || about(event, &ids);
        before.into_iter().filter(belongs).collect()
    };
    keep_last_of_each(&mut of_it);
    let found = of_it.len();
    keep_last(&mut of_it);
    Excerpt {
        left_out: found - of_it.len(),
        events: of_it,
    }
}

/// Leaves of the telling events of the engine with the same words the last one: each pass says again
/// what is still so.
fn keep_last_of_each(events: &mut Vec<&StoryEvent>) {
    let mut said = BTreeSet::new();
    let mut kept: Vec<&StoryEvent> = Vec::with_capacity(events.len());
    for event in events.iter().rev() {
        let repeats = event.weight == Weight::Telling && event.lane == Lane::Engine;
        if !repeats || said.insert(event.text.as_str()) {
            kept.push(event);
        }
    }
    kept.reverse();
    *events = kept;
}

/// Leaves the last events, and room among them for the last telling ones.
fn keep_last(events: &mut Vec<&StoryEvent>) {
    let is_telling = |event: &StoryEvent| event.weight == Weight::Telling;
    let telling = events.iter().filter(|event| is_telling(event)).count();
    let usual = events.len() - telling;
    let usual_max = EVENTS_MAX - telling.min(TELLING_MAX);
    let mut usual_more = usual.saturating_sub(usual_max);
    let telling_max = EVENTS_MAX - usual.min(usual_max);
    let mut telling_more = telling.saturating_sub(telling_max);
    events.retain(|event| {
        let more = if is_telling(event) {
            &mut telling_more
        } else {
            &mut usual_more
        };
        let kept = *more == 0;
        *more = more.saturating_sub(1);
        kept
    });
}

/// The subjects, and the snapshots that AWS's own events name together with one of them: the
/// engine speaks of those by their ids alone.
fn related<'a>(events: &[&'a StoryEvent], subjects: &'a [SmolStr]) -> BTreeSet<&'a str> {
    let subjects: BTreeSet<&str> = subjects.iter().map(SmolStr::as_str).collect();
    let snapshots = events
        .iter()
        .filter(|event| event.lane == Lane::Aws && about(event, &subjects))
        .flat_map(|event| words(&event.text))
        .filter(|word| word.starts_with("snap-"));
    let snapshots: Vec<&str> = snapshots.collect();
    subjects.into_iter().chain(snapshots).collect()
}

/// Whether an event names one of these ids: as its subject, or as a whole word of its sentence.
fn about(event: &StoryEvent, ids: &BTreeSet<&str>) -> bool {
    ids.contains(event.subject.as_str()) || words(&event.text).any(|word| ids.contains(word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
}

/// The events without those of passes that only began and ended.
fn without_idle_passes(events: Vec<&StoryEvent>) -> Vec<&StoryEvent> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for pass in events.iter().filter_map(|event| event.pass) {
        *counts.entry(pass).or_default() += 1;
    }
    let busy = |event: &&StoryEvent| {
        event
            .pass
            .and_then(|pass| counts.get(&pass))
            .is_none_or(|count| *count > 2)
    };
    events.into_iter().filter(busy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn texts(excerpt: &Excerpt<'_>) -> String {
        let lines: Vec<&str> = excerpt
            .events
            .iter()
            .map(|event| event.text.as_str())
            .collect();
        format!("{} left out\n{}", excerpt.left_out, lines.join("\n"))
    }

    #[test]
    fn a_story_holds_what_is_about_its_subjects_and_what_came_from_outside() {
        let events = samples::events();
        insta::assert_snapshot!(texts(&excerpt(&events, &samples::broken())), @"
        0 left out
        the answer to ec2:CreateSnapshots is lost
        ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again
        snap-a of vol-db is completed
        ec2:DeleteSnapshot snap-a
        ");
    }

    #[test]
    fn the_snapshots_of_a_volume_belong_to_its_story() {
        let events = samples::events();
        let broken = Broken {
            subjects: vec!["vol-db".into()],
            ..samples::broken()
        };
        insta::assert_snapshot!(texts(&excerpt(&events, &broken)), @"
        0 left out
        the answer to ec2:CreateSnapshots is lost
        ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again
        snap-a of vol-db is completed
        ec2:DeleteSnapshot snap-a
        ");
    }

    #[test]
    fn a_break_without_subjects_has_the_events_of_every_pass_that_did_something() {
        let mut events = samples::events();
        for (number, text) in [
            (3, "create begins"),
            (3, "the pass ends"),
            (5, "sync begins"),
            (9, "expire begins"),
            (9, "the pass ends"),
        ] {
            let at = events[0].at;
            events.push(StoryEvent {
                text: text.into(),
                pass: Some(number),
                at,
                ..events[1].clone()
            });
        }
        let broken = Broken {
            subjects: Vec::new(),
            ..samples::broken()
        };
        insta::assert_snapshot!(texts(&excerpt(&events, &broken)), @"
        0 left out
        the answer to ec2:CreateSnapshots is lost
        ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again
        snap-a of vol-db is completed
        ec2:DeleteSnapshot snap-a
        create begins
        the pass ends
        expire begins
        the pass ends
        ");
    }

    #[test]
    fn what_came_from_outside_has_its_places_however_long_ago_it_was() {
        let one = &samples::events()[1];
        let event = |number: usize| StoryEvent {
            text: number.to_string().into(),
            weight: if number < 8 {
                Weight::Telling
            } else {
                Weight::Usual
            },
            lane: if number < 8 {
                Lane::Outside
            } else {
                Lane::Engine
            },
            ..one.clone()
        };
        let events: Vec<StoryEvent> = (0..40).map(event).collect();
        let shown = texts(&excerpt(&events, &samples::broken())).replace('\n', " ");
        insta::assert_snapshot!(shown, @"25 left out 3 4 5 6 7 30 31 32 33 34 35 36 37 38 39");
        let shown = texts(&excerpt(&events[..12], &samples::broken())).replace('\n', " ");
        insta::assert_snapshot!(shown, @"0 left out 0 1 2 3 4 5 6 7 8 9 10 11");
    }
}
