//! Which events of a run belong to the story of what broke.

use smol_str::SmolStr;

use crate::player::{Broken, Lane, StoryEvent};

/// The part of a timeline that leads to a break.
#[derive(Debug)]
pub struct Slice<'a> {
    /// How many earlier events belong to it and are left out.
    pub left_out: usize,
    /// The last ones, in order.
    pub events: Vec<&'a StoryEvent>,
}

/// The most events a story shows; the rest of a screen is for what surrounds them.
pub const EVENTS_MAX: usize = 15;

/// The last events up to the break that are about its subjects, and what outsiders and faults did
/// until then; every event when the break names no subject.
#[must_use]
pub fn slice<'a>(events: &'a [StoryEvent], broken: &Broken) -> Slice<'a> {
    let belongs = |event: &StoryEvent| {
        broken.subjects.is_empty()
            || event.lane == Lane::Outside
            || broken.subjects.iter().any(|subject| about(event, subject))
    };
    let mut of_it: Vec<&StoryEvent> = events
        .iter()
        .filter(|event| event.at <= broken.at && belongs(event))
        .collect();
    let left_out = of_it.len().saturating_sub(EVENTS_MAX);
    of_it.drain(..left_out);
    Slice {
        left_out,
        events: of_it,
    }
}

/// Whether an event names an id: as its subject, or as a whole word of its sentence.
fn about(event: &StoryEvent, id: &SmolStr) -> bool {
    let part_of_an_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    event.subject == *id
        || event
            .text
            .split(|c| !part_of_an_id(c))
            .any(|word| word == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn texts(slice: &Slice<'_>) -> String {
        let lines: Vec<&str> = slice
            .events
            .iter()
            .map(|event| event.text.as_str())
            .collect();
        format!("{} left out\n{}", slice.left_out, lines.join("\n"))
    }

    #[test]
    fn a_story_holds_what_is_about_its_subjects_and_what_came_from_outside() {
        let events = samples::events();
        insta::assert_snapshot!(texts(&slice(&events, &samples::broken())), @"
        0 left out
        the answer to ec2:CreateSnapshots is lost
        ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again
        snap-a of vol-db is completed
        ec2:DeleteSnapshot snap-a
        ");
    }

    #[test]
    fn a_break_without_subjects_has_the_last_events_of_all() {
        let events = samples::events();
        let broken = Broken {
            subjects: Vec::new(),
            ..samples::broken()
        };
        insta::assert_snapshot!(texts(&slice(&events, &broken)), @"
        0 left out
        the answer to ec2:CreateSnapshots is lost
        ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again
        snap-a of vol-db is completed
        snap-ab is kept
        ec2:DeleteSnapshot snap-a
        ");
    }
}
