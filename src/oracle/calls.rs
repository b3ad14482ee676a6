//! At each call: the lease and the credentials (S13, S20), the deadline (S14), the budget (S15).

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place, changes_ec2};
use super::memory::Identity;
use super::truth::Truth;
use crate::domain::Span;
use crate::journal::Call;
use crate::ports::Effect;
use crate::ports::sts::CallerIdentity;

impl Oracle {
    pub(super) fn check_call(&mut self, truth: &dyn Truth, place: Place, call: &Call<'_>) {
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        pass.calls += 1;
        pass.reads += u64::from(call.request.name().effect() == Effect::Read);
        pass.ec2_mutations += u64::from(changes_ec2(&call.request));
        self.check_budget(place, call);
        self.check_deadline(place, call);
        if changes_ec2(&call.request) {
            self.check_lease(truth, place, call);
            self.check_identity(place, call);
        }
    }

    fn check_budget(&mut self, place: Place, call: &Call<'_>) {
        let bounds = &self.promise.bounds;
        let name = call.request.name().text();
        let subject = call.context.subject.clone();
        if call.context.attempt > bounds.attempts_max {
            let (attempt, most) = (call.context.attempt, bounds.attempts_max);
            self.report(
                place,
                Broken {
                    invariant: Invariant::S15,
                    subject: &subject,
                    sentence: format!(
                        "{name} for {subject} was tried {attempt} times; {most} were promised"
                    ),
                    believed: "another try would help".to_owned(),
                    truth: format!("it is try {attempt}"),
                    lines: Vec::new(),
                },
            );
        }
        let Some(most) = self.promise.bounds.calls_per_pass_max else {
            return;
        };
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        if pass.calls > most {
            let (job, calls) = (pass.job, pass.calls);
            self.report(
                place,
                Broken {
                    invariant: Invariant::S15,
                    subject: job.name(),
                    sentence: format!("{job} made {calls} calls in one run; {most} were promised"),
                    believed: "its budget was not used up".to_owned(),
                    truth: format!("{name} for {subject} is call {calls}"),
                    lines: Vec::new(),
                },
            );
        }
    }

    fn check_deadline(&mut self, place: Place, call: &Call<'_>) {
        let bounds = &self.promise.bounds;
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let (began, may_take) = (pass.began, pass.may_take);
        let deadline = began + may_take;
        if pass.clock_moved || place.at + bounds.call_timeout <= deadline {
            return;
        }
        let (job, name) = (pass.job, call.request.name().text());
        self.report(place, Broken {
            invariant: Invariant::S14,
            subject: job.name(),
            sentence: format!(
                "{name} for {} was sent at {}; with its time-out it could end after the deadline {deadline}",
                call.context.subject, place.at
            ),
            believed: "there was time for it".to_owned(),
            truth: format!("the run began at {began} and may take {may_take}"),
            lines: Vec::new(),
        });
    }

    fn check_lease(&mut self, truth: &dyn Truth, place: Place, call: &Call<'_>) {
        let bounds = &self.promise.bounds;
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        if pass.clock_moved {
            return;
        }
        let needed = bounds.call_timeout + bounds.lease_skew;
        let job = pass.job;
        let row = truth.row(&format!("lease#{}#{job}", pass.policy));
        let holder = row.as_ref().and_then(|row| row.holder.clone());
        // A lease that it has not written, so that its holder is not known, is judged by its end alone.
        let other = holder.filter(|holder| pass.holder.as_ref().is_some_and(|own| own != holder));
        let until = row.and_then(|row| row.until);
        let engine_now = place.at + pass.clock_error;
        let left = until.map_or(Span::ZERO, |until| until - engine_now);
        if left >= needed && other.is_none() {
            return;
        }
        let name = call.request.name().text();
        let truth = match (other, until) {
            (Some(other), _) => format!("{other} holds the lease"),
            (None, Some(until)) => format!("the lease ends at {until}, {left} after the call"),
            (None, None) => "nobody holds a lease".to_owned(),
        };
        let subject = call.context.subject.clone();
        self.report(
            place,
            Broken {
                invariant: Invariant::S13,
                subject: &subject,
                sentence: format!(
                    "{name} for {subject} was sent without a lease of its own that lasts for {needed}"
                ),
                believed: "its lease was long enough".to_owned(),
                truth,
                lines: Vec::new(),
            },
        );
    }

    fn check_identity(&mut self, place: Place, call: &Call<'_>) {
        let Some(pass) = self.memory.passes.get(&place.pass) else {
            return;
        };
        let believed = match &pass.identity {
            Identity::Right => return,
            Identity::NotAsked => "it never asked whose credentials it has".to_owned(),
            Identity::Wrong(found) => format!("its credentials are for {found}"),
        };
        let name = call.request.name().text();
        let subject = call.context.subject.clone();
        self.report(
            place,
            Broken {
                invariant: Invariant::S20,
                subject: &subject,
                sentence: format!(
                    "{name} for {subject} was sent before account and Region were known to be right"
                ),
                believed,
                truth: format!(
                    "the installation belongs to {} in {}",
                    self.promise.account, self.promise.region
                ),
                lines: Vec::new(),
            },
        );
    }

    pub(super) fn identified(&mut self, pass: u32, identity: &CallerIdentity) {
        let is_right =
            identity.account == self.promise.account && identity.region == self.promise.region;
        if let Some(pass) = self.memory.passes.get_mut(&pass) {
            pass.identity = if is_right {
                Identity::Right
            } else {
                Identity::Wrong(format!("{} in {}", identity.account, identity.region))
            };
        }
    }
}
