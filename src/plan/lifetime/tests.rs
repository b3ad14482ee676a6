//! Which word decides how long a snapshot lives.

use super::*;
use crate::domain::{Span, Tags};
use crate::plan::fixture;

/// The lifetime and its note under a policy whose tags are `snaplifetime`, then `snapshotlifetime`.
fn lifetime(keep: Keep, tags: &[(&str, &str)]) -> String {
    let mut policy = fixture::policy();
    policy.keep = keep;
    policy.lifetime_tags = vec!["snaplifetime".into(), "snapshotlifetime".into()];
    let tags: Tags = tags.iter().copied().collect();
    match lifetime_for(&policy, &tags) {
        (lifetime, None) => lifetime.to_string(),
        (lifetime, Some(note)) => format!("{lifetime}, {note:?}"),
    }
}

fn days(days: i64) -> Keep {
    Keep {
        lifetime: Some(Span::days(days)),
        ..Keep::default()
    }
}

fn last(count: u32) -> Keep {
    Keep {
        last: Some(count),
        ..Keep::default()
    }
}

#[test]
fn the_first_tag_that_is_present_decides() {
    let (first, second) = (("snaplifetime", "7"), ("snapshotlifetime", "2w"));
    insta::assert_snapshot!(lifetime(days(3), &[second, first]), @"7d");
    insta::assert_snapshot!(lifetime(days(3), &[second]), @"14d");
    insta::assert_snapshot!(lifetime(last(3), &[second]), @"14d");
    insta::assert_snapshot!(lifetime(days(3), &[("Snaplifetime", "9")]), @"3d");
}

#[test]
fn an_unreadable_tag_means_no_expiry_whatever_else_is_said() {
    let readable = ("snapshotlifetime", "2w");
    for wrong in ["7O", "", "-7", "0", "1e3", "7 d 7", "NaN", "99999999999"] {
        let text = lifetime(days(3), &[("snaplifetime", wrong), readable]);
        assert!(text.starts_with("forever, Unreadable"), "{wrong}: {text}");
    }
    insta::assert_snapshot!(lifetime(days(3), &[("snaplifetime", "7O")]), @"forever, Unreadable { key: \"snaplifetime\", value: \"7O\" }");
}

#[test]
fn without_a_tag_the_rules_speak() {
    insta::assert_snapshot!(lifetime(days(3), &[]), @"3d");
    insta::assert_snapshot!(lifetime(last(3), &[]), @"by count alone");
    insta::assert_snapshot!(lifetime(Keep::default(), &[]), @"forever, NoRule");
}
