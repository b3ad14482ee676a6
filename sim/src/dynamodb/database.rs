//! All tables, and the one door to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::capacity::Consumed;
use super::expression::Cache;
use super::key::{Edge, Key, KeyValue};
use super::refusals::no_table;
use super::request::{Reply, Request, Status};
use super::schema::{Settings, TableDefinition};
use super::table::Table;
use super::transact::ClientTokens;
use super::value::Item;
use super::{batch, control, page, single, transact};
use crate::answer::Answer;
use crate::time::Timestamp;

/// DynamoDB of one account and Region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DynamoDb {
    #[serde(skip)]
    cache: Cache,
    pub(super) client_tokens: ClientTokens,
    pub(super) defaults: Settings,
    /// The latest time seen.
    now: Timestamp,
    pub(super) tables: BTreeMap<SmolStr, Table>,
}

impl Default for DynamoDb {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl DynamoDb {
    /// A database without tables; new tables behave as `defaults` say.
    #[must_use]
    pub fn new(defaults: Settings) -> Self {
        Self {
            cache: Cache::default(),
            client_tokens: ClientTokens::default(),
            defaults,
            now: Timestamp(i64::MIN),
            tables: BTreeMap::new(),
        }
    }

    /// Answers one call. Calls act one after the other, at the time they come.
    ///
    /// # Errors
    /// A refusal in AWS's words; then nothing has changed but what was paid.
    ///
    /// # Panics
    /// When `now` is before a time already seen, which is a bug of the caller.
    pub fn call(&mut self, now: Timestamp, request: &Request) -> Answer<Reply> {
        self.advance(now);
        match request {
            Request::CreateTable(definition) => control::create(self, now, definition),
            Request::DescribeTable { table } => control::describe(self, now, table),
            Request::UpdateTable(request) => control::update(self, now, request),
            Request::DeleteTable { table } => control::delete(self, now, table),
            Request::UpdateTimeToLive(request) => control::update_ttl(self, now, request),
            Request::DescribeTimeToLive { table } => control::describe_ttl(self, now, table),
            Request::PutItem(request) => single::put(self, now, request),
            Request::GetItem(request) => single::get(self, now, request),
            Request::UpdateItem(request) => single::update(self, now, request),
            Request::DeleteItem(request) => single::delete(self, now, request),
            Request::Query(request) => page::query(self, now, request),
            Request::Scan(request) => page::scan(self, now, request),
            Request::BatchWriteItem(request) => batch::write(self, now, request),
            Request::BatchGetItem(request) => batch::get(self, now, request),
            Request::TransactWriteItems(request) => transact::write(self, now, request),
            Request::TransactGetItems(request) => transact::get(self, now, request),
        }
    }

    /// The instant that was seen last.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Does what time brings with it: expired items go, deleted tables vanish, indexes catch up.
    /// Every call does it first, so this is only for a look without a call.
    ///
    /// # Panics
    /// As [`Self::call`].
    pub fn advance(&mut self, now: Timestamp) {
        assert!(now >= self.now, "time went back from {} to {now}", self.now);
        self.now = now;
        let gone = |table: &Table| {
            table
                .deleted_at
                .is_some_and(|deleted_at| deleted_at + table.settings.create_time <= now)
        };
        self.tables.retain(|_, table| {
            table.settle(now);
            !gone(table)
        });
    }

    /// The truth of a table, in the order of its key, as a strongly consistent read would find it
    /// at the time last seen. Nothing when there is no such table.
    pub fn items(&self, table: &str) -> impl Iterator<Item = &Arc<Item>> {
        let items = self.tables.get(table).map(|table| table.items.values());
        items.into_iter().flatten().map(|stored| &stored.item)
    }

    /// The truth of one item of a table whose key is one text.
    #[must_use]
    pub fn item(&self, table: &str, key: &str) -> Option<&Arc<Item>> {
        let key = Key {
            partition: KeyValue::S(SmolStr::new(key)),
            sort: Edge::Before,
        };
        let stored = self.tables.get(table)?.get(&key)?;
        Some(&stored.item)
    }

    /// Puts a table in place that was made some time ago and is in use now. It takes the place of
    /// one with the same name.
    pub fn install(&mut self, now: Timestamp, definition: TableDefinition) {
        self.advance(now);
        let name = definition.name.clone();
        let made_at = now - self.defaults.create_time;
        let table = Table::new(definition, self.defaults.clone(), made_at);
        self.tables.insert(name, table);
    }

    /// The tables' names, in order, also of those that are being made or deleted.
    pub fn table_names(&self) -> impl Iterator<Item = &SmolStr> {
        self.tables.keys()
    }

    /// What a table's requests have cost so far; none when there is no such table.
    #[must_use]
    pub fn consumed(&self, table: &str) -> Option<Consumed> {
        self.tables.get(table).map(|table| table.capacity.consumed)
    }

    /// How new tables will behave.
    pub const fn defaults_mut(&mut self) -> &mut Settings {
        &mut self.defaults
    }

    /// How a table behaves, to be changed at any time; none when there is no such table.
    pub fn settings_mut(&mut self, table: &str) -> Option<&mut Settings> {
        self.tables.get_mut(table).map(|table| &mut table.settings)
    }

    /// An outsider restores a table to what it held at an older instant, as far back as its
    /// history goes ([`Settings::keep_history`]). Its indexes hold the same at once. False when
    /// there is no such table.
    ///
    /// AWS restores into a new table; that it takes the place of the old one, in no time, is the
    /// outsider's doing.
    pub fn restore(&mut self, now: Timestamp, table: &str, to: Timestamp) -> bool {
        self.advance(now);
        let table = self.tables.get_mut(table);
        table.is_some_and(|table| {
            table.restore(now, to);
            true
        })
    }

    /// A table that takes calls on items, and the parsed expressions. Source: *Error handling*,
    /// `ResourceNotFoundException`: missing, or still being made.
    pub(super) fn active(
        &mut self,
        name: &SmolStr,
        now: Timestamp,
    ) -> Answer<(&mut Table, &mut Cache)> {
        let table = self.tables.get_mut(name).ok_or_else(no_table)?;
        match table.status(now) {
            Status::Active | Status::Updating => Ok((table, &mut self.cache)),
            Status::Creating | Status::Deleting => Err(no_table()),
        }
    }
}
