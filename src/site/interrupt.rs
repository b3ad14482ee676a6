//! Ctrl-C: the first one asks for an end in good order, the second one ends at once.

use std::pin::pin;

use futures_util::future::{Either, select};

use crate::calls::Halt;

/// What a shell gives to a program that was ended by Ctrl-C.
const KILLED: i32 = 130;

/// Runs a future to its end. The first Ctrl-C asks `halt` and calls `asked`; the second one ends the
/// program as a crash would.
///
/// Once this has run, Ctrl-C ends nothing by itself any more, so nothing may wait for a person
/// afterwards.
pub(super) async fn until_interrupted<T>(
    future: impl Future<Output = T>,
    halt: &Halt,
    asked: impl Fn(),
) -> T {
    let interrupts = async {
        if tokio::signal::ctrl_c().await.is_ok() {
            halt.ask();
            asked();
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(KILLED);
            }
        }
        // Without signals there is nothing to wait for.
        std::future::pending::<std::convert::Infallible>().await
    };
    match select(pin!(future), pin!(interrupts)).await {
        Either::Left((done, _)) => done,
        Either::Right((never, _)) => match never {},
    }
}
