//! How much was compared; printed when all is done.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts of what ran to its end.
#[derive(Default)]
pub(crate) struct Tally {
    /// Named cases.
    pub(crate) cases: AtomicUsize,
    /// Generated sequences.
    pub(crate) sequences: AtomicUsize,
}

impl Tally {
    /// Counts more of one kind.
    pub(crate) fn add(counter: &AtomicUsize, more: usize) {
        counter.fetch_add(more, Ordering::Relaxed);
    }

    /// The closing line.
    pub(crate) fn line(&self) -> String {
        let cases = self.cases.load(Ordering::Relaxed);
        let sequences = self.sequences.load(Ordering::Relaxed);
        format!("conformance: {cases} cases, {sequences} generated sequences at dynamodb-local")
    }
}
