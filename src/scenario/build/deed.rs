//! One fault, or one act of someone else, by itself: for a world that exists already.

use super::Builder;
use super::names::Noun;
use crate::domain::{Span, Timestamp};
use crate::scenario::file::fault::FaultFile;
use crate::scenario::file::outsider::OutsiderFile;
use crate::scenario::mistake::Mistake;
use crate::scenario::model::{Fault, Known, Outsider};

/// Nothing that is said of a world without an end lasts longer.
const LASTS_MAX: Span = Span::days(36_525);

/// A fault that starts at `now`.
///
/// # Errors
/// Every mistake that was found, at least one, in no order.
pub(crate) fn fault(
    path: &str,
    text: &str,
    file: &FaultFile,
    known: &Known,
    now: Timestamp,
) -> Result<Fault, Vec<Mistake>> {
    let mut build = over(path, text, known, now);
    let fault = build.fault(file, now);
    build.unless_wrong(fault)
}

/// An act of someone else at `now`.
///
/// # Errors
/// Every mistake that was found, at least one, in no order.
pub(crate) fn outsider(
    path: &str,
    text: &str,
    file: &OutsiderFile,
    known: &Known,
    now: Timestamp,
) -> Result<Outsider, Vec<Mistake>> {
    let mut build = over(path, text, known, now);
    if let OutsiderFile::RestoreTable(_) = file {
        build.wrong(
            0..text.len(),
            "the table of a world in a file can't be restored: what it held before is not kept",
            "play it as a step of a scenario",
        );
        return Err(build.mistakes);
    }
    build.announce_one(file);
    let outsider = build.outsider(file, now);
    build.unless_wrong(outsider)
}

fn over<'a>(path: &'a str, text: &'a str, known: &Known, now: Timestamp) -> Builder<'a> {
    let mut build = Builder::new(path, text);
    build.start = now;
    build.end = now + LASTS_MAX;
    for (noun, names) in [
        (Noun::Instance, &known.instances),
        (Noun::Volume, &known.volumes),
        (Noun::Snapshot, &known.snapshots),
        (Noun::Image, &known.images),
    ] {
        for name in names {
            build.names.there_already(noun, name);
        }
    }
    build
}

impl Builder<'_> {
    fn unless_wrong<T>(self, built: T) -> Result<T, Vec<Mistake>> {
        if self.mistakes.is_empty() {
            Ok(built)
        } else {
            Err(self.mistakes)
        }
    }
}
