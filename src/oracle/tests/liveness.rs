//! Liveness: a bound that passed breaks it.

use std::borrow::Cow;

use super::story::{Step, Story, promise, slot_due, slot_of, told};
use crate::domain::{Job, PolicyName, Span};
use crate::journal::{CrashLine, Event, FaultLine, Finding, FindingKind};
use Step::{Complete, Create, Look, Pass, Row, Wait};

const DB: u8 = 0;

/// Long enough for every bound to pass.
const LONG: Step = Wait(24 * 30);

fn finding(kind: FindingKind, subject: &str) -> Event<'static> {
    Event::Finding(Cow::Owned(Finding {
        kind,
        subject: subject.into(),
        text: "told".into(),
    }))
}

fn trouble() -> Event<'static> {
    Event::Fault(Cow::Owned(FaultLine {
        ticket: None,
        what: "an outsider acts".into(),
    }))
}

#[test]
fn l1_a_snapshot_without_a_row() {
    let made = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 1,
        },
    ];
    let story = || Story::new().play(&made);
    assert_eq!(told(&story().finish()), "", "there is time left");
    insta::assert_snapshot!(told(&story().play(&[LONG]).finish()), @"L1 snap-0 of vol-0 was made at 1970-01-01T00:00:00Z and has no row");
    assert_eq!(told(&story().play(&[Row(0), LONG]).finish()), "");

    let mut reported = story();
    reported.line(finding(FindingKind::Unclaimed, "snap-0"));
    assert_eq!(told(&reported.play(&[LONG]).finish()), "");

    let mut troubled = story().play(&[LONG]);
    troubled.line(trouble());
    assert_eq!(
        told(&troubled.finish()),
        "",
        "the bound counts from the trouble"
    );
}

#[test]
fn l3_a_snapshot_that_may_go_and_stays() {
    let two = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 1,
        },
        Complete(0),
        Pass(Job::Sync),
        Look(DB),
        Row(0),
        Wait(24),
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 2,
        },
        Complete(1),
        Pass(Job::Sync),
        Look(DB),
        Row(1),
    ];
    let story = || Story::new().play(&two);
    assert_eq!(told(&story().finish()), "");
    insta::assert_snapshot!(told(&story().play(&[LONG]).finish()), @"L3 snap-0 of vol-0 could go since 1970-01-02T00:00:00Z and is still there");

    let mut held = story();
    let id = held.made[0].clone();
    held.world.snapshots.get_mut(&id).unwrap().blocked = Some("a hold");
    assert_eq!(told(&held.play(&[LONG]).finish()), "");

    let mut awaits = story();
    awaits.line(finding(FindingKind::BlastLimit, "default"));
    assert_eq!(told(&awaits.play(&[LONG]).finish()), "");
}

#[test]
fn l4_a_slot_without_a_snapshot_or_a_record() {
    let due = || {
        let mut promise = promise(Span::days(1));
        let policy = promise.policies.get_mut(&PolicyName::default()).unwrap();
        policy.slots = vec![slot_due(1, DB)];
        Story::with(promise)
    };
    insta::assert_snapshot!(told(&due().play(&[LONG]).finish()), @"L4 slot adhoc-s1 of vol-0 has neither a snapshot nor a record that says why not");
    let served = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 1,
        },
        Row(0),
        LONG,
    ];
    assert_eq!(told(&due().play(&served).finish()), "");

    let mut reported = due();
    reported.slot = Some(slot_of(1));
    reported.begin(Job::Create);
    reported.line(finding(FindingKind::CreateFailed, "i-db"));
    assert_eq!(told(&reported.play(&[LONG]).finish()), "");

    let mut of_another_slot = due();
    of_another_slot.begin(Job::Create);
    of_another_slot.line(finding(FindingKind::CreateFailed, "i-db"));
    let broken = of_another_slot.play(&[LONG]).finish();
    assert_eq!(broken.len(), 1, "{}", told(&broken));
}

#[test]
fn l5_a_snapshot_that_hangs_and_nobody_is_told() {
    let mut promise = promise(Span::days(1));
    promise.bounds.stuck_after = Some(Span::days(1));
    let hangs = [
        Pass(Job::Create),
        Create {
            volume: DB,
            slot: 1,
        },
        Row(0),
        LONG,
    ];
    let story = Story::with(promise.clone()).play(&hangs);
    insta::assert_snapshot!(told(&story.finish()), @"L5 snap-0 of vol-0 is pending since 1970-01-01T00:00:00Z and nobody was told");
    let mut story = Story::with(promise).play(&hangs);
    story.line(finding(FindingKind::StuckPending, "snap-0"));
    assert_eq!(told(&story.finish()), "");
}

#[test]
fn l6_a_crash_without_a_successor() {
    let killed = || {
        let mut story = Story::new();
        story.begin(Job::Sync);
        let crash = CrashLine {
            boundary: "before".into(),
            ticket: 1,
        };
        story.line(Event::Crash(Cow::Owned(crash)));
        story
    };
    insta::assert_snapshot!(told(&killed().play(&[LONG]).finish()), @"L6 sync was killed at 1970-01-01T00:00:00Z and no later run of it ended well");
    let mut followed = killed();
    followed.pass += 1;
    followed.now += Span::hours(1);
    followed.begin_bare(Job::Sync);
    followed.lease(Span::minutes(2));
    followed.end(None, 0);
    assert_eq!(told(&followed.play(&[LONG]).finish()), "");
}

#[test]
fn l8_an_expire_that_reads_for_nothing() {
    let mut quiet = promise(Span::days(1));
    quiet.bounds.quiet_reads_max = Some(2);
    let mut story = Story::with(quiet);
    story.begin(Job::Expire);
    story.look(DB);
    story.end(None, 0);
    assert_eq!(story.broken(), "");
    story.begin(Job::Expire);
    story.look(DB);
    story.look(DB);
    story.end(None, 0);
    insta::assert_snapshot!(story.broken(), @"L8 expire read 3 times though nothing was due; 2 were promised");
}

#[test]
fn l9_a_failed_run_that_says_nothing() {
    let mut story = Story::new();
    story.begin(Job::Sync);
    story.end(Some("no answer"), 1);
    assert_eq!(story.broken(), "");
    story.end(Some("no answer"), 0);
    insta::assert_snapshot!(story.broken(), @"L9 sync could not do its work and reported nothing");
}
