//! What only the whole library can show.

mod acting;
mod answers;
mod cli;
mod crashes;
mod determinism;
mod golden;
mod init;
mod properties;
mod scenarios;
