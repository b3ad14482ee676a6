//! Runs a future in simulated time: time stands still while anything can go on, and jumps to the
//! next timer when nothing can.
//!
//! Timers are our own and not tokio's paused ones, which do the same: three of them belong to every
//! simulated call, and those of tokio were a sixth of its cost.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::timers::{Bell, Entered, Timers};

/// So often time jumps before whoever else waits on this thread has a turn: Ctrl-C must be heard.
const TURNS_AT_ONCE: u32 = 1_000;

/// How time passes for one who waits while nobody else can go on. Nothing that is simulated can tell
/// the two apart; the second saves the way down to the runtime and up again, which is most of what a
/// simulated call costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gait {
    /// Whoever waits lets go, and is woken by the runtime.
    Steps,
    /// Whoever waits alone, with no other timer before its own, goes on at once.
    ///
    /// For work whose futures make the timers that they will wait for before any of those beside them
    /// is polled: a timer that is still to be made holds nobody back.
    Leaps,
}

/// Simulated time on one thread. A [`SimClock`](super::SimClock) follows the one it is made inside of.
pub struct SimulatedRuntime {
    timers: Rc<Timers>,
}

/// A new simulated time, which nothing has spent yet, and which goes in [`Gait::Steps`].
#[must_use]
pub fn simulated_runtime() -> SimulatedRuntime {
    SimulatedRuntime::new(Gait::Steps)
}

impl SimulatedRuntime {
    /// A new simulated time, which nothing has spent yet.
    #[must_use]
    pub fn new(gait: Gait) -> Self {
        Self {
            timers: Rc::new(Timers::new(gait)),
        }
    }

    /// While the guard lives, clocks made on this thread follow this time.
    #[must_use]
    pub fn enter(&self) -> Entered {
        Timers::enter(&self.timers)
    }

    /// Runs a future to its end.
    ///
    /// # Panics
    /// When it waits and no timer will ever wake it: a bug, which would otherwise hang.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(self.drive(work));
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        let mut context = Context::from_waker(&waker);
        loop {
            bell.silence();
            match work.as_mut().poll(&mut context) {
                Poll::Ready(done) => return done,
                Poll::Pending => assert!(
                    bell.has_rung(),
                    "a simulated run waits for something that can't come: no timer is left"
                ),
            }
        }
    }

    /// As [`Self::block_on`], beside whatever else its caller waits for.
    pub async fn drive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        let mut inner = Context::from_waker(&waker);
        poll_fn(|outer| {
            let _inside = self.enter();
            bell.outer.take();
            self.timers.driven_by(&bell, &waker, TURNS_AT_ONCE);
            while self.timers.take_turn() {
                bell.silence();
                if let Poll::Ready(done) = work.as_mut().poll(&mut inner) {
                    return Poll::Ready(done);
                }
                if bell.has_rung() || self.timers.jump() {
                    continue;
                }
                bell.outer.register(outer.waker());
                // It may have rung on another thread before it knew whom to tell.
                if !bell.has_rung() {
                    return Poll::Pending;
                }
            }
            outer.waker().wake_by_ref();
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::StreamExt;
    use futures_util::future::{join, select};
    use futures_util::stream::FuturesUnordered;

    use super::*;
    use crate::domain::Span;

    /// What rang and when, in order; each sleeper sleeps twice as long.
    fn rung(gait: Gait, spans: &[i64]) -> String {
        let runtime = SimulatedRuntime::new(gait);
        let timers = Rc::clone(&runtime.timers);
        runtime.block_on(async {
            let sleepers: FuturesUnordered<_> = spans
                .iter()
                .zip('a'..)
                .map(|(ms, name)| {
                    let timers = &timers;
                    async move {
                        timers.sleep(Span::from_ms(*ms)).await;
                        timers.sleep(Span::from_ms(*ms)).await;
                        format!("{name} {}", timers.elapsed().as_ms())
                    }
                })
                .collect();
            sleepers.collect::<Vec<_>>().await.join(", ")
        })
    }

    #[test]
    fn timers_ring_in_the_order_of_their_instants_and_then_of_their_making() {
        insta::assert_snapshot!(rung(Gait::Steps, &[5, 3, 5, 1]), @"d 2, b 6, a 10, c 10");
        insta::assert_snapshot!(rung(Gait::Leaps, &[5, 3, 5, 1]), @"d 2, b 6, a 10, c 10");
    }

    #[test]
    fn a_timer_that_nobody_waits_for_any_more_moves_no_time() {
        let runtime = simulated_runtime();
        let timers = Rc::clone(&runtime.timers);
        runtime.block_on(async {
            let mut long = Box::pin(timers.sleep(Span::days(9)));
            let mut context = Context::from_waker(Waker::noop());
            assert!(long.as_mut().poll(&mut context).is_pending());
            drop(long);
            timers.sleep(Span::from_ms(1)).await;
        });
        assert_eq!(timers.elapsed(), Span::from_ms(1));
        assert!(timers.is_empty());
    }

    #[test]
    #[should_panic(expected = "no timer is left")]
    fn what_waits_for_nothing_is_told_and_does_not_hang() {
        simulated_runtime().block_on(std::future::pending::<()>());
    }

    /// As Ctrl-C is heard while simulated work goes on.
    #[test]
    fn whoever_else_waits_has_a_turn_now_and_then() {
        let runtime = simulated_runtime();
        let timers = Rc::clone(&runtime.timers);
        let endless = async {
            loop {
                timers.sleep(Span::from_ms(1)).await;
            }
        };
        let driven = runtime.drive(endless);
        let mut turns = 0;
        let third_turn = poll_fn(|_| {
            turns += 1;
            if turns == 3 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let (driven, third_turn) = (pin!(driven), pin!(third_turn));
        let mut both = pin!(select(driven, third_turn));
        let mut context = Context::from_waker(Waker::noop());
        while both.as_mut().poll(&mut context).is_pending() {}
        assert_eq!(timers.elapsed(), Span::seconds(3));
    }

    #[test]
    fn what_rings_on_another_thread_goes_on() {
        let (send, receive) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || send.send(7));
        let runtime = simulated_runtime();
        let machine = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let got = machine.block_on(runtime.drive(receive));
        assert_eq!(got, Ok(7));
        assert_eq!(thread.join().unwrap(), Ok(()));
    }

    /// Two who wait side by side, and note what they do and when; the second goes on with what the
    /// first leaves to it.
    fn noted(gait: Gait) -> String {
        let runtime = SimulatedRuntime::new(gait);
        let timers = Rc::clone(&runtime.timers);
        let told = RefCell::new(Vec::new());
        let tell = |what: &str| {
            let at = timers.elapsed().as_ms();
            told.borrow_mut().push(format!("{what} {at}"));
        };
        runtime.block_on(async {
            let (first, second) = (
                timers.sleep(Span::from_ms(3)),
                timers.sleep(Span::from_ms(4)),
            );
            let (called, heard) = tokio::sync::oneshot::channel();
            let one = async {
                first.await;
                tell("one");
                // At the very instant at which the other goes on.
                timers.sleep(Span::from_ms(1)).await;
                tell("one");
                timers.sleep(Span::from_ms(5)).await;
                tell("one");
                let _ = called.send(());
                timers.sleep(Span::from_ms(9)).await;
                tell("one");
            };
            let two = async {
                second.await;
                tell("two");
                timers.sleep(Span::from_ms(2)).await;
                tell("two");
                let _ = heard.await;
                tell("two, called,");
            };
            join(one, two).await;
        });
        told.into_inner().join(", ")
    }

    #[test]
    fn leaps_pass_over_nobody_who_can_go_on() {
        assert_eq!(noted(Gait::Leaps), noted(Gait::Steps));
        insta::assert_snapshot!(noted(Gait::Leaps), @"one 3, one 4, two 4, two 6, one 9, two, called, 9, one 18");
    }

    /// A wait that is over before it begins, polled after one that waits.
    #[test]
    fn leaps_do_not_pass_over_what_need_not_wait() {
        let seen = |gait| {
            let runtime = SimulatedRuntime::new(gait);
            let timers = Rc::clone(&runtime.timers);
            runtime.block_on(async {
                let over = timers.sleep(Span::ZERO);
                let long = timers.sleep(Span::days(9));
                let at_once = async {
                    over.await;
                    timers.elapsed()
                };
                join(long, at_once).await.1
            })
        };
        assert_eq!(seen(Gait::Steps), Span::ZERO);
        assert_eq!(seen(Gait::Leaps), Span::ZERO);
    }

    #[test]
    fn whoever_waits_alone_is_polled_once() {
        let polls = |gait| {
            let runtime = SimulatedRuntime::new(gait);
            let timers = Rc::clone(&runtime.timers);
            let mut polls = 0;
            let mut work = Box::pin(async {
                for _ in 0..3 {
                    timers.sleep(Span::from_ms(1)).await;
                }
            });
            runtime.block_on(poll_fn(|context| {
                polls += 1;
                work.as_mut().poll(context)
            }));
            (polls, timers.elapsed())
        };
        assert_eq!(polls(Gait::Steps), (4, Span::from_ms(3)));
        assert_eq!(polls(Gait::Leaps), (1, Span::from_ms(3)));
    }
}
