//! What listings show, by which filters, in which pages.

use super::steady;
use super::story::tell;
use crate::ec2::settings::{Paging, Settings};

#[test]
fn filters_are_and_ed_their_values_or_ed_and_a_missing_id_is_just_absent() {
    insta::assert_snapshot!(tell(steady(), "
        set i-db op=1
        +10m
        snap vol-db op=2
        list volume-id=vol-db
        list volume-id=vol-db,vol-root
        list tag:op=1,2 volume-id=vol-db
        list tag:op=?
        list tag-key=o* status=pending
        list snapshot-id=#1,snap-none
        list snapshot-id=#1,#2 volume-id=vol-db
        list state=pending
    "), @"
    set i-db op=1                              #1 of vol-root op=1, #2 of vol-db op=1, #3 of vol-log op=1
    +10m
    snap vol-db op=2                           #4 of vol-db op=2
    list volume-id=vol-db                      #2 completed, #4 pending 0%
    list volume-id=vol-db,vol-root             #1 completed, #2 completed, #4 pending 0%
    list tag:op=1,2 volume-id=vol-db           #2 completed, #4 pending 0%
    list tag:op=?                              #1 completed, #2 completed, #3 completed, #4 pending 0%
    list tag-key=o* status=pending             #4 pending 0%
    list snapshot-id=#1,snap-none              #1 completed
    list snapshot-id=#1,#2 volume-id=vol-db    #2 completed
    list state=pending                         InvalidParameterValue
    ");
}

#[test]
fn by_id_one_missing_snapshot_fails_the_whole_call() {
    insta::assert_snapshot!(tell(steady(), "
        set i-db
        look #1 #2
        look #1 snap-none
    "), @"
    set i-db                                   #1 of vol-root, #2 of vol-db, #3 of vol-log
    look #1 #2                                 #1 pending 0%, #2 pending 0%
    look #1 snap-none                          InvalidSnapshot.NotFound
    ");
}

#[test]
fn pages_follow_each_other_while_snapshots_come_and_go() {
    insta::assert_snapshot!(tell(steady(), "
        they snap vol-a completed 9d op=1
        they snap vol-a completed 8d op=1
        they snap vol-a completed 7d op=1
        they snap vol-a completed 6d op=1
        they snap vol-a completed 5d op=1
        they snap vol-b completed 4d op=1
        they snap vol-b completed 3d op=1
        page 5 tag:op=1
        next 5 tag:op=2
        page 5 volume-id=vol-a,vol-b
        they delete #1
        next 5 volume-id=vol-a,vol-b
        page 4
    "), @"
    they snap vol-a completed 9d op=1          #1
    they snap vol-a completed 8d op=1          #2
    they snap vol-a completed 7d op=1          #3
    they snap vol-a completed 6d op=1          #4
    they snap vol-a completed 5d op=1          #5
    they snap vol-b completed 4d op=1          #6
    they snap vol-b completed 3d op=1          #7
    page 5 tag:op=1                            #1 completed, #3 completed, #4 completed, #5 completed, #7 completed …
    next 5 tag:op=2                            InvalidPaginationToken
    page 5 volume-id=vol-a,vol-b               #1 completed, #3 completed, #4 completed, #5 completed, #7 completed …
    they delete #1                             ok
    next 5 volume-id=vol-a,vol-b               #2 completed, #6 completed
    page 4                                     InvalidParameterValue
    ");
}

#[test]
fn every_page_may_be_short_or_empty_and_the_token_still_leads_on() {
    let paging = Paging {
        empty_per_mille: 400,
        short_per_mille: 400,
        ..Paging::default()
    };
    let ragged = Settings { paging, ..steady() };
    insta::assert_snapshot!(tell(ragged, "
        they snap vol-a completed 9d
        they snap vol-a completed 8d
        they snap vol-a completed 7d
        they snap vol-a completed 6d
        they snap vol-a completed 5d
        pages 5
    "), @"
    they snap vol-a completed 9d               #1
    they snap vol-a completed 8d               #2
    they snap vol-a completed 7d               #3
    they snap vol-a completed 6d               #4
    they snap vol-a completed 5d               #5
    pages 5                                    nothing … | #4 completed, #5 completed … | #1 completed, #3 completed … | nothing … | #2 completed
    ");
}

#[test]
fn unfiltered_and_unpaged_listings_drink_from_a_smaller_bucket() {
    let count = |listing: &str| {
        let script = format!("{listing}\n").repeat(120);
        tell(steady(), &script).matches("nothing").count()
    };
    assert_eq!(
        (count("list"), count("page 5"), count("list status=pending")),
        (50, 100, 100)
    );
}
