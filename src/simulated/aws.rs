//! Any call, answered by the simulated world at one instant.
//!
//! Refusals become outcomes through the same table as AWS's own, so that a code means the same in
//! both twins. Lost answers, time-outs and latency are made above this.

use snaplife_sim::answer::{Answer, Refusal};
use snaplife_sim::time::Timestamp as WorldTime;
use snaplife_sim::world::World;

use super::{ec2, table};
use crate::domain::Timestamp;
use crate::ports::classify;
use crate::ports::ec2::{CallerIdentity, Done};
use crate::ports::{Outcome, Reply, Request};

/// Answers one call at `now`, which is never before the call answered last.
///
/// The world is never unsure, so what comes is `Ok` or `Rejected`; or `Unknown` where a mutation met
/// a server fault that the table of codes does not trust to have done nothing.
pub fn call_world(world: &mut World, now: WorldTime, request: &Request) -> Outcome<Reply> {
    match answer(world, now, request) {
        Ok(reply) => Outcome::Ok(reply),
        Err(refusal) => outcome(request, refusal),
    }
}

/// AWS's own clock as the `Date` header of an answer tells it: whole seconds, rounded down
/// (RFC 9110, *Date*).
#[must_use]
pub const fn server_time(now: WorldTime) -> Timestamp {
    Timestamp::from_ms(now.0.div_euclid(1_000) * 1_000)
}

fn answer(world: &mut World, now: WorldTime, request: &Request) -> Answer<Reply> {
    match request {
        Request::DescribeInstances(request) => {
            ec2::describe_instances(&mut world.ec2, now, request)
        }
        Request::DescribeVolumes(request) => ec2::describe_volumes(&mut world.ec2, now, request),
        Request::DescribeSnapshots(request) => {
            ec2::describe_snapshots(&mut world.ec2, now, request)
        }
        Request::DescribeImages(request) => ec2::describe_images(&mut world.ec2, now, request),
        Request::DescribeLockedSnapshots(request) => {
            ec2::describe_locked_snapshots(&mut world.ec2, now, request)
        }
        Request::CreateSnapshots(request) => ec2::create_snapshots(&mut world.ec2, now, request),
        Request::CreateSnapshot(request) => ec2::create_snapshot(&mut world.ec2, now, request),
        Request::DeleteSnapshot(request) => ec2::delete_snapshot(&mut world.ec2, now, request),
        Request::CreateTags(request) => ec2::create_tags(&mut world.ec2, now, request),
        Request::GetCallerIdentity(_) => Ok(Reply::GetCallerIdentity(CallerIdentity {
            account: world.sts.get_caller_identity().account.text().clone(),
            region: world.region.clone(),
        })),
        Request::Publish(request) => {
            let subject = (!request.subject.is_empty()).then_some(&request.subject);
            let published = world
                .sns
                .publish(now, &request.topic, subject, &request.message);
            published.map(|_| Reply::Publish(Done {}))
        }
        Request::GetItem(_)
        | Request::BatchGetItem(_)
        | Request::Query(_)
        | Request::PutItem(_)
        | Request::UpdateItem(_)
        | Request::TransactWrite(_)
        | Request::DescribeTable(_)
        | Request::CreateTable(_)
        | Request::EnableTimeToLive(_) => table::call(&mut world.dynamodb, now, request)
            .expect("every call of the table's service is the table's"),
    }
}

fn outcome(request: &Request, refusal: Refusal) -> Outcome<Reply> {
    let name = request.name();
    let Refusal {
        code,
        message,
        reasons,
        status,
    } = refusal;
    match classify::refusal(name.service(), name.effect(), status, &code, &message) {
        Outcome::Rejected(mut rejection) => {
            rejection.reasons = reasons;
            Outcome::Rejected(rejection)
        }
        other @ (Outcome::Ok(_) | Outcome::Unknown(_) | Outcome::NotSent(_)) => other,
    }
}
