//! What others do to instances, volumes and snapshots, and how it shows.

use super::steady;
use super::story::tell;

#[test]
fn a_terminated_instance_is_listed_for_an_hour_and_takes_only_its_own_volumes_along() {
    insta::assert_snapshot!(tell(steady(), "
        instances tag:snapshot=snapshot
        volumes
        they terminate i-db
        instances
        instances instance-state-name=running,stopped
        volumes
        volumes vol-db vol-root
        set i-db
        they attach vol-db i-db
        +1h
        instances
    "), @"
    instances tag:snapshot=snapshot            i-db running
    volumes                                    vol-db in-use, vol-log in-use, vol-root in-use
    they terminate i-db                        ok
    instances                                  i-db terminated
    instances instance-state-name=running,stopped
    volumes                                    vol-db available, vol-log available
    volumes vol-db vol-root                    InvalidVolume.NotFound
    set i-db                                   IncorrectInstanceState
    they attach vol-db i-db                    IncorrectState
    +1h
    instances
    ");
}

#[test]
fn a_volume_goes_only_when_detached_and_its_snapshots_stay() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        they destroy vol-db
        they detach vol-db
        they detach vol-db
        they attach vol-db i-db
        they attach vol-db i-db
        they detach vol-db
        they destroy vol-db
        volumes vol-db
        snap vol-db
        set i-db
        list volume-id=vol-db
    "), @"
    snap vol-db                                #1 of vol-db
    they destroy vol-db                        VolumeInUse
    they detach vol-db                         ok
    they detach vol-db                         IncorrectState
    they attach vol-db i-db                    ok
    they attach vol-db i-db                    VolumeInUse
    they detach vol-db                         ok
    they destroy vol-db                        ok
    volumes vol-db                             InvalidVolume.NotFound
    snap vol-db                                InvalidVolume.NotFound
    set i-db                                   #2 of vol-root, #3 of vol-log
    list volume-id=vol-db                      #1 pending 0%
    ");
}

#[test]
fn a_snapshot_of_others_is_one_like_any_other_and_may_be_in_a_state_nobody_knows() {
    insta::assert_snapshot!(tell(steady(), "
        they snap vol-db completed 3d op=stolen
        snap vol-db op=stolen
        list tag:op=stolen
        they mark #1 recoverable
        +1m
        list tag:op=stolen
        delete #1
        truth
        effects
    "), @"
    they snap vol-db completed 3d op=stolen    #1
    snap vol-db op=stolen                      #2 of vol-db op=stolen
    list tag:op=stolen                         #1 completed, #2 pending 0%
    they mark #1 recoverable                   ok
    +1m
    list tag:op=stolen                         #1 recoverable, #2 completed
    delete #1                                  ok
    truth                                      #2 completed
    effects
        #1 Created by Outsider 60s ago
        #1 Completed by Aws 60s ago
        #2 Created by Client 60s ago
        #2 Completed by Aws 0s ago
        #1 Deleted by Client 0s ago
    ");
}
