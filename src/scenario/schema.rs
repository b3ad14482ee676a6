//! The JSON Schema of the scenario file, for editors; `scenarios/schema.json` is this text.

use super::file::ScenarioFile;

/// The schema, as indented JSON with a line break at the end.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(ScenarioFile);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
