//! How late things are seen.

use super::steady;
use super::story::tell;
use crate::ec2::settings::{Settings, Visibility};
use crate::time::Span;

#[test]
fn a_hidden_snapshot_is_there_and_nobody_sees_it() {
    insta::assert_snapshot!(tell(steady(), "
        arrange vol-db hides=3m
        snap vol-db op=1
        list tag:op=1
        look #1
        tag #1 a=b
        delete #1
        they read #1
        truth
        snap vol-db
        +3m
        list tag:op=1
        tag #1 a=b
        they read #1
    "), @"
    arrange vol-db hides=3m
    snap vol-db op=1                           #1 of vol-db op=1
    list tag:op=1                              nothing
    look #1                                    InvalidSnapshot.NotFound
    tag #1 a=b                                 InvalidSnapshot.NotFound
    delete #1                                  InvalidSnapshot.NotFound
    they read #1                               InvalidSnapshot.NotFound
    truth                                      #1 pending
    snap vol-db                                SnapshotCreationPerVolumeRateExceeded
    +3m
    list tag:op=1                              #1 pending 30%
    tag #1 a=b                                 ok
    they read #1                               a=b op=1
    ");
}

#[test]
fn ids_filters_tags_and_deletes_each_show_after_a_delay_of_their_own() {
    let minutes = Span::minutes(5);
    let visibility = Visibility {
        by_filter_max: minutes,
        by_id_max: minutes,
        deletes_max: minutes,
        tags_max: minutes,
    };
    insta::assert_snapshot!(tell(Settings { visibility, ..steady() }, "
        snap vol-db op=1
        look #1
        list volume-id=vol-db
        +5m
        look #1
        list tag:op=1
        tag #1 op=2
        list tag:op=1
        list tag:op=2
        +5m
        list tag:op=1
        list tag:op=2
        delete #1
        truth
        list tag:op=2
        look #1
        delete #1
        +5m
        list tag:op=2
    "), @"
    snap vol-db op=1                           #1 of vol-db op=1
    look #1                                    InvalidSnapshot.NotFound
    list volume-id=vol-db                      nothing
    +5m
    look #1                                    #1 pending 50%
    list tag:op=1                              #1 pending 50%
    tag #1 op=2                                ok
    list tag:op=1                              #1 pending 50%
    list tag:op=2                              nothing
    +5m
    list tag:op=1                              nothing
    list tag:op=2                              #1 completed
    delete #1                                  ok
    truth
    list tag:op=2                              #1 completed
    look #1                                    InvalidSnapshot.NotFound
    delete #1                                  InvalidSnapshot.NotFound
    +5m
    list tag:op=2                              nothing
    ");
}
