//! The local world: a simulated account that a file keeps between commands.
//!
//! - [`file`](mod@file): the file, its lock, and what it refuses to read;
//! - [`demo`]: what a new world holds;
//! - [`deed`]: what a person lets happen in it: faults, and what others do;
//! - [`world`]: an open world, in which a command acts and which is written back when it is closed.
//!
//! Its clock stands still between commands and moves only as far as a command's calls take, or as
//! `snaplife world advance` says.

pub mod deed;
pub mod demo;
pub mod file;
pub mod world;

pub use file::WorldFileError;
pub use world::LocalWorld;
