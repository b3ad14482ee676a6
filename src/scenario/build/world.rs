//! The world at the start.

use std::collections::BTreeMap;

use super::Builder;
use super::names::Noun;
use super::outsider::tags_of;
use crate::domain::{AccountId, ImageId, Region, SnapshotState, Span, VolumeId};
use crate::scenario::file::text::{At, Text};
use crate::scenario::file::world::{
    ImageFile, ImageStateFile, LimitsFile, SnapshotFile, WorldFile,
};
use crate::scenario::model::{
    Capacity, ImageSpec, SnapshotSpec, SpanRange, TimingSpec, VisibilitySpec, WorldLimits,
    WorldSpec,
};

/// The account that AWS's own examples use.
const ACCOUNT: &str = "111122223333";
/// The default Region.
const REGION: &str = "eu-central-1";
/// How long a call takes by default. An assumption; calls within a Region are about this fast.
const LATENCY: SpanRange = SpanRange {
    from: Span::from_ms(20),
    to: Span::from_ms(200),
};

impl Builder<'_> {
    /// Reads `world`; without it the account is empty.
    pub(super) fn world(&mut self, file: Option<&WorldFile>) -> WorldSpec {
        let nothing = WorldFile::default();
        let file = file.unwrap_or(&nothing);
        let account = file.account.as_ref();
        let account = account.map_or(ACCOUNT.into(), |text| self.account(text));
        let region = file.region.as_ref();
        let region = region.map_or(Region::new(REGION), |text| self.region(text));
        let mut world = WorldSpec {
            account,
            region,
            instances: Vec::new(),
            volumes: Vec::new(),
            snapshots: Vec::new(),
            images: Vec::new(),
            limits: self.world_limits(&file.limits),
            timing: TimingSpec {
                full: file.timing.full.as_ref().map(|range| self.range(range)),
                incremental: file.timing.incremental.as_ref().map(|r| self.range(r)),
            },
            visibility: VisibilitySpec {
                by_id: file
                    .visibility
                    .by_id
                    .as_ref()
                    .map(|span| self.duration(span)),
                by_filter: file.visibility.by_filter.as_ref().map(|s| self.duration(s)),
                tags: file
                    .visibility
                    .tags
                    .as_ref()
                    .map(|span| self.duration(span)),
                deletes: file.visibility.deletes.as_ref().map(|s| self.duration(s)),
            },
            strangers_percent: file.strangers.as_ref().map_or(0, |n| self.percent(n, 0)),
            page_size: file.page_size.as_ref().map(|size| self.page_size(size)),
            index_lag: file.index_lag.as_ref().map(|lag| self.duration(lag)),
            capacity: file.capacity.as_ref().map(|capacity| {
                if capacity.value.read == 0 || capacity.value.write == 0 {
                    let place = self.start_of(&capacity.span);
                    self.wrong(place, "a table has at least one unit", "write at least 1");
                }
                Capacity {
                    read: capacity.value.read,
                    write: capacity.value.write,
                }
            }),
            latency: file
                .latency
                .as_ref()
                .map_or(LATENCY, |range| self.range(range)),
            clock_error: file
                .clock_error
                .as_ref()
                .map_or(Span::ZERO, |e| self.clock_error(e)),
        };
        let mut places = BTreeMap::new();
        for instance in &file.instances {
            self.add_instance(&mut world, &mut places, instance);
        }
        if let Some(fleet) = &file.fleet {
            self.add_fleet(&mut world, fleet);
        }
        for volume in &file.volumes {
            let id = self.name(Noun::Volume, &volume.id.value, volume.id.span.clone());
            let volume = self.loose(id, volume);
            world.volumes.push(volume);
        }
        if !file.snapshots.is_empty() {
            let volumes = world.volumes.iter();
            let sizes = volumes
                .map(|volume| (volume.id.clone(), volume.size_gib))
                .collect();
            for snapshot in &file.snapshots {
                let snapshot = self.snapshot(&world.account, &sizes, snapshot);
                world.snapshots.push(snapshot);
            }
        }
        for image in &file.images {
            let image = self.image_spec(image);
            world.images.push(image);
        }
        world
    }

    /// `sizes` are those of the volumes that exist.
    fn snapshot(
        &mut self,
        us: &AccountId,
        sizes: &BTreeMap<VolumeId, u32>,
        file: &SnapshotFile,
    ) -> SnapshotSpec {
        let name = self.name(Noun::Snapshot, &file.id.value, file.id.span.clone());
        let of = VolumeId::new(file.of.value.as_str());
        // A volume that is gone can still be named by story and expectations.
        if self.names.line(Noun::Volume, of.as_str()).is_none() {
            self.name(Noun::Volume, of.as_str(), file.of.span.clone());
        }
        let owner = file.owner.as_ref().filter(|owner| owner.value != "self");
        SnapshotSpec {
            name,
            started: self.past_moment(&file.started),
            state: file
                .state
                .as_ref()
                .map_or(SnapshotState::Completed, |state| {
                    SnapshotState::from_text(&state.value)
                }),
            tags: tags_of(&file.tags),
            owner: match owner {
                Some(owner) => self.account(owner),
                None => us.clone(),
            },
            size_gib: match (&file.size_gib, sizes.get(&of)) {
                (None, Some(of_volume)) => *of_volume,
                (size, _) => self.size(size.as_ref()),
            },
            of,
        }
    }

    fn image_spec(&mut self, file: &ImageFile) -> ImageSpec {
        let id = self.name(Noun::Image, &file.id.value, file.id.span.clone());
        ImageSpec {
            id: ImageId::new(id),
            snapshots: file
                .snapshots
                .iter()
                .map(|name| self.known(Noun::Snapshot, &name.value, name.span.clone()))
                .collect(),
            state: match file.state {
                Some(ImageStateFile::Disabled) => "disabled".into(),
                Some(ImageStateFile::Available) | None => "available".into(),
            },
        }
    }

    pub(super) fn account(&mut self, text: &Text) -> AccountId {
        let read = AccountId::parse(&text.value);
        read.unwrap_or_else(|mistake| {
            self.wrong_in(text, mistake);
            AccountId::new(text.value.as_str())
        })
    }

    pub(super) fn region(&mut self, text: &Text) -> Region {
        let read = Region::parse(&text.value);
        read.unwrap_or_else(|mistake| {
            self.wrong_in(text, mistake);
            Region::new(REGION)
        })
    }

    fn page_size(&mut self, size: &At<u32>) -> u32 {
        // API Reference, *DescribeSnapshots*: MaxResults is from 5 to 1,000.
        if !(5..=1_000).contains(&size.value) {
            self.wrong(
                size.span.clone(),
                format!("AWS has no pages of {}", size.value),
                "write a number from 5 to 1000",
            );
        }
        size.value
    }

    fn world_limits(&mut self, file: &LimitsFile) -> WorldLimits {
        WorldLimits {
            snapshots_per_region: file.snapshots_per_region,
            pending_per_volume: file.pending_per_volume,
            snapshot_interval: file.snapshot_interval.as_ref().map(|s| self.duration(s)),
            volumes_per_set: file.volumes_per_set,
            excluded_volumes: file.excluded_volumes,
        }
    }
}
