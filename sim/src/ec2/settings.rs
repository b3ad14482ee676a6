//! How this AWS behaves: its limits as documented, and what nobody documents, as settings.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

use super::throttle::BucketSize;

/// Everything about the world that may be chosen. The default is AWS as documented on a good day:
/// no failures, nothing hidden, no strangers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Quotas and sizes.
    pub limits: Limits,
    /// How listings are cut into pages.
    pub paging: Paging,
    /// Token buckets, and who else drinks from them.
    pub throttling: Throttling,
    /// How long snapshots take, and whether they succeed.
    pub timing: Timing,
    /// How late an effect is seen.
    pub visibility: Visibility,
}

/// Quotas and sizes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// `ExcludeDataVolumeIds` in one `CreateSnapshots` (API Reference, *InstanceSpecification*).
    pub excluded_volumes_max: usize,
    /// Values of one filter (EC2 User Guide, *Find your Amazon EC2 resources*).
    pub filter_values_max: usize,
    /// Filters in one request (same page).
    pub filters_max: usize,
    /// Pending snapshots of an st1 or sc1 volume (EBS User Guide, *Create Amazon EBS snapshots*).
    pub pending_per_hdd_volume_max: usize,
    /// Pending snapshots of a volume of any other type (same page).
    pub pending_per_volume_max: usize,
    /// Least time between two snapshots of a volume (*Error codes*,
    /// `SnapshotCreationPerVolumeRateExceeded`: "wait at least 15 seconds").
    pub snapshot_interval_min: Span,
    /// Snapshots in a Region (EBS User Guide, *Quotas for Amazon EBS*).
    pub snapshots_per_region_max: usize,
    /// Characters in a tag's key (EC2 User Guide, *Tag your Amazon EC2 resources*).
    pub tag_key_characters_max: usize,
    /// Characters in a tag's value (same page).
    pub tag_value_characters_max: usize,
    /// Resources in one `CreateTags` (API Reference, *CreateTags*).
    pub tagged_resources_max: usize,
    /// Tags on one resource (EC2 User Guide, *Tag your Amazon EC2 resources*).
    pub tags_per_resource_max: usize,
    /// Volumes in one multi-volume set: the root and 127 more (EBS User Guide, *Create multi-volume
    /// Amazon EBS snapshots*).
    pub volumes_per_set_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            excluded_volumes_max: 40,
            filter_values_max: 200,
            filters_max: 50,
            pending_per_hdd_volume_max: 1,
            pending_per_volume_max: 5,
            snapshot_interval_min: Span::seconds(15),
            snapshots_per_region_max: 100_000,
            tag_key_characters_max: 128,
            tag_value_characters_max: 256,
            tagged_resources_max: 1_000,
            tags_per_resource_max: 50,
            volumes_per_set_max: 128,
        }
    }
}

/// How listings are cut into pages.
///
/// That a page may be short or empty and still have a token is an assumption that costs a careful
/// caller nothing; so is the life of a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Paging {
    /// Of a thousand pages, how many are empty although more follows.
    pub empty_per_mille: u64,
    /// Of a thousand pages, how many hold less than was asked for although more follows.
    pub short_per_mille: u64,
    /// How long a token can be used.
    pub token_life: Span,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            empty_per_mille: 0,
            short_per_mille: 0,
            token_life: Span::hours(1),
        }
    }
}

/// Token buckets: EC2 Developer Guide, *Request throttling for the Amazon EC2 API*.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Throttling {
    /// `CreateSnapshot`, `CreateSnapshots` and `DeleteSnapshot`, each.
    pub mutations: BucketSize,
    /// Filtered or paginated `Describe…`, each.
    pub reads: BucketSize,
    /// Neither filtered nor paginated `Describe…`, each.
    pub bare_reads: BucketSize,
    /// `CreateTags` and `DeleteTags`, each.
    pub tagging: BucketSize,
    /// Other callers in the account, in any order; windows must not overlap.
    pub strangers: Vec<Strangers>,
}

impl Default for Throttling {
    fn default() -> Self {
        Self {
            mutations: BucketSize::new(100, 5),
            reads: BucketSize::new(100, 20),
            bare_reads: BucketSize::new(50, 10),
            tagging: BucketSize::new(100, 10),
            strangers: Vec::new(),
        }
    }
}

/// Other callers that share the account's buckets for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Strangers {
    /// What they use, in percent of the refill; above 100 they drain what is in the bucket.
    pub percent: u32,
    /// When they begin.
    pub from: Timestamp,
    /// When they stop.
    pub until: Timestamp,
}

/// A range of spans, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Range {
    /// The longest.
    pub max: Span,
    /// The shortest.
    pub min: Span,
}

/// How long snapshots take, and whether they succeed.
///
/// AWS promises nothing here. A first snapshot copies the whole volume and can take hours; later
/// ones copy what changed (EBS User Guide, *Create Amazon EBS snapshots*). The numbers are
/// assumptions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Timing {
    /// Of a thousand snapshots, how many fail.
    pub fail_per_mille: u64,
    /// Bounds for copying a whole volume.
    pub full: Range,
    /// What an incremental copy takes beside its data.
    pub incremental: Range,
    /// Time to copy one GiB.
    pub per_gib: Range,
    /// How long a stuck snapshot is pending.
    pub stuck: Span,
    /// Of a thousand snapshots, how many are stuck.
    pub stuck_per_mille: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            fail_per_mille: 0,
            full: Range {
                max: Span::hours(6),
                min: Span::minutes(5),
            },
            incremental: Range {
                max: Span::minutes(10),
                min: Span::seconds(20),
            },
            per_gib: Range {
                max: Span::seconds(8),
                min: Span::seconds(2),
            },
            stuck: Span::days(3),
            stuck_per_mille: 0,
        }
    }
}

/// How late an effect is seen, at most. Each delay is drawn per snapshot; most are short, few come
/// near the maximum.
///
/// Source: EC2 Developer Guide, *Eventual consistency in the Amazon EC2 API*: from "a couple of
/// seconds" to about five minutes. The shape between is an assumption.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Visibility {
    /// A new snapshot, by filter.
    pub by_filter_max: Span,
    /// A new snapshot, by its id.
    pub by_id_max: Span,
    /// A deleted snapshot that is still listed.
    pub deletes_max: Span,
    /// Changed tags of a snapshot that still show as they were.
    pub tags_max: Span,
}
