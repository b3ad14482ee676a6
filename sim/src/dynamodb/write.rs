//! One write, alone or in a transaction: first what it asks, then what it makes of the item.
//!
//! Source of the price: DynamoDB Developer Guide, *Write operations capacity*: the larger of the
//! sizes before and after; a failed condition costs as well; twice in a transaction.

use std::sync::Arc;

use super::capacity::write_cost;
use super::expression::check;
use super::expression::evaluate::Scope;
use super::expression::tree::{Condition, Update};
use super::expression::usage::Usage;
use super::expression::{Cache, Kind, Parsed, apply};
use super::key::Key;
use super::refusals::{condition_failed, parameter};
use super::request::{ConditionCheck, DeleteItem, PutItem, Tokens, UpdateItem};
use super::schema::TableDefinition;
use super::table::{Stored, Table};
use super::validate;
use super::value::Item;
use crate::answer::{Answer, Refusal};

/// A write whose request is in order; nothing of the table's content was looked at.
#[derive(Debug)]
pub(super) struct Write<'a> {
    condition: Option<Arc<Parsed<Condition>>>,
    effect: Effect<'a>,
    pub(super) key: Key,
    tokens: &'a Tokens,
}

#[derive(Debug)]
enum Effect<'a> {
    Put(Stored),
    Update {
        key: &'a Item,
        update: Option<Arc<Parsed<Update>>>,
    },
    Delete,
    Check,
}

/// What a write makes of the item.
#[derive(Debug)]
pub(super) enum Change {
    /// This item, or none.
    To(Option<Stored>),
    /// The condition held; nothing changes.
    Nothing,
}

/// How a write ends, and its price in thousandths of a unit; a refusal has its price, too.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) change: Answer<Change>,
    pub(super) cost: i64,
}

impl<'a> Write<'a> {
    pub(super) fn put(
        table: &TableDefinition,
        cache: &mut Cache,
        request: &'a PutItem,
    ) -> Answer<Self> {
        let condition = condition(cache, request.condition.as_ref(), &request.tokens, None)?;
        let key = validate::key_of_item(table, &request.item)?;
        let stored = Stored::new(Arc::clone(&request.item));
        validate::stored(table, &stored)?;
        Ok(Self {
            condition,
            effect: Effect::Put(stored),
            key,
            tokens: &request.tokens,
        })
    }

    pub(super) fn update(
        table: &TableDefinition,
        cache: &mut Cache,
        request: &'a UpdateItem,
    ) -> Answer<Self> {
        let update = match &request.update {
            None => None,
            Some(text) => Some(cache.update(text)?),
        };
        let usage = update.as_ref().map(|update| &update.usage);
        let condition = condition(cache, request.condition.as_ref(), &request.tokens, usage)?;
        if let Some(update) = &update {
            check::update(update, &request.tokens)?;
            for path in update.tree.targets() {
                let name = request.tokens.resolve(&path.root);
                if table.key.has(name) {
                    return Err(parameter(format_args!(
                        "Cannot update attribute {name}. This attribute is part of the key"
                    )));
                }
            }
        }
        Ok(Self {
            condition,
            effect: Effect::Update {
                key: &request.key,
                update,
            },
            key: validate::key(table, &request.key)?,
            tokens: &request.tokens,
        })
    }

    pub(super) fn delete(
        table: &TableDefinition,
        cache: &mut Cache,
        request: &'a DeleteItem,
    ) -> Answer<Self> {
        Ok(Self {
            condition: condition(cache, request.condition.as_ref(), &request.tokens, None)?,
            effect: Effect::Delete,
            key: validate::key(table, &request.key)?,
            tokens: &request.tokens,
        })
    }

    pub(super) fn check(
        table: &TableDefinition,
        cache: &mut Cache,
        request: &'a ConditionCheck,
    ) -> Answer<Self> {
        Ok(Self {
            condition: condition(cache, Some(&request.condition), &request.tokens, None)?,
            effect: Effect::Check,
            key: validate::key(table, &request.key)?,
            tokens: &request.tokens,
        })
    }

    /// How the write ends on the table as it is; the table is not changed here.
    pub(super) fn ending(&self, table: &Table) -> Ending {
        let old = table.get(&self.key);
        let bytes = old.map_or(0, |old| old.bytes);
        let scope = Scope {
            item: old.map(|old| &*old.item),
            tokens: self.tokens,
        };
        if let Some(condition) = &self.condition
            && !scope.holds(&condition.tree)
        {
            return Ending {
                change: Err(condition_failed()),
                cost: write_cost(bytes),
            };
        }
        let change = self.change(table, old);
        let after = match &change {
            Ok(Change::To(Some(new))) => new.bytes,
            Ok(Change::To(None) | Change::Nothing) | Err(_) => 0,
        };
        Ending {
            change,
            cost: write_cost(bytes.max(after)),
        }
    }

    fn change(&self, table: &Table, old: Option<&Stored>) -> Answer<Change> {
        Ok(match &self.effect {
            Effect::Put(stored) => Change::To(Some(stored.clone())),
            Effect::Delete => Change::To(None),
            Effect::Check => Change::Nothing,
            Effect::Update { key, update } => {
                let mut item = old.map_or_else(|| (*key).clone(), |old| (*old.item).clone());
                if let Some(update) = update {
                    apply::update(&update.tree, self.tokens, &mut item)?;
                }
                let stored = Stored::new(Arc::new(item));
                validate::stored(&table.definition, &stored)?;
                Change::To(Some(stored))
            }
        })
    }
}

/// A request's condition, with all of the request's tokens checked; `beside` is what its other
/// expression uses.
fn condition(
    cache: &mut Cache,
    text: Option<&smol_str::SmolStr>,
    tokens: &Tokens,
    beside: Option<&Usage>,
) -> Answer<Option<Arc<Parsed<Condition>>>> {
    let parsed = match text {
        None => None,
        Some(text) => Some(cache.condition(Kind::Condition, text)?),
    };
    let beside = beside.map(|usage| (Kind::Update, usage));
    match &parsed {
        None => check::tokens(tokens, beside.as_slice())?,
        Some(parsed) => {
            let own = (Kind::Condition, &parsed.usage);
            match beside {
                None => check::tokens(tokens, &[own])?,
                Some(beside) => check::tokens(tokens, &[beside, own])?,
            }
            check::condition(Kind::Condition, &parsed.tree, tokens)?;
        }
    }
    values(tokens)?;
    Ok(parsed)
}

/// Refuses values that may not stand in an expression.
pub(super) fn values(tokens: &Tokens) -> Result<(), Refusal> {
    tokens
        .values
        .iter()
        .try_for_each(|(_, value)| validate::value(value, 0))
}
