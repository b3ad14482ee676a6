//! What a file expects can fail: each story here breaks its own expectation, or keeps it by a hair.
//! What the steps of a story aim at can be missed, and is noted then.

use snaplife::player::{KeepJournal, Verdict};

use crate::scenarios::play_once;

/// Ten days of one volume, each snapshot kept; tests add steps and expectations.
const STORY: &str = r#"
name: A volume is backed up every day
start: 2026-01-05T00:00:00Z
run_for: 10d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "30" }
      volumes: [{ id: vol-db, device: /dev/sdf }]
policy: { create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: "cron(0 4 * * ? *)" }
"#;

/// What was expected and what was found, of each expectation that did not hold.
fn broken(text: &str) -> String {
    let played = play_once("story.yaml", text, KeepJournal::No);
    match played.verdict {
        Verdict::Held => "it holds".to_owned(),
        Verdict::Broken(all) => {
            let lines = all
                .iter()
                .map(|broken| format!("{}: {}", broken.expected, nameless(&broken.actual)));
            lines.collect::<Vec<String>>().join("\n")
        }
        other => panic!("{other:?}"),
    }
}

/// Without the digits of snapshots, which say nothing.
fn nameless(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.split_once('-') {
        Some(("snap", rest)) if rest.ends_with(',') => "snap-…,",
        Some(("snap", _)) => "snap-…",
        _ => word,
    });
    words.collect::<Vec<&str>>().join(" ")
}

#[test]
fn the_newest_the_oldest_and_all_are_meant_among_all_that_were_ever_taken() {
    let after = |step: &str, kept: &str| {
        broken(&format!(
            "{STORY}story: [{{ at: 9d 12:00, outsider: {{ delete_snapshot: {step} }} }}]\n\
             expect: [{{ kept: {kept} }}]\n"
        ))
    };
    insta::assert_snapshot!(after("newest of vol-db", "newest of vol-db"), @"newest of vol-db exists: snap-… is gone");
    insta::assert_snapshot!(after("newest of vol-db", "oldest of vol-db"), @"it holds");
    insta::assert_snapshot!(after("oldest of vol-db", "oldest of vol-db"), @"oldest of vol-db exists: snap-… is gone");
    insta::assert_snapshot!(after("oldest of vol-db", "newest of vol-db"), @"it holds");
    insta::assert_snapshot!(after("nth 5 of vol-db", "all of vol-db"), @"all of vol-db exists: snap-… is gone");
    insta::assert_snapshot!(after("nth 5 of vol-db", "nth 5 of vol-db"), @"nth 5 of vol-db exists: it is gone");
    insta::assert_snapshot!(after("nth 5 of vol-db", "nth 4 of vol-db"), @"it holds");
}

#[test]
fn it_is_judged_at_its_own_instant() {
    let text = format!(
        "{STORY}story: [{{ at: 5d, outsider: {{ delete_snapshot: all of vol-db }} }}]\n\
         expect: [{{ at: 4d 23:00, kept: all of vol-db }}, {{ at: 5d, kept: all of vol-db }}, \
         {{ kept: newest of vol-db }}]\n"
    );
    insta::assert_snapshot!(broken(&text), @"all of vol-db exists: snap-…, snap-…, snap-…, snap-…, snap-… are gone");
}

#[test]
fn what_was_never_taken_is_not_kept() {
    let text = format!("{STORY}expect: [{{ at: 1h, kept: newest of vol-db }}]\n");
    insta::assert_snapshot!(broken(&text), @"newest of vol-db exists: we never took one");
}

#[test]
fn the_time_before_the_first_snapshot_is_a_gap_too() {
    let paused = |lasts: &str, span: &str| {
        broken(&format!(
            "{STORY}story: [{{ at: 0d, pause: {{ for: {lasts} }} }}]\n\
             expect: [{{ max_gap: {{ of: vol-db, span: {span} }} }}]\n"
        ))
    };
    insta::assert_snapshot!(paused("5d", "26h"), @"never more than 1d 2h without a completed snapshot of vol-db: none between 2026-01-05T00:00:00Z and 2026-01-10T02:00:00.963Z");
    insta::assert_snapshot!(paused("9d 23h", "26h"), @"never more than 1d 2h without a completed snapshot of vol-db: there was none at all");
    insta::assert_snapshot!(paused("1d", "27h"), @"it holds");
}

/// The notes of the story with these steps, each with its line.
fn notes(steps: &[&str]) -> String {
    let text = format!("{STORY}story:\n  - {}\n", steps.join("\n  - "));
    let played = play_once("story.yaml", &text, KeepJournal::No);
    assert!(matches!(played.verdict, Verdict::Held), "{played:?}");
    let notes = played.notes.iter();
    let lines = notes.map(|note| format!("{}: {}", note.file_line, note.text));
    lines.collect::<Vec<String>>().join("\n")
}

#[test]
fn a_step_that_meets_nothing_is_noted() {
    let deeds = [
        "{ at: 1h, outsider: { delete_snapshot: newest of vol-db } }",
        "{ at: 1h, adopt: { snapshot: nth 1 of vol-db, policy: default } }",
        "{ at: 4d, outsider: { delete_snapshot: newest of vol-db } }",
        "{ at: 5d, outsider: { hold: nth 7 of vol-db } }",
        "{ at: 5d, outsider: { register_image: { image: ami-a, snapshots: [nth 30 of vol-db] } } }",
        "{ at: 5d, outsider: { register_image: { image: ami-b, snapshots: [nth 3 of vol-db] } } }",
        "{ at: 6d, outsider: { copy_tags_to_foreign: { from: nth 9 of vol-db, name: snap-a } } }",
    ];
    insta::assert_snapshot!(notes(&deeds), @"
    12: the step {at: 0d 01:00, outsider: {delete_snapshot: newest of vol-db}} met nothing
    13: the step {at: 0d 01:00, adopt: {snapshot: nth 1 of vol-db, policy: default}} met nothing
    15: the step {at: 5d, outsider: {hold: nth 7 of vol-db}} met nothing
    16: the step {at: 5d, outsider: {register_image: {image: ami-a, snapshots: [nth 30 of vol-db]}}} met nothing
    18: the step {at: 6d, outsider: {copy_tags_to_foreign: {from: nth 9 of vol-db, name: snap-a}}} met nothing
    ");
    let calls = [
        "{ at: 1d, fault: { throttle: { call: ec2:CreateSnapshots } } }",
        "{ at: 2d, fault: { throttle: { call: ec2:DeleteSnapshot } } }",
        "{ at: 3d, fault: { outage: { for: 1m } } }",
        "{ at: 3d 01:59, fault: { brown_out: { for: 5m, percent: 100 } } }",
        "{ at: 5d, crash: { call: ec2:CreateSnapshots, job: expire, when: after } }",
        "{ at: 5d, crash: { call: ec2:CreateSnapshots, when: after } }",
        "{ at: 6d, fault: { slow_snapshots: { take: 1h, times: 2 } } }",
        "{ at: 9d 12:00, fault: { slow_snapshots: { take: 1h, times: 2 } } }",
        "{ at: 7d, duplicate: { job: sync } }",
        "{ at: 9d 23:00, overlap: { job: expire } }",
    ];
    insta::assert_snapshot!(notes(&calls), @"
    13: the step {at: 2d, fault: {throttle: {call: ec2:DeleteSnapshot}}} met nothing
    16: the step {at: 5d, crash: {call: ec2:CreateSnapshots, job: expire, when: after}} met nothing
    19: the step {at: 9d 12:00, fault: {slow_snapshots: {times: 2, take: 1h}}} met nothing
    21: the step {at: 9d 23:00, overlap: {job: expire}} met nothing
    ");
}
