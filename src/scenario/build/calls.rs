//! Which calls a fault or a crash meets.

use smol_str::SmolStr;

use super::Builder;
use super::names::Noun;
use crate::ports::{OperationName, Service};
use crate::scenario::file::fault::Meets;
use crate::scenario::file::text::{CallText, ResourceText, Text};
use crate::scenario::model::{CallMatcher, Calls};
use crate::scenario::suggest;

const SERVICES: [(&str, Service); 4] = [
    ("ec2", Service::Ec2),
    ("dynamodb", Service::DynamoDb),
    ("sns", Service::Sns),
    ("sts", Service::Sts),
];

impl Builder<'_> {
    /// One call, all calls of a service, or any.
    pub(super) fn calls(&mut self, text: &CallText) -> Calls {
        group(&text.value).unwrap_or_else(|| self.operation(text).map_or(Calls::Any, Calls::One))
    }

    /// One call that is counted; a group of calls is not counted as one.
    pub(super) fn counted_operation(&mut self, text: &Text) -> Option<OperationName> {
        if group(&text.value).is_none() {
            return self.operation(text);
        }
        self.wrong(
            text.span.clone(),
            format!(
                "an expectation of calls names one operation, not `{}`",
                text.value
            ),
            "name each one that counts, as ec2:CreateSnapshots",
        );
        None
    }

    /// One call by its name.
    fn operation(&mut self, text: &Text) -> Option<OperationName> {
        let known = OperationName::ALL.iter().copied();
        let found = known.clone().find(|name| name.text() == text.value);
        if found.is_none() {
            self.wrong(
                text.span.clone(),
                format!("snaplife never calls `{}`", text.value),
                suggest::help(
                    &text.value,
                    known.map(OperationName::text),
                    "write service and operation as IAM spells them, as ec2:CreateSnapshots",
                ),
            );
        }
        found
    }

    /// The resource that calls must be about.
    pub(super) fn resource(
        &mut self,
        calls: Calls,
        text: Option<&ResourceText>,
    ) -> Option<SmolStr> {
        let text = text?;
        let kind = match Noun::of(&text.value) {
            _ if text.value.contains('#') => None,
            Some(noun) => {
                self.known(noun, &text.value, text.span.clone());
                Some(noun)
            }
            None => {
                self.wrong(
                    text.span.clone(),
                    format!("`{}` names nothing of this file", text.value),
                    "name an instance (i-), a volume (vol-), a snapshot (snap-), an image (ami-), \
                     or the key of a row (lease#default#create)",
                );
                return None;
            }
        };
        if let Calls::One(call) = calls
            && !is_about(call, kind)
        {
            let thing = kind.map_or("a row of the table", Noun::with_article);
            self.wrong(
                text.span.clone(),
                format!(
                    "{} never names {thing}: this would never happen",
                    call.text()
                ),
                subject(call),
            );
        }
        Some(text.value.as_str().into())
    }

    /// Which calls a fault meets. Without `times` and `for` it meets one.
    pub(super) fn matcher(
        &mut self,
        meets: Meets<'_>,
        now: crate::domain::Timestamp,
    ) -> CallMatcher {
        let calls = self.calls(meets.call);
        let resource = self.resource(calls, meets.of);
        let window = meets.window.map(|window| self.positive(window));
        let times = meets.times.map(|times| self.at_least_one(Some(times), 1));
        CallMatcher {
            calls,
            resource,
            nth: self.at_least_one(meets.nth, 1),
            times: match (times, window) {
                (None, None) => Some(1),
                (times, _) => times,
            },
            until: window.map(|window| now + window),
            percent: 100,
        }
    }
}

/// The group of calls that a text means: all of a service, or any; none for anything else.
fn group(written: &str) -> Option<Calls> {
    if written == "any" {
        return Some(Calls::Any);
    }
    let service = written.strip_suffix(":*")?;
    let (_, service) = SERVICES.iter().find(|(name, _)| *name == service)?;
    Some(Calls::Of(*service))
}

/// Whether a call can name such a thing; `None` is a row of the table.
const fn is_about(call: OperationName, kind: Option<Noun>) -> bool {
    match call {
        OperationName::CreateSnapshots => matches!(kind, Some(Noun::Instance)),
        OperationName::CreateSnapshot | OperationName::DescribeVolumes => {
            matches!(kind, Some(Noun::Volume))
        }
        OperationName::DescribeSnapshots => matches!(kind, Some(Noun::Volume | Noun::Snapshot)),
        OperationName::DeleteSnapshot
        | OperationName::CreateTags
        | OperationName::DeleteTags
        | OperationName::DescribeLockedSnapshots
        | OperationName::DescribeImages => matches!(kind, Some(Noun::Snapshot)),
        OperationName::GetItem
        | OperationName::BatchGetItem
        | OperationName::PutItem
        | OperationName::TransactWrite => matches!(kind, Some(Noun::Snapshot) | None),
        OperationName::Query => matches!(kind, Some(Noun::Volume)),
        OperationName::DescribeInstances
        | OperationName::DescribeTable
        | OperationName::DescribeTimeToLive
        | OperationName::CreateTable
        | OperationName::EnableTimeToLive
        | OperationName::UpdateTable
        | OperationName::EnableRecovery
        | OperationName::Scan
        | OperationName::GetCallerIdentity
        | OperationName::GetTopicAttributes
        | OperationName::Publish
        | OperationName::DryRun => false,
    }
}

/// What to write as `of` with a call.
const fn subject(call: OperationName) -> &'static str {
    match call {
        OperationName::CreateSnapshots => "name the instance: of: i-…",
        OperationName::CreateSnapshot | OperationName::DescribeVolumes | OperationName::Query => {
            "name a volume: of: vol-…"
        }
        OperationName::DescribeSnapshots
        | OperationName::DeleteSnapshot
        | OperationName::CreateTags
        | OperationName::DeleteTags
        | OperationName::DescribeLockedSnapshots
        | OperationName::DescribeImages => "name a snapshot: of: snap-…, or leave `of` out",
        OperationName::GetItem
        | OperationName::BatchGetItem
        | OperationName::PutItem
        | OperationName::TransactWrite => "name the key of a row: of: lease#default#create",
        OperationName::DescribeInstances
        | OperationName::DescribeTable
        | OperationName::DescribeTimeToLive
        | OperationName::CreateTable
        | OperationName::EnableTimeToLive
        | OperationName::UpdateTable
        | OperationName::EnableRecovery
        | OperationName::Scan
        | OperationName::GetCallerIdentity
        | OperationName::GetTopicAttributes
        | OperationName::Publish
        | OperationName::DryRun => "leave `of` out",
    }
}
