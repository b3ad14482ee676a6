//! Named cases: what the documentation says about requests, on both sides.
//!
//! Every case says what is expected, so that two sides that are wrong in the same way are noticed as well. After its steps the whole
//! table is compared.
//!
//! - [`conditions`], [`updates`], [`keys`], [`listings`]: DynamoDB's little languages; - [`many`]: batches and transactions;
//! - [`items`]: what can be stored; - [`tables`]: calls about tables; - [`catalog`]: the requests of our own catalog.

mod catalog;
mod conditions;
mod items;
mod keys;
mod listings;
mod many;
mod syntax;
mod tables;
mod updates;

use std::fmt::Write;

use serde_json::{Value, json};

use crate::arms::{Answer, Arms, LocalError};
use crate::request::{self, Request, TABLE};

/// Cases about one thing, on one table.
pub(crate) struct Group {
    /// What they are about.
    pub(crate) name: &'static str,
    /// The body of `CreateTable`.
    pub(crate) table: Value,
    /// Makes them, in order; each starts with an empty table.
    pub(crate) cases: fn() -> Vec<Case>,
}

/// Requests, and how the last one is answered.
pub(crate) struct Case {
    name: String,
    steps: Vec<Request>,
    expected: Expected,
    /// Why there is nothing to play, which is a failure.
    broken: Option<String>,
}

/// How a request is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    /// With 200.
    Done,
    /// With this code.
    Refused(&'static str),
    /// Any way, as long as both sides agree.
    Alike,
}

/// `ValidationException`: the request itself is wrong.
pub(crate) const INVALID: Expected = Expected::Refused("ValidationException");
/// The condition does not hold.
pub(crate) const UNMET: Expected = Expected::Refused("ConditionalCheckFailedException");
/// The transaction did nothing.
pub(crate) const CANCELLED: Expected = Expected::Refused("TransactionCanceledException");

impl Case {
    /// A case with its last step's expectation.
    pub(crate) fn new(
        name: impl Into<String>,
        steps: impl IntoIterator<Item = Request>,
        expected: Expected,
    ) -> Self {
        Self {
            name: name.into(),
            steps: steps.into_iter().collect(),
            expected,
            broken: None,
        }
    }

    /// A case that could not be made.
    fn broken(name: &str, why: String) -> Self {
        Self {
            name: name.to_owned(),
            steps: Vec::new(),
            expected: Expected::Alike,
            broken: Some(why),
        }
    }

    /// Plays it; what is wrong, as text.
    ///
    /// # Errors
    /// When DynamoDB Local doesn't answer.
    fn play(&self, arms: &mut Arms) -> Result<Option<String>, LocalError> {
        if let Some(why) = &self.broken {
            return Ok(Some(format!("{}: {why}", self.name)));
        }
        arms.clear()?;
        let mut last = None;
        for step in &self.steps {
            let answers = arms.ask(step)?;
            if answers.fake != answers.local {
                return Ok(Some(self.shown(step, &answers.fake, &answers.local)));
            }
            last = Some((step, answers.fake));
        }
        if let Some((step, answer)) = last
            && !self.expected.is(&answer)
        {
            let expected = self.expected;
            return Ok(Some(format!(
                "{}\n    {step}\n    expected {expected:?}, and both said {answer}",
                self.name
            )));
        }
        let answers = arms.ask(&request::scan())?;
        let differ = answers.fake != answers.local;
        Ok(differ.then(|| self.shown(&request::scan(), &answers.fake, &answers.local)))
    }

    fn shown(&self, step: &Request, fake: &Answer, local: &Answer) -> String {
        let name = &self.name;
        format!("{name}\n    {step}\n    simulated:      {fake}\n    DynamoDB Local: {local}")
    }
}

impl Expected {
    fn is(self, answer: &Answer) -> bool {
        match self {
            Self::Done => answer.status == 200,
            Self::Refused(code) => answer.code() == Some(code),
            Self::Alike => true,
        }
    }
}

impl Group {
    /// Plays all cases; how many there were.
    ///
    /// # Errors
    /// Every case on which the two sides differ, or that is not answered as expected.
    pub(crate) fn play(&self, arms: &mut Arms) -> Result<usize, String> {
        let mut wrong = String::new();
        let cases = (self.cases)();
        for case in &cases {
            let played = case.play(arms);
            let said = played.map_err(|error| crate::server::causes(&error))?;
            if let Some(said) = said {
                let _infallible = writeln!(wrong, "\n  {said}");
            }
        }
        if wrong.is_empty() {
            Ok(cases.len())
        } else {
            Err(wrong)
        }
    }
}

/// All groups.
pub(crate) fn groups() -> Vec<Group> {
    let plain = |name, cases: fn() -> Vec<Case>| Group {
        name,
        table: table(),
        cases,
    };
    vec![
        plain("conditions", conditions::cases),
        plain("syntax", syntax::cases),
        plain("updates", updates::cases),
        plain("keys", keys::cases),
        plain("listings", listings::cases),
        plain("items", items::cases),
        plain("batches-and-transactions", many::cases),
        plain("tables", tables::cases),
        catalog::group(),
    ]
}

/// The table of most cases: `Id`, and three sparse indexes with all, some and no attributes besides keys.
pub(crate) fn table() -> Value {
    let index = |name: &str, keys: &[(&str, &str)], projection: Value| {
        let keys: Vec<Value> = keys
            .iter()
            .map(|(name, role)| json!({ "AttributeName": name, "KeyType": role }))
            .collect();
        json!({ "IndexName": name, "KeySchema": keys, "Projection": projection })
    };
    json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "Id", "AttributeType": "S" },
            { "AttributeName": "o", "AttributeType": "S" },
            { "AttributeName": "d", "AttributeType": "N" },
            { "AttributeName": "w", "AttributeType": "S" },
        ],
        "KeySchema": [{ "AttributeName": "Id", "KeyType": "HASH" }],
        "GlobalSecondaryIndexes": [
            index("Open", &[("o", "HASH"), ("d", "RANGE")], json!({ "ProjectionType": "ALL" })),
            index("Word", &[("o", "HASH"), ("w", "RANGE")], json!({
                "ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"],
            })),
            index("Date", &[("d", "HASH")], json!({ "ProjectionType": "KEYS_ONLY" })),
        ],
    })
}
