//! One run of one job, from lease to record.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{Either, select};
use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::chance::Chance;

use super::{context::Pass, create, expire, notify, record, rehearsal, sync};
use crate::calls::{Caller, CallerSetup, Halt, LEASE_SKEW, Pacer, Stop};
use crate::catalog::lease::{Acquired, Lease, RENEW_AFTER};
use crate::catalog::write::Writer;
use crate::catalog::{Installation, PolicyMeta, key, read};
use crate::domain::{Job, Policy, Slot, Span, Timestamp};
use crate::journal::{Event, Finding, FindingKind, Journal, Now, PassEnd, RowChange};
use crate::plan::{Consent, PassPlan, Refused};
use crate::ports::sts::GetCallerIdentity;
use crate::ports::table::Item;
use crate::ports::{OperationName, Ports};

/// Everything a pass is started with.
#[derive(Clone)]
pub struct PassSetup {
    /// The seam.
    pub ports: Ports,
    /// Takes the pass's story.
    pub journal: Rc<dyn Journal>,
    /// The rules.
    pub policy: Rc<Policy>,
    /// Which job.
    pub job: Job,
    /// For `create` the slot to serve; otherwise the instant that triggered it.
    pub slot: Slot,
    /// The source of jitter.
    pub chance: Chance,
    /// Shared by all passes of the account and Region.
    pub pacer: Rc<RefCell<Pacer>>,
    /// Differs between any two passes; names the holder of the lease and marks rows.
    pub name: SmolStr,
    /// When the pass must have ended.
    pub deadline: Timestamp,
    /// How much of its plan it may carry out.
    pub consent: Consent,
    /// A person's wish that it ends early.
    pub halt: Halt,
}

/// How a pass ended. Built from confirmed results only.
#[must_use = "a pass that needs attention must be heard"]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassReport {
    /// What people should know, sorted by kind and subject.
    pub findings: Vec<Finding>,
    /// A mutation that these credentials may not make, though the pass went on beside it.
    pub denied: Option<OperationName>,
    /// How many mutating calls it sent.
    pub mutations: u64,
    /// When a `create` pass is wanted before its schedule says so.
    pub resume_at: Option<Timestamp>,
    /// Why it could not go on; none when it did all it had to do.
    pub stop: Option<Stop>,
    /// What it decided; of a rehearsal, what it would do. Empty where everything was consented to.
    pub plan: PassPlan,
    /// What was consented to and not done, since it is not what it was.
    pub refused: Vec<Refused>,
    /// Of a rehearsal: how many writes to the table it would do.
    pub rehearsed: u64,
    /// Rows that changed their state, in order; of a rehearsal, those that would. Empty where
    /// everything was consented to.
    pub rows: Vec<RowChange>,
}

impl PassReport {
    /// Whether a person should look.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        self.stop.is_some()
            || self.resume_at.is_some()
            || !self.findings.is_empty()
            || !self.refused.is_empty()
    }
}

/// Runs one pass to its end.
///
/// It may be dropped at any point: that is a crash, and the next pass goes on from the rows.
pub async fn run_pass(setup: PassSetup) -> PassReport {
    let is_rehearsal = setup.consent == Consent::Nothing;
    let setup = rehearsal::prepare(setup);
    let now = Now {
        consent: setup.consent.clone(),
        job: setup.job,
        now: setup.ports.clock.now(),
        policy: setup.policy.name.clone(),
        slot: setup.slot.clone(),
    };
    setup.journal.note(Event::Now(Cow::Owned(now)));
    let caller = caller(&setup);
    let journal = setup.journal.clone();
    let mut report = match begin(&caller).await {
        Ok(begun) => {
            let job = setup.job;
            let lease = begun.lease.clone();
            let pass = pass_of(setup, caller, begun);
            match quiet(&pass, job).await {
                Ok(true) => ended(&pass, None),
                Ok(false) if pass.is_rehearsal() => rehearsed(&pass, job).await,
                Ok(false) => under_lease(&pass, job, lease).await,
                Err(stop) => stopped(&pass, job, stop),
            }
        }
        Err(stop) => {
            let at = again(&setup.policy, setup.job, &setup.slot, caller.now(), &stop);
            refused(&caller, &*journal, stop, at)
        }
    };
    if is_rehearsal {
        // What it would have sent was not sent.
        report.rehearsed = std::mem::take(&mut report.mutations);
    }
    let end = PassEnd {
        findings: u32::try_from(report.findings.len()).unwrap_or(u32::MAX),
        mutations: report.mutations,
        resume_at: report.resume_at,
        stopped: report
            .stop
            .as_ref()
            .map(|stop| SmolStr::from(stop.to_string())),
        unsent: match &report.stop {
            Some(Stop::NotSent { cause, .. }) => Some(*cause),
            _ => None,
        },
    };
    journal.note(Event::End(Cow::Owned(end)));
    report
}

pub(super) fn caller(setup: &PassSetup) -> Caller {
    Caller::new(
        CallerSetup {
            ports: setup.ports.clone(),
            chance: setup.chance,
            policy: setup.policy.name.clone(),
            job: setup.job,
            limits: setup.policy.limits.clone(),
            deadline: setup.deadline,
            halt: setup.halt.clone(),
        },
        setup.pacer.clone(),
    )
}

pub(super) fn pass_of(setup: PassSetup, caller: Caller, begun: Begin) -> Pass {
    let pass = Pass::new(
        caller,
        Writer::new(setup.name),
        setup.journal,
        setup.policy,
        begun.installation,
        setup.slot,
    )
    .with_consent(setup.consent);
    pass.remember(begun.meta);
    pass
}

/// What a pass reads before it does anything, in one consistent batch.
pub(super) struct Begin {
    pub(super) installation: Installation,
    /// The job's lease as it is stored.
    pub(super) lease: Option<Item>,
    /// What is remembered about the policy.
    pub(super) meta: PolicyMeta,
}

/// Reads the installation, when the credentials belong to it. No mutation comes before this.
pub(super) async fn begin(caller: &Caller) -> Result<Begin, Stop> {
    let identity = caller.read("caller", GetCallerIdentity {}).await?;
    let installation = SmolStr::new_static(key::INSTALLATION);
    let lease = key::lease(caller.policy(), caller.job());
    let meta = key::policy(caller.policy());
    let keys = [installation.clone(), lease.clone(), meta.clone()];
    let mut rows = read::batch(caller, keys).await?;
    let item = rows.remove(&installation).ok_or(Stop::NotInitialised)?;
    let installation = Installation::from_item(&item)?;
    let same_account = installation.account.text() == &identity.account;
    let is_right = same_account && installation.region.text() == &identity.region;
    if planted!(is_right, DoesNotAskWhoseAccountItIs => true) {
        return Ok(Begin {
            installation,
            lease: rows.remove(&lease),
            meta: match rows.remove(&meta) {
                Some(item) => PolicyMeta::from_item(item)?,
                None => PolicyMeta::new(caller.policy()),
            },
        });
    }
    Err(Stop::WrongAccount {
        found: format_smolstr!("{} in {}", identity.account, identity.region),
        expected: format_smolstr!("{} in {}", installation.account, installation.region),
    })
}

/// When a `create` pass that stopped goes on; the other jobs have no slot to lose.
fn again(policy: &Policy, job: Job, slot: &Slot, now: Timestamp, stop: &Stop) -> Option<Timestamp> {
    match job {
        Job::Create if stop.may_pass() => create::again_at(policy, slot, now, 1),
        Job::Create | Job::Sync | Job::Expire => None,
    }
}

/// The report of a pass that could not even begin.
fn refused(
    caller: &Caller,
    journal: &dyn Journal,
    stop: Stop,
    resume_at: Option<Timestamp>,
) -> PassReport {
    let kind = match stop {
        Stop::WrongAccount { .. } | Stop::NotInitialised => FindingKind::WrongPlace,
        _ => FindingKind::PassStopped,
    };
    let finding = Finding {
        kind,
        subject: SmolStr::new_static(caller.job().name()),
        text: told(&stop),
    };
    journal.note(Event::Finding(Cow::Borrowed(&finding)));
    PassReport {
        findings: vec![finding],
        denied: caller.denied(),
        mutations: caller.mutations(),
        resume_at,
        stop: Some(stop),
        plan: PassPlan::default(),
        refused: Vec::new(),
        rehearsed: 0,
        rows: Vec::new(),
    }
}

/// Whether the pass has nothing at all to do. Where people were told of something, its end is noted, so that
/// they are told when it comes back.
async fn quiet(pass: &Pass, job: Job) -> Result<bool, Stop> {
    let told_before = pass.policy_meta().await?.notified.contains_key(&job);
    match job {
        Job::Sync if !told_before => sync::is_quiet(pass).await,
        Job::Sync | Job::Create | Job::Expire => Ok(false),
    }
}

fn ended(pass: &Pass, stop: Option<Stop>) -> PassReport {
    PassReport {
        findings: pass.findings(),
        denied: pass.caller.denied(),
        mutations: pass.caller.mutations(),
        resume_at: pass.resume(),
        stop,
        plan: pass.plan(),
        refused: pass.refused(),
        rehearsed: 0,
        rows: pass.rows(),
    }
}

/// The report of a pass that ends early, and when it is wanted again.
fn stopped(pass: &Pass, job: Job, stop: Stop) -> PassReport {
    pass.report(FindingKind::PassStopped, job.name(), told(&stop));
    if let Some(at) = again(&pass.policy, job, &pass.slot, pass.now(), &stop) {
        pass.resume_at(at);
    }
    ended(pass, Some(stop))
}

/// The job without lease, record and notification: nothing is changed, so nobody is kept out.
async fn rehearsed(pass: &Pass, job: Job) -> PassReport {
    let done = match job {
        Job::Create => create::run(pass).await,
        Job::Sync => sync::run(pass).await,
        Job::Expire => expire::run(pass, None).await,
    };
    match done {
        Ok(()) => ended(pass, None),
        Err(stop) => stopped(pass, job, stop),
    }
}

async fn under_lease(pass: &Pass, job: Job, stored: Option<Item>) -> PassReport {
    let (caller, writer) = (&pass.caller, &pass.writer);
    let (policy, limits) = (&pass.policy.name, &pass.policy.limits);
    let acquired =
        Lease::acquire(caller, writer, policy, job, limits.clock_error_max, stored).await;
    let stop = match acquired {
        Ok(Acquired::Ours(lease)) => work(pass, job, lease).await.err(),
        Ok(Acquired::HeldBy { holder, until }) => {
            let text = format_smolstr!(
                "{holder} runs {job} until {until} at the latest; nothing to do here"
            );
            pass.report(FindingKind::Overlap, job.name(), text);
            if job == Job::Create {
                // Its holder may be dead, and then nobody serves the slot: look again.
                pass.resume_at(until.max(pass.now()) + LEASE_SKEW + Span::seconds(1));
            }
            None
        }
        Err(stop) => Some(stop),
    };
    match stop {
        Some(stop) => stopped(pass, job, stop),
        None => ended(pass, None),
    }
}

/// The job itself while the lease is renewed beside it; then people are told, and the run's record
/// is written.
async fn work(pass: &Pass, job: Job, lease: Lease) -> Result<(), Stop> {
    let lease = RefCell::new(lease);
    let token = lease.borrow().check();
    let job_done = async {
        match job {
            Job::Create => create::run(pass).await,
            Job::Sync => sync::run(pass).await,
            Job::Expire => expire::run(pass, Some(token)).await,
        }
    };
    let renewing = keep(pass, &lease);
    let done = match select(std::pin::pin!(job_done), std::pin::pin!(renewing)).await {
        Either::Left((done, _)) => done,
        Either::Right((stop, _)) => Err(stop),
    };
    if let Err(stop) = &done {
        pass.report(FindingKind::PassStopped, job.name(), told(stop));
    }
    pass.refuse_the_rest(match &done {
        Ok(()) => "nothing is to be done about it any more",
        Err(_) => "the run ended before it; the next one does it",
    });
    let lost = matches!(done, Err(Stop::LeaseLost));
    // Each is tried, whatever became of those before it; the first reason to stop is told.
    let told = notify::tell(pass, job).await;
    let recorded = record::record(pass, job, done.as_ref().err()).await;
    let released = if lost {
        Ok(())
    } else {
        let lease = lease.into_inner();
        lease.release(&pass.caller, &pass.writer).await
    };
    done.and(told).and(recorded).and(released)
}

/// Renews the lease for as long as it is polled; ends only when the lease is lost.
#[expect(
    clippy::await_holding_refcell_ref,
    reason = "nobody else borrows the lease while the job runs: it is taken back after this future is dropped"
)]
fn keep(pass: &Pass, lease: &RefCell<Lease>) -> impl Future<Output = Stop> {
    // Counted from here, however long the job beside it takes until it waits for the first time.
    let mut is_due = pass.caller.sleep(RENEW_AFTER);
    async move {
        loop {
            is_due.await;
            if let Err(stop) = lease.borrow_mut().renew(&pass.caller, &pass.writer).await {
                return stop;
            }
            is_due = pass.caller.sleep(RENEW_AFTER);
        }
    }
}

/// A reason to stop, with what to do about it.
fn told(stop: &Stop) -> SmolStr {
    match stop.hint() {
        Some(hint) => format_smolstr!("{stop}; {hint}"),
        None => format_smolstr!("{stop}"),
    }
}
