//! The file as a tree: what stands in it, in which order, and what shares a line.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_saphyr::{FlowMap, FlowSeq};

/// A value of the file.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A text; the YAML writer quotes it where it must.
    Text(String),
    /// A whole number.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A map on one line.
    Flow(Map),
    /// A map with a line for each entry.
    Block(Map),
    /// A list on one line.
    FlowList(Vec<Self>),
    /// A list with a line for each item.
    BlockList(Vec<Self>),
}

/// Entries in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Vec<(String, Node)>);

/// An empty map, to be filled.
pub(super) fn map() -> Map {
    Map::default()
}

impl Node {
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }

    pub(super) fn number(number: u32) -> Self {
        Self::Number(u64::from(number))
    }

    /// Texts in a list on one line.
    pub(super) fn flow_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::FlowList(texts.into_iter().map(Self::text).collect())
    }

    /// Items on a line each; none when there is none.
    pub(super) fn block_list(items: impl IntoIterator<Item = Self>) -> Option<Self> {
        let items: Vec<Self> = items.into_iter().collect();
        (!items.is_empty()).then_some(Self::BlockList(items))
    }
}

impl Map {
    pub(super) fn put(mut self, key: &str, value: Node) -> Self {
        self.0.push((key.to_owned(), value));
        self
    }

    pub(super) fn put_all(mut self, entries: Self) -> Self {
        self.0.extend(entries.0);
        self
    }

    pub(super) fn maybe(self, key: &str, value: Option<Node>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    pub(super) fn text(self, key: &str, text: impl AsRef<str>) -> Self {
        self.put(key, Node::text(text))
    }

    pub(super) fn text_unless_empty(self, key: &str, text: &str) -> Self {
        self.maybe(key, (!text.is_empty()).then(|| Node::text(text)))
    }

    pub(super) fn maybe_text(self, key: &str, text: Option<impl AsRef<str>>) -> Self {
        self.maybe(key, text.map(Node::text))
    }

    /// `true`, or nothing.
    pub(super) fn flag(self, key: &str, set: bool) -> Self {
        self.maybe(key, set.then_some(Node::Bool(true)))
    }

    /// The map, or nothing when it is empty.
    pub(super) fn unless_empty(self) -> Option<Self> {
        (!self.0.is_empty()).then_some(self)
    }

    pub(super) fn flow(self) -> Node {
        Node::Flow(self)
    }

    pub(super) fn block(self) -> Node {
        Node::Block(self)
    }
}

/// `{ key: value }` on one line.
pub(super) fn one(key: &str, value: Node) -> Node {
    map().put(key, value).flow()
}

/// Tags as a map on one line.
pub(super) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Node {
    let entries = pairs.into_iter();
    Map(entries
        .map(|(key, value)| (key.to_owned(), Node::text(value)))
        .collect())
    .flow()
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            entries.serialize_entry(key, value)?;
        }
        entries.end()
    }
}

/// The items of a list.
struct Items<'a>(&'a [Node]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            items.serialize_element(item)?;
        }
        items.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Bool(set) => serializer.serialize_bool(*set),
            Self::Null => serializer.serialize_unit(),
            Self::Flow(entries) => FlowMap(entries).serialize(serializer),
            Self::Block(entries) => entries.serialize(serializer),
            Self::FlowList(items) => FlowSeq(Items(items)).serialize(serializer),
            Self::BlockList(items) => Items(items).serialize(serializer),
        }
    }
}

/// The text of a file.
pub(super) fn to_yaml(file: &Node) -> String {
    let options = serde_saphyr::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
    };
    serde_saphyr::to_string_with_options(file, options)
        .expect("a tree of texts and numbers has a form in YAML, and memory refuses no write")
}
