//! The scenario file: one story a person can read, as YAML.
//!
//! [`load`] turns bytes into a [`Scenario`] or into every [`Mistake`] it found, each with its
//! place: `syntax` reads the shape that the crate [`snaplife_scenario_file`] describes, `yaml` helps
//! where there is none, `build` looks everything up; [`write()`] is the
//! way back. What the player takes is in [`model`]; the whole format on one page is
//! `scenarios/README.md`. A configuration ([`load_configuration`]) holds policies in the same words.

mod build;
mod load;
pub mod mistake;
pub mod model;
pub(crate) mod suggest;
mod syntax;
#[cfg(test)]
mod tests;
mod write;
mod yaml;

pub(crate) use build::without_file;
pub use load::{FILE_BYTES_MAX, load, load_configuration, load_fault, load_outsider};
pub use mistake::{Colour, Mistake, Mistakes};
pub use model::{Configuration, Scenario};
use snaplife_scenario_file as file;
pub use snaplife_scenario_file::{configuration_json_schema, json_schema};
pub use write::{write, write_step};
