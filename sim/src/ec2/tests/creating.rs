//! How snapshots come to be, and what forbids it.

use super::steady;
use super::story::{tell, world};
use crate::answer::Answer;
use crate::ec2::request::{CopyTags, CreateSnapshot, CreateSnapshots};
use crate::ec2::settings::{Limits, Settings};
use crate::ec2::{Hibernation, NewInstance, OnTermination, RootDeviceType, Tags};
use crate::time::Timestamp;

/// What a request for a set of `i-db`, changed a little, is answered with.
fn code(change: impl FnOnce(&mut CreateSnapshots)) -> String {
    let (mut ec2, now) = world(steady());
    let mut us = ec2.outsider(now);
    let asleep = NewInstance {
        hibernation: Hibernation::Configured,
        id: "i-asleep".into(),
        root_device: None,
        root_device_type: RootDeviceType::Ebs,
        tags: Tags::default(),
    };
    us.launch_instance(asleep).unwrap();
    us.detach_volume(&"vol-log".into()).unwrap();
    us.attach_volume(
        &"vol-log".into(),
        &"i-asleep".into(),
        "/dev/sdf",
        OnTermination::Keep,
    )
    .unwrap();
    let mut request = CreateSnapshots {
        copy_tags: CopyTags::No,
        description: "".into(),
        exclude_boot_volume: false,
        exclude_data_volumes: Vec::new(),
        instance: "i-db".into(),
        tags: Tags::default(),
    };
    change(&mut request);
    let answer: Answer<_> = ec2.create_snapshots(now, &request);
    answer.map_or_else(
        |refusal| refusal.code.to_string(),
        |made| format!("{} made", made.len()),
    )
}

fn many_tags(count: u32) -> Tags {
    (0..count).map(|n| (format!("key-{n}"), "")).collect()
}

#[test]
fn what_a_request_may_not_hold() {
    let exclude = |count: u32| {
        code(|request| {
            request.exclude_data_volumes = (0..count)
                .map(|n| format!("vol-{n}").as_str().into())
                .collect();
        })
    };
    assert_eq!(
        (exclude(40).as_str(), exclude(41).as_str()),
        ("2 made", "InvalidParameterValue")
    );
    assert_eq!(code(|request| request.tags = many_tags(50)), "2 made");
    assert_eq!(
        code(|request| request.tags = many_tags(51)),
        "TagLimitExceeded"
    );
    let copied = code(|request| {
        request.tags = many_tags(50);
        request.copy_tags = CopyTags::FromVolume;
    });
    assert_eq!(copied, "TagLimitExceeded");
    assert_eq!(
        code(|request| request.instance = "i-asleep".into()),
        "UnsupportedOperation"
    );
}

/// Pinned: a change here changes every run ever recorded.
#[test]
fn ids_come_from_the_volume_and_its_count_alone() {
    let first_of_db = |others_first: bool| {
        let (mut ec2, now) = world(steady());
        let mut snap = |volume: &str, now: Timestamp| {
            let volume = volume.into();
            let tags = Tags::default();
            let request = CreateSnapshot {
                description: "".into(),
                tags,
                volume,
            };
            ec2.create_snapshot(now, &request).unwrap().id.to_string()
        };
        if others_first {
            snap("vol-root", now);
        }
        snap("vol-db", now)
    };
    assert_eq!(first_of_db(false), first_of_db(true));
    assert_eq!(first_of_db(false), "snap-f5230e9b4174f2b13");
}

#[test]
fn a_set_has_one_snapshot_per_volume_and_completes_as_one() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-db takes=20m
        set i-db op=1
        +5m
        list
        +10m
        list
        +5m
        list
        effects
    "), @"
    arrange vol-db takes=20m
    set i-db op=1                              #1 of vol-root op=1, #2 of vol-db op=1, #3 of vol-log op=1
    +5m
    list                                       #1 pending 50%, #2 pending 25%, #3 pending 50%
    +10m
    list                                       #1 pending 99%, #2 pending 75%, #3 pending 99%
    +5m
    list                                       #1 completed, #2 completed, #3 completed
    effects
        #1 Created by Client 1200s ago
        #2 Created by Client 1200s ago
        #3 Created by Client 1200s ago
        #1 Completed by Aws 0s ago
        #2 Completed by Aws 0s ago
        #3 Completed by Aws 0s ago
    ");
}

#[test]
fn one_member_that_fails_takes_its_whole_set_with_it() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-db fails
        set i-db
        +10m
        list
    "), @"
    arrange vol-db fails
    set i-db                                   #1 of vol-root, #2 of vol-db, #3 of vol-log
    +10m
    list                                       #1 error, #2 error, #3 error
    ");
}

#[test]
fn exclusions_leave_volumes_out_but_never_all_and_never_the_root_by_name() {
    insta::assert_snapshot!(tell(steady(), "
        set i-db no-root without=vol-log
        +15s
        set i-db without=vol-root
        set i-db no-root without=vol-db,vol-log
        set i-none
        set vol-db
        snap vol-none
        set i-db without=vol-db,vol-log copy-tags op=1
    "), @"
    set i-db no-root without=vol-log           #1 of vol-db
    +15s
    set i-db without=vol-root                  InvalidParameterValue
    set i-db no-root without=vol-db,vol-log    InvalidParameterValue
    set i-none                                 InvalidInstanceID.NotFound
    set vol-db                                 InvalidInstanceID.Malformed
    snap vol-none                              InvalidVolume.NotFound
    set i-db without=vol-db,vol-log copy-tags op=1 #2 of vol-root op=1 volume=vol-root
    ");
}

#[test]
fn a_volume_is_snapshotted_once_in_fifteen_seconds() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        +14999ms
        snap vol-db
        set i-db
        snap vol-root
        +1ms
        snap vol-db
    "), @"
    snap vol-db                                #1 of vol-db
    +14999ms
    snap vol-db                                SnapshotCreationPerVolumeRateExceeded
    set i-db                                   SnapshotCreationPerVolumeRateExceeded
    snap vol-root                              #2 of vol-root
    +1ms
    snap vol-db                                #3 of vol-db
    ");
}

#[test]
fn five_may_be_pending_one_of_a_disk_and_failed_or_deleted_ones_still_count() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-db fails
        snap vol-db
        +10m
        snap vol-db
        +15s
        snap vol-db
        +15s
        snap vol-db
        +14s
        delete #4
        +1s
        snap vol-db
        +15s
        snap vol-db
        delete #1
        snap vol-db
        snap vol-log
        +15s
        snap vol-log
    "), @"
    arrange vol-db fails
    snap vol-db                                #1 of vol-db
    +10m
    snap vol-db                                #2 of vol-db
    +15s
    snap vol-db                                #3 of vol-db
    +15s
    snap vol-db                                #4 of vol-db
    +14s
    delete #4                                  ok
    +1s
    snap vol-db                                #5 of vol-db
    +15s
    snap vol-db                                ConcurrentSnapshotLimitExceeded
    delete #1                                  ok
    snap vol-db                                #6 of vol-db
    snap vol-log                               #7 of vol-log
    +15s
    snap vol-log                               ConcurrentSnapshotLimitExceeded
    ");
}

#[test]
fn several_of_one_volume_are_copied_one_after_the_other_and_only_the_first_in_full() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        +9m
        snap vol-db
        +30s
        list
        +30s
        list
        +30s
        list
        +30s
        list
    "), @"
    snap vol-db                                #1 of vol-db
    +9m
    snap vol-db                                #2 of vol-db
    +30s
    list                                       #1 pending 95%, #2 pending 0%
    +30s
    list                                       #1 completed, #2 pending 0%
    +30s
    list                                       #1 completed, #2 pending 50%
    +30s
    list                                       #1 completed, #2 completed
    ");
}

#[test]
fn without_a_good_snapshot_left_everything_is_copied_again() {
    insta::assert_snapshot!(tell(steady(), "
        snap vol-db
        +10m
        delete #1
        snap vol-db
        +1m
        list
        +9m
        list
    "), @"
    snap vol-db                                #1 of vol-db
    +10m
    delete #1                                  ok
    snap vol-db                                #2 of vol-db
    +1m
    list                                       #2 pending 10%
    +9m
    list                                       #2 completed
    ");
}

#[test]
fn a_stuck_copy_holds_up_those_behind_it_for_days() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-db sticks
        snap vol-db
        +1d
        snap vol-db
        +1d
        list
        +1d
        list
        +1m
        list
    "), @"
    arrange vol-db sticks
    snap vol-db                                #1 of vol-db
    +1d
    snap vol-db                                #2 of vol-db
    +1d
    list                                       #1 pending 66%, #2 pending 0%
    +1d
    list                                       #1 completed, #2 pending 0%
    +1m
    list                                       #1 completed, #2 completed
    ");
}

#[test]
fn the_regions_quota_counts_what_exists() {
    let limits = Limits {
        snapshots_per_region_max: 2,
        ..Limits::default()
    };
    insta::assert_snapshot!(tell(Settings { limits, ..steady() }, "
        set i-db no-root
        snap vol-root
        +10m
        delete #1
        snap vol-root
    "), @"
    set i-db no-root                           #1 of vol-db, #2 of vol-log
    snap vol-root                              SnapshotLimitExceeded
    +10m
    delete #1                                  ok
    snap vol-root                              #3 of vol-root
    ");
}
