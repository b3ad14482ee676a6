//! The timers of a simulated time: who waits for which instant.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

use super::runtime::Gait;
use crate::domain::Span;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Timers>>> = const { RefCell::new(None) };
}

/// The time that was spent, and who waits for more of it.
pub(super) struct Timers {
    elapsed: Cell<Span>,
    gait: Gait,
    made: Cell<u64>,
    /// Who drives the work, and is woken when any of it can go on.
    driver: RefCell<Option<Driver>>,
    /// Timers that have rung, and whose sleeper has not gone on yet.
    rung: Cell<u32>,
    /// So often the work or time goes on before whoever else waits on this thread has a turn.
    turns: Cell<u32>,
    waiting: RefCell<Waiting>,
}

/// Whoever polls the work as a whole.
struct Driver {
    bell: Arc<Bell>,
    waker: Waker,
}

/// Wakes the work; and whoever drives it, while that one sleeps.
#[derive(Default)]
pub(super) struct Bell {
    has_rung: AtomicBool,
    pub(super) outer: AtomicWaker,
}

impl Bell {
    pub(super) fn has_rung(&self) -> bool {
        self.has_rung.load(Ordering::Acquire)
    }

    pub(super) fn silence(&self) {
        self.has_rung.store(false, Ordering::Relaxed);
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

/// When, and the how manyeth: timers of one instant ring in the order in which they were made.
type TimerKey = (Span, u64);

/// Who waits for which instant, the next one last; no waker while a timer is made and not asked yet.
/// There are a few for each call under way, and what is set last is nearly always what rings first: no
/// tree is as quick.
#[derive(Default)]
struct Waiting(Vec<(TimerKey, Option<Waker>)>);

impl Waiting {
    /// Where a timer is or belongs.
    fn place(&self, key: TimerKey) -> usize {
        // Nearly always the last one or behind it.
        match self.0.last() {
            Some((last, _)) if *last == key => self.0.len() - 1,
            Some((last, _)) if *last < key => self.0.partition_point(|(other, _)| *other > key),
            Some(_) | None => self.0.len(),
        }
    }

    fn insert(&mut self, key: TimerKey) {
        self.0.insert(self.place(key), (key, None));
    }

    fn wakes(&mut self, key: TimerKey, waker: Waker) {
        let at = self.place(key);
        if let Some(entry) = self.0.get_mut(at) {
            entry.1 = Some(waker);
        }
    }

    fn remove(&mut self, key: TimerKey) {
        let at = self.place(key);
        if self.0.get(at).is_some_and(|(other, _)| *other == key) {
            self.0.remove(at);
        }
    }

    /// Whether this one rings before any other, and at an instant of its own.
    fn is_next_alone(&self, key: TimerKey) -> bool {
        match self.0.as_slice() {
            [.., (after, _), (next, _)] => *next == key && after.0 > key.0,
            [(next, _)] => *next == key,
            [] => false,
        }
    }

    /// The next to ring, with its instant.
    fn pop(&mut self) -> Option<(Span, Option<Waker>)> {
        self.0.pop().map(|((at, _), waker)| (at, waker))
    }

    /// The next to ring, if its time has come.
    fn pop_due(&mut self, now: Span) -> Option<Option<Waker>> {
        let ((at, _), _) = self.0.last()?;
        if *at > now {
            return None;
        }
        self.pop().map(|(_, waker)| waker)
    }
}

/// While it lives, clocks made on this thread follow its time.
pub struct Entered {
    before: Option<Rc<Timers>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

impl Timers {
    /// None, at the beginning of time.
    pub(super) fn new(gait: Gait) -> Self {
        Self {
            elapsed: Cell::default(),
            gait,
            made: Cell::default(),
            driver: RefCell::default(),
            rung: Cell::default(),
            turns: Cell::default(),
            waiting: RefCell::default(),
        }
    }

    pub(super) fn enter(self: &Rc<Self>) -> Entered {
        let before = CURRENT.replace(Some(Rc::clone(self)));
        Entered { before }
    }

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

    /// Whether nobody waits for anything.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.borrow().0.is_empty()
    }

    /// Whoever polls the work next, and how often it may go on until others have a turn.
    pub(super) fn driven_by(&self, bell: &Arc<Bell>, waker: &Waker, turns: u32) {
        self.driver.replace(Some(Driver {
            bell: Arc::clone(bell),
            waker: waker.clone(),
        }));
        self.turns.set(turns);
    }

    /// Takes one of the turns; whether there was one.
    pub(super) fn take_turn(&self) -> bool {
        let left = self.turns.get();
        self.turns.set(left.saturating_sub(1));
        left > 0
    }

    /// Ends so much later, counted from here and not from when it is first polled.
    pub(super) fn sleep(self: &Rc<Self>, span: Span) -> Sleep {
        let number = self.made.get() + 1;
        self.made.set(number);
        let key = (self.elapsed.get() + span, number);
        if span > Span::ZERO {
            self.waiting.borrow_mut().insert(key);
        } else {
            // Nobody may leap over what can go on now.
            self.rung.set(self.rung.get() + 1);
        }
        Sleep {
            key,
            state: SleepState::Made,
            timers: Rc::clone(self),
        }
    }

    /// Jumps to the next instant that anybody waits for; whether there is one.
    pub(super) fn jump(&self) -> bool {
        loop {
            let Some((at, waker)) = self.waiting.borrow_mut().pop() else {
                return false;
            };
            self.elapsed.set(at);
            let mut anybody = self.ring(waker);
            loop {
                // Not held while it wakes: what is woken may set timers.
                let due = self.waiting.borrow_mut().pop_due(at);
                let Some(waker) = due else {
                    break;
                };
                anybody |= self.ring(waker);
            }
            if anybody {
                return true;
            }
        }
    }

    /// Whether there was somebody to wake.
    fn ring(&self, waker: Option<Waker>) -> bool {
        self.rung.set(self.rung.get() + 1);
        let Some(waker) = waker else {
            return false;
        };
        waker.wake();
        true
    }

    /// Jumps to a timer that is asked for the first time, if nothing else can go on before it: nobody
    /// was woken, no timer has rung whose sleeper is still to go on, none rings sooner or together with it;
    /// and whoever asks is not one of several that have a waker of their own, of whom some may not
    /// have been polled yet.
    fn leap(&self, key: TimerKey, waker: &Waker) -> bool {
        let is_alone = self.gait == Gait::Leaps
            && self.rung.get() == 0
            && self
                .driver
                .borrow()
                .as_ref()
                .is_some_and(|driver| driver.waker.will_wake(waker) && !driver.bell.has_rung())
            && self.waiting.borrow().is_next_alone(key)
            && self.take_turn();
        if is_alone {
            self.waiting.borrow_mut().pop();
            self.elapsed.set(key.0);
        }
        is_alone
    }

    fn has_gone_on(&self) {
        self.rung.set(self.rung.get() - 1);
    }
}

/// Ends when its time has come. Dropped before, it is forgotten.
pub(super) struct Sleep {
    key: TimerKey,
    state: SleepState,
    timers: Rc<Timers>,
}

enum SleepState {
    /// Nobody has asked it yet.
    Made,
    /// Who is woken: most polls come from the same one, and then there is nothing to change.
    Asked(Waker),
    /// It has ended.
    Over,
}

impl Sleep {
    /// No timer is passed over, so one whose time has come has rung.
    fn has_rung(&self) -> bool {
        self.timers.elapsed.get() >= self.key.0
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waker = context.waker();
        let ends = match &self.state {
            SleepState::Over => return Poll::Ready(()),
            SleepState::Made | SleepState::Asked(_) if self.has_rung() => {
                self.timers.has_gone_on();
                true
            }
            SleepState::Made => self.timers.leap(self.key, waker),
            SleepState::Asked(known) if known.will_wake(waker) => return Poll::Pending,
            SleepState::Asked(_) => false,
        };
        if ends {
            self.state = SleepState::Over;
            return Poll::Ready(());
        }
        let mut waiting = self.timers.waiting.borrow_mut();
        waiting.wakes(self.key, waker.clone());
        drop(waiting);
        self.state = SleepState::Asked(waker.clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        match self.state {
            SleepState::Over => {}
            SleepState::Made | SleepState::Asked(_) if self.has_rung() => self.timers.has_gone_on(),
            SleepState::Made | SleepState::Asked(_) => {
                self.timers.waiting.borrow_mut().remove(self.key);
            }
        }
    }
}
