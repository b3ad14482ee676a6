//! `snaplife fuzz` and `snaplife shrink` as a person meets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[cfg(target_os = "linux")]
use crate::interrupted::{Interrupted, interrupted};

/// A scenario whose own expectation is wrong, with more in it than that needs.
const WRONG: &str = r#"
name: Three snapshots in one day
start: 2026-01-05T00:00:00Z
run_for: 6d
seed: 5
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "7" }
      volumes: [{ id: vol-db, device: /dev/sdf, size_gib: 100 }, { id: vol-log, device: /dev/sdg }]
    - { id: i-web, volumes: [{ id: vol-web, device: /dev/sdf }] }
policy: { create: rate(1 day), sync: rate(6 hours), expire: rate(1 day) }
story:
  - { at: 1d, fault: { lose_answer: { call: "ec2:CreateSnapshots", times: 2 } } }
  - { at: 2d, outsider: { hold: newest of vol-db } }
expect:
  - { passes_stopped: ">= 1" }
"#;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder of tests can be written");
    folder
}

fn snaplife(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_snaplife"))
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

/// The line of a report that begins with a word.
fn line(output: &Output, word: &str) -> String {
    let text = out(output);
    let found = text.lines().find(|line| line.starts_with(word));
    found.unwrap_or_default().to_owned()
}

#[test]
fn a_search_says_its_seeds_first_and_last() {
    let folder = folder("fuzz-seeds");
    let output = snaplife(
        &folder,
        &[
            "fuzz",
            "--seeds",
            "3",
            "--first-seed",
            "40",
            "--profile",
            "calm",
            "--jobs",
            "1",
        ],
    );
    insta::assert_snapshot!(err(&output), @"
    seeds from 40 on, calm short, part 1/1
    again: snaplife fuzz --profile calm --size short --partition 1/1 --first-seed 40 --seeds 3
    ");
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(line(&output, "seeds").contains("3 (calm short)"));
}

#[test]
fn however_many_threads_the_digest_is_the_same_and_parts_make_the_whole() {
    let folder = folder("fuzz-jobs");
    let arguments = ["fuzz", "--seeds", "6", "--first-seed", "7"];
    let digest = |more: &[&str]| {
        let all: Vec<&str> = arguments.iter().chain(more).copied().collect();
        let output = snaplife(&folder, &all);
        line(&output, "digest")
            .split_whitespace()
            .last()
            .unwrap_or("")
            .to_owned()
    };
    let one = digest(&["--jobs", "1"]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(&["--jobs", "2"]));
    let halves = [
        digest(&["--partition", "1/2"]),
        digest(&["--partition", "2/2"]),
    ];
    assert_ne!(halves[0], one);
    let mixed: String = (0..32)
        .map(|at| {
            let byte = |text: &str| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap();
            format!("{:02x}", byte(&halves[0]) ^ byte(&halves[1]))
        })
        .collect();
    assert_eq!(mixed, one);
}

#[test]
fn a_mark_that_stays_unreached_fails_when_it_is_asked_for() {
    let folder = folder("fuzz-unreached");
    let output = snaplife(
        &folder,
        &[
            "fuzz",
            "--until-reached",
            "--seeds",
            "1",
            "--first-seed",
            "1",
            "--profile",
            "calm",
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("NEVER"), "{}", out(&output));
}

#[test]
fn json_holds_the_same_figures() {
    let folder = folder("fuzz-json");
    let output = snaplife(
        &folder,
        &[
            "fuzz",
            "--seeds",
            "1",
            "--first-seed",
            "2",
            "--output",
            "json",
            "--profile",
            "calm",
        ],
    );
    let report: serde_json::Value = serde_json::from_str(&out(&output)).expect("it is JSON");
    assert_eq!(report["seeds"], 1);
    assert_eq!(report["first_seed"], 2);
    assert!(
        report["sometimes"]
            .as_array()
            .is_some_and(|all| all.len() >= 100)
    );
}

#[test]
fn what_is_wrong_on_the_command_line_gets_a_sentence() {
    let folder = folder("fuzz-wrong");
    let wrong: [&[&str]; 6] = [
        &["fuzz", "--profile", "terrible"],
        &["fuzz", "--partition", "3/2"],
        &["fuzz", "--partition", "half"],
        &["fuzz", "--first-seed", "minus one"],
        &["fuzz", "--for", "a while"],
        &["fuzz", "--seeds", "0"],
    ];
    for arguments in wrong {
        let output = snaplife(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains("error: "), "{}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_breaks_shrinks_to_one_that_breaks_in_the_same_way() {
    let folder = folder("shrink");
    fs::write(folder.join("wrong.yaml"), WRONG).expect("writable");
    let arguments = [
        "shrink",
        "wrong.yaml",
        "--regressions",
        "small",
        "--budget",
        "5m",
    ];
    let output = snaplife(&folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let path = out(&output).trim().to_owned();
    let small = fs::read_to_string(folder.join(&path)).expect("it is written");
    assert!(!small.contains("story:"), "{small}");
    assert!(!small.contains("vol-log"), "{small}");
    let replayed = snaplife(&folder, &["replay", &path]);
    assert_eq!(replayed.status.code(), Some(1));
    assert!(
        out(&replayed).contains("passes that ended early: >= 1"),
        "{}",
        out(&replayed)
    );
    // Once more, and the same file comes out under the same name.
    assert_eq!(out(&snaplife(&folder, &arguments)).trim(), path);
}

#[test]
fn a_file_in_which_nothing_breaks_is_not_shrunk() {
    let folder = folder("shrink-nothing");
    let right = WRONG.replace(">= 1", "0");
    fs::write(folder.join("right.yaml"), right).expect("writable");
    let output = snaplife(&folder, &["shrink", "right.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(err(&output), @"
    error: nothing breaks in `right.yaml`, so there is nothing to shrink
      hint: `snaplife replay` says what breaks; a golden journal that differs is not shrunk
    ");
    let output = snaplife(&folder, &["shrink", "nowhere.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).starts_with("error: could not read `nowhere.yaml`"));
    fs::write(folder.join("not.yaml"), "name: 1\nstart: x\n").expect("writable");
    assert_eq!(
        snaplife(&folder, &["shrink", "not.yaml"]).status.code(),
        Some(2)
    );
    assert!(!folder.join("scenarios").exists(), "nothing is written");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_search_with_its_report() {
    let folder = folder("fuzz-interrupted");
    let Interrupted {
        first,
        rest,
        output,
    } = interrupted(
        Command::new(env!("CARGO_BIN_EXE_snaplife"))
            .args(["fuzz", "--for", "10m", "--first-seed", "1"])
            .args(["--profile", "calm"])
            .current_dir(&folder),
    );
    assert!(first.starts_with("seeds from 1 on"), "{first}");
    assert_eq!(output.status.code(), Some(4), "{rest}");
    assert!(
        rest.starts_with("interrupted; again: snaplife fuzz"),
        "{rest}"
    );
    assert!(out(&output).contains("sometimes"), "the report is there");
}
