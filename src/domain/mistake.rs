//! A mistake in a short text that a person wrote: where it is, what is wrong, what to write.
//!
//! Durations, zones and schedules stand inside policy and scenario files. Their errors carry a
//! place, so that whoever read the file can point at it.

use std::ops::Range;

/// What is wrong with a text, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    /// The bytes of the text that are wrong; within it, on character borders. Empty when
    /// something is missing there.
    pub span: Range<usize>,
    /// What is wrong; lower case, no full stop.
    pub message: String,
    /// The remedy; lower case, no full stop.
    pub help: String,
}

impl Mistake {
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}

/// The text with the mistake marked below it; how tests show one.
#[cfg(test)]
pub(crate) fn pointed(text: &str, mistake: &Mistake) -> String {
    let before = text[..mistake.span.start].chars().count();
    let marked = text[mistake.span.clone()].chars().count().max(1);
    format!(
        "{text}\n{}{} {}\nhelp: {}",
        " ".repeat(before),
        "^".repeat(marked),
        mistake.message,
        mistake.help
    )
}
