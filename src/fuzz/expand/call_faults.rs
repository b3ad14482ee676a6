//! What AWS and the network do wrong.

use super::Frame;
use super::kind::Kind;
use super::steps::Cast;
use crate::domain::{Span, Timestamp};
use crate::ports::{OperationName, Service};
use crate::scenario::model::{
    Applied, CallEffect, CallFault, CallMatcher, Calls, Fault, StepKind, WorldFault,
};

/// The calls that something is most often wrong with: those that change EC2 or the table come first.
const CALLS: [OperationName; 15] = [
    OperationName::CreateSnapshots,
    OperationName::CreateSnapshots,
    OperationName::CreateSnapshot,
    OperationName::DeleteSnapshot,
    OperationName::DeleteSnapshot,
    OperationName::PutItem,
    OperationName::TransactWrite,
    OperationName::DescribeSnapshots,
    OperationName::DescribeInstances,
    OperationName::DescribeVolumes,
    OperationName::GetItem,
    OperationName::Query,
    OperationName::GetCallerIdentity,
    OperationName::DescribeImages,
    OperationName::Publish,
];

/// Refusals: of which call, with which code.
const REFUSALS: [(OperationName, &str); 16] = [
    (OperationName::DeleteSnapshot, "InvalidSnapshot.InUse"),
    (OperationName::DeleteSnapshot, "UnauthorizedOperation"),
    (OperationName::DeleteSnapshot, "InvalidSnapshot.NotFound"),
    (OperationName::DeleteSnapshot, "SnapshotLocked"),
    (OperationName::CreateSnapshots, "SnapshotLimitExceeded"),
    (
        OperationName::CreateSnapshots,
        "SnapshotCreationPerVolumeRateExceeded",
    ),
    (
        OperationName::CreateSnapshots,
        "ConcurrentSnapshotLimitExceeded",
    ),
    (OperationName::CreateSnapshots, "InvalidInstanceID.NotFound"),
    (OperationName::CreateSnapshots, "UnauthorizedOperation"),
    (OperationName::CreateSnapshot, "IncorrectState"),
    (OperationName::CreateSnapshot, "SomethingNobodyKnows"),
    (OperationName::DescribeInstances, "UnauthorizedOperation"),
    (OperationName::DescribeSnapshots, "InternalError"),
    (OperationName::GetCallerIdentity, "ExpiredToken"),
    (OperationName::PutItem, "AccessDeniedException"),
    (OperationName::Publish, "NotFound"),
];

impl Frame {
    pub(super) fn fault(
        &self,
        kind: Kind,
        cast: &Cast<'_>,
        at: Timestamp,
        n: u64,
    ) -> Option<Fault> {
        let draw = self.draw;
        let effect = match kind {
            Kind::Throttle => CallEffect::Throttle,
            Kind::LoseAnswer => CallEffect::LoseAnswer,
            Kind::LoseRequest => CallEffect::LoseRequest,
            Kind::NeverAnswer => CallEffect::NeverAnswer,
            Kind::Html => CallEffect::Html,
            Kind::NoConnection => CallEffect::NoConnection,
            Kind::LateAnswer => CallEffect::LateAnswer {
                by: draw.one(
                    [Span::seconds(5), Span::seconds(25), Span::seconds(100)],
                    "late by",
                    n,
                ),
            },
            Kind::ServerError => CallEffect::ServerError {
                applied: draw.one([Applied::Yes, Applied::No], "applied", n),
            },
            Kind::Refuse => {
                let (call, code) = draw.one(REFUSALS, "refusal", n);
                let effect = CallEffect::Refuse {
                    code: code.into(),
                    status: if code == "InternalError" { 500 } else { 400 },
                    message: "The scenario refuses this call.".into(),
                };
                return Some(self.on_calls(Calls::One(call), cast, at, effect, n));
            }
            Kind::PageToken => {
                let listings = [
                    OperationName::DescribeSnapshots,
                    OperationName::DescribeInstances,
                    OperationName::Query,
                ];
                let call = Calls::One(draw.one(listings, "listing", n));
                return Some(self.on_calls(call, cast, at, CallEffect::PageTokenRefused, n));
            }
            Kind::BrownOut => {
                let percent = draw.number(10, 70, "brown-out", n);
                let calls = Calls::Of(Service::Ec2);
                return Some(self.on_all(calls, at, percent, CallEffect::BrownOut, n));
            }
            Kind::Outage => return Some(self.on_all(Calls::Any, at, 100, CallEffect::Outage, n)),
            Kind::WrongAccount => {
                return Some(self.on_all(Calls::Any, at, 100, CallEffect::WrongAccount, n));
            }
            Kind::TableThrottle => {
                let calls = Calls::Of(Service::DynamoDb);
                return Some(self.on_all(calls, at, 100, CallEffect::Throttle, n));
            }
            _ => return self.on_the_world(kind, cast, at, n).map(Fault::World),
        };
        let calls = match draw.below(10, "which calls", n) {
            0 => Calls::Any,
            1 => Calls::Of(draw.one([Service::Ec2, Service::DynamoDb], "which service", n)),
            _ => Calls::One(draw.one(CALLS, "which call", n)),
        };
        Some(self.on_calls(calls, cast, at, effect, n))
    }

    /// It meets a few calls, or all for a while; never one after the heal.
    fn on_calls(
        &self,
        calls: Calls,
        cast: &Cast<'_>,
        at: Timestamp,
        effect: CallEffect,
        n: u64,
    ) -> Fault {
        let draw = self.draw;
        let many = matches!(calls, Calls::Any | Calls::Of(_));
        let lasting = draw.percent(if many { 50 } else { 25 }, "lasts a while", n);
        let window = if lasting {
            self.window(at, Span::days(1), n)
        } else {
            self.heal - at
        };
        Fault::Call(CallFault {
            matching: CallMatcher {
                calls,
                resource: self.resource(calls, cast, 25, n),
                nth: draw.one([1, 1, 1, 2, 3], "nth", n),
                times: (!lasting).then(|| draw.one([1, 1, 2, 3, 8], "how many", n)),
                until: Some(at + window),
                percent: 100,
            },
            effect,
        })
    }

    /// A snapshot that stays unseen for longer than anybody waits is a second one only when the answer that named it was lost, too.
    pub(super) fn along_with(&self, what: &StepKind, n: u64) -> Option<StepKind> {
        let StepKind::Fault(Fault::World(WorldFault::HideNewSnapshots { span, .. })) = what else {
            return None;
        };
        if *span <= Span::minutes(4) || !self.draw.percent(75, "loses its answer", n) {
            return None;
        }
        let creates = [
            OperationName::CreateSnapshots,
            OperationName::CreateSnapshots,
            OperationName::CreateSnapshot,
        ];
        Some(StepKind::Fault(Fault::Call(CallFault {
            matching: CallMatcher {
                calls: Calls::One(self.draw.one(creates, "which loses", n)),
                resource: None,
                nth: 1,
                times: Some(1),
                until: Some(self.heal),
                percent: 100,
            },
            effect: CallEffect::LoseAnswer,
        })))
    }

    fn on_all(
        &self,
        calls: Calls,
        at: Timestamp,
        percent: u32,
        effect: CallEffect,
        n: u64,
    ) -> Fault {
        // Longer than a few hours it only repeats itself, pass after pass.
        let most = if self.draw.percent(10, "for days", n) {
            Span::days(2)
        } else {
            Span::hours(6)
        };
        Fault::Call(CallFault {
            matching: CallMatcher {
                calls,
                resource: None,
                nth: 1,
                times: None,
                until: Some(at + self.window(at, most, n)),
                percent,
            },
            effect,
        })
    }

    fn on_the_world(
        &self,
        kind: Kind,
        cast: &Cast<'_>,
        at: Timestamp,
        n: u64,
    ) -> Option<WorldFault> {
        let draw = self.draw;
        let times = draw.number(1, 3, "snapshots met", n);
        let of = draw
            .percent(50, "of a volume", n)
            .then(|| self.volume_of(cast, n))
            .flatten();
        Some(match kind {
            Kind::HideSnapshots => {
                let spans = [Span::seconds(30), Span::minutes(4), Span::minutes(20)];
                let span = draw.one(spans, "hidden for", n);
                // What stays unseen for longer than anybody waits is made again.
                let times = if span > Span::minutes(4) { 1 } else { times };
                WorldFault::HideNewSnapshots { span, times }
            }
            Kind::IndexLag => WorldFault::IndexLag {
                lag: draw.one(
                    [Span::seconds(5), Span::minutes(10), Span::hours(2)],
                    "lag",
                    n,
                ),
                until: at + self.window(at, Span::days(2), n),
            },
            Kind::FailSnapshots => WorldFault::FailSnapshots { of, times },
            Kind::StuckSnapshots => WorldFault::StuckSnapshots {
                of,
                times,
                // Some never end, and are still there when all is judged.
                span: (!draw.percent(20, "for ever", n)).then(|| self.window(at, Span::days(3), n)),
            },
            Kind::SlowSnapshots => WorldFault::SlowSnapshots {
                of,
                times,
                take: draw.one(
                    [Span::hours(2), Span::hours(9), Span::hours(20)],
                    "takes",
                    n,
                ),
            },
            _ => return None,
        })
    }
}
