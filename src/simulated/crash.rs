//! Where a pass is killed: between any two effects, as a lost machine would do it.

use std::cell::RefCell;

use smol_str::SmolStr;
use tokio::sync::Notify;

use snaplife_sim::fault::CallMatch;

use crate::domain::Job;
use crate::journal::CrashLine;
use crate::ports::Request;

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

/// Whether one pass is dead, and who is to be told of it.
#[derive(Debug, Default)]
pub(crate) struct Fuse {
    burnt: RefCell<Option<CrashLine>>,
    told: Notify,
}

impl Fuse {
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
