//! The report as a machine meets it.

use super::{Report, json_schema};
use crate::report::samples;

#[test]
fn a_report_holds_everything_that_came_of_a_run() {
    insta::assert_snapshot!(Report::of(&[samples::failed()]).to_json(), @r#"
    {
      "schema": 1,
      "passed": 0,
      "failed": 1,
      "scenarios": [
        {
          "path": "scenarios/recovery/lost-answer.yaml",
          "name": "A lost answer must not leave two snapshots",
          "why": "CreateSnapshots has no idempotency token.",
          "seed": 7,
          "start": "2026-03-28T00:00:00Z",
          "start_ms": 1774656000000,
          "verdict": "broken",
          "broken": [
            {
              "id": "S3",
              "promise": "Our own hand never takes a volume below its floor",
              "at": "2026-04-01T02:30:02Z",
              "at_ms": 1775010602000,
              "expected": "vol-db keeps at least 1 completed snapshot",
              "actual": "vol-db has 0 after the delete of snap-a",
              "subjects": [
                "vol-db",
                "snap-a"
              ]
            },
            {
              "id": "expectation",
              "promise": "snapshots { of: vol-db, completed: 7 }",
              "at": "2026-04-07T00:00:00Z",
              "at_ms": 1775520000000,
              "file_line": 21,
              "expected": "7 completed",
              "actual": "0 completed",
              "subjects": [
                "vol-db"
              ]
            }
          ],
          "digests": {
            "full": "abababababababababababababababababababababababababababababababab",
            "decisions": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
          },
          "figures": {
            "simulated_ms": 864000000,
            "passes": 260,
            "calls": 1212,
            "mutations": 40,
            "created": 7,
            "deleted": 1,
            "decisions": 80,
            "lines": 2600,
            "checks": 5000
          },
          "passes": [
            {
              "number": 3,
              "job": "create",
              "policy": "default",
              "slot": "20260328T023000Z",
              "at": "2026-03-28T02:30:00Z",
              "at_ms": 1774665000000,
              "decisions": [
                {
                  "at": "2026-03-28T02:30:00Z",
                  "at_ms": 1774665000000,
                  "subject": "i-db",
                  "verdict": "take",
                  "reason": {
                    "code": "selected"
                  },
                  "sentence": "the policy selects it"
                }
              ],
              "findings": []
            },
            {
              "number": 9,
              "job": "expire",
              "policy": "default",
              "slot": "20260401T023000Z",
              "at": "2026-04-01T02:30:00Z",
              "at_ms": 1775010600000,
              "ended_ms": 1775010605000,
              "stopped": "the deadline came first",
              "decisions": [
                {
                  "at": "2026-04-01T02:30:00Z",
                  "at_ms": 1775010600000,
                  "subject": "snap-a",
                  "verdict": "expire",
                  "reason": {
                    "code": "lifetime-ended",
                    "detail": "2026-04-01T02:29:00Z"
                  },
                  "sentence": "its lifetime ended at 2026-04-01T02:29:00Z and no other rule keeps it"
                },
                {
                  "at": "2026-04-01T02:30:01Z",
                  "at_ms": 1775010601000,
                  "subject": "snap-b",
                  "verdict": "block",
                  "reason": {
                    "code": "blocked",
                    "detail": "vol-db",
                    "blocked_by": "floor"
                  },
                  "sentence": "it is one of the last completed snapshots of vol-db"
                }
              ],
              "findings": [
                {
                  "at": "2026-04-01T02:30:02Z",
                  "at_ms": 1775010602000,
                  "kind": "blocked",
                  "subject": "snap-b",
                  "sentence": "snap-b is due and can't be deleted"
                }
              ]
            },
            {
              "number": 10,
              "job": "sync",
              "policy": "default",
              "slot": "20260402T000000Z",
              "at": "2026-04-02T00:00:00Z",
              "at_ms": 1775088000000,
              "ended_ms": 1775088000000,
              "decisions": [],
              "findings": []
            },
            {
              "number": 11,
              "job": "sync",
              "policy": "default",
              "slot": "20260402T010000Z",
              "at": "2026-04-02T01:00:00Z",
              "at_ms": 1775091600000,
              "ended_ms": 1775091601000,
              "decisions": [],
              "findings": []
            },
            {
              "number": 12,
              "job": "sync",
              "policy": "default",
              "slot": "20260402T020000Z",
              "at": "2026-04-02T02:00:00Z",
              "at_ms": 1775095200000,
              "ended_ms": 1775095201000,
              "decisions": [],
              "findings": []
            }
          ],
          "events": [
            {
              "at": "2026-03-28T00:00:00Z",
              "at_ms": 1774656000000,
              "lane": "outside",
              "subject": "",
              "sentence": "the answer to ec2:CreateSnapshots is lost"
            },
            {
              "at": "2026-03-28T02:30:00Z",
              "at_ms": 1774665000000,
              "lane": "engine",
              "subject": "vol-db",
              "pass": 3,
              "sentence": "ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for before anything is sent again"
            },
            {
              "at": "2026-03-28T02:34:00Z",
              "at_ms": 1774665240000,
              "lane": "aws",
              "subject": "snap-a",
              "sentence": "snap-a of vol-db is completed"
            },
            {
              "at": "2026-03-29T00:00:00Z",
              "at_ms": 1774742400000,
              "lane": "engine",
              "subject": "snap-ab",
              "pass": 4,
              "sentence": "snap-ab is kept"
            },
            {
              "at": "2026-04-01T02:30:01Z",
              "at_ms": 1775010601000,
              "lane": "engine",
              "subject": "snap-a",
              "pass": 9,
              "sentence": "ec2:DeleteSnapshot snap-a"
            },
            {
              "at": "2026-04-02T00:00:00Z",
              "at_ms": 1775088000000,
              "lane": "aws",
              "subject": "snap-a",
              "sentence": "snap-a is gone"
            }
          ],
          "notes": []
        }
      ]
    }
    "#);
}

#[test]
fn what_can_go_wrong_beside_promises_has_a_message() {
    let report = Report::of(&[
        samples::held(),
        samples::not_deterministic(),
        samples::bug(),
    ]);
    let lines: Vec<String> = report
        .scenarios
        .iter()
        .map(|one| format!("{:?} {} {:?}", one.verdict, one.broken.len(), one.message))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Held 0 None
    NotDeterministic 0 Some("the runs differ first in line 1234\n  {\"at\":1}\n- {\"at\":2}\n+ {\"at\":3}")
    Bug 0 Some("src/plan/expire.rs:10: a set has members")
    "#);
    assert_eq!((report.passed, report.failed), (1, 2));
}

#[test]
fn the_schema_names_every_field_of_a_scenario() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).expect("it is JSON");
    let fields = schema["$defs"]["ScenarioReport"]["required"]
        .as_array()
        .cloned();
    insta::assert_snapshot!(format!("{}", serde_json::Value::from(fields)), @r#"["path","name","why","seed","start","start_ms","verdict","broken","digests","figures","passes","events","notes"]"#);
}

#[test]
fn a_note_names_the_line_of_its_step() {
    let report = Report::of(&[samples::noted()]);
    let notes = serde_json::to_string_pretty(&report.scenarios[0].notes).expect("notes are JSON");
    insta::assert_snapshot!(notes, @r#"
    [
      {
        "at": "2026-04-01T00:00:00Z",
        "at_ms": 1775001600000,
        "file_line": 18,
        "sentence": "the step {at: 4d, outsider: {delete_snapshot: nth 30 of vol-db}} met nothing"
      }
    ]
    "#);
}
