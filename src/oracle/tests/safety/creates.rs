//! What is made, once, and marked from the first.

use super::{DB, after, broken};
use crate::domain::{Job, Span};
use crate::oracle::tests::story::{Step, Story, slot_of};
use crate::oracle::truth::Actor;
use crate::ports::{Outcome, UnknownCause};
use Step::{Complete, Create, Pass, Row};

#[test]
fn s7_a_third_snapshot_of_a_slot_and_a_second_that_counts() {
    let again = Create {
        volume: DB,
        slot: 1,
    };
    let create = Pass(Job::Create);
    assert_eq!(broken(&[create, again]), "");
    insta::assert_snapshot!(broken(&[create, again, again]), @"S7 slot adhoc-s1 of vol-0 has 3 snapshots");
    let counted = after(&[create, again, Complete(2), Row(2)]).finish();
    let counted: Vec<&str> = counted.iter().map(|v| v.invariant.id()).collect();
    assert!(counted.contains(&"S7"), "{counted:?}");
}

#[test]
fn s8_a_blind_second_send() {
    // A send without an answer, then what `between` does, then a second send.
    let sends = |between: &dyn Fn(&mut Story)| {
        let mut story = Story::new();
        story.begin(Job::Create);
        let request = || Story::create_request(DB, 1, "op-1");
        story.calls(request(), Outcome::Unknown(UnknownCause::TimedOut));
        between(&mut story);
        story.begin(Job::Create);
        story.calls(request(), Outcome::Unknown(UnknownCause::TimedOut));
        story.broken()
    };
    let wait = |story: &mut Story| story.now += Span::minutes(6);
    insta::assert_snapshot!(sends(&wait), @"S8 the create for vol-0 in slot adhoc-s1 was sent again without knowing what op-1 did");
    let too_early = |story: &mut Story| {
        story.look_for("op-1");
        wait(story);
    };
    insta::assert_snapshot!(sends(&too_early), @"S8 the create for vol-0 in slot adhoc-s1 was sent again without knowing what op-1 did");
    let found = |story: &mut Story| {
        story.make(Actor::Client, DB, 1, "op-1");
        wait(story);
        story.look_for("op-1");
    };
    insta::assert_snapshot!(sends(&found), @"S8 the create for vol-0 in slot adhoc-s1 was sent again without knowing what op-1 did");
    let well = |story: &mut Story| {
        wait(story);
        story.look_for("op-1");
    };
    assert_eq!(sends(&well), "");
}

#[test]
fn s9_a_tag_that_would_follow_later() {
    let mut story = Story::new();
    story.begin(Job::Create);
    story.create_set_without("snaplife:op");
    insta::assert_snapshot!(story.broken(), @"S9 the create for i-db was sent without snaplife:op");
}

#[test]
fn s22_a_slot_that_is_served_again() {
    let mut story = Story::new();
    story.slot = Some(slot_of(0));
    story.begin(Job::Create);
    story.begin(Job::Create);
    story.end(None, 0);
    assert_eq!(story.broken(), "");
    story.begin(Job::Create);
    story.calls(
        Story::create_request(DB, 1, "op-1"),
        Outcome::Unknown(UnknownCause::TimedOut),
    );
    story.end(None, 0);
    insta::assert_snapshot!(story.broken(), @"S22 slot adhoc-s0 was served again and changed EC2 1 times");
}
