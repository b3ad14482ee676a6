//! Listings, page by page, checked against what was asked.
//!
//! An endpoint may ignore filters, page sizes or owners; what comes back is checked here, so that
//! nothing above has to wonder. A page that can't be had makes the whole listing incomplete.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::context::Pass;
use crate::calls::{Caller, Stop};
use crate::domain::{
    ImageId, InstallationId, Instance, InstanceId, OpId, Slot, Snapshot, SnapshotId, Tag, Volume,
    VolumeId, tags,
};
use crate::ports::ec2::{
    DescribeImages, DescribeInstances, DescribeSnapshots, DescribeVolumes, Filter, PageRequest,
};
use crate::ports::{Operation, Page};

/// Instances and snapshots per page (EC2 API Reference, `MaxResults`: 5 to 1000).
pub(super) const PAGE: u16 = 1_000;
/// Volumes per page (EC2 API Reference, `DescribeVolumes`: up to 500).
const VOLUME_PAGE: u16 = 500;
/// Values of all filters of one call. The EC2 User Guide (*List and filter your resources*) says 200 for
/// one filter; EC2 itself says "on a single call" (gjbae1212/gossm#47, convox/rack#2205).
pub(super) const FILTER_VALUES_MAX: usize = 200;
/// Pages of one listing. An endpoint that never stops giving tokens must not hold us for ever.
const PAGES_MAX: u32 = 10_000;

/// Whether a listing is whole.
#[derive(Debug)]
pub(super) enum Completeness {
    /// Every page was read.
    Complete,
    /// A page could not be had; this is why.
    Partial(Stop),
}

impl From<Result<(), Stop>> for Completeness {
    fn from(listed: Result<(), Stop>) -> Self {
        match listed {
            Ok(()) => Self::Complete,
            Err(stop) => Self::Partial(stop),
        }
    }
}

pub(super) async fn each_page<O: Operation<Reply: Page>>(
    caller: &Caller,
    subject: &str,
    size: u16,
    request: impl Fn(PageRequest) -> O,
    mut take: impl FnMut(O::Reply),
) -> Result<(), Stop> {
    let (mut token, mut before) = (None, None);
    for _ in 0..PAGES_MAX {
        let asked = PageRequest {
            max_results: Some(size),
            token: token.clone(),
        };
        let mut page = caller.read(subject, request(asked)).await?;
        let next = planted!(page.take_next(), ReadsTheFirstPageOnly => None);
        // Whoever ignores tokens gives the first page for ever, be it under new tokens.
        let again = token.is_some() && token == next;
        let same = !page.is_empty() && before.as_ref() == Some(&page);
        if again || same {
            break;
        }
        if next.is_none() {
            take(page);
            return Ok(());
        }
        take(page.clone());
        (token, before) = (next, Some(page));
    }
    Err(Stop::EndlessListing {
        operation: O::NAME,
        subject: SmolStr::new(subject),
    })
}

/// Instances that carry the tag, key and value, in any state; by id. What was seen until a page
/// failed is given too.
pub(super) async fn instances(
    pass: &Pass,
    tag: &Tag,
) -> (BTreeMap<InstanceId, Instance>, Completeness) {
    let mut found = BTreeMap::new();
    let request = |page| DescribeInstances {
        filters: vec![Filter::Tag(tag.clone())],
        page,
    };
    let listed = each_page(&pass.caller, &tag.key, PAGE, request, |reply| {
        let tagged = reply
            .instances
            .into_iter()
            .filter(|instance| instance.tags.has(tag));
        found.extend(tagged.map(|instance| (instance.id.clone(), instance)));
    })
    .await;
    (found, listed.into())
}

/// Volumes that carry the tag; by id.
pub(super) async fn volumes_tagged(
    pass: &Pass,
    tag: &Tag,
) -> (BTreeMap<VolumeId, Volume>, Completeness) {
    let mut found = BTreeMap::new();
    let request = |page| DescribeVolumes {
        filters: vec![Filter::Tag(tag.clone())],
        ids: Vec::new(),
        page,
    };
    let listed = each_page(&pass.caller, &tag.key, VOLUME_PAGE, request, |reply| {
        let tagged = reply
            .volumes
            .into_iter()
            .filter(|volume| volume.tags.has(tag));
        found.extend(tagged.map(|volume| (volume.id.clone(), volume)));
    })
    .await;
    (found, listed.into())
}

/// These volumes, as far as a listing shows them; absence proves nothing.
///
/// # Errors
/// [`Stop`] when a page can't be had.
pub(super) async fn volumes(
    pass: &Pass,
    wanted: &BTreeSet<VolumeId>,
) -> Result<BTreeMap<VolumeId, Volume>, Stop> {
    let mut found = BTreeMap::new();
    for ids in chunks(wanted) {
        let request = |page| DescribeVolumes {
            filters: vec![Filter::VolumeIds(ids.clone())],
            ids: Vec::new(),
            page,
        };
        each_page(&pass.caller, first(&ids), VOLUME_PAGE, request, |reply| {
            let asked = reply
                .volumes
                .into_iter()
                .filter(|volume| wanted.contains(&volume.id));
            found.extend(asked.map(|volume| (volume.id.clone(), volume)));
        })
        .await?;
    }
    Ok(found)
}

/// Our snapshots of this policy, page by page, each page sorted as it came.
///
/// # Errors
/// [`Stop`] when a page can't be had.
pub(crate) async fn snapshots_of_policy(
    pass: &Pass,
    mut take: impl FnMut(Vec<Snapshot>),
) -> Result<(), Stop> {
    let request = |page| DescribeSnapshots {
        filters: ours(pass).to_vec(),
        page,
    };
    each_page(
        &pass.caller,
        pass.policy.name.as_str(),
        PAGE,
        request,
        |reply| {
            take(
                reply
                    .snapshots
                    .into_iter()
                    .filter(|snapshot| pass.is_ours(snapshot))
                    .collect(),
            );
        },
    )
    .await
}

/// The snapshots of this installation, of whichever policy, page by page.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(crate) async fn snapshots_of_installation(
    caller: &Caller,
    installation: &InstallationId,
    mut take: impl FnMut(Snapshot),
) -> Result<(), Stop> {
    let tag = Tag::new(tags::key::INSTALLATION, installation.text().clone());
    let request = |page| DescribeSnapshots {
        filters: vec![Filter::Tag(tag.clone())],
        page,
    };
    each_page(caller, installation.text(), PAGE, request, |reply| {
        let ours = reply.snapshots.into_iter().filter(|s| s.tags.has(&tag));
        ours.for_each(&mut take);
    })
    .await
}

/// Snapshots that a listing with these filters shows and `keep` lets pass, from all pages.
async fn listed(
    pass: &Pass,
    subject: &str,
    filters: &[Filter],
    keep: impl Fn(&Snapshot) -> bool,
) -> Result<Vec<Snapshot>, Stop> {
    let mut found = Vec::new();
    let request = |page| DescribeSnapshots {
        filters: filters.to_vec(),
        page,
    };
    each_page(&pass.caller, subject, PAGE, request, |reply| {
        found.extend(reply.snapshots.into_iter().filter(&keep));
    })
    .await?;
    Ok(found)
}

/// Our snapshots of this slot.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(super) async fn snapshots_of_slot(pass: &Pass, slot: &Slot) -> Result<Vec<Snapshot>, Stop> {
    let tag = Tag::new(tags::key::SLOT, slot.text().clone());
    let [installation, policy] = ours(pass);
    let filters = [installation, policy, Filter::Tag(tag.clone())];
    listed(pass, slot.as_str(), &filters, |snapshot| {
        pass.is_ours(snapshot) && snapshot.tags.has(&tag)
    })
    .await
}

/// What these operations made, by operation, also what carries another policy's or installation's
/// name by now: the operation's id says that it acted. Absence proves nothing until the visibility
/// window has passed.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(super) async fn snapshots_of_ops(
    pass: &Pass,
    wanted: &BTreeSet<OpId>,
) -> Result<BTreeMap<OpId, Vec<Snapshot>>, Stop> {
    let op_of = |snapshot: &Snapshot| snapshot.tags.get(tags::key::OP).cloned().map(OpId::new);
    let mut found: BTreeMap<OpId, Vec<Snapshot>> = BTreeMap::new();
    for ops in chunks(wanted) {
        let values: Vec<SmolStr> = ops.iter().map(|op| op.text().clone()).collect();
        let subject = values.first().cloned().unwrap_or_default();
        let filters = [Filter::TagValues {
            key: SmolStr::new_static(tags::key::OP),
            values,
        }];
        for snapshot in listed(pass, &subject, &filters, |_| true).await? {
            if let Some(op) = op_of(&snapshot).filter(|op| wanted.contains(op)) {
                found.entry(op).or_default().push(snapshot);
            }
        }
    }
    Ok(found)
}

/// Our snapshots of this policy of these volumes.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(crate) async fn snapshots_of_volumes(
    pass: &Pass,
    wanted: &BTreeSet<VolumeId>,
) -> Result<Vec<Snapshot>, Stop> {
    let mut found = Vec::new();
    // Each has one value.
    let ours = ours(pass);
    for ids in chunks_of(FILTER_VALUES_MAX - ours.len(), wanted) {
        let [installation, policy] = ours.clone();
        let filters = [installation, policy, Filter::VolumeIds(ids.clone())];
        let asked = |s: &Snapshot| wanted.contains(&s.volume) && pass.is_ours(s);
        found.extend(listed(pass, first(&ids), &filters, asked).await?);
    }
    Ok(found)
}

/// These snapshots, as far as EC2 shows them, whatever their tags; by id.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(crate) async fn snapshots(
    pass: &Pass,
    wanted: &BTreeSet<SnapshotId>,
) -> Result<BTreeMap<SnapshotId, Snapshot>, Stop> {
    let mut found = BTreeMap::new();
    for ids in chunks(wanted) {
        let subject = ids.first().map(SnapshotId::as_str).unwrap_or_default();
        let filters = [Filter::SnapshotIds(ids.clone())];
        let asked = listed(pass, subject, &filters, |s| wanted.contains(&s.id)).await?;
        found.extend(
            asked
                .into_iter()
                .map(|snapshot| (snapshot.id.clone(), snapshot)),
        );
    }
    Ok(found)
}

/// Which images use these snapshots.
///
/// # Errors
/// As [`snapshots_of_policy`].
pub(crate) async fn images(
    pass: &Pass,
    wanted: &BTreeSet<SnapshotId>,
) -> Result<BTreeMap<SnapshotId, ImageId>, Stop> {
    let mut found = BTreeMap::new();
    for snapshots in chunks(wanted) {
        let request = |page| DescribeImages {
            page,
            snapshots: snapshots.clone(),
        };
        let subject = snapshots
            .first()
            .map(SnapshotId::as_str)
            .unwrap_or_default();
        each_page(&pass.caller, subject, PAGE, request, |reply| {
            for image in reply.images {
                for snapshot in image.snapshots {
                    if wanted.contains(&snapshot) {
                        found.insert(snapshot, image.image.clone());
                    }
                }
            }
        })
        .await?;
    }
    Ok(found)
}

fn ours(pass: &Pass) -> [Filter; 2] {
    [
        Filter::Tag(Tag::new(
            tags::key::INSTALLATION,
            pass.installation.id.text().clone(),
        )),
        Filter::Tag(Tag::new(tags::key::POLICY, pass.policy.name.as_str())),
    ]
}

/// In parts that fit into one call as the values of its only filter.
pub(super) fn chunks<T: Clone + Ord>(all: &BTreeSet<T>) -> Vec<Vec<T>> {
    chunks_of(FILTER_VALUES_MAX, all)
}

fn chunks_of<T: Clone + Ord>(size: usize, all: &BTreeSet<T>) -> Vec<Vec<T>> {
    let all: Vec<T> = all.iter().cloned().collect();
    all.chunks(size).map(<[T]>::to_vec).collect()
}

fn first(ids: &[VolumeId]) -> &str {
    ids.first().map(VolumeId::as_str).unwrap_or_default()
}
