//! The ports of a pass that is played back: each call gets the answer that it got then, and at that
//! time.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use smol_str::SmolStr;

use super::recorded::{RecordedCall, RecordedPass};
use crate::calls::Halt;
use crate::ports::{
    Answer, Aws, CallContext, Effect, Meta, NotSentCause, OperationName, Outcome, Reply, Request,
    Service,
};
use crate::simulated::SimClock;

/// Calls with their answers, by what they were about.
pub(super) struct Answers {
    clock: SimClock,
    left: RefCell<BTreeMap<Key, VecDeque<RecordedCall>>>,
    /// Asked when the pass goes another way than the recording.
    over: Halt,
    /// A person asked the pass to end: after so many calls (which are still to be made) and not before
    /// this time.
    halt: RefCell<Option<Pending>>,
    unknown: RefCell<Option<String>>,
}

/// A wish to end that is still to come.
struct Pending {
    calls: usize,
    /// Asked once as many calls are made.
    made: Halt,
    /// The pass's own.
    halt: Halt,
}

type Key = (OperationName, SmolStr, u32);

impl Answers {
    /// `made` is asked once as many calls are made as had been when the recording was asked to end, and
    /// `halt` where the pass makes a call of EC2 then that the recording did not come to.
    pub(super) fn new(
        pass: &RecordedPass,
        clock: SimClock,
        over: Halt,
        made: &Halt,
        halt: &Halt,
    ) -> Self {
        let mut left: BTreeMap<Key, VecDeque<RecordedCall>> = BTreeMap::new();
        for call in &pass.calls {
            let key = (call.name, call.subject.clone(), call.attempt);
            left.entry(key).or_default().push_back(call.clone());
        }
        let pending = pass.halted_after.map(|(calls, _)| {
            if calls == 0 {
                made.ask();
            }
            Pending {
                calls,
                made: made.clone(),
                halt: halt.clone(),
            }
        });
        Self {
            halt: RefCell::new(pending),
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

    /// Whether the wish to end came before this call of EC2: between two lines of a recording time stands
    /// still here, and did not then.
    fn is_halted(&self, request: &Request) -> bool {
        let pending = self.halt.borrow();
        let Some(pending) = pending.as_ref().filter(|pending| pending.calls == 0) else {
            return false;
        };
        if request.name().service() != Service::Ec2 {
            return false;
        }
        pending.halt.ask();
        true
    }

    async fn answer(&self, context: &CallContext, request: &Request) -> Answer<Reply> {
        let key = (request.name(), context.subject.clone(), context.attempt);
        let call = self
            .left
            .borrow_mut()
            .get_mut(&key)
            .and_then(VecDeque::pop_front);
        if call.is_some()
            && let Some(pending) = &mut *self.halt.borrow_mut()
        {
            pending.calls = pending.calls.saturating_sub(1);
            if pending.calls == 0 {
                pending.made.ask();
            }
        }
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
            None if self.is_halted(request) => {
                Answer::bare(Outcome::NotSent(NotSentCause::Stopping))
            }
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
