//! What a table is: its keys, its indexes, its billing, and how the fake should behave.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::time::Span;

/// The type of a key attribute; no others are allowed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum KeyType {
    /// Text.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

impl KeyType {
    /// The type as AWS writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }
}

/// One attribute of a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    pub kind: KeyType,
}

/// The attributes that make a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeySchema {
    /// The partition key (`HASH`).
    pub partition: KeyAttribute,
    /// The sort key (`RANGE`), if there is one.
    pub sort: Option<KeyAttribute>,
}

impl KeySchema {
    /// A partition key alone.
    pub fn partition(name: impl Into<SmolStr>, kind: KeyType) -> Self {
        Self {
            partition: KeyAttribute {
                name: name.into(),
                kind,
            },
            sort: None,
        }
    }

    /// The same with a sort key.
    #[must_use]
    pub fn and_sort(mut self, name: impl Into<SmolStr>, kind: KeyType) -> Self {
        self.sort = Some(KeyAttribute {
            name: name.into(),
            kind,
        });
        self
    }

    /// The one or two attributes, partition first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    /// Whether an attribute is part of the key.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }
}

/// Which attributes an index holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Projection {
    /// Every attribute.
    All,
    /// The keys of table and index.
    KeysOnly,
    /// The keys and these.
    Include(Vec<SmolStr>),
}

/// A global secondary index. An item without the index's key attributes is not in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndexDefinition {
    /// The index's key. It need not be unique.
    pub key: KeySchema,
    /// Its name, unique in the table.
    pub name: SmolStr,
    /// What it holds.
    pub projection: Projection,
}

/// How reads and writes are paid and bounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Billing {
    /// By the request. That it never throttles is an assumption: AWS throttles above twice the
    /// former peak within 30 minutes.
    OnDemand,
    /// So many units a second, with 300 seconds of burst.
    Provisioned {
        /// Read units per second.
        read: u32,
        /// Write units per second.
        write: u32,
    },
}

/// What `CreateTable` says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableDefinition {
    /// Billing.
    pub billing: Billing,
    /// Whether `DeleteTable` is refused.
    pub deletion_protection: bool,
    /// The indexes, at most 20.
    pub indexes: Vec<IndexDefinition>,
    /// The table's key, unique for each item.
    pub key: KeySchema,
    /// The table's name.
    pub name: SmolStr,
}

/// How a table of the fake behaves where AWS promises no numbers. May be changed at any time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// How far reads that are not strongly consistent are behind, for reads by key. Queries and
    /// scans of the table itself are always fresh, which is an assumption.
    pub base_lag: Span,
    /// A batch call handles so many entries and leaves the rest unprocessed; none: all of them.
    pub batch_entries_max: Option<usize>,
    /// How long a new table is `CREATING`, and a deleted one `DELETING`.
    pub create_time: Span,
    /// How long an index added to a table is `CREATING`.
    pub index_create_time: Span,
    /// How far indexes are behind the table. Source: *Global secondary indexes*: "within a
    /// fraction of a second" normally, longer in failures.
    pub index_lag: Span,
    /// Whether every change is kept, so that the table can be restored to an older instant.
    pub keep_history: bool,
    /// Bytes that a page of a query or scan evaluates, at most; AWS: 1 MB.
    pub page_bytes_max: usize,
    /// How long after its expiry an item is deleted. Source: *Time to Live*: "typically within 48
    /// hours".
    pub ttl_delay: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_lag: Span::ZERO,
            batch_entries_max: None,
            create_time: Span::seconds(10),
            index_create_time: Span::minutes(5),
            index_lag: Span(100),
            keep_history: false,
            page_bytes_max: 1 << 20,
            ttl_delay: Span::hours(48),
        }
    }
}
