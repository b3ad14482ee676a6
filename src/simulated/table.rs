//! The table's calls over the simulated DynamoDB: translation, and nothing else.
//!
//! Names, expression texts and strings are shared, not copied; each item is converted once.

use std::sync::Arc;

use smol_str::{SmolStr, ToSmolStr};
use snaplife_sim::answer::{Answer, Refusal};
use snaplife_sim::dynamodb::request as sim;
use snaplife_sim::dynamodb::{
    AttributeValue, Billing, DynamoDb, IndexDefinition, Item, KeySchema, KeyType, Number,
    Projection, TableDefinition, Tokens, base64,
};
use snaplife_sim::time::Timestamp;

use crate::ports::ec2::Done;
use crate::ports::table::{
    self, Consistency, Expression, FoundItem, Index, ItemBatch, ItemPage, KEY, ProvisionedCapacity,
    SortOrder, TableDescription, TransactAction, Value,
};
use crate::ports::{Reply, Request};

/// The table's name.
pub const TABLE: &str = "Snaps";

/// The attribute with the instant, in seconds, after which DynamoDB may delete a row.
const TTL_ATTRIBUTE: &str = "Purge";

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

/// Answers a call that is DynamoDB's; none when it is another service's.
pub fn call(db: &mut DynamoDb, now: Timestamp, request: &Request) -> Option<Answer<Reply>> {
    Some(match request {
        Request::GetItem(get) => get_item(db, now, get),
        Request::BatchGetItem(get) => batch_get_item(db, now, get),
        Request::Query(query) => self::query(db, now, query),
        Request::PutItem(put) => {
            done(db, now, put_item(put).map(sim::Request::PutItem)).map(Reply::PutItem)
        }
        Request::UpdateItem(update) => {
            done(db, now, update_item(update).map(sim::Request::UpdateItem)).map(Reply::UpdateItem)
        }
        Request::TransactWrite(write) => {
            done(db, now, transact_write(write)).map(Reply::TransactWrite)
        }
        Request::DescribeTable(_) => describe_table(db, now),
        Request::CreateTable(_) => {
            done(db, now, Ok(sim::Request::CreateTable(table_definition()))).map(Reply::CreateTable)
        }
        Request::EnableTimeToLive(_) => {
            let request = sim::UpdateTimeToLive {
                attribute: TTL_ATTRIBUTE.into(),
                enabled: true,
                table: TABLE.into(),
            };
            done(db, now, Ok(sim::Request::UpdateTimeToLive(request))).map(Reply::EnableTimeToLive)
        }
        Request::UpdateTable(update) => {
            done(db, now, Ok(update_table(update))).map(Reply::UpdateTable)
        }
        // What happens to a table that is restored is the outsider's affair; that it can be is
        // taken for granted.
        Request::EnableRecovery(_) => {
            let table = TABLE.into();
            done(db, now, Ok(sim::Request::DescribeTable { table })).map(Reply::EnableRecovery)
        }
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
        | Request::GetCallerIdentity(_)
        | Request::Publish(_) => return None,
    })
}

/// A call whose reply holds nothing for us.
fn done(db: &mut DynamoDb, now: Timestamp, request: Answer<sim::Request>) -> Answer<Done> {
    db.call(now, &request?).map(|_| Done {})
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
            item: item.map(|item| from_item(&item)),
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
                .iter()
                .map(|(_, item)| from_item(item))
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
        projection: projection(query.projection),
        start: query
            .start
            .as_ref()
            .map(|start| to_item(start).map(Arc::new))
            .transpose()?,
        table: TABLE.into(),
        tokens: query_tokens(query)?,
    });
    match db.call(now, &request)? {
        sim::Reply::Page(page) => Ok(Reply::Query(ItemPage {
            items: page.items.iter().map(|item| from_item(item)).collect(),
            next: page.last_key.map(|last_key| from_item(&last_key)),
        })),
        other => Err(unexpected(&other)),
    }
}

fn update_table(update: &table::UpdateTable) -> sim::Request {
    let (create_index, deletion_protection) = match update.change {
        table::TableChange::AddIndex(index) => (Some(index_definition(index)), None),
        table::TableChange::ProtectFromDeletion => (None, Some(true)),
    };
    sim::Request::UpdateTable(sim::UpdateTable {
        billing: None,
        create_index,
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
        start: scan
            .start
            .as_ref()
            .map(|start| to_item(start).map(Arc::new))
            .transpose()?,
        table: TABLE.into(),
        tokens: Tokens::default(),
    });
    match db.call(now, &request)? {
        sim::Reply::Page(page) => Ok(Reply::Scan(ItemPage {
            items: page.items.iter().map(|item| from_item(item)).collect(),
            next: page.last_key.map(|last_key| from_item(&last_key)),
        })),
        other => Err(unexpected(&other)),
    }
}

/// The expression of a projection; none when whole rows are asked for.
fn projection(projection: table::Projection) -> Option<SmolStr> {
    match projection {
        table::Projection::Whole => None,
        table::Projection::Brief => Some(SmolStr::new_static(
            "#key, #op, #policy, #slot, #state, #unseen",
        )),
    }
}

fn query_tokens(query: &table::Query) -> Answer<sim::Tokens> {
    let mut tokens = tokens(&query.key_condition)?;
    if query.projection == table::Projection::Brief {
        let brief = table::BRIEF.map(|(token, name)| (token.into(), name.into()));
        tokens.names.extend(brief);
    }
    Ok(tokens)
}

fn put_item(put: &table::PutItem) -> Answer<sim::PutItem> {
    Ok(sim::PutItem {
        condition: Some(put.condition.text.clone()),
        item: Arc::new(to_item(&put.item)?),
        returns: sim::ReturnValues::None,
        table: TABLE.into(),
        tokens: tokens(&put.condition)?,
    })
}

fn update_item(update: &table::UpdateItem) -> Answer<sim::UpdateItem> {
    Ok(sim::UpdateItem {
        condition: Some(update.condition.clone()),
        key: key(&update.key),
        returns: sim::ReturnValues::None,
        table: TABLE.into(),
        tokens: tokens(&update.update)?,
        update: Some(update.update.text.clone()),
    })
}

fn transact_write(write: &table::TransactWrite) -> Answer<sim::Request> {
    let action = |action: &TransactAction| {
        Ok(match action {
            TransactAction::Check {
                condition,
                key: row,
            } => sim::TransactAction::ConditionCheck(sim::ConditionCheck {
                condition: condition.text.clone(),
                key: key(row),
                table: TABLE.into(),
                tokens: tokens(condition)?,
            }),
            TransactAction::Update(update) => sim::TransactAction::Update(update_item(update)?),
            TransactAction::Put(put) => sim::TransactAction::Put(put_item(put)?),
        })
    };
    let actions: Vec<sim::TransactAction> =
        write.actions.iter().map(action).collect::<Answer<_>>()?;
    Ok(sim::Request::TransactWriteItems(sim::TransactWriteItems {
        actions: actions.into(),
        token: Some(write.token.clone()),
    }))
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

fn tokens(expression: &Expression) -> Answer<Tokens> {
    let value = |(token, value): &(SmolStr, Value)| Ok((token.clone(), to_value(value)?));
    Ok(Tokens {
        names: expression.names.clone(),
        values: expression.values.iter().map(value).collect::<Answer<_>>()?,
    })
}

/// A row as the world keeps it.
///
/// # Errors
/// A number or a binary that DynamoDB would not take either.
pub fn to_item(item: &table::Item) -> Answer<Item> {
    to_fields(&item.0)
}

fn to_fields(fields: &std::collections::BTreeMap<SmolStr, Value>) -> Answer<Item> {
    fields
        .iter()
        .map(|(name, value)| Ok((name.clone(), to_value(value)?)))
        .collect()
}

fn to_value(value: &Value) -> Answer<AttributeValue> {
    Ok(match value {
        Value::S(text) => AttributeValue::S(text.clone()),
        Value::N(whole) => AttributeValue::N((*whole).into()),
        Value::BigN(digits) => AttributeValue::N(to_number(digits)?),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Null => AttributeValue::Null,
        Value::L(elements) => {
            AttributeValue::L(elements.iter().map(to_value).collect::<Answer<_>>()?)
        }
        Value::M(fields) => AttributeValue::M(to_fields(fields)?),
        Value::Ss(members) => AttributeValue::Ss(members.iter().cloned().collect()),
        Value::Ns(members) => AttributeValue::Ns(
            members
                .iter()
                .map(|digits| to_number(digits))
                .collect::<Answer<_>>()?,
        ),
        Value::B(text) => AttributeValue::B(to_bytes(text)?),
        Value::Bs(members) => AttributeValue::Bs(
            members
                .iter()
                .map(|text| to_bytes(text))
                .collect::<Answer<_>>()?,
        ),
    })
}

fn to_number(digits: &str) -> Answer<Number> {
    Number::parse(digits)
        .map_err(|error| Refusal::new(400, "ValidationException", error.to_smolstr()))
}

fn to_bytes(text: &str) -> Answer<Arc<[u8]>> {
    base64::decode(text).map(Arc::from).ok_or_else(|| {
        Refusal::new(
            400,
            "SerializationException",
            "Base64 encoded length is unexpected",
        )
    })
}

/// A row as the ports know it.
#[must_use]
pub fn from_item(item: &Item) -> table::Item {
    table::Item(
        item.iter()
            .map(|(name, value)| (name.clone(), from_value(value)))
            .collect(),
    )
}

fn from_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::S(text.clone()),
        AttributeValue::N(number) => number
            .as_i64()
            .map_or_else(|| Value::BigN(number.to_smolstr()), Value::N),
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::Null => Value::Null,
        AttributeValue::L(elements) => Value::L(elements.iter().map(from_value).collect()),
        AttributeValue::M(fields) => Value::M(from_item(fields).0),
        AttributeValue::Ss(members) => Value::Ss(members.iter().cloned().collect()),
        AttributeValue::Ns(members) => Value::Ns(members.iter().map(Number::to_smolstr).collect()),
        AttributeValue::B(bytes) => Value::B(base64::encode(bytes).into()),
        AttributeValue::Bs(members) => Value::Bs(
            members
                .iter()
                .map(|bytes| base64::encode(bytes).into())
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
