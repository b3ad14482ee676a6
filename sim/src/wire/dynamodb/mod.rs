//! DynamoDB over JSON 1.0.
//!
//! - [`read`], [`read_many`], [`read_table`], [`backups`]: JSON to the world's requests; [`write`]: its replies to
//!   JSON; [`item`]: items and values, both ways; [`error`]: error bodies, and bodies that are none.
//!
//! Source: DynamoDB API Reference, the page of each action. `ReturnConsumedCapacity` and
//! `ReturnItemCollectionMetrics` are taken and not answered. Other fields that the world has no
//! meaning for, and all from before expressions, are refused by name, which AWS would not do.

mod backups;
mod error;
mod item;
mod read;
mod read_many;
mod read_table;
mod write;

use bytes::Bytes;

use crate::answer::{Answer, Refusal};
use crate::dynamodb::request::Request;
use crate::time::Timestamp;
use crate::world::World;

pub(super) use error::error_body;

pub(super) fn answer(
    world: &mut World,
    now: Timestamp,
    operation: &str,
    body: &[u8],
) -> Answer<Bytes> {
    let db = &mut world.dynamodb;
    let request = match operation {
        "BatchGetItem" => read_many::batch_get_item(body)?,
        "BatchWriteItem" => read_many::batch_write_item(body)?,
        "CreateTable" => read_table::create_table(body)?,
        "DescribeContinuousBackups" => return backups::describe(db, now, body),
        "DeleteItem" => read::delete_item(body)?,
        "DeleteTable" => read_table::delete_table(body)?,
        "DescribeTable" => read_table::describe_table(body)?,
        "DescribeTimeToLive" => read_table::describe_time_to_live(body)?,
        "GetItem" => read::get_item(body)?,
        "ListTables" => {
            db.advance(now);
            return write::table_names(db.table_names(), &read_table::list_tables(body)?);
        }
        "PutItem" => read::put_item(body)?,
        "Query" => read::query(body)?,
        "Scan" => read::scan(body)?,
        "TransactGetItems" => read_many::transact_get_items(body)?,
        "TransactWriteItems" => read_many::transact_write_items(body)?,
        "UpdateContinuousBackups" => return backups::update(db, now, body),
        "UpdateItem" => read::update_item(body)?,
        "UpdateTable" => read_table::update_table(body)?,
        "UpdateTimeToLive" => read_table::update_time_to_live(body)?,
        _ => return Err(Refusal::new(400, "UnknownOperationException", "")),
    };
    let reply = db.call(now, &request)?;
    let place = write::Place {
        account: world.ec2.account(),
        region: &world.region,
    };
    write::reply(&request, &reply, place)
}

/// Whether a request asks for tables themselves; these have descriptions of different names.
const fn is_describe(request: &Request) -> bool {
    matches!(
        request,
        Request::DescribeTable { .. } | Request::DescribeTimeToLive { .. }
    )
}
