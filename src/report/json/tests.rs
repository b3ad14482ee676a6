//! The report as a machine meets it.

use super::{Report, json_schema};
use crate::report::samples;

#[test]
fn a_report_holds_everything_that_came_of_a_run() {
    insta::assert_snapshot!(Report::of(&[samples::failed()]).to_json(), @"");
}

#[test]
fn what_can_go_wrong_beside_promises_has_a_message() {
    let report = Report::of(&[samples::held(), samples::not_deterministic(), samples::bug()]);
    let lines: Vec<String> = report
        .scenarios
        .iter()
        .map(|one| format!("{:?} {} {:?}", one.verdict, one.broken.len(), one.message))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"");
    assert_eq!((report.passed, report.failed), (1, 2));
}

#[test]
fn the_schema_names_every_field_of_a_scenario() {
    let schema = json_schema();
    let fields = schema["$defs"]["ScenarioReport"]["required"].as_array().cloned();
    insta::assert_snapshot!(format!("{}", serde_json::Value::from(fields)), @"");
}
