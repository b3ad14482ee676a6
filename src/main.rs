//! The program `snaplife`: it reads its arguments, does what they say, and ends with a code.

use std::process::ExitCode;

fn main() -> ExitCode {
    snaplife::cli::main()
}
