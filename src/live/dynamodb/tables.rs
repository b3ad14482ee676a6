//! Calls about the table itself.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, IndexStatus, KeySchemaElement,
    KeyType, PointInTimeRecoverySpecification, Projection, ProjectionType, ProvisionedThroughput,
    ProvisionedThroughputDescription, ScalarAttributeType, TableDescription as Told,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use smol_str::SmolStr;

use super::super::clients::Clients;
use super::super::error::end;
use super::super::witness::{Body, Witness};
use super::not_prepared;
use crate::ports::table::{
    Index, KEY, ProvisionedCapacity, TTL_ATTRIBUTE, TableChange, TableDescription, TimeToLive,
    UpdateTable,
};
use crate::ports::{Answer, Done, OperationName as Name, Reply};

pub(in super::super) async fn describe_table(clients: &Clients) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .describe_table()
        .table_name(clients.table.as_str())
        .customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(Name::DescribeTable, &witness, sent, |told| {
        description(told.table?).map(Reply::DescribeTable)
    })
}

fn description(table: Told) -> Option<TableDescription> {
    let indexes = table.global_secondary_indexes.unwrap_or_default();
    let name = |index: &GlobalSecondaryIndexDescription| index.index_name().map(SmolStr::new);
    let active = indexes
        .iter()
        .filter(|index| index.index_status == Some(IndexStatus::Active))
        .filter_map(name);
    let is_on_demand = table
        .billing_mode_summary
        .and_then(|summary| summary.billing_mode)
        .is_some_and(|mode| mode == BillingMode::PayPerRequest);
    let capacity = match table.provisioned_throughput {
        Some(units) if !is_on_demand => provisioned(&units),
        _ => None,
    };
    Some(TableDescription {
        active_indexes: active.collect(),
        capacity,
        deletion_protection: table.deletion_protection_enabled.unwrap_or(false),
        indexes: indexes.iter().filter_map(name).collect(),
        status: SmolStr::new(table.table_status?.as_str()),
    })
}

/// None for a table on demand that says so by having no units.
fn provisioned(units: &ProvisionedThroughputDescription) -> Option<ProvisionedCapacity> {
    let whole = |units: Option<i64>| u32::try_from(units?).ok().filter(|units| *units > 0);
    Some(ProvisionedCapacity {
        read: whole(units.read_capacity_units)?,
        write: whole(units.write_capacity_units)?,
    })
}

/// On demand, with our key and the three indexes.
pub(in super::super) async fn create_table(clients: &Clients) -> Answer<Reply> {
    let Ok((attributes, key_schema, indexes)) = definition() else {
        return not_prepared();
    };
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .create_table()
        .table_name(clients.table.as_str())
        .set_attribute_definitions(Some(attributes))
        .set_key_schema(Some(vec![key_schema]))
        .set_global_secondary_indexes(Some(indexes))
        .billing_mode(BillingMode::PayPerRequest)
        .customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(Name::CreateTable, &witness, sent, |_| {
        Some(Reply::CreateTable(Done {}))
    })
}

type Definition = (
    Vec<AttributeDefinition>,
    KeySchemaElement,
    Vec<GlobalSecondaryIndex>,
);

fn definition() -> Result<Definition, BuildError> {
    let mut attributes = vec![attribute(KEY, ScalarAttributeType::S)?];
    for index in Index::ALL {
        for of_index in index_attributes(index)? {
            let name = of_index.attribute_name();
            // DynamoDB wants each attribute once, however many indexes use it.
            if attributes.iter().all(|one| one.attribute_name() != name) {
                attributes.push(of_index);
            }
        }
    }
    let indexes = Index::ALL.into_iter().map(|index| {
        GlobalSecondaryIndex::builder()
            .index_name(index.name())
            .set_key_schema(Some(index_key(index)?))
            .projection(whole_rows())
            .build()
    });
    Ok((
        attributes,
        key_part(KEY, KeyType::Hash)?,
        indexes.collect::<Result<_, _>>()?,
    ))
}

fn index_attributes(index: Index) -> Result<[AttributeDefinition; 2], BuildError> {
    Ok([
        attribute(index.partition(), ScalarAttributeType::S)?,
        attribute(index.sort(), ScalarAttributeType::N)?,
    ])
}

fn index_key(index: Index) -> Result<Vec<KeySchemaElement>, BuildError> {
    Ok(vec![
        key_part(index.partition(), KeyType::Hash)?,
        key_part(index.sort(), KeyType::Range)?,
    ])
}

fn whole_rows() -> Projection {
    Projection::builder()
        .projection_type(ProjectionType::All)
        .build()
}

fn attribute(name: &str, kind: ScalarAttributeType) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(kind)
        .build()
}

fn key_part(name: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
}

pub(in super::super) async fn update_table(
    clients: &Clients,
    asked: &UpdateTable,
) -> Answer<Reply> {
    let call = clients
        .dynamodb
        .update_table()
        .table_name(clients.table.as_str());
    let call = match asked.change {
        TableChange::ProtectFromDeletion => call.deletion_protection_enabled(true),
        TableChange::AddIndex { capacity, index } => {
            let (Ok(attributes), Ok(added)) = (index_attributes(index), added(index, capacity))
            else {
                return not_prepared();
            };
            call.set_attribute_definitions(Some(attributes.into()))
                .global_secondary_index_updates(added)
        }
    };
    let witness = Witness::new(Body::Json);
    let sent = call.customize().interceptor(witness.clone()).send().await;
    end(Name::UpdateTable, &witness, sent, |_| {
        Some(Reply::UpdateTable(Done {}))
    })
}

fn added(
    index: Index,
    capacity: Option<ProvisionedCapacity>,
) -> Result<GlobalSecondaryIndexUpdate, BuildError> {
    let units = |units: ProvisionedCapacity| {
        ProvisionedThroughput::builder()
            .read_capacity_units(units.read.into())
            .write_capacity_units(units.write.into())
            .build()
    };
    let create = CreateGlobalSecondaryIndexAction::builder()
        .index_name(index.name())
        .set_key_schema(Some(index_key(index)?))
        .projection(whole_rows())
        .set_provisioned_throughput(capacity.map(units).transpose()?)
        .build()?;
    Ok(GlobalSecondaryIndexUpdate::builder().create(create).build())
}

/// Point-in-time recovery for as long as AWS keeps it by default: 35 days.
pub(in super::super) async fn enable_recovery(clients: &Clients) -> Answer<Reply> {
    let on = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(true)
        .build();
    let Ok(on) = on else {
        return not_prepared();
    };
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .update_continuous_backups()
        .table_name(clients.table.as_str())
        .point_in_time_recovery_specification(on)
        .customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(Name::EnableRecovery, &witness, sent, |_| {
        Some(Reply::EnableRecovery(Done {}))
    })
}

pub(in super::super) async fn enable_time_to_live(clients: &Clients) -> Answer<Reply> {
    let enabled = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name(TTL_ATTRIBUTE)
        .build();
    let Ok(enabled) = enabled else {
        return not_prepared();
    };
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .update_time_to_live()
        .table_name(clients.table.as_str())
        .time_to_live_specification(enabled)
        .customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(Name::EnableTimeToLive, &witness, sent, |_| {
        Some(Reply::EnableTimeToLive(Done {}))
    })
}

/// An attribute counts only while TTL is on, or about to be.
pub(in super::super) async fn describe_time_to_live(clients: &Clients) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .describe_time_to_live()
        .table_name(clients.table.as_str())
        .customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(Name::DescribeTimeToLive, &witness, sent, |told| {
        let told = told.time_to_live_description?;
        let on = matches!(
            told.time_to_live_status,
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        );
        let attribute = told.attribute_name.filter(|_| on);
        Some(Reply::DescribeTimeToLive(TimeToLive {
            attribute: attribute.map(SmolStr::from),
        }))
    })
}
