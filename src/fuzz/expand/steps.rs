//! The storm: which kinds of steps, how many, when, and what each says.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::kind::Kind;
use super::{Frame, policies};
use crate::domain::{Job, Lifetime, Policy, PolicyName, Schedule, Slot, Span, Timestamp, VolumeId};
use crate::ports::{OperationName, Service};
use crate::scenario::model::{
    Boundary, Calls, Crash, Repeat, Run, RunSlot, SnapshotRef, Step, StepKind, WorldSpec,
};

/// What the story can refer to.
pub(super) struct Cast<'a> {
    pub(super) world: &'a WorldSpec,
    pub(super) policies: &'a [Policy],
    /// Volumes that can have snapshots of ours.
    pub(super) volumes: Vec<VolumeId>,
}

impl Frame {
    /// The steps of the storm, in order of time.
    pub(super) fn storm(&self, world: &WorldSpec, policies: &[Policy]) -> Vec<Step> {
        let volumes = world.volumes.iter().map(|volume| volume.id.clone());
        let cast = Cast {
            world,
            policies,
            volumes: volumes.collect(),
        };
        let swarm = self.swarm();
        let (fewest, most) = self.profile.steps();
        let times = self.size.times_as_many();
        let count = self.draw.between(fewest * times, most * times, "steps", 0);
        let mut planned: Vec<(Timestamp, u64, Kind)> = (0..count)
            .filter_map(|n| Some((self.when(policies, n), n, self.kind(&swarm, n)?)))
            .collect();
        // A policy that changes twice changes from what it was before, so time comes first.
        planned.sort();
        let mut now = policies.to_vec();
        planned
            .into_iter()
            .flat_map(|(at, n, kind)| {
                let what = self.what(kind, &cast, &mut now, at, n);
                let also = what.as_ref().and_then(|what| self.along_with(what, n));
                let both = what.into_iter().chain(also);
                both.map(move |what| Self::step(at, what))
            })
            .collect()
    }

    /// The kinds that this seed has.
    fn swarm(&self) -> Vec<Kind> {
        let allowed = || {
            let all = Kind::ALL.iter().copied();
            all.filter(|kind| kind.least() <= self.profile)
        };
        let share = self.profile.swarm_percent();
        let is_in = |kind: &Kind| self.draw.percent(share, kind.name(), 1_000);
        let swarm: Vec<Kind> = allowed().filter(is_in).collect();
        if swarm.is_empty() {
            let all: Vec<Kind> = allowed().collect();
            let only = self.draw.pick(&all, "the only kind", 0).copied();
            return only.into_iter().collect();
        }
        swarm
    }

    fn kind(&self, swarm: &[Kind], n: u64) -> Option<Kind> {
        let all: u64 = swarm.iter().map(|kind| kind.weight()).sum();
        let mut left = self.draw.below(all, "kind", n);
        for kind in swarm {
            if left < kind.weight() {
                return Some(*kind);
            }
            left -= kind.weight();
        }
        None
    }

    /// An instant of the storm: anywhere, shortly before a pass, or in the middle of one.
    fn when(&self, policies: &[Policy], n: u64) -> Timestamp {
        let draw = self.draw;
        let lasts = self.heal - self.storm;
        let anywhere = self.storm
            + draw.span(
                Span::ZERO,
                lasts - Span::minutes(15),
                Span::minutes(15),
                "at",
                n,
            );
        let job = draw.one(
            [Job::Create, Job::Create, Job::Expire, Job::Sync],
            "at a",
            n,
        );
        let fires = draw
            .pick(policies, "at a pass of", n)
            .and_then(|policy| policy.schedules.next_after(job, anywhere));
        let at = match (draw.below(10, "how near", n), fires) {
            (0..3, Some(fires)) => {
                let within = Span::seconds(4);
                fires + draw.span(Span::ZERO, within, Span::from_ms(50), "into a pass", n)
            }
            (3..7, Some(fires)) => {
                let before = draw.one([0, 1, 10, 60], "before a pass", n);
                fires - Span::minutes(before)
            }
            _ => anywhere,
        };
        at.clamp(self.start, self.heal - Span::minutes(15))
    }

    fn what(
        &self,
        kind: Kind,
        cast: &Cast<'_>,
        now: &mut [Policy],
        at: Timestamp,
        n: u64,
    ) -> Option<StepKind> {
        match kind {
            Kind::RunByHand => Some(self.run(cast, at, n)),
            Kind::ChangePolicy => self.change(now, n),
            Kind::Duplicate => Some(StepKind::Duplicate {
                job: self.job(n),
                policies: self.some_policies(cast, n),
                times: self.draw.number(2, 3, "times it fires", n),
            }),
            Kind::Overlap => Some(StepKind::Overlap {
                job: self.job(n),
                policies: self.some_policies(cast, n),
            }),
            Kind::Crash => Some(StepKind::Crash(self.crash(cast, n))),
            Kind::Pause => Some(StepKind::Pause {
                span: self.window(at, Span::days(3), n),
            }),
            Kind::Clock => Some(StepKind::Clock {
                error: Span::seconds(self.draw.one(
                    [-7200, -90, -20, 20, 90, 7200, 90_000],
                    "clock",
                    n,
                )),
            }),
            Kind::Adopt => Some(StepKind::Adopt {
                snapshot: SnapshotRef::Newest(self.volume_of(cast, n)?),
                policy: self.draw.pick(cast.policies, "adopts", n)?.name.clone(),
                lifetime: self.draw.one(
                    [
                        None,
                        Some(Lifetime::Forever),
                        Some(Lifetime::For(Span::days(2))),
                    ],
                    "adopted for",
                    n,
                ),
            }),
            Kind::Hold
            | Kind::StopInstance
            | Kind::Retag
            | Kind::RegisterImage
            | Kind::DeleteByHand
            | Kind::Lock
            | Kind::Tag
            | Kind::Untag
            | Kind::CopyTags
            | Kind::DetachVolume
            | Kind::AttachVolume
            | Kind::UnknownState
            | Kind::TerminateInstance
            | Kind::DeleteVolume
            | Kind::RestoreTable => self.outsider(kind, cast, at, n).map(StepKind::Outsider),
            Kind::Throttle
            | Kind::TableThrottle
            | Kind::SlowSnapshots
            | Kind::PageToken
            | Kind::LateAnswer
            | Kind::IndexLag
            | Kind::Refuse
            | Kind::LoseAnswer
            | Kind::LoseRequest
            | Kind::NeverAnswer
            | Kind::Html
            | Kind::ServerError
            | Kind::NoConnection
            | Kind::BrownOut
            | Kind::Outage
            | Kind::HideSnapshots
            | Kind::FailSnapshots
            | Kind::StuckSnapshots
            | Kind::WrongAccount => self.fault(kind, cast, at, n).map(StepKind::Fault),
        }
    }

    fn run(&self, cast: &Cast<'_>, at: Timestamp, n: u64) -> StepKind {
        let draw = self.draw;
        let job = self.job(n);
        let slot = match (job, draw.below(10, "slot", n)) {
            (Job::Create, 0..2) => RunSlot::Exactly(Slot::ad_hoc(&format!("by-hand-{n}"))),
            (Job::Create, 2..4) => {
                // An older slot, served late.
                let earlier = at - Span::days(1);
                let slot = cast
                    .policies
                    .first()
                    .and_then(|policy| policy.schedules.latest_create_at_or_before(earlier));
                RunSlot::Exactly(Slot::scheduled(slot.unwrap_or(self.start)))
            }
            _ => RunSlot::Latest,
        };
        StepKind::Run(Run {
            job,
            policies: self.some_policies(cast, n),
            slot,
            repeat: if draw.percent(30, "twice", n) {
                Repeat::Twice
            } else {
                Repeat::Once
            },
            deadline: draw
                .percent(15, "has a deadline", n)
                .then(|| draw.one([Span::seconds(40), Span::seconds(90)], "deadline", n)),
        })
    }

    /// A change that can be written as what differs: nothing is taken away, only replaced.
    fn change(&self, now: &mut [Policy], n: u64) -> Option<StepKind> {
        let draw = self.draw;
        let which = draw.below(u64::try_from(now.len()).unwrap_or(1), "changes", n);
        let policy = now.get_mut(usize::try_from(which).ok()?)?;
        match draw.below(5, "changes what", n) {
            0 => {
                let keep = self.keep(1_000 + n);
                policy.keep.lifetime = keep.lifetime.or(policy.keep.lifetime);
                policy.keep.last = keep.last.or(policy.keep.last);
                policy.keep.at_least = keep.at_least;
            }
            1 => {
                let create = draw.one(["rate(1 day)", "cron(30 3 * * ? *)"], "changes create", n);
                policy.schedules.create = Schedule::parse(create).ok();
            }
            2 => {
                policy.retroactive = match policy.retroactive {
                    crate::domain::Retroactive::No => crate::domain::Retroactive::Yes,
                    crate::domain::Retroactive::Yes => crate::domain::Retroactive::No,
                };
            }
            3 => policy.keep.lifetime = Some(Span::days(1)),
            _ => policy.notify = Some(policies::TOPIC.into()),
        }
        Some(StepKind::ChangePolicy(Box::new(policy.clone())))
    }

    fn crash(&self, cast: &Cast<'_>, n: u64) -> Crash {
        let draw = self.draw;
        let job = draw
            .percent(60, "crash in a job", n)
            .then(|| draw.one(Job::ALL, "crash in", n));
        let of_job = match job {
            Some(Job::Create) => [
                Calls::One(OperationName::CreateSnapshots),
                Calls::One(OperationName::PutItem),
                Calls::One(OperationName::TransactWrite),
            ],
            Some(Job::Expire) => [
                Calls::One(OperationName::DeleteSnapshot),
                Calls::One(OperationName::TransactWrite),
                Calls::One(OperationName::PutItem),
            ],
            Some(Job::Sync) | None => [
                Calls::One(OperationName::PutItem),
                Calls::Of(Service::DynamoDb),
                Calls::Of(Service::Ec2),
            ],
        };
        let calls = if draw.percent(40, "crash anywhere", n) {
            Calls::Any
        } else {
            draw.one(of_job, "crash at", n)
        };
        let nth = match calls {
            Calls::Any => draw.number(1, 30, "crash nth", n),
            Calls::Of(_) => draw.number(1, 10, "crash nth", n),
            Calls::One(_) => draw.number(1, 3, "crash nth", n),
        };
        Crash {
            calls,
            resource: self.resource(calls, cast, 20, n),
            job,
            nth,
            when: draw.one([Boundary::Before, Boundary::After], "crash when", n),
        }
    }

    /// Something that such a call can be about, this often in percent.
    pub(super) fn resource(
        &self,
        calls: Calls,
        cast: &Cast<'_>,
        percent: u64,
        n: u64,
    ) -> Option<SmolStr> {
        let Calls::One(call) = calls else {
            return None;
        };
        if !self.draw.percent(percent, "is about", n) {
            return None;
        }
        match call {
            OperationName::CreateSnapshots => {
                let instance = self.draw.pick(&cast.world.instances, "about", n)?;
                Some(instance.id.text().clone())
            }
            OperationName::CreateSnapshot => Some(self.volume_of(cast, n)?.text().clone()),
            OperationName::PutItem => {
                let policy = &self.draw.pick(cast.policies, "about", n)?.name;
                Some(format_smolstr!("lease#{policy}#create"))
            }
            _ => None,
        }
    }

    fn job(&self, n: u64) -> Job {
        let jobs = [Job::Create, Job::Create, Job::Expire, Job::Sync];
        self.draw.one(jobs, "job", n)
    }

    /// All of them, or one.
    fn some_policies(&self, cast: &Cast<'_>, n: u64) -> Vec<PolicyName> {
        let all = || cast.policies.iter().map(|policy| policy.name.clone());
        if self.draw.percent(50, "all policies", n) {
            return all().collect();
        }
        let names: Vec<PolicyName> = all().collect();
        let one = self.draw.pick(&names, "a policy", n).cloned();
        one.into_iter().collect()
    }

    pub(super) fn volume_of(&self, cast: &Cast<'_>, n: u64) -> Option<VolumeId> {
        self.draw.pick(&cast.volumes, "volume", n).cloned()
    }

    /// How long something lasts: it ends when the storm does.
    pub(super) fn window(&self, at: Timestamp, most: Span, n: u64) -> Span {
        let lengths: BTreeSet<Span> = [
            Span::minutes(2),
            Span::minutes(15),
            Span::hours(1),
            Span::hours(6),
            Span::days(1),
            most,
        ]
        .into_iter()
        .filter(|length| *length <= most)
        .collect();
        let lengths: Vec<Span> = lengths.into_iter().collect();
        let drawn = self.draw.pick(&lengths, "lasts", n).copied();
        drawn
            .unwrap_or(Span::hours(1))
            .min(self.heal - at)
            .max(Span::minutes(1))
    }
}
