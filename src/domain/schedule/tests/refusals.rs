//! What AWS refuses, we refuse, and say what to write instead.

use super::super::Schedule;
use crate::domain::mistake::pointed;

fn refusals(texts: &[&str]) -> String {
    let lines: Vec<String> = texts
        .iter()
        .map(|text| match Schedule::parse(text) {
            Ok(schedule) => format!("{text}\naccepted as {schedule}"),
            Err(mistake) => pointed(text, &mistake),
        })
        .collect();
    lines.join("\n")
}

#[test]
fn a_rate_wants_the_singular_for_one_and_the_plural_for_more() {
    insta::assert_snapshot!(refusals(&["rate(1 hours)", "rate(5 hour)"]), @"
    rate(1 hours)
           ^^^^^ AWS wants `hour` after 1
    help: write rate(1 hour)
    rate(5 hour)
           ^^^^ AWS wants `hours` after 5
    help: write rate(5 hours)
    ");
}

#[test]
fn a_rate_counts_minutes_hours_and_days_and_nothing_else() {
    insta::assert_snapshot!(refusals(&[
        "rate(0 minutes)",
        "rate(2 weeks)",
        "rate(30 seconds)",
        "rate(-1 day)",
        "rate(1.5 hours)",
        "rate(5minutes)",
        "rate()",
        "rate(1 day",
        "rate(1 day) ",
        "rate(1 day) or so",
        "rate(99999999999999999999 days)",
        "rate(999999999999 days)",
    ]), @"
        rate(0 minutes)
             ^ a rate of zero would never rest
        help: the shortest is rate(1 minute)
        rate(2 weeks)
               ^^^^^ a rate cannot count `weeks`
        help: use minutes, hours or days; a week is rate(7 days)
        rate(30 seconds)
                ^^^^^^^ a rate cannot count `seconds`
        help: use minutes, hours or days; a week is rate(7 days)
        rate(-1 day)
             ^^^^^^ this is no rate
        help: write a whole number and a unit, as rate(6 hours)
        rate(1.5 hours)
             ^^^^^^^^^ this is no rate
        help: write a whole number and a unit, as rate(6 hours)
        rate(5minutes)
             ^^^^^^^^ this is no rate
        help: write a whole number and a unit, as rate(6 hours)
        rate()
             ^ this is no rate
        help: write a whole number and a unit, as rate(6 hours)
        rate(1 day
                  ^ the closing bracket is missing
        help: end it with `)`
        rate(1 day) 
        accepted as rate(1 day)
        rate(1 day) or so
                   ^^^^^^ there is more after the closing bracket
        help: leave that out; one schedule is one expression
        rate(99999999999999999999 days)
             ^^^^^^^^^^^^^^^^^^^^ 99999999999999999999 is more than can be counted
        help: write a smaller number
        rate(999999999999 days)
             ^^^^^^^^^^^^ 999999999999 is more than can be counted
        help: write a smaller number
        ");
}

#[test]
fn exactly_one_of_the_two_day_fields_is_a_question_mark() {
    insta::assert_snapshot!(refusals(&[
        "cron(0 2 * * * *)",
        "cron(0 2 ? * ? *)",
        "cron(0 2 1 * MON *)",
        "cron(0 2 * * MON *)",
        "cron(0 2 1 * * *)",
        "cron(0 2 ?,1 * ? *)",
    ]), @"
        cron(0 2 * * * *)
                 ^^^^^ one of the two day fields must be `?`
        help: write `?` in day-of-week
        cron(0 2 ? * ? *)
                 ^^^^^ only one of the two day fields may be `?`
        help: write `*` in one of them for every day
        cron(0 2 1 * MON *)
                 ^^^^^^^ one of the two day fields must be `?`
        help: AWS cannot join both: write `?` in the one that does not matter, or two policies
        cron(0 2 * * MON *)
                 ^^^^^^^ one of the two day fields must be `?`
        help: write `?` in day-of-month
        cron(0 2 1 * * *)
                 ^^^^^ one of the two day fields must be `?`
        help: write `?` in day-of-week
        cron(0 2 ?,1 * ? *)
                 ^ `?` cannot stand here in the field day-of-month
        help: `?` stands alone, in day-of-month or in day-of-week
        ");
}

#[test]
fn a_unix_cron_is_told_what_aws_adds() {
    insta::assert_snapshot!(refusals(&[
        "cron(0 2 * * *)",
        "cron(0 2 * * 5)",
        "0 2 * * *",
        "0 2 * * ? *",
        "cron(0 0 2 * * ? *)",
        "cron(0, 30 2 * * ? *)",
        "@daily",
        "at(2026-03-28T01:30:00)",
        "",
    ]), @"
        cron(0 2 * * *)
        ^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: Unix has five fields; AWS wants a year, a `?` in one day field, and 1 for Sunday: cron(0 2 * * ? *)
        cron(0 2 * * 5)
        ^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: Unix has five fields; AWS wants a year, a `?` in one day field, and 1 for Sunday: cron(0 2 ? * 6 *)
        0 2 * * *
        ^^^^^^^^^ `0 2 * * *` is no schedule
        help: AWS's form has brackets, six fields and one `?`: cron(minutes hours day-of-month month day-of-week year)
        0 2 * * ? *
        ^^^^^^^^^^^ `0 2 * * ? *` is no schedule
        help: put it in brackets: cron(0 2 * * ? *)
        cron(0 0 2 * * ? *)
        ^^^^^^^^^^^^^^^^^^^ a cron has six fields; this one has 7
        help: write minutes hours day-of-month month day-of-week year, as cron(30 2 * * ? *); no blanks within a field
        cron(0, 30 2 * * ? *)
              ^ nothing follows the `,`
        help: write a value after it, or leave the `,` out
        @daily
        ^^^^^^ `@daily` is no schedule
        help: write rate(1 day) or cron(30 2 * * ? *)
        at(2026-03-28T01:30:00)
        ^^^^^^^^^^^^^^^^^^^^^^^ a policy has no single moment
        help: write rate(…) or cron(…), or run the job by hand at that time

        ^ `` is no schedule
        help: write rate(1 day) or cron(30 2 * * ? *)
        ");
}

#[test]
fn values_lie_within_their_fields() {
    insta::assert_snapshot!(refusals(&[
        "cron(60 2 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 2 0 * ? *)",
        "cron(0 2 32 * ? *)",
        "cron(0 2 * 13 ? *)",
        "cron(0 2 * JANUARY ? *)",
        "cron(0 2 ? * 0 *)",
        "cron(0 2 ? * 8 *)",
        "cron(0 2 ? * MONDAY *)",
        "cron(0 2 * * ? 1969)",
        "cron(0 2 * * ? 2200)",
        "cron(0 2 * * ? 2030-2026)",
        "cron(99999999999 2 * * ? *)",
    ]), @"
        cron(60 2 * * ? *)
             ^^ the field minutes has no 60
        help: use 0 to 59
        cron(0 24 * * ? *)
               ^^ the field hours has no 24
        help: use 0 to 23
        cron(0 2 0 * ? *)
                 ^ the field day-of-month has no 0
        help: use 1 to 31
        cron(0 2 32 * ? *)
                 ^^ the field day-of-month has no 32
        help: use 1 to 31
        cron(0 2 * 13 ? *)
                   ^^ the field month has no 13
        help: use 1 to 12, or JAN to DEC
        cron(0 2 * JANUARY ? *)
                   ^^^^^^^ the field month has no `JANUARY`
        help: use 1 to 12, or JAN to DEC
        cron(0 2 ? * 0 *)
                     ^ AWS counts the days of the week from 1
        help: write 1 or SUN for Sunday
        cron(0 2 ? * 8 *)
                     ^ the field day-of-week has no 8
        help: use 1 to 7, or SUN to SAT
        cron(0 2 ? * MONDAY *)
                     ^^^^^^ the field day-of-week has no `MONDAY`
        help: use 1 to 7, or SUN to SAT
        cron(0 2 * * ? 1969)
                       ^^^^ the field year has no 1969
        help: use 1970 to 2199
        cron(0 2 * * ? 2200)
                       ^^^^ the field year has no 2200
        help: use 1970 to 2199
        cron(0 2 * * ? 2030-2026)
                       ^^^^^^^^^ a range of years cannot run backwards
        help: write 2026-2030
        cron(99999999999 2 * * ? *)
             ^^^^^^^^^^^ the field minutes has no 99999999999
        help: use 0 to 59
        ");
}

#[test]
fn signs_stand_where_they_mean_something() {
    insta::assert_snapshot!(refusals(&[
        "cron(0/0 2 * * ? *)",
        "cron(0/61 2 * * ? *)",
        "cron(? 2 * * ? *)",
        "cron(*-5 2 * * ? *)",
        "cron(5-* 2 * * ? *)",
        "cron(1, 2 * * ? *)",
        "cron(1- 2 * * ? *)",
        "cron(1;2 2 * * ? *)",
        "cron(0 2 * * ? *",
        "cron(L 2 * * ? *)",
        "cron(0 2 3#2 * ? *)",
        "cron(0 2 ? * 3W *)",
    ]), @"
        cron(0/0 2 * * ? *)
               ^ the field minutes cannot go in steps of 0
        help: use a step of 1 to 60
        cron(0/61 2 * * ? *)
               ^^ the field minutes cannot go in steps of 61
        help: use a step of 1 to 60
        cron(? 2 * * ? *)
             ^ `?` cannot stand here in the field minutes
        help: `?` stands alone, in day-of-month or in day-of-week
        cron(*-5 2 * * ? *)
             ^^^ `*` has no end to count to
        help: write two values, as 1-5, or `*` alone
        cron(5-* 2 * * ? *)
               ^ `*` cannot end a range
        help: write two values, as 1-5, or `*` alone
        cron(1, 2 * * ? *)
              ^ nothing follows the `,`
        help: write a value after it, or leave the `,` out
        cron(1- 2 * * ? *)
              ^ nothing follows the `-`
        help: write a value after it, or leave the `-` out
        cron(1;2 2 * * ? *)
              ^ `;` does not belong here
        help: a field holds numbers or names joined by `,` `-` and `/`, as 0/15 or MON-FRI
        cron(0 2 * * ? *
                        ^ the closing bracket is missing
        help: end it with `)`
        cron(L 2 * * ? *)
             ^ that cannot stand here in the field minutes
        help: L and W belong in day-of-month, L and # in day-of-week
        cron(0 2 3#2 * ? *)
                 ^^^ that cannot stand here in the field day-of-month
        help: L, LW and the like of 15W stand alone in day-of-month, without list, range or step
        cron(0 2 ? * 3W *)
                     ^^ that cannot stand here in the field day-of-week
        help: L and the like of 6L and 3#2 stand alone in day-of-week, without list, range or step
        ");
}

#[test]
fn special_days_stand_alone() {
    // AWS allows one `#` only; for L and W the pages are silent and Quartz refuses lists.
    insta::assert_snapshot!(refusals(&[
        "cron(0 2 ? * 3#1,6#3 *)",
        "cron(0 2 ? * 3#6 *)",
        "cron(0 2 ? * 6L,2 *)",
        "cron(0 2 L,15 * ? *)",
        "cron(0 2 L-3 * ? *)",
        "cron(0 2 15W/2 * ? *)",
        "cron(0 2 32W * ? *)",
    ]), @"
        cron(0 2 ? * 3#1,6#3 *)
                     ^^^ that cannot stand here in the field day-of-week
        help: L and the like of 6L and 3#2 stand alone in day-of-week, without list, range or step
        cron(0 2 ? * 3#6 *)
                       ^ no month has number 6 of a day of the week
        help: use 1 to 5, or L for the last, as 6L
        cron(0 2 ? * 6L,2 *)
                     ^^ that cannot stand here in the field day-of-week
        help: L and the like of 6L and 3#2 stand alone in day-of-week, without list, range or step
        cron(0 2 L,15 * ? *)
                 ^ that cannot stand here in the field day-of-month
        help: L, LW and the like of 15W stand alone in day-of-month, without list, range or step
        cron(0 2 L-3 * ? *)
                 ^ that cannot stand here in the field day-of-month
        help: L, LW and the like of 15W stand alone in day-of-month, without list, range or step
        cron(0 2 15W/2 * ? *)
                 ^^^ that cannot stand here in the field day-of-month
        help: L, LW and the like of 15W stand alone in day-of-month, without list, range or step
        cron(0 2 32W * ? *)
                 ^^ the field day-of-month has no 32
        help: use 1 to 31
        ");
}

#[test]
fn a_schedule_that_never_fires_is_refused() {
    insta::assert_snapshot!(refusals(&[
        "cron(0 2 30 2 ? *)",
        "cron(0 2 29 2 ? 2026,2027)",
        "cron(0 2 29 2 ? 2028)",
    ]), @"
        cron(0 2 30 2 ? *)
                 ^^^^^^^^ no such day ever comes
        help: check day, month and year together: 30 February and 29 February of most years do not exist
        cron(0 2 29 2 ? 2026,2027)
                 ^^^^^^^^^^^^^^^^ no such day ever comes
        help: check day, month and year together: 30 February and 29 February of most years do not exist
        cron(0 2 29 2 ? 2028)
        accepted as cron(0 2 29 2 ? 2028)
        ");
}

/// What is proposed is what AWS takes; where nothing is sure, nothing is.
#[test]
fn a_proposal_of_six_fields_is_one_that_can_be_used() {
    insta::assert_snapshot!(refusals(&[
        "cron(0 2 * * ?)",
        "cron(0 2 ? * *)",
        "cron(0 2 * * 1#2)",
        "cron(0 2 * * 10)",
        "cron(30 2 1 * 0)",
        "cron[0 2 * * ? *]",
    ]), @"
        cron(0 2 * * ?)
        ^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: the year is missing: cron(0 2 * * ? *)
        cron(0 2 ? * *)
        ^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: the year is missing: cron(0 2 ? * * *)
        cron(0 2 * * 1#2)
        ^^^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: Unix has five fields; AWS wants a year, a `?` in one day field, and 1 for Sunday: cron(0 2 ? * 2#2 *)
        cron(0 2 * * 10)
        ^^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: write minutes hours day-of-month month day-of-week year, as cron(30 2 * * ? *); no blanks within a field
        cron(30 2 1 * 0)
        ^^^^^^^^^^^^^^^^ a cron has six fields; this one has 5
        help: Unix takes either of two day fields, AWS one of them and a year: write two policies, as cron(0 2 1 * ? *) and cron(0 2 ? * SUN *)
        cron[0 2 * * ? *]
        ^^^^^^^^^^^^^^^^^ `cron[0 2 * * ? *]` is no schedule
        help: write rate(1 day) or cron(30 2 * * ? *)
        ");
}
