//! Calls on one item: `GetItem`, `PutItem`, `UpdateItem`, `DeleteItem`.

use std::sync::Arc;

use super::capacity::{ReadKind, read_cost};
use super::database::DynamoDb;
use super::expression::project::project;
use super::expression::tree::Projection;
use super::expression::{Cache, Kind, Parsed, check};
use super::refusals::{throttled, validation};
use super::request::{DeleteItem, GetItem, PutItem, Reply, ReturnValues, Tokens, UpdateItem};
use super::table::{Stored, Table};
use super::validate;
use super::value::Item;
use super::write::{Change, Write};
use crate::answer::Answer;
use crate::time::Timestamp;

pub(super) fn get(db: &mut DynamoDb, now: Timestamp, request: &GetItem) -> Answer<Reply> {
    let (table, cache) = db.active(&request.table, now)?;
    let projection = projection(cache, request.projection.as_ref(), &request.tokens)?;
    let key = validate::key(&table.definition, &request.key)?;
    if !table.capacity.may_read(now) {
        return Err(throttled());
    }
    let found = if request.consistent {
        table.get(&key)
    } else {
        table.get_stale(&key, now)
    };
    let bytes = found.map_or(0, |found| found.bytes);
    let item = found.map(|found| shown(found, projection.as_deref(), &request.tokens));
    let kind = ReadKind::of(request.consistent);
    table.capacity.pay_read(read_cost(bytes, kind));
    Ok(Reply::Item(item))
}

pub(super) fn put(db: &mut DynamoDb, now: Timestamp, request: &PutItem) -> Answer<Reply> {
    if request.returns == ReturnValues::AllNew {
        return Err(validation("Return values set to invalid value"));
    }
    let (table, cache) = db.active(&request.table, now)?;
    let write = Write::put(&table.definition, cache, request)?;
    execute(table, now, write, request.returns)
}

pub(super) fn update(db: &mut DynamoDb, now: Timestamp, request: &UpdateItem) -> Answer<Reply> {
    let (table, cache) = db.active(&request.table, now)?;
    let write = Write::update(&table.definition, cache, request)?;
    execute(table, now, write, request.returns)
}

pub(super) fn delete(db: &mut DynamoDb, now: Timestamp, request: &DeleteItem) -> Answer<Reply> {
    if request.returns == ReturnValues::AllNew {
        return Err(validation("Return values set to invalid value"));
    }
    let (table, cache) = db.active(&request.table, now)?;
    let write = Write::delete(&table.definition, cache, request)?;
    execute(table, now, write, request.returns)
}

fn execute(
    table: &mut Table,
    now: Timestamp,
    write: Write<'_>,
    returns: ReturnValues,
) -> Answer<Reply> {
    if !table.capacity.may_write(now) {
        return Err(throttled());
    }
    let ending = write.ending(table);
    table.capacity.pay_write(ending.cost);
    let Change::To(new) = ending.change? else {
        return Ok(Reply::Item(None));
    };
    let returned = match returns {
        ReturnValues::None => None,
        ReturnValues::AllOld => table.get(&write.key).map(|old| Arc::clone(&old.item)),
        ReturnValues::AllNew => new.as_ref().map(|new| Arc::clone(&new.item)),
    };
    table.write(now, write.key, new);
    Ok(Reply::Item(returned))
}

/// A request's projection, with its tokens checked.
pub(super) fn projection(
    cache: &mut Cache,
    text: Option<&smol_str::SmolStr>,
    tokens: &Tokens,
) -> Answer<Option<Arc<Parsed<Projection>>>> {
    let Some(text) = text else {
        check::tokens(tokens, &[])?;
        return Ok(None);
    };
    let parsed = cache.projection(text)?;
    check::tokens(tokens, &[(Kind::Projection, &parsed.usage)])?;
    check::overlaps(Kind::Projection, parsed.tree.iter(), tokens)?;
    Ok(Some(parsed))
}

/// What a read returns of an item.
pub(super) fn shown(
    stored: &Stored,
    projection: Option<&Parsed<Projection>>,
    tokens: &Tokens,
) -> Arc<Item> {
    match projection {
        None => Arc::clone(&stored.item),
        Some(projection) => Arc::new(project(&projection.tree, tokens, &stored.item)),
    }
}
