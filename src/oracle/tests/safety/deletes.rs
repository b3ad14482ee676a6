//! What may be deleted, when, and how much.

use std::borrow::Cow;

use super::{DB, TWO, after, broken};
use crate::domain::{Job, Lifetime, PolicyName, SnapshotState, Span};
use crate::journal::{Event, FaultLine, Finding, FindingKind};
use crate::oracle::tests::story::{Step, Story, promise};
use crate::oracle::truth::{TrueRow, TrueSnapshot};
use crate::ports::ec2::{DeleteSnapshot, PageRequest, SnapshotPage};
use crate::ports::{Done, Outcome, Reply, UnknownCause};
use Step::{
    Complete, Create, Delete, Fail, Foreign, Look, OutsiderDelete, Pass, Row, VolumeGone, Wait,
};

#[test]
fn a_delete_by_the_rules_breaks_nothing() {
    assert_eq!(broken(&[Pass(Job::Expire), Look(DB), Delete(0)]), "");
}

#[test]
fn s1_a_delete_before_its_time() {
    insta::assert_snapshot!(broken(&[Pass(Job::Expire), Look(DB), Delete(1)]), @"S1 snap-1 of vol-0 was deleted before its time");
    // A failed one was no backup.
    let failed = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 3,
        },
        Fail(2),
        Row(2),
        Pass(Job::Expire),
        Look(DB),
        Delete(2),
    ];
    assert_eq!(broken(&failed), "");
}

#[test]
fn s1_the_longest_promise_holds_and_a_count_keeps() {
    let mut longer = promise(Span::days(1));
    let policy = longer.policies.get_mut(&PolicyName::default()).unwrap();
    policy.lifetime_now = Some(Lifetime::For(Span::days(30)));
    let story = Story::with(longer).play(&TWO);
    let story = story.play(&[Pass(Job::Expire), Look(DB), Delete(0)]);
    insta::assert_snapshot!(story.broken(), @"S1 snap-0 of vol-0 was deleted before its time");

    let mut counted = promise(Span::days(1));
    counted
        .policies
        .get_mut(&PolicyName::default())
        .unwrap()
        .last = Some(2);
    let story = Story::with(counted).play(&TWO);
    let story = story.play(&[Pass(Job::Expire), Look(DB), Delete(0)]);
    insta::assert_snapshot!(story.broken(), @"S1 snap-0 of vol-0 was deleted before its time");
}

#[test]
fn s2_what_is_not_ours_beyond_doubt() {
    let no_row = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 0,
        },
        Complete(2),
        Wait(30),
        Pass(Job::Expire),
        Look(DB),
        Delete(2),
    ];
    insta::assert_snapshot!(broken(&no_row), @"S2 snap-2 of vol-0 was deleted and is not ours to delete");
    let foreign = [
        Foreign {
            volume: DB,
            slot: 0,
        },
        Complete(2),
        Pass(Job::Sync),
        Look(DB),
        Row(2),
        Wait(30),
        Pass(Job::Expire),
        Look(DB),
        Delete(2),
    ];
    insta::assert_snapshot!(broken(&foreign), @"S2 snap-2 of vol-0 was deleted and is not ours to delete");
}

#[test]
fn s2_only_a_person_gives_us_what_we_did_not_make() {
    let mut story = after(&[
        Foreign {
            volume: DB,
            slot: 0,
        },
        Complete(2),
        Pass(Job::Sync),
        Look(DB),
        Row(2),
    ]);
    let adopted = Finding {
        kind: FindingKind::Adopted,
        subject: "snap-2".into(),
        text: "it has its row now".into(),
    };
    story.line(Event::Finding(Cow::Borrowed(&adopted)));
    let story = story.play(&[Wait(30), Pass(Job::Expire), Look(DB), Delete(2)]);
    insta::assert_snapshot!(story.broken(), @"S2 snap-2 of vol-0 was deleted and is not ours to delete");
}

#[test]
fn s2_a_look_that_forbids_the_delete() {
    let after_a_look_at = |change: fn(&mut TrueSnapshot)| {
        let mut story = after(&[Pass(Job::Expire)]);
        let first = story.nth(0).expect("it was made");
        change(story.world.snapshots.get_mut(&first).expect("it is there"));
        story.play(&[Look(DB), Delete(0)]).broken()
    };
    assert_eq!(after_a_look_at(|_| {}), "");
    insta::assert_snapshot!(
        after_a_look_at(|found| found.blocked = Some("a hold")),
        @"S2 snap-0 is deleted, though the last look at it said that it is held"
    );
    insta::assert_snapshot!(
        after_a_look_at(|found| found.state = SnapshotState::Other("recovering".into())),
        @"S2 snap-0 is deleted, though the last look at it said that its state is one that nobody knows"
    );
}

#[test]
fn s3_the_last_good_copy() {
    let last = [OutsiderDelete(1), Pass(Job::Expire), Look(DB), Delete(0)];
    insta::assert_snapshot!(broken(&last), @"S3 snap-0 was deleted and vol-0 keeps fewer than 1 snapshots that this run saw completed");
    let volume_gone = [
        OutsiderDelete(1),
        VolumeGone(DB),
        Pass(Job::Expire),
        Look(DB),
        Delete(0),
    ];
    assert_eq!(broken(&volume_gone), "");
}

#[test]
fn s3_a_look_of_another_run_and_a_companion_that_we_deleted_do_not_count() {
    let look_before = [Pass(Job::Expire), Look(DB), Pass(Job::Expire), Delete(0)];
    insta::assert_snapshot!(broken(&look_before), @"
    S4 the delete of snap-0 rests on no fresh look of this run
    S21 snap-0 is deleted by a clock that can't be trusted
    S3 snap-0 was deleted and vol-0 keeps fewer than 1 snapshots that this run saw completed
    ");
    let both = [Wait(24), Pass(Job::Expire), Look(DB), Delete(1), Delete(0)];
    insta::assert_snapshot!(broken(&both), @"S3 snap-0 was deleted and vol-0 keeps fewer than 1 snapshots that this run saw completed");
}

#[test]
fn s18_a_pending_one_is_no_backup() {
    let pending = [
        OutsiderDelete(1),
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 3,
        },
        Pass(Job::Expire),
        Look(DB),
        Delete(0),
    ];
    insta::assert_snapshot!(broken(&pending), @"
    S3 snap-0 was deleted and vol-0 keeps fewer than 1 snapshots that this run saw completed
    S18 snap-0 was deleted and vol-0 keeps fewer than 1 snapshots that this run saw completed
    ");
}

#[test]
fn s4_an_old_look() {
    let mut story = after(&[Pass(Job::Expire), Look(DB)]);
    story.now += Span::seconds(31);
    story.step(Delete(0));
    insta::assert_snapshot!(story.broken(), @"S4 the delete of snap-0 rests on no fresh look of this run");
}

#[test]
fn s5_a_page_that_was_not_read_and_one_that_was_read_at_last() {
    let page = |story: &Story, token: Option<&str>, next: Option<&str>| {
        let (mut request, mut page) = story.listing(DB);
        request.page = PageRequest {
            max_results: None,
            token: token.map(Into::into),
        };
        page.next = next.map(Into::into);
        (request, page)
    };
    let mut story = after(&[Pass(Job::Expire)]);
    let (request, first): (_, SnapshotPage) = page(&story, None, Some("2"));
    story.calls(request, Outcome::Ok(Reply::DescribeSnapshots(first)));
    let (request, _) = page(&story, Some("2"), None);
    story.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    story.step(Delete(0));
    insta::assert_snapshot!(story.broken(), @"S5 snap-0 is deleted in a run with a listing that is not complete");

    let mut story = after(&[Pass(Job::Expire)]);
    let (request, first) = page(&story, None, Some("2"));
    story.calls(request, Outcome::Ok(Reply::DescribeSnapshots(first)));
    let (request, _) = page(&story, Some("2"), None);
    story.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    let (request, second) = page(&story, Some("2"), None);
    story.calls(request, Outcome::Ok(Reply::DescribeSnapshots(second)));
    story.step(Delete(0));
    assert_eq!(story.broken(), "");
}

#[test]
fn s6_a_refused_delete_that_stays_marked() {
    let refused = |blocked, state: &str| {
        let mut story = after(&[Pass(Job::Expire), Look(DB)]);
        story.refused_delete(0);
        let row = TrueRow {
            blocked,
            state: Some(state.into()),
            revision: Some(100),
            ..TrueRow::default()
        };
        story.world.rows.insert("snap-0".into(), row);
        story.end(None, 0);
        story.broken()
    };
    assert_eq!(refused(true, "completed"), "");
    insta::assert_snapshot!(refused(false, "expiring"), @"S6 AWS refused to delete snap-0, and its row does not say so");
}

#[test]
fn s21_a_clock_that_can_not_be_trusted() {
    let mut story = after(&[Pass(Job::Expire)]);
    let (request, page) = story.listing(DB);
    let ticket = story.call(request.into());
    let told = story.now;
    story.now = told + Span::seconds(61);
    // The answer carries the time it was made, and the journal's clock has gone on.
    let answer = crate::journal::AnswerLine {
        outcome: std::borrow::Cow::Owned(Outcome::Ok(Reply::DescribeSnapshots(page))),
        server_time: Some(told),
        ticket,
    };
    story.line(Event::Answer(answer));
    story.step(Delete(0));
    insta::assert_snapshot!(story.broken(), @"S21 snap-0 is deleted by a clock that can't be trusted");
}

#[test]
fn s23_more_deletes_than_the_limit() {
    let deletes = |approved| {
        let mut few = promise(Span::days(1));
        let policy = few.policies.get_mut(&PolicyName::default()).unwrap();
        policy.blast_floor = 1;
        policy.blast_approved = approved;
        let mut story = Story::with(few);
        for volume in 0..3 {
            story.begin(Job::Create);
            for slot in 0..2 {
                story.step(Create { volume, slot });
            }
        }
        story.begin(Job::Sync);
        (0..6).for_each(|n| story.step(Complete(n)));
        (0..3).for_each(|volume| story.step(Look(volume)));
        (0..6).for_each(|n| story.step(Row(n)));
        story.step(Wait(72));
        story.begin(Job::Expire);
        for volume in 0..3 {
            story.step(Look(volume));
        }
        story.step(Delete(0));
        story.step(Delete(2));
        story.broken()
    };
    insta::assert_snapshot!(deletes(false), @"S23 one run deleted 2 snapshots; 1 are allowed");
    assert_eq!(deletes(true), "");
}

#[test]
fn a_waived_promise_is_not_judged_and_a_moved_clock_excuses_what_depends_on_it() {
    let mut waived = promise(Span::days(1));
    waived
        .waived
        .insert(crate::oracle::Invariant::S1, "a test".into());
    let story = Story::with(waived).play(&TWO);
    assert_eq!(
        story
            .play(&[Pass(Job::Expire), Look(DB), Delete(1)])
            .broken(),
        ""
    );

    let mut moved = Story::new();
    moved.begin(Job::Create);
    let fault = FaultLine {
        ticket: None,
        what: "the engine's clock jumps".into(),
    };
    moved.line(Event::Fault(std::borrow::Cow::Owned(fault)));
    moved.now += Span::hours(2);
    let delete = DeleteSnapshot {
        snapshot: "snap-x".into(),
    };
    moved.calls(delete, Outcome::Ok(Reply::DeleteSnapshot(Done {})));
    assert_eq!(moved.broken(), "");
}
