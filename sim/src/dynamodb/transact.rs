//! Transactions: all actions or none, and the tokens that make them act once.
//!
//! Source: DynamoDB Developer Guide, *Amazon DynamoDB Transactions: How it works*; API Reference,
//! *TransactWriteItems*. Calls never overlap here, so `TransactionConflict` and
//! `TransactionInProgressException` only come from faults in front of the database.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::capacity::{ReadKind, read_cost};
use super::database::DynamoDb;
use super::refusals::{cancelled, token_reused, validation};
use super::request::{Reply, TransactAction, TransactGetItems, TransactWriteItems};
use super::single::{projection, shown};
use super::validate;
use super::write::{Change, Write};
use crate::answer::Answer;
use crate::time::{Span, Timestamp};

/// Actions of one transaction, at most.
const ACTIONS_MAX: usize = 100;
/// Bytes of all items of one transaction, at most: 4 MB.
const BYTES_MAX: usize = 4 << 20;
/// How long a token keeps its transaction from acting again.
const TOKEN_AGE_MAX: Span = Span::minutes(10);
/// Transactional writes cost twice.
const COST_FACTOR: i64 = 2;

/// Tokens of the transactions of the last ten minutes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ClientTokens {
    actions: BTreeMap<SmolStr, Arc<[TransactAction]>>,
    by_age: VecDeque<(Timestamp, SmolStr)>,
}

impl ClientTokens {
    fn forget(&mut self, now: Timestamp) {
        while let Some((_, token)) = self
            .by_age
            .pop_front_if(|(completed_at, _)| *completed_at + TOKEN_AGE_MAX <= now)
        {
            self.actions.remove(&token);
        }
    }

    fn keep(&mut self, now: Timestamp, token: SmolStr, actions: Arc<[TransactAction]>) {
        self.actions.insert(token.clone(), actions);
        self.by_age.push_back((now, token));
    }
}

pub(super) fn write(
    db: &mut DynamoDb,
    now: Timestamp,
    request: &TransactWriteItems,
) -> Answer<Reply> {
    count(request.actions.len())?;
    if let Some(token) = &request.token {
        if !(1..=36).contains(&token.chars().count()) {
            return Err(validation(
                "1 validation error detected: Value at 'clientRequestToken' failed to satisfy \
                 constraint: Member must have length less than or equal to 36",
            ));
        }
        db.client_tokens.forget(now);
        if let Some(known) = db.client_tokens.actions.get(token) {
            return if **known == *request.actions {
                Ok(Reply::Transacted)
            } else {
                Err(token_reused())
            };
        }
    }
    let writes = prepare(db, now, &request.actions)?;
    let changes = decide(db, now, &writes)?;
    for ((name, write), change) in writes.into_iter().zip(changes) {
        if let Change::To(new) = change {
            let (table, _) = db.active(name, now)?;
            table.write(now, write.key, new);
        }
    }
    if let Some(token) = &request.token {
        let actions = Arc::clone(&request.actions);
        db.client_tokens.keep(now, token.clone(), actions);
    }
    Ok(Reply::Transacted)
}

fn count(actions: usize) -> Answer<()> {
    if (1..=ACTIONS_MAX).contains(&actions) {
        return Ok(());
    }
    Err(validation(
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: \
         Member must have length less than or equal to 100, Member must have length greater than \
         or equal to 1",
    ))
}

/// Checks all requests; each write with the name of its table.
fn prepare<'a>(
    db: &mut DynamoDb,
    now: Timestamp,
    actions: &'a [TransactAction],
) -> Answer<Vec<(&'a SmolStr, Write<'a>)>> {
    let mut writes = Vec::with_capacity(actions.len());
    for action in actions {
        let name = match action {
            TransactAction::Put(put) => &put.table,
            TransactAction::Update(update) => &update.table,
            TransactAction::Delete(delete) => &delete.table,
            TransactAction::ConditionCheck(check) => &check.table,
        };
        let (table, cache) = db.active(name, now)?;
        let definition = &table.definition;
        let write = match action {
            TransactAction::Put(put) => Write::put(definition, cache, put)?,
            TransactAction::Update(update) => Write::update(definition, cache, update)?,
            TransactAction::Delete(delete) => Write::delete(definition, cache, delete)?,
            TransactAction::ConditionCheck(check) => Write::check(definition, cache, check)?,
        };
        writes.push((name, write));
    }
    let distinct: BTreeSet<_> = writes
        .iter()
        .map(|(name, write)| (name, &write.key))
        .collect();
    if distinct.len() < writes.len() {
        return Err(validation(
            "Transaction request cannot include multiple operations on one item",
        ));
    }
    Ok(writes)
}

/// How every write ends; one that can't cancels all. Each pays, whatever the end.
fn decide(
    db: &mut DynamoDb,
    now: Timestamp,
    writes: &[(&SmolStr, Write<'_>)],
) -> Answer<Vec<Change>> {
    let mut changes = Vec::with_capacity(writes.len());
    let mut reasons: Vec<SmolStr> = Vec::with_capacity(writes.len());
    let mut bytes = 0;
    for (name, write) in writes {
        let (table, _) = db.active(name, now)?;
        if !table.capacity.may_write(now) {
            reasons.push("ProvisionedThroughputExceeded".into());
            continue;
        }
        let ending = write.ending(table);
        table.capacity.pay_write(ending.cost * COST_FACTOR);
        match ending.change {
            Ok(change) => {
                if let Change::To(Some(new)) = &change {
                    bytes += new.bytes;
                }
                changes.push(change);
                reasons.push("None".into());
            }
            Err(refusal) if refusal.code == "ConditionalCheckFailedException" => {
                reasons.push("ConditionalCheckFailed".into());
            }
            Err(_) => reasons.push("ValidationError".into()),
        }
    }
    if changes.len() < writes.len() {
        return Err(cancelled(reasons));
    }
    if bytes > BYTES_MAX {
        return Err(validation(
            "Transaction size has exceeded the maximum allowed size of 4 MB",
        ));
    }
    Ok(changes)
}

pub(super) fn get(db: &mut DynamoDb, now: Timestamp, request: &TransactGetItems) -> Answer<Reply> {
    count(request.gets.len())?;
    let mut items = Vec::with_capacity(request.gets.len());
    let mut reasons: Vec<SmolStr> = Vec::with_capacity(request.gets.len());
    let mut seen = BTreeSet::new();
    for get in &request.gets {
        let (table, cache) = db.active(&get.table, now)?;
        let projection = projection(cache, get.projection.as_ref(), &get.tokens)?;
        let key = validate::key(&table.definition, &get.key)?;
        if !table.capacity.may_read(now) {
            reasons.push("ProvisionedThroughputExceeded".into());
            continue;
        }
        let found = table.get(&key);
        let bytes = found.map_or(0, |found| found.bytes);
        items.push(found.map(|found| shown(found, projection.as_deref(), &get.tokens)));
        reasons.push("None".into());
        table
            .capacity
            .pay_read(read_cost(bytes, ReadKind::Transactional));
        if !seen.insert((&get.table, key)) {
            return Err(validation(
                "Transaction request cannot include multiple operations on one item",
            ));
        }
    }
    if items.len() < request.gets.len() {
        return Err(cancelled(reasons));
    }
    Ok(Reply::Items(items))
}
