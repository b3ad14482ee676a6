//! Starts passes, and ends them: by their own end, or by a crash.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, select};
use smol_str::format_smolstr;
use snaplife_sim::chance::Chance;

use super::timeline::Trigger;
use super::watch::Watch;
use crate::calls::{Caller, CallerSetup, Halt, Pacer};
use crate::catalog::Installation;
use crate::catalog::write::Writer;
use crate::domain::{Job, Lifetime, Policy, PolicyName, Slot, SnapshotId, Timestamp};
use crate::engine::{Pass, PassSetup, by_hand, run_pass};
use crate::journal::sink::Stream;
use crate::plan::Consent;
use crate::ports::{Clock, Ports};
use crate::simulated::{Conditions, SimClock};

/// What every pass of a run shares.
pub(super) struct Launch {
    pub(super) clock: SimClock,
    pub(super) conditions: Rc<Conditions>,
    pub(super) stream: Rc<Stream>,
    pub(super) chance: Chance,
    pub(super) pacer: Rc<RefCell<Pacer>>,
    pub(super) policies: RefCell<BTreeMap<PolicyName, Rc<Policy>>>,
    pub(super) installation: Installation,
    pub(super) passes: Cell<u32>,
    /// Is told what the journal does not say of a pass.
    pub(super) watch: Rc<RefCell<Watch>>,
}

/// How a chain of passes ended.
pub(super) struct Ended {
    /// The chain's number.
    pub(super) chain: u64,
    /// `create` passes that it asked for.
    pub(super) resumes: Vec<(PolicyName, Timestamp)>,
}

/// What a person does by hand.
pub(super) enum ByHand {
    /// Approves the plan that was stopped last.
    Approve,
    /// Gives a snapshot a row.
    Adopt {
        /// Which.
        snapshot: SnapshotId,
        /// For how long.
        lifetime: Lifetime,
    },
}

impl Launch {
    /// Passes one after the other; one that is killed does not keep the next from starting.
    pub(super) fn chain(
        self: &Rc<Self>,
        chain: u64,
        triggers: Vec<Trigger>,
    ) -> LocalBoxFuture<'static, Ended> {
        let launch = Rc::clone(self);
        async move {
            let mut resumes = Vec::new();
            for trigger in triggers {
                let policy = trigger.policy.clone();
                if let Some(at) = launch.pass(trigger).await {
                    resumes.push((policy, at));
                }
            }
            Ended { chain, resumes }
        }
        .boxed_local()
    }

    /// One pass to its end or its crash; when a `create` pass is wanted next, by AWS's clock.
    async fn pass(&self, trigger: Trigger) -> Option<Timestamp> {
        let policy = Rc::clone(self.policies.borrow().get(&trigger.policy)?);
        let number = self.passes.get() + 1;
        self.passes.set(number);
        let journal = self.stream.for_pass(number);
        let key = format_smolstr!("{number}");
        let aws = self.conditions.for_pass(journal.clone(), key);
        let span = trigger.deadline.unwrap_or(policy.limits.deadline);
        self.watch.borrow_mut().oracle.pass_may_take(number, span);
        let setup = PassSetup {
            ports: Ports {
                aws: aws.clone(),
                clock: Rc::new(self.clock.clone()),
            },
            journal,
            policy,
            job: trigger.job,
            slot: trigger.slot,
            chance: self.chance,
            pacer: Rc::clone(&self.pacer),
            name: format_smolstr!("pass-{number}"),
            deadline: self.clock.now() + span,
            consent: Consent::Everything,
            halt: Halt::default(),
        };
        let pass = pin!(run_pass(setup));
        let crash = pin!(aws.crashed());
        match select(pass, crash).await {
            Either::Left((report, _)) => {
                let error = self.clock.now() - self.clock.world_now();
                report
                    .resume_at
                    .map(|at| (at - error).max(self.clock.world_now()))
            }
            Either::Right((_, _)) => None,
        }
    }

    /// What a person does, as a chain of its own.
    pub(super) fn by_hand(
        self: &Rc<Self>,
        chain: u64,
        policy: &PolicyName,
        deed: ByHand,
    ) -> LocalBoxFuture<'static, Ended> {
        let launch = Rc::clone(self);
        let policy = policy.clone();
        async move {
            if let Some(pass) = launch.hand(&policy) {
                match deed {
                    ByHand::Approve => {
                        if let Ok(meta) = pass.policy_meta().await
                            && let Some(refused) = meta.refused
                        {
                            let _ = by_hand::approve(&pass, &refused).await;
                        }
                    }
                    ByHand::Adopt { snapshot, lifetime } => {
                        let _ = by_hand::adopt(&pass, &snapshot, lifetime).await;
                    }
                }
            }
            Ended {
                chain,
                resumes: Vec::new(),
            }
        }
        .boxed_local()
    }

    /// A pass that does nothing by itself.
    fn hand(&self, policy: &PolicyName) -> Option<Pass> {
        let policy = Rc::clone(self.policies.borrow().get(policy)?);
        let number = self.passes.get() + 1;
        self.passes.set(number);
        let journal = self.stream.for_pass(number);
        let aws = self
            .conditions
            .for_pass(journal.clone(), format_smolstr!("{number}"));
        let now = self.clock.now();
        let setup = CallerSetup {
            ports: Ports {
                aws,
                clock: Rc::new(self.clock.clone()),
            },
            chance: self.chance,
            policy: policy.name.clone(),
            job: Job::Sync,
            limits: policy.limits.clone(),
            deadline: now + policy.limits.deadline,
            halt: Halt::default(),
        };
        let caller = Caller::new(setup, Rc::clone(&self.pacer));
        let writer = Writer::new(format_smolstr!("pass-{number}"));
        let installation = self.installation.clone();
        Some(Pass::new(
            caller,
            writer,
            journal,
            policy,
            installation,
            Slot::scheduled(now),
        ))
    }
}
