//! How much was compared; printed when all is done.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts of what ran to its end.
#[derive(Default)]
pub(crate) struct Tally {
    /// Named cases.
    pub(crate) cases: AtomicUsize,
    /// Generated sequences.
    pub(crate) sequences: AtomicUsize,
    /// Scenarios with the decisions of `model`.
    pub(crate) scenarios: AtomicUsize,
    /// Scenarios that say they need another level.
    pub(crate) elsewhere: AtomicUsize,
}

impl Tally {
    /// Counts more of one kind.
    pub(crate) fn add(counter: &AtomicUsize, more: usize) {
        counter.fetch_add(more, Ordering::Relaxed);
    }

    /// The closing lines.
    pub(crate) fn lines(&self) -> String {
        let [cases, sequences, scenarios, elsewhere] = [
            &self.cases,
            &self.sequences,
            &self.scenarios,
            &self.elsewhere,
        ]
        .map(|counter| counter.load(Ordering::Relaxed));
        format!(
            "conformance: {cases} cases, {sequences} generated sequences at wire and the same at dynamodb-local\n\
             dynamodb-local: {scenarios} scenarios with the decisions of the level model, {elsewhere} say that they need another level"
        )
    }
}
