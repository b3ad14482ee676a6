//! What only the whole library can show.

mod acting;
mod answers;
mod cli;
mod crashes;
mod determinism;
mod exhaust;
mod expectations;
mod files;
mod fuzz;
mod golden;
mod help;
mod init;
#[cfg(target_os = "linux")]
mod interrupted;
mod look;
mod meanwhile;
mod program;
mod properties;
mod scenarios;
