//! The chains of passes that are under way.

use std::future::poll_fn;
use std::task::Poll;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::launch::Ended;

/// The chains of passes that are under way.
///
/// One that is alone, as most are, is polled as itself and knows that it is: then time may pass for it
/// in [leaps](crate::simulated::Gait::Leaps).
#[derive(Default)]
pub(super) struct Chains {
    alone: Option<Chain>,
    beside: FuturesUnordered<Chain>,
}

type Chain = LocalBoxFuture<'static, Ended>;

impl Chains {
    /// Begins one beside the others.
    pub(super) fn begin(&mut self, chain: Chain) {
        if self.alone.is_none() && self.beside.is_empty() {
            self.alone = Some(chain);
        } else {
            self.beside.extend(self.alone.take());
            self.beside.push(chain);
        }
    }

    /// The next that ends; waits for ever while there is none.
    pub(super) async fn next(&mut self) -> Ended {
        poll_fn(|context| {
            if self.beside.len() == 1 {
                self.alone = std::mem::take(&mut self.beside).into_iter().next();
            }
            let ended = match &mut self.alone {
                Some(alone) => alone.as_mut().poll(context).map(Some),
                None => self.beside.poll_next_unpin(context),
            };
            match ended {
                Poll::Ready(Some(ended)) => {
                    self.alone = None;
                    Poll::Ready(ended)
                }
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}
