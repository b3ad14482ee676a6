//! Asking whether a call would be allowed, without making it.
//!
//! These are the only requests with `DryRun=true`, and each sets it before anything else.

use aws_sdk_ec2::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::super::clients::Clients;
use super::super::error::end;
use super::super::witness::{Body, Witness};
use super::request;
use crate::ports::ec2::{Allowed, DryRun, Tried};
use crate::ports::{Answer, OperationName, Outcome, Reply, classify};

/// Sends a call in a witness's sight.
macro_rules! send {
    ($witness:expr, $call:expr) => {{
        let sent = $call.customize().interceptor($witness.clone()).send().await;
        meaning(&$witness, sent)
    }};
}

pub(in super::super) async fn dry_run(clients: &Clients, asked: &DryRun) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml(match &asked.call {
        Tried::CreateSnapshot(_) => "CreateSnapshotResponse",
        Tried::CreateSnapshots(_) => "CreateSnapshotsResponse",
        Tried::CreateTags(_) => "CreateTagsResponse",
        Tried::DeleteSnapshot(_) => "DeleteSnapshotResponse",
        Tried::DeleteTags(_) => "DeleteTagsResponse",
    }));
    let ec2 = &clients.ec2;
    match &asked.call {
        Tried::CreateSnapshot(asked) => {
            let call = ec2.create_snapshot().dry_run(true);
            let call = call.volume_id(asked.volume.as_str());
            send!(
                witness,
                call.set_tag_specifications(request::born_with(&asked.tags))
            )
        }
        Tried::CreateSnapshots(asked) => {
            let call = ec2.create_snapshots().dry_run(true);
            let call = call.instance_specification(request::specification(asked));
            send!(
                witness,
                call.set_tag_specifications(request::born_with(&asked.tags))
            )
        }
        Tried::CreateTags(asked) => {
            let call = ec2.create_tags().dry_run(true);
            let call = call.set_resources(Some(request::ids(&asked.snapshots)));
            send!(witness, call.set_tags(Some(request::sdk_tags(&asked.tags))))
        }
        Tried::DeleteSnapshot(asked) => {
            let call = ec2.delete_snapshot().dry_run(true);
            send!(witness, call.snapshot_id(asked.snapshot.as_str()))
        }
        Tried::DeleteTags(asked) => {
            let call = ec2.delete_tags().dry_run(true);
            let call = call.set_resources(Some(request::ids(&asked.snapshots)));
            send!(witness, call.set_tags(Some(request::sdk_tags(&asked.tags))))
        }
    }
}

/// An error of AWS's is read by its own table; a success has ignored the flag.
fn meaning<O, E>(witness: &Witness, sent: Result<O, SdkError<E, HttpResponse>>) -> Answer<Reply>
where
    E: ProvideErrorMetadata,
{
    let told = match &sent {
        Err(SdkError::ServiceError(answered)) if !answered.raw().status().is_success() => {
            let meta = answered.err().meta();
            let code = meta.code().unwrap_or_default();
            let message = meta.message().unwrap_or_default();
            Some(classify::dry_run(
                answered.raw().status().as_u16(),
                code,
                message,
            ))
        }
        _ => None,
    };
    let answer: Answer<Allowed> = end(OperationName::DryRun, witness, sent, |_| None);
    let outcome: Outcome<Allowed> = told.unwrap_or(answer.outcome);
    Answer {
        meta: answer.meta,
        outcome: outcome.map(Reply::DryRun),
    }
}
