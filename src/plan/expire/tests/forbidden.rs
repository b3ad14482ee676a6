//! What may not go although no rule keeps it, and what becomes of failed ones.

use super::story::plan_of;

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
    snap-c  block: it is one of the last completed snapshots of vol-1; again in 23h
    snap-d  block: it is one of the last completed snapshots of vol-1; again in 23h
    delete snap-a (beside snap-d, snap-c)
    delete snap-b (beside snap-d, snap-c)
    ");
}

#[test]
fn nothing_good_goes_while_the_floor_is_not_whole() {
    let snapshots = "
        snap-a 50d expiring
        snap-b 40d completed
        snap-c 30d completed
    ";
    insta::assert_snapshot!(plan_of("for 7d at-least 3", snapshots), @"
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 23h
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 23h
    snap-c  block: it is one of the last completed snapshots of vol-1; again in 23h
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
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 23h
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-c  block: it is in the unknown state `recoverable`; again in 23h
    snap-d  block: EC2 does not show it; again in 23h
    snap-e  block: it does not carry this installation's tag; again in 23h
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
    snap-a  block: it is one of the last completed snapshots of vol-1; again in 23h
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 23h
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
    snap-b  block: EC2 does not show it; again in 23h
    snap-c  block: it is one of the last completed snapshots of vol-1; again in 23h
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
    snap-a  block: it does not carry this installation's tag; again in 23h
    snap-b  block: it does not carry this installation's tag; again in 23h
    snap-c  block: another account owns it; again in 23h
    snap-d  block: EC2 does not show it; again in 23h
    snap-e  block: it is held by the tag snaplife:hold; again in 23h
    snap-f  block: a snapshot lock protects it; again in 23h
    snap-g  block: image ami-1 uses it; again in 23h
    snap-h  block: it is in the unknown state `recoverable`; again in 23h
    snap-i  block: it is in the unknown state `archived`; again in 23h
    snap-j  block: its copy has not ended; again in 1h
    snap-k  block: EC2 and its row disagree about it; again in 23h
    snap-l  block: EC2 and its row disagree about it; again in 23h
    snap-m  block: EC2 and its row disagree about it; again in 23h
    snap-n  block: EC2 and its row disagree about it; again in 23h
    snap-o  block: EC2 does not show it; again in 23h
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
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 23h
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
    snap-c  keep: it is number 1 of the newest that are kept; again in 23h
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
    snap-a  block: its volume is gone and the policy holds what is left; again in 23h
    snap-b  block: its volume is gone and the policy holds what is left; again in 23h
    ");
}

#[test]
fn the_grace_of_a_failed_one_ends_at_its_instant() {
    // Its row says so for ten minutes less than its age.
    let snapshots = "
        snap-a 1450m error
        snap-b 1449m error
        snap-c 1h    completed
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: it failed and its grace has ended
    snap-b  keep: it failed and is kept for a look until 2026-04-01T00:01:00Z; again in 1m
    snap-c  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-a
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
    snap-d  block: it is held by the tag snaplife:hold; again in 23h
    snap-e  block: EC2 and its row disagree about it; again in 23h
    snap-f  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-c
    delete snap-a
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
    snap-b  block: it is one of the last completed snapshots of vol-1; again in 23h
    delete snap-a
    ");
}
