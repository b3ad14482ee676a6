//! Where clocks change: what does not exist is skipped, what occurs twice runs once.

use std::collections::BTreeSet;

use super::{at, schedule, slots, zone};
use crate::domain::time::{Span, Timestamp};

#[test]
fn berlin_has_no_half_past_two_on_the_29th_of_march() {
    insta::assert_snapshot!(
        slots("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
        @"
        Sat 2026-03-28 02:30 CET  2026-03-28T01:30:00Z
        Mon 2026-03-30 02:30 CEST  2026-03-30T00:30:00Z
        Tue 2026-03-31 02:30 CEST  2026-03-31T00:30:00Z
        "
    );
}

#[test]
fn berlin_has_two_half_past_twos_on_the_25th_of_october_and_the_first_counts() {
    insta::assert_snapshot!(
        slots("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-23T12:00:00Z", 3),
        @"
        Sat 2026-10-24 02:30 CEST  2026-10-24T00:30:00Z
        Sun 2026-10-25 02:30 CEST  2026-10-25T00:30:00Z
        Mon 2026-10-26 02:30 CET  2026-10-26T01:30:00Z
        "
    );
}

#[test]
fn new_york_loses_and_repeats_its_own_hours() {
    let lines = [
        slots(
            "cron(15,45 1-3 * * ? *)",
            "America/New_York",
            "2026-03-08T05:00:00Z",
            5,
        ),
        slots(
            "cron(15,45 1-3 * * ? *)",
            "America/New_York",
            "2026-11-01T04:00:00Z",
            7,
        ),
    ];
    insta::assert_snapshot!(lines.join("\n\n"), @"
    Sun 2026-03-08 01:15 EST  2026-03-08T06:15:00Z
    Sun 2026-03-08 01:45 EST  2026-03-08T06:45:00Z
    Sun 2026-03-08 03:15 EDT  2026-03-08T07:15:00Z
    Sun 2026-03-08 03:45 EDT  2026-03-08T07:45:00Z
    Mon 2026-03-09 01:15 EDT  2026-03-09T05:15:00Z

    Sun 2026-11-01 01:15 EDT  2026-11-01T05:15:00Z
    Sun 2026-11-01 01:45 EDT  2026-11-01T05:45:00Z
    Sun 2026-11-01 02:15 EST  2026-11-01T07:15:00Z
    Sun 2026-11-01 02:45 EST  2026-11-01T07:45:00Z
    Sun 2026-11-01 03:15 EST  2026-11-01T08:15:00Z
    Sun 2026-11-01 03:45 EST  2026-11-01T08:45:00Z
    Mon 2026-11-02 01:15 EST  2026-11-02T06:15:00Z
    ");
}

#[test]
fn lord_howe_moves_its_clocks_by_half_an_hour() {
    let lines = [
        slots(
            "cron(0/20 1-2 * * ? *)",
            "Australia/Lord_Howe",
            "2026-04-04T14:00:00Z",
            7,
        ),
        slots(
            "cron(0/20 1-2 * * ? *)",
            "Australia/Lord_Howe",
            "2026-10-03T14:20:00Z",
            6,
        ),
    ];
    insta::assert_snapshot!(lines.join("\n\n"), @"
    Sun 2026-04-05 01:20 +11  2026-04-04T14:20:00Z
    Sun 2026-04-05 01:40 +11  2026-04-04T14:40:00Z
    Sun 2026-04-05 02:00 +1030  2026-04-04T15:30:00Z
    Sun 2026-04-05 02:20 +1030  2026-04-04T15:50:00Z
    Sun 2026-04-05 02:40 +1030  2026-04-04T16:10:00Z
    Mon 2026-04-06 01:00 +1030  2026-04-05T14:30:00Z
    Mon 2026-04-06 01:20 +1030  2026-04-05T14:50:00Z

    Sun 2026-10-04 01:00 +1030  2026-10-03T14:30:00Z
    Sun 2026-10-04 01:20 +1030  2026-10-03T14:50:00Z
    Sun 2026-10-04 01:40 +1030  2026-10-03T15:10:00Z
    Sun 2026-10-04 02:40 +11  2026-10-03T15:40:00Z
    Mon 2026-10-05 01:00 +11  2026-10-04T14:00:00Z
    Mon 2026-10-05 01:20 +11  2026-10-04T14:20:00Z
    ");
}

#[test]
fn apia_skipped_a_whole_day() {
    insta::assert_snapshot!(
        slots("cron(0 12 * * ? *)", "Pacific/Apia", "2011-12-28T23:00:00Z", 2),
        @"
        Thu 2011-12-29 12:00 -10  2011-12-29T22:00:00Z
        Sat 2011-12-31 12:00 +14  2011-12-30T22:00:00Z
        "
    );
}

#[test]
fn an_hourly_cron_pauses_while_an_hour_is_repeated() {
    // EventBridge Scheduler runs what falls into the repeated hour once; the first pass is ours.
    insta::assert_snapshot!(
        slots("cron(0 * * * ? *)", "Europe/Berlin", "2026-10-24T22:30:00Z", 4),
        @"
        Sun 2026-10-25 01:00 CEST  2026-10-24T23:00:00Z
        Sun 2026-10-25 02:00 CEST  2026-10-25T00:00:00Z
        Sun 2026-10-25 03:00 CET  2026-10-25T02:00:00Z
        Sun 2026-10-25 04:00 CET  2026-10-25T03:00:00Z
        "
    );
}

#[test]
fn in_the_second_pass_of_an_hour_the_latest_slot_may_lie_later_on_the_clock() {
    let (daily, berlin) = (schedule("cron(30 2 * * ? *)"), zone("Europe/Berlin"));
    // 02:10 for the second time; 02:30 was forty minutes ago.
    let now = at("2026-10-25T01:10:00Z");
    assert_eq!(
        daily.latest_at_or_before(now, &berlin, Timestamp::EPOCH),
        Some(at("2026-10-25T00:30:00Z"))
    );
    assert_eq!(
        daily.next_after(now, &berlin, Timestamp::EPOCH),
        Some(at("2026-10-26T01:30:00Z"))
    );
}

#[test]
fn the_slot_before_a_lost_hour_lasts_two_days() {
    let (daily, berlin) = (schedule("cron(30 2 * * ? *)"), zone("Europe/Berlin"));
    let period = |slot| {
        let period = daily.period_at(at(slot), &berlin, Timestamp::EPOCH);
        period.map(|span| span.to_string()).unwrap_or_default()
    };
    insta::assert_snapshot!(
        [period("2026-03-27T01:30:00Z"), period("2026-03-28T01:30:00Z")].join("\n"),
        @"
        1d
        1d 23h
        "
    );
}

#[test]
fn walking_minute_by_minute_over_the_changes_finds_the_same_slots() {
    let every_20 = schedule("cron(0/20 1-3 * * ? *)");
    for (name, around) in [
        ("Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-10-25T01:00:00Z"),
        ("America/New_York", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ] {
        let (zone, start) = (zone(name), at(around) - Span::days(2));
        let end = start + Span::days(4);
        let mut shown = BTreeSet::new();
        let mut walked = Vec::new();
        let mut now = start;
        while now < end {
            let clock = zone.rules().to_datetime(now.to_jiff());
            let first_time = shown.insert(clock);
            if first_time && (1..=3).contains(&clock.hour()) && clock.minute() % 20 == 0 {
                walked.push(now);
            }
            now += Span::minutes(1);
        }
        let next = |after| every_20.next_after(after, &zone, Timestamp::EPOCH);
        let jumped: Vec<Timestamp> =
            std::iter::successors(next(start - Span::from_ms(1)), |slot| next(*slot))
                .take_while(|slot| *slot < end)
                .collect();
        assert_eq!(jumped, walked, "{name} around {around}");
    }
}
