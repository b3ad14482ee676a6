//! Names for small numbers, and how a snapshot is shown.

use smol_str::SmolStr;

use crate::domain::tags::key;
use crate::domain::{Encryption, Slot, Snapshot, SnapshotId, Tags, Timestamp, VolumeId};
use crate::oracle::SlotPromise;
use crate::oracle::truth::TrueSnapshot;

pub(in crate::oracle::tests) const INSTALLATION: &str = "our-id";
pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const REGION: &str = "eu-central-1";

pub(in crate::oracle::tests) fn volume_id(volume: u8) -> VolumeId {
    VolumeId::new(format!("vol-{volume}"))
}

pub(in crate::oracle::tests) fn slot_of(slot: u8) -> Slot {
    Slot::ad_hoc(&format!("s{slot}"))
}

/// A slot that was due at the beginning for one volume.
pub(in crate::oracle::tests) fn slot_due(slot: u8, volume: u8) -> SlotPromise {
    SlotPromise {
        at: Timestamp::from_ms(0),
        due: vec![("i-db".into(), volume_id(volume))],
        slot: slot_of(slot),
    }
}

pub(super) fn tags(slot: u8, op: &str) -> Tags {
    let slot = slot_of(slot);
    [
        (key::INSTALLATION, INSTALLATION),
        (key::LIFETIME, "86400000"),
        (key::OP, op),
        (key::POLICY, "default"),
        (key::SLOT, slot.as_str()),
    ]
    .into_iter()
    .collect()
}

/// A snapshot as an answer shows it.
pub(super) fn shown(id: &SnapshotId, found: &TrueSnapshot) -> Snapshot {
    let slot = found.marks.slot.clone().unwrap_or_default();
    let tags = [
        (SmolStr::new(key::INSTALLATION), SmolStr::new(INSTALLATION)),
        (
            SmolStr::new(key::OP),
            found.marks.op.clone().unwrap_or_default(),
        ),
        (SmolStr::new(key::POLICY), SmolStr::new("default")),
        (SmolStr::new(key::SLOT), slot),
    ];
    let hold = found
        .blocked
        .map(|why| (SmolStr::new(key::HOLD), SmolStr::new(why)));
    Snapshot {
        encrypted: Encryption::Plain,
        id: id.clone(),
        owner: ACCOUNT.into(),
        size_gib: 8,
        start: found.start,
        state: found.state.clone(),
        tags: tags.into_iter().chain(hold).collect(),
        volume: found.volume.clone(),
    }
}
