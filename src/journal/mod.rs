//! What happened, line by line: the record that digests, goldens, the oracle and `--explain` read.
//!
//! - [`event`]: the kinds of lines; [`sink`]: how they are written, hashed (by way of `hashing`) and
//!   handed on;
//! - [`digest`]: what must be equal at which level, by way of `timeless`; [`compare`]: where two runs
//!   part; `open_calls`: what whoever reads them remembers of a call until its answer.

pub mod compare;
pub mod digest;
pub mod event;
mod hashing;
mod open_calls;
pub mod sink;
mod timeless;

#[cfg(test)]
pub(crate) mod samples;

use crate::domain::Timestamp;

pub use compare::{Difference, first_difference, first_differing_block};
pub use digest::{Decisions, Digest};

pub use event::{
    AnswerLine, Call, CrashLine, Event, FaultLine, Finding, FindingKind, Header, Line, Now,
    PassEnd, PassStart, RowChange,
};
pub use open_calls::OpenCalls;
pub use sink::{Checkpoint, Keep, Observer, PassJournal, Record, Stream};

/// Takes each line as it happens.
pub trait Journal {
    /// Notes an event of a pass. `at` and the pass are the implementation's to know.
    fn note(&self, event: Event<'_>);

    /// AWS's time now, for the line.
    fn at(&self) -> Timestamp;

    /// Whether lines could not be written: then nothing may be changed any more.
    fn is_lost(&self) -> bool {
        false
    }
}
