//! Bytes to a scenario or a configuration, or to everything that is wrong with them.

use super::build;
use super::file::config::ConfigurationFile;
use super::file::fault::FaultFile;
use super::file::outsider::OutsiderFile;
use super::file::{ScenarioFile, Written};
use super::mistake::{Mistake, Mistakes, within};
use super::model::{Configuration, Fault, Known, Outsider, Scenario};
use super::syntax;
use crate::domain::Timestamp;

/// The largest file, in bytes. A story is read by a person; the largest of ours has a few
/// kilobytes, and a world of thousands of volumes is a `fleet`.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// Reads a scenario file.
///
/// `path_for_messages` is the file's name; it is put into mistakes and is not opened. Mistakes of
/// shape (an unknown field, a number where a text belongs) come one at a time, all others at once.
///
/// # Errors
/// [`Mistakes`], at least one, each with a place inside `bytes`.
pub fn load(path_for_messages: &str, bytes: &[u8]) -> Result<Scenario, Mistakes> {
    let build =
        |body: &str, file: &ScenarioFile| build::scenario(path_for_messages, bytes, body, file);
    read(path_for_messages, bytes, &SCENARIO, build)
}

/// Reads a configuration file, whose policies are written as those of a scenario.
///
/// # Errors
/// As [`load`].
pub fn load_configuration(
    path_for_messages: &str,
    bytes: &[u8],
) -> Result<Configuration, Mistakes> {
    let build = |body: &str, file: &ConfigurationFile| {
        build::configuration(path_for_messages, bytes, body, file)
    };
    read(path_for_messages, bytes, &CONFIGURATION, build)
}

/// Reads a fault, written as in a scenario's step, that starts at `now` in a world with these names.
///
/// # Errors
/// As [`load`]; the places are those of `text`.
pub fn load_fault(text: &str, known: &Known, now: Timestamp) -> Result<Fault, Mistakes> {
    let build = |body: &str, file: &FaultFile| build::fault(ARGUMENT, body, file, known, now);
    read(ARGUMENT, text.as_bytes(), &DEED, build)
}

/// Reads an act of someone else, likewise.
///
/// # Errors
/// As [`load_fault`].
pub fn load_outsider(text: &str, known: &Known, now: Timestamp) -> Result<Outsider, Mistakes> {
    let build = |body: &str, file: &OutsiderFile| build::outsider(ARGUMENT, body, file, known, now);
    read(ARGUMENT, text.as_bytes(), &DEED, build)
}

/// What mistakes call a text that is no file.
const ARGUMENT: &str = "argument";

/// What a kind of file is told about as a whole.
struct Kind {
    too_large: (&'static str, &'static str),
    shown_in: &'static str,
}

const SCENARIO: Kind = Kind {
    too_large: (
        "the file is larger than 1 MiB, which no scenario is",
        "describe many like instances as a `fleet`",
    ),
    shown_in: "scenarios/README.md shows the format",
};

const CONFIGURATION: Kind = Kind {
    too_large: (
        "the file is larger than 1 MiB, which no configuration is",
        "name the file that holds your policies",
    ),
    shown_in: "`snaplife schema --of config` describes the format",
};

const DEED: Kind = Kind {
    too_large: (
        "the text is larger than 1 MiB, which no step is",
        "write one step, as in a scenario",
    ),
    shown_in: "scenarios/README.md shows the words",
};

fn read<File: Written, Built>(
    path_for_messages: &str,
    bytes: &[u8],
    kind: &Kind,
    build: impl FnOnce(&str, &File) -> Result<Built, Vec<Mistake>>,
) -> Result<Built, Mistakes> {
    let whole = |message: &str, help: &str| {
        Mistakes::new(vec![Mistake {
            span: 0..0,
            message: message.to_owned(),
            help: help.to_owned(),
            path: path_for_messages.to_owned(),
        }])
    };
    if bytes.len() > FILE_BYTES_MAX {
        return Err(whole(kind.too_large.0, kind.too_large.1));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let help = format!("save it as UTF-8; {}", kind.shown_in);
        return Err(whole("the file is not UTF-8 text", &help));
    };
    // Some editors write a byte order mark. The reader does not count its bytes.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - body.len();
    if body
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Err(whole("the file is empty", kind.shown_in));
    }
    let read: Result<File, Vec<Mistake>> =
        syntax::read(body, path_for_messages).map_err(|mistake| vec![mistake]);
    read.and_then(|file| build(body, &file)).map_err(|found| {
        let placed = found.into_iter().map(|mut mistake| {
            let span = within(mistake.span, body);
            mistake.span = span.start + mark..span.end + mark;
            mistake
        });
        Mistakes::new(placed.collect())
    })
}
