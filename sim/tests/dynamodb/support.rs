//! Short words for the tests: items as `Id=a Sort=1`, answers as text.

use std::sync::Arc;

use smol_str::SmolStr;
use snaplife_sim::answer::Answer;
use snaplife_sim::dynamodb::request::{
    DeleteItem, GetItem, PutItem, Query, Reply, Request, ReturnValues, Tokens, UpdateItem,
};
use snaplife_sim::dynamodb::{
    AttributeValue, Billing, DynamoDb, IndexDefinition, Item, KeySchema, KeyType, Number,
    Projection, Settings, TableDefinition,
};
use snaplife_sim::time::Timestamp;

pub(crate) const TABLE: &str = "Things";

/// `Id` is the key; the index `Open` holds what has `Open` and `Date`.
pub(crate) fn definition() -> TableDefinition {
    TableDefinition {
        billing: Billing::OnDemand,
        deletion_protection: false,
        indexes: vec![IndexDefinition {
            key: KeySchema::partition("Open", KeyType::S).and_sort("Date", KeyType::N),
            name: "Open".into(),
            projection: Projection::All,
        }],
        key: KeySchema::partition("Id", KeyType::S),
        name: TABLE.into(),
    }
}

pub(crate) fn database() -> DynamoDb {
    database_with(definition())
}

pub(crate) fn database_with(definition: TableDefinition) -> DynamoDb {
    let mut db = DynamoDb::new(Settings::default());
    db.install(Timestamp(0), definition);
    db
}

/// `name=value` pairs; whole numbers are numbers, all else is text.
pub(crate) fn item(text: &str) -> Item {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("name=value");
        (SmolStr::new(name), value_of(value))
    };
    text.split_whitespace().map(pair).collect()
}

fn value_of(text: &str) -> AttributeValue {
    text.parse::<i64>()
        .map_or_else(|_| text.into(), AttributeValue::from)
}

pub(crate) fn number(text: &str) -> AttributeValue {
    AttributeValue::N(Number::parse(text).expect("a number"))
}

/// `#token=name` and `:token=value` pairs.
pub(crate) fn tokens(text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    for pair in text.split_whitespace() {
        let (token, meaning) = pair.split_once('=').expect("token=meaning");
        if token.starts_with('#') {
            tokens.names.push((token.into(), meaning.into()));
        } else {
            tokens.values.push((token.into(), value_of(meaning)));
        }
    }
    tokens
}

pub(crate) fn put(text: &str) -> PutItem {
    PutItem {
        condition: None,
        item: Arc::new(item(text)),
        returns: ReturnValues::None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    }
}

pub(crate) fn get(key: &str) -> GetItem {
    GetItem {
        consistent: true,
        key: item(key),
        projection: None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    }
}

pub(crate) fn delete(key: &str) -> DeleteItem {
    DeleteItem {
        condition: None,
        key: item(key),
        returns: ReturnValues::None,
        table: TABLE.into(),
        tokens: Tokens::default(),
    }
}

pub(crate) fn update(key: &str, text: &str, with: &str) -> UpdateItem {
    UpdateItem {
        condition: None,
        key: item(key),
        returns: ReturnValues::AllNew,
        table: TABLE.into(),
        tokens: tokens(with),
        update: Some(text.into()),
    }
}

pub(crate) fn query(condition: &str, with: &str) -> Query {
    Query {
        consistent: false,
        descending: false,
        filter: None,
        index: None,
        key_condition: condition.into(),
        limit: None,
        projection: None,
        start: None,
        table: TABLE.into(),
        tokens: tokens(with),
    }
}

/// Puts at an instant, which must succeed.
pub(crate) fn put_all(db: &mut DynamoDb, at: i64, items: &[&str]) {
    for text in items {
        let answer = db.call(Timestamp(at), &Request::PutItem(put(text)));
        assert_eq!(answer, Ok(Reply::Item(None)), "{text}");
    }
}

/// One call and its answer as text.
pub(crate) fn ask(db: &mut DynamoDb, at: i64, request: Request) -> String {
    told(&db.call(Timestamp(at), &request))
}

pub(crate) fn told(answer: &Answer<Reply>) -> String {
    match answer {
        Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
        Ok(Reply::Item(item)) => item.as_deref().map_or("nothing".to_owned(), show),
        Ok(Reply::Page(page)) => {
            let items: Vec<_> = page.items.iter().map(|item| show(item)).collect();
            let next = page.last_key.as_deref().map(show);
            format!(
                "{} of {} [{}] next {}",
                items.len(),
                page.scanned,
                items.join("; "),
                next.as_deref().unwrap_or("-")
            )
        }
        Ok(Reply::Table(table)) => {
            let indexes: Vec<_> = table.index_status.iter().map(|s| s.name()).collect();
            format!("{} {}", table.status.name(), indexes.join(" "))
        }
        Ok(other) => format!("{other:?}"),
    }
}

/// An item as [`item`] reads it, richer values in the words of `Debug`.
pub(crate) fn show(item: &Item) -> String {
    let pair = |(name, value): (&SmolStr, &AttributeValue)| match value {
        AttributeValue::S(text) => format!("{name}={text}"),
        AttributeValue::N(number) => format!("{name}={number}"),
        other => format!("{name}={other:?}"),
    };
    item.iter().map(pair).collect::<Vec<_>>().join(" ")
}
