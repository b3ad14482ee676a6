//! A wish to end early, in good order.

use std::cell::Cell;
use std::rc::Rc;

use tokio::sync::Notify;

/// Asked by a person (Ctrl-C). From then on EC2 is neither asked nor changed; what the call in
/// flight did is still recorded, and the lease is given back.
///
/// Clones share the wish.
#[derive(Clone, Default)]
pub struct Halt(Rc<Inner>);

#[derive(Default)]
struct Inner {
    asked: Cell<bool>,
    woken: Notify,
}

impl Halt {
    /// Ends the work soon.
    pub fn ask(&self) {
        self.0.asked.set(true);
        self.0.woken.notify_waiters();
    }

    /// Whether the work is to end.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.asked.get()
    }

    /// Waits until the work is to end.
    pub async fn asked(&self) {
        loop {
            let woken = self.0.woken.notified();
            if self.is_asked() {
                return;
            }
            woken.await;
        }
    }
}
