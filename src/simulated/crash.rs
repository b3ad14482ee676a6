//! Where a pass is killed: between any two effects, as a lost machine would do it.

use std::cell::{Cell, RefCell};

use smol_str::SmolStr;
use tokio::sync::Notify;

use snaplife_sim::fault::CallMatch;

use crate::domain::Job;
use crate::journal::CrashLine;
use crate::ports::{OperationName, Request};

/// Kills a pass at one of its calls.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CrashPoint {
    /// On which side of the call's effect.
    pub boundary: Boundary,
    /// At which call.
    pub call: CrashCall,
}

/// Which call of a pass, counted from 1 as the calls are made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CrashCall {
    /// The nth call of the pass.
    Nth(u64),
    /// The nth call of this operation in the pass.
    NthOf(OperationName, u64),
}

/// Kills whichever pass makes the nth matching call from now on, across passes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArmedCrash {
    /// On which side of the call's effect.
    pub boundary: Boundary,
    /// Which operations count.
    pub call: CallMatch,
    /// Only calls about this id; none for any.
    pub resource: Option<SmolStr>,
    /// Only in passes of this job; none for any.
    pub job: Option<Job>,
    /// Its name, by which one asks whether it struck.
    pub name: SmolStr,
    /// So many more matching calls until it strikes, from 1.
    pub left: u64,
}

impl ArmedCrash {
    /// Counts a call; the boundary when it is the one to die at.
    pub(crate) fn count(&mut self, job: Job, request: &Request) -> Option<Boundary> {
        let matches = self.left > 0
            && self.job.is_none_or(|wanted| wanted == job)
            && self.call.is(request.name().text())
            && self
                .resource
                .as_ref()
                .is_none_or(|id| request.resources().contains(id));
        if !matches {
            return None;
        }
        self.left -= 1;
        (self.left == 0).then_some(self.boundary)
    }
}

/// On which side of a call's effect a pass is killed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Boundary {
    /// The request never arrives.
    Before,
    /// It acts, and nobody sees the answer.
    After,
}

impl Boundary {
    /// `before` or `after`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// Counts the calls of one pass up to its crash point, and tells the player when it is reached.
#[derive(Debug, Default)]
pub(crate) struct Fuse {
    burnt: RefCell<Option<CrashLine>>,
    calls: Cell<u64>,
    calls_named: Cell<u64>,
    point: Option<CrashPoint>,
    told: Notify,
}

impl Fuse {
    /// A pass that dies at `point`, or lives.
    pub(crate) fn new(point: Option<CrashPoint>) -> Self {
        Self {
            point,
            ..Self::default()
        }
    }

    /// Counts a call and says on which side of it the pass dies; none for a call that it survives.
    pub(crate) fn count(&self, operation: OperationName) -> Option<Boundary> {
        self.calls.set(self.calls.get() + 1);
        let point = self.point?;
        let dies = match point.call {
            CrashCall::Nth(n) => n == self.calls.get(),
            CrashCall::NthOf(named, n) => {
                let is_named = named == operation;
                self.calls_named
                    .set(self.calls_named.get() + u64::from(is_named));
                is_named && n == self.calls_named.get()
            }
        };
        dies.then_some(point.boundary)
    }

    /// How many calls the pass has made.
    pub(crate) const fn calls(&self) -> u64 {
        self.calls.get()
    }

    /// The pass dies at this call. Of two the first stands.
    pub(crate) fn burn(&self, boundary: Boundary, ticket: u64) -> CrashLine {
        let line = CrashLine {
            boundary: SmolStr::new_static(boundary.name()),
            ticket,
        };
        self.burnt.borrow_mut().get_or_insert(line.clone());
        self.told.notify_one();
        line
    }

    /// Whether the pass is dead.
    pub(crate) fn is_burnt(&self) -> bool {
        self.burnt.borrow().is_some()
    }

    /// Waits for the crash; never ends when there is none.
    pub(crate) async fn burnt(&self) -> CrashLine {
        loop {
            if let Some(line) = &*self.burnt.borrow() {
                return line.clone();
            }
            self.told.notified().await;
        }
    }
}
