//! What DynamoDB refuses, and in which words.

use std::sync::Arc;

use snaplife_sim::dynamodb::request::{PutItem, Query, Request, UpdateItem};
use snaplife_sim::dynamodb::{AttributeValue, Item, Projection};

use crate::support::{
    ask, database, database_with, definition, delete, get, item, number, put, put_all, query,
    tokens, update,
};

/// A put with a condition; the answer without the code that all have.
fn condition(text: &str, with: &str) -> String {
    let put = PutItem {
        condition: Some(text.into()),
        tokens: tokens(with),
        ..put("Id=a")
    };
    strip(ask(&mut database(), 0, Request::PutItem(put)))
}

fn updated(text: &str, with: &str) -> String {
    let mut db = database();
    put_all(&mut db, 0, &["Id=a n=1 s=text"]);
    let request = UpdateItem {
        ..update("Id=a", text, with)
    };
    strip(ask(&mut db, 0, Request::UpdateItem(request)))
}

fn queried(text: &str, with: &str, index: Option<&str>) -> String {
    let mut db = database();
    let query = Query {
        index: index.map(Into::into),
        ..query(text, with)
    };
    strip(ask(&mut db, 0, Request::Query(query)))
}

fn strip(answer: String) -> String {
    let answer = answer.replace("ValidationException: ", "");
    answer.replace("Invalid ConditionExpression: ", "condition: ")
}

#[test]
fn conditions_that_are_no_conditions() {
    insta::assert_snapshot!([
        condition("", ""),
        condition("a =", ""),
        condition("a = b AND", ""),
        condition("a == b", ""),
        condition("(a = b", ""),
        condition("a", ""),
        condition("((a = b))", ""),
        condition("size(a)", ""),
        condition("exists(a)", ""),
        condition("Attribute_exists(a)", ""),
        condition("attribute_exists(a, b)", ""),
        condition("attribute_exists(:a)", ":a=1"),
        condition("State = :s", ":s=x"),
        condition("a = :b", ""),
        condition("#a = b", ""),
        condition("a = b", ":c=1"),
        condition("a = b", "#c=d"),
        condition("a = :b", ":b=1 :a-b=1"),
        condition("begins_with(a, :n)", ":n=1"),
        condition("attribute_type(a, :t)", ":t=TEXT"),
        condition("#a = a", "#a=a"),
        condition("_a = b", ""),
        condition("a[01] = b", ""),
        condition("a BETWEEN :h AND :l", ":h=2 :l=1"),
        condition("a BETWEEN :h AND :l", ":h=2 :l=x"),
    ].join("\n"), @r#"
    condition: The expression can not be empty;
    condition: Syntax error; token: "<EOF>", near: "="
    condition: Syntax error; token: "<EOF>", near: "AND"
    condition: Syntax error; token: "=", near: "== b"
    condition: Syntax error; token: "<EOF>", near: "b"
    condition: Syntax error; token: "<EOF>", near: "a"
    condition: The expression has redundant parentheses;
    condition: The function is not allowed to be used this way in an expression; function: size
    condition: Invalid function name; function: exists
    condition: Invalid function name; function: Attribute_exists
    condition: Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2
    condition: Operator or function requires a document path; operator or function: attribute_exists
    condition: Attribute name is a reserved keyword; reserved keyword: State
    condition: An expression attribute value used in expression is not defined; attribute value: :b
    condition: An expression attribute name used in the document path is not defined; attribute name: #a
    Value provided in ExpressionAttributeValues unused in expressions: keys: {:c}
    Value provided in ExpressionAttributeNames unused in expressions: keys: {#c}
    ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b"
    condition: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N
    condition: Invalid attribute type name found; type: TEXT, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}
    condition: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]
    condition: Syntax error; token: "_a", near: "_a ="
    condition: Syntax error; token: "01", near: "[01]"
    condition: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: {N: 2,}, upper bound operand: {N: 1,}
    condition: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: {N: 2,}, upper bound operand: {S: x,}
    "#);
}

#[test]
fn updates_that_are_refused() {
    insta::assert_snapshot!([
        updated("SET Id = :x", ":x=b"),
        updated("SET x = y", ""),
        updated("SET x.y = :x", ":x=1"),
        updated("SET x = s + :one", ":one=1"),
        updated("SET x = :s + :one", ":s=x :one=1"),
        updated("SET x = :a SET y = :a", ":a=1"),
        updated("SET x = :a, x.y = :a", ":a=1"),
        updated("SET x = :a, x = :a", ":a=1"),
        updated("ADD x :s", ":s=x"),
        updated("DELETE x :n", ":n=1"),
        updated("ADD s :n", ":n=1"),
        updated("SET #d = :n", "#d=Date :n=x"),
        updated("SET x = if_not_exists(:n, :n)", ":n=1"),
        updated("x = :n", ":n=1"),
    ].join("\n"), @r#"
    One or more parameter values were invalid: Cannot update attribute Id. This attribute is part of the key
    The provided expression refers to an attribute that does not exist in the item
    The document path provided in the update expression is invalid for update
    An operand in the update expression has an incorrect data type
    Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S
    Invalid UpdateExpression: The "SET" section can only be used once in an update expression;
    Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [x], path two: [x, y]
    Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [x], path two: [x]
    Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: S
    Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: N
    An operand in the update expression has an incorrect data type
    One or more parameter values were invalid: Type mismatch for Index Key Date Expected: N Actual: S IndexName: Open
    Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists
    Invalid UpdateExpression: Syntax error; token: "x", near: "x ="
    "#);
}

#[test]
fn key_conditions_that_are_none() {
    insta::assert_snapshot!([
        queried("x = :x", ":x=a", None),
        queried("Id = :x AND y = :x", ":x=a", None),
        queried("Id > :x", ":x=a", None),
        queried("Id = :x OR Id = :y", ":x=a :y=b", None),
        queried("Id = :x", ":x=1", None),
        queried("Id = :x", ":x=", None),
        queried("#o = :x AND #d <> :d", "#o=Open #d=Date :x=a :d=1", Some("Open")),
        queried("#o = :x", "#o=Open :x=a", Some("Shut")),
    ].join("\n"), @"
    Query condition missed key schema element: Id
    Query key condition not supported
    Query key condition not supported
    Invalid operator used in KeyConditionExpression: OR
    One or more parameter values were invalid: Condition parameter type does not match schema type
    One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: Id
    Invalid operator used in KeyConditionExpression: <>
    The table does not have the specified index: Shut
    ");
    let strong = Query {
        consistent: true,
        index: Some("Open".into()),
        ..query("#o = :x", "#o=Open :x=a")
    };
    insta::assert_snapshot!(
        ask(&mut database(), 0, Request::Query(strong)),
        @"ValidationException: Consistent reads are not supported on global secondary indexes"
    );
    let filtered = Query {
        filter: Some("Id <> :x".into()),
        ..query("Id = :x", ":x=a")
    };
    insta::assert_snapshot!(
        ask(&mut database(), 0, Request::Query(filtered)),
        @"ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: Id"
    );
}

#[test]
fn a_query_of_an_index_filters_by_what_the_index_holds() {
    let mut definition = definition();
    definition.indexes[0].projection = Projection::Include(vec!["n".into()]);
    let filtered = |filter: &str| {
        let query = Query {
            filter: Some(filter.into()),
            index: Some("Open".into()),
            ..query("#o = :x", "#o=Open :x=a")
        };
        strip(ask(
            &mut database_with(definition.clone()),
            0,
            Request::Query(query),
        ))
    };
    insta::assert_snapshot!([
        filtered("attribute_exists(n) OR attribute_exists(Id)"),
        filtered("attribute_exists(n) OR attribute_exists(s.t)"),
    ].join("\n"), @"
    0 of 0 [] next -
    One or more parameter values were invalid: Secondary index Open does not project one or more filter attributes: [s]
    ");
}

#[test]
fn items_and_keys_that_do_not_fit() {
    let mut told = Vec::new();
    let mut try_item = |changed: Item| {
        let put = PutItem {
            item: Arc::new(changed),
            ..put("Id=a")
        };
        told.push(strip(ask(&mut database(), 0, Request::PutItem(put))));
    };
    let with = |name: &str, value: AttributeValue| {
        let mut changed = item("Id=a");
        changed.insert(name.into(), value);
        changed
    };
    let nested = (0..33).fold(AttributeValue::Null, |inner, _| {
        AttributeValue::L(vec![inner])
    });
    try_item(item("x=a"));
    try_item(item("Id=1"));
    try_item(with("Id", "".into()));
    try_item(with("Id", "x".repeat(2_049).as_str().into()));
    try_item(with("Date", "x".into()));
    try_item(with("Open", "".into()));
    try_item(with("x", "x".repeat(400 << 10).as_str().into()));
    try_item(with("x", nested));
    try_item(with("x", AttributeValue::Ss([].into())));
    try_item(with("x", number("1.5")));
    insta::assert_snapshot!(told.join("\n"), @"
    One or more parameter values were invalid: Missing the key Id in the item
    One or more parameter values were invalid: Type mismatch for key Id expected: S actual: N
    One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: Id
    One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes
    One or more parameter values were invalid: Type mismatch for Index Key Date Expected: N Actual: S IndexName: Open
    One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: Open, IndexKey: Open
    Item size has exceeded the maximum allowed size
    Nesting Levels have exceeded supported limits: Attributes cannot have more than 32 levels of nesting
    One or more parameter values were invalid: An string set  may not be empty
    nothing
    ");
    let mut db = database();
    let wrong_keys = [
        Request::GetItem(get("x=a")),
        Request::GetItem(get("Id=a x=b")),
        Request::DeleteItem(delete("Id=1")),
    ];
    for request in wrong_keys {
        assert_eq!(
            ask(&mut db, 0, request),
            "ValidationException: The provided key element does not match the schema"
        );
    }
}

#[test]
fn tables_that_can_not_be() {
    let mut short = definition();
    short.name = "ab".into();
    let mut twice = definition();
    twice.name = "Other".into();
    twice.indexes.push(twice.indexes[0].clone());
    let told =
        [short, twice].map(|table| strip(ask(&mut database(), 0, Request::CreateTable(table))));
    insta::assert_snapshot!(told.join("\n"), @"
    Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.': ab
    One or more parameter values were invalid: Duplicate index name: Open
    ");
}
