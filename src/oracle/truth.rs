//! What is true in AWS, as far as the oracle asks.
//!
//! The oracle sees the world only through [`Truth`], so that tests can hand it a history without a
//! world, and so that nothing the engine believes can slip in.

use smol_str::SmolStr;
use snaplife_sim::dynamodb::{AttributeValue, Item};
use snaplife_sim::ec2;
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

use crate::domain::{
    Lifetime, PolicyName, SnapshotId, SnapshotState, Span, Timestamp, VolumeId, tags::key,
};

pub use snaplife_sim::ec2::{Actor, EffectKind};

/// The name of our table.
const TABLE: &str = "Snaps";

/// What is true now.
pub trait Truth {
    /// A snapshot that exists.
    fn snapshot(&self, id: &SnapshotId) -> Option<TrueSnapshot>;
    /// Every snapshot that exists, by id. Asked at the beginning and at the end only.
    fn snapshots(&self) -> Vec<(SnapshotId, TrueSnapshot)>;
    /// Whether a volume exists.
    fn volume_exists(&self, id: &VolumeId) -> bool;
    /// A row of the table.
    fn row(&self, key: &str) -> Option<TrueRow>;
    /// Every row, by key. Asked at the beginning and at the end only.
    fn rows(&self) -> Vec<(SmolStr, TrueRow)>;
}

/// Something that truly happened to a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What.
    pub kind: EffectKind,
    /// To which snapshot.
    pub snapshot: SnapshotId,
    /// Of which volume.
    pub volume: VolumeId,
}

/// A snapshot as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrueSnapshot {
    /// What forbids its delete, in words: a hold, a lock, an image.
    pub blocked: Option<&'static str>,
    /// Its tags that have a meaning to us.
    pub marks: Marks,
    /// The instant of its data.
    pub start: Timestamp,
    /// How far it is.
    pub state: SnapshotState,
    /// Its volume.
    pub volume: VolumeId,
}

/// The tags that have a meaning to us.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// Whose it is.
    pub installation: Option<SmolStr>,
    /// Its lifetime as promised at creation.
    pub lifetime: Option<Lifetime>,
    /// The try that made it.
    pub op: Option<SmolStr>,
    /// Its policy.
    pub policy: Option<PolicyName>,
    /// Its slot.
    pub slot: Option<SmolStr>,
}

/// A row as it is, as far as the oracle reads it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrueRow {
    /// Whether it says that something stands against a delete.
    pub blocked: bool,
    /// Whether it is marked as a second snapshot of its slot.
    pub duplicate: bool,
    /// Of a lease: who holds it.
    pub holder: Option<SmolStr>,
    /// `snapshot`, `intent`, `lease` …; none in a row of the old scripts.
    pub kind: Option<SmolStr>,
    /// The lifetime that it records.
    pub lifetime: Option<Lifetime>,
    /// Counts its writes.
    pub revision: Option<i64>,
    /// Its state.
    pub state: Option<SmolStr>,
    /// Of a lease: its fencing token.
    pub token: Option<i64>,
    /// Of a lease: its end, by the clock of who wrote it.
    pub until: Option<Timestamp>,
}

impl Truth for World {
    fn snapshot(&self, id: &SnapshotId) -> Option<TrueSnapshot> {
        let id = ec2::SnapshotId::new(id.text().clone());
        self.ec2.snapshot(&id).map(|found| described(self, found))
    }

    fn snapshots(&self) -> Vec<(SnapshotId, TrueSnapshot)> {
        let all = self.ec2.snapshots();
        all.map(|found| {
            (
                SnapshotId::new(found.id.text().clone()),
                described(self, found),
            )
        })
        .collect()
    }

    fn volume_exists(&self, id: &VolumeId) -> bool {
        let id = ec2::VolumeId::new(id.text().clone());
        let volume = self.ec2.volume(&id);
        volume.is_some_and(|volume| volume.presence == ec2::Presence::Here)
    }

    fn row(&self, key: &str) -> Option<TrueRow> {
        self.dynamodb.item(TABLE, key).map(|item| row(item))
    }

    fn rows(&self) -> Vec<(SmolStr, TrueRow)> {
        let key = |item: &Item| text(item, "SnapshotId").unwrap_or_default();
        let items = self.dynamodb.items(TABLE);
        items.map(|item| (key(item), row(item))).collect()
    }
}

impl From<&ec2::Effect> for Deed {
    fn from(effect: &ec2::Effect) -> Self {
        Self {
            at: instant(effect.at),
            by: effect.by,
            kind: effect.kind,
            snapshot: SnapshotId::new(effect.snapshot.text().clone()),
            volume: VolumeId::new(effect.volume.text().clone()),
        }
    }
}

fn instant(at: WorldTime) -> Timestamp {
    Timestamp::from_ms(at.0)
}

fn described(world: &World, found: &ec2::SnapshotTruth) -> TrueSnapshot {
    let tag = |key: &str| found.tags.get(key).cloned();
    TrueSnapshot {
        blocked: blocked(world, found),
        marks: Marks {
            installation: tag(key::INSTALLATION),
            lifetime: tag(key::LIFETIME).and_then(|text| Lifetime::from_tag_value(&text)),
            op: tag(key::OP),
            policy: tag(key::POLICY).and_then(|name| PolicyName::parse(&name).ok()),
            slot: tag(key::SLOT),
        },
        start: instant(found.start),
        state: SnapshotState::from_text(found.state.as_str()),
        volume: VolumeId::new(found.volume.text().clone()),
    }
}

fn blocked(world: &World, found: &ec2::SnapshotTruth) -> Option<&'static str> {
    if found.tags.get(key::HOLD).is_some() {
        return Some("a hold");
    }
    if world.ec2.lock_on(&found.id).is_some() {
        return Some("a lock");
    }
    let used = world
        .ec2
        .images()
        .any(|image| image.snapshots.contains(&found.id));
    used.then_some("an image")
}

fn row(item: &Item) -> TrueRow {
    TrueRow {
        blocked: item.contains_key("BlockedBy"),
        duplicate: text(item, "Counted").as_deref() == Some("duplicate"),
        holder: text(item, "Holder"),
        kind: text(item, "Kind"),
        lifetime: number(item, "LifetimeMs").map(|ms| Lifetime::For(Span::from_ms(ms))),
        revision: number(item, "Revision"),
        state: text(item, "State"),
        token: number(item, "Token"),
        until: number(item, "Until").map(Timestamp::from_ms),
    }
}

fn text(item: &Item, name: &str) -> Option<SmolStr> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Some(text.clone()),
        _ => None,
    }
}

fn number(item: &Item, name: &str) -> Option<i64> {
    match item.get(name) {
        Some(AttributeValue::N(number)) => number.as_i64(),
        _ => None,
    }
}
