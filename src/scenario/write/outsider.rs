//! `outsider:`, written.

use super::moments::{Moments, span};
use super::tree::{Map, Node, map, one, pairs};
use crate::domain::Tags;
use crate::scenario::model::{HoldAction, Outsider, SnapshotRef};

/// What someone else does.
pub(super) fn outsider(deed: &Outsider, moments: Moments) -> Node {
    let which = |snapshot: &SnapshotRef| Node::Text(snapshot.to_string());
    let on = |snapshot: &SnapshotRef| map().put("snapshot", which(snapshot));
    match deed {
        Outsider::DeleteSnapshot(snapshot) => one("delete_snapshot", which(snapshot)),
        Outsider::Tag { snapshot, tags } => one("tag", on(snapshot).put("tags", set(tags)).flow()),
        Outsider::Untag { snapshot, keys } => one(
            "untag",
            on(snapshot).put("tags", Node::flow_list(keys)).flow(),
        ),
        Outsider::Hold { snapshot, action } => match action {
            HoldAction::Hold => one("hold", which(snapshot)),
            HoldAction::Release => one("release", which(snapshot)),
        },
        Outsider::Lock {
            snapshot,
            span: lasts,
        } => one("lock", on(snapshot).put("for", span(*lasts)).flow()),
        Outsider::Unlock(snapshot) => one("unlock", which(snapshot)),
        Outsider::RegisterImage { image, snapshots } => {
            let uses = snapshots.iter().map(which).collect();
            let entry = map()
                .text("image", image.as_str())
                .put("snapshots", Node::FlowList(uses));
            one("register_image", entry.flow())
        }
        Outsider::DisableImage(image) => one("disable_image", Node::text(image.as_str())),
        Outsider::DeregisterImage(image) => one("deregister_image", Node::text(image.as_str())),
        Outsider::TerminateInstance(id) => one("terminate_instance", Node::text(id.as_str())),
        Outsider::StopInstance(id) => one("stop_instance", Node::text(id.as_str())),
        Outsider::StartInstance(id) => one("start_instance", Node::text(id.as_str())),
        Outsider::RetagInstance {
            instance,
            tags,
            remove,
        } => {
            let new = tags.iter().fold(map(), |entries: Map, (key, value)| {
                entries.text(key.as_str(), value)
            });
            let all = remove
                .iter()
                .fold(new, |entries, key| entries.put(key.as_str(), Node::Null));
            let entry = map()
                .text("instance", instance.as_str())
                .put("tags", all.flow());
            one("retag_instance", entry.flow())
        }
        Outsider::DetachVolume(id) => one("detach_volume", Node::text(id.as_str())),
        Outsider::DeleteVolume(id) => one("delete_volume", Node::text(id.as_str())),
        Outsider::AttachVolume {
            volume,
            instance,
            device,
        } => {
            let entry = map()
                .text("volume", volume.as_str())
                .text("instance", instance.as_str())
                .text("device", device.as_str());
            one("attach_volume", entry.flow())
        }
        Outsider::CopyTagsToForeign { from, name } => {
            let entry = map().put("from", which(from)).text("name", name);
            one("copy_tags_to_foreign", entry.flow())
        }
        Outsider::UnknownState { snapshot, state } => {
            one("unknown_state", on(snapshot).text("state", state).flow())
        }
        Outsider::RestoreTable { to } => one("restore_table", one("to", moments.offset(*to))),
    }
}

fn set(tags: &Tags) -> Node {
    pairs(
        tags.iter()
            .map(|(key, value)| (key.as_str(), value.as_str())),
    )
}
