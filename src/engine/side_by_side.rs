//! Work of one pass that does not depend on each other, side by side.

use futures_util::StreamExt;

use crate::calls::Stop;

/// So many creations or rows at a time. A slow call then costs a pass little, and no API is asked for
/// more than the pacer lets through.
pub(super) const IN_FLIGHT: usize = 16;

/// Does all of it, begun in this order. When one stops, the others are still brought to their end.
///
/// # Errors
/// The first [`Stop`], in this order.
pub(super) async fn all<W: Future<Output = Result<(), Stop>>>(
    work: impl IntoIterator<Item = W>,
) -> Result<(), Stop> {
    let mut results = futures_util::stream::iter(work).buffered(IN_FLIGHT);
    let mut stopped = Ok(());
    while let Some(result) = results.next().await {
        stopped = stopped.and(result);
    }
    stopped
}
