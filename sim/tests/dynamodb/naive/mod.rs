//! Conditions and updates a second time: plain trees, printed to text, evaluated in the plainest
//! way. Nothing here uses the parser, the evaluator or the numbers of the crate.

mod condition;
mod printer;
mod update;

use std::collections::{BTreeMap, BTreeSet};

use snaplife_sim::dynamodb::{AttributeValue, Item, Number};

pub(crate) use condition::{C, O};
pub(crate) use printer::Printer;
pub(crate) use update::{A, Act, apply};

/// A value; numbers are tenths.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum V {
    S(String),
    N(i64),
    B(Vec<u8>),
    Bool(bool),
    Null,
    L(Vec<V>),
    M(BTreeMap<String, V>),
    Ss(BTreeSet<String>),
    Ns(BTreeSet<i64>),
}

pub(crate) type Doc = BTreeMap<String, V>;

impl V {
    pub(crate) fn real(&self) -> AttributeValue {
        match self {
            Self::S(text) => AttributeValue::S(text.into()),
            Self::N(tenths) => AttributeValue::N(real_number(*tenths)),
            Self::B(bytes) => AttributeValue::B(bytes.as_slice().into()),
            Self::Bool(value) => AttributeValue::Bool(*value),
            Self::Null => AttributeValue::Null,
            Self::L(elements) => AttributeValue::L(elements.iter().map(Self::real).collect()),
            Self::M(fields) => AttributeValue::M(real_item(fields)),
            Self::Ss(members) => AttributeValue::Ss(members.iter().map(Into::into).collect()),
            Self::Ns(members) => {
                AttributeValue::Ns(members.iter().map(|tenths| real_number(*tenths)).collect())
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
        }
    }

    /// Comparable values as (type, number, bytes).
    fn rank(&self) -> Option<(u8, i64, Vec<u8>)> {
        match self {
            Self::S(text) => Some((0, 0, text.as_bytes().to_vec())),
            Self::N(tenths) => Some((1, *tenths, Vec::new())),
            Self::B(bytes) => Some((2, 0, bytes.clone())),
            _ => None,
        }
    }
}

fn real_number(tenths: i64) -> Number {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    Number::parse(&format!("{sign}{whole}.{tenth}")).expect("a number")
}

pub(crate) fn real_item(doc: &Doc) -> Item {
    doc.iter()
        .map(|(name, value)| (name.into(), value.real()))
        .collect()
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct P {
    pub(crate) root: &'static str,
    pub(crate) steps: Vec<Seg>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Seg {
    Field(&'static str),
    At(usize),
}

impl P {
    pub(crate) fn find<'a>(&self, doc: &'a Doc) -> Option<&'a V> {
        self.steps
            .iter()
            .fold(doc.get(self.root), |value, step| match (value?, step) {
                (V::M(fields), Seg::Field(name)) => fields.get(*name),
                (V::L(elements), Seg::At(n)) => elements.get(*n),
                _ => None,
            })
    }
}
