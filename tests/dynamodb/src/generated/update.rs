//! Updates: at most one action for each attribute, in four sections.

use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::subsequence;
use serde_json::{Value, json};

use super::condition::Tokens;
use super::items::{list, map, number, set, text, value};

/// One action of one section; `?` stands for the value's token.
#[derive(Clone, Debug)]
pub(super) struct Action {
    section: Section,
    template: &'static str,
    value: Option<Value>,
}

/// The sections, in the order they are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Section {
    Set,
    Remove,
    Add,
    Delete,
}

fn set_to(
    template: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Action> {
    action(Section::Set, template, value)
}

fn action(
    section: Section,
    template: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Action> {
    let make = move |value| Action {
        section,
        template,
        value: Some(value),
    };
    value.prop_map(make).boxed()
}

fn plain(section: Section, template: &'static str) -> BoxedStrategy<Action> {
    Just(Action {
        section,
        template,
        value: None,
    })
    .boxed()
}

/// What can be done to each attribute.
fn of_attributes() -> Vec<BoxedStrategy<Action>> {
    let n = prop_oneof![
        set_to("n = ?", number()),
        set_to("n = n + ?", number()),
        set_to("n = if_not_exists(n, ?)", number()),
        plain(Section::Set, "n = d"),
        action(Section::Add, "n ?", number()),
        plain(Section::Remove, "n"),
    ];
    let s = prop_oneof![
        set_to("s = ?", value()),
        plain(Section::Set, "s = w"),
        plain(Section::Remove, "s"),
    ];
    let o = prop_oneof![
        set_to(
            "o = ?",
            proptest::sample::select(vec![json!("x"), json!("y")])
        ),
        plain(Section::Remove, "o"),
    ];
    let d = prop_oneof![
        set_to("d = ?", (0..4_i64).prop_map(|d| json!(d))),
        action(Section::Add, "d ?", Just(json!(1))),
        plain(Section::Remove, "d"),
    ];
    let w = prop_oneof![set_to("w = ?", text()), plain(Section::Remove, "w")];
    let l = prop_oneof![
        set_to("l = ?", list()),
        set_to("l = list_append(l, ?)", list()),
        set_to("l[0] = ?", value()),
        set_to("l[5] = ?", value()),
        plain(Section::Remove, "l[0]"),
        plain(Section::Remove, "l"),
    ];
    let m = prop_oneof![
        set_to("m = ?", map()),
        set_to("m.k = ?", number()),
        action(Section::Add, "m.k ?", number()),
        plain(Section::Remove, "m.k"),
        plain(Section::Remove, "m"),
    ];
    let ss = prop_oneof![
        action(Section::Add, "ss ?", set()),
        action(Section::Delete, "ss ?", set()),
        plain(Section::Remove, "ss"),
    ];
    vec![
        n.boxed(),
        s.boxed(),
        o.boxed(),
        d.boxed(),
        w.boxed(),
        l.boxed(),
        m.boxed(),
        ss.boxed(),
    ]
}

/// One to three actions on different attributes.
pub(super) fn actions() -> BoxedStrategy<Vec<Action>> {
    let attributes = of_attributes();
    let count = attributes.len();
    let which = subsequence((0..count).collect::<Vec<usize>>(), 1..=3);
    (which, attributes)
        .prop_map(|(which, actions)| which.into_iter().map(|at| actions[at].clone()).collect())
        .boxed()
}

/// DynamoDB's text for them.
pub(super) fn text_of(actions: &[Action], tokens: &mut Tokens) -> String {
    let sections = [
        (Section::Set, "SET"),
        (Section::Remove, "REMOVE"),
        (Section::Add, "ADD"),
        (Section::Delete, "DELETE"),
    ];
    let mut text = Vec::new();
    for (section, keyword) in sections {
        let of_section = actions.iter().filter(|action| action.section == section);
        let parts: Vec<String> = of_section.map(|action| action.text(tokens)).collect();
        if !parts.is_empty() {
            text.push(format!("{keyword} {}", parts.join(", ")));
        }
    }
    text.join(" ")
}

impl Action {
    fn text(&self, tokens: &mut Tokens) -> String {
        match &self.value {
            Some(value) => self.template.replace('?', &tokens.token(value)),
            None => self.template.to_owned(),
        }
    }
}
