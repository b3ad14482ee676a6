//! From minutes of civil time to instants, across the changes of a zone's clocks.
//!
//! A minute that the clocks jump over is skipped; one that occurs twice counts the first time
//! only. So read, later civil minutes are later instants, and both searches may stop at the
//! first hit.

use jiff::Timestamp as Instant;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::cron::Cron;
use super::search::{self, Minute};
use crate::domain::time::Timestamp;

pub(super) fn next_after(cron: &Cron, after: Timestamp, rules: &TimeZone) -> Option<Timestamp> {
    let mut from = Minute::of(rules.to_datetime(after.to_jiff()));
    loop {
        let minute = search::at_or_after(cron, from)?;
        if let Some(at) = instant(minute, rules).filter(|at| *at > after) {
            return Some(at);
        }
        from = minute.later();
    }
}

pub(super) fn latest_at_or_before(
    cron: &Cron,
    now: Timestamp,
    rules: &TimeZone,
) -> Option<Timestamp> {
    let mut to = Minute::of(latest_civil(now.to_jiff(), rules));
    loop {
        let minute = search::at_or_before(cron, to)?;
        if let Some(at) = instant(minute, rules).filter(|at| *at <= now) {
            return Some(at);
        }
        to = minute.earlier()?;
    }
}

/// The latest civil time that the clocks have shown up to an instant. In the second pass of a
/// repeated hour that is later than what they show now.
fn latest_civil(now: Instant, rules: &TimeZone) -> jiff::civil::DateTime {
    let shown = rules.to_datetime(now);
    match rules.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Fold { before, after } => {
            shown.saturating_add(before.duration_since(after))
        }
        AmbiguousOffset::Gap { .. } | AmbiguousOffset::Unambiguous { .. } => shown,
    }
}

/// When a civil minute begins; none when the clocks jump over it.
fn instant(minute: Minute, rules: &TimeZone) -> Option<Timestamp> {
    let ambiguous = rules.to_ambiguous_timestamp(minute.civil()?);
    let instant = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.earlier().ok()?
        }
        AmbiguousOffset::Gap { .. } => return None,
    };
    Some(Timestamp::from_ms(instant.as_millisecond()))
}
