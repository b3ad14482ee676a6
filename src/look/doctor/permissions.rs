//! What the credentials may do in EC2: reads are made, mutations are tried.

use smol_str::SmolStr;

use super::Patient;
use super::check::{Check, Level, Subject};
use crate::calls::{Stop, settle};
use crate::catalog::Installation;
use crate::domain::{BootVolume, InstanceId, SnapshotId, Tag, Tags, Target, VolumeId, tags};
use crate::ports::ec2::{
    CreateSnapshot, CreateSnapshots, CreateTags, DeleteSnapshot, DeleteTags, DescribeImages,
    DescribeInstances, DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes, DryRun, Filter,
    PageRequest, Tried,
};
use crate::ports::{Operation, Outcome, RejectionClass};

/// What dry runs are made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TriedOn {
    /// What is there: permissions that look at tags are then told rightly. Only for an endpoint
    /// that is known to honour `DryRun`, which is AWS's own, or the simulated one.
    WhatIsThere,
    /// Ids that nothing has, so that not even an endpoint that ignores `DryRun` changes anything.
    Nothing,
}

/// Ids that are well-formed and that nothing has.
pub(super) const VOLUME_NOWHERE: &str = "vol-00000000000000000";
const SNAPSHOT_NOWHERE: &str = "snap-00000000000000000";
const INSTANCE_NOWHERE: &str = "i-00000000000000000";

const REMEDY: &str = "give the role the policy that `snaplife iam` prints";

/// A first page is enough to see whether it may be read.
const PAGE: PageRequest = PageRequest {
    max_results: Some(5),
    token: None,
};

/// What reads have shown, to try mutations on.
#[derive(Default)]
struct Found {
    instance: Option<InstanceId>,
    volume: Option<VolumeId>,
    snapshot: Option<SnapshotId>,
    locks: Locks,
}

/// Whether whoever answers knows what a lock is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Locks {
    #[default]
    Known,
    Unheard,
}

pub(super) async fn examine(
    patient: &Patient<'_>,
    installation: Option<&Installation>,
    checks: &mut Vec<Check>,
) {
    let found = match reads(patient, installation).await {
        Ok(found) => {
            checks.push(match found.locks {
                Locks::Known => Check::ok(
                    Subject::ReadEc2,
                    "instances, volumes, snapshots, images and locks may be read",
                ),
                Locks::Unheard => Check::warning(
                    Subject::ReadEc2,
                    "instances, volumes, snapshots and images may be read; this endpoint knows no \
                     locks, so none is seen before a delete is refused",
                    "nothing, where it is a substitute for AWS; else see where AWS_ENDPOINT_URL leads",
                ),
            });
            found
        }
        Err(stop) => {
            checks.push(Check::stopped(Subject::ReadEc2, &stop));
            Found::default()
        }
    };
    let found = match patient.tried_on {
        TriedOn::WhatIsThere => found,
        TriedOn::Nothing => Found::default(),
    };
    let Some(installation) = installation else {
        let skipped = [Subject::Create, Subject::Delete, Subject::Hold];
        checks.extend(skipped.map(|subject| {
            Check::skipped(
                subject,
                "permissions depend on the tag of an installation, and there is none yet",
            )
        }));
        return;
    };
    checks.push(create(patient, installation, &found).await);
    checks.push(delete(patient, &found).await);
    checks.push(hold(patient, &found).await);
}

async fn reads(patient: &Patient<'_>, installation: Option<&Installation>) -> Result<Found, Stop> {
    let caller = patient.caller;
    let mut found = Found::default();
    let (mut on_instances, mut on_volumes) = (Vec::new(), Vec::new());
    for policy in patient.policies {
        match &policy.select.target {
            Target::Instances(tag) => on_instances.push(Filter::Tag(tag.clone())),
            Target::Volumes(tag) => on_volumes.push(Filter::Tag(tag.clone())),
        }
    }
    on_instances.truncate(1);
    on_volumes.truncate(1);
    let request = DescribeInstances {
        filters: on_instances,
        page: PAGE,
    };
    let page = caller.read("permissions", request).await?;
    found.instance = page.instances.first().map(|instance| instance.id.clone());
    let attached = page.instances.iter().flat_map(|i| &i.attachments).next();
    found.volume = attached.map(|attachment| attachment.volume.clone());
    let request = DescribeVolumes {
        filters: on_volumes,
        ids: Vec::new(),
        page: PAGE,
    };
    let page = caller.read("permissions", request).await?;
    if found.volume.is_none() {
        found.volume = page.volumes.first().map(|volume| volume.id.clone());
    }
    let ours = installation.map(|ours| mark(&ours.id));
    let request = DescribeSnapshots {
        filters: ours.iter().cloned().map(Filter::Tag).collect(),
        page: PAGE,
    };
    let page = caller.read("permissions", request).await?;
    let is_ours = |tags: &Tags| ours.as_ref().is_some_and(|tag| tags.has(tag));
    let snapshot = page.snapshots.iter().find(|shown| is_ours(&shown.tags));
    found.snapshot = snapshot.map(|shown| shown.id.clone());
    let snapshots = || vec![snapshot_of(&found)];
    let request = DescribeImages {
        page: PageRequest::default(),
        snapshots: snapshots(),
    };
    caller.read("permissions", request).await?;
    let request = DescribeLockedSnapshots {
        page: PageRequest::default(),
        snapshots: snapshots(),
    };
    match caller.send("permissions", request).await {
        // It may be asked; that there is no such snapshot is all that was said.
        Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => {}
        Outcome::Rejected(refused) if refused.class == RejectionClass::NoSuchOperation => {
            found.locks = Locks::Unheard;
        }
        other => settle(DescribeLockedSnapshots::NAME, "permissions", other).map(|_| ())?,
    }
    Ok(found)
}

fn mark(id: &crate::domain::InstallationId) -> Tag {
    Tag::new(tags::key::INSTALLATION, id.text().clone())
}

fn snapshot_of(found: &Found) -> SnapshotId {
    let nowhere = || SnapshotId::from(SNAPSHOT_NOWHERE);
    found.snapshot.clone().unwrap_or_else(nowhere)
}

async fn create(patient: &Patient<'_>, installation: &Installation, found: &Found) -> Check {
    let nowhere = || InstanceId::from(INSTANCE_NOWHERE);
    let instance = found.instance.clone().unwrap_or_else(nowhere);
    let nowhere = || VolumeId::from(VOLUME_NOWHERE);
    let volume = found.volume.clone().unwrap_or_else(nowhere);
    let tags = |policy: &str| -> Tags {
        let tag = mark(&installation.id);
        [
            (tag.key, tag.value),
            (tags::key::POLICY.into(), policy.into()),
        ]
        .into_iter()
        .collect()
    };
    let policy = patient.policies.first();
    let tags = tags(policy.map_or("default", |policy| policy.name.as_str()));
    let set = Tried::CreateSnapshots(CreateSnapshots {
        boot_volume: BootVolume::Exclude,
        description: SmolStr::default(),
        exclude: Vec::new(),
        instance,
        tags: tags.clone(),
    });
    let single = Tried::CreateSnapshot(CreateSnapshot {
        description: SmolStr::default(),
        tags,
        volume,
    });
    let tried_on_real = found.instance.is_some() && found.volume.is_some();
    let tried = [("CreateSnapshots", set), ("CreateSnapshot", single)];
    both(patient, Subject::Create, tried, "made", tried_on_real).await
}

async fn delete(patient: &Patient<'_>, found: &Found) -> Check {
    let tried = Tried::DeleteSnapshot(DeleteSnapshot {
        snapshot: snapshot_of(found),
    });
    let tried = [("DeleteSnapshot", tried)];
    both(
        patient,
        Subject::Delete,
        tried,
        "deleted",
        found.snapshot.is_some(),
    )
    .await
}

async fn hold(patient: &Patient<'_>, found: &Found) -> Check {
    let snapshots = vec![snapshot_of(found)];
    let tags: Tags = [(tags::key::HOLD, "doctor")].into_iter().collect();
    let put = Tried::CreateTags(CreateTags {
        snapshots: snapshots.clone(),
        tags: tags.clone(),
    });
    let take = Tried::DeleteTags(DeleteTags { snapshots, tags });
    let tried = [("CreateTags", put), ("DeleteTags", take)];
    let real = found.snapshot.is_some();
    both(patient, Subject::Hold, tried, "held and released", real).await
}

/// Tries each; the gravest answer is the line.
async fn both<const N: usize>(
    patient: &Patient<'_>,
    subject: Subject,
    tried: [(&'static str, Tried); N],
    done: &str,
    on_real: bool,
) -> Check {
    let mut gravest = Check::ok(subject, format!("snapshots may be {done}"));
    for (name, call) in tried {
        let outcome = patient.caller.send(name, DryRun { call }).await;
        let check = match outcome {
            Outcome::Ok(_) => continue,
            Outcome::Rejected(refused) if refused.class == RejectionClass::Denied && on_real => {
                let found = format!("{name} is not allowed ({})", refused.code);
                Check::broken(subject, found, REMEDY)
            }
            Outcome::Rejected(refused)
                if matches!(
                    refused.class,
                    RejectionClass::Denied | RejectionClass::NotFound | RejectionClass::Invalid
                ) =>
            {
                let found = format!(
                    "{name} could be tried only on what is not there, and {} may mean just that",
                    refused.code
                );
                let remedy = "run it again once there is a snapshot of ours";
                Check::warning(subject, found, remedy)
            }
            other => match settle(DryRun::NAME, name, other) {
                Ok(_) => continue,
                Err(stop) => {
                    let found = format!("{name} could not be tried: {stop}");
                    let remedy = "look whether the endpoint knows `DryRun`";
                    Check::warning(subject, found, remedy)
                }
            },
        };
        if check.level > gravest.level {
            gravest = check;
        }
    }
    debug_assert!(gravest.level != Level::Skipped);
    gravest
}
