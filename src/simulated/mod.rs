//! The ports over the simulated world.

pub mod table;
