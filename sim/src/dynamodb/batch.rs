//! `BatchWriteItem` and `BatchGetItem`: many items, each on its own, maybe not all.
//!
//! Source: DynamoDB API Reference, *BatchWriteItem*, *BatchGetItem*: when nothing was done the
//! whole call is throttled; otherwise the rest comes back unprocessed.

use std::collections::BTreeSet;

use super::capacity::{ReadKind, read_cost, write_cost};
use super::database::DynamoDb;
use super::key::Key;
use super::refusals::{throttled, validation};
use super::request::{Batch, BatchGetItem, BatchKeys, BatchWrite, BatchWriteItem, Reply};
use super::single::{projection, shown};
use super::table::Stored;
use super::validate;
use crate::answer::Answer;
use crate::time::Timestamp;

/// Puts and deletes of one call, at most.
const WRITES_MAX: usize = 25;
/// Keys of one call, at most.
const KEYS_MAX: usize = 100;
/// Bytes of one answer, at most: 16 MB.
const READ_BYTES_MAX: usize = 16 << 20;

const DUPLICATES: &str = "Provided list of item keys contains duplicates";

pub(super) fn write(db: &mut DynamoDb, now: Timestamp, request: &BatchWriteItem) -> Answer<Reply> {
    if !(1..=WRITES_MAX).contains(&request.writes.len()) {
        return Err(validation(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: \
             Map value must satisfy constraint: [Member must have length less than or equal to \
             25, Member must have length greater than or equal to 1]",
        ));
    }
    let mut prepared = Vec::with_capacity(request.writes.len());
    let mut seen = BTreeSet::new();
    for write in &request.writes {
        let (name, key, new) = match write {
            BatchWrite::Put { item, table: name } => {
                let (table, _) = db.active(name, now)?;
                let key = validate::key_of_item(&table.definition, item)?;
                let stored = Stored::new(item.clone());
                validate::stored(&table.definition, &stored)?;
                (name, key, Some(stored))
            }
            BatchWrite::Delete { key, table: name } => {
                let (table, _) = db.active(name, now)?;
                (name, validate::key(&table.definition, key)?, None)
            }
        };
        if !seen.insert((name, key.clone())) {
            return Err(validation(DUPLICATES));
        }
        prepared.push((write, name, key, new));
    }
    let mut unprocessed = Vec::new();
    for (n, (write, name, key, new)) in prepared.into_iter().enumerate() {
        let (table, _) = db.active(name, now)?;
        let entries_max = table.settings.batch_entries_max.unwrap_or(WRITES_MAX);
        if n >= entries_max || !table.capacity.may_write(now) {
            unprocessed.push(write.clone());
            continue;
        }
        let before = table.get(&key).map_or(0, |old| old.bytes);
        let after = new.as_ref().map_or(0, |new| new.bytes);
        table.capacity.pay_write(write_cost(before.max(after)));
        table.write(now, key, new);
    }
    if unprocessed.len() == request.writes.len() {
        return Err(throttled());
    }
    Ok(Reply::Unprocessed(unprocessed))
}

pub(super) fn get(db: &mut DynamoDb, now: Timestamp, request: &BatchGetItem) -> Answer<Reply> {
    let total: usize = request.tables.iter().map(|table| table.keys.len()).sum();
    if total == 0 || total > KEYS_MAX {
        return Err(validation(
            "Too many items requested for the BatchGetItem call",
        ));
    }
    let mut batch = Batch {
        items: Vec::with_capacity(total),
        unprocessed: Vec::new(),
    };
    let mut room = Room {
        entries_done: 0,
        bytes: 0,
    };
    for keys in &request.tables {
        read(db, now, keys, &mut room, &mut batch)?;
    }
    let left: usize = batch.unprocessed.iter().map(|keys| keys.keys.len()).sum();
    if left == total {
        return Err(throttled());
    }
    Ok(Reply::Batch(batch))
}

/// What a call has done so far.
struct Room {
    entries_done: usize,
    bytes: usize,
}

fn read(
    db: &mut DynamoDb,
    now: Timestamp,
    request: &BatchKeys,
    room: &mut Room,
    batch: &mut Batch,
) -> Answer<()> {
    let (table, cache) = db.active(&request.table, now)?;
    let projection = projection(cache, request.projection.as_ref(), &request.tokens)?;
    let keys: Vec<Key> = request
        .keys
        .iter()
        .map(|key| validate::key(&table.definition, key))
        .collect::<Result<_, _>>()?;
    if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
        return Err(validation(DUPLICATES));
    }
    let entries_max = table.settings.batch_entries_max.unwrap_or(KEYS_MAX);
    let mut unprocessed = Vec::new();
    for (key, requested) in keys.iter().zip(&request.keys) {
        let full = room.entries_done >= entries_max || room.bytes >= READ_BYTES_MAX;
        if full || !table.capacity.may_read(now) {
            unprocessed.push(requested.clone());
            continue;
        }
        let found = if request.consistent {
            table.get(key)
        } else {
            table.get_stale(key, now)
        };
        let bytes = found.map_or(0, |found| found.bytes);
        if let Some(found) = found {
            let item = shown(found, projection.as_deref(), &request.tokens);
            batch.items.push((request.table.clone(), item));
        }
        room.entries_done += 1;
        room.bytes += bytes;
        let kind = ReadKind::of(request.consistent);
        table.capacity.pay_read(read_cost(bytes, kind));
    }
    if !unprocessed.is_empty() {
        batch.unprocessed.push(BatchKeys {
            keys: unprocessed,
            ..request.clone()
        });
    }
    Ok(())
}
