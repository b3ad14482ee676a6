//! `cron(minutes hours day-of-month month day-of-week year)`, checked and made into sets.

use smol_str::SmolStr;

use super::day::{self, DayRule};
use super::field::{self, Bits, HOURS, MINUTES, MONTHS, YEARS};
use super::syntax::{self, Field};
use super::{civil, search};
use crate::domain::mistake::Mistake;
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;

/// The minutes of civil time that match. It always names at least one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cron {
    text: SmolStr,
    pub(super) minutes: Bits,
    pub(super) hours: Bits,
    pub(super) days: DayRule,
    pub(super) months: Bits,
    years: [Bits; 4],
}

impl Cron {
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let fields = syntax::cron(text)?;
        let [minutes, hours, of_month, months, of_week, years] = fields.as_slice() else {
            return Err(wrong_number(text, &fields));
        };
        let cron = Self {
            text: SmolStr::new(text),
            minutes: field::values(minutes, &MINUTES)?.into_iter().collect(),
            hours: field::values(hours, &HOURS)?.into_iter().collect(),
            months: field::values(months, &MONTHS)?.into_iter().collect(),
            days: day::rule(of_month, of_week)?,
            years: year_set(&field::values(years, &YEARS)?),
        };
        if search::at_or_after(&cron, search::first_minute()).is_none() {
            return Err(Mistake::new(
                of_month.span.start..years.span.end,
                "no such day ever comes",
                "check day, month and year together: 30 February and 29 February of most years \
                 do not exist",
            ));
        }
        Ok(cron)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn next_after(&self, after: Timestamp, zone: &Zone) -> Option<Timestamp> {
        civil::next_after(self, after, zone.rules())
    }

    pub(super) fn latest_at_or_before(&self, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
        civil::latest_at_or_before(self, now, zone.rules())
    }

    pub(super) fn has_year(&self, year: i16) -> bool {
        u32::try_from(year)
            .ok()
            .and_then(year_place)
            .is_some_and(|(set, bit)| self.years.get(set).is_some_and(|bits| bits.contains(bit)))
    }
}

fn year_set(years: &[u32]) -> [Bits; 4] {
    let mut sets = [Bits::default(); 4];
    for (set, bit) in years.iter().filter_map(|year| year_place(*year)) {
        if let Some(bits) = sets.get_mut(set) {
            bits.insert(bit);
        }
    }
    sets
}

/// Which of the four sets a year is in, and its bit there.
fn year_place(year: u32) -> Option<(usize, u32)> {
    let index = year.checked_sub(YEARS.min)?;
    Some((usize::try_from(index / 64).ok()?, index % 64))
}

fn wrong_number(text: &str, fields: &[Field<'_>]) -> Mistake {
    let help = match fields {
        [minutes, hours, of_month, month, of_week] => {
            let all = [minutes, hours, of_month, month, of_week];
            of_five(all.map(|field| text.get(field.span.clone()).unwrap_or_default()))
        }
        _ => HOW.to_owned(),
    };
    Mistake::new(
        0..text.len(),
        format!("a cron has six fields; this one has {}", fields.len()),
        help,
    )
}

const HOW: &str = "write minutes hours day-of-month month day-of-week year, as cron(30 2 * * ? *); \
                   no blanks within a field";

/// What five fields are meant to be: AWS's without the year, or Unix's. Only what AWS takes is proposed.
fn of_five([minutes, hours, of_month, month, of_week]: [&str; 5]) -> String {
    let taken = |of_month: &str, of_week: &str| {
        let cron = format!("cron({minutes} {hours} {of_month} {month} {of_week} *)");
        Cron::parse(&cron).is_ok().then_some(cron)
    };
    if of_month == "?" || of_week == "?" {
        return taken(of_month, of_week).map_or_else(
            || HOW.to_owned(),
            |cron| format!("the year is missing: {cron}"),
        );
    }
    let proposed = match (of_month, from_unix(of_week).as_str()) {
        ("*", "*") => taken("*", "?"),
        ("*", week) => taken("?", week),
        (of_month, "*") => taken(of_month, "?"),
        // Of two real conditions Unix takes either; AWS has no such thing.
        _ => {
            return "Unix takes either of two day fields, AWS one of them and a year: write two \
                    policies, as cron(0 2 1 * ? *) and cron(0 2 ? * SUN *)"
                .to_owned();
        }
    };
    proposed.map_or_else(
        || HOW.to_owned(),
        |cron| {
            format!(
                "Unix has five fields; AWS wants a year, a `?` in one day field, and 1 for \
                 Sunday: {cron}"
            )
        },
    )
}

/// Days of the week counted from 0 for Sunday (7 is Sunday too), as AWS counts them.
fn from_unix(days: &str) -> String {
    if days.contains('/') {
        return days.to_owned();
    }
    let (days, which) = match days.split_once('#') {
        Some((days, which)) => (days, format!("#{which}")),
        None => (days, String::new()),
    };
    let shifted: String = days
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(day) => char::from_digit(day % 7 + 1, 10).unwrap_or(c),
            None => c,
        })
        .collect();
    shifted + &which
}
