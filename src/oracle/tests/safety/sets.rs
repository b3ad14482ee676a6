//! What goes together.

use super::DB;
use crate::domain::{Job, SnapshotId};
use crate::oracle::tests::story::{Step, Story};
use crate::oracle::truth::Actor;
use crate::ports::ec2::DeleteSnapshot;
use crate::ports::{Outcome, UnknownCause};
use Step::{Complete, Create, Delete, Look, Pass, Row, Wait};

const LOG: u8 = 1;

/// A set of two, old enough to go: `snap-0` of the data and `snap-1` of the log. Each volume has a newer
/// one, so that no floor is in the way.
fn set_of_two() -> Story {
    let mut story = Story::new().play(&[Pass(Job::Create)]);
    for volume in [DB, LOG] {
        story.make(Actor::Client, volume, 1, "op-set");
    }
    let newer = |volume| Create { volume, slot: 2 };
    let done = [2, 3].map(Complete);
    story
        .play(&[
            Complete(0),
            Complete(1),
            Pass(Job::Sync),
            Look(DB),
            Look(LOG),
        ])
        .play(&[
            Row(0),
            Row(1),
            Wait(24),
            Pass(Job::Create),
            newer(DB),
            newer(LOG),
        ])
        .play(&done)
        .play(&[
            Pass(Job::Sync),
            Look(DB),
            Look(LOG),
            Row(2),
            Row(3),
            Wait(1),
        ])
}

fn holds(story: &mut Story, number: u8) {
    let id = story.nth(number).expect("it was made");
    let snapshot = story.world.snapshots.get_mut(&id).expect("it is there");
    snapshot.blocked = Some("a hold");
}

#[test]
fn s25_a_set_of_which_nothing_is_held_goes() {
    let story = set_of_two().play(&[Pass(Job::Expire), Look(DB), Look(LOG), Delete(0), Delete(1)]);
    assert_eq!(story.broken(), "");
}

#[test]
fn s25_the_first_of_a_set_goes_though_another_is_held() {
    let mut story = set_of_two();
    holds(&mut story, 1);
    let story = story.play(&[Pass(Job::Expire), Look(DB), Look(LOG), Delete(0)]);
    insta::assert_snapshot!(story.broken(), @"S25 snap-0 is the first of its set to go, though the last look at snap-1, which was made with it, said that it is held");
}

#[test]
fn s25_a_hold_that_came_after_the_look_is_known_to_nobody() {
    let mut story = set_of_two().play(&[Pass(Job::Expire), Look(DB), Look(LOG)]);
    holds(&mut story, 1);
    assert_eq!(story.play(&[Delete(0)]).broken(), "");
}

#[test]
fn s25_once_a_delete_may_have_acted_the_rest_goes() {
    let mut story = set_of_two().play(&[Pass(Job::Expire), Look(DB), Look(LOG)]);
    let request = DeleteSnapshot {
        snapshot: SnapshotId::new("snap-0"),
    };
    story.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    holds(&mut story, 0);
    let story = story.play(&[Wait(1), Pass(Job::Expire), Look(DB), Look(LOG), Delete(1)]);
    assert_eq!(story.broken(), "");
}
