//! What broke in a story, as it is told and as it ends the program.

use std::path::PathBuf;

use crate::cli::exit::Exit;
use crate::fuzz::Cause;
use crate::player::Verdict;

/// A story that broke.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Failure {
    pub(in crate::cli) cause: Cause,
    /// What broke, in a sentence.
    pub(in crate::cli) told: String,
    /// The small file, when it was shrunk.
    pub(in crate::cli) file: Option<PathBuf>,
}

impl Failure {
    /// How a search that found it ends.
    pub(in crate::cli) fn exit(&self) -> Exit {
        match self.cause.id.as_str() {
            "bug" => Exit::Bug,
            "nondeterminism" => Exit::NotDeterministic,
            _ => Exit::Broken,
        }
    }
}

/// What a verdict says first, in a sentence; empty when everything held.
pub(in crate::cli) fn told_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Held => String::new(),
        Verdict::Broken(all) => all.first().map_or_else(String::new, |broken| {
            format!("{} {}", broken.promise, broken.actual)
        }),
        Verdict::NotDeterministic { difference, .. } => difference.clone(),
        Verdict::Bug(message) => message.clone(),
    }
}
