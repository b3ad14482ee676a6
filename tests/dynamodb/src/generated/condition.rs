//! Conditions as trees, and their text.

use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::items::{number, text, value};

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    Compare(Operand, &'static str, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(&'static str),
    NotExists(&'static str),
    HasType(&'static str, &'static str),
    BeginsWith(&'static str, Value),
    Contains(&'static str, Operand),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
}

/// What is compared.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Path(&'static str),
    Size(&'static str),
    Value(Value),
}

const PATHS: &[&str] = &[
    "n", "s", "d", "o", "w", "ss", "l", "m", "m.k", "m.word", "l[0]", "l[2]", "x", "Id",
];

fn path() -> impl Strategy<Value = &'static str> {
    select(PATHS)
}

fn operand() -> BoxedStrategy<Operand> {
    prop_oneof![
        5 => value().prop_map(Operand::Value),
        2 => path().prop_map(Operand::Path),
        1 => path().prop_map(Operand::Size),
    ]
    .boxed()
}

fn left() -> BoxedStrategy<Operand> {
    prop_oneof![
        5 => path().prop_map(Operand::Path),
        1 => path().prop_map(Operand::Size),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<Condition> {
    let values = prop_oneof![number(), text()].prop_map(Operand::Value);
    prop_oneof![
        6 => (left(), select(super::steps::COMPARATORS), operand())
            .prop_map(|(left, comparator, right)| Condition::Compare(left, comparator, right)),
        1 => (left(), values.clone(), values.clone())
            .prop_map(|(it, low, high)| Condition::Between(it, low, high)),
        1 => (left(), proptest::collection::vec(operand(), 1..4))
            .prop_map(|(it, them)| Condition::In(it, them)),
        3 => path().prop_map(Condition::Exists),
        3 => path().prop_map(Condition::NotExists),
        1 => (path(), select(vec!["S", "N", "L", "M", "SS", "NULL", "BOOL"]))
            .prop_map(|(path, kind)| Condition::HasType(path, kind)),
        1 => (path(), text()).prop_map(|(path, prefix)| Condition::BeginsWith(path, prefix)),
        2 => (path(), operand()).prop_map(|(path, part)| Condition::Contains(path, part)),
    ]
    .boxed()
}

/// Any condition.
pub(super) fn condition() -> BoxedStrategy<Condition> {
    leaf()
        .prop_recursive(3, 8, 2, |inner| {
            let two = || {
                (
                    inner.clone().prop_map(Box::new),
                    inner.clone().prop_map(Box::new),
                )
            };
            prop_oneof![
                two().prop_map(|(left, right)| Condition::And(left, right)),
                two().prop_map(|(left, right)| Condition::Or(left, right)),
                inner
                    .clone()
                    .prop_map(|inner| Condition::Not(Box::new(inner))),
            ]
        })
        .boxed()
}

/// Nothing, or any condition.
pub(super) fn maybe() -> BoxedStrategy<Option<Condition>> {
    prop_oneof![Just(None), condition().prop_map(Some)].boxed()
}

/// Names the values of a request's expressions as they come.
#[derive(Default, Debug)]
pub(super) struct Tokens(Map<String, Value>);

impl Tokens {
    /// The token that stands for a value.
    pub(super) fn token(&mut self, value: &Value) -> String {
        let token = format!(":v{}", self.0.len());
        self.0.insert(token.clone(), value.clone());
        token
    }

    /// What they stand for.
    pub(super) fn meanings(self) -> Value {
        json!(self.0)
    }
}

impl Condition {
    /// DynamoDB's text for it.
    pub(super) fn text(&self, tokens: &mut Tokens) -> String {
        match self {
            Self::Compare(left, comparator, right) => {
                format!("{} {comparator} {}", left.text(tokens), right.text(tokens))
            }
            Self::Between(it, low, high) => {
                let (it, low, high) = (it.text(tokens), low.text(tokens), high.text(tokens));
                format!("{it} BETWEEN {low} AND {high}")
            }
            Self::In(it, them) => {
                let them: Vec<String> = them.iter().map(|operand| operand.text(tokens)).collect();
                format!("{} IN ({})", it.text(tokens), them.join(", "))
            }
            Self::Exists(path) => format!("attribute_exists({path})"),
            Self::NotExists(path) => format!("attribute_not_exists({path})"),
            Self::HasType(path, kind) => {
                format!("attribute_type({path}, {})", tokens.token(&json!(kind)))
            }
            Self::BeginsWith(path, prefix) => {
                format!("begins_with({path}, {})", tokens.token(prefix))
            }
            Self::Contains(path, part) => format!("contains({path}, {})", part.text(tokens)),
            Self::And(left, right) => {
                format!("{} AND {}", left.inside(tokens), right.inside(tokens))
            }
            Self::Or(left, right) => format!("{} OR {}", left.inside(tokens), right.inside(tokens)),
            Self::Not(inner) => format!("NOT {}", inner.inside(tokens)),
        }
    }

    /// In parentheses where it consists of others.
    fn inside(&self, tokens: &mut Tokens) -> String {
        match self {
            Self::And(..) | Self::Or(..) => format!("({})", self.text(tokens)),
            Self::Not(_)
            | Self::Compare(..)
            | Self::Between(..)
            | Self::In(..)
            | Self::Exists(_)
            | Self::NotExists(_)
            | Self::HasType(..)
            | Self::BeginsWith(..)
            | Self::Contains(..) => self.text(tokens),
        }
    }
}

impl Operand {
    fn text(&self, tokens: &mut Tokens) -> String {
        match self {
            Self::Path(path) => (*path).to_owned(),
            Self::Size(path) => format!("size({path})"),
            Self::Value(value) => tokens.token(value),
        }
    }
}
