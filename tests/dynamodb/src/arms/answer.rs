//! What of an answer is compared.
//!
//! Compared: the status; of a refusal its code, and the codes of a cancelled transaction; of a success everything that follows from
//! the request. Not compared: sentences, request ids, capacity, instants, sizes, ARNs, how a number is spelled, and orders that have no
//! meaning.

use std::fmt;

use serde_json::{Map, Value, json};
use snaplife_sim::dynamodb::Number;

use crate::request::{OTHER, Request, TABLE};
use crate::value;

/// How the answers to a request are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Comparison {
    /// As they stand.
    Plain,
    /// All pages, one after the other, each as it stands.
    Pages,
    /// Without the table's status: DynamoDB Local drops a table at once.
    Dropped,
    /// All pages as one, in an order of our own: that of a scan has no meaning.
    WholeListing,
}

impl Comparison {
    pub(super) fn of(request: &Request) -> Self {
        match request.operation {
            "Scan" => Self::WholeListing,
            "Query" => Self::Pages,
            "DeleteTable" => Self::Dropped,
            _ => Self::Plain,
        }
    }

    /// Whether the rest of a listing is asked for, too.
    pub(super) const fn follows_pages(self) -> bool {
        match self {
            Self::Plain | Self::Dropped => false,
            Self::Pages | Self::WholeListing => true,
        }
    }
}

/// An answer, with only what is compared.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What it says.
    pub(crate) said: Value,
    /// The sentence of a refusal: shown, not compared.
    sentence: Ignored,
}

/// Equal to any other.
#[derive(Clone, Debug)]
struct Ignored(Option<String>);

impl PartialEq for Ignored {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Answer {
    /// Whether nothing says in which order the items of these pages come: AWS does not for equal sort keys, and a projection may hide
    /// them.
    pub(super) fn may_have_ties(pages: &[(u16, Value)], sort: Option<&str>) -> bool {
        let Some(sort) = sort else { return true };
        let items = pages
            .iter()
            .filter_map(|(_, page)| page["Items"].as_array());
        let mut seen = std::collections::BTreeSet::new();
        items.flatten().any(|item| {
            item.get(sort)
                .is_none_or(|value| !seen.insert(value.to_string()))
        })
    }

    /// Reads the pages of an answer; `name` is the table's real name.
    pub(super) fn of(comparison: Comparison, pages: &[(u16, Value)], name: &str) -> Self {
        let Some((status, last)) = pages.last() else {
            return Self::refused(0, &Value::Null);
        };
        if *status != 200 {
            return Self::refused(*status, last);
        }
        let said = match comparison {
            Comparison::Plain => said(last),
            Comparison::Dropped => {
                let mut said = said(last);
                said["TableDescription"]["TableStatus"] = Value::Null;
                said
            }
            Comparison::Pages => match pages {
                [(_, only)] => said(only),
                _ => pages.iter().map(|(_, page)| said(page)).collect(),
            },
            Comparison::WholeListing => whole(pages),
        };
        Self {
            status: 200,
            said: named(said, name),
            sentence: Ignored(None),
        }
    }

    fn refused(status: u16, body: &Value) -> Self {
        let sentence = body.get("message").or_else(|| body.get("Message"));
        let mut said = json!({ "code": code(body) });
        if let Some(reasons) = body.get("CancellationReasons").and_then(Value::as_array) {
            said["reasons"] = reasons
                .iter()
                .map(|reason| reason["Code"].clone())
                .collect();
        }
        Self {
            status,
            said,
            sentence: Ignored(sentence.and_then(Value::as_str).map(str::to_owned)),
        }
    }

    /// The code of a refusal; none for a success.
    pub(crate) fn code(&self) -> Option<&str> {
        self.said
            .get("code")
            .and_then(Value::as_str)
            .filter(|_| self.status != 200)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, value::plain(&self.said))?;
        match &self.sentence.0 {
            Some(sentence) => write!(f, "  ({sentence})"),
            None => Ok(()),
        }
    }
}

/// What stands behind the `#` of `__type`.
fn code(body: &Value) -> &str {
    let kind = body.get("__type").and_then(Value::as_str).unwrap_or("none");
    kind.rsplit('#').next().unwrap_or(kind)
}

fn said(body: &Value) -> Value {
    let Value::Object(fields) = body else {
        return body.clone();
    };
    let mut said = Map::new();
    for (name, value) in fields {
        match name.as_str() {
            "ConsumedCapacity" | "ItemCollectionMetrics" => {}
            "TableDescription" | "Table" => {
                said.insert(name.clone(), description(value));
            }
            // The order of a batch has no meaning; that of a transaction, which is a list, has one.
            "Responses" if value.is_object() => {
                let tables = value.as_object().into_iter().flatten();
                let tables = tables.map(|(table, items)| (table.clone(), sorted(items)));
                said.insert(name.clone(), Value::Object(tables.collect()));
            }
            _ => {
                said.insert(name.clone(), sets_in_order(value));
            }
        }
    }
    Value::Object(said)
}

/// All pages of a listing as one.
fn whole(pages: &[(u16, Value)]) -> Value {
    let items = pages
        .iter()
        .filter_map(|(_, page)| page["Items"].as_array());
    let items: Vec<Value> = items.flatten().cloned().collect();
    let sum = |name: &str| -> u64 {
        pages
            .iter()
            .filter_map(|(_, page)| page[name].as_u64())
            .sum()
    };
    json!({
        "Count": sum("Count"),
        "Items": sorted(&Value::Array(items)),
        "ScannedCount": sum("ScannedCount"),
    })
}

/// What a table is, without what differs from server to server.
fn description(table: &Value) -> Value {
    let index = |index: &Value| {
        json!({
            "IndexName": index["IndexName"],
            "IndexStatus": index["IndexStatus"],
            "KeySchema": index["KeySchema"],
            "Projection": index["Projection"],
        })
    };
    // A table that never was on demand need not say so (API Reference, *BillingModeSummary*).
    let billing = table["BillingModeSummary"]["BillingMode"].as_str();
    let billing = billing.unwrap_or("PROVISIONED");
    let indexes = table["GlobalSecondaryIndexes"].as_array();
    let indexes: Vec<Value> = indexes.into_iter().flatten().map(index).collect();
    json!({
        "AttributeDefinitions": sorted(&table["AttributeDefinitions"]),
        "BillingMode": billing,
        "GlobalSecondaryIndexes": sorted(&Value::Array(indexes)),
        "ItemCount": table["ItemCount"],
        "KeySchema": table["KeySchema"],
        "ReadCapacityUnits": table["ProvisionedThroughput"]["ReadCapacityUnits"],
        "TableName": table["TableName"],
        "TableStatus": table["TableStatus"],
        "WriteCapacityUnits": table["ProvisionedThroughput"]["WriteCapacityUnits"],
    })
}

/// A list in the order of its elements' texts.
fn sorted(list: &Value) -> Value {
    let mut elements: Vec<Value> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(sets_in_order)
        .collect();
    // Members of an object come in the order of the answer, which has no meaning either.
    elements.iter_mut().for_each(Value::sort_all_objects);
    elements.sort_by_key(Value::to_string);
    Value::Array(elements)
}

/// A number in one spelling; anything else as it is.
fn spelled(digits: &Value) -> Value {
    match digits.as_str().map(Number::parse) {
        Some(Ok(number)) => number.to_string().into(),
        Some(Err(_)) | None => digits.clone(),
    }
}

/// Sets have no order, and numbers many spellings.
fn sets_in_order(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| {
                    let value = match name.as_str() {
                        "N" => spelled(value),
                        "NS" => sorted(
                            &value
                                .as_array()
                                .into_iter()
                                .flatten()
                                .map(spelled)
                                .collect(),
                        ),
                        "SS" | "BS" if value.is_array() => sorted(value),
                        _ => sets_in_order(value),
                    };
                    (name.clone(), value)
                })
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(sets_in_order).collect()),
        other => other.clone(),
    }
}

/// The table under the name that requests have for it.
fn named(said: Value, name: &str) -> Value {
    let text = said
        .to_string()
        .replace(&format!("\"{name}\""), &format!("\"{TABLE}\""))
        .replace(&format!("\"{name}-other\""), &format!("\"{OTHER}\""));
    serde_json::from_str(&text).unwrap_or(said)
}
