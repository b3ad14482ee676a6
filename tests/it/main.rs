//! What only the whole library can show.

mod answers;
mod cli;
mod crashes;
mod determinism;
mod fuzz;
mod golden;
mod init;
mod properties;
mod scenarios;
