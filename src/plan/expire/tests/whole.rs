//! What goes together: sets, resumed deletes, and the plan as a whole.

use super::story::{judged, plan, plan_of};

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

/// Locks and images stand against a set by any of its members, so each of them is asked about.
#[test]
fn what_is_due_is_judged_with_the_rest_of_its_set_and_nothing_else_is() {
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d completed of=vol-2 set=op-1 later
        snap-c 1h  completed of=vol-1 set=op-2 later
        snap-d 1h  completed of=vol-2 later
        snap-e 9d  completed of=vol-2
    ";
    assert_eq!(judged("for 7d", snapshots), "snap-a snap-b snap-e");
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
    snap-a  block: another member of its set may not go; again in 23h
    snap-b  block: it is held by the tag snaplife:hold; again in 23h
    snap-c  block: it is one of the last completed snapshots of vol-3; again in 23h
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
    snap-a  keep: it is number 1 of the newest that are kept; again in 23h
    snap-b  block: another member of its set may not go; again in 23h
    snap-c  keep: it is number 1 of the newest that are kept; again in 23h
    snap-d  expire: it failed and its grace has ended
    snap-e  keep: it is number 1 of the newest that are kept; again in 23h
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
        snap-e 30d expiring  of=vol-4 set=op-1 begun=3/1d
        snap-f 1h  completed of=vol-1
        snap-g 1h  completed of=vol-2
        snap-h 1h  completed of=vol-4
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-c  expire: its set is half deleted and the rest follows
    snap-d  block: it is held by the tag snaplife:hold; again in 23h
    snap-e  expire: its set is half deleted and the rest follows
    snap-f  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-g  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-h  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    finish snap-c (beside snap-g) snap-e (beside snap-h)
    delete snap-a (beside snap-f)
    ");
}

#[test]
fn a_set_that_was_only_marked_goes_first_or_stays_as_one() {
    let snapshots = "
        snap-a 40d completed of=vol-1
        snap-b 30d expiring  of=vol-1 set=op-1
        snap-c 30d expiring  of=vol-2 set=op-1
        snap-d 30d expiring  of=vol-1 set=op-2
        snap-e 30d expiring  of=vol-2 set=op-2 held
        snap-f 1h  completed of=vol-1
        snap-g 1h  completed of=vol-2
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  expire: its lifetime ended at 2026-02-27T00:00:00Z and no other rule keeps it
    snap-b  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-c  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    snap-d  block: another member of its set may not go; again in 23h
    snap-e  block: it is held by the tag snaplife:hold; again in 23h
    snap-f  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    snap-g  keep: its lifetime ends at 2026-04-07T23:00:00Z; again in 6d 23h
    delete snap-b (beside snap-f) snap-c (beside snap-g)
    delete snap-a (beside snap-f)
    ");
}

/// The run that noted it ended while it took the notes back: one member is completed again.
#[test]
fn a_note_that_is_half_taken_back_says_nothing_of_a_delete() {
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d expiring  of=vol-2 set=op-1 begun=2/1d held
        snap-c 1h  completed of=vol-1
        snap-d 1h  completed of=vol-2
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots).lines().next().unwrap(), @"snap-a  block: another member of its set may not go; again in 23h");
}

/// One member is held. Whether the other one follows tells for what its set is taken.
#[test]
fn a_set_that_has_begun_to_go_is_half_deleted_unless_all_of_it_is_shown_long_after() {
    let mut told = String::new();
    for begun in ["2/1d", "2/5m", "2/4m", "3/1d"] {
        let snapshots = format!(
            "snap-a 30d expiring  of=vol-1 set=op-1 begun={begun}
             snap-b 30d expiring  of=vol-2 set=op-1 begun={begun} held
             snap-c 1h  completed of=vol-1
             snap-d 1h  completed of=vol-2"
        );
        let plan = plan_of("for 7d", &snapshots);
        told += &format!("{begun}  {}\n", plan.lines().next().unwrap());
    }
    insta::assert_snapshot!(told, @"
    2/1d  snap-a  block: another member of its set may not go; again in 23h
    2/5m  snap-a  block: another member of its set may not go; again in 23h
    2/4m  snap-a  expire: its set is half deleted and the rest follows
    3/1d  snap-a  expire: its set is half deleted and the rest follows
    ");
}

/// A member whose row still stands, and that EC2 does not show, may be what the delete took.
#[test]
fn a_set_of_which_one_is_not_shown_long_after_its_note_is_half_deleted() {
    let snapshots = "
        snap-a 30d expiring  of=vol-1 set=op-1 begun=3/1d
        snap-b 30d expiring  of=vol-2 set=op-1 begun=3/1d held
        snap-c 30d expiring  of=vol-3 set=op-1 begun=3/1d unseen
        snap-d 1h  completed of=vol-1
        snap-e 1h  completed of=vol-2
        snap-f 1h  completed of=vol-3
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots).lines().next().unwrap(), @"snap-a  expire: its set is half deleted and the rest follows");
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
    snap-c  block: another member of its set may not go; again in 23h
    snap-e  block: it is held by the tag snaplife:hold; again in 23h
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
    snap-c  block: image ami-1 uses it; again in 23h
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
    Stopped { allowed: 1, wanted: 2 }
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

#[test]
fn a_lost_member_that_is_there_again_holds_its_set() {
    let snapshots = "
        snap-a 30d completed of=vol-1 set=op-1
        snap-b 30d lost      of=vol-2 set=op-1 seen later
        snap-c 1h  completed of=vol-1 later
        snap-d 1h  completed of=vol-2 later
    ";
    insta::assert_snapshot!(plan_of("for 7d", snapshots), @"
    snap-a  block: another member of its set may not go; again in 23h
    snap-b  block: EC2 and its row disagree about it; again in 23h
    ");
    let gone = snapshots.replace(" seen", "");
    insta::assert_snapshot!(plan_of("for 7d", &gone), @"
    snap-a  expire: its lifetime ended at 2026-03-09T00:00:00Z and no other rule keeps it
    delete snap-a (beside snap-c)
    ");
}
