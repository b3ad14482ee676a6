//! The program, as a person starts it.

use std::path::Path;
use std::process::{Command, Stdio};

/// The program with these arguments in this folder, not begun yet, in an environment that holds nothing.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snaplife"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    command
}
