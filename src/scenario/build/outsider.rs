//! What someone else does.

use smol_str::SmolStr;

use super::Builder;
use super::names::Noun;
use crate::domain::{Device, ImageId, Tags, Timestamp};
use crate::scenario::file::outsider::{OutsiderFile, RetagFile};
use crate::scenario::file::story::StepFile;
use crate::scenario::file::text::{At, Entries, Text};
use crate::scenario::model::{HoldAction, Outsider};

impl Builder<'_> {
    /// Takes the names that the story itself makes, so that any step or expectation can use them.
    pub(super) fn announce(&mut self, story: &[At<StepFile>]) {
        for step in story {
            let Some(outsider) = &step.value.outsider else {
                continue;
            };
            self.announce_one(&outsider.value);
        }
    }

    /// Takes the names that one act gives.
    pub(super) fn announce_one(&mut self, outsider: &OutsiderFile) {
        match outsider {
            OutsiderFile::RegisterImage(file) => {
                self.name(Noun::Image, &file.image.value, file.image.span.clone());
            }
            OutsiderFile::CopyTagsToForeign(file) => {
                self.name(Noun::Snapshot, &file.name.value, file.name.span.clone());
            }
            _ => {}
        }
    }

    /// An act of someone else at `now`.
    pub(super) fn outsider(&mut self, outsider: &OutsiderFile, now: Timestamp) -> Outsider {
        match outsider {
            OutsiderFile::DeleteSnapshot(which) => Outsider::DeleteSnapshot(self.snapshots(which)),
            OutsiderFile::Tag(file) => Outsider::Tag {
                snapshot: self.snapshots(&file.snapshot),
                tags: self.some_tags(&file.tags, &file.snapshot),
            },
            OutsiderFile::Untag(file) => Outsider::Untag {
                snapshot: self.snapshots(&file.snapshot),
                keys: self.some_keys(&file.tags, &file.snapshot),
            },
            OutsiderFile::Hold(which) => Outsider::Hold {
                snapshot: self.snapshots(which),
                action: HoldAction::Hold,
            },
            OutsiderFile::Release(which) => Outsider::Hold {
                snapshot: self.snapshots(which),
                action: HoldAction::Release,
            },
            OutsiderFile::Lock(file) => Outsider::Lock {
                snapshot: self.snapshots(&file.snapshot),
                span: self.positive(&file.span),
            },
            OutsiderFile::Unlock(which) => Outsider::Unlock(self.snapshots(which)),
            OutsiderFile::RegisterImage(file) => {
                if file.snapshots.is_empty() {
                    self.wrong(
                        file.image.span.clone(),
                        format!("image `{}` uses no snapshot", file.image.value),
                        "name at least one",
                    );
                }
                Outsider::RegisterImage {
                    image: ImageId::new(file.image.value.as_str()),
                    snapshots: file.snapshots.iter().map(|s| self.snapshots(s)).collect(),
                }
            }
            OutsiderFile::DisableImage(name) => Outsider::DisableImage(self.image(name)),
            OutsiderFile::DeregisterImage(name) => Outsider::DeregisterImage(self.image(name)),
            OutsiderFile::TerminateInstance(name) => {
                Outsider::TerminateInstance(self.instance(name))
            }
            OutsiderFile::StopInstance(name) => Outsider::StopInstance(self.instance(name)),
            OutsiderFile::StartInstance(name) => Outsider::StartInstance(self.instance(name)),
            OutsiderFile::RetagInstance(file) => self.retag(file),
            OutsiderFile::DetachVolume(name) => Outsider::DetachVolume(self.volume(name)),
            OutsiderFile::DeleteVolume(name) => Outsider::DeleteVolume(self.volume(name)),
            OutsiderFile::AttachVolume(file) => Outsider::AttachVolume {
                volume: self.volume(&file.volume),
                instance: self.instance(&file.instance),
                device: Device::new(file.device.value.as_str()),
            },
            OutsiderFile::CopyTagsToForeign(file) => Outsider::CopyTagsToForeign {
                from: self.one_snapshot(&file.from),
                name: file.name.value.as_str().into(),
            },
            OutsiderFile::UnknownState(file) => Outsider::UnknownState {
                snapshot: self.snapshots(&file.snapshot),
                state: self.unknown_state(&file.state),
            },
            OutsiderFile::RestoreTable(file) => {
                let to = self.moment(&file.to);
                if to >= now {
                    self.wrong(
                        file.to.span.clone(),
                        format!("{to} is not before this step, which is at {now}"),
                        "a table can be restored only to an instant that has passed",
                    );
                }
                Outsider::RestoreTable { to }
            }
        }
    }

    fn retag(&mut self, file: &RetagFile) -> Outsider {
        if file.tags.0.is_empty() {
            let place = file.instance.span.clone();
            self.wrong(place, "no tag is changed", "name at least one in `tags`");
        }
        let new = file.tags.0.iter();
        Outsider::RetagInstance {
            instance: self.instance(&file.instance),
            tags: new
                .clone()
                .filter_map(|(key, value)| Some((key.value.as_str(), value.as_deref()?)))
                .collect(),
            remove: new
                .filter(|(_, value)| value.is_none())
                .map(|(key, _)| key.value.as_str().into())
                .collect(),
        }
    }

    fn some_tags(&mut self, tags: &Entries<String>, place: &Text) -> Tags {
        if tags.0.is_empty() {
            let span = place.span.clone();
            self.wrong(span, "no tag is named", "name at least one in `tags`");
        }
        tags_of(tags)
    }

    fn some_keys(&mut self, keys: &[Text], place: &Text) -> Vec<SmolStr> {
        if keys.is_empty() {
            let span = place.span.clone();
            self.wrong(span, "no tag is named", "name at least one key in `tags`");
        }
        keys.iter().map(|key| key.value.as_str().into()).collect()
    }

    fn unknown_state(&mut self, state: &Text) -> SmolStr {
        let known = ["pending", "completed", "error", ""];
        if known.contains(&state.value.trim()) {
            self.wrong(
                state.span.clone(),
                format!("`{}` is not an unknown state", state.value),
                "write one that snaplife does not know, as recovering",
            );
        }
        state.value.trim().into()
    }
}

/// Tags as the domain has them.
pub(super) fn tags_of(tags: &Entries<String>) -> Tags {
    let pairs = tags.0.iter();
    pairs
        .map(|(key, value)| (key.value.as_str(), value.as_str()))
        .collect()
}
