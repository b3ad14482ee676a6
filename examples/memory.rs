//! The peak of memory for 10 000 volumes over a simulated year, and how long it took:
//! `cargo run --release --example memory [VOLUMES [DAYS]]`. Linux tells the peak.

use std::error::Error;
use std::fs;
use std::io::Write as _;

use snaplife::player::Check;

#[path = "../benches/common/mod.rs"]
mod common;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u32| arguments.next().map_or(Ok(usual), |text| text.parse());
    let (volumes, days) = (number(10_000)?, number(365)?);
    let played = common::held(&common::daily(volumes, days), Check::Once);
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    let figures = played.figures;
    writeln!(
        std::io::stdout(),
        "{volumes} volumes, {days} days: {} calls, {} snapshots made, {} journal lines\n{}",
        figures.calls,
        figures.created,
        figures.lines,
        peak.unwrap_or("this system does not tell its peak"),
    )?;
    Ok(())
}
