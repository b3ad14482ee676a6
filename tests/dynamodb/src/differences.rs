//! In what DynamoDB Local is known to differ from AWS, each with its reason, and tested to be still so.
//!
//! The simulated DynamoDB follows AWS's documentation; here it and DynamoDB Local part, and that is right. What the old jar alone does
//! may be gone on a newer one, where either answer is taken; there is nothing else that any of the cases or sequences overlooks.

use serde_json::{Value, json};

use crate::arms::{Answer, Answers, Arms};
use crate::request::{OTHER, Request, TABLE, get, put, query, scan, transact, update};
use crate::server::{Release, causes};
use crate::value;

/// One known difference.
struct Difference {
    /// What it is.
    name: &'static str,
    /// Why it is no fault of the simulated one, with AWS's page.
    why: &'static str,
    /// The last one shows it.
    steps: Vec<Request>,
    /// How the simulated one answers that.
    ours: Said,
    /// How DynamoDB Local answers it.
    theirs: Said,
    /// Which DynamoDB Local does.
    who: Who,
}

/// An answer, as far as it matters.
#[derive(Clone, PartialEq, Debug)]
enum Said {
    /// 200, whatever it says.
    Done,
    /// 200 and exactly this, values in plain JSON.
    This(Value),
    /// Refused with this code.
    Refused(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    /// The jar of January 2020; later ones may have caught up.
    Y2020,
}

/// Looks at each difference; how many there are.
///
/// # Errors
/// Those that are not as described.
pub(crate) fn check_all(arms: &mut Arms, release: Release) -> Result<usize, String> {
    let differences = all();
    let mut wrong = String::new();
    for difference in &differences {
        let (fake, local) = difference
            .last_answers(arms)
            .map_err(|error| causes(&error))?;
        let known = difference.theirs.is(&local);
        let caught_up = fake == local;
        let as_described = match (difference.who, release) {
            (Who::Y2020, Release::Y2020) => known,
            (Who::Y2020, Release::Other) => known || caught_up,
        };
        if !as_described || !difference.ours.is(&fake) {
            wrong.push_str(&format!(
                "\n  {}\n    ({})\n    simulated:      {fake}\n      known as      {:?}\n    DynamoDB Local: {local}\n      known as      {:?}\n",
                difference.name, difference.why, difference.ours, difference.theirs,
            ));
        }
    }
    if wrong.is_empty() {
        Ok(differences.len())
    } else {
        Err(wrong)
    }
}

/// Whether two answers that differ do so in the one known way that generated sequences can't keep clear of: an update in a transaction
/// that can't be done.
pub(crate) fn is_known(answers: &Answers) -> bool {
    let reasons = answers.fake.said.get("reasons").and_then(Value::as_array);
    let undoable = reasons.is_some_and(|reasons| reasons.contains(&json!("ValidationError")));
    undoable && answers.local.status == 400
}

impl Difference {
    fn last_answers(&self, arms: &mut Arms) -> Result<(Answer, Answer), crate::arms::LocalError> {
        arms.clear()?;
        let mut last = arms.ask(&scan())?;
        for step in &self.steps {
            last = arms.ask(step)?;
        }
        Ok((last.fake, last.local))
    }
}

impl Said {
    fn is(&self, answer: &Answer) -> bool {
        match self {
            Self::Done => answer.status == 200,
            Self::This(said) => answer.status == 200 && value::plain(&answer.said) == *said,
            Self::Refused(code) => answer.code() == Some(code),
        }
    }
}

fn all() -> Vec<Difference> {
    let invalid = Said::Refused("ValidationException");
    let one = json!({ ":one": 1 });
    let stored = || put(&json!({ "Id": "a", "n": 1, "s": "text" }));
    let many: Vec<Value> = (0..11)
        .map(|n| json!({ "Id": format!("id-{n}") }))
        .collect();
    let protected = {
        let mut definition = crate::cases::table();
        definition["TableName"] = OTHER.into();
        definition["DeletionProtectionEnabled"] = true.into();
        Request::new("CreateTable", definition)
    };
    vec![
        Difference {
            name: "an empty text is refused",
            why: "AWS takes empty values for attributes that are no keys since May 2020: Developer Guide, Supported data types, String",
            steps: vec![put(&json!({ "Id": "a", "s": "" }))],
            ours: Said::Done,
            theirs: invalid.clone(),
            who: Who::Y2020,
        },
        Difference {
            name: "empty binary is refused",
            why: "as for empty text",
            steps: vec![put(&json!({ "Id": "a", "b": { "$B": "" } }))],
            ours: Said::Done,
            theirs: invalid.clone(),
            who: Who::Y2020,
        },
        Difference {
            name: "a set with an empty text is refused",
            why: "as for empty text: Developer Guide, Supported data types, Sets: empty string and binary values within a set are allowed",
            steps: vec![put(&json!({ "Id": "a", "ss": { "$SS": ["", "a"] } }))],
            ours: Said::Done,
            theirs: invalid.clone(),
            who: Who::Y2020,
        },
        Difference {
            name: "a transaction has at most ten actions",
            why: "AWS raised it to 25, and to 100 in 2022: API Reference, TransactWriteItems",
            steps: vec![transact(many.iter().map(put))],
            ours: Said::Done,
            theirs: invalid.clone(),
            who: Who::Y2020,
        },
        Difference {
            name: "an update that can't be done fails its transaction as a bad request",
            why: "API Reference, TransactWriteItems: a cancellation reason ValidationError, `An operand in the update expression has an incorrect data type`",
            steps: vec![
                stored(),
                transact([update("a", "SET x = s + :one").with(&one)]),
            ],
            ours: Said::Refused("TransactionCanceledException"),
            theirs: invalid.clone(),
            who: Who::Y2020,
        },
        Difference {
            name: "capacity is taken for a table on demand",
            why: "API Reference, CreateTable: with PAY_PER_REQUEST no capacity can be specified",
            steps: vec![{
                let mut definition = crate::cases::table();
                definition["TableName"] = OTHER.into();
                definition["ProvisionedThroughput"] =
                    json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 });
                Request::new("CreateTable", definition)
            }],
            ours: invalid.clone(),
            theirs: Said::Done,
            who: Who::Y2020,
        },
        Difference {
            name: "deletion protection is not known",
            why: "it came in 2023: API Reference, DeleteTable, DeletionProtectionEnabled",
            steps: vec![
                Request::new("DeleteTable", json!({ "TableName": OTHER })),
                protected,
                Request::new("DeleteTable", json!({ "TableName": OTHER })),
            ],
            ours: invalid.clone(),
            theirs: Said::Done,
            who: Who::Y2020,
        },
        Difference {
            name: "continuous backups are not known",
            why: "DynamoDB Local has no backups: Developer Guide, DynamoDB local usage notes",
            steps: vec![Request::new(
                "DescribeContinuousBackups",
                json!({ "TableName": TABLE }),
            )],
            ours: Said::Done,
            theirs: Said::Refused("UnknownOperationException"),
            who: Who::Y2020,
        },
        Difference {
            name: "a query of an index fetches what the index does not hold",
            why: "Developer Guide, Global Secondary Indexes, Attribute projections: queries on an index can't fetch from its table",
            steps: vec![
                put(&json!({ "Id": "a", "d": 1, "n": 7 })),
                query("d = :d")
                    .field("IndexName", "Date")
                    .field("ProjectionExpression", "n")
                    .with(&json!({ ":d": 1 })),
            ],
            ours: Said::This(json!({ "Count": 1, "Items": [{}], "ScannedCount": 1 })),
            theirs: Said::This(json!({ "Count": 1, "Items": [{ "n": 7 }], "ScannedCount": 1 })),
            who: Who::Y2020,
        },
        Difference {
            name: "a scan of an index filters by what the index does not hold",
            why: "as for a query",
            steps: vec![
                put(&json!({ "Id": "a", "d": 1, "n": 7 })),
                scan()
                    .field("IndexName", "Date")
                    .field("FilterExpression", "n = :n")
                    .with(&json!({ ":n": 7 })),
            ],
            ours: Said::This(json!({ "Count": 0, "Items": [], "ScannedCount": 1 })),
            theirs: Said::This(
                json!({ "Count": 1, "Items": [{ "Id": "a", "d": 1 }], "ScannedCount": 1 }),
            ),
            who: Who::Y2020,
        },
        Difference {
            name: "a condition that fails is told before one item that is there twice",
            why: "API Reference, TransactWriteItems: two actions on one item are a ValidationException",
            steps: vec![transact([
                put(&json!({ "Id": "a" })).when("attribute_exists(Id)"),
                put(&json!({ "Id": "a" })),
            ])],
            ours: invalid.clone(),
            theirs: Said::Refused("TransactionCanceledException"),
            who: Who::Y2020,
        },
        Difference {
            name: "a number keeps its spelling",
            why: "Developer Guide, Supported data types, Number: leading and trailing zeros are trimmed. The comparison of answers looks at the number, not at its spelling",
            steps: vec![put(&json!({ "Id": "a", "n": { "$N": "1.00" } })), get("a")],
            ours: Said::This(json!({ "Item": { "Id": "a", "n": 1 } })),
            theirs: Said::Done,
            who: Who::Y2020,
        },
        Difference {
            name: "the key of an index takes a value of another type from an update",
            why: "Developer Guide, Global Secondary Indexes: the type has to be the one of the index's key; API Reference, \
                  TransactWriteItems: `The update expression attempted to update the secondary index key to unsupported type`",
            steps: vec![stored(), update("a", "SET o = :one").with(&one)],
            ours: invalid.clone(),
            theirs: Said::Done,
            who: Who::Y2020,
        },
        Difference {
            name: "the key of an index that is set to null is an internal failure",
            why: "as for a value of another type",
            steps: vec![
                stored(),
                update("a", "SET o = :null").with(&json!({ ":null": null })),
            ],
            ours: invalid,
            theirs: Said::Refused("InternalFailure"),
            who: Who::Y2020,
        },
    ]
}
