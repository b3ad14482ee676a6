//! The ports of a pass that is played back: each call gets the answer that it got then, and at that
//! time.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use smol_str::SmolStr;

use super::recorded::{RecordedCall, RecordedPass};
use crate::calls::Halt;
use crate::ports::{Answer, Aws, CallContext, Effect, Meta, OperationName, Reply, Request};
use crate::simulated::SimClock;

/// Calls with their answers, by what they were about.
pub(super) struct Answers {
    clock: SimClock,
    left: RefCell<BTreeMap<Key, VecDeque<RecordedCall>>>,
    /// Asked when the pass goes another way than the recording.
    over: Halt,
    /// Calls that are still to be made before a person asks the pass to end, and how.
    halt: RefCell<Option<(usize, Halt)>>,
    unknown: RefCell<Option<String>>,
}

type Key = (OperationName, SmolStr, u32);

impl Answers {
    /// `halt` is asked where the recording was: once as many calls are made as had been then.
    pub(super) fn new(pass: &RecordedPass, clock: SimClock, over: Halt, halt: &Halt) -> Self {
        let mut left: BTreeMap<Key, VecDeque<RecordedCall>> = BTreeMap::new();
        for call in &pass.calls {
            let key = (call.name, call.subject.clone(), call.attempt);
            left.entry(key).or_default().push_back(call.clone());
        }
        if pass.halted_after == Some(0) {
            halt.ask();
        }
        let halted_after = pass.halted_after.filter(|calls| *calls > 0);
        Self {
            halt: RefCell::new(halted_after.map(|calls| (calls, halt.clone()))),
            clock,
            left: RefCell::new(left),
            over,
            unknown: RefCell::default(),
        }
    }

    /// The first call that was made and is not in the recording.
    pub(super) fn unknown(&self) -> Option<String> {
        self.unknown.borrow().clone()
    }

    /// Recorded calls that change something and were not made.
    pub(super) fn not_made(&self) -> Vec<String> {
        let left = self.left.borrow();
        let mutations = left
            .iter()
            .filter(|((name, _, _), calls)| name.effect() == Effect::Mutation && !calls.is_empty());
        mutations
            .map(|((name, subject, _), _)| format!("{} of {subject}", name.text()))
            .collect()
    }

    async fn answer(&self, context: &CallContext, request: &Request) -> Answer<Reply> {
        if let Some((calls, halt)) = &mut *self.halt.borrow_mut() {
            *calls = calls.saturating_sub(1);
            if *calls == 0 {
                halt.ask();
            }
        }
        let key = (request.name(), context.subject.clone(), context.attempt);
        let call = self
            .left
            .borrow_mut()
            .get_mut(&key)
            .and_then(VecDeque::pop_front);
        match call.map(|call| call.answer) {
            Some(Some(answer)) => {
                self.clock.world_reaches(answer.at).await;
                Answer {
                    meta: Meta {
                        request_id: None,
                        server_time: answer.server_time,
                    },
                    outcome: answer.outcome,
                }
            }
            // It was under way when the program was killed.
            Some(None) => std::future::pending().await,
            None => {
                let told = format!("{} of {}", request.name().text(), context.subject);
                self.unknown.borrow_mut().get_or_insert(told);
                self.over.ask();
                std::future::pending().await
            }
        }
    }
}

impl Aws for Answers {
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>> {
        self.answer(context, request).boxed_local()
    }
}
