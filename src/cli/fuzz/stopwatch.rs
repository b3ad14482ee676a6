//! The machine's own time: how long a search has lasted, and what it cost. No story ever sees it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Runs since it was made.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    began: Instant,
    cpu: Option<Duration>,
}

impl Stopwatch {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            began: instant(),
            cpu: cpu_time(),
        }
    }

    /// How long it has run.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        instant() - self.began
    }

    /// How much of the processors' time this process has used since; where the system does not
    /// tell, none.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        Some(cpu_time()?.saturating_sub(self.cpu?))
    }
}

/// A seed that nobody has chosen: from the clock, and short enough to be typed.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the first seed is the one thing that is meant to differ between two searches"
)]
pub fn new_seed() -> u64 {
    const SEEDS: u128 = 1_000_000_000;
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    u64::try_from(nanos / 1_000 % SEEDS).unwrap_or(0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a person waits is measured by the machine's clock"
)]
fn instant() -> Instant {
    Instant::now()
}

/// User and system time of all threads, from Linux's `/proc/self/stat` (proc_pid_stat(5), fields 14
/// and 15, in ticks of which Linux shows a hundred a second).
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold blanks; what follows its bracket does not.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}
