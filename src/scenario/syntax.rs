//! Shape: the reader's errors in our words, each at its place in the text.

use std::ops::Range;

use serde_saphyr::{DefaultMessageFormatter, Error, Location, MessageFormatter};

use super::file::text::bytes_of;
use super::file::{self, Written};
use super::mistake::Mistake;
use super::{suggest, yaml};

/// Reads a text into its shape.
///
/// # Errors
/// The first mistake of shape; its span may be empty and may lie outside the text.
pub(crate) fn read<T: Written>(text: &str, path: &str) -> Result<T, Mistake> {
    file::read(text).map_err(|error| {
        let (message, help) = in_words(&error);
        Mistake {
            span: place(text, &error),
            message,
            help,
            path: path.to_owned(),
        }
    })
}

/// The bytes an error is about. Where the reader gives a point, the word that starts there.
fn place(text: &str, error: &Error) -> Range<usize> {
    let Some(location) = error.location() else {
        return 0..0;
    };
    let span = match location.span().byte_offset() {
        Some(_) => bytes_of(location),
        None => point(text, location),
    };
    // The reader's place of a missing field is the last field there is; at the top level that
    // can be the far end of the file.
    if matches!(error, Error::SerdeMissingField { .. }) && location.column() == 1 {
        return first_word(text);
    }
    if span.end > span.start + 1 && span.end <= text.len() {
        return span;
    }
    word_at(text, span.start)
}

/// The place that a line and a column name: all that the parser below the reader tells.
fn point(text: &str, location: Location) -> Range<usize> {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
    let (line, column) = (number(location.line()), number(location.column()));
    let lines = text.split_inclusive('\n');
    let before: usize = lines.take(line).map(str::len).sum();
    let rest = &text[before..];
    let within = rest
        .char_indices()
        .nth(column)
        .map_or(rest.len(), |(at, _)| at);
    let at = before + within;
    at..at
}

/// The word that starts at a byte of the text.
pub(crate) fn word_at(text: &str, start: usize) -> Range<usize> {
    let Some(rest) = text.get(start..) else {
        return start..start;
    };
    /// Longer ones are marked at their start only.
    const LETTERS_MAX: usize = 64;
    let ends = |(count, (_, c)): &(usize, (usize, char))| {
        *count == LETTERS_MAX || c.is_whitespace() || matches!(c, ',' | '}' | ']')
    };
    let length = rest.char_indices().enumerate().find(ends);
    let word = length.map_or(rest, |(_, (at, _))| &rest[..at]);
    start..start + word.strip_suffix(':').unwrap_or(word).len()
}

/// The first word that is not in a comment.
fn first_word(text: &str) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start();
        if !inner.is_empty() && !inner.starts_with('#') && !inner.starts_with("---") {
            return word_at(text, start + (line.len() - inner.len()));
        }
        start += line.len();
    }
    0..0
}

/// What is wrong, and what to write instead.
fn in_words(error: &Error) -> (String, String) {
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => in_words(error),
        Error::SerdeUnknownField {
            field, expected, ..
        } => (
            format!("there is no field `{field}` here"),
            suggest::help(field, expected.iter().copied(), ""),
        ),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => (
            format!("`{variant}` is not known here"),
            suggest::help(variant, expected.iter().copied(), ""),
        ),
        Error::SerdeMissingField { field, .. } => (
            format!("the field `{field}` is missing here"),
            String::new(),
        ),
        Error::DuplicateMappingKey { key, .. } => (
            match key {
                Some(key) => format!("`{key}` is given twice"),
                None => "a field is given twice".to_owned(),
            },
            "keep one of the two".to_owned(),
        ),
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => (
            format!("{expected} belongs here, not {unexpected}"),
            String::new(),
        ),
        Error::Eof { .. } => (
            "the file ends too early".to_owned(),
            "scenarios/README.md shows the format".to_owned(),
        ),
        Error::MultipleDocuments { .. } => (
            "the file holds more than one document".to_owned(),
            "one file is one story: take out the line `---`".to_owned(),
        ),
        Error::Unexpected { expected, .. } => (shape(expected), String::new()),
        Error::InvalidScalar { ty, .. } => (scalar(ty), String::new()),
        Error::InvalidBooleanStrict { .. } => (scalar("bool"), String::new()),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. } => {
            (shape("mapping start"), String::new())
        }
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } => too_much(),
        Error::ExternalMessage { msg, .. } if msg.contains("recursion limit") => too_much(),
        Error::NullIntoString { .. } => (
            "a text belongs here, and there is none".to_owned(),
            "write one behind the colon, or take the field out".to_owned(),
        ),
        Error::ExpectedMappingEndAfterEnumVariantValue { .. } => (
            "one kind is named already, and there can be only one".to_owned(),
            "write the other one as a step of its own".to_owned(),
        ),
        Error::ExpectedStringKeyForExternallyTaggedEnum { .. } => (
            "a kind belongs here, as `{ kind: … }`".to_owned(),
            String::new(),
        ),
        Error::UnexpectedValueForUnitEnumVariant { .. } => (
            "this word takes no value".to_owned(),
            "write the word alone".to_owned(),
        ),
        Error::RecursiveReferencesRequireWeakTypes { .. } => (
            "an alias stands inside of what it repeats".to_owned(),
            "write the value out".to_owned(),
        ),
        Error::UnknownAnchor { .. } => (
            "no anchor before this has that name".to_owned(),
            "write the value out; a text that begins with `*` needs quotes".to_owned(),
        ),
        // The parser's: this is no YAML.
        Error::ExternalMessage { .. } => {
            let sentence = sentence(error);
            let help = yaml::remedy(&sentence).to_owned();
            (sentence, help)
        }
        other => (sentence(other), String::new()),
    }
}

fn too_much() -> (String, String) {
    (
        "the file is nested too deeply or unfolds to too much".to_owned(),
        "write it with less nesting and fewer anchors".to_owned(),
    )
}

/// What the reader calls by YAML's own names.
fn shape(expected: &str) -> String {
    match expected {
        "mapping start" | "mapping" => "a map belongs here, as `{ key: value }`".to_owned(),
        "sequence start" | "sequence" => {
            "a list belongs here, as `[ … ]` or lines with `- `".to_owned()
        }
        "string scalar" | "scalar" => "one text belongs here".to_owned(),
        other => format!("the reader wants a {other} here"),
    }
}

/// What the reader calls by Rust's own names.
fn scalar(kind: &str) -> String {
    match kind {
        "bool" => "`true` or `false` belongs here".to_owned(),
        "u16" | "u32" | "u64" => "a whole number belongs here".to_owned(),
        other => format!("this is no {other}"),
    }
}

/// The reader's own words, as one line in our style.
fn sentence(error: &Error) -> String {
    let words = DefaultMessageFormatter.format_message(error);
    let line: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.trim().trim_end_matches('.').to_owned()
}
