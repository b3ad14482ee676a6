//! The JSON Schema of the scenario file, for editors; `scenarios/schema.json` is this text.

use schemars::JsonSchema;

use crate::ScenarioFile;
use crate::config::ConfigurationFile;

/// The schema, as indented JSON with a line break at the end.
#[must_use]
pub fn json_schema() -> String {
    text_of::<ScenarioFile>()
}

/// The schema of a configuration, likewise.
#[must_use]
pub fn configuration_json_schema() -> String {
    text_of::<ConfigurationFile>()
}

fn text_of<T: JsonSchema>() -> String {
    let schema = schemars::schema_for!(T);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
