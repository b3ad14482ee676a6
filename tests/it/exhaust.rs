//! `snaplife exhaust` as a person meets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[cfg(target_os = "linux")]
use crate::interrupted::{Interrupted, interrupted};

/// A world in which one volume is taken once a day, and little else is called.
const TINY: &str = r#"
name: One volume
why: A small world is exhausted quickly.
start: 2026-01-05T00:00:00Z
run_for: 3d
world:
  instances:
    - { id: i-db, tags: { snapshot: snapshot }, volumes: [{ id: vol-db, device: /dev/sdf }] }
policy: { create: rate(1 day), sync: rate(1 day) }
"#;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder of tests can be written");
    fs::write(folder.join("tiny.yaml"), TINY).expect("a file can be written there");
    folder
}

fn snaplife(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_snaplife"))
        .arg("exhaust")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a line of the report says behind its first word.
fn said(output: &Output, word: &str) -> String {
    let text = out(output);
    let line = text.lines().find_map(|line| line.strip_prefix(word));
    line.unwrap_or_default().trim().to_owned()
}

/// What is counted: the report without its digest, which follows every change of a journal.
fn figures(output: &Output) -> String {
    let text = report(output);
    let lines = text.lines().filter(|line| !line.starts_with("digest"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The report without what depends on the machine.
fn report(output: &Output) -> String {
    let text = out(output);
    let lines = text.lines().filter(|line| !line.starts_with("took"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_case_is_counted_and_the_run_says_that_it_is_complete() {
    let folder = folder("exhaust-whole");
    let output = snaplife(&folder, &["tiny.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    insta::assert_snapshot!(figures(&output), @"
    points     28 calls of the second day, undisturbed
    singles    308 of 308 played
    pairs      not asked for; --pairs plays them
    complete   yes, part 1/1
    failures   0
    ");
    insta::assert_snapshot!(err(&output), @"
    One volume: everything that can befall a call of the second day, part 1/1
    again: snaplife exhaust tiny.yaml --partition 1/1 --from 0
    ");
}

#[test]
fn parts_make_the_whole_with_any_number_of_threads() {
    let folder = folder("exhaust-parts");
    let whole = snaplife(&folder, &["tiny.yaml", "--jobs", "1"]);
    let again = snaplife(&folder, &["tiny.yaml", "--jobs", "2"]);
    assert_eq!(report(&whole), report(&again));
    let played = |arguments: &[&str]| -> u64 {
        let output = snaplife(&folder, arguments);
        let singles = said(&output, "singles");
        let count = singles.split(' ').next().and_then(|n| n.parse().ok());
        count.unwrap_or_else(|| panic!("{}", err(&output)))
    };
    let all = played(&["tiny.yaml"]);
    let halves = [
        played(&["tiny.yaml", "--partition", "1/2"]),
        played(&["tiny.yaml", "--partition", "2/2"]),
    ];
    assert_eq!(halves.iter().sum::<u64>(), all);
    assert_eq!(played(&["tiny.yaml", "--from", "100"]), all - 100);
}

#[test]
fn pairs_follow_the_singles_and_the_rest_can_be_played_alone() {
    let folder = folder("exhaust-pairs");
    let few = ["tiny.yaml", "--pairs", "--partition", "1/50"];
    let output = snaplife(&folder, &few);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    insta::assert_snapshot!(figures(&output), @"
    points     28 calls of the second day, undisturbed
    singles    7 of 308 played
    pairs      196 of 9832 played
    complete   yes, part 1/50
    failures   0
    ");
    let rest = snaplife(&folder, &[&few[..], &["--from", "2000"]].concat());
    insta::assert_snapshot!(said(&rest, "pairs"), @"163 of 9832 played");
    insta::assert_snapshot!(said(&rest, "complete"), @"yes, part 1/50, from case 2000 on");
}

/// It says from which case on it is to go on, and going on plays all that is left.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_it_with_a_report_and_the_rest_is_played_by_what_it_says() {
    let folder = folder("exhaust-interrupted");
    let Interrupted { rest, output, .. } = interrupted(
        Command::new(env!("CARGO_BIN_EXE_snaplife"))
            .args(["exhaust", "tiny.yaml", "--pairs"])
            .current_dir(&folder)
            .env_clear(),
    );
    let command =
        "interrupted; to go on: snaplife exhaust tiny.yaml --pairs --partition 1/1 --from ";
    let from = rest
        .strip_prefix(command)
        .unwrap_or_else(|| panic!("{rest}\n{}", out(&output)))
        .trim();
    assert_eq!(output.status.code(), Some(4), "{}", out(&output));
    assert_eq!(
        said(&output, "complete"),
        format!("no: cases from {from} on are left")
    );
    assert_eq!(said(&output, "failures"), "0");
    // Going on plays the rest: of a part of it, since there are thousands.
    let part = [
        "tiny.yaml",
        "--pairs",
        "--partition",
        "1/50",
        "--from",
        from,
    ];
    let gone_on = snaplife(&folder, &part);
    assert_eq!(gone_on.status.code(), Some(0), "{}", err(&gone_on));
    let played = |what: &str| -> u64 {
        let said = said(&gone_on, what);
        let count = said.split(' ').next().and_then(|n| n.parse().ok());
        count.unwrap_or_else(|| panic!("{}", out(&gone_on)))
    };
    let from: u64 = from.parse().expect("it is a number");
    let left = (from..308 + 9_832).filter(|case| case % 50 == 0).count();
    assert_eq!(played("singles") + played("pairs"), left as u64);
}

#[test]
fn json_says_the_same() {
    let folder = folder("exhaust-json");
    let output = snaplife(
        &folder,
        &["tiny.yaml", "--partition", "1/20", "--output", "json"],
    );
    let mut document: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("it is JSON");
    document["digest"] = "".into();
    insta::assert_snapshot!(format!("{document:#}"), @r#"
    {
      "world": "One volume",
      "partition": "1/20",
      "from": 0,
      "points": 28,
      "singles": {
        "all": 308,
        "played": 16
      },
      "pairs": null,
      "complete": true,
      "next": 308,
      "calls": 1301,
      "digest": "",
      "failures": []
    }
    "#);
}

#[test]
fn what_is_wrong_is_said_and_ends_with_2() {
    let folder = folder("exhaust-wrong");
    let short = TINY.replace("run_for: 3d", "run_for: 2d");
    fs::write(folder.join("short.yaml"), short).expect("a file can be written there");
    let disturbed = TINY.to_owned()
        + "story:\n  - { at: 1d, fault: { throttle: { call: ec2:*, times: 2 } } }\n";
    fs::write(folder.join("disturbed.yaml"), disturbed).expect("a file can be written there");
    let tried: Vec<String> = [
        &["nowhere.yaml"][..],
        &["short.yaml"],
        &["disturbed.yaml"],
        &["tiny.yaml", "--from", "100000"],
        &["--partition", "3/2"],
        &["--from", "last"],
    ]
    .iter()
    .map(|arguments| {
        let output = snaplife(&folder, arguments);
        let code = output.status.code().unwrap_or(-1);
        format!("{}: {code}\n{}", arguments.join(" "), err(&output))
    })
    .collect();
    insta::assert_snapshot!(tried.join("\n"), @"
    nowhere.yaml: 2
    error: could not read `nowhere.yaml`
      caused by: No such file or directory (os error 2)
      hint: name a scenario file that can be read

    short.yaml: 2
    error: the scenario runs for 2d, and three days are needed: one before, one whose calls are disturbed, and one to come
           right in
      hint: give it a `run_for` of three days or more

    disturbed.yaml: 2
    One volume: everything that can befall a call of the second day, part 1/1
    error: the scenario's own story befalls 2 calls of its second day, which are to be disturbed one at a time
      hint: take the faults out of its `story`, or let them end before the second day

    tiny.yaml --from 100000: 2
    One volume: everything that can befall a call of the second day, part 1/1
    error: there is no case 100000: the cases are numbered from 0 to 307

    --partition 3/2: 2
    error: invalid value '3/2' for '--partition <K/N>': there is no part 3 of 2: K is from 1 to N

    For more information, try '--help'.

    --from last: 2
    error: invalid value 'last' for '--from <CASE>': invalid digit found in string

    For more information, try '--help'.
    ");
}
