//! Faults.

use super::Builder;
use crate::domain::{Span, Timestamp};
use crate::ports::{OperationName, Service};
use crate::scenario::file::fault::{AppliedFile, FaultFile, Meets, RefuseFile};
use crate::scenario::file::text::Duration;
use crate::scenario::model::{
    Applied, CallEffect, CallFault, CallMatcher, Calls, Fault, WorldFault,
};

/// The default HTTP status of a refusal.
pub(in crate::scenario) const REFUSED_STATUS: u16 = 400;
/// AWS's default sentence in a refusal.
pub(in crate::scenario) const REFUSED_MESSAGE: &str = "The scenario refuses this call.";

impl Builder<'_> {
    /// A fault that is armed, or starts, at `now`.
    pub(super) fn fault(&mut self, fault: &FaultFile, now: Timestamp) -> Fault {
        match fault {
            FaultFile::Refuse(refuse) => {
                let effect = self.refusal(refuse);
                self.on_calls(refuse.meets(), now, effect)
            }
            FaultFile::Throttle(file) => self.on_calls(file.meets(), now, CallEffect::Throttle),
            FaultFile::LoseAnswer(file) => self.on_calls(file.meets(), now, CallEffect::LoseAnswer),
            FaultFile::LoseRequest(file) => {
                self.on_calls(file.meets(), now, CallEffect::LoseRequest)
            }
            FaultFile::LateAnswer(file) => {
                let by = self.positive(&file.by);
                self.on_calls(file.meets(), now, CallEffect::LateAnswer { by })
            }
            FaultFile::NeverAnswer(file) => {
                self.on_calls(file.meets(), now, CallEffect::NeverAnswer)
            }
            FaultFile::Html(file) => self.on_calls(file.meets(), now, CallEffect::Html),
            FaultFile::ServerError(file) => {
                let applied = match file.applied {
                    AppliedFile::Yes => Applied::Yes,
                    AppliedFile::No => Applied::No,
                };
                self.on_calls(file.meets(), now, CallEffect::ServerError { applied })
            }
            FaultFile::NoConnection(file) => {
                self.on_calls(file.meets(), now, CallEffect::NoConnection)
            }
            FaultFile::PageTokenRefused(file) => {
                self.must_have_pages(file.meets());
                self.on_calls(file.meets(), now, CallEffect::PageTokenRefused)
            }
            FaultFile::BrownOut(file) => {
                let percent = self.percent(&file.percent, 1);
                self.on_all(
                    Calls::Of(Service::Ec2),
                    &file.window,
                    now,
                    percent,
                    CallEffect::BrownOut,
                )
            }
            FaultFile::Outage(file) => {
                self.on_all(Calls::Any, &file.window, now, 100, CallEffect::Outage)
            }
            FaultFile::WrongAccount(file) => {
                self.on_all(Calls::Any, &file.window, now, 100, CallEffect::WrongAccount)
            }
            FaultFile::TableThrottle(file) => {
                let calls = Calls::Of(Service::DynamoDb);
                self.on_all(calls, &file.window, now, 100, CallEffect::Throttle)
            }
            FaultFile::HideNewSnapshots(file) => Fault::World(WorldFault::HideNewSnapshots {
                span: self.positive(&file.span),
                times: self.at_least_one(file.times.as_ref(), 1),
            }),
            FaultFile::IndexLag(file) => Fault::World(WorldFault::IndexLag {
                lag: self.positive(&file.lag),
                until: now + self.positive(&file.window),
            }),
            FaultFile::FailSnapshots(file) => Fault::World(WorldFault::FailSnapshots {
                of: self.maybe_volume(file.of.as_ref()),
                times: self.at_least_one(file.times.as_ref(), 1),
            }),
            FaultFile::StuckSnapshots(file) => Fault::World(WorldFault::StuckSnapshots {
                of: self.maybe_volume(file.of.as_ref()),
                times: self.at_least_one(file.times.as_ref(), 1),
                span: file.span.as_ref().map(|span| self.positive(span)),
            }),
            FaultFile::SlowSnapshots(file) => Fault::World(WorldFault::SlowSnapshots {
                of: self.maybe_volume(file.of.as_ref()),
                times: self.at_least_one(file.times.as_ref(), 1),
                take: self.positive(&file.take),
            }),
        }
    }

    fn on_calls(&mut self, meets: Meets<'_>, now: Timestamp, effect: CallEffect) -> Fault {
        Fault::Call(CallFault {
            matching: self.matcher(meets, now),
            effect,
        })
    }

    fn on_all(
        &mut self,
        calls: Calls,
        window: &Duration,
        now: Timestamp,
        percent: u32,
        effect: CallEffect,
    ) -> Fault {
        let lasts: Span = self.positive(window);
        Fault::Call(CallFault {
            matching: CallMatcher {
                calls,
                resource: None,
                nth: 1,
                times: None,
                until: Some(now + lasts),
                percent,
            },
            effect,
        })
    }

    fn refusal(&mut self, refuse: &RefuseFile) -> CallEffect {
        let code = refuse.code.value.trim();
        if code.is_empty() || code.contains(char::is_whitespace) {
            self.wrong(
                refuse.code.span.clone(),
                format!("`{}` is not an error code", refuse.code.value),
                "write it as AWS does, as InvalidSnapshot.InUse",
            );
        }
        let status = refuse.status.as_ref().map_or(REFUSED_STATUS, |status| {
            if !(400..=599).contains(&status.value) {
                self.wrong(
                    status.span.clone(),
                    format!("{} is not the status of a refusal", status.value),
                    "write one from 400 to 599",
                );
            }
            status.value
        });
        let message = refuse.message.as_ref().map(|text| text.value.as_str());
        CallEffect::Refuse {
            code: code.into(),
            status,
            message: message.unwrap_or(REFUSED_MESSAGE).into(),
        }
    }

    fn must_have_pages(&mut self, meets: Meets<'_>) {
        let paged = match self.calls_quietly(meets) {
            Some(call) => has_pages(call),
            None => true,
        };
        if !paged {
            self.wrong(
                meets.call.span.clone(),
                format!("{} has no pages, so no token to refuse", meets.call.value),
                "name a listing, as ec2:DescribeSnapshots",
            );
        }
    }

    /// The one call that is named; none for a group, or for a name that is a mistake anyway.
    fn calls_quietly(&self, meets: Meets<'_>) -> Option<OperationName> {
        let known = OperationName::ALL.iter().copied();
        known
            .into_iter()
            .find(|call| call.text() == meets.call.value)
    }
}

/// Whether a call's answer can be a page with a token for the next one.
const fn has_pages(call: OperationName) -> bool {
    match call {
        OperationName::DescribeInstances
        | OperationName::DescribeVolumes
        | OperationName::DescribeSnapshots
        | OperationName::DescribeImages
        | OperationName::DescribeLockedSnapshots
        | OperationName::Query
        | OperationName::Scan => true,
        OperationName::CreateSnapshots
        | OperationName::CreateSnapshot
        | OperationName::DeleteSnapshot
        | OperationName::CreateTags
        | OperationName::DeleteTags
        | OperationName::DryRun
        | OperationName::GetItem
        | OperationName::BatchGetItem
        | OperationName::PutItem
        | OperationName::TransactWrite
        | OperationName::DescribeTable
        | OperationName::DescribeTimeToLive
        | OperationName::CreateTable
        | OperationName::EnableTimeToLive
        | OperationName::UpdateTable
        | OperationName::EnableRecovery
        | OperationName::GetCallerIdentity
        | OperationName::GetTopicAttributes
        | OperationName::Publish => false,
    }
}
