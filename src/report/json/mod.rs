//! The report for machines: everything that came of a run, as JSON with a version.
//!
//! - [`shape`]: its fields; [`reason`]: reasons as data; `fill`: where they come from.

mod fill;
pub mod reason;
pub mod shape;

pub use shape::{Report, SCHEMA, json_schema};

#[cfg(test)]
mod tests;
