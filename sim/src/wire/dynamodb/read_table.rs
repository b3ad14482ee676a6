//! Requests about tables themselves.
//!
//! Source: DynamoDB API Reference, *CreateTable*, *UpdateTable*, *DeleteTable*, *DescribeTable*,
//! *ListTables*, *UpdateTimeToLive*, *DescribeTimeToLive*.

use std::collections::BTreeSet;

use serde::Deserialize;
use smol_str::{SmolStr, format_smolstr};

use super::error::{parse, validation};
use crate::answer::Answer;
use crate::dynamodb::request::{Request, UpdateTable, UpdateTimeToLive};
use crate::dynamodb::schema::KeyAttribute;
use crate::dynamodb::{Billing, IndexDefinition, KeySchema, KeyType, Projection, TableDefinition};

/// A request that names a table and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    pub(super) table_name: SmolStr,
}

/// Which tables' names are asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTables {
    /// Names behind this one.
    pub(super) exclusive_start_table_name: Option<SmolStr>,
    /// So many at most; AWS's own most is 100.
    pub(super) limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateTable {
    attribute_definitions: Vec<AttributeDefinition>,
    billing_mode: Option<SmolStr>,
    deletion_protection_enabled: Option<bool>,
    global_secondary_indexes: Option<Vec<Index>>,
    key_schema: Vec<KeySchemaElement>,
    provisioned_throughput: Option<Throughput>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ChangeTable {
    attribute_definitions: Option<Vec<AttributeDefinition>>,
    billing_mode: Option<SmolStr>,
    deletion_protection_enabled: Option<bool>,
    global_secondary_index_updates: Option<Vec<IndexUpdate>>,
    provisioned_throughput: Option<Throughput>,
    table_name: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct IndexUpdate {
    create: Index,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AttributeDefinition {
    attribute_name: SmolStr,
    attribute_type: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeySchemaElement {
    attribute_name: SmolStr,
    key_type: SmolStr,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Index {
    index_name: SmolStr,
    key_schema: Vec<KeySchemaElement>,
    projection: ProjectionDefinition,
    /// An index has the units of its own; the world counts only the table's.
    #[serde(rename = "ProvisionedThroughput")]
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ProjectionDefinition {
    non_key_attributes: Option<Vec<SmolStr>>,
    projection_type: Option<SmolStr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Throughput {
    read_capacity_units: u32,
    write_capacity_units: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ChangeTimeToLive {
    table_name: SmolStr,
    time_to_live_specification: TimeToLive,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TimeToLive {
    attribute_name: SmolStr,
    enabled: bool,
}

pub(super) fn list_tables(body: &[u8]) -> Answer<ListTables> {
    parse(body)
}

pub(super) fn delete_table(body: &[u8]) -> Answer<Request> {
    let table = parse::<Named>(body)?.table_name;
    Ok(Request::DeleteTable { table })
}

pub(super) fn describe_table(body: &[u8]) -> Answer<Request> {
    let table = parse::<Named>(body)?.table_name;
    Ok(Request::DescribeTable { table })
}

pub(super) fn describe_time_to_live(body: &[u8]) -> Answer<Request> {
    let table = parse::<Named>(body)?.table_name;
    Ok(Request::DescribeTimeToLive { table })
}

pub(super) fn update_time_to_live(body: &[u8]) -> Answer<Request> {
    let change: ChangeTimeToLive = parse(body)?;
    let TimeToLive {
        attribute_name,
        enabled,
    } = change.time_to_live_specification;
    Ok(Request::UpdateTimeToLive(UpdateTimeToLive {
        attribute: attribute_name,
        enabled,
        table: change.table_name,
    }))
}

pub(super) fn create_table(body: &[u8]) -> Answer<Request> {
    let create: CreateTable = parse(body)?;
    let attributes = create.attribute_definitions;
    let indexes = create.global_secondary_indexes.unwrap_or_default();
    let definition = TableDefinition {
        // API Reference: `PROVISIONED` unless said otherwise.
        billing: billing(
            create.billing_mode.as_deref().unwrap_or("PROVISIONED"),
            create.provisioned_throughput.as_ref(),
        )?,
        deletion_protection: create.deletion_protection_enabled.unwrap_or_default(),
        indexes: indexes
            .into_iter()
            .map(|new| index(new, &attributes))
            .collect::<Answer<_>>()?,
        key: key(&create.key_schema, &attributes)?,
        name: create.table_name,
    };
    all_used(&definition, &attributes)?;
    Ok(Request::CreateTable(definition))
}

pub(super) fn update_table(body: &[u8]) -> Answer<Request> {
    let change: ChangeTable = parse(body)?;
    let attributes = change.attribute_definitions.unwrap_or_default();
    let mut updates = change
        .global_secondary_index_updates
        .unwrap_or_default()
        .into_iter();
    let create = updates.next().map(|update| update.create);
    let index_billing = create.as_ref().map(|index| match &index.throughput {
        Some(units) => Billing::Provisioned {
            read: units.read_capacity_units,
            write: units.write_capacity_units,
        },
        None => Billing::OnDemand,
    });
    let create_index = create
        .map(|create| index(create, &attributes))
        .transpose()?;
    if updates.next().is_some() {
        return Err(crate::answer::Refusal::new(
            400,
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted \
             simultaneously per table",
        ));
    }
    let throughput = change.provisioned_throughput.as_ref();
    let billing = match (change.billing_mode.as_deref(), throughput) {
        (Some(mode), _) => Some(billing(mode, throughput)?),
        (None, Some(_)) => Some(billing("PROVISIONED", throughput)?),
        (None, None) => None,
    };
    Ok(Request::UpdateTable(UpdateTable {
        billing,
        create_index,
        index_billing,
        deletion_protection: change.deletion_protection_enabled,
        table: change.table_name,
    }))
}

fn billing(mode: &str, throughput: Option<&Throughput>) -> Answer<Billing> {
    match (mode, throughput) {
        ("PAY_PER_REQUEST", None) => Ok(Billing::OnDemand),
        ("PAY_PER_REQUEST", Some(_)) => Err(validation(
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor \
             WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        )),
        ("PROVISIONED", Some(throughput)) => Ok(Billing::Provisioned {
            read: throughput.read_capacity_units,
            write: throughput.write_capacity_units,
        }),
        ("PROVISIONED", None) => Err(validation(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits \
             must both be specified when BillingMode is PROVISIONED",
        )),
        (other, _) => Err(validation(format_smolstr!(
            "1 validation error detected: Value '{other}' at 'billingMode' failed to satisfy \
             constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
        ))),
    }
}

fn index(new: Index, attributes: &[AttributeDefinition]) -> Answer<IndexDefinition> {
    let projection = match (
        new.projection.projection_type.as_deref(),
        new.projection.non_key_attributes,
    ) {
        (Some("ALL"), None) => Projection::All,
        (Some("KEYS_ONLY"), None) => Projection::KeysOnly,
        (Some("INCLUDE"), Some(names)) => Projection::Include(names),
        _ => {
            return Err(validation(
                "One or more parameter values were invalid: ProjectionType must be ALL, KEYS_ONLY, \
                 or INCLUDE with NonKeyAttributes",
            ));
        }
    };
    Ok(IndexDefinition {
        key: key(&new.key_schema, attributes)?,
        name: new.index_name,
        projection,
    })
}

/// One `HASH`, maybe one `RANGE` behind it.
fn key(schema: &[KeySchemaElement], attributes: &[AttributeDefinition]) -> Answer<KeySchema> {
    let attribute = |element: &KeySchemaElement| {
        let name = &element.attribute_name;
        let found = attributes
            .iter()
            .find(|attribute| attribute.attribute_name == *name);
        let kind = found.and_then(|attribute| key_type(&attribute.attribute_type));
        match kind {
            Some(kind) => Ok(KeyAttribute {
                kind,
                name: name.clone(),
            }),
            None => Err(validation(format_smolstr!(
                "One or more parameter values were invalid: Some key attributes are not defined in \
                 AttributeDefinitions. Keys: [{name}]"
            ))),
        }
    };
    let roles: Vec<&str> = schema
        .iter()
        .map(|element| element.key_type.as_str())
        .collect();
    match (roles.as_slice(), schema) {
        (["HASH"], [partition]) => Ok(KeySchema {
            partition: attribute(partition)?,
            sort: None,
        }),
        (["HASH", "RANGE"], [partition, sort])
            if partition.attribute_name != sort.attribute_name =>
        {
            Ok(KeySchema {
                partition: attribute(partition)?,
                sort: Some(attribute(sort)?),
            })
        }
        _ => Err(validation(
            "Invalid KeySchema: one HASH attribute, and at most one other RANGE attribute behind it",
        )),
    }
}

fn key_type(text: &str) -> Option<KeyType> {
    [KeyType::S, KeyType::N, KeyType::B]
        .into_iter()
        .find(|kind| kind.name() == text)
}

/// Every attribute that is defined has to be part of a key.
fn all_used(table: &TableDefinition, attributes: &[AttributeDefinition]) -> Answer<()> {
    let keys = std::iter::once(&table.key).chain(table.indexes.iter().map(|index| &index.key));
    let used: BTreeSet<&SmolStr> = keys
        .flat_map(KeySchema::attributes)
        .map(|attribute| &attribute.name)
        .collect();
    if used.len() == attributes.len() {
        return Ok(());
    }
    Err(validation(
        "One or more parameter values were invalid: Number of attributes in KeySchema does not \
         exactly match number of attributes defined in AttributeDefinitions",
    ))
}
