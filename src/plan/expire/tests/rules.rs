//! What the keep rules keep: age, and the newest few.

use super::story::plan_of;

#[test]
fn age_is_exact_to_the_millisecond() {
    let snapshots = "
        snap-a 7d          completed
        snap-b 604799999ms completed
        snap-c 1h          completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-04-01T00:00:00Z and no other rule keeps it
    snap-b  keep: its lifetime ends at 2026-04-01T00:00:00.001Z; again in 1ms
    snap-c  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-a (beside snap-c)
    ");
}

#[test]
fn the_longest_of_all_promises_holds() {
    let snapshots = "
        snap-a 8d  completed life=7d
        snap-b 10d completed life=12d
        snap-c 10d completed life=7d tag=950400000
        snap-d 10d completed life=7d tag=forever
        snap-e 10d completed life=7d tag=60000
        snap-f 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d now 9d", snapshots), @"
    snap-a  keep: its lifetime ends at 2026-04-02T00:00:00Z; again in 1d
    snap-b  keep: its lifetime ends at 2026-04-03T00:00:00Z; again in 2d
    snap-c  keep: its lifetime ends at 2026-04-02T00:00:00Z; again in 1d
    snap-d  keep: it has no expiry; not again
    snap-e  expire: its lifetime ended at 2026-03-31T00:00:00Z and no other rule keeps it
    snap-f  keep: its lifetime ends at 2026-04-09T23:00:00Z; again in 8d 23h
    delete snap-e (beside snap-f)
    ");
}

#[test]
fn a_shorter_promise_holds_only_when_it_is_retroactive() {
    let snapshots = "
        snap-a 4d completed life=forever
        snap-b 2d completed life=1d
    ";
    insta::assert_snapshot!(plan_of("for 7d now 3d retroactive", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-03-31T00:00:00Z and no other rule keeps it
    snap-b  keep: its lifetime ends at 2026-04-02T00:00:00Z; again in 1d
    delete snap-a (beside snap-b)
    ");
}

#[test]
fn without_a_word_from_the_instance_the_recorded_promise_stands() {
    let snapshots = "
        snap-a 4d completed life=7d
        snap-b 8d completed life=7d
        snap-c 1h completed
    ";
    insta::assert_snapshot!(plan_of("for 3d retroactive", snapshots), @"
    snap-a  keep: its lifetime ends at 2026-04-04T00:00:00Z; again in 3d
    snap-b  expire: its lifetime ended at 2026-03-31T00:00:00Z and no other rule keeps it
    snap-c  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-b (beside snap-c)
    ");
}

#[test]
fn an_unreadable_lifetime_never_ends() {
    let snapshots = "
        snap-a 100d completed life=7d
        snap-b 1h   completed
    ";
    insta::assert_snapshot!(plan_of("for 7d unreadable 7O", snapshots), @"
    snap-a  keep: its lifetime `7O` can't be read, so it has no expiry; again in 23h
    snap-b  keep: its lifetime `7O` can't be read, so it has no expiry; again in 23h
    ");
}

#[test]
fn a_lifetime_tag_that_a_person_made_unreadable_never_ends() {
    let snapshots = "
        snap-a 100d completed tag=soon
        snap-b 1h   completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  keep: its lifetime `soon` can't be read, so it has no expiry; again in 23h
    snap-b  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    ");
}

#[test]
fn without_an_end_now_what_was_promised_one_is_judged_again() {
    let snapshots = "
        snap-a 10d completed life=7d
        snap-b 10d completed life=forever
        snap-c 1h  completed life=forever
        snap-d 1h  completed life=count
    ";
    insta::assert_snapshot!(plan_of("now forever", snapshots), @"
    snap-a  keep: it has no expiry; again in 23h
    snap-b  keep: it has no expiry; not again
    snap-c  keep: it has no expiry; not again
    snap-d  keep: it has no expiry; not again
    ");
}

#[test]
fn without_any_rule_nothing_expires() {
    let snapshots = "
        snap-a 900d completed life=forever
        snap-b 1h   completed life=forever
    ";
    insta::assert_snapshot!(plan_of("", snapshots), @"
    snap-a  keep: it has no expiry; not again
    snap-b  keep: it has no expiry; not again
    ");
}

#[test]
fn last_keeps_the_newest_whatever_their_age() {
    let snapshots = "
        snap-a 40d completed
        snap-b 30d completed
        snap-c 20d completed
        snap-d 6d  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d last 2", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-c  keep: it is number 2 of the newest that are kept; again in 23h
    snap-d  keep: its lifetime ends at 2026-04-02T00:00:00Z; again in 1d
    delete snap-a (beside snap-d)
    delete snap-b (beside snap-d)
    ");
}

#[test]
fn with_last_alone_age_keeps_nothing() {
    let snapshots = "
        snap-a 3h completed life=count
        snap-b 2h completed life=count
        snap-c 1h completed life=count
    ";
    insta::assert_snapshot!(plan_of("last 2", snapshots), @"
    snap-a  expire: it is beyond the newest that are kept
    snap-b  keep: it is number 2 of the newest that are kept; again in 23h
    snap-c  keep: it is number 1 of the newest that are kept; again in 23h
    delete snap-a (beside snap-c)
    ");
}

#[test]
fn when_the_count_has_left_the_policy_age_alone_does_not_delete() {
    let snapshots = "
        snap-a 30d completed life=count
        snap-b 1h  completed life=count
    ";
    insta::assert_snapshot!(plan_of("", snapshots), @"
    snap-a  keep: it has no expiry; not again
    snap-b  keep: it has no expiry; not again
    ");
}

#[test]
fn only_good_ones_push_others_back() {
    let snapshots = "
        snap-a 6h completed life=count
        snap-b 5h completed life=count
        snap-c 4h completed life=count duplicate slot=20260331T190000Z
        snap-d 3h pending life=count
        snap-e 2h error
        snap-f 1h completed life=count ec2=recoverable
        snap-g +1h completed life=count
    ";
    insta::assert_snapshot!(plan_of("last 2", snapshots), @"
    snap-a  keep: it is number 2 of the newest that are kept; again in 23h
    snap-b  keep: it is number 1 of the newest that are kept; again in 23h
    snap-c  expire: it is beyond the newest that are kept
    snap-d  block: its copy has not ended; again in 1h
    snap-e  keep: it failed and is kept for a look until 2026-04-01T22:10:00Z; again in 22h 10m
    snap-f  block: it is in the unknown state `recoverable`; again in 23h
    snap-g  block: it is dated in the future; again in 1h
    delete snap-c (beside snap-b)
    ");
}

#[test]
fn what_started_at_this_very_instant_is_not_in_the_future() {
    insta::assert_snapshot!(plan_of("for 7d", "snap-a 0h completed"), @"snap-a  keep: its lifetime ends at 2026-04-08T00:00:00Z; again in 7d");
}
