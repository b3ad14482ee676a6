//! The row of one creation, written before the creation is sent.
//!
//! `CreateSnapshots` takes no idempotency token. So the operation id that travels as a tag with the
//! call stands here first, and a restart finds its own work by it.

use smol_str::SmolStr;

use super::attr;
use super::item::RowError;
use super::key::{self, OpenKind};
use super::write::Conditional;
use crate::domain::{Lifetime, OpId, PolicyName, SetId, Slot, Span, Timestamp, VolumeId};
use crate::ports::table::{Item, Value};

/// One creation: `taken → sending → settled | missed`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intent {
    /// Whose.
    pub policy: PolicyName,
    /// The slot it serves.
    pub slot: Slot,
    /// The instance, or the volume that is taken singly.
    pub target: SmolStr,
    /// Where it stands.
    pub state: IntentState,
    /// The volumes that it is to snapshot.
    pub members: Vec<VolumeId>,
    /// The lifetime that the snapshots of its last operation are promised.
    pub lifetime: Lifetime,
    /// The longest one that an earlier operation promised; none when all promised the same.
    pub earlier_lifetime: Option<Lifetime>,
    /// Every operation id it was sent with, oldest first.
    pub ops: Vec<OpId>,
    /// When it was first sent.
    pub first_sent_at: Option<Timestamp>,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// Complete looks for the last operation, after the visibility window, that found nothing.
    pub empty_looks: i64,
    /// The last refusal.
    pub last_error: Option<SmolStr>,
    /// Why it is in its state.
    pub reason: SmolStr,
    /// When it became what it is.
    pub updated_at: Timestamp,
    /// Counts writes; 0 for one that is not stored yet.
    pub revision: i64,
    /// The item as it was read.
    pub stored: Item,
}

/// Where a creation stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum IntentState {
    /// The slot is taken; nothing is in flight.
    Taken,
    /// The call may have been sent, and its outcome is not known.
    Sending,
    /// Its snapshots have rows.
    Settled,
    /// It will not be done; the reason says why.
    Missed,
}

/// Intents are kept this long, so that a late orphan still finds the one that explains it.
pub const KEPT: Span = Span::days(35);

const KIND: &str = "intent";

impl IntentState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Sending => "sending",
            Self::Settled => "settled",
            Self::Missed => "missed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Taken, Self::Sending, Self::Settled, Self::Missed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }

    /// Whether it can still change.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Taken | Self::Sending => true,
            Self::Settled | Self::Missed => false,
        }
    }
}

/// The set that an operation made for this target; none for a volume, which is taken singly. A target that nobody
/// knows may be an instance.
#[must_use]
pub fn set_made(target: &str, op: &OpId) -> Option<SetId> {
    // An id says of what kind it is (EC2 User Guide, *Resource IDs*).
    let is_single = target.starts_with("vol-");
    (!is_single).then(|| op.clone())
}

impl Intent {
    /// The set that one of its operations made; none for a volume, which is taken singly.
    #[must_use]
    pub fn set_of(&self, op: Option<&OpId>) -> Option<SetId> {
        op.and_then(|op| set_made(&self.target, op))
    }

    /// A slot taken for a target.
    #[must_use]
    pub fn taken(
        policy: &PolicyName,
        slot: &Slot,
        target: &str,
        members: Vec<VolumeId>,
        lifetime: Lifetime,
        now: Timestamp,
    ) -> Self {
        Self {
            policy: policy.clone(),
            slot: slot.clone(),
            target: SmolStr::new(target),
            state: IntentState::Taken,
            members,
            lifetime,
            earlier_lifetime: None,
            ops: Vec::new(),
            first_sent_at: None,
            sent_at: None,
            empty_looks: 0,
            last_error: None,
            reason: SmolStr::new_static("the slot is due"),
            updated_at: now,
            revision: 0,
            stored: Item::default(),
        }
    }

    /// Moves it to another state.
    pub fn enter(&mut self, state: IntentState, reason: impl Into<SmolStr>, now: Timestamp) {
        self.state = state;
        self.reason = reason.into();
        self.updated_at = now;
    }

    /// It is to be sent with these volumes and this lifetime: what an earlier pass meant to take may
    /// have changed meanwhile. What was promised by an operation that was sent is not forgotten.
    pub fn mean(&mut self, members: Vec<VolumeId>, lifetime: Lifetime) {
        if !self.ops.is_empty() && lifetime != self.lifetime {
            self.earlier_lifetime = self.earlier_lifetime.max(Some(self.lifetime));
        }
        self.members = members;
        self.lifetime = lifetime;
    }

    /// The lifetime that a snapshot was promised by the operation that made it; the longest of all when
    /// nothing says which one that was.
    #[must_use]
    pub fn promised_by(&self, op: Option<&OpId>) -> Lifetime {
        match (op, self.earlier_lifetime) {
            (_, None) => self.lifetime,
            (Some(op), Some(_)) if self.ops.last() == Some(op) => self.lifetime,
            (Some(_), Some(earlier)) => earlier,
            (None, Some(earlier)) => self.lifetime.max(earlier),
        }
    }

    /// Reads a stored item.
    ///
    /// # Errors
    /// [`RowError`] when something that every intent has is missing.
    pub fn from_item(item: Item) -> Result<Self, RowError> {
        let stored_key = item.need_text(attr::KEY)?;
        let target = stored_key
            .rsplit('#')
            .next()
            .map(SmolStr::new)
            .unwrap_or_default();
        let state = IntentState::parse(item.need_text(attr::STATE)?)
            .ok_or_else(|| item.broken("its state is unknown"))?;
        let policy = PolicyName::parse(item.need_text(attr::POLICY)?)
            .map_err(|error| item.broken(error.to_string()))?;
        Ok(Self {
            policy,
            slot: Slot::from_text(item.need_text(attr::SLOT)?),
            target,
            state,
            members: item
                .texts(attr::MEMBERS)
                .into_iter()
                .map(VolumeId::new)
                .collect(),
            lifetime: match item.number(attr::LIFETIME_MS) {
                Some(ms) => Lifetime::For(Span::from_ms(ms)),
                None => Lifetime::Forever,
            },
            earlier_lifetime: item
                .text(attr::EARLIER_LIFETIME)
                .map(|text| Lifetime::from_tag_value(text).unwrap_or(Lifetime::Forever)),
            ops: item.texts(attr::OPS).into_iter().map(OpId::new).collect(),
            first_sent_at: item.instant(attr::FIRST_SENT_AT),
            sent_at: item.instant(attr::SENT_AT),
            empty_looks: item.number(attr::EMPTY_LOOKS).unwrap_or(0),
            last_error: item.text(attr::LAST_ERROR).cloned(),
            reason: item.text(attr::REASON).cloned().unwrap_or_default(),
            updated_at: item.instant(attr::UPDATED_AT).unwrap_or_default(),
            revision: item.need_number(attr::REVISION)?,
            stored: item,
        })
    }
}

impl Conditional for Intent {
    fn key(&self) -> SmolStr {
        key::intent(&self.policy, &self.slot, &self.target)
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn to_item(&self) -> Item {
        let mut item = self.stored.clone();
        item.set_head(&self.key(), KIND);
        item.set_text(attr::POLICY, self.policy.as_str());
        item.set_text(attr::SLOT, self.slot.text().clone());
        item.set_text(attr::STATE, SmolStr::new_static(self.state.as_str()));
        item.set_texts(attr::MEMBERS, self.members.iter().map(VolumeId::text));
        let lifetime_ms = match self.lifetime {
            Lifetime::For(span) => Some(Value::from(span.as_ms())),
            Lifetime::Forever => None,
        };
        item.set_or_remove(attr::LIFETIME_MS, lifetime_ms);
        let earlier = self.earlier_lifetime.map(|earlier| earlier.tag_value());
        let earlier = earlier.map(|text| Value::S(text.into()));
        item.set_or_remove(attr::EARLIER_LIFETIME, earlier);
        item.set_texts(attr::OPS, self.ops.iter().map(OpId::text));
        item.set_text_or_remove(attr::OP_ID, self.ops.last().map(OpId::text));
        item.set_instant(attr::FIRST_SENT_AT, self.first_sent_at);
        item.set_instant(attr::SENT_AT, self.sent_at);
        item.set_number(attr::EMPTY_LOOKS, self.empty_looks);
        item.set_text_or_remove(attr::LAST_ERROR, self.last_error.as_ref());
        item.set_text(attr::REASON, self.reason.clone());
        item.set_number(attr::UPDATED_AT, self.updated_at.as_ms());
        let since = self.slot.instant().unwrap_or(self.updated_at);
        item.set_number(attr::DATE, since.as_ms());
        let open = Value::S(key::open(&self.policy, OpenKind::Intent));
        item.set_or_remove(attr::OPEN_STATE, self.state.is_open().then_some(open));
        let purge = (self.updated_at + KEPT).as_ms() / 1_000;
        let purge = (!self.state.is_open()).then_some(Value::from(purge));
        item.set_or_remove(attr::PURGE, purge);
        item
    }

    fn written(&mut self, item: Item) {
        self.revision += 1;
        self.stored = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Lifetime = Lifetime::For(Span::days(7));
    const DAY: Lifetime = Lifetime::For(Span::days(1));

    /// Sent once for a week, once for ever, and once for a day; and read back.
    fn sent_three_times() -> Intent {
        let (policy, slot) = (PolicyName::default(), Slot::scheduled(Timestamp::EPOCH));
        let mut intent = Intent::taken(
            &policy,
            &slot,
            "i-a",
            Vec::new(),
            Lifetime::Forever,
            Timestamp::EPOCH,
        );
        for (op, lifetime) in [("op-1", WEEK), ("op-2", Lifetime::Forever), ("op-3", DAY)] {
            intent.mean(vec!["vol-a".into()], lifetime);
            intent.ops.push(OpId::new(op));
        }
        let mut item = intent.to_item();
        item.set_number(attr::REVISION, 1);
        Intent::from_item(item).unwrap()
    }

    #[test]
    fn what_was_sent_last_is_promised_what_it_says_and_what_was_sent_before_the_longest() {
        let intent = sent_three_times();
        assert_eq!(intent.members, ["vol-a".into()]);
        assert_eq!(intent.promised_by(Some(&OpId::new("op-3"))), DAY);
        let forever = Lifetime::Forever;
        assert_eq!(intent.promised_by(Some(&OpId::new("op-1"))), forever);
        assert_eq!(intent.promised_by(None), forever, "nobody knows which");
    }

    /// DynamoDB reads a time to live in seconds; in milliseconds it would come in fifty thousand years.
    #[test]
    fn an_intent_is_purged_35_days_after_it_was_closed_and_not_before() {
        let mut intent = sent_three_times();
        let purge = |intent: &Intent| intent.to_item().number(attr::PURGE);
        assert_eq!(purge(&intent), None);
        intent.enter(
            IntentState::Settled,
            "it was made",
            Timestamp::from_ms(7_000),
        );
        assert_eq!(purge(&intent), Some(7 + 35 * 86_400));
    }

    #[test]
    fn what_was_never_sent_promised_nothing() {
        let (policy, slot) = (PolicyName::default(), Slot::scheduled(Timestamp::EPOCH));
        let epoch = Timestamp::EPOCH;
        let mut intent = Intent::taken(&policy, &slot, "i-a", Vec::new(), WEEK, epoch);
        intent.mean(Vec::new(), DAY);
        assert_eq!(intent.earlier_lifetime, None);
        assert_eq!(intent.promised_by(None), DAY);
    }
}
