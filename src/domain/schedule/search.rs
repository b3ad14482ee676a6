//! The nearest matching minute of civil time, found field by field.
//!
//! A month that does not match is left in one step, and so is a day; the years 1970 to 2199 are
//! crossed in a few thousand steps at worst.

use jiff::civil::DateTime;

use super::cron::Cron;
use super::field::YEARS;

/// A minute of civil time, without a zone. Fields as in a calendar: `month` and `day` from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Minute {
    year: i16,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
}

const YEAR_MIN: i16 = 1970;
const YEAR_MAX: i16 = 2199;
const _: () = assert!(YEARS.min == 1970 && YEARS.max == 2199);

/// The first minute that a cron can name.
pub(super) const fn first_minute() -> Minute {
    Minute {
        year: YEAR_MIN,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
    }
}

/// The last minute that a cron can name.
const fn last_minute() -> Minute {
    Minute {
        year: YEAR_MAX,
        month: 12,
        day: 31,
        hour: 23,
        minute: 59,
    }
}

impl Minute {
    /// The minute in which a civil time lies.
    pub(super) fn of(civil: DateTime) -> Self {
        Self {
            year: civil.year(),
            month: small(civil.month()),
            day: small(civil.day()),
            hour: small(civil.hour()),
            minute: small(civil.minute()),
        }
    }

    /// Its beginning as jiff writes it.
    pub(super) fn civil(self) -> Option<DateTime> {
        let byte = |value: u32| i8::try_from(value).ok();
        DateTime::new(
            self.year,
            byte(self.month)?,
            byte(self.day)?,
            byte(self.hour)?,
            byte(self.minute)?,
            0,
            0,
        )
        .ok()
    }

    /// The minute after it. It may not be on a calendar (`day` 32, say): only a start to search
    /// from.
    pub(super) const fn later(self) -> Self {
        Self {
            minute: self.minute + 1,
            ..self
        }
    }

    /// The minute before it; none at the first of all.
    pub(super) fn earlier(self) -> Option<Self> {
        let civil = self
            .civil()?
            .checked_sub(jiff::Span::new().minutes(1))
            .ok()?;
        Some(Self::of(civil))
    }
}

/// The first matching minute that is not before `from`.
pub(super) fn at_or_after(cron: &Cron, from: Minute) -> Option<Minute> {
    let from = from.max(first_minute());
    let mut year = from.year;
    while year <= YEAR_MAX {
        let mut month = if year == from.year { from.month } else { 1 };
        while cron.has_year(year)
            && let Some(found) = cron.months.at_or_after(month)
        {
            let start = (year == from.year && found == from.month).then_some(from);
            if let Some(minute) = first_in_month(cron, year, found, start) {
                return Some(minute);
            }
            month = found + 1;
        }
        year += 1;
    }
    None
}

/// The last matching minute that is not after `to`.
pub(super) fn at_or_before(cron: &Cron, to: Minute) -> Option<Minute> {
    let to = to.min(last_minute());
    let mut year = to.year;
    while year >= YEAR_MIN {
        let mut month = if year == to.year { to.month } else { 12 };
        while cron.has_year(year)
            && let Some(found) = cron.months.at_or_before(month)
        {
            let end = (year == to.year && found == to.month).then_some(to);
            if let Some(minute) = last_in_month(cron, year, found, end) {
                return Some(minute);
            }
            month = found - 1;
        }
        year -= 1;
    }
    None
}

/// The first match of a month, from `start` on when it lies in this month.
fn first_in_month(cron: &Cron, year: i16, month: u32, start: Option<Minute>) -> Option<Minute> {
    let days = cron.days.days(year, i8::try_from(month).ok()?);
    let mut day = start.map_or(1, |start| start.day);
    while let Some(found) = days.at_or_after(day) {
        let (hour, minute) = match start.filter(|start| start.day == found) {
            Some(start) => (start.hour, start.minute),
            None => (0, 0),
        };
        if let Some((hour, minute)) = first_time(cron, hour, minute) {
            return Some(Minute {
                year,
                month,
                day: found,
                hour,
                minute,
            });
        }
        day = found + 1;
    }
    None
}

/// The last match of a month, up to `end` when it lies in this month.
fn last_in_month(cron: &Cron, year: i16, month: u32, end: Option<Minute>) -> Option<Minute> {
    let days = cron.days.days(year, i8::try_from(month).ok()?);
    let mut day = end.map_or(31, |end| end.day);
    while let Some(found) = days.at_or_before(day) {
        let (hour, minute) = match end.filter(|end| end.day == found) {
            Some(end) => (end.hour, end.minute),
            None => (23, 59),
        };
        if let Some((hour, minute)) = last_time(cron, hour, minute) {
            return Some(Minute {
                year,
                month,
                day: found,
                hour,
                minute,
            });
        }
        day = found - 1;
    }
    None
}

/// The first matching time of a day that is not before this one.
fn first_time(cron: &Cron, hour: u32, minute: u32) -> Option<(u32, u32)> {
    let found = cron.hours.at_or_after(hour)?;
    if found > hour {
        return Some((found, cron.minutes.at_or_after(0)?));
    }
    if let Some(minute) = cron.minutes.at_or_after(minute) {
        return Some((found, minute));
    }
    Some((
        cron.hours.at_or_after(hour + 1)?,
        cron.minutes.at_or_after(0)?,
    ))
}

/// The last matching time of a day that is not after this one.
fn last_time(cron: &Cron, hour: u32, minute: u32) -> Option<(u32, u32)> {
    let found = cron.hours.at_or_before(hour)?;
    if found < hour {
        return Some((found, cron.minutes.at_or_before(59)?));
    }
    if let Some(minute) = cron.minutes.at_or_before(minute) {
        return Some((found, minute));
    }
    let before = cron.hours.at_or_before(hour.checked_sub(1)?)?;
    Some((before, cron.minutes.at_or_before(59)?))
}

fn small(value: i8) -> u32 {
    u32::from(value.unsigned_abs())
}
