//! Conditions and updates a second time: plain trees, printed to text, evaluated in the plainest
//! way. Nothing here uses the parser, the evaluator or the numbers of the crate.

use std::collections::{BTreeMap, BTreeSet};

use snaplife_sim::dynamodb::{AttributeValue, Item, Number, Tokens};

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

#[derive(Clone, Debug)]
pub(crate) enum O {
    Path(P),
    Lit(V),
    Size(P),
}

impl O {
    fn value(&self, doc: &Doc) -> Option<V> {
        let count = |n: usize| V::N(10 * i64::try_from(n).expect("small"));
        match self {
            Self::Path(path) => path.find(doc).cloned(),
            Self::Lit(value) => Some(value.clone()),
            Self::Size(path) => Some(count(match path.find(doc)? {
                V::S(text) => text.len(),
                V::B(bytes) => bytes.len(),
                V::L(elements) => elements.len(),
                V::M(fields) => fields.len(),
                V::Ss(members) => members.len(),
                V::Ns(members) => members.len(),
                V::N(_) | V::Bool(_) | V::Null => return None,
            })),
        }
    }

    fn literal(&self) -> Option<&V> {
        match self {
            Self::Lit(value) => Some(value),
            Self::Path(_) | Self::Size(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum C {
    And(Vec<C>),
    Or(Vec<C>),
    Not(Box<C>),
    Cmp(O, &'static str, O),
    Between(O, O, O),
    In(O, Vec<O>),
    Exists(P),
    Missing(P),
    Type(P, &'static str),
    Begins(P, V),
    Contains(P, V),
}

impl C {
    /// Whether AWS refuses it before it looks at an item.
    pub(crate) fn is_refused(&self) -> bool {
        let odd = |operand: &O| {
            operand
                .literal()
                .is_some_and(|value| value.rank().is_none())
        };
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::is_refused),
            Self::Not(inner) => inner.is_refused(),
            Self::Cmp(left, sign, right) => {
                !matches!(*sign, "=" | "<>") && (odd(left) || odd(right))
            }
            Self::Between(subject, low, high) => {
                let bounds = low.literal().zip(high.literal());
                let wrong = bounds.is_some_and(|(low, high)| {
                    low.kind() != high.kind() || low.rank() > high.rank()
                });
                odd(subject) || odd(low) || odd(high) || wrong
            }
            Self::Begins(_, prefix) => !matches!(prefix, V::S(_) | V::B(_)),
            Self::In(..)
            | Self::Exists(_)
            | Self::Missing(_)
            | Self::Type(..)
            | Self::Contains(..) => false,
        }
    }

    pub(crate) fn holds(&self, doc: &Doc) -> bool {
        let ranks = |left: &O, right: &O| {
            let left = left.value(doc)?.rank()?;
            let right = right.value(doc)?.rank()?;
            (left.0 == right.0).then_some((left, right))
        };
        let at_most = |left: &O, right: &O| ranks(left, right).is_some_and(|(l, r)| l <= r);
        let less = |left: &O, right: &O| ranks(left, right).is_some_and(|(l, r)| l < r);
        let equal = |left: &O, right: &O| {
            let left = left.value(doc);
            left.is_some() && left == right.value(doc)
        };
        match self {
            Self::And(parts) => !parts.iter().any(|part| !part.holds(doc)),
            Self::Or(parts) => parts.iter().filter(|part| part.holds(doc)).count() > 0,
            Self::Not(inner) => !inner.holds(doc),
            Self::Cmp(left, "=", right) => equal(left, right),
            Self::Cmp(left, "<>", right) => !equal(left, right),
            Self::Cmp(left, "<", right) => less(left, right),
            Self::Cmp(left, "<=", right) => at_most(left, right),
            Self::Cmp(left, ">", right) => less(right, left),
            Self::Cmp(left, _, right) => at_most(right, left),
            Self::Between(subject, low, high) => at_most(low, subject) && at_most(subject, high),
            Self::In(subject, choices) => choices.iter().any(|choice| equal(subject, choice)),
            Self::Exists(path) => path.find(doc).is_some(),
            Self::Missing(path) => path.find(doc).is_none(),
            Self::Type(path, kind) => path.find(doc).is_some_and(|value| value.kind() == *kind),
            Self::Begins(path, prefix) => match (path.find(doc), prefix) {
                (Some(V::S(text)), V::S(prefix)) => text.get(..prefix.len()) == Some(prefix),
                (Some(V::B(bytes)), V::B(prefix)) => bytes.get(..prefix.len()) == Some(prefix),
                _ => false,
            },
            Self::Contains(path, part) => match (path.find(doc), part) {
                (Some(V::S(text)), V::S(part)) => {
                    (0..=text.len()).any(|n| text[n..].starts_with(part.as_str()))
                }
                (Some(V::B(bytes)), V::B(part)) => {
                    (0..=bytes.len()).any(|n| bytes[n..].starts_with(part))
                }
                (Some(V::Ss(members)), V::S(part)) => members.iter().any(|member| member == part),
                (Some(V::Ns(members)), V::N(part)) => members.iter().any(|member| member == part),
                (Some(V::L(elements)), part) => elements.iter().any(|element| element == part),
                _ => false,
            },
        }
    }
}

/// The right side of a `SET`.
#[derive(Clone, Debug)]
pub(crate) enum A {
    Path(P),
    Lit(V),
    Plus(Box<A>, Box<A>),
    Minus(Box<A>, Box<A>),
    Default(P, Box<A>),
    Append(Box<A>, Box<A>),
}

impl A {
    /// The value, or none when AWS refuses.
    fn value(&self, doc: &Doc) -> Option<V> {
        match self {
            Self::Path(path) => path.find(doc).cloned(),
            Self::Lit(value) => Some(value.clone()),
            Self::Plus(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::N(left), V::N(right)) => Some(V::N(left + right)),
                _ => None,
            },
            Self::Minus(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::N(left), V::N(right)) => Some(V::N(left - right)),
                _ => None,
            },
            Self::Default(path, other) => match path.find(doc) {
                Some(value) => Some(value.clone()),
                None => other.value(doc),
            },
            Self::Append(left, right) => match (left.value(doc)?, right.value(doc)?) {
                (V::L(left), V::L(right)) => Some(V::L([left, right].concat())),
                _ => None,
            },
        }
    }

    /// Whether a literal is refused whatever the item is.
    fn is_refused(&self) -> bool {
        let odd = |side: &Self, fits: fn(&V) -> bool| matches!(side, Self::Lit(v) if !fits(v));
        match self {
            Self::Path(_) | Self::Lit(_) => false,
            Self::Plus(left, right) | Self::Minus(left, right) => [left, right]
                .iter()
                .any(|side| odd(side, |v| matches!(v, V::N(_))) || side.is_refused()),
            Self::Append(left, right) => [left, right]
                .iter()
                .any(|side| odd(side, |v| matches!(v, V::L(_))) || side.is_refused()),
            Self::Default(_, other) => other.is_refused(),
        }
    }
}

/// One thing that an update does to one attribute; no attribute twice.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Set(A),
    Remove,
    Add(V),
    Delete(V),
    /// `SET root.field`.
    SetField(&'static str, A),
    /// `REMOVE root[n]`.
    RemoveElement(usize),
}

/// What an update makes of a document; none when AWS refuses.
pub(crate) fn apply(acts: &BTreeMap<&'static str, Act>, doc: &Doc) -> Option<Doc> {
    let mut after = doc.clone();
    for (root, act) in acts {
        let old = doc.get(*root).cloned();
        let new = match act {
            Act::Set(assigned) if assigned.is_refused() => return None,
            Act::SetField(_, assigned) if assigned.is_refused() => return None,
            Act::Set(assigned) => Some(assigned.value(doc)?),
            Act::Remove => None,
            Act::Add(V::N(value)) => match old {
                None => Some(V::N(*value)),
                Some(V::N(old)) => Some(V::N(old + value)),
                Some(_) => return None,
            },
            Act::Add(V::Ss(value)) => match old {
                None => Some(V::Ss(value.clone())),
                Some(V::Ss(old)) => Some(V::Ss(old.union(value).cloned().collect())),
                Some(_) => return None,
            },
            Act::Delete(V::Ss(value)) => match old {
                None => None,
                Some(V::Ss(old)) => {
                    let rest: BTreeSet<_> = old.difference(value).cloned().collect();
                    (!rest.is_empty()).then_some(V::Ss(rest))
                }
                Some(_) => return None,
            },
            Act::Add(_) | Act::Delete(_) => return None,
            Act::SetField(field, assigned) => match old {
                Some(V::M(mut fields)) => {
                    fields.insert((*field).to_owned(), assigned.value(doc)?);
                    Some(V::M(fields))
                }
                _ => return None,
            },
            Act::RemoveElement(n) => match old {
                Some(V::L(mut elements)) => {
                    if *n < elements.len() {
                        elements.remove(*n);
                    }
                    Some(V::L(elements))
                }
                _ => return None,
            },
        };
        match new {
            Some(value) => after.insert((*root).to_owned(), value),
            None => after.remove(*root),
        };
    }
    Some(after)
}

/// Writes trees as text, each time a little differently: `style` decides about the case of
/// keywords, about space, tokens and parentheses that need not be.
pub(crate) struct Printer<'a> {
    pub(crate) text: String,
    pub(crate) tokens: Tokens,
    style: std::iter::Cycle<std::slice::Iter<'a, bool>>,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(style: &'a [bool]) -> Self {
        Self {
            text: String::new(),
            tokens: Tokens::default(),
            style: style.iter().cycle(),
        }
    }

    fn coin(&mut self) -> bool {
        self.style.next().copied().unwrap_or_default()
    }

    fn sign(&mut self, sign: &str) {
        if self.coin() {
            self.text.push(' ');
        }
        self.text.push_str(sign);
        if self.coin() {
            self.text.push_str(" \t");
        }
    }

    fn word(&mut self, word: &str) {
        let word = if self.coin() {
            word.to_lowercase()
        } else {
            word.to_uppercase()
        };
        self.text.push_str(&format!(" {word} "));
    }

    fn name(&mut self, name: &str) {
        // A reserved word, and a name that would read as a path.
        let needs_token = name == "State" || name.contains('.');
        if !needs_token && self.coin() {
            self.text.push_str(name);
            return;
        }
        let known = self.tokens.names.iter().find(|(_, known)| known == name);
        let token = known.map_or_else(
            || format!("#n{}", self.tokens.names.len()),
            |(token, _)| token.to_string(),
        );
        if known.is_none() {
            self.tokens.names.push((token.as_str().into(), name.into()));
        }
        self.text.push_str(&token);
    }

    fn path(&mut self, path: &P) {
        self.name(path.root);
        for step in &path.steps {
            match step {
                Seg::Field(name) => {
                    self.text.push('.');
                    self.name(name);
                }
                Seg::At(n) => self.text.push_str(&format!("[{n}]")),
            }
        }
    }

    fn literal(&mut self, value: &V) {
        let token = format!(":v{}", self.tokens.values.len());
        self.text.push_str(&token);
        self.tokens.values.push((token.into(), value.real()));
    }

    fn operand(&mut self, operand: &O) {
        match operand {
            O::Path(path) => self.path(path),
            O::Lit(value) => self.literal(value),
            O::Size(path) => self.function("size", |printer| printer.path(path)),
        }
    }

    fn function(&mut self, name: &str, arguments: impl FnOnce(&mut Self)) {
        self.text.push_str(name);
        self.sign("(");
        arguments(self);
        self.sign(")");
    }

    fn group(&mut self, condition: &C, needed: bool) {
        if needed || self.coin() {
            self.sign("(");
            self.condition(condition);
            self.sign(")");
        } else {
            self.condition(condition);
        }
    }

    pub(crate) fn condition(&mut self, condition: &C) {
        match condition {
            C::And(parts) => self.list(parts, "and", |part| matches!(part, C::Or(_))),
            C::Or(parts) => self.list(parts, "or", |_| false),
            C::Not(inner) => {
                self.word("not");
                self.group(inner, matches!(**inner, C::And(_) | C::Or(_)));
            }
            C::Cmp(left, sign, right) => {
                self.operand(left);
                self.sign(sign);
                self.operand(right);
            }
            C::Between(subject, low, high) => {
                self.operand(subject);
                self.word("between");
                self.operand(low);
                self.word("and");
                self.operand(high);
            }
            C::In(subject, choices) => {
                self.operand(subject);
                self.word("in");
                self.sign("(");
                for (n, choice) in choices.iter().enumerate() {
                    if n > 0 {
                        self.sign(",");
                    }
                    self.operand(choice);
                }
                self.sign(")");
            }
            C::Exists(path) => self.function("attribute_exists", |printer| printer.path(path)),
            C::Missing(path) => {
                self.function("attribute_not_exists", |printer| printer.path(path));
            }
            C::Type(path, kind) => self.pair("attribute_type", path, &V::S((*kind).to_owned())),
            C::Begins(path, prefix) => self.pair("begins_with", path, prefix),
            C::Contains(path, part) => self.pair("contains", path, part),
        }
    }

    fn pair(&mut self, function: &str, path: &P, value: &V) {
        self.function(function, |printer| {
            printer.path(path);
            printer.sign(",");
            printer.literal(value);
        });
    }

    fn list(&mut self, parts: &[C], word: &str, needed: fn(&C) -> bool) {
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                self.word(word);
            }
            self.group(part, needed(part));
        }
    }

    fn assigned(&mut self, assigned: &A) {
        match assigned {
            A::Path(path) => self.path(path),
            A::Lit(value) => self.literal(value),
            A::Plus(left, right) => {
                self.assigned(left);
                self.sign("+");
                self.assigned(right);
            }
            A::Minus(left, right) => {
                self.assigned(left);
                self.sign("-");
                self.assigned(right);
            }
            A::Default(path, other) => self.function("if_not_exists", |printer| {
                printer.path(path);
                printer.sign(",");
                printer.assigned(other);
            }),
            A::Append(left, right) => self.function("list_append", |printer| {
                printer.assigned(left);
                printer.sign(",");
                printer.assigned(right);
            }),
        }
    }

    pub(crate) fn update(&mut self, acts: &BTreeMap<&'static str, Act>) {
        for (clause, keyword) in ["set", "remove", "add", "delete"].iter().enumerate() {
            let mut first = true;
            for (root, act) in acts {
                let of = match act {
                    Act::Set(_) | Act::SetField(..) => 0,
                    Act::Remove | Act::RemoveElement(_) => 1,
                    Act::Add(_) => 2,
                    Act::Delete(_) => 3,
                };
                if of != clause {
                    continue;
                }
                if first {
                    self.word(keyword);
                } else {
                    self.sign(",");
                }
                first = false;
                self.act(root, act);
            }
        }
    }

    fn act(&mut self, root: &'static str, act: &Act) {
        let steps = match act {
            Act::SetField(field, _) => vec![Seg::Field(field)],
            Act::RemoveElement(n) => vec![Seg::At(*n)],
            Act::Set(_) | Act::Remove | Act::Add(_) | Act::Delete(_) => Vec::new(),
        };
        self.path(&P { root, steps });
        match act {
            Act::Set(assigned) | Act::SetField(_, assigned) => {
                self.sign("=");
                self.assigned(assigned);
            }
            Act::Add(value) | Act::Delete(value) => {
                self.text.push(' ');
                self.literal(value);
            }
            Act::Remove | Act::RemoveElement(_) => {}
        }
    }
}
