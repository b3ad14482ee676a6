//! Calls about tables themselves.
//!
//! Source: DynamoDB API Reference, *CreateTable*, *DescribeTable*, *UpdateTable*, *DeleteTable*, *UpdateTimeToLive*.

use serde_json::{Value, json};

use super::{Case, Expected, INVALID};
use crate::request::{OTHER, Request, TABLE};

const DONE: Expected = Expected::Done;
const NO_TABLE: Expected = Expected::Refused("ResourceNotFoundException");

/// Every case starts without the second table.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = all();
    for case in &mut cases {
        let drop_it = Request::new("DeleteTable", json!({ "TableName": OTHER }));
        case.steps.insert(0, drop_it);
    }
    cases
}

fn all() -> Vec<Case> {
    let on = |operation, table: &str| Request::new(operation, json!({ "TableName": table }));
    let drop_other = || on("DeleteTable", OTHER);
    let make = |changes: &dyn Fn(&mut Value)| {
        let mut definition = super::table();
        definition["TableName"] = OTHER.into();
        changes(&mut definition);
        Request::new("CreateTable", definition)
    };
    let made = || make(&|_| {});
    let refused =
        |name: &str, changes: &dyn Fn(&mut Value)| Case::new(name, [make(changes)], INVALID);
    let ttl = |attribute: &str, enabled: bool| {
        on("UpdateTimeToLive", OTHER).field(
            "TimeToLiveSpecification",
            json!({ "AttributeName": attribute, "Enabled": enabled }),
        )
    };
    vec![
        Case::new("the table as it is", [on("DescribeTable", TABLE)], DONE),
        Case::new(
            "a table that is not there",
            [on("DescribeTable", "not-there")],
            NO_TABLE,
        ),
        Case::new(
            "a table is made, seen and dropped",
            [made(), on("DescribeTable", OTHER), drop_other()],
            DONE,
        ),
        Case::new(
            "a dropped table is gone",
            [made(), drop_other(), on("DescribeTable", OTHER)],
            NO_TABLE,
        ),
        Case::new(
            "a drop of nothing",
            [on("DeleteTable", "not-there")],
            NO_TABLE,
        ),
        Case::new(
            "a table is not made twice",
            [Request::new("CreateTable", super::table())],
            Expected::Refused("ResourceInUseException"),
        ),
        Case::new(
            "provisioned capacity",
            [
                make(&|table| {
                    table["BillingMode"] = "PROVISIONED".into();
                    let units = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 });
                    table["ProvisionedThroughput"] = units.clone();
                    for index in table["GlobalSecondaryIndexes"]
                        .as_array_mut()
                        .into_iter()
                        .flatten()
                    {
                        index["ProvisionedThroughput"] = units.clone();
                    }
                }),
                drop_other(),
            ],
            DONE,
        ),
        Case::new(
            "no indexes",
            [
                make(&|table| {
                    remove(table, "GlobalSecondaryIndexes");
                    table["AttributeDefinitions"] =
                        json!([{ "AttributeName": "Id", "AttributeType": "S" }]);
                }),
                drop_other(),
            ],
            DONE,
        ),
        refused("a name that is too short", &|table| {
            table["TableName"] = "ab".into()
        }),
        refused("a name with a space", &|table| {
            table["TableName"] = "a table".into()
        }),
        refused("no key", &|table| table["KeySchema"] = json!([])),
        refused("an attribute that no key has", &|table| {
            let more = json!({ "AttributeName": "more", "AttributeType": "S" });
            table["AttributeDefinitions"]
                .as_array_mut()
                .into_iter()
                .for_each(|list| list.push(more.clone()));
        }),
        refused("a key without type", &|table| {
            table["KeySchema"] = json!([{ "AttributeName": "more", "KeyType": "HASH" }]);
        }),
        refused("an index twice", &|table| {
            let index = table["GlobalSecondaryIndexes"][0].clone();
            table["GlobalSecondaryIndexes"]
                .as_array_mut()
                .into_iter()
                .for_each(|list| list.push(index.clone()));
        }),
        Case::new(
            "time to live, on",
            [
                made(),
                ttl("Purge", true),
                on("DescribeTimeToLive", OTHER),
                drop_other(),
            ],
            DONE,
        ),
        Case::new(
            "time to live, never asked for",
            [on("DescribeTimeToLive", TABLE)],
            DONE,
        ),
        Case::new(
            "time to live of nothing",
            [on("DescribeTimeToLive", "not-there")],
            NO_TABLE,
        ),
    ]
}

fn remove(object: &mut Value, field: &str) {
    if let Some(fields) = object.as_object_mut() {
        fields.remove(field);
    }
}
