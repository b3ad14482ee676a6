//! The two sides that every request is put to, and what is equal in their answers.
//!
//! - [`Arms`]: both, with a table of their own that starts empty;
//! - `fake`: the simulated AWS, as bytes, in process; `local`: DynamoDB Local over HTTP;
//! - `answer`: what of an answer is compared.

mod answer;
mod fake;
mod local;

pub(crate) use answer::{Answer, Comparison};
pub(crate) use fake::Fake;
pub(crate) use local::{AUTHORIZATION, CONTENT_TYPE, Local, LocalError, target};

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::request::{OTHER, Request, TABLE};

/// A listing that does not end is a difference, not a hang.
const PAGES_MAX: usize = 200;

/// What answers a request in DynamoDB's JSON.
pub(crate) trait Arm {
    /// Status and body.
    ///
    /// # Errors
    /// When there is no answer at all.
    fn send(&mut self, operation: &str, body: &str) -> Result<(u16, Value), LocalError>;
}

/// Both sides, each with the same table.
pub(crate) struct Arms {
    fake: Fake,
    local: Local,
    /// The table's real name.
    name: String,
    /// How the table was made.
    definition: Value,
    /// The table's key attribute.
    key: String,
    /// Which case this is: part of the tokens of transactions, which servers remember for minutes.
    generation: u64,
}

/// The answers of the two sides to one request.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Answers {
    pub(crate) fake: Answer,
    pub(crate) local: Answer,
}

impl Arms {
    /// Makes the table `definition` (with [`TABLE`] for its name) on both sides, under a name of its own.
    ///
    /// # Errors
    /// When DynamoDB Local doesn't answer, or a side refuses to make the table.
    pub(crate) fn new(local: Local, name: String, definition: &Value) -> Result<Self, LocalError> {
        let key = &definition["KeySchema"][0]["AttributeName"];
        let mut arms = Self {
            definition: definition.clone(),
            fake: Fake::new(),
            key: key.as_str().unwrap_or_default().to_owned(),
            local,
            name,
            generation: first_generation(),
        };
        // A table that an earlier run under the same name left behind.
        let drop_it = arms.text(&Request::new("DeleteTable", json!({ "TableName": TABLE })));
        arms.local.send("DeleteTable", &drop_it)?;
        let made = arms.ask(&Request::new("CreateTable", definition.clone()))?;
        for answer in [&made.fake, &made.local] {
            if answer.status != 200 {
                return Err(LocalError::Table(answer.to_string()));
            }
        }
        Ok(arms)
    }

    /// Puts a request to both sides.
    ///
    /// # Errors
    /// When DynamoDB Local doesn't answer.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<Answers, LocalError> {
        let comparison = Comparison::of(request);
        let mut fake = Vec::new();
        let mut local = Vec::new();
        for (arm, answers) in [
            (&mut self.fake as &mut dyn Arm, &mut fake),
            (&mut self.local, &mut local),
        ] {
            let mut next = Some(request.clone());
            while let Some(page) = next.take() {
                let text = real(&page, &self.name, self.generation);
                let (status, body) = arm.send(page.operation, &text)?;
                if comparison.follows_pages()
                    && answers.len() < PAGES_MAX
                    && let Some(last) = body.get("LastEvaluatedKey")
                {
                    next = Some(page.field("ExclusiveStartKey", last.clone()));
                }
                answers.push((status, body));
            }
        }
        let read = |comparison| Answers {
            fake: Answer::of(comparison, &fake, &self.name),
            local: Answer::of(comparison, &local, &self.name),
        };
        let strict = read(comparison);
        let differ = comparison == Comparison::Pages && strict.fake != strict.local;
        if differ && Answer::may_have_ties(&fake, self.sort_key(request)) {
            return Ok(read(Comparison::WholeListing));
        }
        Ok(strict)
    }

    /// Empties the table on both sides: the next case starts.
    ///
    /// # Errors
    /// When DynamoDB Local doesn't answer.
    pub(crate) fn clear(&mut self) -> Result<(), LocalError> {
        self.generation += 1;
        for arm in [&mut self.fake as &mut dyn Arm, &mut self.local] {
            loop {
                let scan = json!({ "TableName": self.name, "ProjectionExpression": self.key });
                let (_, listed) = arm.send("Scan", &scan.to_string())?;
                let keys = listed["Items"].as_array().cloned().unwrap_or_default();
                for keys in keys.chunks(25) {
                    let deletes: Vec<Value> = keys
                        .iter()
                        .map(|key| json!({ "DeleteRequest": { "Key": key } }))
                        .collect();
                    let batch = json!({ "RequestItems": { &self.name: deletes } });
                    arm.send("BatchWriteItem", &batch.to_string())?;
                }
                if listed.get("LastEvaluatedKey").is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The attribute that a query's items are in the order of.
    fn sort_key(&self, request: &Request) -> Option<&str> {
        let index = &request.body["IndexName"];
        let mut indexes = self.definition["GlobalSecondaryIndexes"].as_array()?.iter();
        let index = indexes.find(|known| known["IndexName"] == *index)?;
        index["KeySchema"][1]["AttributeName"].as_str()
    }

    fn text(&self, request: &Request) -> String {
        real(request, &self.name, self.generation)
    }
}

impl Drop for Arms {
    /// The server may be somebody's own: nothing is left on it. When it is gone by now, so is the table.
    fn drop(&mut self) {
        let drop_it = json!({ "TableName": self.name }).to_string();
        let _gone = self.local.send("DeleteTable", &drop_it);
    }
}

/// Tests that run side by side, and runs on one server, start far from each other: tokens are an account's, not a table's.
fn first_generation() -> u64 {
    static TESTS: AtomicU64 = AtomicU64::new(0);
    let test = TESTS.fetch_add(1, Ordering::Relaxed);
    (u64::from(std::process::id()) << 28) | (test << 20)
}

/// The body with the real name of the table, and with tokens that no other case used.
fn real(request: &Request, name: &str, generation: u64) -> String {
    let mut body = request.body.clone();
    if let Some(Value::String(token)) = body.get_mut("ClientRequestToken") {
        token.push_str(&format!("-{generation:x}"));
    }
    body.to_string()
        .replace(&format!("\"{TABLE}\""), &format!("\"{name}\""))
        .replace(&format!("\"{OTHER}\""), &format!("\"{name}-other\""))
}
