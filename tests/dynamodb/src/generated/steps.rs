//! What a step of a sequence may be, and in which proportions.

use proptest::option::of;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::{Value, json};

use super::condition::{self, Condition, Tokens};
use super::items::{id, item, maybe, some_ids};
use super::update::{self, Action};
use crate::request::{
    Request, batch_get, batch_write, check, delete, get, put, query, scan, transact, transact_get,
    update as update_item,
};

/// The comparators of generated conditions.
pub(super) const COMPARATORS: &[&str] = &["=", "<>", "<", "<=", ">", ">="];
/// Those that a sort key can be held against.
const ORDERS: &[&str] = &["=", "<", "<=", ">", ">="];

/// Which steps are frequent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mix {
    /// Writes of single items, and reads.
    Singles,
    /// Writes without conditions, and listings.
    Listings,
    /// Transactions and batches.
    Many,
}

impl Mix {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Singles, Self::Listings, Self::Many];

    /// How it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Singles => "singles",
            Self::Listings => "listings",
            Self::Many => "batches-and-transactions",
        }
    }

    pub(super) const fn seed(self) -> u8 {
        match self {
            Self::Singles => 1,
            Self::Listings => 2,
            Self::Many => 3,
        }
    }

    pub(super) fn steps(self) -> BoxedStrategy<Request> {
        match self {
            Self::Singles => prop_oneof![4 => a_put(), 6 => an_update(), 3 => a_delete(), 1 => a_get()].boxed(),
            Self::Listings => {
                prop_oneof![4 => plain_put(), 2 => an_update(), 1 => a_delete(), 6 => a_query(), 1 => a_scan()].boxed()
            }
            Self::Many => prop_oneof![
                2 => plain_put(),
                2 => a_batch(),
                2 => some_ids(0).prop_map(batch_get),
                6 => a_transaction(),
                1 => some_ids(1).prop_map(|ids| transact_get(ids.into_iter().map(without_consistency))),
            ]
            .boxed(),
        }
    }
}

/// A read in a transaction takes no consistency.
fn without_consistency(id: &str) -> Request {
    let mut get = get(id);
    if let Some(body) = get.body.as_object_mut() {
        body.remove("ConsistentRead");
    }
    get
}

fn conditional(request: Request, condition: Option<&Condition>, mut tokens: Tokens) -> Request {
    let request = match condition {
        Some(condition) => {
            let text = condition.text(&mut tokens);
            request.when(&text)
        }
        None => request,
    };
    request.with(&tokens.meanings())
}

fn returning(request: Request, which: Option<&str>) -> Request {
    match which {
        Some(which) => request.returning(which),
        None => request,
    }
}

fn plain_put() -> BoxedStrategy<Request> {
    item().prop_map(|item| put(&item)).boxed()
}

fn a_put() -> BoxedStrategy<Request> {
    (item(), condition::maybe(), maybe(&["ALL_OLD", "NONE"]))
        .prop_map(|(item, condition, which)| {
            returning(
                conditional(put(&item), condition.as_ref(), Tokens::default()),
                which,
            )
        })
        .boxed()
}

fn updated(id: &str, actions: &[Action], condition: Option<&Condition>) -> Request {
    let mut tokens = Tokens::default();
    let text = update::text_of(actions, &mut tokens);
    conditional(update_item(id, &text), condition, tokens)
}

fn an_update() -> BoxedStrategy<Request> {
    (
        id(),
        update::actions(),
        condition::maybe(),
        maybe(&["ALL_OLD", "ALL_NEW", "NONE"]),
    )
        .prop_map(|(id, actions, condition, which)| {
            returning(updated(id, &actions, condition.as_ref()), which)
        })
        .boxed()
}

fn a_delete() -> BoxedStrategy<Request> {
    (id(), condition::maybe(), maybe(&["ALL_OLD"]))
        .prop_map(|(id, condition, which)| {
            returning(
                conditional(delete(id), condition.as_ref(), Tokens::default()),
                which,
            )
        })
        .boxed()
}

fn a_get() -> BoxedStrategy<Request> {
    (id(), maybe(&["n, s", "m.k, l[0]", "l[1], l[0], x"]))
        .prop_map(|(id, projection)| match projection {
            Some(projection) => get(id).field("ProjectionExpression", projection),
            None => get(id),
        })
        .boxed()
}

fn a_batch() -> BoxedStrategy<Request> {
    (proptest::collection::vec(item(), 0..4), some_ids(0))
        .prop_map(|(puts, deletes)| batch_write(&puts, deletes))
        .boxed()
}

fn a_transaction() -> BoxedStrategy<Request> {
    let action = prop_oneof![
        2 => (item(), condition::maybe()).prop_map(|(item, condition)| {
            conditional(put(&item), condition.as_ref(), Tokens::default())
        }),
        3 => (id(), update::actions(), condition::maybe())
            .prop_map(|(id, actions, condition)| updated(id, &actions, condition.as_ref())),
        1 => (id(), condition::maybe()).prop_map(|(id, condition)| {
            conditional(delete(id), condition.as_ref(), Tokens::default())
        }),
        2 => (id(), condition::condition())
            .prop_map(|(id, condition)| conditional(check(id, ""), Some(&condition), Tokens::default())),
    ];
    (proptest::collection::vec(action, 1..4), maybe(&["t", "u"]))
        .prop_map(|(actions, token)| (each_item_once(actions), token))
        .prop_map(|(actions, token)| match token {
            Some(token) => transact(actions).field("ClientRequestToken", token),
            None => transact(actions),
        })
        .boxed()
}

/// The first action on each item: on two for one, sides judge in another order, see `differences`.
fn each_item_once(actions: Vec<Request>) -> Vec<Request> {
    let mut seen = std::collections::BTreeSet::new();
    let id = |action: &Request| {
        let id = ["Item", "Key"].map(|part| action.body[part]["Id"]["S"].as_str());
        id.into_iter().flatten().next().map(str::to_owned)
    };
    actions
        .into_iter()
        .filter(|action| seen.insert(id(action)))
        .collect()
}

fn a_query() -> BoxedStrategy<Request> {
    let open =
        (select(vec!["x", "y", "z"]), of((select(ORDERS), 0..4_i64))).prop_map(|(o, sort)| {
            let mut tokens = json!({ ":o": o });
            let text = match sort {
                Some((comparator, d)) => {
                    tokens[":d"] = json!(d);
                    format!("o = :o AND d {comparator} :d")
                }
                None => "o = :o".to_owned(),
            };
            (query(&text).field("IndexName", "Open"), tokens)
        });
    let word =
        (select(vec!["x", "y"]), of(select(vec!["x", "a", "xy"]))).prop_map(|(o, prefix)| {
            let mut tokens = json!({ ":o": o });
            let text = match prefix {
                Some(prefix) => {
                    tokens[":p"] = json!(prefix);
                    "o = :o AND begins_with(w, :p)"
                }
                None => "o = :o",
            };
            (query(text).field("IndexName", "Word"), tokens)
        });
    let date = (0..4_i64).prop_map(|d| {
        (
            query("d = :d").field("IndexName", "Date"),
            json!({ ":d": d }),
        )
    });
    let which = prop_oneof![3 => open.boxed(), 2 => word.boxed(), 1 => date.boxed()];
    (which, listing())
        .prop_map(|((query, tokens), listing)| {
            let listing = if query.body["IndexName"] == "Open" {
                listing
            } else {
                listing.without_texts()
            };
            listing.of(query, tokens)
        })
        .boxed()
}

fn a_scan() -> BoxedStrategy<Request> {
    (maybe(&["Open", "Word", "Date"]), listing())
        .prop_map(|(index, listing)| {
            let scan = match index {
                Some(index) => scan().field("IndexName", index),
                None => scan(),
            };
            let listing = match index {
                None | Some("Open") => listing,
                Some(_) => listing.without_texts(),
            };
            let mut request = listing.of(scan, json!({}));
            if let Some(body) = request.body.as_object_mut() {
                body.remove("ScanIndexForward");
            }
            request
        })
        .boxed()
}

/// What queries and scans have in common.
#[derive(Clone, Debug)]
struct Listing {
    filter: Option<(&'static str, Value)>,
    limit: Option<i64>,
    newest_first: Option<bool>,
    projection: Option<&'static str>,
}

fn listing() -> BoxedStrategy<Listing> {
    let filter = of(select(vec![
        ("n > :f", json!(1)),
        ("attribute_exists(m.k) OR n = :f", json!(1)),
        ("contains(ss, :f)", json!("a")),
        ("NOT begins_with(s, :f)", json!("x")),
        ("size(l) >= :f", json!(2)),
    ]));
    (
        filter,
        of(1..4_i64),
        prop_oneof![Just(None), Just(Some(false)), Just(Some(true))],
        maybe(&["Id, n", "m.k", "l[1], l[0], s"]),
    )
        .prop_map(|(filter, limit, newest_first, projection)| Listing {
            filter,
            limit,
            newest_first,
            projection,
        })
        .boxed()
}

impl Listing {
    /// For indexes that do not hold everything: what DynamoDB Local makes of the rest is a known difference.
    fn without_texts(self) -> Self {
        Self {
            filter: None,
            projection: None,
            ..self
        }
    }

    fn of(&self, request: Request, mut tokens: Value) -> Request {
        let mut request = request;
        if let Some((text, value)) = &self.filter {
            tokens[":f"] = value.clone();
            request = request.field("FilterExpression", *text);
        }
        if let Some(limit) = self.limit {
            request = request.field("Limit", limit);
        }
        if let Some(newest_first) = self.newest_first {
            request = request.field("ScanIndexForward", !newest_first);
        }
        if let Some(projection) = self.projection {
            request = request.field("ProjectionExpression", projection);
        }
        request.with(&tokens)
    }
}
