//! Reading attributes out of items, and building items.

use smol_str::SmolStr;

use super::attr;
use crate::domain::{Tags, Timestamp};
use crate::ports::table::{Item, Value};

/// A row that this version can't read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the row {key} cannot be read: {why}")]
pub struct RowError {
    /// Its key.
    pub key: SmolStr,
    /// What is wrong with it.
    pub why: SmolStr,
}

/// The version of the row format that this version writes.
pub const SCHEMA: i64 = 1;

impl Item {
    /// A text attribute that must be there.
    ///
    /// # Errors
    /// [`RowError`] when it is missing or no text.
    pub fn need_text(&self, name: &str) -> Result<&SmolStr, RowError> {
        self.text(name)
            .ok_or_else(|| self.broken(format!("it has no text in `{name}`")))
    }

    /// A whole number that must be there.
    ///
    /// # Errors
    /// [`RowError`] when it is missing or no whole number.
    pub fn need_number(&self, name: &str) -> Result<i64, RowError> {
        self.number(name)
            .ok_or_else(|| self.broken(format!("it has no whole number in `{name}`")))
    }

    /// An instant in milliseconds since 1970.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        self.number(name).map(Timestamp::from_ms)
    }

    /// A list of texts; empty when the attribute is missing or something else.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<SmolStr> {
        let Some(Value::L(values)) = self.0.get(name) else {
            return Vec::new();
        };
        let text = |value: &Value| match value {
            Value::S(text) => Some(text.clone()),
            _ => None,
        };
        values.iter().filter_map(text).collect()
    }

    /// Tags stored as a map; empty when the attribute is missing or something else.
    #[must_use]
    pub fn tags(&self, name: &str) -> Tags {
        let Some(Value::M(map)) = self.0.get(name) else {
            return Tags::default();
        };
        let pair = |(key, value): (&SmolStr, &Value)| match value {
            Value::S(text) => Some((key.clone(), text.clone())),
            _ => None,
        };
        map.iter().filter_map(pair).collect()
    }

    /// An error about this row.
    #[must_use]
    pub fn broken(&self, why: impl Into<SmolStr>) -> RowError {
        RowError {
            key: self.key().cloned().unwrap_or_default(),
            why: why.into(),
        }
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.change().insert(SmolStr::new_static(name), value);
    }

    /// Sets a text.
    pub fn set_text(&mut self, name: &'static str, text: impl Into<SmolStr>) {
        self.set(name, Value::S(text.into()));
    }

    /// Sets a whole number.
    pub fn set_number(&mut self, name: &'static str, number: i64) {
        self.set(name, number.into());
    }

    /// Sets an instant, or removes it.
    pub fn set_instant(&mut self, name: &'static str, at: Option<Timestamp>) {
        self.set_or_remove(name, at.map(|at| at.as_ms().into()));
    }

    /// Sets a text, or removes it.
    pub fn set_text_or_remove(&mut self, name: &'static str, text: Option<&SmolStr>) {
        self.set_or_remove(name, text.map(|text| Value::S(text.clone())));
    }

    /// Sets a list of texts.
    pub fn set_texts<'a>(&mut self, name: &'static str, texts: impl Iterator<Item = &'a SmolStr>) {
        self.set(
            name,
            Value::L(texts.map(|text| Value::S(text.clone())).collect()),
        );
    }

    /// Sets an attribute, or removes it.
    pub fn set_or_remove(&mut self, name: &'static str, value: Option<Value>) {
        match value {
            Some(value) => self.set(name, value),
            None => {
                if self.0.contains_key(name) {
                    self.change().remove(name);
                }
            }
        }
    }

    /// Sets key, kind and format version.
    pub fn set_head(&mut self, key: &SmolStr, kind: &'static str) {
        self.set_text(attr::KEY, key.clone());
        self.set_text(attr::KIND, SmolStr::new_static(kind));
        self.set_number(attr::SCHEMA, SCHEMA);
    }
}
