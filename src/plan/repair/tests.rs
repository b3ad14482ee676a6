//! What makes an orphan ours, and what makes a ghost lost.

use super::*;
use crate::domain::{Encryption, SnapshotState};

const SENT: Timestamp = Timestamp::from_ms(1_775_001_600_000);

type Change = fn(&mut Story);

/// Judges an orphan that has every sign, after each change; a line for each.
fn judge(changes: &[(&str, Change)]) -> String {
    changes
        .iter()
        .map(|(name, change)| {
            let mut story = Story::fitting();
            change(&mut story);
            let verdict = story.verdict();
            format!("{name}: {verdict:?}\n")
        })
        .collect()
}

struct Story {
    owner: &'static str,
    installation: &'static str,
    op: &'static str,
    slot: &'static str,
    volume: &'static str,
    start: Timestamp,
    has_intent: bool,
    op_taken: bool,
    slot_taken: bool,
}

impl Story {
    fn fitting() -> Self {
        Self {
            owner: "111122223333",
            installation: "ours",
            op: "op-2",
            slot: "20260401T000000Z",
            volume: "vol-1",
            start: SENT + Span::seconds(3),
            has_intent: true,
            op_taken: false,
            slot_taken: false,
        }
    }

    fn verdict(&self) -> OrphanVerdict {
        let tags = [
            (key::INSTALLATION, self.installation),
            (key::OP, self.op),
            (key::SLOT, self.slot),
        ];
        let snapshot = Snapshot {
            encrypted: Encryption::Plain,
            id: "snap-a".into(),
            owner: self.owner.into(),
            size_gib: 8,
            start: self.start,
            state: SnapshotState::Completed,
            tags: tags
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            volume: self.volume.into(),
        };
        let slot = Slot::from_text("20260401T000000Z");
        let intent = OrphanIntent {
            slot: &slot,
            ops: &["op-1".into(), "op-2".into()],
            members: &["vol-1".into(), "vol-2".into()],
            sent_at: SENT,
            sent_until: SENT + Span::minutes(1),
        };
        judge_orphan(&OrphanFacts {
            snapshot: &snapshot,
            installation: &"ours".into(),
            account: &"111122223333".into(),
            intent: self.has_intent.then_some(intent),
            slot_taken: self.slot_taken,
            op_taken: self.op_taken,
        })
    }
}

#[test]
fn an_orphan_is_adopted_only_with_every_sign() {
    insta::assert_snapshot!(judge(&[
        ("as it is", |_| {}),
        ("started at the first moment", |s| s.start = SENT),
        ("started at the last moment", |s| s.start = SENT + Span::minutes(1)),
        ("its slot has another", |s| s.slot_taken = true),
        ("other owner", |s| s.owner = "444455556666"),
        ("other installation", |s| s.installation = "theirs"),
        ("no installation", |s| s.installation = ""),
        ("no intent", |s| s.has_intent = false),
        ("other operation", |s| s.op = "op-3"),
        ("no operation", |s| s.op = ""),
        ("other slot", |s| s.slot = "20260402T000000Z"),
        ("other volume", |s| s.volume = "vol-3"),
        ("too early", |s| s.start = SENT - Span::from_ms(1)),
        ("too late", |s| s.start = SENT + Span::from_ms(60_001)),
        ("operation on record", |s| s.op_taken = true),
    ]), @"
    as it is: Adopt(Once)
    started at the first moment: Adopt(Once)
    started at the last moment: Adopt(Once)
    its slot has another: Adopt(Duplicate)
    other owner: Unclaimed(\"another account owns it\")
    other installation: Unclaimed(\"it does not carry this installation's tag\")
    no installation: Unclaimed(\"it does not carry this installation's tag\")
    no intent: Unclaimed(\"no creation of ours that is still on record explains it\")
    other operation: Unclaimed(\"its operation was never sent for that creation\")
    no operation: Unclaimed(\"its operation was never sent for that creation\")
    other slot: Unclaimed(\"its slot is not the one of that creation\")
    other volume: Unclaimed(\"its volume is not among those of that creation\")
    too early: Unclaimed(\"it was not started while that creation was sent\")
    too late: Unclaimed(\"it was not started while that creation was sent\")
    operation on record: Unclaimed(\"another snapshot is on record for the same operation and volume\")
    ");
}

#[test]
fn a_ghost_is_lost_after_two_looks_and_the_window() {
    let (start, window) = (SENT, Span::minutes(5));
    let ghost = |first: Option<i64>, now: i64| {
        let first = first.map(|minutes| start + Span::minutes(minutes));
        judge_ghost(start, first, start + Span::minutes(now), window)
    };
    assert_eq!(ghost(None, 600), GhostVerdict::Wait, "the first look");
    assert_eq!(ghost(Some(1), 5), GhostVerdict::Wait, "four minutes later");
    assert_eq!(ghost(Some(1), 6), GhostVerdict::Lost);
    assert_eq!(
        ghost(Some(600), 604),
        GhostVerdict::Wait,
        "old, but just missed"
    );
    assert_eq!(ghost(Some(600), 605), GhostVerdict::Lost);
    assert_eq!(
        judge_ghost(start, Some(start), start, Span::ZERO),
        GhostVerdict::Wait,
        "one look is not two"
    );
}
