//! The simulated AWS on a port, for people: a demo fleet, real time, and any habits asked for.

use std::io::Write;

use anyhow::Context;
use clap::Parser;
use snaplife_endpoint::{Endpoint, Habit, clock, demo};

/// Serves a simulated AWS with a demo fleet on 127.0.0.1, until it is ended.
///
/// Its only line of output is the address, for AWS_ENDPOINT_URL. Any credentials do.
#[derive(Parser)]
#[command(version, after_help = habits())]
struct Arguments {
    /// The port to listen on; 0 takes any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// In what it is to differ from AWS; see below.
    habits: Vec<Habit>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let world = demo::world(clock::real());
    let endpoint = Endpoint::start(arguments.port, world, arguments.habits, clock::real)
        .with_context(|| format!("can't listen on port {}", arguments.port))?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", endpoint.url())?;
    out.flush()?;
    loop {
        std::thread::park();
    }
}

fn habits() -> String {
    let lines = snaplife_endpoint::HABITS.map(|(name, what)| format!("  {name:<26}{what}"));
    format!("Habits:\n{}", lines.join("\n"))
}
