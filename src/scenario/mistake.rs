//! What is wrong with a file, where, and what to write instead.

use std::ops::Range;

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The bytes of the file that are wrong: within it and on character borders; empty when
    /// something is missing there.
    pub span: Range<usize>,
    /// What is wrong; lower case, no full stop.
    pub message: String,
    /// What to write instead; lower case, no full stop; empty when the message says it all.
    pub help: String,
    /// The name of the file.
    pub path: String,
}

/// Everything that is wrong with one file: at least one, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// The mistakes, in the order of the file; at least one.
    #[must_use]
    pub fn all(&self) -> &[Mistake] {
        &self.0
    }
}
