//! A second opinion: croner, in UTC, on what both read alike.
//!
//! croner wants a seconds field, plain steps with a range before them, and the day of the week
//! counted in AWS's way by option; it joins both day fields where AWS refuses.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::Offset;
use proptest::prelude::*;

use super::super::Schedule;
use crate::domain::time::{Span, Timestamp};
use crate::domain::zone::Zone;

/// Values, ranges, lists and steps of a field, as both write them.
fn field(min: u32, max: u32) -> impl Strategy<Value = String> {
    let range = move || (min..=max).prop_flat_map(move |low| (Just(low), low..=max));
    let item = prop_oneof![
        4 => (min..=max).prop_map(|value| value.to_string()),
        2 => range().prop_map(|(low, high)| format!("{low}-{high}")),
        1 => (range(), 1_u32..6).prop_filter_map("a step within its range", |((low, high), step)| {
            (high - low >= step).then(|| format!("{low}-{high}/{step}"))
        }),
    ];
    prop_oneof![
        2 => Just("*".to_owned()),
        5 => prop::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
    ]
}

/// Day of month and day of week.
fn day_fields() -> impl Strategy<Value = (String, String)> {
    let none = || Just("?".to_owned());
    let special = prop_oneof![
        Just("L".to_owned()),
        Just("LW".to_owned()),
        (1_u32..=28).prop_map(|day| format!("{day}W")),
    ];
    let weekday = prop_oneof![
        (1_u32..=7, 1_u32..=5).prop_map(|(day, nth)| format!("{day}#{nth}")),
        (1_u32..=7).prop_map(|day| format!("{day}L")),
    ];
    prop_oneof![
        4 => (field(1, 31), none()),
        2 => (special, none()),
        4 => (none(), field(1, 7)),
        2 => (none(), weekday),
    ]
}

fn year() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        1 => (1970_u32..=2199).prop_map(|year| year.to_string()),
        1 => (1970_u32..=2100, 1_u32..50).prop_map(|(from, more)| format!("{from}-{}", from + more)),
    ]
}

fn croner(fields: &str) -> Cron {
    CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .build()
        .parse(&format!("0 {fields}"))
        .unwrap_or_else(|why| panic!("croner refuses {fields}: {why}"))
}

fn croner_next(cron: &Cron, after: Timestamp) -> Option<Timestamp> {
    let civil = Offset::UTC.to_datetime(after.to_jiff());
    let next = cron.find_next_occurrence(&civil, false).ok()?;
    let instant = Offset::UTC.to_timestamp(next).ok()?;
    Some(Timestamp::from_ms(instant.as_millisecond()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn croner_names_the_same_instants(
        (minutes, hours, months, year) in (field(0, 59), field(0, 23), field(1, 12), year()),
        (of_month, of_week) in day_fields(),
        start in 0_i64..5_000_000_000,
    ) {
        let fields = format!("{minutes} {hours} {of_month} {months} {of_week} {year}");
        let ours = match Schedule::parse(&format!("cron({fields})")) {
            Ok(ours) => ours,
            Err(why) => {
                prop_assert_eq!(why.message, "no such day ever comes", "{}", fields);
                return Ok(());
            }
        };
        let theirs = croner(&fields);
        let mut after = Timestamp::EPOCH + Span::seconds(start);
        for _ in 0..5 {
            let next = ours.next_after(after, &Zone::UTC, Timestamp::EPOCH);
            let other = croner_next(&theirs, after);
            // croner looks beyond the last year of AWS.
            let end = Timestamp::parse("2200-01-01T00:00:00Z").expect("an instant");
            prop_assert_eq!(next, other.filter(|at| *at < end), "{} after {}", fields, after);
            let Some(next) = next else { break };
            after = next;
        }
    }
}

#[test]
fn a_lone_l_in_day_of_week_is_saturday_here_and_never_fires_in_croner() {
    let ours = super::schedule("cron(0 0 ? * L *)");
    let next = ours.next_after(Timestamp::EPOCH, &Zone::UTC, Timestamp::EPOCH);
    assert_eq!(next, Some(super::at("1970-01-03T00:00:00Z")));
    assert_eq!(croner_next(&croner("0 0 ? * L *"), Timestamp::EPOCH), None);
}
