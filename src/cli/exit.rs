//! Exit codes in one table, and how an error is shown.

use std::error::Error;
use std::process::ExitCode;

use crate::player::{Played, Verdict};
use crate::report::Look;

/// How the program ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Exit {
    /// Everything held.
    Ok,
    /// Something that had to hold did not.
    Broken,
    /// A run has ended, and a person should look.
    Attention,
    /// The command line or a file is wrong, or a file could not be written.
    Usage,
    /// AWS refused, can't be reached, or is another account.
    Aws,
    /// Two runs with one seed differed.
    NotDeterministic,
    /// A mistake of ours.
    Bug,
}

impl Exit {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::Broken,
        Self::Usage,
        Self::Aws,
        Self::Attention,
        Self::NotDeterministic,
        Self::Bug,
    ];

    /// The code and what it means to whoever called.
    #[must_use]
    pub const fn entry(self) -> (u8, &'static str) {
        match self {
            Self::Ok => (0, "Everything held."),
            Self::Broken => (
                1,
                "An invariant or an expectation broke, a golden journal changed, or a mark was not reached.",
            ),
            Self::Usage => (
                2,
                "The command line or a file is wrong, or a file could not be written.",
            ),
            Self::Aws => (
                3,
                "AWS refused or can't be reached, or the credentials belong elsewhere.",
            ),
            Self::Attention => (
                4,
                "A run has ended and needs attention: something was found, left open or refused.",
            ),
            Self::NotDeterministic => (
                5,
                "Two runs of a scenario with one seed differed, or a recording played back otherwise.",
            ),
            Self::Bug => (
                70,
                "A mistake in snaplife itself. Please report it with path and seed.",
            ),
        }
    }

    /// How a run of these ends: the gravest of their verdicts counts.
    #[must_use]
    pub fn of(all: &[Played]) -> Self {
        all.iter()
            .map(|played| Self::of_verdict(&played.verdict))
            .max()
            .unwrap_or(Self::Ok)
    }

    const fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Held => Self::Ok,
            Verdict::Broken(_) => Self::Broken,
            Verdict::NotDeterministic { .. } => Self::NotDeterministic,
            Verdict::Bug(_) => Self::Bug,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.entry().0)
    }
}

/// The codes as they stand below `--help`.
#[must_use]
pub fn table() -> String {
    let mut text = "Exit codes:".to_owned();
    for exit in Exit::ALL {
        let (code, meaning) = exit.entry();
        text.push_str(&format!("\n  {code:>2}  {meaning}"));
    }
    text
}

/// An error with what lies behind it and what to do about it. Ends with a line break.
#[must_use]
pub fn shown(error: &dyn Error, hint: Option<&str>, look: Look) -> String {
    let mut text = format!(
        "{} {}\n",
        look.bad("error:"),
        look.hang(7, &error.to_string())
    );
    let mut source = error.source();
    while let Some(cause) = source {
        // An error that only carries another one says what that one says.
        if cause.to_string() == error.to_string() {
            source = cause.source();
            continue;
        }
        text.push_str(&format!(
            "  caused by: {}\n",
            look.hang(13, &cause.to_string())
        ));
        source = cause.source();
    }
    if let Some(hint) = hint {
        text.push_str(&format!("  hint: {}\n", look.hang(8, hint)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_gravest_verdict_decides() {
        let (held, failed) = (samples::held, samples::failed);
        let (differs, bug) = (samples::not_deterministic, samples::bug);
        assert_eq!(Exit::of(&[]), Exit::Ok);
        assert_eq!(Exit::of(&[held()]), Exit::Ok);
        assert_eq!(Exit::of(&[held(), failed(), held()]), Exit::Broken);
        assert_eq!(Exit::of(&[differs(), failed()]), Exit::NotDeterministic);
        assert_eq!(Exit::of(&[bug(), differs(), failed()]), Exit::Bug);
    }

    #[test]
    fn each_code_is_documented() {
        insta::assert_snapshot!(table(), @"
        Exit codes:
           0  Everything held.
           1  An invariant or an expectation broke, a golden journal changed, or a mark was not reached.
           2  The command line or a file is wrong, or a file could not be written.
           3  AWS refused or can't be reached, or the credentials belong elsewhere.
           4  A run has ended and needs attention: something was found, left open or refused.
           5  Two runs of a scenario with one seed differed, or a recording played back otherwise.
          70  A mistake in snaplife itself. Please report it with path and seed.
        ");
    }

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../../README.md");
        for exit in Exit::ALL {
            let (code, meaning) = exit.entry();
            assert!(
                readme.contains(&format!("\n| {code} | {meaning} |\n")),
                "{code} {meaning}"
            );
        }
    }
}
