//! The machine's clock. The only file of the live side that asks it, or names tokio's timers.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::domain::{Span, Timestamp};
use crate::ports::Clock;

/// The machine's clock, read anew each time. It may be wrong, and it may jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let (since, sign) = match system_time().duration_since(UNIX_EPOCH) {
            Ok(since) => (since, 1),
            Err(before) => (before.duration(), -1),
        };
        let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_ms(ms * sign)
    }

    fn uptime(&self) -> Span {
        static FIRST_ASKED: LazyLock<Instant> = LazyLock::new(instant);
        let since = instant().saturating_duration_since(*FIRST_ASKED);
        Span::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep(&self, span: Span) -> LocalBoxFuture<'static, ()> {
        match u64::try_from(span.as_ms()) {
            Ok(ms) if ms > 0 => sleep(Duration::from_millis(ms)).boxed_local(),
            Ok(_) | Err(_) => std::future::ready(()).boxed_local(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that Clock::now leads to"
)]
fn system_time() -> SystemTime {
    SystemTime::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that Clock::uptime leads to"
)]
fn instant() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that Clock::sleep leads to"
)]
fn sleep(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_a_time_of_this_century() {
        assert!(WallClock.now() > Timestamp::from_ms(1_700_000_000_000));
    }

    #[test]
    fn a_wait_of_nothing_needs_no_timer() {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(
            WallClock
                .sleep(Span::ZERO)
                .poll_unpin(&mut context)
                .is_ready()
        );
    }
}
