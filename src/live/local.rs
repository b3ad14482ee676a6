//! The level `dynamodb-local`: as `wire`, with the rows in a real DynamoDB Local.
//!
//! What reads or writes rows is answered by DynamoDB Local, over HTTP; everything else by the simulated AWS. The world does to its own
//! table what is asked of the real one: the oracle and the expectations judge by the world. What happens to that table beside calls
//! (rows that it starts with, rows that expire) is brought to the real one before the next call.
//!
//! What the two hold in the end is not taken on trust: [`Level::rows`] reads the real one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use futures_util::FutureExt;
use smol_str::SmolStr;
use snaplife_sim::chance::Chance;
use snaplife_sim::dynamodb::{Reply as TableReply, Request as TableRequest, Status};
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

use super::blocking::Blocking;
use super::clients::{ThroughProxy, https_client};
use super::connect::sentence;
use super::dynamodb::{key, to_row};
use super::wire::Wire;
use crate::domain::{TableName, Timestamp};
use crate::ports::table::{Attributes, CreateTable, Item, Scan, TABLE, TransactWrite};
use crate::ports::{Answer, Outcome, Reply, Request};
use crate::simulated::level::Failure;
use crate::simulated::{Level, call_world};

/// There is no such server, or it can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LocalError {
    /// It does not answer as DynamoDB does.
    #[error("DynamoDB Local at {url} gives no usable answer: {why}")]
    NoAnswer {
        /// Where.
        url: String,
        /// What came instead.
        why: String,
    },
    /// The system has no thread left.
    #[error("no thread can be had for the calls to DynamoDB Local")]
    NoThread,
}

/// The level `dynamodb-local`, with a table of its own, which is dropped with it.
pub struct DynamoDbLocal {
    /// In front of the world: everything but rows.
    front: Wire,
    /// In front of DynamoDB Local: rows.
    rows: Wire,
    /// What DynamoDB Local holds, as the world's own rows; none: it has no such table.
    held: RefCell<Option<Held>>,
    /// The table's name there.
    table: TableName,
    world: Rc<RefCell<World>>,
}

/// Rows by key.
type Held = BTreeMap<SmolStr, Arc<Attributes>>;

impl DynamoDbLocal {
    /// In front of a world, with the rows in the server at `url`.
    ///
    /// # Errors
    /// When the server gives no answer.
    pub fn new(world: Rc<RefCell<World>>, chance: Chance, url: &str) -> Result<Self, LocalError> {
        static TABLES: AtomicU64 = AtomicU64::new(0);
        let number = TABLES.fetch_add(1, Ordering::Relaxed);
        let table = TableName::parse(&format!("snaplife-{}-{number}", std::process::id()))
            .expect("it has letters, digits and - alone");
        let blocking =
            Blocking::over(https_client(ThroughProxy::Never)).map_err(|_| LocalError::NoThread)?;
        let http = SharedHttpClient::new(blocking);
        let local = Self {
            front: Wire::new(Rc::clone(&world), chance),
            rows: Wire::with_table_at(Rc::clone(&world), chance, http, url, table.clone()),
            held: RefCell::default(),
            table,
            world,
        };
        let no_answer = |why: &dyn std::fmt::Display| LocalError::NoAnswer {
            url: url.to_owned(),
            why: why.to_string(),
        };
        let listed = at_once(local.rows.clients().dynamodb.list_tables().send());
        match listed {
            Some(Ok(_)) => Ok(local),
            Some(Err(error)) => Err(no_answer(&sentence(&error))),
            None => Err(no_answer(&"the call was not answered at once")),
        }
    }

    /// Brings what happened in the world beside calls to the real table.
    fn follow(&self, now: Timestamp) {
        let at = WorldTime(now.as_ms());
        let describe = TableRequest::DescribeTable {
            table: TABLE.into(),
        };
        let told = self.world.borrow_mut().dynamodb.call(at, &describe);
        let usable = match told {
            Ok(TableReply::Table(table)) => match table.status {
                Status::Active | Status::Updating => true,
                Status::Creating | Status::Deleting => false,
            },
            Ok(_) | Err(_) => false,
        };
        let mut held = self.held.borrow_mut();
        match (usable, held.take()) {
            (false, None) => {}
            (false, Some(_)) => self.drop_table(),
            (true, there) => {
                let there = there.unwrap_or_else(|| {
                    self.make_table(now);
                    Held::new()
                });
                let truth = self.truth();
                self.bring(&there, &truth);
                *held = Some(truth);
            }
        }
    }

    /// The world's own rows.
    fn truth(&self) -> Held {
        let world = self.world.borrow();
        let rows = world.dynamodb.items(TABLE);
        rows.filter_map(|row| Some((Item(Arc::clone(row)).key()?.clone(), Arc::clone(row))))
            .collect()
    }

    /// # Panics
    /// When DynamoDB Local refuses, as everything here does: the run can't go on, and it is not the
    /// engine's doing.
    fn make_table(&self, now: Timestamp) {
        match self.rows.apply(now, &CreateTable {}.into()).outcome {
            Outcome::Ok(_) => {}
            other => panic!("DynamoDB Local makes no table: {other:?}"),
        }
    }

    fn bring(&self, there: &Held, truth: &Held) {
        let client = &self.rows.clients().dynamodb;
        for (row, item) in truth {
            if there.get(row).is_none_or(|old| !Arc::ptr_eq(old, item)) {
                let put = client
                    .put_item()
                    .table_name(self.table.as_str())
                    .set_item(Some(to_row(&Item(Arc::clone(item)))));
                done(at_once(put.send()), "stores no row");
            }
        }
        for row in there.keys().filter(|row| !truth.contains_key(*row)) {
            let delete = client
                .delete_item()
                .table_name(self.table.as_str())
                .set_key(Some(key(row)));
            done(at_once(delete.send()), "deletes no row");
        }
    }

    fn drop_table(&self) {
        let client = &self.rows.clients().dynamodb;
        let dropped = client.delete_table().table_name(self.table.as_str());
        // A server that is gone has dropped it.
        let _gone = at_once(dropped.send());
    }
}

impl Level for DynamoDbLocal {
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply> {
        if !is_about_rows(request) {
            return self.front.apply(now, request);
        }
        self.follow(now);
        let answer = self.rows.apply(now, &of_this_run(request, &self.table));
        let _same = call_world(
            &mut self.world.borrow_mut(),
            WorldTime(now.as_ms()),
            request,
        );
        if let Some(held) = self.held.borrow_mut().as_mut() {
            *held = self.truth();
        }
        answer
    }

    fn render(&self, now: Timestamp, request: &Request, failure: &Failure) -> Answer<Reply> {
        self.front.render(now, request, failure)
    }

    fn rows(&self, now: Timestamp) -> Option<Vec<Item>> {
        self.follow(now);
        if self.held.borrow().is_none() {
            return Some(Vec::new());
        }
        let mut rows = Vec::new();
        let mut start = None;
        loop {
            match self.rows.apply(now, &Scan { start }.into()).outcome {
                Outcome::Ok(Reply::Scan(page)) => {
                    rows.extend(page.items);
                    start = page.next;
                }
                other => panic!("DynamoDB Local lists no rows: {other:?}"),
            }
            if start.is_none() {
                break;
            }
        }
        rows.sort_by(|one, other| one.key().cmp(&other.key()));
        Some(rows)
    }
}

impl Drop for DynamoDbLocal {
    fn drop(&mut self) {
        if self.held.get_mut().is_some() {
            self.drop_table();
        }
    }
}

const fn is_about_rows(request: &Request) -> bool {
    matches!(
        request,
        Request::GetItem(_)
            | Request::BatchGetItem(_)
            | Request::Query(_)
            | Request::Scan(_)
            | Request::PutItem(_)
            | Request::TransactWrite(_)
    )
}

/// A server remembers tokens for minutes, whatever the table, and other runs send the same ones.
fn of_this_run(request: &Request, table: &TableName) -> Request {
    match request {
        Request::TransactWrite(write) => {
            let token = blake3::hash(format!("{table} {}", write.token).as_bytes());
            Request::TransactWrite(TransactWrite {
                actions: write.actions.clone(),
                token: SmolStr::new(&token.to_hex()[..32]),
            })
        }
        other => other.clone(),
    }
}

/// The end of a future that waits for nothing but blocking calls.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    future.now_or_never()
}

fn done<T, E: std::error::Error>(sent: Option<Result<T, E>>, what: &str) {
    match sent {
        Some(Ok(_)) => {}
        Some(Err(error)) => panic!("DynamoDB Local {what}: {}", DisplayErrorContext(error)),
        None => panic!("DynamoDB Local {what}: the call was not answered at once"),
    }
}
