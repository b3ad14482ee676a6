//! What holds for every schedule, zone and instant.

use proptest::prelude::*;

use super::super::Schedule;
use super::{schedule, zone};
use crate::domain::time::{Span, Timestamp};

fn any_schedule() -> impl Strategy<Value = Schedule> {
    prop::sample::select(vec![
        "rate(1 minute)",
        "rate(7 hours)",
        "rate(3 days)",
        "cron(* * * * ? *)",
        "cron(30 2 * * ? *)",
        "cron(0/20 1-3 * * ? *)",
        "cron(15 0,12 ? * MON-FRI *)",
        "cron(59 23 L * ? *)",
        "cron(0 2 LW 3,10 ? *)",
        "cron(0 0 29 2 ? *)",
        "cron(30 1 ? 3-4 1L *)",
    ])
    .prop_map(schedule)
}

fn any_zone() -> impl Strategy<Value = crate::domain::zone::Zone> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Monrovia",
        "America/Sao_Paulo",
    ])
    .prop_map(zone)
}

proptest! {
    #[test]
    fn next_and_latest_undo_each_other(
        schedule in any_schedule(),
        zone in any_zone(),
        ms in 10_000_000_000_i64..7_000_000_000_000,
    ) {
        let (at, anchor) = (Timestamp::from_ms(ms), Timestamp::EPOCH);
        let next = schedule.next_after(at, &zone, anchor).expect("each of these goes on to 2199");
        prop_assert!(next > at);
        prop_assert_eq!(schedule.latest_at_or_before(next, &zone, anchor), Some(next));
        let before = schedule.latest_at_or_before(next - Span::from_ms(1), &zone, anchor);
        if let Some(before) = before {
            prop_assert!(before <= at, "{} lies between {} and {}", before, at, next);
            prop_assert_eq!(schedule.next_after(before, &zone, anchor), Some(next));
            prop_assert_eq!(schedule.latest_at_or_before(at, &zone, anchor), Some(before));
            prop_assert_eq!(schedule.period_at(before, &zone, anchor), Some(next - before));
        }
    }

    #[test]
    fn no_instant_is_too_far_away(schedule in any_schedule(), zone in any_zone(), ms: i64) {
        let (at, anchor) = (Timestamp::from_ms(ms), Timestamp::EPOCH);
        let next = schedule.next_after(at, &zone, anchor);
        prop_assert!(next.is_none_or(|next| next > at));
        let latest = schedule.latest_at_or_before(at, &zone, anchor);
        prop_assert!(latest.is_none_or(|latest| latest <= at));
    }

    #[test]
    fn a_schedule_is_shown_as_it_was_written(schedule in any_schedule()) {
        prop_assert_eq!(Schedule::parse(&schedule.to_string()), Ok(schedule));
    }

    #[test]
    fn no_text_ends_the_program_and_every_mistake_lies_within_it(
        text in "\\PC*|(cron|rate)\\([0-9 *?LW#/,a-zA-Z-]*\\)?|cron\\(([0-9*?LW#/,é-]{1,5} ){5}\\*\\)",
    ) {
        if let Err(mistake) = Schedule::parse(&text) {
            prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?} in {}", mistake, text);
            prop_assert!(!mistake.message.is_empty() && !mistake.help.is_empty());
        }
    }
}
