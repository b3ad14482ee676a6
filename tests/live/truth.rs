//! What must hold of the endpoint's world, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use snaplife_sim::World;
use snaplife_sim::dynamodb::{AttributeValue, Item};
use snaplife_sim::ec2::{Actor, EffectKind, SnapshotId, SnapshotState};
use snaplife_sim::time::{Span, Timestamp};

use crate::fleet::LIFETIMES;

/// The table.
pub(crate) const TABLE: &str = "Snaps";

/// What was done to the snapshots of the fleet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Done {
    /// Snapshots that the program made.
    pub(crate) made: usize,
    /// Those of them that it deleted.
    pub(crate) deleted: usize,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "made {}, deleted {}", self.made, self.deleted)
    }
}

/// Holds a world against what must never happen, once the program came to rest: nothing foreign was
/// deleted and nothing early, a completed snapshot of each volume is left, each slot has one snapshot
/// of a volume at most, and each snapshot has a row that tells the truth.
pub(crate) fn judge(world: &mut World, foreign: &[SnapshotId]) -> Done {
    let effects = world.ec2.drain_effects();
    let mut made = BTreeMap::new();
    let mut deleted = BTreeMap::new();
    let mut completed = BTreeSet::new();
    for effect in effects.iter().filter(|effect| effect.by != Actor::Outsider) {
        match effect.kind {
            EffectKind::Created => {
                made.insert(effect.snapshot.clone(), effect);
            }
            EffectKind::Completed if made.contains_key(&effect.snapshot) => {
                completed.insert(effect.volume.clone());
            }
            EffectKind::Deleted => {
                deleted.insert(effect.snapshot.clone(), effect);
            }
            EffectKind::Completed | EffectKind::Failed => {}
        }
    }
    for id in foreign {
        assert!(world.ec2.snapshot(id).is_some(), "{id}: it is not ours");
    }
    for (id, end) in &deleted {
        let start = made.get(id).unwrap_or_else(|| panic!("{id}: not ours"));
        let earliest = lifetime(end.volume.as_str()).map(|span| start.at + span);
        let is_due = earliest.is_some_and(|earliest| earliest <= end.at);
        assert!(is_due, "{id} of {}: deleted too early", end.volume);
    }
    for volume in completed {
        let left = world.ec2.snapshots_of(&volume);
        let good =
            left.filter(|one| one.state == SnapshotState::Completed && made.contains_key(&one.id));
        assert!(good.count() > 0, "{volume}: its last copy is gone");
    }
    let rows = rows(world);
    let mut taken = BTreeSet::new();
    for (id, start) in &made {
        let row = rows.get(id.as_str());
        let row = row.unwrap_or_else(|| panic!("{id} of {}: no row", start.volume));
        let slot = text(row, "Slot");
        assert!(
            taken.insert((start.volume.clone(), slot.clone())),
            "{id}: a second one of {} in {slot}",
            start.volume
        );
        let gone = text(row, "State") == "deleted";
        assert_eq!(gone, deleted.contains_key(id), "{id}: {row:?}");
    }
    Done {
        made: made.len(),
        deleted: deleted.len(),
    }
}

/// How long the snapshots of a volume of the fleet live; none when they never expire.
fn lifetime(volume: &str) -> Option<Span> {
    let number: usize = volume.split('-').nth(1)?.parse().ok()?;
    match LIFETIMES[number % LIFETIMES.len()] {
        "1s" => Some(Span::seconds(1)),
        "2h" => Some(Span::seconds(7_200)),
        _ => None,
    }
}

/// Creations and deletes that are begun and not ended, by key.
pub(crate) fn open(world: &World) -> Vec<String> {
    let is_open = |row: &&Item| row.contains_key("OpenState");
    let rows = rows(world);
    let open = rows.iter().filter(|(_, row)| is_open(row));
    open.map(|(key, row)| format!("{key} {}", text(row, "State")))
        .collect()
}

/// Lets every lease run out: what a killed program holds is taken over two minutes later, which no
/// test waits for.
pub(crate) fn leases_run_out(world: &mut World, now: Timestamp) {
    let held = rows(world)
        .into_iter()
        .filter(|(key, _)| key.starts_with("lease#"));
    for (_, mut row) in held {
        let over = AttributeValue::N(snaplife_sim::dynamodb::Number::parse("0").expect("a number"));
        row.insert("Until".into(), over);
        put(world, now, row);
    }
}

/// Puts a row, as somebody else would.
pub(crate) fn put(world: &mut World, now: Timestamp, row: Item) {
    let put = snaplife_sim::dynamodb::request::PutItem {
        condition: None,
        item: row.into(),
        returns: snaplife_sim::dynamodb::request::ReturnValues::None,
        table: TABLE.into(),
        tokens: snaplife_sim::dynamodb::Tokens::default(),
    };
    let request = snaplife_sim::dynamodb::Request::PutItem(put);
    world
        .dynamodb
        .call(now, &request)
        .expect("there is a table");
}

pub(crate) fn rows(world: &World) -> BTreeMap<String, Item> {
    let items = world.dynamodb.items(TABLE);
    items
        .map(|item| (text(item, "SnapshotId"), Item::clone(item)))
        .collect()
}

fn text(row: &Item, name: &str) -> String {
    match row.get(name) {
        Some(AttributeValue::S(text)) => text.to_string(),
        _ => String::new(),
    }
}
