use super::*;
use crate::domain::SnapshotState;

/// A row that says all it can, each thing otherwise than a new row does.
fn full() -> SnapshotRow {
    let snapshot = Snapshot {
        encrypted: Encryption::Encrypted,
        id: "snap-a".into(),
        owner: "111122223333".into(),
        size_gib: 8,
        start: Timestamp::from_ms(1_500),
        state: SnapshotState::Completed,
        tags: [("Name", "db")].into_iter().collect(),
        volume: "vol-a".into(),
    };
    let slot = Slot::scheduled(Timestamp::EPOCH);
    let lifetime = Lifetime::For(Span::days(2));
    let at = Timestamp::from_ms;
    SnapshotRow {
        state: RowState::Expiring,
        instance: Some("i-a".into()),
        device: Some(Device::new("/dev/sdf")),
        set: Some("op-1".into()),
        op: Some("op-1".into()),
        judge_at: Some(at(2_500)),
        reason: "its lifetime is over".into(),
        blocked_by: Some(BlockedBy::Floor("vol-a".into())),
        blocks: Blocks::Creation,
        attempts: 3,
        last_error: Some("InvalidSnapshot.InUse".into()),
        came_from: Some(RowState::Error),
        set_begun: Some(SetBegun {
            at: at(3_500),
            members: 2,
        }),
        counted: Counted::Duplicate,
        unseen_since: Some(at(4_500)),
        purge: Some(at(5_000)),
        ..SnapshotRow::new(
            &snapshot,
            &PolicyName::default(),
            &slot,
            lifetime,
            at(6_500),
        )
    }
}

fn stored(row: &SnapshotRow) -> Item {
    let mut item = row.to_item();
    item.set_number(attr::REVISION, row.revision);
    item
}

#[test]
fn a_row_is_read_back_as_it_was_written() {
    let row = full();
    let item = stored(&row);
    let read = SnapshotRow::from_item(item.clone()).unwrap();
    assert_eq!(
        read,
        SnapshotRow {
            stored: item,
            ..row
        }
    );
    assert_eq!(read.key(), "snap-a");
}

/// The time to live is in seconds (DynamoDB Developer Guide, *TTL*), all else in milliseconds.
#[test]
fn a_row_is_purged_by_the_second() {
    assert_eq!(stored(&full()).number(attr::PURGE), Some(5));
}

/// `Day` is what the old scripts read; they know whole days only.
#[test]
fn only_a_lifetime_of_whole_days_is_told_in_days() {
    let days = |lifetime| {
        let row = SnapshotRow { lifetime, ..full() };
        stored(&row).number(attr::DAY)
    };
    assert_eq!(days(Lifetime::For(Span::days(2))), Some(2));
    assert_eq!(days(Lifetime::For(Span::hours(36))), None);
    assert_eq!(days(Lifetime::Forever), None);
}

/// What is pending, deleted or lost stands in no list of what is due, whenever it would be judged.
#[test]
fn what_can_not_be_judged_is_never_due() {
    let is_due = |state| {
        let row = SnapshotRow { state, ..full() };
        stored(&row).text(attr::DUE_SHARD).is_some()
    };
    let judged = [RowState::Completed, RowState::Error, RowState::Expiring];
    assert!(judged.into_iter().all(is_due));
    let other = RowState::from_text("archived");
    let never = [RowState::Pending, RowState::Deleted, RowState::Lost, other];
    assert!(!never.into_iter().any(is_due));
}
