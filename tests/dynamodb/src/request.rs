//! A request as cases write it and as failures show it.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::value;

/// The table's name in requests; each arm puts the real one in its place.
pub(crate) const TABLE: &str = "Snaps";
/// A second table's name, likewise.
pub(crate) const OTHER: &str = "Snaps-other";

/// One operation with its JSON body.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Request {
    /// As in `X-Amz-Target`.
    pub(crate) operation: &'static str,
    /// In DynamoDB's JSON.
    pub(crate) body: Value,
}

impl Request {
    /// A request with a whole body.
    pub(crate) const fn new(operation: &'static str, body: Value) -> Self {
        Self { operation, body }
    }

    /// With one more field, as DynamoDB's JSON has it.
    pub(crate) fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body[name] = value.into();
        self
    }

    /// Only if this holds.
    pub(crate) fn when(self, condition: &str) -> Self {
        self.field("ConditionExpression", condition)
    }

    /// What `#name` and `:value` stand for.
    pub(crate) fn with(self, tokens: &Value) -> Self {
        let (mut names, mut values) = (Map::new(), Map::new());
        for (token, meaning) in tokens.as_object().into_iter().flatten() {
            if token.starts_with('#') {
                names.insert(token.clone(), meaning.clone());
            } else {
                values.insert(token.clone(), value::typed(meaning));
            }
        }
        let mut request = self;
        for (field, tokens) in [
            ("ExpressionAttributeNames", names),
            ("ExpressionAttributeValues", values),
        ] {
            if !tokens.is_empty() {
                request = request.field(field, tokens);
            }
        }
        request
    }

    /// What of the item comes back.
    pub(crate) fn returning(self, which: &str) -> Self {
        self.field("ReturnValues", which)
    }

    /// The body as an action of a transaction.
    pub(crate) fn action(self) -> Value {
        let name = match self.operation {
            "PutItem" => "Put",
            "UpdateItem" => "Update",
            "DeleteItem" => "Delete",
            "GetItem" => "Get",
            other => other,
        };
        json!({ name: self.body })
    }
}

/// The whole item.
pub(crate) fn put(item: &Value) -> Request {
    on_table("PutItem").field("Item", value::attributes(item))
}

/// The item whose `Id` is `id`, strongly consistent.
pub(crate) fn get(id: &str) -> Request {
    keyed("GetItem", id).field("ConsistentRead", true)
}

/// An update of the item `id`.
pub(crate) fn update(id: &str, expression: &str) -> Request {
    keyed("UpdateItem", id).field("UpdateExpression", expression)
}

/// Deletes the item `id`.
pub(crate) fn delete(id: &str) -> Request {
    keyed("DeleteItem", id)
}

/// A condition on the item `id`, as an action of a transaction.
pub(crate) fn check(id: &str, condition: &str) -> Request {
    keyed("ConditionCheck", id).when(condition)
}

/// A query.
pub(crate) fn query(key_condition: &str) -> Request {
    on_table("Query").field("KeyConditionExpression", key_condition)
}

/// A scan: every arm pages it to its end, since the order of items has no meaning.
pub(crate) fn scan() -> Request {
    on_table("Scan")
}

/// A transaction of writes.
pub(crate) fn transact(actions: impl IntoIterator<Item = Request>) -> Request {
    let actions: Vec<Value> = actions.into_iter().map(Request::action).collect();
    Request::new("TransactWriteItems", json!({ "TransactItems": actions }))
}

/// A transaction of reads.
pub(crate) fn transact_get(gets: impl IntoIterator<Item = Request>) -> Request {
    let gets: Vec<Value> = gets.into_iter().map(Request::action).collect();
    Request::new("TransactGetItems", json!({ "TransactItems": gets }))
}

/// A batch of puts and deletes.
pub(crate) fn batch_write<'a>(
    puts: impl IntoIterator<Item = &'a Value>,
    deletes: impl IntoIterator<Item = &'a str>,
) -> Request {
    let puts = puts
        .into_iter()
        .map(|item| json!({ "PutRequest": { "Item": value::attributes(item) } }));
    let deletes = deletes
        .into_iter()
        .map(|id| json!({ "DeleteRequest": { "Key": key(id) } }));
    let writes: Vec<Value> = puts.chain(deletes).collect();
    Request::new(
        "BatchWriteItem",
        json!({ "RequestItems": { TABLE: writes } }),
    )
}

/// A batch of reads by `Id`, strongly consistent.
pub(crate) fn batch_get<'a>(ids: impl IntoIterator<Item = &'a str>) -> Request {
    let keys: Vec<Value> = ids.into_iter().map(key).collect();
    Request::new(
        "BatchGetItem",
        json!({ "RequestItems": { TABLE: { "ConsistentRead": true, "Keys": keys } } }),
    )
}

/// The key of the item `id`, in DynamoDB's JSON.
pub(crate) fn key(id: &str) -> Value {
    json!({ "Id": { "S": id } })
}

fn on_table(operation: &'static str) -> Request {
    Request::new(operation, json!({ "TableName": TABLE }))
}

fn keyed(operation: &'static str, id: &str) -> Request {
    on_table(operation).field("Key", key(id))
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)?;
        for (name, value) in self.body.as_object().into_iter().flatten() {
            if name != "TableName" {
                write!(f, "\n      {name}: {}", value::plain(value))?;
            }
        }
        Ok(())
    }
}
