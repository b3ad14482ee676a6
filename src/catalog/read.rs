//! Consistent reads by key, and queries on the three indexes.
//!
//! Indexes run behind: they say where to look, never what is true. Whatever is decided on is read
//! again by key.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::attr;
use super::item::RowError;
use super::key::{self, OpenKind};
use crate::calls::{Caller, Stop};
use crate::domain::{PolicyName, Span, Timestamp, VolumeId};
use crate::ports::Operation;
use crate::ports::table::{
    BatchGetItem, Consistency, Expression, GetItem, Index, Item, Projection, Query, SortOrder,
    Value,
};

impl From<RowError> for Stop {
    fn from(error: RowError) -> Self {
        Self::Unreadable {
            key: error.key,
            why: error.why,
        }
    }
}

/// Keys per batch read (DynamoDB Developer Guide, *Quotas*).
const BATCH_MAX: usize = 100;
/// How often what a batch left over is asked for again without getting any of it.
const LEFTOVER_TRIES_MAX: u32 = 10;
/// As how many of these a refusal of the whole counts, which was tried again several times already.
const REFUSED_IN_VAIN: u32 = 5;
/// The wait before what was left over is asked for again, doubled each time: a table that is paid by the unit
/// gives as many rows a second and no more.
const LEFTOVER_WAIT: Span = Span::from_ms(200);
const LEFTOVER_WAIT_MAX: Span = Span::seconds(5);

/// One row, read consistently.
///
/// # Errors
/// [`Stop`] when the table can't be read.
pub async fn get(caller: &Caller, key: &SmolStr) -> Result<Option<Item>, Stop> {
    let request = GetItem {
        consistency: Consistency::Strong,
        key: key.clone(),
    };
    Ok(caller.read(key, request).await?.item)
}

/// Many rows by key, read consistently; missing ones are absent. Sorted by key.
///
/// # Errors
/// As [`get`]; also when the table keeps leaving keys over.
pub async fn batch(
    caller: &Caller,
    keys: impl IntoIterator<Item = SmolStr>,
) -> Result<BTreeMap<SmolStr, Item>, Stop> {
    let mut found = BTreeMap::new();
    let mut keys: Vec<SmolStr> = keys.into_iter().collect();
    keys.sort();
    keys.dedup();
    for chunk in keys.chunks(BATCH_MAX) {
        let mut wanted = chunk.to_vec();
        let mut wait = LEFTOVER_WAIT;
        let mut tries_in_vain = 0;
        while !wanted.is_empty() {
            let subject = wanted.first().cloned().unwrap_or_default();
            let asked = wanted.len();
            let request = BatchGetItem {
                keys: wanted.clone(),
            };
            let mut in_vain = 1;
            let stop = match caller.read(&subject, request).await {
                Ok(answer) => {
                    let items = answer.items.into_iter();
                    found.extend(items.filter_map(|item| Some((item.key().cloned()?, item))));
                    wanted = answer.unprocessed;
                    Stop::LeftOver { subject }
                }
                // None of it could be processed (API Reference, `BatchGetItem`).
                Err(stop) if stop.is_throttle() => {
                    in_vain = REFUSED_IN_VAIN;
                    stop
                }
                Err(stop) => return Err(stop),
            };
            if wanted.is_empty() {
                break;
            }
            tries_in_vain = if wanted.len() < asked {
                0
            } else {
                tries_in_vain + in_vain
            };
            if tries_in_vain >= LEFTOVER_TRIES_MAX || !caller.has_time_for(wait) {
                return Err(stop);
            }
            caller.sleep_unless_halted(wait).await;
            wait = (wait * 2).min(LEFTOVER_WAIT_MAX);
        }
    }
    Ok(found)
}

/// Everything of a kind that can still change, oldest first, as the index knows it.
///
/// # Errors
/// As [`get`].
pub async fn open(caller: &Caller, policy: &PolicyName, kind: OpenKind) -> Result<Vec<Item>, Stop> {
    let partition = key::open(policy, kind);
    query(
        caller,
        Index::Open,
        equals(attr::OPEN_STATE, Value::S(partition)),
        Projection::Whole,
    )
    .await
}

/// What wants judging at `now`, in one shard, earliest first, as the index knows it.
///
/// # Errors
/// As [`get`].
pub async fn due(
    caller: &Caller,
    policy: &PolicyName,
    shard: u32,
    now: Timestamp,
) -> Result<Vec<Item>, Stop> {
    let condition = Expression {
        names: vec![
            ("#judge".into(), attr::JUDGE_AT.into()),
            ("#partition".into(), attr::DUE_SHARD.into()),
        ],
        text: SmolStr::new_static("#partition = :partition AND #judge <= :now"),
        values: vec![
            (":now".into(), Value::from(now.as_ms())),
            (":partition".into(), Value::S(key::due_shard(policy, shard))),
        ],
    };
    query(caller, Index::Due, condition, Projection::Whole).await
}

/// The snapshot rows of a volume, oldest first, as the index knows them. Never a floor.
///
/// # Errors
/// As [`get`].
pub async fn of_volume(caller: &Caller, volume: &VolumeId) -> Result<Vec<Item>, Stop> {
    let partition = Value::S(volume.text().clone());
    query(
        caller,
        Index::ByVolume,
        equals(attr::VOLUME_ID, partition),
        Projection::Whole,
    )
    .await
}

/// As [`of_volume`], with only what tells whether a row wants a closer look.
///
/// # Errors
/// As [`get`].
pub async fn of_volume_brief(caller: &Caller, volume: &VolumeId) -> Result<Vec<Item>, Stop> {
    let condition = equals(attr::VOLUME_ID, Value::S(volume.text().clone()));
    query(caller, Index::ByVolume, condition, Projection::Brief).await
}

fn equals(attribute: &'static str, value: Value) -> Expression {
    Expression {
        names: vec![("#partition".into(), attribute.into())],
        text: SmolStr::new_static("#partition = :partition"),
        values: vec![(":partition".into(), value)],
    }
}

/// Empty pages in a row that a query may have; AWS gives one at its end, and where what was there has
/// just been deleted.
const EMPTY_PAGES_MAX: u32 = 100;

async fn query(
    caller: &Caller,
    index: Index,
    key_condition: Expression,
    projection: Projection,
) -> Result<Vec<Item>, Stop> {
    let subject = match key_condition
        .values
        .iter()
        .find(|(name, _)| name == ":partition")
    {
        Some((_, Value::S(text))) => text.clone(),
        _ => SmolStr::default(),
    };
    let mut items = Vec::new();
    let mut start = None;
    let mut empty = 0;
    loop {
        let request = Query {
            index,
            key_condition: key_condition.clone(),
            limit: None,
            order: SortOrder::Ascending,
            projection,
            start: start.clone(),
        };
        let page = caller.read(&subject, request).await?;
        empty = if page.items.is_empty() { empty + 1 } else { 0 };
        items.extend(page.items);
        if page.next.is_none() {
            return Ok(items);
        }
        // The same place again would give the same page for ever, and so may empty ones.
        if page.next == start || empty > EMPTY_PAGES_MAX {
            return Err(Stop::EndlessListing {
                operation: Query::NAME,
                subject,
            });
        }
        start = page.next;
    }
}
