//! Calls about rows: send each, and read how it ended.
//!
//! A row that comes back under another key than the one asked for makes the answer unreadable.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use smol_str::SmolStr;

use super::super::clients::Clients;
use super::super::error::end;
use super::super::witness::{Body, Witness};
use super::not_prepared;
use super::request::{actions, key, key_text, names, values};
use super::value::{from_row, to_row};
use crate::ports::table::{
    BatchGetItem, Consistency, FoundItem, GetItem, Item, ItemBatch, ItemPage, Projection, PutItem,
    Query, Scan, SortOrder, TransactWrite,
};
use crate::ports::{Answer, Done, OperationName as Name, Outcome, Reply};

/// Sends a call in a witness's sight.
macro_rules! send {
    ($witness:expr, $call:expr) => {
        $call.customize().interceptor($witness.clone()).send().await
    };
}

pub(in super::super) async fn get_item(clients: &Clients, asked: &GetItem) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .get_item()
        .table_name(clients.table.as_str())
        .set_key(Some(key(&asked.key)))
        .consistent_read(asked.consistency == Consistency::Strong);
    let sent = send!(witness, call);
    end(Name::GetItem, &witness, sent, |found| {
        let item = match found.item {
            None => None,
            Some(row) => Some(from_row(row).filter(|item| item.key() == Some(&asked.key))?),
        };
        Some(Reply::GetItem(FoundItem { item }))
    })
}

pub(in super::super) async fn batch_get_item(
    clients: &Clients,
    asked: &BatchGetItem,
) -> Answer<Reply> {
    let table = clients.table.as_str();
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(asked.keys.iter().map(key).collect()))
        .consistent_read(true);
    let Ok(keys) = keys.build() else {
        return not_prepared();
    };
    let witness = Witness::new(Body::Json);
    let call = clients.dynamodb.batch_get_item().request_items(table, keys);
    let sent = send!(witness, call);
    end(Name::BatchGetItem, &witness, sent, |found| {
        let mut rows = found.responses.unwrap_or_default();
        let items = rows.remove(table).unwrap_or_default().into_iter();
        let items: Vec<Item> = items.map(from_row).collect::<Option<_>>()?;
        let mut left = found.unprocessed_keys.unwrap_or_default();
        let left = left.remove(table).map_or_else(Vec::new, |left| left.keys);
        let left: Vec<SmolStr> = left.into_iter().map(key_text).collect::<Option<_>>()?;
        let was_asked = |key: Option<&SmolStr>| key.is_some_and(|key| asked.keys.contains(key));
        let all_asked = items.iter().all(|item| was_asked(item.key()))
            && left.iter().all(|key| was_asked(Some(key)));
        all_asked.then_some(Reply::BatchGetItem(ItemBatch {
            items,
            unprocessed: left,
        }))
    })
}

pub(in super::super) async fn query(clients: &Clients, asked: &Query) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let limit = asked
        .limit
        .map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
    let call = clients
        .dynamodb
        .query()
        .table_name(clients.table.as_str())
        .index_name(asked.index.name())
        .key_condition_expression(asked.key_condition.text.as_str())
        .set_projection_expression(asked.projection.expression().map(str::to_owned))
        .set_expression_attribute_names(names(&asked.key_condition, asked.projection))
        .set_expression_attribute_values(values(&asked.key_condition))
        .set_limit(limit)
        .scan_index_forward(asked.order == SortOrder::Ascending)
        .set_exclusive_start_key(asked.start.as_ref().map(to_row));
    let sent = send!(witness, call);
    end(Name::Query, &witness, sent, |page| {
        page_of(page.items, page.last_evaluated_key).map(Reply::Query)
    })
}

pub(in super::super) async fn scan(clients: &Clients, asked: &Scan) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .scan()
        .table_name(clients.table.as_str())
        .consistent_read(true)
        .set_exclusive_start_key(asked.start.as_ref().map(to_row));
    let sent = send!(witness, call);
    end(Name::Scan, &witness, sent, |page| {
        page_of(page.items, page.last_evaluated_key).map(Reply::Scan)
    })
}

/// A page; none when a row of it can't be read.
fn page_of<R>(items: Option<Vec<R>>, last: Option<R>) -> Option<ItemPage>
where
    R: IntoIterator<Item = (String, AttributeValue)>,
{
    let items = items.unwrap_or_default().into_iter();
    let next = match last {
        None => None,
        // DynamoDB leaves it out; an empty one can't be gone on from.
        Some(key) => Some(from_row(key)?).filter(|key| !key.0.is_empty()),
    };
    Some(ItemPage {
        items: items.map(from_row).collect::<Option<_>>()?,
        next,
    })
}

pub(in super::super) async fn put_item(clients: &Clients, asked: &PutItem) -> Answer<Reply> {
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .put_item()
        .table_name(clients.table.as_str())
        .set_item(Some(to_row(&asked.item)))
        .condition_expression(asked.condition.text.as_str())
        .set_expression_attribute_names(names(&asked.condition, Projection::Whole))
        .set_expression_attribute_values(values(&asked.condition));
    let sent = send!(witness, call);
    end(Name::PutItem, &witness, sent, |_| {
        Some(Reply::PutItem(Done {}))
    })
}

/// The token is always ours: one that the SDK made up would be another at each try.
pub(in super::super) async fn transact_write(
    clients: &Clients,
    asked: &TransactWrite,
) -> Answer<Reply> {
    let Some(actions) = actions(&asked.actions, clients.table.as_str()) else {
        return not_prepared();
    };
    let witness = Witness::new(Body::Json);
    let call = clients
        .dynamodb
        .transact_write_items()
        .set_transact_items(Some(actions))
        .client_request_token(asked.token.as_str());
    let sent = send!(witness, call);
    let reasons = sent.as_ref().err().map(reasons).unwrap_or_default();
    let mut answer = end(Name::TransactWrite, &witness, sent, |_| {
        Some(Reply::TransactWrite(Done {}))
    });
    if let Outcome::Rejected(rejection) = &mut answer.outcome {
        rejection.reasons = reasons;
    }
    answer
}

/// Why a transaction was cancelled: one code for each action, `None` where it was not to blame.
fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> Vec<SmolStr> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter();
            reasons
                .map(|reason| SmolStr::new(reason.code().unwrap_or("None")))
                .collect()
        }
        _ => Vec::new(),
    }
}
