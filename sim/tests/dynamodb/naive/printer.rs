//! Trees to text.

use std::collections::BTreeMap;

use snaplife_sim::dynamodb::Tokens;

use super::{A, Act, C, O, P, Seg, V};

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
