//! Connects as the environment says, and tells where to: for the tests of `connect`, which need a
//! process of their own for each environment.

use std::io::Write;

use snaplife::live::{Settings, connect, live_runtime};

fn main() {
    let told = match live_runtime().block_on(connect(&Settings::default())) {
        Ok(site) => format!(
            "{} {} {}, EC2 at {}, table {}",
            site.account, site.region, site.principal, site.endpoint, site.table
        ),
        Err(error) => format!("{error}\n  hint: {}", error.hint().unwrap_or("none")),
    };
    // Nothing else can be done about a closed stdout.
    let _ = writeln!(std::io::stdout(), "{told}");
}
