//! Durations, offsets and instants.

use std::ops::Range;

use super::Builder;
use crate::domain::{self, Lifetime, Slot, Span, Timestamp, duration};
use crate::scenario::file::text::{
    Duration, EndMoment, LifetimeText, Moment, PastMoment, RangeFile, SignedDuration, SlotText,
    Text,
};
use crate::scenario::model::SpanRange;

const OFFSET_HELP: &str =
    "write an offset from the start, as 4d or 2d 02:30, or an instant, as 2026-03-28T02:30:00Z";

/// Ten years: as wrong as a clock without a battery.
const CLOCK_ERROR_MAX: Span = Span::days(3_650);

impl Builder<'_> {
    /// Notes a mistake of a short text at its place in the file.
    pub(super) fn wrong_in(&mut self, text: &Text, inner: domain::Mistake) {
        let span = self.inside(text, inner.span);
        self.wrong(span, inner.message, inner.help);
    }

    /// Bytes of a value as bytes of the file; the whole value where escapes hide the place.
    pub(super) fn inside(&self, text: &Text, inner: Range<usize>) -> Range<usize> {
        let raw = self.text.get(text.span.clone()).unwrap_or("");
        let shift = if raw.starts_with(text.value.as_str()) {
            0
        } else if raw
            .get(1..)
            .is_some_and(|r| r.starts_with(text.value.as_str()))
        {
            1
        } else {
            return text.span.clone();
        };
        let from = text.span.start + shift;
        from + inner.start..from + inner.end
    }

    /// A duration; zero is one.
    pub(super) fn duration(&mut self, text: &Duration) -> Span {
        duration::parse(&text.value).unwrap_or_else(|mistake| {
            self.wrong_in(text, mistake);
            Span::ZERO
        })
    }

    /// A duration that is longer than nothing.
    pub(super) fn positive(&mut self, text: &Duration) -> Span {
        duration::parse_positive(&text.value).unwrap_or_else(|mistake| {
            self.wrong_in(text, mistake);
            Span::from_ms(1)
        })
    }

    /// How wrong a clock is, in either direction.
    pub(super) fn clock_error(&mut self, text: &SignedDuration) -> Span {
        match signed(&text.value) {
            Ok(error) if -CLOCK_ERROR_MAX <= error && error <= CLOCK_ERROR_MAX => error,
            Ok(_) => {
                self.wrong(
                    text.span.clone(),
                    "no clock is so wrong",
                    "write at most 3650d",
                );
                Span::ZERO
            }
            Err(mistake) => {
                self.wrong_in(text, mistake);
                Span::ZERO
            }
        }
    }

    /// One duration, or two in order; each longer than nothing.
    pub(super) fn range(&mut self, range: &RangeFile) -> SpanRange {
        match range {
            RangeFile::Exactly(span) => SpanRange::exactly(self.positive(span)),
            RangeFile::Between(bounds) => {
                let (from, to) = (self.positive(&bounds.from), self.positive(&bounds.to));
                if from > to {
                    self.wrong(
                        bounds.to.span.clone(),
                        format!("`to` is {to}, which is shorter than `from` with {from}"),
                        "write the shorter one as `from`",
                    );
                }
                SpanRange { from, to }
            }
        }
    }

    /// A lifetime.
    pub(super) fn lifetime(&mut self, text: &LifetimeText) -> Lifetime {
        if text.value == "forever" {
            return Lifetime::Forever;
        }
        Lifetime::For(
            duration::parse_positive(&text.value).unwrap_or_else(|mistake| {
                self.wrong_in(text, mistake);
                Span::days(1)
            }),
        )
    }

    /// An instant of the run.
    pub(super) fn moment(&mut self, text: &Moment) -> Timestamp {
        let Some(at) = self.instant(text) else {
            return self.start;
        };
        if at < self.start || at >= self.end {
            self.outside(text, at);
        }
        at
    }

    /// An instant of the run, or its end.
    pub(super) fn end_moment(&mut self, text: Option<&EndMoment>) -> Timestamp {
        let Some(text) = text.filter(|text| text.value != "end") else {
            return self.end;
        };
        let Some(at) = self.instant(text) else {
            return self.end;
        };
        if at < self.start || at > self.end {
            self.outside(text, at);
        }
        at
    }

    /// Any instant, also before the run.
    pub(super) fn past_moment(&mut self, text: &PastMoment) -> Timestamp {
        self.instant(text).unwrap_or(self.start)
    }

    /// The slot of an instant, written as that instant or as slots are.
    pub(super) fn slot(&mut self, text: &SlotText) -> Slot {
        let at = Timestamp::parse_compact(&text.value).or_else(|| self.instant(text));
        Slot::scheduled(at.unwrap_or(self.start))
    }

    fn outside(&mut self, text: &Text, at: Timestamp) {
        let (start, end) = (self.start, self.end);
        self.wrong(
            text.span.clone(),
            format!("{at} is outside the run"),
            format!("the run is from {start} to {end}"),
        );
    }

    fn instant(&mut self, text: &Text) -> Option<Timestamp> {
        let written = text.value.trim();
        if written.len() >= "2026-03-28T".len() && written.as_bytes().get(10) == Some(&b'T') {
            return match Timestamp::parse(written) {
                Ok(at) => Some(at),
                Err(_) => {
                    self.wrong(
                        text.span.clone(),
                        format!("`{written}` is not an instant"),
                        OFFSET_HELP,
                    );
                    None
                }
            };
        }
        match offset(&text.value) {
            Ok(span) => Some(self.start + span),
            Err(mistake) => {
                self.wrong_in(
                    text,
                    domain::Mistake {
                        help: OFFSET_HELP.to_owned(),
                        ..mistake
                    },
                );
                None
            }
        }
    }
}

/// `-90s`, `+2m`, `2m`.
fn signed(text: &str) -> Result<Span, domain::Mistake> {
    let shifted = |mistake: domain::Mistake| domain::Mistake {
        span: mistake.span.start + 1..mistake.span.end + 1,
        ..mistake
    };
    if let Some(rest) = text.strip_prefix('-') {
        duration::parse(rest).map(|span| -span).map_err(shifted)
    } else if let Some(rest) = text.strip_prefix('+') {
        duration::parse(rest).map_err(shifted)
    } else {
        duration::parse(text)
    }
}

/// `4d`, `-3d`, `2d 02:30`, `02:30`.
fn offset(text: &str) -> Result<Span, domain::Mistake> {
    let last = text.trim_end().rfind(' ').map_or(0, |blank| blank + 1);
    let (days, time) = text.split_at(last);
    if !time.contains(':') {
        return signed(text);
    }
    let Some(time) = time_of_day(time.trim_end()) else {
        return Err(domain::Mistake {
            span: last..text.trim_end().len(),
            message: format!("`{}` is not a time of day", time.trim()),
            help: String::new(),
        });
    };
    if days.trim().is_empty() {
        return Ok(time);
    }
    Ok(signed(days)? + time)
}

/// `02:30` or `02:30:15`.
fn time_of_day(text: &str) -> Option<Span> {
    let mut parts = text.split(':');
    let mut part = |most: i64| -> Option<i64> {
        let digits = parts.next()?;
        let number: i64 = (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse().ok())??;
        (number <= most).then_some(number)
    };
    let (hours, minutes) = (part(23)?, part(59)?);
    let seconds = match text.len() {
        5 => 0,
        _ => part(59)?,
    };
    (text.len() <= 8).then(|| Span::hours(hours) + Span::minutes(minutes) + Span::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_a_duration_with_a_time_of_day_if_wanted() {
        let texts = [
            "0d",
            "4d",
            "-3d",
            "2d 02:30",
            "02:30:15",
            "1w 1d 23:59",
            "2d 24:00",
            "2d 2:30",
            "2:",
            "é:",
            "",
        ];
        let read: Vec<String> = texts
            .iter()
            .map(|text| match offset(text) {
                Ok(span) => format!("{text} = {span}"),
                Err(mistake) => format!("{text} ! {:?} {mistake}", mistake.span),
            })
            .collect();
        insta::assert_snapshot!(read.join("\n"), @"
        0d = 0s
        4d = 4d
        -3d = -3d
        2d 02:30 = 2d 2h 30m
        02:30:15 = 2h 30m 15s
        1w 1d 23:59 = 8d 23h 59m
        2d 24:00 ! 3..8 `24:00` is not a time of day
        2d 2:30 ! 3..7 `2:30` is not a time of day
        2: ! 0..2 `2:` is not a time of day
        é: ! 0..3 `é:` is not a time of day
         ! 0..0 there is no duration here
        ");
    }
}
