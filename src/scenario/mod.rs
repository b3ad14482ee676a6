//! The scenario file: one story a person can read, as YAML.
//!
//! [`load`] turns bytes into a [`Scenario`] or into every [`Mistake`] it found, each with its
//! place. What the player takes is in [`model`]; how it is written is in the private `file`;
//! the whole format on one page is `scenarios/README.md`.

mod file;
pub mod mistake;
pub mod model;

pub use mistake::{Mistake, Mistakes};
pub use model::Scenario;
