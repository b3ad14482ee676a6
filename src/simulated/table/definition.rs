//! What the table is.

use smol_str::SmolStr;
use snaplife_sim::dynamodb::request as sim;
use snaplife_sim::dynamodb::{
    Billing, IndexDefinition, KeySchema, KeyType, Projection, TableDefinition,
};

use super::TABLE;
use crate::ports::table::{Index, KEY, TableChange, UpdateTable};

/// The table as `CreateTable` makes it: our key, three indexes, on demand.
#[must_use]
pub fn table_definition() -> TableDefinition {
    TableDefinition {
        billing: Billing::OnDemand,
        deletion_protection: false,
        indexes: Index::ALL.map(index_definition).to_vec(),
        key: KeySchema::partition(KEY, KeyType::S),
        name: TABLE.into(),
    }
}

fn index_definition(index: Index) -> IndexDefinition {
    let (partition, sort) = match index {
        Index::Open => ("OpenState", "Date"),
        Index::Due => ("DueShard", "JudgeAt"),
        Index::ByVolume => ("VolumeId", "Date"),
    };
    IndexDefinition {
        key: KeySchema::partition(partition, KeyType::S).and_sort(sort, KeyType::N),
        name: SmolStr::new_static(index.name()),
        projection: Projection::All,
    }
}

/// A change of it, as the world takes it.
pub(super) fn update_table(update: &UpdateTable) -> sim::Request {
    let (create_index, deletion_protection) = match update.change {
        TableChange::AddIndex(index) => (Some(index_definition(index)), None),
        TableChange::ProtectFromDeletion => (None, Some(true)),
    };
    sim::Request::UpdateTable(sim::UpdateTable {
        billing: None,
        create_index,
        deletion_protection,
        table: TABLE.into(),
    })
}
