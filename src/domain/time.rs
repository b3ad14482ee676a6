//! Points in time and spans of time, both in whole milliseconds.
//!
//! Arithmetic saturates at the ends of `i64`, about 292 million years away: a value that far out
//! is a mistake somewhere else, and must neither wrap into the past nor end the program.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, SmolStrBuilder};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Shown as `2026-03-28T01:30:00Z`, with three decimals only when there are milliseconds, and as
/// `<n>ms` outside the years 0 to 9999. Stored as the number.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in milliseconds; it may be negative. A day is 24 hours.
///
/// Shown as a person writes it: `1d 12h`, `15s`, `250ms`, `0s`, `-2h`. Stored as the number.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(i64);

/// A text that is not a point in time.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is not a point in time; write it as 2026-03-28T01:30:00Z")]
pub struct TimestampError {
    /// What was given.
    pub text: String,
}

impl Timestamp {
    /// The earliest one.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest one.
    pub const MAX: Self = Self(i64::MAX);
    /// 1970-01-01T00:00:00Z; where a live `rate` counts from.
    pub const EPOCH: Self = Self(0);

    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The whole second that it falls into.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.0.div_euclid(1_000) * 1_000)
    }

    /// Reads RFC 3339, as `2026-03-28T01:30:00Z` or `2026-03-28T02:30:00+01:00`. Anything finer
    /// than a millisecond is cut off, towards the past.
    ///
    /// # Errors
    /// [`TimestampError`] when the text is no such instant; a missing offset is one reason.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| TimestampError {
            text: text.to_owned(),
        })?;
        let ms = instant.as_nanosecond().div_euclid(1_000_000);
        Ok(Self(
            i64::try_from(ms).expect("jiff's range in milliseconds fits an i64"),
        ))
    }

    /// The name of this instant in row keys and tags: `20260328T013000Z`.
    ///
    /// Milliseconds are cut off. Text order is time order within the years 0 to 9999; outside
    /// them it is `<n>ms`.
    #[must_use]
    pub fn compact(self) -> SmolStr {
        use fmt::Write as _;
        let mut text = SmolStrBuilder::new();
        let written = match self.to_civil() {
            Some(civil) => write!(
                text,
                "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
                civil.year(),
                civil.month(),
                civil.day(),
                civil.hour(),
                civil.minute(),
                civil.second()
            ),
            None => write!(text, "{}ms", self.0),
        };
        written.expect("writing to a string cannot fail");
        text.finish()
    }

    /// Reads what [`compact`](Self::compact) wrote; none for anything else.
    #[must_use]
    pub fn parse_compact(text: &str) -> Option<Self> {
        if let Some(ms) = text.strip_suffix("ms") {
            return ms.parse().ok().map(Self);
        }
        let digits = |from: usize, to: usize| -> Option<i8> {
            let part = text.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
            part.parse().ok()
        };
        let mark = |at: usize| text.as_bytes().get(at).copied();
        if text.len() != 16 || mark(8) != Some(b'T') || mark(15) != Some(b'Z') {
            return None;
        }
        let year = i16::from(digits(0, 2)?) * 100 + i16::from(digits(2, 4)?);
        let (month, day) = (digits(4, 6)?, digits(6, 8)?);
        let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
        let civil = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        let instant = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
        Some(Self(instant.as_millisecond()))
    }

    /// How far two points are apart, whichever is earlier; never negative.
    #[must_use]
    pub const fn distance(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0)).abs()
    }

    /// The same instant for jiff, moved into its range when it lies outside.
    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The UTC date and time of day; none outside the years 0 to 9999.
    fn to_civil(self) -> Option<jiff::civil::DateTime> {
        let instant = jiff::Timestamp::from_millisecond(self.0).ok()?;
        let civil = jiff::tz::Offset::UTC.to_datetime(instant);
        (civil.year() >= 0).then_some(civil)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest one.
    pub const MAX: Self = Self(i64::MAX);

    /// From milliseconds.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// The length in milliseconds.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// This many seconds.
    #[must_use]
    pub const fn seconds(count: i64) -> Self {
        Self(count.saturating_mul(1_000))
    }

    /// This many minutes.
    #[must_use]
    pub const fn minutes(count: i64) -> Self {
        Self(count.saturating_mul(60_000))
    }

    /// This many hours.
    #[must_use]
    pub const fn hours(count: i64) -> Self {
        Self(count.saturating_mul(3_600_000))
    }

    /// This many days of 24 hours.
    #[must_use]
    pub const fn days(count: i64) -> Self {
        Self(count.saturating_mul(86_400_000))
    }

    /// The same length without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whole days, rounded towards zero.
    #[must_use]
    pub const fn whole_days(self) -> i64 {
        self.0 / 86_400_000
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, less: Self) -> Self {
        Self(self.0.saturating_sub(less.0))
    }
}

impl Mul<i64> for Span {
    type Output = Self;
    fn mul(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl Neg for Span {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Timestamp {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Timestamp {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let mut text = SmolStrBuilder::new();
        match self.to_civil() {
            Some(civil) => {
                let (date, time) = (civil.date(), civil.time());
                write!(text, "{date}T")?;
                write!(
                    text,
                    "{:02}:{:02}:{:02}",
                    time.hour(),
                    time.minute(),
                    time.second()
                )?;
                if time.millisecond() != 0 {
                    write!(text, ".{:03}", time.millisecond())?;
                }
                text.write_char('Z')?;
            }
            None => write!(text, "{}ms", self.0)?,
        }
        f.pad(&text.finish())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        if self.0 == 0 {
            return f.pad("0s");
        }
        let mut text = SmolStrBuilder::new();
        if self.0 < 0 {
            text.write_char('-')?;
        }
        let mut rest = self.0.unsigned_abs();
        let mut gap = "";
        for (unit, ms) in [
            ("d", 86_400_000),
            ("h", 3_600_000),
            ("m", 60_000),
            ("s", 1_000),
            ("ms", 1),
        ] {
            let count = rest / ms;
            rest %= ms;
            if count > 0 {
                write!(text, "{gap}{count}{unit}")?;
                gap = " ";
            }
        }
        f.pad(&text.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_PAST_ONE: Timestamp = Timestamp::from_ms(1_774_661_400_000);

    #[test]
    fn an_instant_is_shown_as_people_and_aws_write_it() {
        let shown: Vec<String> = [
            HALF_PAST_ONE,
            HALF_PAST_ONE + Span::from_ms(7),
            Timestamp::EPOCH - Span::from_ms(1),
            Timestamp::from_ms(-62_167_219_200_000),
            Timestamp::from_ms(-62_167_219_200_001),
            Timestamp::MAX,
            Timestamp::MIN,
        ]
        .iter()
        .map(|at| format!("{at}  {}", at.compact()))
        .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        2026-03-28T01:30:00Z  20260328T013000Z
        2026-03-28T01:30:00.007Z  20260328T013000Z
        1969-12-31T23:59:59.999Z  19691231T235959Z
        0000-01-01T00:00:00Z  00000101T000000Z
        -62167219200001ms  -62167219200001ms
        9223372036854775807ms  9223372036854775807ms
        -9223372036854775808ms  -9223372036854775808ms
        ");
    }

    #[test]
    fn an_instant_is_read_with_any_offset() {
        for text in [
            "2026-03-28T01:30:00Z",
            "2026-03-28T02:30:00+01:00",
            "2026-03-27T20:30:00.000999-05:00",
        ] {
            assert_eq!(Timestamp::parse(text), Ok(HALF_PAST_ONE), "{text}");
        }
        for text in ["", "2026-03-28", "2026-03-28T01:30:00", "yesterday", "٢٠٢٦"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_slot_name_is_read_back_and_nothing_like_it_is() {
        assert_eq!(
            Timestamp::parse_compact("20260328T013000Z"),
            Some(HALF_PAST_ONE)
        );
        for text in [
            "",
            "20260328T013000",
            "20260230T013000Z",
            "20260328t013000Z",
            "+0260328T013000Z",
            "2026032ST013000Z",
            "adhoc-20260328T0",
            "ééééééééé",
        ] {
            assert_eq!(Timestamp::parse_compact(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_is_shown_in_words() {
        let shown: Vec<String> = [
            Span::ZERO,
            Span::hours(36),
            Span::seconds(15),
            Span::from_ms(250),
            Span::days(7),
            -Span::minutes(90),
            Span::days(1) + Span::from_ms(1),
            Span::MAX,
        ]
        .iter()
        .map(ToString::to_string)
        .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        0s
        1d 12h
        15s
        250ms
        7d
        -1h 30m
        1d 1ms
        106751991167d 7h 12m 55s 807ms
        ");
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_time() {
        assert_eq!(Timestamp::MAX + Span::days(1), Timestamp::MAX);
        assert_eq!(Timestamp::MIN - Span::days(1), Timestamp::MIN);
        assert_eq!(Timestamp::MAX - Timestamp::MIN, Span::MAX);
        assert_eq!(Timestamp::MIN.distance(Timestamp::MAX), Span::MAX);
        assert_eq!(Span::days(i64::MAX), Span::MAX);
        assert_eq!(Span::days(i64::MAX) * 2, Span::MAX);
    }

    proptest::proptest! {
        #[test]
        fn text_and_instant_go_both_ways(seconds in -62_167_219_200_i64..253_402_207_200) {
            let at = Timestamp::EPOCH + Span::seconds(seconds);
            proptest::prop_assert_eq!(Timestamp::parse_compact(&at.compact()), Some(at));
            proptest::prop_assert_eq!(Timestamp::parse(&at.to_string()), Ok(at));
        }

        #[test]
        fn any_instant_can_be_shown(ms: i64) {
            let at = Timestamp::from_ms(ms);
            proptest::prop_assert!(!at.to_string().is_empty() && !at.compact().is_empty());
        }
    }
}
