//! What was looked at, for scripts: JSON with a version.
//!
//! - [`shape`]: the fields; `fill`: where they come from.
//!
//! A field may be added within a version; one that is renamed, removed or means something else
//! makes a new one. Times are RFC 3339 in UTC with `…_ms` beside them. What does not apply is left
//! out.

mod fill;
pub mod shape;

use schemars::JsonSchema;
use serde::Serialize;

pub use shape::{DoctorReport, ExplainReport, ListReport, SCHEMA, ShowReport};

/// A report as JSON with a line per field, ending with a line break.
#[must_use]
pub fn text(report: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(report).expect("a report has only text keys and numbers");
    text.push('\n');
    text
}

/// The JSON Schema of a report, ending with a line break.
#[must_use]
pub fn schema<T: JsonSchema>() -> String {
    text(&schemars::schema_for!(T))
}
