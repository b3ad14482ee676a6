//! A pass that changes nothing.
//!
//! Reads go through; a write to the table is kept here, and later reads of its key find it, so that
//! the pass goes on as if it had been stored. Nothing that changes anything can get past this: there
//! is no way through it for such a call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use smol_str::SmolStr;

use super::pass::PassSetup;
use crate::catalog::write::at_revision;
use crate::domain::Timestamp;
use crate::journal::{Event, Journal};
use crate::plan::Consent;
use crate::ports::table::{Consistency, GetItem, Item, PutItem, TransactAction};
use crate::ports::{
    Answer, Aws, CallContext, Done, Effect, NotSentCause, Outcome, Rejection, RejectionClass,
    Reply, Request,
};

/// Puts a rehearsal between a pass and its ports when nothing may be changed.
pub(super) fn prepare(mut setup: PassSetup) -> PassSetup {
    if setup.consent != Consent::Nothing {
        return setup;
    }
    setup.journal = Rc::new(Rehearsed(Rc::clone(&setup.journal)));
    setup.ports.aws = Rc::new(Rehearsal {
        inner: Rc::clone(&setup.ports.aws),
        stored: RefCell::default(),
    });
    setup
}

/// The journal of a rehearsal: rows that would change are no changes, so they are not noted.
struct Rehearsed(Rc<dyn Journal>);

impl Journal for Rehearsed {
    fn note(&self, event: Event<'_>) {
        match event {
            Event::Row(_) => {}
            other => self.0.note(other),
        }
    }

    fn at(&self) -> Timestamp {
        self.0.at()
    }

    fn is_lost(&self) -> bool {
        self.0.is_lost()
    }
}

/// The ports of a rehearsal.
struct Rehearsal {
    inner: Rc<dyn Aws>,
    /// What would be stored, by key.
    stored: RefCell<BTreeMap<SmolStr, Item>>,
}

impl Rehearsal {
    async fn answer(&self, context: &CallContext, request: &Request) -> Answer<Reply> {
        match request {
            Request::PutItem(put) => Answer::bare(self.put(context, put).await),
            Request::TransactWrite(write) => {
                for action in &write.actions {
                    match action {
                        TransactAction::Put(put) => self.keep(put),
                        TransactAction::Check { .. } => {}
                    }
                }
                Answer::bare(Outcome::Ok(Reply::TransactWrite(Done {})))
            }
            other if other.name().effect() == Effect::Read => {
                let mut answer = self.inner.call(context, other).await;
                self.lay_over(other, &mut answer);
                answer
            }
            // EC2, SNS and the table itself: nobody rehearses these.
            _ => Answer::bare(Outcome::NotSent(NotSentCause::Stopping)),
        }
    }

    /// A new row must not be there yet; of the others it is taken for granted that nobody wrote them
    /// meanwhile.
    async fn put(&self, context: &CallContext, put: &PutItem) -> Outcome<Reply> {
        if put.condition == at_revision(0)
            && let Some(key) = put.item.key()
        {
            let stored = self.stored.borrow().contains_key(key);
            let get = Request::GetItem(GetItem {
                consistency: Consistency::Strong,
                key: key.clone(),
            });
            let there = stored
                || match self.inner.call(context, &get).await.outcome {
                    Outcome::Ok(Reply::GetItem(found)) => found.item.is_some(),
                    Outcome::Ok(_) => false,
                    other => return other,
                };
            if there {
                return Outcome::Rejected(Rejection {
                    class: RejectionClass::Conflict,
                    code: "ConditionalCheckFailedException".into(),
                    message: "The conditional request failed".into(),
                    reasons: Vec::new(),
                });
            }
        }
        self.keep(put);
        Outcome::Ok(Reply::PutItem(Done {}))
    }

    fn keep(&self, put: &PutItem) {
        if let Some(key) = put.item.key() {
            let mut stored = self.stored.borrow_mut();
            stored.insert(key.clone(), put.item.clone());
        }
    }

    /// What would be stored stands for what is.
    fn lay_over(&self, request: &Request, answer: &mut Answer<Reply>) {
        let stored = self.stored.borrow();
        match (request, &mut answer.outcome) {
            (Request::GetItem(get), Outcome::Ok(Reply::GetItem(found))) => {
                if let Some(item) = stored.get(&get.key) {
                    found.item = Some(item.clone());
                }
            }
            (Request::BatchGetItem(get), Outcome::Ok(Reply::BatchGetItem(batch))) => {
                let ours = get.keys.iter().filter_map(|key| stored.get(key));
                let ours: Vec<Item> = ours.cloned().collect();
                if !ours.is_empty() {
                    let is_ours = |item: &Item| item.key().is_some_and(|k| stored.contains_key(k));
                    batch.items.retain(|item| !is_ours(item));
                    batch.unprocessed.retain(|key| !stored.contains_key(key));
                    batch.items.extend(ours);
                }
            }
            _ => {}
        }
    }
}

impl Aws for Rehearsal {
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>> {
        self.answer(context, request).boxed_local()
    }
}
