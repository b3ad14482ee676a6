//! The only source of time, and the only way to wait.

use futures_util::future::LocalBoxFuture;

use crate::domain::{Span, Timestamp};

/// The engine's own clock. It may be wrong: what may be deleted is judged by the earlier of this
/// and AWS's own `Date`.
pub trait Clock {
    /// The time now, in whole milliseconds.
    fn now(&self) -> Timestamp;

    /// The time since some moment of this process: nobody sets it, and it never goes back. How old a look
    /// is, is measured by it.
    fn uptime(&self) -> Span;

    /// Waits for `span`; returns at once when it is zero or negative. Dropping it stops the wait.
    fn sleep(&self, span: Span) -> LocalBoxFuture<'static, ()>;
}
