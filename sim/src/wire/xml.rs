//! XML as AWS's query protocols answer it: elements with text or elements in them, no attributes but
//! the namespace of the root.

use std::fmt::Display;

use bytes::Bytes;
use quick_xml::escape::partial_escape;

/// An XML document being written.
#[derive(Debug)]
pub(super) struct Xml {
    text: String,
}

impl Xml {
    /// A document with one root. Element names are AWS's and need no escape.
    pub(super) fn document(
        root: &str,
        namespace: Option<&str>,
        fill: impl FnOnce(&mut Self),
    ) -> Bytes {
        let mut xml = Self {
            text: String::with_capacity(1_024),
        };
        xml.text
            .push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        match namespace {
            Some(namespace) => xml.push(&["<", root, " xmlns=\"", namespace, "\">"]),
            None => xml.push(&["<", root, ">"]),
        }
        fill(&mut xml);
        xml.push(&["</", root, ">"]);
        xml.text.into()
    }

    /// An element with elements in it.
    pub(super) fn tree(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.push(&["<", name, ">"]);
        fill(self);
        self.push(&["</", name, ">"]);
    }

    /// A list as EC2 writes it: `<name><item>…</item>…</name>`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.tree(name, |xml| {
            for item in items {
                xml.tree("item", |xml| fill(xml, item));
            }
        });
    }

    /// An element with text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.push(&["<", name, ">"]);
        if text.contains(is_forbidden) {
            let text = text.replace(is_forbidden, "\u{fffd}");
            self.text.push_str(&partial_escape(text));
        } else {
            self.text.push_str(&partial_escape(text));
        }
        self.push(&["</", name, ">"]);
    }

    /// An element with a number, an id, or whatever has a text.
    pub(super) fn shown(&mut self, name: &str, value: impl Display) {
        self.leaf(name, &value.to_string());
    }

    fn push(&mut self, parts: &[&str]) {
        self.text.extend(parts.iter().copied());
    }
}

/// Whether XML 1.0 has no way to write a character, not even escaped (*Extensible Markup Language
/// 1.0*, production `Char`).
pub(super) const fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_what_xml_has_no_way_to_write_is_replaced() {
        let body = Xml::document("R", None, |xml| {
            xml.leaf("a", "1 < 2 & \"3\"\r\n\u{1}");
            xml.list("set", [1, 2], |xml, n| xml.shown("n", n));
        });
        insta::assert_snapshot!(String::from_utf8_lossy(&body), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <R><a>1 &lt; 2 &amp; "3"&#13;
        �</a><set><item><n>1</n></item><item><n>2</n></item></set></R>
        "#);
    }
}
