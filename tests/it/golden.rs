//! What six stories decide and change, line by line, kept in `golden/`: no change of the engine
//! moves it unseen.

use snaplife::cli::golden::{LINES_MAX, golden};
use snaplife::player::{self, Check, KeepJournal, PlayOptions};
use snaplife::scenario::{self, Colour, Scenario};

use crate::scenarios;

/// A wrong number in a policy, in the smallest world in which the limit stops it.
const TOO_MANY: &str = r#"
name: Too many deletes at once wait for a person
why: A wrong number in a policy must not empty an account.
start: 2026-01-05T00:00:00Z
run_for: 6d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot }
      volumes: [{ id: vol-db, device: /dev/sdf }]
policy:
  create: "cron(0 2 * * ? *)"
  sync: rate(6 hours)
  expire: "cron(0 7 * * ? *)"
  keep: { for: 60d }
  limits: { blast_floor: 1 }
story:
  - { at: 4d, change_policy: { keep: { for: 1d }, retroactive: true } }
  - { at: 4d 12:30, approve: default }
  - { at: 4d 13:00, run: expire }
expect:
  - { at: 4d 12:00, deleted: { count: 0 } }
  - findings: { blast-limit: ">= 1" }
  - snapshots: { completed: 1 }
"#;

/// A delete that acted and was not written down, and one that was written down and did not act.
const KILLED: &str = r#"
name: An expire killed at its delete is finished by the next
why: A delete that acted looks like a loss, one that did not like a success. Neither stays.
start: 2026-01-05T00:00:00Z
run_for: 5d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot, snaplifetime: "1" }
      volumes: [{ id: vol-db, device: /dev/sdf }]
policy: { create: "cron(0 2 * * ? *)", sync: rate(6 hours), expire: "cron(0 7 * * ? *)" }
story:
  - { at: 1d, crash: { call: "ec2:DeleteSnapshot", nth: 1, when: after } }
  - { at: 1d 07:15, run: expire }
  - { at: 2d, crash: { call: "ec2:DeleteSnapshot", nth: 1, when: before } }
  - { at: 3d, crash: { call: any, job: expire, nth: 1, when: after } }
expect:
  - snapshots: { of: vol-db, completed: 1 }
  - rows: { of: vol-db, deleted: 4, expiring: 0, lost: 0 }
"#;

fn text(text: &str) -> Scenario {
    scenario::load("golden.rs", text.as_bytes())
        .unwrap_or_else(|no| panic!("{}", no.render(text.as_bytes(), Colour::Plain)))
}

/// Plays a scenario and holds it against its golden journal.
fn is_as_kept(name: &str, scenario: &Scenario) {
    let options = PlayOptions {
        journal: KeepJournal::Yes,
        check: Check::Once,
        ..PlayOptions::default()
    };
    let played = player::play(scenario, options);
    assert_eq!(scenarios::failure(&played), None);
    let text = golden(&played);
    let lines = text.lines().count();
    assert!((2..=LINES_MAX).contains(&lines), "{name}: {lines} lines");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_description(played.name.as_str());
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_lost_create_answer_is_looked_up() {
    is_as_kept(
        "lost-create-answer",
        &scenarios::load("recovery/a-lost-answer-makes-no-second-set.yaml"),
    );
}

#[test]
fn a_half_deleted_set_is_finished() {
    is_as_kept(
        "half-deleted-set",
        &scenarios::load("recovery/a-half-deleted-set-is-finished.yaml"),
    );
}

#[test]
fn a_set_that_was_only_marked_is_given_back() {
    is_as_kept(
        "marked-set",
        &scenarios::load("recovery/a-set-that-was-only-marked-is-still-whole.yaml"),
    );
}

#[test]
fn a_night_without_its_hour_has_no_slot() {
    is_as_kept(
        "hour-that-does-not-exist",
        &scenarios::load("schedules/no-slot-in-an-hour-that-does-not-exist.yaml"),
    );
}

#[test]
fn a_killed_expire_is_finished() {
    is_as_kept("expire-killed", &text(KILLED));
}

#[test]
fn too_many_deletes_wait() {
    is_as_kept("too-many-deletes", &text(TOO_MANY));
}
