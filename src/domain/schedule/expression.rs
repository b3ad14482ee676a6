//! A schedule: one expression and the instants that it names.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::cron::Cron;
use super::rate::Rate;
use crate::domain::mistake::Mistake;
use crate::domain::time::{Span, Timestamp};
use crate::domain::zone::Zone;

/// When something runs, as it was written.
///
/// Shown and stored as its text. Every method is a function of its arguments alone; `anchor` is
/// where a rate counts from, and `zone` is the zone in which a cron is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Schedule {
    /// `rate(6 hours)`: at the anchor, then every so often; nothing before.
    Rate(Rate),
    /// `cron(30 2 * * ? *)`: at the minutes of civil time that match.
    Cron(Box<Cron>),
}

/// A text that is no schedule.
pub type ScheduleError = Mistake;

impl Schedule {
    /// Reads an expression; blanks around it are allowed.
    ///
    /// # Errors
    /// [`ScheduleError`] with the place, the reason and a remedy. A cron that can never fire is
    /// refused too; AWS may accept it, but nobody means it.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let start = text.len() - text.trim_start().len();
        let trimmed = text.trim();
        let schedule = match trimmed.split_once('(') {
            Some(("rate", _)) => Rate::parse(trimmed).map(Self::Rate),
            Some(("cron", _)) => Cron::parse(trimmed).map(|cron| Self::Cron(Box::new(cron))),
            _ => Err(neither(trimmed)),
        };
        schedule.map_err(|mistake| Mistake {
            span: start + mistake.span.start..start + mistake.span.end,
            ..mistake
        })
    }

    /// The first slot strictly after an instant; none when there is no more.
    #[must_use]
    pub fn next_after(
        &self,
        after: Timestamp,
        zone: &Zone,
        anchor: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Self::Rate(rate) => rate.next_after(after, anchor),
            Self::Cron(cron) => cron.next_after(after, zone),
        }
    }

    /// The last slot not after an instant; none when there was none yet.
    #[must_use]
    pub fn latest_at_or_before(
        &self,
        now: Timestamp,
        zone: &Zone,
        anchor: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Self::Rate(rate) => rate.latest_at_or_before(now, anchor),
            Self::Cron(cron) => cron.latest_at_or_before(now, zone),
        }
    }

    /// How long the slot at this instant lasts: the distance to the one after it. None when it
    /// is the last.
    #[must_use]
    pub fn period_at(&self, slot: Timestamp, zone: &Zone, anchor: Timestamp) -> Option<Span> {
        Some(self.next_after(slot, zone, anchor)? - slot)
    }

    /// The expression as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Rate(rate) => rate.text(),
            Self::Cron(cron) => cron.text(),
        }
    }
}

fn neither(text: &str) -> Mistake {
    let whole = 0..text.len();
    let fields = text.split_whitespace().count();
    if text.starts_with("at(") {
        return Mistake::new(
            whole,
            "a policy has no single moment",
            "write rate(…) or cron(…), or run the job by hand at that time",
        );
    }
    let help = match fields {
        5 if !text.contains('(') => "AWS's form has brackets, six fields and one `?`: \
            cron(minutes hours day-of-month month day-of-week year)"
            .to_owned(),
        6 if !text.contains(['(', '[', '{']) => format!("put it in brackets: cron({text})"),
        _ => "write rate(1 day) or cron(30 2 * * ? *)".to_owned(),
    };
    Mistake::new(whole, format!("`{text}` is no schedule"), help)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.text().to_owned()
    }
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;
    fn try_from(text: String) -> Result<Self, ScheduleError> {
        Self::parse(&text)
    }
}
