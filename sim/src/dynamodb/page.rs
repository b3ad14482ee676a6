//! `Query` and `Scan`: one page of a table or an index.
//!
//! Source: DynamoDB Developer Guide, *Querying tables* and *Paginating table query results*: 1 MB
//! or `Limit` items are evaluated, then filtered; what was evaluated is paid, rounded once.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::capacity::{ReadKind, read_cost};
use super::database::DynamoDb;
use super::expression::evaluate::Scope;
use super::expression::key_condition::key_range;
use super::expression::tree::{Condition, Projection};
use super::expression::{Cache, Kind, Parsed, check};
use super::index::Index;
use super::key::{Edge, Key, Place, Position, bounds, is_ordered};
use super::refusals::{parameter, throttled, validation};
use super::request::{Page, Query, Reply, Scan, Tokens};
use super::schema::{self, KeySchema};
use super::single::shown;
use super::table::{Stored, Table};
use super::value::Item;
use super::write::values;
use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

pub(super) fn query(db: &mut DynamoDb, now: Timestamp, request: &Query) -> Answer<Reply> {
    let (table, cache) = db.active(&request.table, now)?;
    positive(request.limit)?;
    let index = index(table, request.index.as_deref(), request.consistent, now)?;
    let condition = cache.condition(Kind::KeyCondition, &request.key_condition)?;
    let texts = Texts {
        filter: filter(cache, request.filter.as_ref())?,
        projection: projection(cache, request.projection.as_ref())?,
    };
    texts.check(&request.tokens, Some(&condition))?;
    let schema = index.map_or(&table.definition.key, |index| &index.definition.key);
    texts.spare_keys(schema, &request.tokens)?;
    texts.stay_within(table, index, &request.tokens)?;
    let range = key_range(&condition.tree, &request.tokens, schema)?;
    let reading = Reading {
        descending: request.descending,
        limit: request.limit,
        start: request.start.as_deref(),
        texts: &texts,
        tokens: &request.tokens,
    };
    if !table.capacity.may_read(now) {
        return Err(throttled());
    }
    let index = self::index(table, request.index.as_deref(), request.consistent, now)?;
    let (page, bytes) = match index {
        None => reading.page(
            table,
            None,
            &table.items,
            bounds(&range.partition, &range.sort),
        ),
        Some(index) => reading.page(
            table,
            Some(index),
            &index.entries,
            bounds(&range.partition, &range.sort),
        ),
    }?;
    let kind = ReadKind::of(request.consistent);
    table.capacity.pay_read(read_cost(bytes, kind));
    Ok(Reply::Page(page))
}

pub(super) fn scan(db: &mut DynamoDb, now: Timestamp, request: &Scan) -> Answer<Reply> {
    let (table, cache) = db.active(&request.table, now)?;
    positive(request.limit)?;
    index(table, request.index.as_deref(), request.consistent, now)?;
    let texts = Texts {
        filter: filter(cache, request.filter.as_ref())?,
        projection: projection(cache, request.projection.as_ref())?,
    };
    texts.check(&request.tokens, None)?;
    let reading = Reading {
        descending: false,
        limit: request.limit,
        start: request.start.as_deref(),
        texts: &texts,
        tokens: &request.tokens,
    };
    if !table.capacity.may_read(now) {
        return Err(throttled());
    }
    let index = index(table, request.index.as_deref(), request.consistent, now)?;
    let (page, bytes) = match index {
        None => reading.page(
            table,
            None,
            &table.items,
            (Bound::Unbounded, Bound::Unbounded),
        ),
        Some(index) => reading.page(
            table,
            Some(index),
            &index.entries,
            (Bound::Unbounded, Bound::Unbounded),
        ),
    }?;
    let kind = ReadKind::of(request.consistent);
    table.capacity.pay_read(read_cost(bytes, kind));
    Ok(Reply::Page(page))
}

fn positive(limit: Option<u32>) -> Result<(), Refusal> {
    if limit == Some(0) {
        return Err(validation(
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: \
             Member must have value greater than or equal to 1",
        ));
    }
    Ok(())
}

/// The index that a read names, if it may be read.
fn index<'a>(
    table: &'a Table,
    name: Option<&str>,
    consistent: bool,
    now: Timestamp,
) -> Answer<Option<&'a Index>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let index = table
        .indexes
        .iter()
        .find(|index| index.definition.name == name)
        .ok_or_else(|| {
            validation(format_args!(
                "The table does not have the specified index: {name}"
            ))
        })?;
    if consistent {
        return Err(validation(
            "Consistent reads are not supported on global secondary indexes",
        ));
    }
    if now < index.ready_at {
        return Err(validation(format_args!(
            "Cannot read from backfilling global secondary index: {name}"
        )));
    }
    Ok(Some(index))
}

fn filter(
    cache: &mut Cache,
    text: Option<&smol_str::SmolStr>,
) -> Answer<Option<Arc<Parsed<Condition>>>> {
    text.map(|text| cache.condition(Kind::Filter, text))
        .transpose()
}

fn projection(
    cache: &mut Cache,
    text: Option<&smol_str::SmolStr>,
) -> Answer<Option<Arc<Parsed<Projection>>>> {
    text.map(|text| cache.projection(text)).transpose()
}

/// The two expressions that a query and a scan share.
struct Texts {
    filter: Option<Arc<Parsed<Condition>>>,
    projection: Option<Arc<Parsed<Projection>>>,
}

impl Texts {
    fn check(&self, tokens: &Tokens, keys: Option<&Parsed<Condition>>) -> Result<(), Refusal> {
        let keys = keys.map(|keys| (Kind::KeyCondition, keys));
        let filter = self.filter.as_deref().map(|filter| (Kind::Filter, filter));
        let projection = self
            .projection
            .as_deref()
            .map(|projection| (Kind::Projection, &projection.usage));
        let conditions = || keys.into_iter().chain(filter);
        let used: Vec<_> = conditions()
            .map(|(kind, parsed)| (kind, &parsed.usage))
            .chain(projection)
            .collect();
        check::tokens(tokens, &used)?;
        for (kind, parsed) in conditions() {
            check::condition(kind, &parsed.tree, tokens)?;
        }
        if let Some(projection) = &self.projection {
            check::overlaps(Kind::Projection, projection.tree.iter(), tokens)?;
        }
        values(tokens)
    }

    /// A query's filter on an index may only be about what the index holds, since an index never
    /// fetches from its table.
    ///
    /// Source: DynamoDB Developer Guide, *Global Secondary Indexes*, *Attribute projections*. That
    /// it is refused for a query, and not for a scan, follows DynamoDB Local.
    fn stay_within(
        &self,
        table: &Table,
        index: Option<&Index>,
        tokens: &Tokens,
    ) -> Result<(), Refusal> {
        let (Some(filter), Some(index)) = (&self.filter, index) else {
            return Ok(());
        };
        let roots = filter.usage.roots.iter().map(|root| tokens.resolve(root));
        let missing: Vec<&str> = roots
            .map(smol_str::SmolStr::as_str)
            .filter(|name| !holds(table, index, name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(parameter(format_args!(
            "Secondary index {} does not project one or more filter attributes: [{}]",
            index.definition.name,
            missing.join(", ")
        )))
    }

    /// A query's filter may not be about the key: that belongs into the key condition.
    fn spare_keys(&self, schema: &KeySchema, tokens: &Tokens) -> Result<(), Refusal> {
        let Some(filter) = &self.filter else {
            return Ok(());
        };
        let mut roots = filter.usage.roots.iter().map(|root| tokens.resolve(root));
        match roots.find(|name| schema.has(name)) {
            None => Ok(()),
            Some(name) => Err(validation(format_args!(
                "Filter Expression can only contain non-primary key attributes: Primary key \
                 attribute: {name}"
            ))),
        }
    }
}

/// Whether an index holds an attribute: it is projected, or a key of index or table.
fn holds(table: &Table, index: &Index, name: &str) -> bool {
    let key = |schema: &KeySchema| schema.has(name);
    match &index.definition.projection {
        schema::Projection::All => true,
        _ if key(&index.definition.key) || key(&table.definition.key) => true,
        schema::Projection::KeysOnly => false,
        schema::Projection::Include(names) => names.iter().any(|held| held == name),
    }
}

/// What is read, apart from where.
struct Reading<'a> {
    descending: bool,
    limit: Option<u32>,
    start: Option<&'a Item>,
    texts: &'a Texts,
    tokens: &'a Tokens,
}

impl Reading<'_> {
    /// One page within bounds, and the bytes that were evaluated.
    fn page<P: Resume>(
        &self,
        table: &Table,
        index: Option<&Index>,
        places: &BTreeMap<P, Stored>,
        (mut low, mut high): (Bound<P>, Bound<P>),
    ) -> Answer<(Page, usize)> {
        let keys = Keys {
            base: &table.definition.key,
            index: index.map(|index| &index.definition.key),
        };
        if let Some(start) = self.start {
            let place = keys
                .start::<P>(start)
                .ok_or_else(|| validation("The provided starting key is invalid"))?;
            let within = is_ordered(&low, &Bound::Included(place.clone()))
                && is_ordered(&Bound::Included(place.clone()), &high);
            if !within {
                return Err(validation(
                    "The provided starting key is outside query boundaries based on provided \
                     conditions",
                ));
            }
            if self.descending {
                high = Bound::Excluded(place);
            } else {
                low = Bound::Excluded(place);
            }
        }
        if !is_ordered(&low, &high) {
            let page = Page {
                items: Vec::new(),
                scanned: 0,
                last_key: None,
            };
            return Ok((page, 0));
        }
        let bytes_max = table.settings.page_bytes_max;
        let stored = places.range((low, high)).map(|(_, stored)| stored);
        Ok(if self.descending {
            self.evaluate(stored.rev(), &keys, bytes_max)
        } else {
            self.evaluate(stored, &keys, bytes_max)
        })
    }

    fn evaluate<'s>(
        &self,
        stored: impl Iterator<Item = &'s Stored>,
        keys: &Keys<'_>,
        bytes_max: usize,
    ) -> (Page, usize) {
        let mut page = Page {
            items: Vec::new(),
            scanned: 0,
            last_key: None,
        };
        let limit = self.limit.map_or(usize::MAX, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        });
        let mut bytes = 0;
        for stored in stored {
            bytes += stored.bytes;
            page.scanned += 1;
            let scope = Scope {
                item: Some(&stored.item),
                tokens: self.tokens,
            };
            let filter = self.texts.filter.as_deref();
            if filter.is_none_or(|filter| scope.holds(&filter.tree)) {
                let projection = self.texts.projection.as_deref();
                page.items.push(shown(stored, projection, self.tokens));
            }
            // Here the page ends, whether or not anything follows.
            if page.scanned >= limit || bytes >= bytes_max {
                page.last_key = Some(Arc::new(keys.of(&stored.item)));
                break;
            }
        }
        (page, bytes)
    }
}

/// The key attributes that say where a page ended.
struct Keys<'a> {
    base: &'a KeySchema,
    index: Option<&'a KeySchema>,
}

impl Keys<'_> {
    fn names(&self) -> impl Iterator<Item = &smol_str::SmolStr> {
        let index = self.index.into_iter().flat_map(KeySchema::attributes);
        self.base
            .attributes()
            .chain(index)
            .map(|attribute| &attribute.name)
    }

    fn of(&self, item: &Item) -> Item {
        self.names()
            .filter_map(|name| Some((name.clone(), item.get(name.as_str())?.clone())))
            .collect()
    }

    /// The place of a starting key, which must be as [`Self::of`] makes it.
    fn start<P: Resume>(&self, start: &Item) -> Option<P> {
        (self.of(start).len() == start.len()).then_some(())?;
        P::resume(self, start)
    }
}

/// A place that a starting key names.
trait Resume: Place {
    fn resume(keys: &Keys<'_>, start: &Item) -> Option<Self>;
}

impl Resume for Key {
    fn resume(keys: &Keys<'_>, start: &Item) -> Option<Self> {
        Self::of(start, keys.base)
    }
}

impl Resume for Position {
    fn resume(keys: &Keys<'_>, start: &Item) -> Option<Self> {
        Some(Self {
            key: Key::of(start, keys.index?)?,
            base: Edge::At(Key::of(start, keys.base)?),
        })
    }
}
