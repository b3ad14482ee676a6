//! What deleting does, and what it does not.

use super::steady;
use super::story::tell;

#[test]
fn a_pending_snapshot_is_deleted_when_its_copy_ends_and_its_set_goes_on() {
    insta::assert_snapshot!(tell(steady(), "
        set i-db no-root
        delete #1
        delete #1
        list
        +10m
        list
        delete #1
        effects
    "), @"
    set i-db no-root                           #1 of vol-db, #2 of vol-log
    delete #1                                  ok
    delete #1                                  ok
    list                                       #1 pending 0%, #2 pending 0%
    +10m
    list                                       #2 completed
    delete #1                                  InvalidSnapshot.NotFound
    effects
        #1 Created by Client 600s ago
        #2 Created by Client 600s ago
        #1 Deleted by Client 0s ago
        #2 Completed by Aws 0s ago
    ");
}

#[test]
fn an_image_keeps_its_snapshot_also_when_it_is_disabled() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        +10m
        they image ami-1 #1
        delete #1
        they disable ami-1
        images
        images disabled-too
        delete #1
        they deregister ami-1
        images disabled-too
        delete #1
    "), @"
    snap vol-db                                #1 of vol-db
    +10m
    they image ami-1 #1                        ok
    delete #1                                  InvalidSnapshot.InUse
    they disable ami-1                         ok
    images
    images disabled-too                        ami-1 disabled
    delete #1                                  InvalidSnapshot.InUse
    they deregister ami-1                      ok
    images disabled-too
    delete #1                                  ok
    ");
}

#[test]
fn a_lock_holds_until_it_is_lifted_or_over() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        snap vol-root
        +10m
        they lock #1 governance 1d
        they lock #2 compliance 1d
        locks
        delete #1
        delete #2
        they unlock #1
        they unlock #2
        delete #1
        +1d
        locks
        delete #2
    "), @"
    snap vol-db                                #1 of vol-db
    snap vol-root                              #2 of vol-root
    +10m
    they lock #1 governance 1d                 ok
    they lock #2 compliance 1d                 ok
    locks                                      #2 Compliance, #1 Governance
    delete #1                                  OperationNotPermitted
    delete #2                                  OperationNotPermitted
    they unlock #1                             ok
    they unlock #2                             OperationNotPermitted
    delete #1                                  ok
    +1d
    locks                                      #2 Expired
    delete #2                                  ok
    ");
}

#[test]
fn a_lock_on_a_pending_snapshot_runs_from_its_completion_and_falls_with_a_failure() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-root fails
        snap vol-db
        snap vol-root
        they lock #1 compliance 1h
        they lock #2 compliance 1h
        +10m
        locks
        delete #2
        +59m
        delete #1
        +1m
        delete #1
    "), @"
    arrange vol-root fails
    snap vol-db                                #1 of vol-db
    snap vol-root                              #2 of vol-root
    they lock #1 compliance 1h                 ok
    they lock #2 compliance 1h                 ok
    +10m
    locks                                      #1 Compliance
    delete #2                                  ok
    +59m
    delete #1                                  OperationNotPermitted
    +1m
    delete #1                                  ok
    ");
}

#[test]
fn an_id_that_is_none_and_one_that_does_not_exist_are_told_apart() {
    insta::assert_snapshot!(tell(steady(), "
        delete nonsense
        delete snap-0123456789abcdef0
    "), @"
    delete nonsense                            InvalidSnapshotID.Malformed
    delete snap-0123456789abcdef0              InvalidSnapshot.NotFound
    ");
}
