//! The parameters of a call in a query protocol: names and values, form-encoded.
//!
//! Source: EC2 API Reference, *Making API requests*: lists are names with numbers from 1, structures
//! are names with dots, as `Filter.1.Value.2`. Each parameter is read once; what nobody read is
//! refused at the end, as AWS refuses what it doesn't know.

use std::borrow::Cow;
use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::xml;
use crate::answer::{Answer, Refusal};

/// The parameters of one call.
#[derive(Debug)]
pub(super) struct Form<'a> {
    /// Sorted by name.
    pairs: Vec<Pair<'a>>,
}

#[derive(Debug)]
struct Pair<'a> {
    name: Cow<'a, str>,
    read: bool,
    value: Cow<'a, str>,
}

impl<'a> Form<'a> {
    /// Reads `query`, the part of a URL behind its `?`, and `body`.
    ///
    /// # Errors
    /// `MalformedQueryString` for a parameter given twice, and for a value that no XML could show
    /// (both are assumptions).
    pub(super) fn read(query: &'a str, body: &'a [u8]) -> Answer<Self> {
        let both = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body));
        let mut pairs: Vec<Pair<'a>> = both
            .map(|(name, value)| Pair {
                name,
                read: false,
                value,
            })
            .collect();
        pairs.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(two) = pairs.windows(2).find(|two| two[0].name == two[1].name) {
            return Err(malformed(format_smolstr!(
                "The parameter {} is given twice",
                two[0].name
            )));
        }
        if let Some(pair) = pairs
            .iter()
            .find(|pair| pair.value.contains(xml::is_forbidden))
        {
            return Err(malformed(format_smolstr!(
                "The value of the parameter {} has a control character",
                pair.name
            )));
        }
        Ok(Self { pairs })
    }

    /// One parameter.
    pub(super) fn take(&mut self, name: &str) -> Option<SmolStr> {
        let at = self.at(name)?;
        let pair = &mut self.pairs[at];
        pair.read = true;
        Some(SmolStr::new(&pair.value))
    }

    /// One parameter that has to be there.
    ///
    /// # Errors
    /// `MissingParameter`.
    pub(super) fn require(&mut self, name: &str) -> Answer<SmolStr> {
        self.take(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| {
                let message = format_smolstr!("The request must contain the parameter {name}");
                Refusal::new(400, "MissingParameter", message)
            })
    }

    /// `true` or `false`; a missing one is false.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub(super) fn flag(&mut self, name: &str) -> Answer<bool> {
        match self.take(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(invalid_value(name, other)),
        }
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub(super) fn number(&mut self, name: &str) -> Answer<Option<u32>> {
        let number = |text: SmolStr| text.parse().map_err(|_| invalid_value(name, &text));
        self.take(name).map(number).transpose()
    }

    /// A list of values: `name.1`, `name.2` … in the order of the numbers, which may have gaps.
    pub(super) fn list(&mut self, name: &str) -> Vec<SmolStr> {
        let numbers = self.numbers(name).into_iter();
        numbers
            .filter_map(|n| self.take(&format!("{name}.{n}")))
            .collect()
    }

    /// The numbers of a list's entries, in order.
    pub(super) fn numbers(&self, name: &str) -> BTreeSet<u32> {
        let from = self.pairs.partition_point(|pair| pair.name.as_ref() < name);
        let same = self.pairs[from..]
            .iter()
            .map_while(|pair| pair.name.strip_prefix(name));
        let numbers = same.filter_map(|rest| {
            let rest = rest.strip_prefix('.')?;
            let (number, _) = rest.split_once('.').unwrap_or((rest, ""));
            // `01` would name an entry that no reader looks for.
            number
                .parse()
                .ok()
                .filter(|n: &u32| n.to_string() == number)
        });
        numbers.collect()
    }

    /// That everything has been read, but the signature in a presigned URL.
    ///
    /// # Errors
    /// `UnknownParameter` for the first parameter that nobody asked for.
    pub(super) fn finish(self) -> Answer<()> {
        let left = |pair: &&Pair<'_>| !pair.read && !pair.name.starts_with("X-Amz-");
        match self.pairs.iter().find(left) {
            None => Ok(()),
            Some(pair) => {
                let name = &pair.name;
                let message = format_smolstr!("The parameter {name} is not recognized");
                Err(Refusal::new(400, "UnknownParameter", message))
            }
        }
    }

    fn at(&self, name: &str) -> Option<usize> {
        let found = |pair: &Pair<'_>| pair.name.as_ref().cmp(name);
        self.pairs.binary_search_by(found).ok()
    }
}

/// `MalformedQueryString`.
fn malformed(message: SmolStr) -> Refusal {
    Refusal::new(400, "MalformedQueryString", message)
}

/// `InvalidParameterValue`, naming parameter and value.
pub(super) fn invalid_value(name: &str, value: &str) -> Refusal {
    let message = format_smolstr!("Value ({value}) for parameter {name} is invalid.");
    Refusal::new(400, "InvalidParameterValue", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form<'_> {
        Form::read("", text.as_bytes()).expect("a form")
    }

    #[test]
    fn lists_come_in_the_order_of_their_numbers() {
        let mut form = form("Id.10=c&Id.2=b&Idle.1=x&Id.1=a%20+b&Id=y&Id.01=z&Id.x=w");
        assert_eq!(form.list("Id"), ["a  b", "b", "c"]);
        assert_eq!(form.list("Idle"), ["x"]);
        assert_eq!(form.list("No"), [""; 0]);
        let refusal = form.finish().expect_err("two are left");
        assert_eq!(refusal.message, "The parameter Id is not recognized");
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let code = |text: &str| Form::read("a=1", text.as_bytes()).map(|_| ());
        let refused = |text: &str| code(text).expect_err("refused").message;
        assert_eq!(code(""), Ok(()));
        assert_eq!(refused("a=2"), "The parameter a is given twice");
        assert_eq!(
            refused("b=%00"),
            "The value of the parameter b has a control character"
        );
    }
}
