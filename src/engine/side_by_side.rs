//! Work of one pass that does not depend on each other, side by side.

use std::cell::Cell;
use std::pin::pin;

use futures_util::future::Either;
use futures_util::stream::{Stream, StreamExt, iter, once};

use crate::calls::Stop;

/// So many creations or rows at a time. A slow call then costs a pass little, and no API is asked for
/// more than the pacer lets through.
const IN_FLIGHT: usize = 16;

/// What each comes to, in this order, in which they are begun, too.
pub(super) fn results<W: Future>(
    work: impl IntoIterator<Item = W>,
) -> impl Stream<Item = W::Output> {
    let mut work = work.into_iter();
    let (first, second) = (work.next(), work.next());
    match (first, second) {
        // Nothing is beside it, and most often there is just one.
        (Some(only), None) => Either::Left(once(only)),
        (first, second) => {
            let all = first.into_iter().chain(second).chain(work);
            Either::Right(iter(all).buffered(IN_FLIGHT))
        }
    }
}

/// Does all of it, begun in this order. When one stops, the others are still brought to their end; but
/// nothing is begun any more when none of it could be done.
///
/// # Errors
/// The first [`Stop`], in this order.
pub(crate) async fn all<W: Future<Output = Result<(), Stop>>>(
    work: impl IntoIterator<Item = W>,
) -> Result<(), Stop> {
    let is_over = Cell::new(false);
    let begun = work.into_iter().take_while(|_| !is_over.get());
    let mut results = pin!(results(begun));
    let mut stopped = Ok(());
    while let Some(result) = results.next().await {
        if let Err(stop) = &result {
            is_over.set(is_over.get() || stop.ends_everything());
        }
        stopped = stopped.and(result);
    }
    stopped
}
