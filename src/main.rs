//! The program `snaplife`: it reads its arguments, does what they say, and ends with a code.

use std::process::ExitCode;

/// Simulations make very many small things: with this one they run a tenth faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    snaplife::cli::main()
}
