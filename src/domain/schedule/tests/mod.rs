//! Schedules as documents: an expression and a start in, instants out.

mod calendar;
mod clocks;
mod oracle;
mod properties;
mod rates;
mod refusals;

use super::Schedule;
use crate::domain::mistake::pointed;
use crate::domain::time::Timestamp;
use crate::domain::zone::Zone;

fn schedule(text: &str) -> Schedule {
    Schedule::parse(text).unwrap_or_else(|why| panic!("{}", pointed(text, &why)))
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|why| panic!("{}", pointed(name, &why)))
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant as 2026-03-28T01:30:00Z")
}

/// The first slots after an instant, one a line: as the zone's clocks show them, and in UTC.
fn slots(text: &str, zone_name: &str, after: &str, count: usize) -> String {
    let (schedule, zone, mut after) = (schedule(text), zone(zone_name), at(after));
    let mut lines = Vec::new();
    while lines.len() < count {
        let Some(slot) = schedule.next_after(after, &zone, Timestamp::EPOCH) else {
            lines.push("no more".to_owned());
            break;
        };
        let local = slot.to_jiff().to_zoned(zone.rules().clone());
        lines.push(format!("{}  {slot}", local.strftime("%a %F %H:%M %Z")));
        after = slot;
    }
    lines.join("\n")
}

/// The first days on which an expression fires, in UTC.
fn days(text: &str, after: &str, count: usize) -> String {
    let (schedule, mut after) = (schedule(text), at(after));
    let mut days = Vec::new();
    while days.len() < count {
        let Some(slot) = schedule.next_after(after, &Zone::UTC, Timestamp::EPOCH) else {
            days.push("no more".to_owned());
            break;
        };
        days.push(slot.to_jiff().strftime("%a %F").to_string());
        after = slot;
    }
    format!("{text}: {}", days.join(", "))
}
