//! Which days and minutes an expression names, without the trouble of clocks.

use super::{days, slots};

#[test]
fn a_leap_day_comes_every_four_years_and_is_left_out_in_2100() {
    insta::assert_snapshot!(days("cron(0 0 29 2 ? *)", "2095-01-01T00:00:00Z", 3), @"cron(0 0 29 2 ? *): Wed 2096-02-29, Fri 2104-02-29, Wed 2108-02-29");
}

#[test]
fn the_thirty_first_is_skipped_in_shorter_months() {
    insta::assert_snapshot!(days("cron(0 0 31 * ? *)", "2026-01-01T00:00:00Z", 5), @"cron(0 0 31 * ? *): Sat 2026-01-31, Tue 2026-03-31, Sun 2026-05-31, Fri 2026-07-31, Mon 2026-08-31");
}

#[test]
fn l_is_the_last_day_of_every_month() {
    insta::assert_snapshot!(days("cron(0 0 L * ? *)", "2028-01-01T00:00:00Z", 4), @"cron(0 0 L * ? *): Mon 2028-01-31, Tue 2028-02-29, Fri 2028-03-31, Sun 2028-04-30");
}

#[test]
fn lw_is_the_last_day_from_monday_to_friday() {
    // 31 January 2026 is a Saturday, 31 May 2026 a Sunday.
    insta::assert_snapshot!(days("cron(0 0 LW * ? *)", "2026-01-01T00:00:00Z", 5), @"cron(0 0 LW * ? *): Fri 2026-01-30, Fri 2026-02-27, Tue 2026-03-31, Thu 2026-04-30, Fri 2026-05-29");
}

#[test]
fn w_moves_to_the_nearest_weekday_but_never_out_of_the_month() {
    let lines = [
        // 15 August 2026 is a Saturday, 15 November 2026 a Sunday.
        days("cron(0 0 15W 8,11 ? 2026)", "2026-01-01T00:00:00Z", 3),
        // 1 August 2026 is a Saturday: the Friday before is in July.
        days("cron(0 0 1W 8 ? 2026)", "2026-01-01T00:00:00Z", 2),
        // 31 May 2026 is a Sunday: the Monday after is in June.
        days("cron(0 0 31W 5 ? 2026)", "2026-01-01T00:00:00Z", 2),
        // February has no 30th, so no nearest day either.
        days("cron(0 0 30W 2,3 ? 2026)", "2026-01-01T00:00:00Z", 2),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    cron(0 0 15W 8,11 ? 2026): Fri 2026-08-14, Mon 2026-11-16, no more
    cron(0 0 1W 8 ? 2026): Mon 2026-08-03, no more
    cron(0 0 31W 5 ? 2026): Fri 2026-05-29, no more
    cron(0 0 30W 2,3 ? 2026): Mon 2026-03-30, no more
    ");
}

#[test]
fn the_week_begins_on_sunday_with_1() {
    let lines = [
        days("cron(0 0 ? * 1 *)", "2026-03-01T00:00:00Z", 2),
        days("cron(0 0 ? * MON-FRI *)", "2026-03-06T00:00:00Z", 2),
        days("cron(0 0 ? * fri-mon *)", "2026-03-06T00:00:00Z", 4),
        days("cron(0 0 ? * L *)", "2026-03-01T00:00:00Z", 2),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    cron(0 0 ? * 1 *): Sun 2026-03-08, Sun 2026-03-15
    cron(0 0 ? * MON-FRI *): Mon 2026-03-09, Tue 2026-03-10
    cron(0 0 ? * fri-mon *): Sat 2026-03-07, Sun 2026-03-08, Mon 2026-03-09, Fri 2026-03-13
    cron(0 0 ? * L *): Sat 2026-03-07, Sat 2026-03-14
    ");
}

#[test]
fn the_last_and_the_nth_of_a_weekday_are_counted_within_the_month() {
    let lines = [
        days("cron(0 0 ? * 6L *)", "2026-01-01T00:00:00Z", 3),
        days("cron(0 0 ? * FRIL *)", "2026-01-01T00:00:00Z", 1),
        days("cron(0 0 ? * 3#2 *)", "2026-01-01T00:00:00Z", 3),
        days("cron(0 0 ? * MON#5 *)", "2026-01-01T00:00:00Z", 3),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    cron(0 0 ? * 6L *): Fri 2026-01-30, Fri 2026-02-27, Fri 2026-03-27
    cron(0 0 ? * FRIL *): Fri 2026-01-30
    cron(0 0 ? * 3#2 *): Tue 2026-01-13, Tue 2026-02-10, Tue 2026-03-10
    cron(0 0 ? * MON#5 *): Mon 2026-03-30, Mon 2026-06-29, Mon 2026-08-31
    ");
}

#[test]
fn an_increment_counts_from_its_start_to_the_end_of_the_field() {
    insta::assert_snapshot!(
        slots("cron(5/20 22 * * ? *)", "UTC", "2026-03-01T00:00:00Z", 4),
        @"
        Sun 2026-03-01 22:05 UTC  2026-03-01T22:05:00Z
        Sun 2026-03-01 22:25 UTC  2026-03-01T22:25:00Z
        Sun 2026-03-01 22:45 UTC  2026-03-01T22:45:00Z
        Mon 2026-03-02 22:05 UTC  2026-03-02T22:05:00Z
        "
    );
}

#[test]
fn a_star_with_an_increment_counts_from_the_smallest_value() {
    // AWS's pages show 0/15 only; the star is widely used and read so here.
    assert_eq!(
        slots("cron(*/15 0 * * ? *)", "UTC", "2026-03-01T00:00:00Z", 5),
        slots("cron(0/15 0 * * ? *)", "UTC", "2026-03-01T00:00:00Z", 5)
    );
}

#[test]
fn a_range_may_run_over_the_end_and_keeps_its_step() {
    let lines = [
        slots("cron(0 20-2/2 * * ? *)", "UTC", "2026-03-01T20:00:00Z", 4),
        days("cron(0 0 30-2 NOV-JAN ? *)", "2026-11-15T00:00:00Z", 8),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    Sun 2026-03-01 22:00 UTC  2026-03-01T22:00:00Z
    Mon 2026-03-02 00:00 UTC  2026-03-02T00:00:00Z
    Mon 2026-03-02 02:00 UTC  2026-03-02T02:00:00Z
    Mon 2026-03-02 20:00 UTC  2026-03-02T20:00:00Z
    cron(0 0 30-2 NOV-JAN ? *): Mon 2026-11-30, Tue 2026-12-01, Wed 2026-12-02, Wed 2026-12-30, Thu 2026-12-31, Fri 2027-01-01, Sat 2027-01-02, Sat 2027-01-30
    ");
}

#[test]
fn years_end_with_2199() {
    let lines = [
        days("cron(0 0 1 1 ? 1970/100)", "1960-01-01T00:00:00Z", 5),
        days("cron(0 0 1 1 ? 2026,2030-2031)", "1970-01-01T00:00:00Z", 5),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    cron(0 0 1 1 ? 1970/100): Thu 1970-01-01, Wed 2070-01-01, Mon 2170-01-01, no more
    cron(0 0 1 1 ? 2026,2030-2031): Thu 2026-01-01, Tue 2030-01-01, Wed 2031-01-01, no more
    ");
}
