//! Runs a future in simulated time: time stands still while anything can go on, and jumps to the
//! next timer when nothing can.
//!
//! Timers are our own and not tokio's paused ones, which do the same: three of them belong to every
//! simulated call, and those of tokio were a sixth of its cost.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

use crate::domain::Span;

/// So often time jumps before whoever else waits on this thread has a turn: Ctrl-C must be heard.
const JUMPS_AT_ONCE: u32 = 1_000;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Timers>>> = const { RefCell::new(None) };
}

/// Simulated time on one thread. A [`SimClock`](super::SimClock) follows the one it is made inside of.
#[derive(Default)]
pub struct SimulatedRuntime {
    timers: Rc<Timers>,
}

/// A new simulated time, which nothing has spent yet.
#[must_use]
pub fn simulated_runtime() -> SimulatedRuntime {
    SimulatedRuntime::default()
}

impl SimulatedRuntime {
    /// While the guard lives, clocks made on this thread follow this time.
    #[must_use]
    pub fn enter(&self) -> Entered {
        let before = CURRENT.replace(Some(Rc::clone(&self.timers)));
        Entered { before }
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
            bell.has_rung.store(false, Ordering::Relaxed);
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
            for _ in 0..JUMPS_AT_ONCE {
                bell.has_rung.store(false, Ordering::Relaxed);
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

/// See [`SimulatedRuntime::enter`].
pub struct Entered {
    before: Option<Rc<Timers>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

/// Wakes the work; and whoever drives it, while that one sleeps.
#[derive(Default)]
struct Bell {
    has_rung: AtomicBool,
    outer: AtomicWaker,
}

impl Bell {
    fn has_rung(&self) -> bool {
        self.has_rung.load(Ordering::Acquire)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.has_rung.store(true, Ordering::Release);
        self.outer.wake();
    }
}

/// The time that was spent, and who waits for more of it.
#[derive(Default)]
pub(super) struct Timers {
    elapsed: Cell<Span>,
    made: Cell<u64>,
    waiting: RefCell<Waiting>,
}

/// When, and the how manyeth: timers of one instant ring in the order in which they were made.
type TimerKey = (Span, u64);

/// Who waits for which instant, the next one last. There are a few for each call under way, and what
/// is set last is nearly always what rings first: no tree is as quick.
#[derive(Default)]
struct Waiting(Vec<(TimerKey, Waker)>);

impl Waiting {
    fn insert(&mut self, key: TimerKey, waker: Waker) {
        let at = self.0.partition_point(|(other, _)| *other > key);
        match self.0.get_mut(at) {
            Some(same) if same.0 == key => same.1 = waker,
            Some(_) | None => self.0.insert(at, (key, waker)),
        }
    }

    fn remove(&mut self, key: TimerKey) {
        let at = self.0.partition_point(|(other, _)| *other > key);
        if self.0.get(at).is_some_and(|(other, _)| *other == key) {
            self.0.remove(at);
        }
    }

    /// The next to ring, with its instant.
    fn pop(&mut self) -> Option<(Span, Waker)> {
        self.0.pop().map(|((at, _), waker)| (at, waker))
    }

    /// The next to ring, if its time has come.
    fn pop_due(&mut self, now: Span) -> Option<Waker> {
        let ((at, _), _) = self.0.last()?;
        if *at > now {
            return None;
        }
        self.pop().map(|(_, waker)| waker)
    }
}

impl Timers {
    /// Those of the runtime that this code runs in.
    ///
    /// # Panics
    /// Outside of one.
    pub(super) fn current() -> Rc<Self> {
        CURRENT.with_borrow(|current| {
            let current = current.as_ref();
            Rc::clone(current.expect("a simulated clock is made inside of a simulated runtime"))
        })
    }

    pub(super) const fn elapsed(&self) -> Span {
        self.elapsed.get()
    }

    /// Waits so long.
    pub(super) fn sleep(self: &Rc<Self>, span: Span) -> Sleep {
        let number = self.made.get() + 1;
        self.made.set(number);
        Sleep {
            key: (self.elapsed.get() + span, number),
            timers: Rc::clone(self),
            waker: None,
        }
    }

    /// Jumps to the next instant that anybody waits for; whether there is one.
    fn jump(&self) -> bool {
        let Some((at, waker)) = self.waiting.borrow_mut().pop() else {
            return false;
        };
        self.elapsed.set(at);
        waker.wake();
        loop {
            // Not held while it wakes: what is woken may set timers.
            let due = self.waiting.borrow_mut().pop_due(at);
            let Some(waker) = due else {
                return true;
            };
            waker.wake();
        }
    }
}

/// Ends when its time has come. Dropped before, it is forgotten.
pub(super) struct Sleep {
    key: TimerKey,
    timers: Rc<Timers>,
    /// Who is woken: most polls come from the same one, and then there is nothing to change.
    waker: Option<Waker>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.timers.elapsed.get() >= self.key.0 {
            return Poll::Ready(());
        }
        let is_known = |waker: &Waker| waker.will_wake(context.waker());
        if !self.waker.as_ref().is_some_and(is_known) {
            let waker = context.waker();
            self.waker = Some(waker.clone());
            let mut waiting = self.timers.waiting.borrow_mut();
            waiting.insert(self.key, waker.clone());
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if self.waker.is_some() && self.timers.elapsed.get() < self.key.0 {
            self.timers.waiting.borrow_mut().remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use futures_util::stream::FuturesUnordered;

    use super::*;

    /// What rang and when, in order; each sleeper sleeps twice as long.
    fn rung(spans: &[i64]) -> String {
        let runtime = simulated_runtime();
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
        insta::assert_snapshot!(rung(&[5, 3, 5, 1]), @"d 2, b 6, a 10, c 10");
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
        assert!(timers.waiting.borrow().0.is_empty());
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
        let mut both = pin!(futures_util::future::select(driven, third_turn));
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
}
