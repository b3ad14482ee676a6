//! What a step of the story does.

use std::borrow::Cow;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2::AccountId;

use super::launch::{ByHand, Ended};
use super::outside::Hit;
use super::run::Runner;
use super::timeline::Later;
use super::{faults, outside, promise};
use crate::domain::{Lifetime, Span, Timestamp};
use crate::journal::{Event, FaultLine, Journal};
use crate::scenario::model::{CallEffect, CallFault, Fault, Outsider, Step, StepKind, WorldFault};

/// Others' account, for credentials that suddenly belong elsewhere.
const OTHER_ACCOUNT: &str = "999999999999";

impl Runner<'_> {
    /// Does a step, the one of this number in the story; a chain of passes when that begins one.
    pub(super) fn step(
        &mut self,
        at: Timestamp,
        number: usize,
        step: &Step,
    ) -> Option<LocalBoxFuture<'static, Ended>> {
        match &step.what {
            StepKind::Fault(fault) => self.fault(at, number, fault),
            StepKind::Outsider(deed) => {
                let told = {
                    let mut watch = self.watch.borrow_mut();
                    let world = Rc::clone(&watch.world);
                    // What came to be until now is judged as it was, not as the deed leaves it.
                    watch.drain();
                    let told = outside::act(&mut world.borrow_mut(), &mut watch.names, at, deed);
                    watch.drain();
                    if let Outsider::RestoreTable { to } = deed {
                        watch.oracle.table_restored(*to, &*world.borrow(), at);
                    }
                    self.renew_promise(&mut watch);
                    told
                };
                if told.hit == Hit::Nothing {
                    self.aims.found_nothing(number);
                }
                self.tell(at, told.text, told.subject);
            }
            StepKind::Clock { error } => {
                self.launch.clock.set_error(*error + self.disturbance);
                let text = format_smolstr!("the engine's clock is {error} off");
                self.tell(at, text, SmolStr::default());
            }
            StepKind::Pause { span } => {
                self.timeline.pause(at + *span);
                self.watch.borrow_mut().oracle.troubled_until(at + *span);
                self.tell(
                    at,
                    format_smolstr!("the runner is off for {span}"),
                    SmolStr::default(),
                );
            }
            StepKind::ChangePolicy(policy) => {
                let name = policy.name.clone();
                self.timeline.set_policy(policy, at - Span::from_ms(1));
                let changed = Rc::new(policy.as_ref().clone());
                self.launch
                    .policies
                    .borrow_mut()
                    .insert(name.clone(), changed);
                let promised = promise::of_policy(policy, self.scenario, &self.world.borrow());
                let mut watch = self.watch.borrow_mut();
                watch
                    .oracle
                    .promise_mut()
                    .policies
                    .insert(name.clone(), promised);
                drop(watch);
                self.tell(
                    at,
                    format_smolstr!("policy {name} is changed"),
                    name.as_str().into(),
                );
            }
            StepKind::Crash(crash) => {
                let name = format_smolstr!("crash {number}");
                self.aims.at_calls(number, vec![name.clone()]);
                let armed = faults::arm_crash(crash, &self.watch.borrow().names, name);
                self.launch.conditions.arm_crash(armed);
            }
            StepKind::Duplicate {
                job,
                policies,
                times,
            } => {
                self.aims.at_a_trigger(number);
                for policy in policies {
                    self.timeline.repeat_next(number, policy, *job, *times);
                }
            }
            StepKind::Overlap { job, policies } => {
                self.aims.at_a_trigger(number);
                for policy in policies {
                    self.timeline.overlap_next(number, policy, *job);
                }
            }
            StepKind::Approve { policy } => {
                if let Some(promised) = self
                    .watch
                    .borrow_mut()
                    .oracle
                    .promise_mut()
                    .policies
                    .get_mut(policy)
                {
                    promised.blast_approved = true;
                }
                self.tell(
                    at,
                    format_smolstr!("a person approves the plan of {policy}"),
                    policy.as_str().into(),
                );
                let chain = self.next_chain();
                return Some(self.launch.by_hand(chain, policy, ByHand::Approve));
            }
            StepKind::Adopt {
                snapshot,
                policy,
                lifetime,
            } => {
                let found = {
                    let watch = self.watch.borrow();
                    watch.names.find(&self.world.borrow(), snapshot)
                };
                let Some(id) = found.first() else {
                    self.aims.found_nothing(number);
                    return None;
                };
                self.tell(
                    at,
                    format_smolstr!("a person adopts {id}"),
                    id.text().clone(),
                );
                let keep = self
                    .launch
                    .policies
                    .borrow()
                    .get(policy)
                    .and_then(|p| p.keep.lifetime);
                let lifetime = lifetime
                    .or(keep.map(Lifetime::For))
                    .unwrap_or(Lifetime::Forever);
                let snapshot = crate::domain::SnapshotId::new(id.text().clone());
                self.watch.borrow_mut().oracle.adopted(
                    &snapshot,
                    lifetime,
                    &*self.world.borrow(),
                    at,
                );
                let chain = self.next_chain();
                let deed = ByHand::Adopt { snapshot, lifetime };
                return Some(self.launch.by_hand(chain, policy, deed));
            }
            // The timeline makes passes of these.
            StepKind::Run(_) => {}
        }
        None
    }

    fn fault(&mut self, at: Timestamp, number: usize, fault: &Fault) {
        let text = match fault {
            Fault::Call(fault) => {
                if fault.effect == CallEffect::WrongAccount {
                    let until = fault.matching.until.unwrap_or(self.scenario.end);
                    self.world
                        .borrow_mut()
                        .sts
                        .become_account(AccountId::new(OTHER_ACCOUNT));
                    self.timeline.later(until, Later::RightAccount);
                    self.watch.borrow_mut().oracle.troubled_until(until);
                } else {
                    let name = self.name_of(at, fault);
                    let armed = faults::arm(fault, &self.watch.borrow().names, at, &name);
                    let names = armed.iter().map(|fault| fault.name.clone());
                    self.aims.at_calls(number, names.collect());
                    for fault in armed {
                        self.launch.conditions.add_fault(fault);
                    }
                }
                faults::told(fault)
            }
            Fault::World(fault) => {
                if let WorldFault::IndexLag { until, .. } = fault {
                    self.timeline.later(*until, Later::UsualIndexLag);
                    self.watch.borrow_mut().oracle.troubled_until(*until);
                }
                let mut world = self.world.borrow_mut();
                let before = world.ec2.arranged().len();
                let told = outside::arrange(&mut world, at, self.scenario.end, fault);
                for arranged in &world.ec2.arranged()[before..] {
                    self.aims.at_snapshots(number, arranged.clone());
                }
                told
            }
        };
        self.tell(at, text, SmolStr::default());
    }

    /// The name of a fault, which keys its draws: what it is and when, not where it stands in the file
    /// nor what stands beside it. Equal ones of one instant are numbered.
    fn name_of(&mut self, at: Timestamp, fault: &CallFault) -> String {
        let since = (at - self.scenario.start).as_ms();
        let calls = fault.matching.calls;
        let name = format!("{since} {calls:?} {:?}", fault.effect);
        let before = self.fault_names.entry(name.clone()).or_default();
        *before += 1;
        format!("{name} {before}")
    }

    /// Writes what happens outside of passes into the journal, from where the story has it too.
    pub(super) fn tell(&self, _: Timestamp, what: SmolStr, subject: SmolStr) {
        let what = if subject.is_empty() {
            what
        } else {
            format_smolstr!("someone {what}")
        };
        let line = FaultLine { ticket: None, what };
        self.launch.stream.note(Event::Fault(Cow::Owned(line)));
    }
}
