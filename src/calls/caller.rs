//! What the engine holds to make calls.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use smol_str::SmolStr;
use snaplife_sim::chance::Chance;

use super::clocks::{ClockVerdict, Clocks};
use super::halt::Halt;
use super::pacer::Pacer;
use super::retry::{self, Next};
use super::stop::Stop;
use crate::domain::{Job, Limits, PolicyName, Span, Timestamp};
use crate::ports::{
    Answer, CallContext, Effect, NotSentCause, Operation, OperationName, Outcome, Ports, Rejection,
    RejectionClass, Request, Service, UnknownCause,
};

/// Makes the calls of one pass: one attempt at a time, each with a time-out.
pub struct Caller {
    setup: CallerSetup,
    /// By EC2's answers alone, which says when snapshots start.
    clocks: Cell<Clocks>,
    /// By every answer of AWS's.
    heard: Cell<Clocks>,
    denied: Cell<Option<OperationName>>,
    fence: Cell<Option<Timestamp>>,
    retries_left: Cell<u32>,
    mutations: Cell<u64>,
    pacer: Rc<RefCell<Pacer>>,
}

/// What a pass is given to make calls with.
#[derive(Clone)]
pub struct CallerSetup {
    /// The seam.
    pub ports: Ports,
    /// The source of jitter.
    pub chance: Chance,
    /// Whose pass it is.
    pub policy: PolicyName,
    /// Which pass.
    pub job: Job,
    /// Time-outs and numbers.
    pub limits: Limits,
    /// No call is sent that could end after this.
    pub deadline: Timestamp,
    /// Once asked, EC2 is left alone.
    pub halt: Halt,
}

/// The error that we allow between two clocks: what a lease must have left beside a call's time-out, and
/// how long after its end another's is stolen.
pub const LEASE_SKEW: Span = Span::seconds(5);

/// Second tries of one pass, over all its calls; keeps a bad hour from becoming a storm.
const RETRIES_PER_PASS: u32 = 2_000;

impl Caller {
    /// A caller whose pacer is shared by all passes of the account and Region.
    #[must_use]
    pub fn new(setup: CallerSetup, pacer: Rc<RefCell<Pacer>>) -> Self {
        Self {
            setup,
            clocks: Cell::default(),
            heard: Cell::default(),
            denied: Cell::new(None),
            fence: Cell::new(None),
            retries_left: Cell::new(RETRIES_PER_PASS),
            mutations: Cell::new(0),
            pacer,
        }
    }

    /// The limits that calls are made under.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.setup.limits
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &PolicyName {
        &self.setup.policy
    }

    /// The job.
    #[must_use]
    pub const fn job(&self) -> Job {
        self.setup.job
    }

    /// When the pass must have ended.
    #[must_use]
    pub const fn deadline(&self) -> Timestamp {
        self.setup.deadline
    }

    /// Our clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.setup.ports.clock.now()
    }

    /// The process's own time, which nobody sets.
    #[must_use]
    pub fn uptime(&self) -> Span {
        self.setup.ports.clock.uptime()
    }

    /// Ends so much later, counted from here and not from when it is first polled.
    pub fn sleep(&self, span: Span) -> impl Future<Output = ()> + use<> {
        let timer = (span > Span::ZERO).then(|| self.setup.ports.clock.sleep(span));
        async move {
            if let Some(timer) = timer {
                timer.await;
            }
        }
    }

    /// Waits, but not for longer than until the pass is asked to end.
    pub async fn sleep_unless_halted(&self, span: Span) {
        let (halted, slept) = (self.setup.halt.asked(), self.sleep(span));
        select(pin!(halted), pin!(slept)).await;
    }

    /// Whether deletes may be judged, and by which instant.
    pub fn clock_verdict(&self) -> ClockVerdict {
        self.clocks
            .get()
            .verdict(self.now(), self.setup.limits.clock_error_max)
    }

    /// What AWS's clock shows, by the answers of every service; none until one has told its time.
    #[must_use]
    pub fn aws_now(&self) -> Option<Timestamp> {
        self.heard.get().theirs(self.now())
    }

    /// The latest that it can be by our clock and every service's; none until one has told its time.
    #[must_use]
    pub fn latest_heard(&self) -> Option<Timestamp> {
        let heard = self.heard.get();
        heard.has_heard().then(|| heard.latest(self.now()))
    }

    /// The earliest that it can be by our clock and AWS's: what has passed by this has passed.
    pub fn earliest_now(&self) -> Timestamp {
        self.clocks.get().earliest(self.now())
    }

    /// The latest that it can be by our clock and AWS's: what is counted from this is not begun
    /// too early, whoever reads it.
    pub fn latest_now(&self) -> Timestamp {
        self.clocks.get().latest(self.now())
    }

    /// How many mutations this pass has sent.
    #[must_use]
    pub const fn mutations(&self) -> u64 {
        self.mutations.get()
    }

    /// The last mutation that AWS said these credentials may not make.
    #[must_use]
    pub const fn denied(&self) -> Option<OperationName> {
        self.denied.get()
    }

    /// From now on EC2 is changed only while this instant is far enough away: the end of our lease.
    pub fn fence(&self, until: Timestamp) {
        self.fence.set(Some(until));
    }

    /// Whether a call that starts now could end in time.
    #[must_use]
    pub fn has_time_for(&self, span: Span) -> bool {
        let ends = self.now() + span + self.setup.limits.call_timeout;
        planted!(ends <= self.setup.deadline, ForgetsTheDeadline => true)
    }

    /// A read, tried again until it is answered or can't be.
    ///
    /// # Errors
    /// [`Stop`] when AWS refused for a reason that time does not heal, or the tries, the budget or
    /// the deadline ran out.
    pub async fn read<O: Operation>(&self, subject: &str, operation: O) -> Result<O::Reply, Stop> {
        let outcome = self.send(subject, operation).await;
        settle(O::NAME, subject, outcome)
    }

    /// A call, tried again only where that is safe (see [`retry::next`]). For a mutation the caller
    /// must look at each of the four outcomes.
    pub async fn send<O: Operation>(&self, subject: &str, operation: O) -> Outcome<O::Reply> {
        let request: Request = operation.into();
        let mut attempt = 1;
        loop {
            if let Err(cause) = self.wait_turn::<O>().await {
                return Outcome::NotSent(cause);
            }
            let outcome = self.attempt::<O>(subject, &request, attempt).await;
            if let Outcome::Rejected(rejection) = &outcome
                && rejection.class == RejectionClass::Throttled
            {
                self.pacer.borrow_mut().throttled(O::NAME, self.now());
            }
            let Some(wait) = self.wait_before_retry::<O>(subject, &outcome, attempt) else {
                return outcome;
            };
            self.sleep(wait).await;
            attempt += 1;
        }
    }

    /// Waits for its turn to send one call of this kind; then [`Self::send_once`] may follow at once.
    /// For calls whose instant of sending must be recorded before they are sent.
    ///
    /// # Errors
    /// The cause when the deadline leaves no room for it.
    pub async fn wait_turn<O: Operation>(&self) -> Result<(), NotSentCause> {
        if self.is_halted::<O>() {
            return Err(NotSentCause::Stopping);
        }
        let wait = self.pacer.borrow_mut().take(O::NAME, self.now());
        if !self.has_time_for(wait) {
            return Err(NotSentCause::Deadline);
        }
        self.sleep(wait).await;
        Ok(())
    }

    /// One attempt, without waiting for a turn and without another try.
    pub async fn send_once<O: Operation>(
        &self,
        subject: &str,
        operation: O,
        attempt: u32,
    ) -> Outcome<O::Reply> {
        // What was done since its turn came, such as writing the record first, has taken time, too.
        if !self.has_time_for(Span::ZERO) {
            return Outcome::NotSent(NotSentCause::Deadline);
        }
        let outcome = self.attempt::<O>(subject, &operation.into(), attempt).await;
        if let Outcome::Rejected(rejection) = &outcome
            && rejection.class == RejectionClass::Throttled
        {
            self.pacer.borrow_mut().throttled(O::NAME, self.now());
        }
        outcome
    }

    /// How long to wait before the next try of a mutation that [`Self::send_once`] sent; none when
    /// the outcome is final, the tries or the deadline ran out.
    pub fn wait_before_retry<O: Operation>(
        &self,
        subject: &str,
        outcome: &Outcome<O::Reply>,
        attempt: u32,
    ) -> Option<Span> {
        let Next::Again { wait_min } = retry::next(O::NAME.effect(), outcome) else {
            return None;
        };
        let key = [self.setup.job.name(), O::NAME.text(), subject];
        let wait = retry::backoff(self.setup.chance, &key, attempt, wait_min);
        let budget = self.retries_left.get();
        let is_last = planted!(attempt >= self.setup.limits.attempts_max, TriesForEver => false);
        if is_last || budget == 0 || !self.has_time_for(wait) {
            return None;
        }
        self.retries_left.set(budget - 1);
        Some(wait)
    }

    async fn attempt<O: Operation>(
        &self,
        subject: &str,
        request: &Request,
        attempt: u32,
    ) -> Outcome<O::Reply> {
        if self.lease_too_short::<O>() {
            return Outcome::NotSent(NotSentCause::LeaseTooShort);
        }
        if self.is_halted::<O>() {
            return Outcome::NotSent(NotSentCause::Stopping);
        }
        if O::NAME.effect() == Effect::Mutation {
            self.mutations.set(self.mutations.get() + 1);
        }
        let context = CallContext {
            attempt,
            job: self.setup.job,
            policy: self.setup.policy.clone(),
            subject: SmolStr::new(subject),
        };
        let answer = self.with_timeout(&context, request).await;
        if let Some(server) = answer.meta.server_time {
            let note = |cell: &Cell<Clocks>| {
                let mut clocks = cell.get();
                clocks.saw(self.now(), server);
                cell.set(clocks);
            };
            note(&self.heard);
            if O::NAME.service() == Service::Ec2 {
                note(&self.clocks);
            }
        }
        match answer.outcome {
            Outcome::Ok(reply) => match O::reply(reply) {
                Some(reply) => Outcome::Ok(reply),
                None => Outcome::Unknown(UnknownCause::Unreadable),
            },
            Outcome::Rejected(rejection) => {
                if O::NAME.effect() == Effect::Mutation && is_of_credentials(&rejection) {
                    self.denied.set(Some(O::NAME));
                }
                Outcome::Rejected(rejection)
            }
            Outcome::Unknown(cause) => Outcome::Unknown(cause),
            Outcome::NotSent(cause) => Outcome::NotSent(cause),
        }
    }

    /// What was done is still written to the table.
    fn is_halted<O: Operation>(&self) -> bool {
        O::NAME.service() == Service::Ec2 && self.setup.halt.is_asked()
    }

    /// Only EC2 is fenced by time: every write to the table is conditional and needs no fence.
    fn lease_too_short<O: Operation>(&self) -> bool {
        let needed = self.setup.limits.call_timeout + LEASE_SKEW;
        let is_near = |until| self.now() + needed > until;
        O::NAME.service() == Service::Ec2
            && O::NAME.effect() == Effect::Mutation
            && planted!(self.fence.get().is_none_or(is_near), IgnoresTheFence => false)
    }

    async fn with_timeout(
        &self,
        context: &CallContext,
        request: &Request,
    ) -> Answer<crate::ports::Reply> {
        let call = self.setup.ports.aws.call(context, request);
        let timer = self.setup.ports.clock.sleep(self.setup.limits.call_timeout);
        // `select` polls its first future first: an answer that came in time always wins.
        match select(call, timer).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Answer::bare(Outcome::Unknown(UnknownCause::TimedOut)),
        }
    }
}

/// Whether a refusal is about who asks, and not about what is asked for, as a lock is.
fn is_of_credentials(rejection: &Rejection) -> bool {
    rejection.class == RejectionClass::Denied && rejection.code != "OperationNotPermitted"
}

/// What the outcome of a call means where nothing but its value helps.
pub(crate) fn settle<T>(
    operation: crate::ports::OperationName,
    subject: &str,
    outcome: Outcome<T>,
) -> Result<T, Stop> {
    let subject = SmolStr::new(subject);
    match outcome {
        Outcome::Ok(value) => Ok(value),
        Outcome::Rejected(rejection) => Err(Stop::Refused {
            operation,
            subject,
            rejection,
        }),
        Outcome::Unknown(cause) => Err(Stop::NoAnswer {
            operation,
            subject,
            cause,
        }),
        Outcome::NotSent(NotSentCause::LeaseTooShort) => Err(Stop::LeaseLost),
        Outcome::NotSent(cause) => Err(Stop::NotSent {
            operation,
            subject,
            cause,
        }),
    }
}
