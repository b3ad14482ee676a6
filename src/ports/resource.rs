//! What a request is about: the ids by which faults are matched and draws are keyed.

use smol_str::SmolStr;

use super::ec2::{DescribeSnapshots, DescribeVolumes, DryRun, Filter, Tried};
use super::operation::{OperationName, Request};
use super::table::{Query, TransactAction, TransactWrite, Value};

impl Request {
    /// The ids that the request names: the instance of a create, the key of a row, the values of a
    /// listing's filters. The first is the one that keys draws; empty for a call about nothing in
    /// particular.
    #[must_use]
    pub fn resources(&self) -> Vec<SmolStr> {
        match self {
            Self::DescribeInstances(request) => of_filters(&request.filters),
            Self::DescribeVolumes(DescribeVolumes { filters, ids, .. }) => ids
                .iter()
                .map(|id| id.text().clone())
                .chain(of_filters(filters))
                .collect(),
            Self::DescribeSnapshots(DescribeSnapshots { filters, .. }) => of_filters(filters),
            Self::DescribeImages(request) => texts(&request.snapshots),
            Self::DescribeLockedSnapshots(request) => texts(&request.snapshots),
            Self::CreateSnapshots(request) => vec![request.instance.text().clone()],
            Self::CreateSnapshot(request) => vec![request.volume.text().clone()],
            Self::DeleteSnapshot(request) => vec![request.snapshot.text().clone()],
            Self::CreateTags(request) => texts(&request.snapshots),
            Self::DeleteTags(request) => texts(&request.snapshots),
            Self::DryRun(request) => request.tried().resources(),
            Self::GetItem(request) => vec![request.key.clone()],
            Self::BatchGetItem(request) => request.keys.clone(),
            Self::Query(request) => of_query(request),
            Self::PutItem(request) => request.item.key().cloned().into_iter().collect(),
            Self::TransactWrite(request) => of_transaction(request),
            Self::Publish(request) => vec![request.topic.text().clone()],
            Self::GetTopicAttributes(request) => vec![request.topic.text().clone()],
            Self::DescribeTable(_)
            | Self::DescribeTimeToLive(_)
            | Self::CreateTable(_)
            | Self::EnableTimeToLive(_)
            | Self::UpdateTable(_)
            | Self::EnableRecovery(_)
            | Self::Scan(_)
            | Self::GetCallerIdentity(_) => Vec::new(),
        }
    }
}

impl Request {
    /// The call that faults and permissions know it by: a dry run is known by the call that it
    /// tries.
    #[must_use]
    pub fn known_as(&self) -> OperationName {
        match self {
            Self::DryRun(request) => request.tried().name(),
            other => other.name(),
        }
    }
}

impl DryRun {
    /// The call that is tried, as it would be made.
    fn tried(&self) -> Request {
        match self.call.clone() {
            Tried::CreateSnapshot(call) => call.into(),
            Tried::CreateSnapshots(call) => call.into(),
            Tried::CreateTags(call) => call.into(),
            Tried::DeleteSnapshot(call) => call.into(),
            Tried::DeleteTags(call) => call.into(),
        }
    }
}

fn texts(ids: &[crate::domain::SnapshotId]) -> Vec<SmolStr> {
    ids.iter().map(|id| id.text().clone()).collect()
}

fn of_filters(filters: &[Filter]) -> Vec<SmolStr> {
    let mut found = Vec::new();
    for filter in filters {
        match filter {
            Filter::SnapshotIds(ids) => found.extend(ids.iter().map(|id| id.text().clone())),
            Filter::Tag(tag) => found.push(tag.value.clone()),
            Filter::TagValues { values, .. } => found.extend(values.iter().cloned()),
            Filter::VolumeIds(ids) => found.extend(ids.iter().map(|id| id.text().clone())),
        }
    }
    found
}

fn of_query(query: &Query) -> Vec<SmolStr> {
    query
        .key_condition
        .values
        .iter()
        .filter_map(|(_, value)| match value {
            Value::S(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

fn of_transaction(transaction: &TransactWrite) -> Vec<SmolStr> {
    transaction
        .actions
        .iter()
        .filter_map(|action| match action {
            TransactAction::Check { key, .. } => Some(key.clone()),
            TransactAction::Put(put) => put.item.key().cloned(),
        })
        .collect()
}
