//! `DescribeImages` and `DescribeLockedSnapshots`: what keeps snapshots from being deleted.

use std::ops::Bound;

use crate::answer::Answer;
use crate::time::Timestamp;

use super::describe_instances::scope;
use super::filter::{Conditions, Patterns};
use super::guards::{ImageState, ImageTruth, Lock};
use super::ids::SnapshotId;
use super::page::{PageSize, Reader, question};
use super::refusals::Named;
use super::request::{
    DescribeImages, DescribeLockedSnapshots, ImageInfo, LockInfo, LockState, Page,
};
use super::state::Ec2;
use super::throttle::Api;

/// The filters that only images have, as far as callers need them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OfImage {
    BlockDeviceSnapshotId,
    ImageId,
    State,
}

impl OfImage {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "block-device-mapping.snapshot-id" => Self::BlockDeviceSnapshotId,
            "image-id" => Self::ImageId,
            "state" => Self::State,
            _ => return None,
        })
    }

    fn met(self, image: &ImageTruth, any: &Patterns) -> bool {
        match self {
            Self::BlockDeviceSnapshotId => image
                .snapshots
                .iter()
                .any(|snapshot| any.meet(snapshot.as_str())),
            Self::ImageId => any.meet(image.id.as_str()),
            Self::State => any.meet(image.state.as_str()),
        }
    }
}

impl Ec2 {
    /// `DescribeImages` with `Owner.1=self`. Disabled images are left out unless asked for
    /// (API Reference, `IncludeDisabled`), and keep their snapshots from being deleted all the same.
    ///
    /// # Errors
    /// A bad filter or token.
    pub fn describe_images(
        &mut self,
        now: Timestamp,
        request: &DescribeImages,
    ) -> Answer<Page<ImageInfo>> {
        let DescribeImages {
            filters,
            include_disabled,
            page,
        } = request;
        self.admit(now, Api::DescribeImages, scope(filters.is_empty(), page))?;
        let conditions = Conditions::read(filters, &self.settings.limits, OfImage::read)?;
        let mut question = question("DescribeImages", filters);
        question.push(if *include_disabled {
            "disabled too"
        } else {
            ""
        });
        let paging = &self.settings.paging;
        let reader = Reader::open(now, self.chance, paging, question, page, PageSize::USUAL)?;
        let listed = self.images.listed(reader.after_number());
        let wanted = listed.filter(|(_, image)| {
            let shown = match image.state {
                ImageState::Available => true,
                ImageState::Disabled => *include_disabled,
            };
            shown && conditions.hold(&image.tags, |own, any| own.met(image, any))
        });
        Ok(reader.take(wanted).map(|image| ImageInfo {
            id: image.id.clone(),
            snapshots: image.snapshots.clone(),
            state: image.state,
            tags: image.tags.clone(),
        }))
    }

    /// `DescribeLockedSnapshots`: locks, those that are over among them (API Reference, *LockState*
    /// has `expired`). A snapshot without a lock is just absent, which is an assumption.
    ///
    /// # Errors
    /// A malformed id, a bad token, a page's size beside ids (as its siblings; an assumption). One id that does not exist fails the whole call with
    /// `InvalidSnapshot.NotFound`: undocumented here, and assumed, since the other calls that take ids
    /// do so and whoever is ready for it is ready for the milder answer.
    pub fn describe_locked_snapshots(
        &mut self,
        now: Timestamp,
        request: &DescribeLockedSnapshots,
    ) -> Answer<Page<LockInfo>> {
        let DescribeLockedSnapshots { ids, page } = request;
        self.admit(
            now,
            Api::DescribeLockedSnapshots,
            scope(ids.is_empty(), page),
        )?;
        if !ids.is_empty() {
            page.refuse_beside_ids()?;
        }
        for id in ids {
            id.check_form()?;
            let found = self.snapshots.get(id.as_str());
            let shown = found.is_some_and(|snapshot| snapshot.is_found(now));
            shown.then_some(()).ok_or_else(|| id.not_found())?;
        }
        let mut question = question("DescribeLockedSnapshots", &[]);
        question.extend(ids.iter().map(SnapshotId::as_str));
        let paging = &self.settings.paging;
        let reader = Reader::open(now, self.chance, paging, question, page, PageSize::USUAL)?;
        let from = reader.after().map_or(Bound::Unbounded, Bound::Excluded);
        let locks = self.locks.range::<str, _>((from, Bound::Unbounded));
        let mut wanted: Vec<&SnapshotId> = ids.iter().collect();
        wanted.sort_unstable();
        let locks = locks
            .filter(|(id, _)| wanted.is_empty() || wanted.binary_search(id).is_ok())
            .map(|(id, lock)| (id.clone(), lock_info(id, *lock, now)));
        Ok(reader.take(locks))
    }
}

fn lock_info(id: &SnapshotId, lock: Lock, now: Timestamp) -> LockInfo {
    let state = if lock.protects(now) {
        LockState::Locked(lock.mode)
    } else {
        LockState::Expired
    };
    LockInfo {
        id: id.clone(),
        state,
    }
}
