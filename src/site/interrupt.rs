//! Ctrl-C: the first one asks for an end in good order, the second one ends at once.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use futures_util::FutureExt;
use futures_util::future::{Either, Fuse, LocalBoxFuture, select};

use crate::calls::Halt;

/// What a shell gives to a program that was ended by Ctrl-C.
const KILLED: i32 = 130;

/// Hears Ctrl-C from its making on, also while nothing waits for it.
///
/// From then on Ctrl-C ends nothing by itself any more, so nothing may wait for a person afterwards.
pub(super) struct Interrupts {
    /// The first one; never ready again once it was.
    first: RefCell<Fuse<LocalBoxFuture<'static, ()>>>,
}

impl Interrupts {
    /// Listens from now on. Must be called inside of a runtime, which then delivers what is heard.
    pub(super) fn listen() -> Self {
        let mut first = ctrl_c().boxed_local().fuse();
        // Its first poll is what makes the program listen.
        let heard = (&mut first).now_or_never();
        debug_assert!(heard.is_none(), "nobody has listened before");
        Self {
            first: RefCell::new(first),
        }
    }

    /// Runs a future to its end. The first Ctrl-C asks `halt` and calls `asked`; the second one ends
    /// the program as a crash would.
    pub(super) async fn until_interrupted<T>(
        &self,
        future: impl Future<Output = T>,
        halt: &Halt,
        asked: impl Fn(),
    ) -> T {
        let interrupts = async {
            if !halt.is_asked() {
                poll_fn(|context| self.first.borrow_mut().poll_unpin(context)).await;
                halt.ask();
                asked();
            }
            ctrl_c().await;
            std::process::exit(KILLED)
        };
        match select(pin!(future), pin!(interrupts)).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => never,
        }
    }

    /// Whether the first one has come and nobody has been told: for the time between two futures, each
    /// of which may be too short to be interrupted.
    pub(super) async fn has_come(&self) -> bool {
        // The turn of the runtime in which it is delivered.
        tokio::task::yield_now().await;
        let mut first = self.first.borrow_mut();
        (&mut *first).now_or_never().is_some()
    }
}

/// Without signals there is nothing to wait for.
async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
