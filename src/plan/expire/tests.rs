//! What goes and what stays, one story each.

use story::{plan, plan_of};

mod story;

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
    snap-a  keep: its lifetime `7O` can't be read, so it has no expiry; again in 1d
    snap-b  keep: its lifetime `7O` can't be read, so it has no expiry; again in 1d
    ");
}

#[test]
fn a_lifetime_tag_that_a_person_made_unreadable_never_ends() {
    let snapshots = "
        snap-a 100d completed tag=soon
        snap-b 1h   completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  keep: its lifetime `soon` can't be read, so it has no expiry; again in 1d
    snap-b  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
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
    snap-c  keep: it is number 2 of the newest that are kept; again in 1d
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
    snap-b  keep: it is number 2 of the newest that are kept; again in 1d
    snap-c  keep: it is number 1 of the newest that are kept; again in 1d
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
    snap-a  keep: it is number 2 of the newest that are kept; again in 1d
    snap-b  keep: it is number 1 of the newest that are kept; again in 1d
    snap-c  expire: it is beyond the newest that are kept
    snap-d  block: its copy has not ended; again in 1h
    snap-e  keep: it failed and is kept for a look until 2026-04-01T22:10:00Z; again in 22h 10m
    snap-f  block: it is in the unknown state `recoverable`; again in 1d
    snap-g  block: it is dated in the future; again in 1h
    delete snap-c (beside snap-b)
    ");
}

#[test]
fn the_floor_is_never_crossed_even_by_several_deletes_at_once() {
    let snapshots = "
        snap-a 40d completed
        snap-b 30d completed
        snap-c 20d completed
        snap-d 10d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d at-least 2", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-c  block: it is one of the last completed snapshots of vol-1; again in 1d
    snap-d  block: it is one of the last completed snapshots of vol-1; again in 1d
    delete snap-a (beside snap-d, snap-c)
    delete snap-b (beside snap-d, snap-c)
    ");
}

#[test]
fn nothing_good_goes_while_the_floor_is_not_whole() {
    let snapshots = "
        snap-a 40d completed
        snap-b 30d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d at-least 3", snapshots), @"
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 1d
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 1d
    ");
}

#[test]
fn what_is_not_surely_good_carries_no_floor() {
    let snapshots = "
        snap-a 40d completed
        snap-b 30d expiring/completed
        snap-c 20d completed ec2=recoverable
        snap-d 19d completed unseen
        snap-e 18d completed untagged
        snap-f 17d pending
        snap-g 16d error
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 1d
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-c  block: it is in the unknown state `recoverable`; again in 1d
    snap-d  block: EC2 does not show it; again in 1d
    snap-e  block: it does not carry this installation's tag; again in 1d
    snap-f  block: its copy has not ended; again in 1h
    snap-g  expire: it failed and its grace has ended
    delete snap-b (beside snap-a)
    delete snap-g
    ");
}

#[test]
fn of_a_slot_only_one_copy_carries_the_floor() {
    let snapshots = "
        snap-a 40d completed slot=s1
        snap-b 30d completed slot=s2
        snap-c 30d completed slot=s2 duplicate
        snap-d 29d completed slot=s2 duplicate
    ";
    insta::assert_snapshot!(plan_of("for 7d at-least 2", snapshots), @"
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 1d
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 1d
    snap-c  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-d  expire: its lifetime ended at 2026-03-10T00:00:00Z and no other rule keeps it
    delete snap-c (beside snap-b, snap-a)
    delete snap-d (beside snap-b, snap-a)
    ");
}

#[test]
fn a_duplicate_carries_the_floor_where_its_slot_has_nothing_else() {
    let snapshots = "
        snap-a 40d completed slot=s1
        snap-b 30d lost      slot=s2
        snap-c 30d completed slot=s2 duplicate
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  block: EC2 does not show it; again in 1d
    snap-c  block: it is one of the last completed snapshots of vol-1; again in 1d
    delete snap-a (beside snap-c)
    ");
}

#[test]
fn every_guard_says_why() {
    let snapshots = "
        snap-a 30d completed rowless
        snap-b 30d completed untagged
        snap-c 30d completed owner=444455556666
        snap-d 30d completed unseen
        snap-e 30d completed held
        snap-f 30d completed locked
        snap-g 30d completed image=ami-1
        snap-h 30d completed ec2=recoverable
        snap-i 30d archived
        snap-j 30d pending
        snap-k 30d completed moved
        snap-l 30d completed policy=other
        snap-m 30d completed ec2=error
        snap-n 30d deleted seen
        snap-o 30d lost
        snap-p +1h completed
        snap-q 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  block: it does not carry this installation's tag; again in 1d
    snap-b  block: it does not carry this installation's tag; again in 1d
    snap-c  block: another account owns it; again in 1d
    snap-d  block: EC2 does not show it; again in 1d
    snap-e  block: it is held by the tag snaplife:hold; again in 1d
    snap-f  block: a snapshot lock protects it; again in 1d
    snap-g  block: image ami-1 uses it; again in 1d
    snap-h  block: it is in the unknown state `recoverable`; again in 1d
    snap-i  block: it is in the unknown state `archived`; again in 1d
    snap-j  block: its copy has not ended; again in 1h
    snap-k  block: EC2 and its row disagree about it; again in 1d
    snap-l  block: EC2 and its row disagree about it; again in 1d
    snap-m  block: EC2 and its row disagree about it; again in 1d
    snap-n  block: EC2 and its row disagree about it; again in 1d
    snap-o  block: EC2 does not show it; again in 1d
    snap-p  block: it is dated in the future; again in 1h
    snap-q  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    ");
}

#[test]
fn a_gone_volume_keeps_its_floor_for_a_while() {
    let snapshots = "
        snap-a 40d completed
        snap-b 35d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d gone 29d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 1d
    delete snap-a (beside snap-b)
    ");
}

#[test]
fn after_that_the_rules_go_on_without_floor() {
    let snapshots = "
        snap-a 40d completed
        snap-b 35d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d gone 30d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-04T00:00:00Z and no other rule keeps it
    delete snap-a
    delete snap-b
    ");
}

#[test]
fn a_gone_volume_may_be_finished_at_once() {
    let snapshots = "
        snap-a 40d completed
        snap-b 35d completed duplicate
        snap-c 34d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d last 1 gone 2d then finish", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-04T00:00:00Z and no other rule keeps it
    snap-c  keep: it is number 1 of the newest that are kept; again in 1d
    delete snap-a
    delete snap-b
    ");
}

#[test]
fn a_gone_volume_may_be_held() {
    let snapshots = "
        snap-a 140d completed
        snap-b 135d error
    ";
    insta::assert_snapshot!(plan_of("for 7d gone 90d then hold", snapshots), @"
    snap-a  block: its volume is gone and the policy holds what is left; again in 1d
    snap-b  block: its volume is gone and the policy holds what is left; again in 1d
    ");
}

#[test]
fn a_failed_one_goes_after_its_grace() {
    let snapshots = "
        snap-a 26h error
        snap-b 23h error
        snap-c 2h  expiring/error
        snap-d 26h error held
        snap-e 26h error ec2=completed
        snap-f 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: it failed and its grace has ended
    snap-b  keep: it failed and is kept for a look until 2026-04-01T01:10:00Z; again in 1h 10m
    snap-c  expire: it failed and its grace has ended
    snap-d  block: it is held by the tag snaplife:hold; again in 1d
    snap-e  block: EC2 and its row disagree about it; again in 1d
    snap-f  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-a
    delete snap-c
    ");
}

#[test]
fn a_failed_one_goes_at_once_when_it_blocks_its_volume() {
    let snapshots = "
        snap-a 1h  error
        snap-b 30d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d blocked", snapshots), @"
    snap-a  expire: it failed and blocks its volume
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 1d
    delete snap-a
    ");
}

#[test]
fn a_set_goes_as_a_whole() {
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d completed of=vol-2 set=op-1 later
        snap-c 1h  completed of=vol-1 set=op-2 later
        snap-d 1h  completed of=vol-2 set=op-2 later
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    delete snap-a (beside snap-c) snap-b (beside snap-d)
    ");
}

#[test]
fn a_set_stays_as_a_whole() {
    // vol-3 has nothing else, so its floor stands against the set too.
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d completed of=vol-2 set=op-1 held
        snap-c 30d completed of=vol-3 set=op-1
        snap-d 1h  completed of=vol-1
        snap-e 1h  completed of=vol-2
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  block: another member of its set may not go; again in 1d
    snap-b  block: it is held by the tag snaplife:hold; again in 1d
    snap-c  block: it is one of the last completed snapshots of vol-3; again in 1d
    snap-d  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-e  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    ");
}

#[test]
fn a_set_counts_for_last_only_when_it_is_whole() {
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d completed of=vol-2 set=op-1
        snap-c 20d completed of=vol-1 set=op-2
        snap-d 20d error     of=vol-2 set=op-2
        snap-e 10d completed of=vol-2
    ";
    insta::assert_snapshot!(plan_of("for 7d last 1", snapshots), @"
    snap-a  keep: it is number 1 of the newest that are kept; again in 1d
    snap-b  block: another member of its set may not go; again in 1d
    snap-c  keep: it is number 1 of the newest that are kept; again in 1d
    snap-d  expire: it failed and its grace has ended
    snap-e  keep: it is number 1 of the newest that are kept; again in 1d
    delete snap-d
    ");
}

#[test]
fn a_half_deleted_set_is_finished_first_each_member_by_itself() {
    let snapshots = "
        snap-a 40d completed of=vol-1
        snap-b 30d deleted   of=vol-1 set=op-1 later
        snap-c 30d completed of=vol-2 set=op-1
        snap-d 30d completed of=vol-3 set=op-1 held
        snap-e 30d expiring  of=vol-4 set=op-1
        snap-f 1h  completed of=vol-1
        snap-g 1h  completed of=vol-2
        snap-h 1h  completed of=vol-4
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-c  expire: its set is half deleted and the rest follows
    snap-d  block: it is held by the tag snaplife:hold; again in 1d
    snap-e  expire: its set is half deleted and the rest follows
    snap-f  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-g  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-h  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-c (beside snap-g) snap-e (beside snap-h)
    delete snap-a (beside snap-f)
    ");
}

#[test]
fn a_failed_member_goes_alone_and_takes_nobody_along() {
    let snapshots = "
        snap-a 5d completed of=vol-1 set=op-1
        snap-b 5d error     of=vol-2 set=op-1
        snap-c 9d completed of=vol-1 set=op-2
        snap-d 9d deleted/error of=vol-2 set=op-2 later
        snap-e 9d completed of=vol-3 set=op-2 held
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  keep: its lifetime ends at 2026-04-03T00:00:00Z; again in 2d
    snap-b  expire: it failed and its grace has ended
    snap-c  block: another member of its set may not go; again in 1d
    snap-e  block: it is held by the tag snaplife:hold; again in 1d
    delete snap-b
    ");
}

#[test]
fn a_resumed_delete_passes_every_guard_anew() {
    let snapshots = "
        snap-a 30d expiring/completed
        snap-b 29d expiring/completed life=forever
        snap-c 28d expiring/completed image=ami-1
        snap-d 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-b  keep: it has no expiry; not again
    snap-c  block: image ami-1 uses it; again in 1d
    snap-d  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-a (beside snap-d)
    ");
}

#[test]
fn too_many_at_once_stop_the_whole_plan() {
    let snapshots = "
        snap-a 30d completed
        snap-b 29d completed
        snap-c 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d small", snapshots), @"
    snap-a  block: too many would go at once and nobody approved it; again in -23d
    snap-b  block: too many would go at once and nobody approved it; again in -22d
    snap-c  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    Stopped { wanted: 2, allowed: 1 }
    ");
}

#[test]
fn an_approved_plan_goes() {
    let snapshots = "
        snap-a 30d completed
        snap-b 29d completed
        snap-c 1h  completed
    ";
    insta::assert_snapshot!(plan_of("for 7d small approved", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-10T00:00:00Z and no other rule keeps it
    snap-c  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-a (beside snap-c)
    delete snap-b (beside snap-c)
    Approved
    ");
}

#[test]
fn a_digest_names_exactly_what_goes() {
    let digest = |snapshots| plan("for 7d", snapshots).digest;
    let two = digest("snap-a 30d completed | snap-b 29d completed | snap-c 1h completed");
    assert_eq!(
        two,
        digest("snap-c 2h completed | snap-b 29d completed | snap-a 30d completed"),
        "neither order nor what stays matters"
    );
    assert_ne!(
        two,
        digest("snap-a 30d completed | snap-b 29d completed held | snap-c 1h completed")
    );
    insta::assert_snapshot!(two, @"d5cefc9f3c8fd1d5f44bd4217df3d856");
}
