//! Simulated time: it stands still while anything can go on, and jumps to the next timer when
//! nothing can. The only file of the simulated side that names tokio's timers.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::time::Instant;

use crate::domain::{Span, Timestamp};
use crate::ports::Clock;

/// The engine's clock in a simulated run, and AWS's beside it.
///
/// Cheap to clone; clones share the engine's clock error.
#[derive(Clone)]
pub struct SimClock {
    epoch: Timestamp,
    error: Rc<Cell<Span>>,
    started: Instant,
}

/// A runtime of one thread whose time is simulated.
///
/// # Panics
/// When the operating system refuses what a runtime needs; there is nothing to simulate with then.
#[must_use]
pub fn simulated_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime of one thread without I/O needs nothing that can be missing")
}

impl SimClock {
    /// A clock that shows `epoch` now. Must be made, and used, inside of [`simulated_runtime`]:
    /// elsewhere it would follow the machine's clock.
    #[must_use]
    pub fn new(epoch: Timestamp) -> Self {
        Self {
            epoch,
            error: Rc::new(Cell::new(Span::ZERO)),
            started: Instant::now(),
        }
    }

    /// AWS's time, which no fault touches.
    #[must_use]
    pub fn world_now(&self) -> Timestamp {
        let elapsed = Instant::now().duration_since(self.started).as_millis();
        self.epoch + Span::from_ms(i64::try_from(elapsed).unwrap_or(i64::MAX))
    }

    /// From now on the engine's clock is wrong by this much: positive when it is ahead.
    pub fn set_error(&self, error: Span) {
        self.error.set(error);
    }

    /// Waits without a box; returns at once when `span` is zero or negative.
    pub(crate) async fn pause(&self, span: Span) {
        if let Some(duration) = positive(span) {
            sleep(duration).await;
        }
    }

    /// Waits until AWS's clock shows `instant`.
    pub async fn world_reaches(&self, instant: Timestamp) {
        self.pause(instant - self.world_now()).await;
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.world_now() + self.error.get()
    }

    fn sleep(&self, span: Span) -> LocalBoxFuture<'static, ()> {
        match positive(span) {
            Some(duration) => sleep(duration).boxed_local(),
            None => std::future::ready(()).boxed_local(),
        }
    }
}

fn positive(span: Span) -> Option<Duration> {
    u64::try_from(span.as_ms())
        .ok()
        .filter(|ms| *ms > 0)
        .map(Duration::from_millis)
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

    const NOON: Timestamp = Timestamp::from_ms(43_200_000);

    #[test]
    fn waiting_takes_exactly_as_long_as_asked_and_no_time_at_all() {
        simulated_runtime().block_on(async {
            let clock = SimClock::new(NOON);
            for _ in 0..10_000 {
                clock.sleep(Span::from_ms(1)).await;
            }
            assert_eq!(clock.now(), NOON + Span::seconds(10));
            clock.sleep(Span::days(3_650)).await;
            assert_eq!(clock.now(), NOON + Span::seconds(10) + Span::days(3_650));
        });
    }

    #[test]
    fn a_wait_of_nothing_or_less_ends_at_once() {
        simulated_runtime().block_on(async {
            let clock = SimClock::new(NOON);
            clock.sleep(Span::ZERO).await;
            clock.sleep(Span::seconds(-5)).await;
            assert_eq!(clock.now(), NOON);
        });
    }

    #[test]
    fn an_error_moves_the_engines_clock_and_not_awss() {
        simulated_runtime().block_on(async {
            let clock = SimClock::new(NOON);
            clock.clone().set_error(Span::minutes(-90));
            assert_eq!(clock.now(), NOON - Span::minutes(90));
            assert_eq!(clock.world_now(), NOON);
        });
    }
}
