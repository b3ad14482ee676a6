//! The two day fields made into one rule for the days of a month.

use jiff::civil::Date;

use super::field::{self, Bits, DAYS_OF_MONTH, DAYS_OF_WEEK};
use super::syntax::{AtomKind, Field, Word};
use crate::domain::mistake::Mistake;

/// Which days of a month match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DayRule {
    /// These days, where the month has them.
    OfMonth(Bits),
    /// `L`: its last day.
    LastOfMonth,
    /// `LW`: its last day from Monday to Friday.
    LastWeekday,
    /// `15W`: the day from Monday to Friday nearest to it, within the month. In a month that
    /// does not have the day: none (our reading; AWS does not say).
    NearestWeekday(u32),
    /// These days of the week; 1 is Sunday.
    OfWeek(Bits),
    /// `6L`: the last one in the month.
    LastOfWeek(u32),
    /// `3#2`: the second Tuesday of the month.
    NthOfWeek {
        /// 1 is Sunday.
        day: u32,
        /// 1 to 5.
        nth: u32,
    },
}

impl DayRule {
    /// The matching days of a month, 1 to 31.
    pub(super) fn days(self, year: i16, month: i8) -> Bits {
        let Ok(first) = Date::new(year, month, 1) else {
            return Bits::default();
        };
        let length = u32::from(first.days_in_month().unsigned_abs());
        // The day of the week of a day of this month; 1 is Sunday.
        let before = u32::from(first.weekday().to_sunday_zero_offset().unsigned_abs());
        let weekday = |day: u32| (before + day - 1) % 7 + 1;
        let working = |day: &u32| (2..=6).contains(&weekday(*day));
        match self {
            Self::OfMonth(days) => (1..=length).filter(|day| days.contains(*day)).collect(),
            Self::LastOfMonth => [length].into_iter().collect(),
            Self::LastWeekday => (1..=length).rev().find(working).into_iter().collect(),
            Self::NearestWeekday(day) if day > length => Bits::default(),
            Self::NearestWeekday(day) => [day, day - 1, day + 1, day + 2, day.saturating_sub(2)]
                .into_iter()
                .filter(|near| (1..=length).contains(near))
                .find(working)
                .into_iter()
                .collect(),
            Self::OfWeek(days) => (1..=length)
                .filter(|day| days.contains(weekday(*day)))
                .collect(),
            Self::LastOfWeek(wanted) => {
                let last = (1..=length).rev().find(|day| weekday(*day) == wanted);
                last.into_iter().collect()
            }
            Self::NthOfWeek { day: wanted, nth } => (1..=length)
                .filter(|day| weekday(*day) == wanted && (day - 1) / 7 + 1 == nth)
                .collect(),
        }
    }
}

/// Reads both day fields. Exactly one of them must be `?`.
pub(super) fn rule(of_month: &Field<'_>, of_week: &Field<'_>) -> Result<DayRule, Mistake> {
    match (is_no_value(of_month), is_no_value(of_week)) {
        (false, true) => of_month_rule(of_month),
        (true, false) => of_week_rule(of_week),
        (true, true) => Err(Mistake::new(
            of_month.span.start..of_week.span.end,
            "only one of the two day fields may be `?`",
            "write `*` in one of them for every day",
        )),
        (false, false) => Err(Mistake::new(
            of_month.span.start..of_week.span.end,
            "one of the two day fields must be `?`",
            if is_every(of_week) {
                "write `?` in day-of-week"
            } else if is_every(of_month) {
                "write `?` in day-of-month"
            } else {
                "AWS cannot join both: write `?` in the one that does not matter, or two policies"
            },
        )),
    }
}

fn is_no_value(field: &Field<'_>) -> bool {
    is_single(field, &AtomKind::NoValue)
}

fn is_every(field: &Field<'_>) -> bool {
    is_single(field, &AtomKind::Every)
}

fn is_single(field: &Field<'_>, kind: &AtomKind<'_>) -> bool {
    alone(field) == Some(kind)
}

/// The only atom of the field: no list, range or step.
fn alone<'f, 't>(field: &'f Field<'t>) -> Option<&'f AtomKind<'t>> {
    match field.items.as_slice() {
        [item] if item.to.is_none() && item.step.is_none() => Some(&item.from.kind),
        _ => None,
    }
}

fn of_month_rule(field: &Field<'_>) -> Result<DayRule, Mistake> {
    match alone(field) {
        Some(AtomKind::Letters { letters, nth: None }) if is(letters, "L") => {
            Ok(DayRule::LastOfMonth)
        }
        Some(AtomKind::Letters { letters, nth: None }) if is(letters, "LW") => {
            Ok(DayRule::LastWeekday)
        }
        Some(AtomKind::Number {
            digits,
            letters: Some(letters),
            nth: None,
        }) if is(letters, "W") => {
            field::number(digits, &DAYS_OF_MONTH).map(DayRule::NearestWeekday)
        }
        _ => {
            let days = field::values(field, &DAYS_OF_MONTH)?;
            Ok(DayRule::OfMonth(days.into_iter().collect()))
        }
    }
}

fn of_week_rule(field: &Field<'_>) -> Result<DayRule, Mistake> {
    match alone(field) {
        // The last day of the week is Saturday.
        Some(AtomKind::Letters { letters, nth: None }) if is(letters, "L") => {
            Ok(DayRule::OfWeek([DAYS_OF_WEEK.max].into_iter().collect()))
        }
        Some(AtomKind::Number {
            digits,
            letters: Some(letters),
            nth: None,
        }) if is(letters, "L") => field::number(digits, &DAYS_OF_WEEK).map(DayRule::LastOfWeek),
        Some(AtomKind::Number {
            digits,
            letters: None,
            nth: Some(nth),
        }) => nth_rule(field::number(digits, &DAYS_OF_WEEK)?, nth),
        Some(AtomKind::Letters {
            letters,
            nth: Some(nth),
        }) if DAYS_OF_WEEK.named(letters.text).is_some() => {
            nth_rule(DAYS_OF_WEEK.named(letters.text).unwrap_or_default(), nth)
        }
        Some(AtomKind::Letters { letters, nth: None }) if named_last(letters).is_some() => {
            Ok(DayRule::LastOfWeek(named_last(letters).unwrap_or_default()))
        }
        _ => {
            let days = field::values(field, &DAYS_OF_WEEK)?;
            Ok(DayRule::OfWeek(days.into_iter().collect()))
        }
    }
}

/// `FRIL`.
fn named_last(letters: &Word<'_>) -> Option<u32> {
    let name = letters.text.strip_suffix(['L', 'l'])?;
    DAYS_OF_WEEK.named(name)
}

fn nth_rule(day: u32, nth: &Word<'_>) -> Result<DayRule, Mistake> {
    match nth.text.parse() {
        Ok(nth @ 1..=5) => Ok(DayRule::NthOfWeek { day, nth }),
        _ => Err(Mistake::new(
            nth.span.clone(),
            format!("no month has number {} of a day of the week", nth.text),
            "use 1 to 5, or L for the last, as 6L",
        )),
    }
}

fn is(letters: &Word<'_>, wanted: &str) -> bool {
    letters.text.eq_ignore_ascii_case(wanted)
}
