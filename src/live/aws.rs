//! Any call, sent by the SDK.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::clients::Clients;
use super::{dynamodb, ec2, sns, sts};
use crate::ports::{Answer, Aws, CallContext, Reply, Request};

/// The port, answered by AWS.
///
/// Its futures need the runtime that the HTTP client was made for: see
/// [`live_runtime`](super::live_runtime). Dropping one gives the call up; it may have acted.
#[derive(Clone, Debug)]
pub struct LiveAws {
    clients: Clients,
}

impl LiveAws {
    /// The port over these clients.
    #[must_use]
    pub const fn new(clients: Clients) -> Self {
        Self { clients }
    }

    /// The clients that it sends by.
    pub(super) const fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Sends one call and waits for its end.
    pub(super) async fn send(&self, request: &Request) -> Answer<Reply> {
        let clients = &self.clients;
        // Each arm is boxed: the SDK's futures are large, and only one of them is needed.
        match request {
            Request::DescribeInstances(r) => ec2::describe_instances(clients, r).boxed_local(),
            Request::DescribeVolumes(r) => ec2::describe_volumes(clients, r).boxed_local(),
            Request::DescribeSnapshots(r) => ec2::describe_snapshots(clients, r).boxed_local(),
            Request::DescribeImages(r) => ec2::describe_images(clients, r).boxed_local(),
            Request::DescribeLockedSnapshots(r) => {
                ec2::describe_locked_snapshots(clients, r).boxed_local()
            }
            Request::CreateSnapshots(r) => ec2::create_snapshots(clients, r).boxed_local(),
            Request::CreateSnapshot(r) => ec2::create_snapshot(clients, r).boxed_local(),
            Request::DeleteSnapshot(r) => ec2::delete_snapshot(clients, r).boxed_local(),
            Request::CreateTags(r) => ec2::create_tags(clients, r).boxed_local(),
            Request::DeleteTags(r) => ec2::delete_tags(clients, r).boxed_local(),
            Request::DryRun(r) => ec2::dry_run(clients, r).boxed_local(),
            Request::GetItem(r) => dynamodb::get_item(clients, r).boxed_local(),
            Request::BatchGetItem(r) => dynamodb::batch_get_item(clients, r).boxed_local(),
            Request::Query(r) => dynamodb::query(clients, r).boxed_local(),
            Request::PutItem(r) => dynamodb::put_item(clients, r).boxed_local(),
            Request::TransactWrite(r) => dynamodb::transact_write(clients, r).boxed_local(),
            Request::DescribeTable(_) => dynamodb::describe_table(clients).boxed_local(),
            Request::DescribeTimeToLive(_) => {
                dynamodb::describe_time_to_live(clients).boxed_local()
            }
            Request::CreateTable(_) => dynamodb::create_table(clients).boxed_local(),
            Request::UpdateTable(r) => dynamodb::update_table(clients, r).boxed_local(),
            Request::EnableRecovery(_) => dynamodb::enable_recovery(clients).boxed_local(),
            Request::Scan(r) => dynamodb::scan(clients, r).boxed_local(),
            Request::EnableTimeToLive(_) => dynamodb::enable_time_to_live(clients).boxed_local(),
            Request::GetCallerIdentity(_) => sts::get_caller_identity(clients).boxed_local(),
            Request::GetTopicAttributes(r) => sns::get_topic_attributes(clients, r).boxed_local(),
            Request::Publish(r) => sns::publish(clients, r).boxed_local(),
        }
        .await
    }
}

impl Aws for LiveAws {
    fn call<'a>(
        &'a self,
        _: &'a CallContext,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Answer<Reply>> {
        self.send(request).boxed_local()
    }
}
