//! What happened, line by line: the record that digests, goldens, the oracle and `--explain` read.
//!
//! - [`event`]: the kinds of lines.

pub mod event;

use crate::domain::Timestamp;

pub use event::{
    AnswerLine, Call, CrashLine, Event, FaultLine, Finding, FindingKind, Header, Line, Now,
    PassEnd, RowChange,
};

/// Takes each line as it happens.
pub trait Journal {
    /// Notes an event of a pass. `at` and the pass are the implementation's to know.
    fn note(&self, event: Event<'_>);

    /// AWS's time now, for the line.
    fn at(&self) -> Timestamp;
}
