//! The table's calls over the simulated DynamoDB: translation, and nothing else.
//!
//! Names, expression texts, strings and whole items are shared, not copied.

use std::sync::Arc;

use smol_str::SmolStr;
use snaplife_sim::answer::{Answer, Refusal};
use snaplife_sim::dynamodb::request as sim;
use snaplife_sim::dynamodb::{
    AttributeValue, Billing, DynamoDb, IndexDefinition, Item, KeySchema, KeyType, Projection,
    Recovery, TableDefinition, Tokens,
};
use snaplife_sim::time::Timestamp;

pub use crate::ports::table::TABLE;
use crate::ports::table::{
    self, Consistency, Expression, FoundItem, Index, ItemBatch, ItemPage, KEY, ProvisionedCapacity,
    SortOrder, TTL_ATTRIBUTE, TableDescription, TimeToLive, TransactAction,
};
use crate::ports::{Done, Reply, Request};

/// The table as `CreateTable` makes it: our key, three indexes, on demand.
#[must_use]
pub fn table_definition() -> TableDefinition {
    TableDefinition {
        billing: Billing::OnDemand,
        deletion_protection: false,
        indexes: Index::ALL.map(index_definition).into(),
        key: KeySchema::partition(KEY, KeyType::S),
        name: TABLE.into(),
    }
}

fn index_definition(index: Index) -> IndexDefinition {
    IndexDefinition {
        key: KeySchema::partition(index.partition(), KeyType::S).and_sort(index.sort(), KeyType::N),
        name: SmolStr::new_static(index.name()),
        projection: Projection::All,
    }
}

/// Answers a call that is DynamoDB's; none when it is another service's.
pub fn call(db: &mut DynamoDb, now: Timestamp, request: &Request) -> Option<Answer<Reply>> {
    Some(match request {
        Request::GetItem(get) => get_item(db, now, get),
        Request::BatchGetItem(get) => batch_get_item(db, now, get),
        Request::Query(query) => self::query(db, now, query),
        Request::PutItem(put) => {
            done(db, now, sim::Request::PutItem(put_item(put))).map(Reply::PutItem)
        }
        Request::TransactWrite(write) => {
            done(db, now, transact_write(write)).map(Reply::TransactWrite)
        }
        Request::DescribeTable(_) => describe_table(db, now),
        Request::DescribeTimeToLive(_) => describe_ttl(db, now),
        Request::CreateTable(_) => {
            done(db, now, sim::Request::CreateTable(table_definition())).map(Reply::CreateTable)
        }
        Request::EnableTimeToLive(_) => {
            let request = sim::UpdateTimeToLive {
                attribute: TTL_ATTRIBUTE.into(),
                enabled: true,
                table: TABLE.into(),
            };
            done(db, now, sim::Request::UpdateTimeToLive(request)).map(Reply::EnableTimeToLive)
        }
        Request::UpdateTable(update) => done(db, now, update_table(update)).map(Reply::UpdateTable),
        Request::EnableRecovery(_) => db
            .update_continuous_backups(now, &TABLE.into(), Recovery::Enabled)
            .map(|()| Reply::EnableRecovery(Done {})),
        Request::Scan(scan) => self::scan(db, now, scan),
        Request::DescribeInstances(_)
        | Request::DescribeVolumes(_)
        | Request::DescribeSnapshots(_)
        | Request::DescribeImages(_)
        | Request::DescribeLockedSnapshots(_)
        | Request::CreateSnapshots(_)
        | Request::CreateSnapshot(_)
        | Request::DeleteSnapshot(_)
        | Request::CreateTags(_)
        | Request::DeleteTags(_)
        | Request::DryRun(_)
        | Request::GetCallerIdentity(_)
        | Request::GetTopicAttributes(_)
        | Request::Publish(_) => return None,
    })
}

/// A call whose reply holds nothing for us.
fn done(db: &mut DynamoDb, now: Timestamp, request: sim::Request) -> Answer<Done> {
    db.call(now, &request).map(|_| Done {})
}

fn get_item(db: &mut DynamoDb, now: Timestamp, get: &table::GetItem) -> Answer<Reply> {
    let request = sim::Request::GetItem(sim::GetItem {
        consistent: get.consistency == Consistency::Strong,
        key: key(&get.key),
        projection: None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    });
    match db.call(now, &request)? {
        sim::Reply::Item(item) => Ok(Reply::GetItem(FoundItem {
            item: item.map(table::Item),
        })),
        other => Err(unexpected(&other)),
    }
}

fn batch_get_item(db: &mut DynamoDb, now: Timestamp, get: &table::BatchGetItem) -> Answer<Reply> {
    let request = sim::Request::BatchGetItem(sim::BatchGetItem {
        tables: vec![sim::BatchKeys {
            consistent: true,
            keys: get.keys.iter().map(key).collect(),
            projection: None,
            table: TABLE.into(),
            tokens: Tokens::default(),
        }],
    });
    match db.call(now, &request)? {
        sim::Reply::Batch(batch) => Ok(Reply::BatchGetItem(ItemBatch {
            items: batch
                .items
                .into_iter()
                .map(|(_, item)| table::Item(item))
                .collect(),
            unprocessed: batch
                .unprocessed
                .iter()
                .flat_map(|keys| &keys.keys)
                .filter_map(key_text)
                .collect(),
        })),
        other => Err(unexpected(&other)),
    }
}

fn query(db: &mut DynamoDb, now: Timestamp, query: &table::Query) -> Answer<Reply> {
    let request = sim::Request::Query(sim::Query {
        consistent: false,
        descending: query.order == SortOrder::Descending,
        filter: None,
        index: Some(SmolStr::new_static(query.index.name())),
        key_condition: query.key_condition.text.clone(),
        limit: query.limit,
        projection: query.projection.expression().map(SmolStr::new_static),
        start: query.start.as_ref().map(|start| Arc::clone(&start.0)),
        table: TABLE.into(),
        tokens: query_tokens(query),
    });
    match db.call(now, &request)? {
        sim::Reply::Page(page) => Ok(Reply::Query(ItemPage {
            items: page.items.into_iter().map(table::Item).collect(),
            next: page.last_key.map(table::Item),
        })),
        other => Err(unexpected(&other)),
    }
}

fn update_table(update: &table::UpdateTable) -> sim::Request {
    let (create_index, index_billing, deletion_protection) = match update.change {
        table::TableChange::AddIndex { capacity, index } => {
            let billing = capacity.map_or(snaplife_sim::dynamodb::Billing::OnDemand, |units| {
                let table::ProvisionedCapacity { read, write } = units;
                snaplife_sim::dynamodb::Billing::Provisioned { read, write }
            });
            (Some(index_definition(index)), Some(billing), None)
        }
        table::TableChange::ProtectFromDeletion => (None, None, Some(true)),
    };
    sim::Request::UpdateTable(sim::UpdateTable {
        billing: None,
        create_index,
        index_billing,
        deletion_protection,
        table: TABLE.into(),
    })
}

fn scan(db: &mut DynamoDb, now: Timestamp, scan: &table::Scan) -> Answer<Reply> {
    let request = sim::Request::Scan(sim::Scan {
        consistent: true,
        filter: None,
        index: None,
        limit: None,
        projection: None,
        start: scan.start.as_ref().map(|start| Arc::clone(&start.0)),
        table: TABLE.into(),
        tokens: Tokens::default(),
    });
    match db.call(now, &request)? {
        sim::Reply::Page(page) => Ok(Reply::Scan(ItemPage {
            items: page.items.into_iter().map(table::Item).collect(),
            next: page.last_key.map(table::Item),
        })),
        other => Err(unexpected(&other)),
    }
}

fn query_tokens(query: &table::Query) -> sim::Tokens {
    let mut tokens = tokens(&query.key_condition);
    if query.projection == table::Projection::Brief {
        let brief = table::BRIEF.map(|(token, name)| (token.into(), name.into()));
        tokens.names.extend(brief);
    }
    tokens
}

fn put_item(put: &table::PutItem) -> sim::PutItem {
    sim::PutItem {
        condition: Some(put.condition.text.clone()),
        item: Arc::clone(&put.item.0),
        returns: sim::ReturnValues::None,
        table: TABLE.into(),
        tokens: tokens(&put.condition),
    }
}

fn transact_write(write: &table::TransactWrite) -> sim::Request {
    let action = |action: &TransactAction| match action {
        TransactAction::Check {
            condition,
            key: row,
        } => sim::TransactAction::ConditionCheck(sim::ConditionCheck {
            condition: condition.text.clone(),
            key: key(row),
            table: TABLE.into(),
            tokens: tokens(condition),
        }),
        TransactAction::Put(put) => sim::TransactAction::Put(put_item(put)),
    };
    sim::Request::TransactWriteItems(sim::TransactWriteItems {
        actions: write.actions.iter().map(action).collect(),
        token: Some(write.token.clone()),
    })
}

fn describe_table(db: &mut DynamoDb, now: Timestamp) -> Answer<Reply> {
    let request = sim::Request::DescribeTable {
        table: TABLE.into(),
    };
    match db.call(now, &request)? {
        sim::Reply::Table(description) => {
            let definition = description.definition;
            let indexes = definition.indexes.iter().map(|index| index.name.clone());
            let indexes = indexes.collect();
            let deletion_protection = definition.deletion_protection;
            let active = |(index, status): (IndexDefinition, sim::Status)| {
                (status == sim::Status::Active).then_some(index.name)
            };
            Ok(Reply::DescribeTable(TableDescription {
                active_indexes: definition
                    .indexes
                    .into_iter()
                    .zip(description.index_status)
                    .filter_map(active)
                    .collect(),
                capacity: match definition.billing {
                    Billing::OnDemand => None,
                    Billing::Provisioned { read, write } => {
                        Some(ProvisionedCapacity { read, write })
                    }
                },
                deletion_protection,
                indexes,
                status: SmolStr::new_static(description.status.name()),
            }))
        }
        other => Err(unexpected(&other)),
    }
}

fn describe_ttl(db: &mut DynamoDb, now: Timestamp) -> Answer<Reply> {
    let request = sim::Request::DescribeTimeToLive {
        table: TABLE.into(),
    };
    match db.call(now, &request)? {
        sim::Reply::TimeToLive(attribute) => {
            Ok(Reply::DescribeTimeToLive(TimeToLive { attribute }))
        }
        other => Err(unexpected(&other)),
    }
}

/// The world answered with another call's reply: our own bug, shown as a server's.
fn unexpected(reply: &sim::Reply) -> Refusal {
    debug_assert!(false, "a reply of another call: {reply:?}");
    Refusal::new(500, "InternalServerError", "a reply of another call")
}

fn key(row: &SmolStr) -> Item {
    Item::from([(SmolStr::new_static(KEY), AttributeValue::S(row.clone()))])
}

fn key_text(key: &Item) -> Option<SmolStr> {
    match key.get(KEY) {
        Some(AttributeValue::S(text)) => Some(text.clone()),
        _ => None,
    }
}

fn tokens(expression: &Expression) -> Tokens {
    Tokens {
        names: expression.names.clone(),
        values: expression.values.clone(),
    }
}

#[cfg(test)]
mod tests;
