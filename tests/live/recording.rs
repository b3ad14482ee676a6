//! What was recorded over TCP plays back.

use std::fs;

use crate::desk::{Desk, JOURNAL, SURELY_OVER, wait};
use crate::fleet;

/// A life with trouble in it, recorded.
fn recorded(test: &str) -> Desk {
    let desk = Desk::new(test, fleet::world(4), "no-state-in-create small-pages=5");
    for command in [
        "init --yes",
        "create --ad-hoc a --yes",
        "sync --yes",
        "create --ad-hoc b --yes",
        "sync --yes",
    ] {
        desk.done(&[command], &[0, 4]);
        wait(300);
    }
    wait(SURELY_OVER);
    desk.done(
        &[
            "plan --out plan.json",
            "apply plan.json --yes",
            "expire --yes",
        ],
        &[0, 4],
    );
    desk
}

/// A journal of the desk, changed; how its playback ends.
fn played(desk: &Desk, name: &str, change: impl Fn(&str) -> String) -> String {
    let text = desk.read(JOURNAL);
    let changed = change(&text);
    fs::write(desk.path(name), &changed).expect("writable");
    desk.sees(&format!("replay --journal {name}")).text()
}

#[test]
fn a_recorded_life_decides_the_same_again() {
    let desk = recorded("recording");
    let seen = desk.sees(&format!("replay --journal {JOURNAL}"));
    assert_eq!(seen.code, Some(0), "{}", seen.text());
    // Each of seven commands plans, and carries out; two jobs are planned and applied.
    assert!(
        seen.out.ends_with("14 passes the same, 0 not\n"),
        "{}",
        seen.text()
    );
}

#[test]
fn another_policy_and_another_answer_decide_otherwise_and_that_is_told() {
    let desk = recorded("recording-changed");
    let policy = played(&desk, "policy.jsonl", |text| {
        text.replace("\"at_least\":1", "\"at_least\":2")
    });
    assert!(policy.starts_with("code 5\n"), "{policy}");
    assert!(policy.contains("differs"), "{policy}");
    // Somebody makes an answer say that what has completed has failed.
    let answer = played(&desk, "answer.jsonl", |text| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let shown = |line: &String| {
            line.contains("{\"ec2:DescribeSnapshots\"")
                && line.contains("\"state\":\"completed\"")
                && line.contains("\"answer\"")
        };
        let at = lines.iter().rposition(shown).expect("EC2 was asked");
        lines[at] = lines[at].replace("\"state\":\"completed\"", "\"state\":\"error\"");
        lines.join("\n") + "\n"
    });
    assert!(answer.starts_with("code 5\n"), "{answer}");
    // What is no journal at all is told in a sentence.
    let torn = played(&desk, "torn.jsonl", |text| {
        text.replace("\"call\"", "\"calling\"")
    });
    assert!(torn.starts_with("code 2\n"), "{torn}");
}
