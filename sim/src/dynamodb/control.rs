//! Calls about tables themselves.
//!
//! Source: DynamoDB API Reference, *CreateTable*, *UpdateTable*, *DeleteTable*,
//! *UpdateTimeToLive*.

use smol_str::SmolStr;

use super::database::DynamoDb;
use super::refusals::{in_use, no_such_table, validation};
use super::request::{Reply, Status, UpdateTable, UpdateTimeToLive};
use super::schema::{Billing, TableDefinition};
use super::table::Table;
use super::validate;
use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

pub(super) fn create(
    db: &mut DynamoDb,
    now: Timestamp,
    definition: &TableDefinition,
) -> Answer<Reply> {
    validate::definition(definition)?;
    if db.tables.contains_key(&definition.name) {
        return Err(in_use(format_args!(
            "Table already exists: {}",
            definition.name
        )));
    }
    let table = Table::new(definition.clone(), db.defaults.clone(), now);
    let description = table.describe(now);
    db.tables.insert(definition.name.clone(), table);
    Ok(Reply::Table(description))
}

pub(super) fn describe(db: &mut DynamoDb, now: Timestamp, name: &SmolStr) -> Answer<Reply> {
    let table = any(db, name)?;
    table.settle(now);
    Ok(Reply::Table(table.describe(now)))
}

pub(super) fn update(db: &mut DynamoDb, now: Timestamp, request: &UpdateTable) -> Answer<Reply> {
    let table = any(db, &request.table)?;
    unchanging(table, now)?;
    table.settle(now);
    if let Some(index) = &request.create_index {
        // The sentence is that of awsdocs/amazon-dynamodb-developer-guide#246; it is told of a table that is
        // made, and assumed for an index that is added.
        let is_provisioned = |billing| matches!(billing, Billing::Provisioned { .. });
        if is_provisioned(table.definition.billing)
            && !request.index_billing.is_some_and(is_provisioned)
        {
            return Err(validation(format_args!(
                "One or more parameter values were invalid: ProvisionedThroughput is not specified for \
                 index: {}",
                index.name
            )));
        }
        let mut definition = table.definition.clone();
        definition.indexes.push(index.clone());
        validate::definition(&definition)?;
        table.add_index(now, index.clone());
    }
    if let Some(billing) = request.billing {
        table.definition.billing = billing;
        table.capacity.change_billing(billing, now);
    }
    if let Some(protection) = request.deletion_protection {
        table.definition.deletion_protection = protection;
    }
    Ok(Reply::Table(table.describe(now)))
}

pub(super) fn delete(db: &mut DynamoDb, now: Timestamp, name: &SmolStr) -> Answer<Reply> {
    let table = any(db, name)?;
    unchanging(table, now)?;
    if table.definition.deletion_protection {
        // That the code is this one is an assumption.
        return Err(validation(format_args!(
            "Resource cannot be deleted as it is currently protected against deletion. Disable \
             deletion protection first. Table: {name}"
        )));
    }
    table.deleted_at = Some(now);
    Ok(Reply::Table(table.describe(now)))
}

pub(super) fn update_ttl(
    db: &mut DynamoDb,
    now: Timestamp,
    request: &UpdateTimeToLive,
) -> Answer<Reply> {
    let (table, _) = db.active(&request.table, now)?;
    match (table.ttl_attribute(), request.enabled) {
        (Some(_), true) => Err(validation("TimeToLive is already enabled")),
        (None, false) => Err(validation("TimeToLive is already disabled")),
        (Some(name), false) if *name != request.attribute => Err(validation(format_args!(
            "TimeToLive is active on a different AttributeName: current AttributeName is {name}"
        ))),
        (Some(_), false) => {
            table.set_ttl(now, None);
            Ok(Reply::TimeToLive(None))
        }
        (None, true) => {
            table.set_ttl(now, Some(request.attribute.clone()));
            Ok(Reply::TimeToLive(Some(request.attribute.clone())))
        }
    }
}

pub(super) fn describe_ttl(db: &mut DynamoDb, now: Timestamp, name: &SmolStr) -> Answer<Reply> {
    let (table, _) = db.active(name, now)?;
    Ok(Reply::TimeToLive(table.ttl_attribute().cloned()))
}

/// A table in any state.
fn any<'a>(db: &'a mut DynamoDb, name: &SmolStr) -> Answer<&'a mut Table> {
    db.tables.get_mut(name).ok_or_else(|| no_such_table(name))
}

/// Only one change of a table at a time.
fn unchanging(table: &Table, now: Timestamp) -> Result<(), Refusal> {
    match table.status(now) {
        Status::Active => Ok(()),
        Status::Creating | Status::Updating | Status::Deleting => Err(in_use(format_args!(
            "Attempt to change a resource which is still in use: Table is being changed: {}",
            table.definition.name
        ))),
    }
}
