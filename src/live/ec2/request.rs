//! Requests to EC2 in the SDK's types.

use aws_sdk_ec2::types::{
    Filter as SdkFilter, InstanceSpecification, ResourceType, Tag, TagSpecification,
};
use smol_str::SmolStr;

use crate::domain::{BootVolume, SnapshotId, Tags};
use crate::ports::ec2::{CreateSnapshots, Filter, PageRequest};

/// The filters; none when there are none.
pub(super) fn filters(filters: &[Filter]) -> Option<Vec<SdkFilter>> {
    let filters = filters.iter().map(|filter| {
        let (name, values) = filter.name_and_values();
        sdk_filter(&name, values)
    });
    some(filters.collect())
}

/// One filter by its name on the wire.
pub(super) fn sdk_filter(name: &str, values: impl IntoIterator<Item = SmolStr>) -> SdkFilter {
    let values = values.into_iter().map(String::from).collect();
    SdkFilter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

/// `MaxResults`.
pub(super) fn max_results(page: &PageRequest) -> Option<i32> {
    page.max_results.map(i32::from)
}

/// `NextToken`.
pub(super) fn token(page: &PageRequest) -> Option<String> {
    page.token.as_ref().map(ToString::to_string)
}

/// Ids of snapshots as text.
pub(super) fn ids(snapshots: &[SnapshotId]) -> Vec<String> {
    snapshots.iter().map(ToString::to_string).collect()
}

/// Tags that every snapshot of the call is born with.
pub(super) fn born_with(tags: &Tags) -> Option<Vec<TagSpecification>> {
    let tags = some(sdk_tags(tags))?;
    let specification = TagSpecification::builder()
        .resource_type(ResourceType::Snapshot)
        .set_tags(Some(tags));
    Some(vec![specification.build()])
}

/// Tags one by one.
pub(super) fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| {
            Tag::builder()
                .key(key.as_str())
                .value(value.as_str())
                .build()
        })
        .collect()
}

/// What of an instance a set is made of.
pub(super) fn specification(request: &CreateSnapshots) -> InstanceSpecification {
    let excluded = request.exclude.iter().map(ToString::to_string).collect();
    InstanceSpecification::builder()
        .instance_id(request.instance.as_str())
        .exclude_boot_volume(match request.boot_volume {
            BootVolume::Include => false,
            BootVolume::Exclude => true,
        })
        .set_exclude_data_volume_ids(some(excluded))
        .build()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
