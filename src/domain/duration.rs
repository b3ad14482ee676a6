//! Durations as people write them: `36h`, `2w`, `1d 12h`, `15 seconds`; and the lifetime tag.
//!
//! Every unit is a fixed number of milliseconds; a day is 24 hours. Months and years have no
//! fixed length and are refused, so that no policy means something else in February.

use std::ops::Range;

use super::mistake::Mistake;
use super::time::Span;

/// A text that is not a duration.
pub type DurationError = Mistake;

/// The longest lifetime that a tag may ask for, in days: a hundred years. More is taken for a
/// slip of the hand.
pub const LIFETIME_DAYS_MAX: i64 = 36_525;

const HOW: &str = "write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h";

/// Reads a duration; zero is one.
///
/// Whole numbers, each with a unit, largest unit first, each unit once.
///
/// # Errors
/// [`DurationError`] for anything else: no unit, an unknown unit, months and years, a fraction,
/// a sign, or more than fits.
pub fn parse(text: &str) -> Result<Span, DurationError> {
    let mut at = skip_blanks(text, 0);
    if at == text.len() {
        return Err(Mistake::new(
            0..text.len(),
            "there is no duration here",
            HOW,
        ));
    }
    let mut total_ms: i64 = 0;
    let mut before: Option<Unit> = None;
    while at < text.len() {
        let part = Part::read(text, at)?;
        if let Some(before) = before.filter(|before| before.ms <= part.unit.ms) {
            return Err(Mistake::new(
                part.span,
                format!("{} cannot follow {}", part.unit.plural, before.plural),
                "write the largest unit first, and each unit once",
            ));
        }
        total_ms = part
            .count
            .checked_mul(part.unit.ms)
            .and_then(|ms| total_ms.checked_add(ms))
            .ok_or_else(|| too_long(part.span))?;
        before = Some(part.unit);
        at = skip_blanks(text, part.end);
    }
    Ok(Span::from_ms(total_ms))
}

/// Reads a duration that must be longer than nothing.
///
/// # Errors
/// As [`parse`], and for zero.
pub fn parse_positive(text: &str) -> Result<Span, DurationError> {
    let span = parse(text)?;
    if span == Span::ZERO {
        return Err(Mistake::new(
            0..text.len(),
            "a duration of zero means nothing here",
            "write a longer one",
        ));
    }
    Ok(span)
}

/// Reads the value of an instance's lifetime tag: a whole number of days, as the system we
/// replace wrote it, or a duration. Blanks around it are allowed.
///
/// # Errors
/// [`DurationError`] for anything else, for zero, and for more than [`LIFETIME_DAYS_MAX`].
pub fn parse_lifetime_tag(text: &str) -> Result<Span, DurationError> {
    let start = skip_blanks(text, 0);
    let value = text[start..].trim_end();
    let span = start..start + value.len();
    let lifetime = if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        let days: i64 = value.parse().map_err(|_| lifetime_too_long(span.clone()))?;
        Span::days(days)
    } else {
        parse(value).map_err(|inner| Mistake {
            span: start + inner.span.start..start + inner.span.end,
            message: inner.message,
            help: "write whole days as 7, or a duration as 36h or 2w".to_owned(),
        })?
    };
    if lifetime == Span::ZERO {
        return Err(Mistake::new(
            span,
            "a lifetime of zero would delete the snapshot at once",
            "write at least 1",
        ));
    }
    if lifetime > Span::days(LIFETIME_DAYS_MAX) {
        return Err(lifetime_too_long(span));
    }
    Ok(lifetime)
}

/// A unit of fixed length.
#[derive(Clone, Copy)]
struct Unit {
    plural: &'static str,
    ms: i64,
}

impl Unit {
    const fn new(plural: &'static str, ms: i64) -> Self {
        Self { plural, ms }
    }

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "w" | "week" | "weeks" => Self::new("weeks", 604_800_000),
            "d" | "day" | "days" => Self::new("days", 86_400_000),
            "h" | "hour" | "hours" => Self::new("hours", 3_600_000),
            "m" | "min" | "minute" | "minutes" => Self::new("minutes", 60_000),
            "s" | "sec" | "second" | "seconds" => Self::new("seconds", 1_000),
            "ms" | "millisecond" | "milliseconds" => Self::new("milliseconds", 1),
            _ => return None,
        })
    }
}

/// One number with its unit.
struct Part {
    count: i64,
    unit: Unit,
    /// Number and unit, without blanks around them.
    span: Range<usize>,
    end: usize,
}

impl Part {
    fn read(text: &str, start: usize) -> Result<Self, Mistake> {
        let digits_end = end_of(text, start, |c| c.is_ascii_digit());
        if digits_end == start {
            return Err(no_number(text, start));
        }
        if text[digits_end..].starts_with(['.', ',']) {
            return Err(Mistake::new(
                start..digits_end + 1,
                "a duration has no fractions",
                "use a smaller unit: 1h 30m, not 1.5h",
            ));
        }
        let count = text[start..digits_end]
            .parse()
            .map_err(|_| too_long(start..digits_end))?;
        let unit_start = skip_blanks(text, digits_end);
        let unit_end = end_of(text, unit_start, char::is_alphabetic);
        let unit = unit(text, start..digits_end, unit_start..unit_end)?;
        Ok(Self {
            count,
            unit,
            span: start..unit_end,
            end: unit_end,
        })
    }
}

fn unit(text: &str, number: Range<usize>, name: Range<usize>) -> Result<Unit, Mistake> {
    let written = &text[name.clone()];
    if let Some(unit) = Unit::from_name(&written.to_ascii_lowercase()) {
        return Ok(unit);
    }
    let count = &text[number.clone()];
    if written.is_empty() {
        if let Some(odd) = text[name.start..].chars().next() {
            return Err(Mistake::new(
                name.start..name.start + odd.len_utf8(),
                format!("`{odd}` has no place in a duration"),
                HOW,
            ));
        }
        return Err(Mistake::new(
            number,
            format!("`{count}` has no unit"),
            format!(
                "say what it counts: {count}d for days, {count}h for hours, {count}m for minutes"
            ),
        ));
    }
    Err(match written.to_ascii_lowercase().as_str() {
        "o" => Mistake::new(
            name,
            format!("`{written}` is no unit; is it the letter O in place of a zero?"),
            HOW,
        ),
        "mo" | "mon" | "month" | "months" => Mistake::new(
            name,
            "a month has no fixed length",
            "write days or weeks, as 30d",
        ),
        "y" | "yr" | "year" | "years" => Mistake::new(
            name,
            "a year has no fixed length",
            "write days or weeks, as 365d",
        ),
        _ => Mistake::new(name, format!("`{written}` is no unit of time"), HOW),
    })
}

fn no_number(text: &str, at: usize) -> Mistake {
    let odd = text[at..].chars().next().unwrap_or(' ');
    let span = at..at + odd.len_utf8();
    match odd {
        '-' => Mistake::new(
            span,
            "a duration cannot be negative",
            "write it without the sign",
        ),
        '+' => Mistake::new(span, "a duration has no sign", "write it without the sign"),
        _ => Mistake::new(
            at..end_of(text, at, |c| !c.is_whitespace()),
            "a number is missing here",
            HOW,
        ),
    }
}

fn too_long(span: Range<usize>) -> Mistake {
    Mistake::new(
        span,
        "that is longer than can be counted",
        "the longest is 292 million years",
    )
}

fn lifetime_too_long(span: Range<usize>) -> Mistake {
    Mistake::new(
        span,
        "a lifetime of more than a hundred years is taken for a slip of the hand",
        format!("write at most {LIFETIME_DAYS_MAX} days"),
    )
}

fn end_of(text: &str, start: usize, belongs: impl Fn(char) -> bool) -> usize {
    text[start..]
        .find(|c| !belongs(c))
        .map_or(text.len(), |length| start + length)
}

fn skip_blanks(text: &str, start: usize) -> usize {
    end_of(text, start, char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::mistake::pointed;
    use super::*;

    fn spans(read: fn(&str) -> Result<Span, DurationError>, texts: &[&str]) -> String {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| match read(text) {
                Ok(span) => format!("{text} = {span}"),
                Err(mistake) => pointed(text, &mistake),
            })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn a_duration_is_read_as_people_write_it() {
        let texts = [
            "36h",
            "2w",
            "1d 12h",
            "1d12h",
            "90m",
            "15 seconds",
            " 1 week 1 day ",
            "250ms",
            "0s",
            "5 MIN",
        ];
        insta::assert_snapshot!(spans(parse, &texts), @"
        36h = 1d 12h
        2w = 14d
        1d 12h = 1d 12h
        1d12h = 1d 12h
        90m = 1h 30m
        15 seconds = 15s
         1 week 1 day  = 8d
        250ms = 250ms
        0s = 0s
        5 MIN = 5m
        ");
    }

    #[test]
    fn what_is_no_duration_is_refused_with_a_remedy() {
        let texts = [
            "",
            "  ",
            "7",
            "1 month",
            "2y",
            "1.5h",
            "1,5h",
            "12h 1d",
            "1h 1h",
            "5 fortnights",
            "h",
            "-1h",
            "+1h",
            "1h;",
            "99999999999999999999h",
            "9999999999999w",
            "5é",
        ];
        insta::assert_snapshot!(spans(parse, &texts), @"

        ^ there is no duration here
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
          
        ^^ there is no duration here
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        7
        ^ `7` has no unit
        help: say what it counts: 7d for days, 7h for hours, 7m for minutes
        1 month
          ^^^^^ a month has no fixed length
        help: write days or weeks, as 30d
        2y
         ^ a year has no fixed length
        help: write days or weeks, as 365d
        1.5h
        ^^ a duration has no fractions
        help: use a smaller unit: 1h 30m, not 1.5h
        1,5h
        ^^ a duration has no fractions
        help: use a smaller unit: 1h 30m, not 1.5h
        12h 1d
            ^^ days cannot follow hours
        help: write the largest unit first, and each unit once
        1h 1h
           ^^ hours cannot follow hours
        help: write the largest unit first, and each unit once
        5 fortnights
          ^^^^^^^^^^ `fortnights` is no unit of time
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        h
        ^ a number is missing here
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        -1h
        ^ a duration cannot be negative
        help: write it without the sign
        +1h
        ^ a duration has no sign
        help: write it without the sign
        1h;
          ^ a number is missing here
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        99999999999999999999h
        ^^^^^^^^^^^^^^^^^^^^ that is longer than can be counted
        help: the longest is 292 million years
        9999999999999w
        ^^^^^^^^^^^^^^ that is longer than can be counted
        help: the longest is 292 million years
        5é
         ^ `é` is no unit of time
        help: write a whole number and a unit (w, d, h, m, s, ms), as 36h or 1d 12h
        ");
    }

    #[test]
    fn zero_is_refused_where_it_means_nothing() {
        insta::assert_snapshot!(spans(parse_positive, &["1ms", "0h"]), @"
        1ms = 1ms
        0h
        ^^ a duration of zero means nothing here
        help: write a longer one
        ");
    }

    #[test]
    fn a_lifetime_tag_holds_days_or_a_duration() {
        let texts = ["7", " 7 ", "007", "36h", "2w", "\t1d 12h", "36525"];
        insta::assert_snapshot!(spans(parse_lifetime_tag, &texts), @"
        7 = 7d
         7  = 7d
        007 = 7d
        36h = 1d 12h
        2w = 14d
        	1d 12h = 1d 12h
        36525 = 36525d
        ");
    }

    #[test]
    fn a_lifetime_tag_that_makes_no_sense_says_why() {
        let texts = [
            "",
            "7O",
            "0",
            "0d",
            "-1",
            "1e3",
            "∞",
            "7 7",
            "36526",
            "99999999999999999999",
            "1 month",
            " 5 x",
            "forever",
            "7.5",
            "٧",
        ];
        insta::assert_snapshot!(spans(parse_lifetime_tag, &texts), @"

        ^ there is no duration here
        help: write whole days as 7, or a duration as 36h or 2w
        7O
         ^ `O` is no unit; is it the letter O in place of a zero?
        help: write whole days as 7, or a duration as 36h or 2w
        0
        ^ a lifetime of zero would delete the snapshot at once
        help: write at least 1
        0d
        ^^ a lifetime of zero would delete the snapshot at once
        help: write at least 1
        -1
        ^ a duration cannot be negative
        help: write whole days as 7, or a duration as 36h or 2w
        1e3
         ^ `e` is no unit of time
        help: write whole days as 7, or a duration as 36h or 2w
        ∞
        ^ a number is missing here
        help: write whole days as 7, or a duration as 36h or 2w
        7 7
          ^ `7` has no place in a duration
        help: write whole days as 7, or a duration as 36h or 2w
        36526
        ^^^^^ a lifetime of more than a hundred years is taken for a slip of the hand
        help: write at most 36525 days
        99999999999999999999
        ^^^^^^^^^^^^^^^^^^^^ a lifetime of more than a hundred years is taken for a slip of the hand
        help: write at most 36525 days
        1 month
          ^^^^^ a month has no fixed length
        help: write whole days as 7, or a duration as 36h or 2w
         5 x
           ^ `x` is no unit of time
        help: write whole days as 7, or a duration as 36h or 2w
        forever
        ^^^^^^^ a number is missing here
        help: write whole days as 7, or a duration as 36h or 2w
        7.5
        ^^ a duration has no fractions
        help: write whole days as 7, or a duration as 36h or 2w
        ٧
        ^ a number is missing here
        help: write whole days as 7, or a duration as 36h or 2w
        ");
    }

    proptest::proptest! {
        #[test]
        fn what_a_span_shows_is_read_back(ms in 0..=i64::MAX) {
            let span = Span::from_ms(ms);
            proptest::prop_assert_eq!(parse(&span.to_string()), Ok(span));
        }

        #[test]
        fn no_text_ends_the_program_and_every_mistake_lies_within_it(text in "\\PC*|[0-9dhmsw .é-]*") {
            for read in [parse, parse_positive, parse_lifetime_tag] {
                if let Err(mistake) = read(&text) {
                    proptest::prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake);
                    proptest::prop_assert!(!mistake.help.is_empty());
                }
            }
        }
    }
}
