//! Whatever can be loaded is written so that loading it again gives the same.

use std::fs;
use std::path::{Path, PathBuf};

use super::write;
use crate::scenario::{Scenario, load};

/// A scenario as text, without what belongs to its file alone.
pub(crate) fn meaning(scenario: &Scenario) -> String {
    let mut scenario = scenario.clone();
    scenario.path = "".into();
    scenario.digest = "".into();
    for step in &mut scenario.story {
        step.line = 0;
    }
    for expectation in &mut scenario.expect {
        expectation.line = 0;
    }
    format!("{scenario:#?}")
}

fn assert_comes_back(path: &str, bytes: &[u8]) {
    let first = load(path, bytes)
        .unwrap_or_else(|e| panic!("{path}: {}", e.render(bytes, crate::report::Colour::Plain)));
    let text = write(&first, None);
    let again = load(path, text.as_bytes()).unwrap_or_else(|e| {
        panic!(
            "{path}\n{text}\n{}",
            e.render(text.as_bytes(), crate::report::Colour::Plain)
        )
    });
    assert_eq!(meaning(&first), meaning(&again), "{path}\n{text}");
    assert_eq!(text, write(&again, None), "{path}");
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn every_scenario_comes_back_as_it_was() {
    let mut found = Vec::new();
    files(Path::new("scenarios"), &mut found);
    found.sort();
    assert!(found.len() > 100, "{} files", found.len());
    for path in found {
        assert_comes_back(&path.to_string_lossy(), &fs::read(&path).unwrap());
    }
}

#[test]
fn a_file_that_uses_every_field_comes_back_as_it_was() {
    let bytes = include_bytes!("../tests/everything.yaml");
    assert_comes_back("everything.yaml", bytes);
}

#[test]
fn what_is_written_is_what_a_person_would_write() {
    let bytes = include_bytes!(
        "../../../scenarios/recovery/a-lost-answer-must-not-leave-two-snapshots.yaml"
    );
    let scenario = load("a.yaml", bytes).unwrap();
    insta::assert_snapshot!(write(&scenario, Some("../schema.json")), @r#"
    # yaml-language-server: $schema=../schema.json
    name: A lost answer must not leave two snapshots
    why: CreateSnapshots has no idempotency token. If its answer is lost and we just send it again, the volume is snapshotted twice and one copy is never recorded.
    start: "2026-03-28T00:00:00Z"
    run_for: 10d
    world:
      instances:
        - id: i-db
          tags: {snaplifetime: "7", snapshot: snapshot}
          volumes:
            - {id: vol-root, device: /dev/xvda, root: true}
            - {id: vol-db, device: /dev/sdf, size_gib: 200, daily_change_gib: 6}
    policy: {create: cron(30 2 * * ? *), sync: rate(1 hour), expire: rate(1 day), timezone: Europe/Berlin}
    story:
      - {at: 0d, fault: {lose_answer: {call: ec2:CreateSnapshots}}}
      - {at: 4d, outsider: {delete_snapshot: newest of vol-db}}
    expect:
      - {snapshots: {of: vol-db, completed: 7}}
      - {always: no_duplicate_slot}
      - {calls: {"ec2:CreateSnapshots": <= 12}}
    "#);
}
