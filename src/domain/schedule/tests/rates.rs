//! `rate`: from the anchor, evenly, whatever the clocks do.

use super::{at, schedule, zone};
use crate::domain::time::{Span, Timestamp};
use crate::domain::zone::Zone;

#[test]
fn a_rate_fires_at_its_anchor_and_then_evenly() {
    let (rate, anchor) = (schedule("rate(6 hours)"), at("2026-03-28T00:00:00Z"));
    let next = |after| rate.next_after(at(after), &Zone::UTC, anchor);
    let latest = |now| rate.latest_at_or_before(at(now), &Zone::UTC, anchor);
    assert_eq!(next("2020-01-01T00:00:00Z"), Some(anchor));
    assert_eq!(next("2026-03-27T23:59:59.999Z"), Some(anchor));
    assert_eq!(next("2026-03-28T00:00:00Z"), Some(anchor + Span::hours(6)));
    assert_eq!(
        next("2026-03-28T05:59:59.999Z"),
        Some(anchor + Span::hours(6))
    );
    assert_eq!(latest("2026-03-27T23:59:59.999Z"), None);
    assert_eq!(latest("2026-03-28T00:00:00Z"), Some(anchor));
    assert_eq!(
        latest("2026-03-28T11:59:00Z"),
        Some(anchor + Span::hours(6))
    );
}

#[test]
fn a_day_of_a_rate_has_24_hours_on_the_day_the_clocks_change() {
    let (rate, anchor) = (schedule("rate(1 day)"), at("2026-03-28T01:30:00Z"));
    assert_eq!(
        rate.next_after(anchor, &zone("Europe/Berlin"), anchor),
        Some(anchor + Span::days(1))
    );
}

#[test]
fn a_slot_falls_on_a_whole_second_because_its_name_has_no_more() {
    let anchor = Timestamp::from_ms(1);
    assert_eq!(
        schedule("rate(1 minute)").next_after(anchor, &Zone::UTC, anchor),
        Some(Timestamp::from_ms(1_000))
    );
}

#[test]
fn a_rate_stops_at_the_end_of_time_without_a_panic() {
    let rate = schedule("rate(106751991166 days)");
    assert!(
        rate.next_after(Timestamp::MAX, &Zone::UTC, Timestamp::EPOCH)
            .is_none()
    );
    let first = rate.next_after(Timestamp::MIN, &Zone::UTC, Timestamp::MIN);
    assert!(first.is_some_and(|slot| slot.as_ms() % 1_000 == 0));
    assert!(
        rate.next_after(Timestamp::EPOCH, &Zone::UTC, Timestamp::MAX)
            .is_none()
    );
}
