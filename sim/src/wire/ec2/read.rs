//! EC2's requests: parameters in, the world's requests out.
//!
//! Parameters that the world has no meaning for (`RestorableBy`, `OutpostArn` …) are left unread and
//! so refused as unknown ones, which AWS would not do.

use smol_str::{SmolStr, format_smolstr};

use super::super::form::{Form, invalid_value};
use crate::answer::{Answer, Refusal};
use crate::ec2::request::{
    CopyTags, CreateSnapshot, CreateSnapshots, DescribeImages, DescribeInstances,
    DescribeLockedSnapshots, DescribeSnapshots, DescribeVolumes, Filter, ImageInfo, Owner, Page,
    PageRequest,
};
use crate::ec2::{AccountId, InstanceId, SnapshotId, Tags, VolumeId};

pub(super) fn create_snapshot(form: &mut Form<'_>) -> Answer<CreateSnapshot> {
    Ok(CreateSnapshot {
        description: form.take("Description").unwrap_or_default(),
        tags: specified_tags(form)?,
        volume: VolumeId::new(form.require("VolumeId")?),
    })
}

pub(super) fn create_snapshots(form: &mut Form<'_>) -> Answer<CreateSnapshots> {
    let copy_tags = match form.take("CopyTagsFromSource").as_deref() {
        None => CopyTags::No,
        Some("volume") => CopyTags::FromVolume,
        Some(other) => return Err(invalid_value("CopyTagsFromSource", other)),
    };
    let excluded = form.list("InstanceSpecification.ExcludeDataVolumeId");
    Ok(CreateSnapshots {
        copy_tags,
        description: form.take("Description").unwrap_or_default(),
        exclude_boot_volume: form.flag("InstanceSpecification.ExcludeBootVolume")?,
        exclude_data_volumes: excluded.into_iter().map(VolumeId::new).collect(),
        instance: InstanceId::new(form.require("InstanceSpecification.InstanceId")?),
        tags: specified_tags(form)?,
    })
}

pub(super) fn create_tags(form: &mut Form<'_>) -> Answer<(Vec<SmolStr>, Tags)> {
    let resources = resources(form)?;
    if form.numbers("Tag").is_empty() {
        form.require("Tag.1.Key")?;
    }
    Ok((resources, tags(form, "Tag")?))
}

/// The tags of `DeleteTags`: a key, and the value that it has to have, if one is given.
pub(super) type TagsToDelete = Vec<(SmolStr, Option<SmolStr>)>;

/// Without any tag AWS deletes all that the caller may, which is not modelled.
pub(super) fn delete_tags(form: &mut Form<'_>) -> Answer<(Vec<SmolStr>, TagsToDelete)> {
    let resources = resources(form)?;
    let mut tags = Vec::new();
    for n in form.numbers("Tag") {
        let key = form.require(&format!("Tag.{n}.Key"))?;
        tags.push((key, form.take(&format!("Tag.{n}.Value"))));
    }
    if tags.is_empty() {
        form.require("Tag.1.Key")?;
    }
    Ok((resources, tags))
}

fn resources(form: &mut Form<'_>) -> Answer<Vec<SmolStr>> {
    let resources = form.list("ResourceId");
    if resources.is_empty() {
        form.require("ResourceId.1")?;
    }
    Ok(resources)
}

pub(super) fn delete_snapshot(form: &mut Form<'_>) -> Answer<SnapshotId> {
    form.require("SnapshotId").map(SnapshotId::new)
}

/// `DescribeImages`, and the ids it names, which the world knows as a filter.
pub(super) struct Images {
    ids: Vec<SmolStr>,
    pub(super) listing: DescribeImages,
}

/// Only the caller's own images are modelled: other owners have none.
pub(super) fn describe_images(form: &mut Form<'_>, account: &AccountId) -> Answer<Images> {
    let mut filters = filters(form)?;
    let ids = form.list("ImageId");
    if !ids.is_empty() {
        filters.push(Filter::new("image-id", ids.iter().map(literal)));
    }
    let owners = form.list("Owner");
    let own = |owner: &SmolStr| owner == "self" || *owner == account.as_str();
    if !owners.is_empty() && !owners.iter().any(own) {
        filters.push(Filter::new("image-id", [""; 0]));
    }
    Ok(Images {
        ids,
        listing: DescribeImages {
            filters,
            include_disabled: form.flag("IncludeDisabled")?,
            page: page(form)?,
        },
    })
}

impl Images {
    /// That every image asked for by id was found (*Error codes*, `InvalidAMIID.NotFound`).
    pub(super) fn check_ids(&self, found: &Page<ImageInfo>) -> Answer<()> {
        let missing = |id: &&SmolStr| found.items.iter().all(|image| image.id.text() != *id);
        match self.ids.iter().find(missing) {
            None => Ok(()),
            Some(id) => {
                let message = format_smolstr!("The image id '[{id}]' does not exist");
                Err(Refusal::new(400, "InvalidAMIID.NotFound", message))
            }
        }
    }
}

pub(super) fn describe_instances(form: &mut Form<'_>) -> Answer<DescribeInstances> {
    managed(form)?;
    Ok(DescribeInstances {
        filters: filters(form)?,
        ids: ids(form, "InstanceId", InstanceId::new),
        page: page(form)?,
    })
}

pub(super) fn describe_volumes(form: &mut Form<'_>) -> Answer<DescribeVolumes> {
    managed(form)?;
    Ok(DescribeVolumes {
        filters: filters(form)?,
        ids: ids(form, "VolumeId", VolumeId::new),
        page: page(form)?,
    })
}

pub(super) fn describe_snapshots(form: &mut Form<'_>) -> Answer<DescribeSnapshots> {
    let owner = |text: SmolStr| match text.as_str() {
        "self" => Owner::Myself,
        _ => Owner::Account(AccountId::new(text)),
    };
    Ok(DescribeSnapshots {
        filters: filters(form)?,
        ids: ids(form, "SnapshotId", SnapshotId::new),
        owners: form.list("Owner").into_iter().map(owner).collect(),
        page: page(form)?,
    })
}

pub(super) fn describe_locked_snapshots(form: &mut Form<'_>) -> Answer<DescribeLockedSnapshots> {
    Ok(DescribeLockedSnapshots {
        ids: ids(form, "SnapshotId", SnapshotId::new),
        page: page(form)?,
    })
}

fn ids<T>(form: &mut Form<'_>, name: &str, id: impl FnMut(SmolStr) -> T) -> Vec<T> {
    form.list(name).into_iter().map(id).collect()
}

/// `IncludeManagedResources`: resources that another service manages are not modelled, so both of
/// its values mean the same.
fn managed(form: &mut Form<'_>) -> Answer<()> {
    form.flag("IncludeManagedResources").map(|_| ())
}

fn page(form: &mut Form<'_>) -> Answer<PageRequest> {
    Ok(PageRequest {
        max_results: form.number("MaxResults")?,
        token: form.take("NextToken").filter(|token| !token.is_empty()),
    })
}

fn filters(form: &mut Form<'_>) -> Answer<Vec<Filter>> {
    let mut filters = Vec::new();
    for n in form.numbers("Filter") {
        let name = form.require(&format!("Filter.{n}.Name"))?;
        filters.push(Filter::new(name, form.list(&format!("Filter.{n}.Value"))));
    }
    Ok(filters)
}

/// A value of a filter that means just this text.
fn literal(text: &SmolStr) -> SmolStr {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if ['*', '?', '\\'].contains(&c) {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal.into()
}

/// The tags of all `TagSpecification`s, which may be for snapshots only.
fn specified_tags(form: &mut Form<'_>) -> Answer<Tags> {
    let mut all = Tags::default();
    for n in form.numbers("TagSpecification") {
        let kind = form.require(&format!("TagSpecification.{n}.ResourceType"))?;
        if kind != "snapshot" {
            let message = format_smolstr!(
                "'{kind}' is not a valid taggable resource type for this operation."
            );
            return Err(Refusal::new(400, "InvalidParameterValue", message));
        }
        all = all.with(&tags(form, &format!("TagSpecification.{n}.Tag"))?);
    }
    Ok(all)
}

/// Tags in a list. That a key given twice is refused, and with which code, is an assumption.
fn tags(form: &mut Form<'_>, list: &str) -> Answer<Tags> {
    let mut pairs = Vec::new();
    for n in form.numbers(list) {
        let key = form.require(&format!("{list}.{n}.Key"))?;
        let value = form.take(&format!("{list}.{n}.Value")).unwrap_or_default();
        pairs.push((key, value));
    }
    let count = pairs.len();
    let tags = Tags::from_iter(pairs);
    if tags.len() < count {
        let message = "Duplicate tag keys specified.";
        return Err(Refusal::new(400, "InvalidParameterValue", message));
    }
    Ok(tags)
}
