//! The engine's clock in simulated time, and AWS's beside it.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::timers::{Sleep, Timers};
use crate::domain::{Span, Timestamp};
use crate::ports::Clock;

/// The engine's clock in a simulated run, and AWS's beside it.
///
/// Cheap to clone; clones share the engine's clock error.
#[derive(Clone)]
pub struct SimClock {
    epoch: Timestamp,
    error: Rc<Cell<Span>>,
    timers: Rc<Timers>,
}

impl SimClock {
    /// A clock that shows `epoch` now and follows the time of the
    /// [`SimulatedRuntime`](super::SimulatedRuntime) that it is made inside of.
    ///
    /// # Panics
    /// Outside of one.
    #[must_use]
    pub fn new(epoch: Timestamp) -> Self {
        let timers = Timers::current();
        Self {
            epoch: epoch - timers.elapsed(),
            error: Rc::new(Cell::new(Span::ZERO)),
            timers,
        }
    }

    /// AWS's time, which no fault touches.
    #[must_use]
    pub fn world_now(&self) -> Timestamp {
        self.epoch + self.timers.elapsed()
    }

    /// From now on the engine's clock is wrong by this much: positive when it is ahead.
    pub fn set_error(&self, error: Span) {
        self.error.set(error);
    }

    /// As its [`sleep`](Clock::sleep), without a box.
    pub(super) fn pause(&self, span: Span) -> Sleep {
        self.timers.sleep(span)
    }

    /// Ends when AWS's clock shows `instant`; at once when it has done so.
    pub fn world_reaches(&self, instant: Timestamp) -> impl Future<Output = ()> + use<> {
        self.pause(instant - self.world_now())
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.world_now() + self.error.get()
    }

    fn uptime(&self) -> Span {
        self.timers.elapsed()
    }

    fn sleep(&self, span: Span) -> LocalBoxFuture<'static, ()> {
        self.timers.sleep(span).boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::simulated_runtime;

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
