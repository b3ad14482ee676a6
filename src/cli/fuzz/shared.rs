//! What the commands that play many stories are asked alike.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

use crate::cli::JOBS_MAX;
use crate::report::story::in_shell;

/// Where a story that breaks is written to, unless somebody says otherwise.
pub(in crate::cli) const REGRESSIONS: &str = "scenarios/regressions";

/// The arguments; their help texts are sentences for whoever calls.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Shared {
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = clap::value_parser!(u16).range(1..=JOBS_MAX),
        help = "Plays this many stories at a time. Without it: one for each core."
    )]
    jobs: Option<u16>,

    #[arg(
        long,
        value_name = "K/N",
        default_value_t = Partition::WHOLE,
        value_parser = partition,
        help = "Plays the part K of N, for N machines that share the work."
    )]
    pub(in crate::cli) partition: Partition,

    #[arg(
        long,
        value_name = "FOLDER",
        default_value = REGRESSIONS,
        value_parser = folder(),
        help = "Where a story that breaks is written to."
    )]
    pub(in crate::cli) regressions: PathBuf,

    #[arg(
        long,
        value_enum,
        default_value_t = Output::Text,
        value_name = "FORMAT",
        help = "How the report is printed."
    )]
    pub(in crate::cli) output: Output,
}

impl Shared {
    /// How many stories are played at a time.
    pub(in crate::cli) fn threads(&self) -> usize {
        self.jobs.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        )
    }
}

/// A folder, which may be still to be made. What is found after hours must have a place.
pub(in crate::cli) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.metadata() {
        Ok(found) if !found.is_dir() => {
            Err("it is no folder; stories that break are written to one")
        }
        Ok(_) | Err(_) => Ok(path),
    })
}

/// The option that names that folder, as part of a command to be given again; nothing where it is the usual one.
pub(in crate::cli) fn folder_option(regressions: &Path) -> String {
    if regressions == Path::new(REGRESSIONS) {
        return String::new();
    }
    format!(
        " --regressions {}",
        in_shell(&regressions.to_string_lossy())
    )
}

/// How the report is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(in crate::cli) enum Output {
    #[value(help = "Figures and tables for people.")]
    Text,
    #[value(help = "One JSON document.")]
    Json,
}

/// One part of the seeds, or of the cases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) struct Partition {
    /// Which, from 1.
    pub(super) part: u64,
    /// Of how many.
    pub(super) of: u64,
}

impl Partition {
    const WHOLE: Self = Self { part: 1, of: 1 };

    /// Whether the seed or case with this number, from 0, belongs to it.
    pub(in crate::cli) const fn has(self, number: u64) -> bool {
        number % self.of == self.part - 1
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// K/N.
///
/// # Errors
/// A sentence when it is none.
fn partition(text: &str) -> Result<Partition, String> {
    let wrong = || format!("`{text}` is not a part: write K/N, as 2/8 for the second of eight");
    let (part, of) = text.split_once('/').ok_or_else(wrong)?;
    let part: u64 = part.parse().map_err(|_| wrong())?;
    let of: u64 = of.parse().map_err(|_| wrong())?;
    if part == 0 || part > of {
        return Err(format!("there is no part {part} of {of}: K is from 1 to N"));
    }
    Ok(Partition { part, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_disjoint_and_whole() {
        let parts: Vec<Partition> = (1..=3).map(|part| Partition { part, of: 3 }).collect();
        for number in 0..30 {
            let owners = parts.iter().filter(|part| part.has(number));
            assert_eq!(owners.count(), 1, "{number}");
        }
        insta::assert_snapshot!(partition("4/3").unwrap_err(), @"there is no part 4 of 3: K is from 1 to N");
        insta::assert_snapshot!(partition("0/3").unwrap_err(), @"there is no part 0 of 3: K is from 1 to N");
        insta::assert_snapshot!(partition("half").unwrap_err(), @"`half` is not a part: write K/N, as 2/8 for the second of eight");
    }
}
