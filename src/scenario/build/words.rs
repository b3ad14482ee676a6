//! Counts and snapshot references.

use super::Builder;
use super::names::Noun;
use crate::domain::{self, VolumeId};
use crate::scenario::file::text::{CountText, SnapshotText};
use crate::scenario::model::{Count, SnapshotRef};

const COUNT_HELP: &str = "write a number, or one of \"<= 7\", \">= 1\", \"< 3\", \"> 0\", \"7..8\"";
const SNAPSHOT_HELP: &str = "write `newest of vol-db`, `oldest of vol-db`, `all of vol-db`, \
     `nth 2 of vol-db`, or the name of a snapshot that the file makes";

impl Builder<'_> {
    /// An expected number.
    pub(super) fn count(&mut self, text: &CountText) -> Count {
        let count = count(&text.value).unwrap_or_else(|mistake| {
            self.wrong_in(text, mistake);
            Count::exactly(0)
        });
        if count.min == 0 && count.max.is_none() {
            self.wrong(
                text.span.clone(),
                "every number is so: this expectation can't fail",
                "write a comparison that could be wrong, as \">= 1\"",
            );
        }
        count
    }

    /// An expected number, where one is given.
    pub(super) fn count_of(&mut self, text: Option<&CountText>) -> Option<Count> {
        text.map(|text| self.count(text))
    }

    /// Snapshots, by volume or by name.
    pub(super) fn snapshots(&mut self, text: &SnapshotText) -> SnapshotRef {
        let words: Vec<&str> = text.value.split_whitespace().collect();
        let (volume, reference): (&str, fn(u32, VolumeId) -> SnapshotRef) = match words.as_slice() {
            ["newest", "of", volume] => (volume, |_, volume| SnapshotRef::Newest(volume)),
            ["oldest", "of", volume] => (volume, |_, volume| SnapshotRef::Oldest(volume)),
            ["all", "of", volume] => (volume, |_, volume| SnapshotRef::All(volume)),
            ["nth", _, "of", volume] => (volume, SnapshotRef::Nth),
            [name] if name.starts_with(Noun::Snapshot.prefix()) => {
                self.known(Noun::Snapshot, name, text.span.clone());
                return SnapshotRef::Named((*name).into());
            }
            _ => {
                self.wrong(
                    text.span.clone(),
                    format!("`{}` does not say which snapshot", text.value),
                    SNAPSHOT_HELP,
                );
                return SnapshotRef::Named(text.value.as_str().into());
            }
        };
        let nth = match words.as_slice() {
            ["nth", number, ..] => number.parse().ok().filter(|nth| *nth > 0),
            _ => Some(1),
        };
        if nth.is_none() {
            self.wrong(
                text.span.clone(),
                format!("`{}` does not count from 1", text.value),
                "the first snapshot ever taken of a volume is `nth 1 of vol-db`",
            );
        }
        let at = text.value.rfind(volume).unwrap_or(0);
        let place = self.inside(text, at..at + volume.len());
        self.known(Noun::Volume, volume, place);
        reference(nth.unwrap_or(1), VolumeId::new(volume))
    }

    /// One snapshot.
    pub(super) fn one_snapshot(&mut self, text: &SnapshotText) -> SnapshotRef {
        let reference = self.snapshots(text);
        if let SnapshotRef::All(volume) = &reference {
            let help = format!("write `newest of {volume}`");
            self.wrong(text.span.clone(), "this must be one snapshot", help);
        }
        reference
    }
}

/// Reads a count.
fn count(text: &str) -> Result<Count, domain::Mistake> {
    let wrong = |message: String| domain::Mistake {
        span: 0..text.len(),
        message,
        help: COUNT_HELP.to_owned(),
    };
    let number = |digits: &str| -> Result<u64, domain::Mistake> {
        let digits = digits.trim();
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| digits.parse().ok())
            .flatten()
            .ok_or_else(|| wrong(format!("`{text}` is not a count")))
    };
    let written = text.trim();
    let nothing = || wrong(format!("no number is `{text}`"));
    if let Some(most) = written.strip_prefix("<=") {
        return Ok(Count {
            min: 0,
            max: Some(number(most)?),
        });
    }
    if let Some(least) = written.strip_prefix(">=") {
        return Ok(Count {
            min: number(least)?,
            max: None,
        });
    }
    if let Some(above) = written.strip_prefix('<') {
        let max = number(above)?.checked_sub(1).ok_or_else(nothing)?;
        return Ok(Count {
            min: 0,
            max: Some(max),
        });
    }
    if let Some(below) = written.strip_prefix('>') {
        let min = number(below)?.checked_add(1).ok_or_else(nothing)?;
        return Ok(Count { min, max: None });
    }
    if let Some((least, most)) = written.split_once("..") {
        let (min, max) = (number(least)?, number(most)?);
        if min > max {
            return Err(nothing());
        }
        return Ok(Count {
            min,
            max: Some(max),
        });
    }
    number(written).map(Count::exactly)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_number_or_a_comparison() {
        let texts = [
            "7", "<= 7", ">=1", "< 3", "> 0", "7..8", "7 .. 7", "< 0", "8..7", "-1", "7.5", "many",
            "", "<= ",
        ];
        let read: Vec<String> = texts
            .iter()
            .map(|text| match count(text) {
                Ok(count) => format!("{text} = {count}"),
                Err(mistake) => format!("{text} ! {mistake}"),
            })
            .collect();
        insta::assert_snapshot!(read.join("\n"), @"
        7 = 7
        <= 7 = <= 7
        >=1 = >= 1
        < 3 = <= 2
        > 0 = >= 1
        7..8 = 7..8
        7 .. 7 = 7
        < 0 ! no number is `< 0`
        8..7 ! no number is `8..7`
        -1 ! `-1` is not a count
        7.5 ! `7.5` is not a count
        many ! `many` is not a count
         ! `` is not a count
        <=  ! `<= ` is not a count
        ");
    }
}
