//! The row of a snapshot.

use smol_str::SmolStr;

use super::item::RowError;
use super::key::{self, OpenKind};
use super::{attr, write::Conditional};
use crate::domain::{
    AccountId, BlockedBy, Blocks, Counted, Device, Encryption, InstanceId, Lifetime, OpId,
    PolicyName, RowState, SetBegun, SetId, Slot, Snapshot, SnapshotId, Span, Tags, Timestamp,
    VolumeId,
};
use crate::plan::input::RowFacts;
use crate::ports::table::{Item, Value};

/// A snapshot as we recorded it.
///
/// `pending → completed | error`; `completed | error → expiring → deleted`, or back to where it came
/// from with a reason; `lost` is reversible; `deleted` is absorbing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotRow {
    /// Which.
    pub id: SnapshotId,
    /// Of which volume.
    pub volume: VolumeId,
    /// Where it stands.
    pub state: RowState,
    /// EC2's start time.
    pub start: Timestamp,
    /// The account that owns it.
    pub owner: AccountId,
    /// GiB.
    pub size_gib: u32,
    /// Its tags when it was recorded.
    pub tags: Tags,
    /// Whether it is encrypted.
    pub encrypted: Encryption,
    /// Whose it is.
    pub policy: PolicyName,
    /// The slot it serves.
    pub slot: Slot,
    /// The instance it was taken with.
    pub instance: Option<InstanceId>,
    /// The device its volume was on.
    pub device: Option<Device>,
    /// The set it belongs to.
    pub set: Option<SetId>,
    /// The operation that made it; none for one taken over or adopted by hand.
    pub op: Option<OpId>,
    /// The lifetime promised at creation.
    pub lifetime: Lifetime,
    /// When it is worth judging; none while it can't expire.
    pub judge_at: Option<Timestamp>,
    /// When it became what it is.
    pub updated_at: Timestamp,
    /// Why it is what it is.
    pub reason: SmolStr,
    /// What stands against its delete.
    pub blocked_by: Option<BlockedBy>,
    /// What it keeps from happening, being failed.
    pub blocks: Blocks,
    /// How often its delete was tried.
    pub attempts: i64,
    /// The last refusal.
    pub last_error: Option<SmolStr>,
    /// For `expiring` and `deleted`: where it came from.
    pub came_from: Option<RowState>,
    /// Its set has begun to go.
    pub set_begun: Option<SetBegun>,
    /// Whether it counts.
    pub counted: Counted,
    /// The first look that did not see it.
    pub unseen_since: Option<Timestamp>,
    /// When the row itself may go.
    pub purge: Option<Timestamp>,
    /// Counts writes; 0 for a row that is not stored yet.
    pub revision: i64,
    /// The item as it was read: attributes that this version does not know stay as they are.
    pub stored: Item,
}

/// The kind, as it stands in `Kind`.
const KIND: &str = "snapshot";
const CONSISTENCY_CRASH: &str = "crash";
const COUNTED_DUPLICATE: &str = "duplicate";
const BLOCKS_CREATION: &str = "creation";

impl SnapshotRow {
    /// A new row for what EC2 shows.
    #[must_use]
    pub fn new(
        snapshot: &Snapshot,
        policy: &PolicyName,
        slot: &Slot,
        lifetime: Lifetime,
        now: Timestamp,
    ) -> Self {
        Self {
            id: snapshot.id.clone(),
            volume: snapshot.volume.clone(),
            state: RowState::Pending,
            start: snapshot.start,
            owner: snapshot.owner.clone(),
            size_gib: snapshot.size_gib,
            tags: snapshot.tags.clone(),
            encrypted: snapshot.encrypted,
            policy: policy.clone(),
            slot: slot.clone(),
            instance: None,
            device: None,
            set: None,
            op: None,
            lifetime,
            judge_at: None,
            updated_at: now,
            reason: SmolStr::new_static("its creation was answered"),
            blocked_by: None,
            blocks: Blocks::Nothing,
            attempts: 0,
            last_error: None,
            came_from: None,
            set_begun: None,
            counted: Counted::Once,
            unseen_since: None,
            purge: None,
            revision: 0,
            stored: Item::default(),
        }
    }

    /// Moves it to another state, with the reason in a sentence.
    pub fn enter(&mut self, state: RowState, reason: impl Into<SmolStr>, now: Timestamp) {
        self.came_from = match state {
            RowState::Expiring if self.state == RowState::Expiring => self.came_from.take(),
            RowState::Expiring => Some(self.state.clone()),
            // A set whose other members still stand is judged by what the deleted one was.
            RowState::Deleted => self.came_from.take(),
            RowState::Pending
            | RowState::Completed
            | RowState::Error
            | RowState::Lost
            | RowState::Other(_) => None,
        };
        if state != RowState::Expiring {
            self.set_begun = None;
        }
        self.state = state;
        self.blocks = Blocks::Nothing;
        self.reason = reason.into();
        self.updated_at = now;
        self.unseen_since = None;
    }

    /// The row as the planner wants it.
    #[must_use]
    pub fn facts(&self) -> RowFacts {
        RowFacts {
            policy: self.policy.clone(),
            state: self.state.clone(),
            came_from: self.came_from.clone(),
            set_begun: self.set_begun,
            start: self.start,
            volume: self.volume.clone(),
            lifetime: self.lifetime,
            slot: self.slot.clone(),
            set: self.set.clone(),
            counted: self.counted,
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }

    /// Reads a stored item. Rows of the old scripts have no `Kind`; taking them over is `init`'s.
    ///
    /// # Errors
    /// [`RowError`] when something that every row has is missing.
    pub fn from_item(item: Item) -> Result<Self, RowError> {
        let text = |name: &str| item.text(name).cloned();
        let policy = PolicyName::parse(item.need_text(attr::POLICY)?)
            .map_err(|error| item.broken(error.to_string()))?;
        let lifetime = match item.number(attr::LIFETIME_MS) {
            Some(ms) => Lifetime::For(Span::from_ms(ms)),
            None => Lifetime::Forever,
        };
        let size = item
            .number(attr::VOLUME_SIZE)
            .and_then(|size| u32::try_from(size).ok());
        Ok(Self {
            id: SnapshotId::new(item.need_text(attr::KEY)?.clone()),
            volume: VolumeId::new(item.need_text(attr::VOLUME_ID)?.clone()),
            state: RowState::from_text(item.need_text(attr::STATE)?),
            start: Timestamp::from_ms(item.need_number(attr::DATE)?),
            owner: AccountId::new(text(attr::OWNER_ID).unwrap_or_default()),
            size_gib: size.unwrap_or(0),
            tags: item.tags(attr::TAGS),
            encrypted: match item.0.get(attr::ENCRYPTED) {
                Some(Value::Bool(true)) => Encryption::Encrypted,
                _ => Encryption::Plain,
            },
            policy,
            slot: Slot::from_text(item.need_text(attr::SLOT)?),
            instance: text(attr::INSTANCE_ID).map(InstanceId::new),
            device: text(attr::DEVICE).map(Device::new),
            set: text(attr::SET_ID).map(SetId::new),
            op: text(attr::OP_ID).map(OpId::new),
            lifetime,
            judge_at: item.instant(attr::JUDGE_AT),
            updated_at: item.instant(attr::UPDATED_AT).unwrap_or_default(),
            reason: text(attr::REASON).unwrap_or_default(),
            // Written by a version that knows more: then the reason's sentence must do.
            blocked_by: text(attr::BLOCKED_BY).and_then(|json| serde_json::from_str(&json).ok()),
            blocks: match text(attr::BLOCKS).as_deref() {
                Some(BLOCKS_CREATION) => Blocks::Creation,
                _ => Blocks::Nothing,
            },
            attempts: item.number(attr::ATTEMPTS).unwrap_or(0),
            last_error: text(attr::LAST_ERROR),
            came_from: text(attr::CAME_FROM).map(|state| RowState::from_text(&state)),
            set_begun: item
                .instant(attr::SET_BEGUN_AT)
                .zip(item.number(attr::SET_BEGUN_MEMBERS))
                .map(|(at, members)| SetBegun { at, members }),
            counted: match text(attr::COUNTED).as_deref() {
                Some(COUNTED_DUPLICATE) => Counted::Duplicate,
                _ => Counted::Once,
            },
            unseen_since: item.instant(attr::UNSEEN_SINCE),
            purge: item
                .number(attr::PURGE)
                .map(|s| Timestamp::from_ms(s.saturating_mul(1_000))),
            revision: item.need_number(attr::REVISION)?,
            stored: item,
        })
    }

    fn open_kind(&self) -> Option<OpenKind> {
        match self.state {
            RowState::Pending => Some(OpenKind::Pending),
            RowState::Expiring => Some(OpenKind::Expiring),
            RowState::Completed
            | RowState::Error
            | RowState::Deleted
            | RowState::Lost
            | RowState::Other(_) => None,
        }
    }

    /// Whether it can ever be due: it may be judged while it stands in one of these states.
    const fn may_be_due(&self) -> bool {
        match self.state {
            RowState::Completed | RowState::Error | RowState::Expiring => true,
            RowState::Pending | RowState::Deleted | RowState::Lost | RowState::Other(_) => false,
        }
    }
}

/// The whole days of a lifetime; none when it is not whole days.
fn whole_days(lifetime: Lifetime) -> Option<i64> {
    match lifetime {
        Lifetime::For(span) if span.as_ms() % Span::days(1).as_ms() == 0 => {
            Some(span.as_ms() / Span::days(1).as_ms())
        }
        Lifetime::For(_) | Lifetime::Forever => None,
    }
}

impl Conditional for SnapshotRow {
    fn key(&self) -> SmolStr {
        self.id.text().clone()
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn to_item(&self) -> Item {
        let mut item = self.stored.clone();
        item.set_head(self.id.text(), KIND);
        item.set_text(attr::VOLUME_ID, self.volume.text().clone());
        item.set_text(attr::STATE, self.state.as_str());
        item.set_text(attr::START_TIME, self.start.to_string());
        item.set_text(attr::OWNER_ID, self.owner.text().clone());
        item.set_number(attr::VOLUME_SIZE, i64::from(self.size_gib));
        let tags = self
            .tags
            .iter()
            .map(|(key, value)| (key.clone(), Value::S(value.clone())));
        item.set(attr::TAGS, Value::M(tags.collect()));
        item.set(
            attr::ENCRYPTED,
            Value::Bool(self.encrypted == Encryption::Encrypted),
        );
        item.set_number(attr::DATE, self.start.as_ms());
        item.set_or_remove(attr::DAY, whole_days(self.lifetime).map(Value::from));
        item.set_text(attr::POLICY, self.policy.as_str());
        item.set_text(attr::SLOT, self.slot.text().clone());
        item.set_text_or_remove(
            attr::INSTANCE_ID,
            self.instance.as_ref().map(InstanceId::text),
        );
        item.set_text_or_remove(attr::DEVICE, self.device.as_ref().map(Device::text));
        item.set_text_or_remove(attr::SET_ID, self.set.as_ref().map(SetId::text));
        item.set_text_or_remove(attr::OP_ID, self.op.as_ref().map(OpId::text));
        item.set_text(attr::CONSISTENCY, SmolStr::new_static(CONSISTENCY_CRASH));
        let lifetime_ms = match self.lifetime {
            Lifetime::For(span) => Some(Value::from(span.as_ms())),
            Lifetime::Forever => None,
        };
        item.set_or_remove(attr::LIFETIME_MS, lifetime_ms);
        item.set_instant(attr::EXPIRES_AT, self.lifetime.ends(self.start));
        let due = self.may_be_due().then_some(self.judge_at).flatten();
        item.set_instant(attr::JUDGE_AT, due);
        let shard = due.map(|_| Value::S(key::due(&self.policy, &self.volume)));
        item.set_or_remove(attr::DUE_SHARD, shard);
        let open = self
            .open_kind()
            .map(|kind| Value::S(key::open(&self.policy, kind)));
        item.set_or_remove(attr::OPEN_STATE, open);
        item.set_number(attr::UPDATED_AT, self.updated_at.as_ms());
        item.set_text(attr::REASON, self.reason.clone());
        let blocked = self
            .blocked_by
            .as_ref()
            .and_then(|by| serde_json::to_string(by).ok());
        item.set_or_remove(attr::BLOCKED_BY, blocked.map(|json| Value::S(json.into())));
        let blocks = match self.blocks {
            Blocks::Nothing => None,
            Blocks::Creation => Some(Value::S(SmolStr::new_static(BLOCKS_CREATION))),
        };
        item.set_or_remove(attr::BLOCKS, blocks);
        item.set_number(attr::ATTEMPTS, self.attempts);
        item.set_text_or_remove(attr::LAST_ERROR, self.last_error.as_ref());
        let came_from = self
            .came_from
            .as_ref()
            .map(|state| Value::S(SmolStr::new(state.as_str())));
        item.set_or_remove(attr::CAME_FROM, came_from);
        item.set_instant(attr::SET_BEGUN_AT, self.set_begun.map(|begun| begun.at));
        let members = self.set_begun.map(|begun| Value::from(begun.members));
        item.set_or_remove(attr::SET_BEGUN_MEMBERS, members);
        let duplicate = Value::S(SmolStr::new_static(COUNTED_DUPLICATE));
        let counted = (self.counted == Counted::Duplicate).then_some(duplicate);
        item.set_or_remove(attr::COUNTED, counted);
        item.set_instant(attr::UNSEEN_SINCE, self.unseen_since);
        item.set_or_remove(
            attr::PURGE,
            self.purge.map(|at| Value::from(at.as_ms() / 1_000)),
        );
        item
    }

    fn written(&mut self, item: Item) {
        self.revision += 1;
        self.stored = item;
    }
}

#[cfg(test)]
mod tests;
