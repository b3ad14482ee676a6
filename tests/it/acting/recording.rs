//! A journal of commands, played back.

use super::desk::Desk;

/// Commands of every kind, with trouble.
fn recorded(test: &str) -> Desk {
    let desk = Desk::new(test);
    desk.done(&[
        "create --yes",
        "world advance 1d",
        "sync --yes",
        "world fault '{ lose_answer: { call: ec2:CreateSnapshots, times: 1 } }'",
        "world fault '{ throttle: { call: ec2:DescribeSnapshots, times: 2 } }'",
        "create --yes",
        "world advance 2d",
        "sync --yes",
        "plan --out plan.json",
        "world outsider '{ hold: oldest of vol-web-data }'",
        "apply plan.json --yes",
        "expire --yes",
    ]);
    desk
}

#[test]
fn what_was_recorded_plays_back_with_the_same_decisions() {
    let desk = recorded("recording");
    insta::assert_snapshot!(desk.sees(&["replay", "--journal", ".snaplife/journal.jsonl"]));
}

#[test]
fn an_answer_that_was_changed_is_a_decision_that_differs() {
    let desk = recorded("recording-changed");
    let journal = ".snaplife/journal.jsonl";
    let text = desk.read(journal);
    // Somebody held a snapshot after the plan: without the tag it would have gone.
    let changed = text.replace("snaplife:hold", "snaplife:hole");
    assert_ne!(text, changed);
    desk.write(journal, &changed);
    insta::assert_snapshot!(desk.sees(&["replay", "--journal", journal]));
}

#[test]
fn a_recording_that_was_cut_off_is_compared_as_far_as_it_goes() {
    let desk = recorded("recording-cut");
    let journal = ".snaplife/journal.jsonl";
    let text = desk.read(journal);
    for part in [3, 7, 12] {
        desk.write("cut.jsonl", &text[..text.len() * part / 13]);
        let seen = desk.sees(&["replay", "--journal", "cut.jsonl"]);
        assert!(seen.starts_with("code 0\n"), "{seen}");
        assert!(seen.contains(", 0 not\n"), "{seen}");
    }
    desk.write("torn.jsonl", &text.replace("\"call\"", "\"calling\""));
    desk.write("empty.jsonl", "");
    insta::assert_snapshot!(desk.session(&[
        "replay --journal torn.jsonl",
        "replay --journal empty.jsonl",
    ]));
}
