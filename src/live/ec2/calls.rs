//! One function for each call: send it, and read how it ended.
//!
//! What comes back is held against what was asked where nobody above does: owners of snapshots,
//! volumes asked for by id, the volume of a snapshot that was just made.

use super::super::clients::Clients;
use super::super::connect::Endpoint;
use super::super::error::end;
use super::super::witness::{Body, Witness};
use super::{reply, request};
use crate::ports::ec2::{
    CreateSnapshot, CreateSnapshots, CreateTags, CreatedSnapshots, DeleteSnapshot, DeleteTags,
    DescribeImages, DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes,
    ImagePage, InstancePage, LockPage, SnapshotPage, VolumePage, exact,
};
use crate::ports::{Answer, Done, OperationName as Name, Outcome, RejectionClass, Reply};

/// Sends a call in a witness's sight.
macro_rules! send {
    ($witness:expr, $call:expr) => {
        $call.customize().interceptor($witness.clone()).send().await
    };
}

/// Several of something, or none if one of them can't be read.
fn all<T, U>(list: Option<Vec<T>>, read: impl Fn(T) -> Option<U>) -> Option<Vec<U>> {
    list.unwrap_or_default().into_iter().map(read).collect()
}

/// An empty token is none: a page that gives one is the last.
fn next(token: Option<String>) -> Option<smol_str::SmolStr> {
    token.filter(|token| !token.is_empty()).map(Into::into)
}

pub(in super::super) async fn describe_instances(
    clients: &Clients,
    asked: &DescribeInstances,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DescribeInstancesResponse"));
    let call = clients
        .ec2
        .describe_instances()
        .set_filters(request::filters(&asked.filters))
        .set_max_results(request::max_results(&asked.page))
        .set_next_token(request::token(&asked.page));
    let sent = send!(witness, call);
    end(Name::DescribeInstances, &witness, sent, |page| {
        let reservations = page.reservations.unwrap_or_default().into_iter();
        let instances = reservations.flat_map(|one| one.instances.unwrap_or_default());
        Some(Reply::DescribeInstances(InstancePage {
            instances: instances.map(reply::instance).collect::<Option<_>>()?,
            next: next(page.next_token),
        }))
    })
}

pub(in super::super) async fn describe_volumes(
    clients: &Clients,
    asked: &DescribeVolumes,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DescribeVolumesResponse"));
    let mut call = clients.ec2.describe_volumes();
    if asked.ids.is_empty() {
        call = call
            .set_filters(request::filters(&asked.filters))
            .set_max_results(request::max_results(&asked.page))
            .set_next_token(request::token(&asked.page));
    } else {
        let ids = asked.ids.iter().map(ToString::to_string).collect();
        call = call
            .set_filters(request::filters(&asked.filters))
            .set_volume_ids(Some(ids));
    }
    let sent = send!(witness, call);
    end(Name::DescribeVolumes, &witness, sent, |page| {
        let mut volumes = all(page.volumes, reply::volume)?;
        if !asked.ids.is_empty() {
            volumes.retain(|volume| asked.ids.contains(&volume.id));
        }
        Some(Reply::DescribeVolumes(VolumePage {
            next: next(page.next_token),
            volumes,
        }))
    })
}

/// Always asks for our own account's only: without an owner EC2 shows public snapshots as well.
pub(in super::super) async fn describe_snapshots(
    clients: &Clients,
    asked: &DescribeSnapshots,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DescribeSnapshotsResponse"));
    let call = clients
        .ec2
        .describe_snapshots()
        .owner_ids("self")
        .set_filters(request::filters(&asked.filters))
        .set_max_results(request::max_results(&asked.page))
        .set_next_token(request::token(&asked.page));
    let sent = send!(witness, call);
    end(Name::DescribeSnapshots, &witness, sent, |page| {
        let mut snapshots = all(page.snapshots, reply::snapshot)?;
        if let Some(account) = &clients.account {
            snapshots.retain(|snapshot| snapshot.owner == *account);
        }
        Some(Reply::DescribeSnapshots(SnapshotPage {
            next: next(page.next_token),
            snapshots,
        }))
    })
}

/// Our own images; disabled ones use their snapshots too.
pub(in super::super) async fn describe_images(
    clients: &Clients,
    asked: &DescribeImages,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DescribeImagesResponse"));
    let snapshots = asked.snapshots.iter().map(|id| exact(id.text()));
    let uses = request::sdk_filter("block-device-mapping.snapshot-id", snapshots);
    let call = clients
        .ec2
        .describe_images()
        .owners("self")
        .include_disabled(true)
        .filters(uses)
        .set_max_results(request::max_results(&asked.page))
        .set_next_token(request::token(&asked.page));
    let sent = send!(witness, call);
    end(Name::DescribeImages, &witness, sent, |page| {
        Some(Reply::DescribeImages(ImagePage {
            images: all(page.images, reply::image)?,
            next: next(page.next_token),
        }))
    })
}

pub(in super::super) async fn describe_locked_snapshots(
    clients: &Clients,
    asked: &DescribeLockedSnapshots,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DescribeLockedSnapshotsResponse"));
    let call = clients
        .ec2
        .describe_locked_snapshots()
        .set_snapshot_ids(Some(request::ids(&asked.snapshots)))
        .set_max_results(request::max_results(&asked.page))
        .set_next_token(request::token(&asked.page));
    let sent = send!(witness, call);
    let answer = end(Name::DescribeLockedSnapshots, &witness, sent, |page| {
        let locks = all(page.snapshots, reply::locked)?;
        Some(Reply::DescribeLockedSnapshots(LockPage {
            locked: locks.into_iter().flatten().collect(),
            next: next(page.next_token),
        }))
    });
    without_locks(clients, answer)
}

/// A substitute for AWS that knows no locks may answer with a bare server fault, as an HTML page;
/// AWS itself never says that it lacks an operation in this way.
fn without_locks(clients: &Clients, answer: Answer<Reply>) -> Answer<Reply> {
    let Answer { meta, mut outcome } = answer;
    if let (Endpoint::Other(_), Outcome::Rejected(refused)) = (&clients.endpoint, &mut outcome)
        && refused.code.is_empty()
        && refused.class == RejectionClass::Transient
    {
        refused.class = RejectionClass::NoSuchOperation;
    }
    Answer { meta, outcome }
}

pub(in super::super) async fn create_snapshots(
    clients: &Clients,
    asked: &CreateSnapshots,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("CreateSnapshotsResponse"));
    let call = clients
        .ec2
        .create_snapshots()
        .description(asked.description.as_str())
        .instance_specification(request::specification(asked))
        .set_tag_specifications(request::born_with(&asked.tags));
    let sent = send!(witness, call);
    end(Name::CreateSnapshots, &witness, sent, |made| {
        Some(Reply::CreateSnapshots(CreatedSnapshots {
            snapshots: all(made.snapshots, reply::member)?,
        }))
    })
}

pub(in super::super) async fn create_snapshot(
    clients: &Clients,
    asked: &CreateSnapshot,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("CreateSnapshotResponse"));
    let call = clients
        .ec2
        .create_snapshot()
        .description(asked.description.as_str())
        .volume_id(asked.volume.as_str())
        .set_tag_specifications(request::born_with(&asked.tags));
    let sent = send!(witness, call);
    end(Name::CreateSnapshot, &witness, sent, |made| {
        let made = reply::single(made).filter(|made| made.volume == asked.volume)?;
        Some(Reply::CreateSnapshot(CreatedSnapshots {
            snapshots: vec![made],
        }))
    })
}

pub(in super::super) async fn delete_snapshot(
    clients: &Clients,
    asked: &DeleteSnapshot,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DeleteSnapshotResponse"));
    let call = clients
        .ec2
        .delete_snapshot()
        .snapshot_id(asked.snapshot.as_str());
    let sent = send!(witness, call);
    end(Name::DeleteSnapshot, &witness, sent, |_| {
        Some(Reply::DeleteSnapshot(Done {}))
    })
}

pub(in super::super) async fn create_tags(clients: &Clients, asked: &CreateTags) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("CreateTagsResponse"));
    let call = clients
        .ec2
        .create_tags()
        .set_resources(Some(request::ids(&asked.snapshots)))
        .set_tags(Some(request::sdk_tags(&asked.tags)));
    let sent = send!(witness, call);
    end(Name::CreateTags, &witness, sent, |_| {
        Some(Reply::CreateTags(Done {}))
    })
}

/// Each tag goes only while it has the value that was seen.
pub(in super::super) async fn delete_tags(clients: &Clients, asked: &DeleteTags) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("DeleteTagsResponse"));
    let call = clients
        .ec2
        .delete_tags()
        .set_resources(Some(request::ids(&asked.snapshots)))
        .set_tags(Some(request::sdk_tags(&asked.tags)));
    let sent = send!(witness, call);
    end(Name::DeleteTags, &witness, sent, |_| {
        Some(Reply::DeleteTags(Done {}))
    })
}
