//! Which volumes of a slot another creation has, or may have, made a snapshot of.
//!
//! A volume that moves, or a policy that takes it in another way, gives it another target within one slot; the creation
//! for the first one knows nothing of that.

use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::unanswered;
use crate::calls::Stop;
use crate::catalog::{Intent, IntentState, attr, read};
use crate::domain::{Snapshot, VolumeId, tags};
use crate::journal::FindingKind;
use crate::plan::CreateTask;
use crate::ports::table::Item;

/// Open creations of this slot with the volumes that they may have made a snapshot of.
pub(super) struct InDoubt {
    asked_for: BTreeMap<VolumeId, Vec<SmolStr>>,
}

impl InDoubt {
    /// Of all these, those that were sent and have no usable answer yet.
    pub(super) fn of<'a>(pass: &Pass, intents: impl Iterator<Item = &'a Intent>) -> Self {
        let mut asked_for: BTreeMap<VolumeId, Vec<SmolStr>> = BTreeMap::new();
        let is_sent =
            |intent: &&Intent| intent.slot == pass.slot && !unanswered::may_be_sent(intent);
        for intent in intents.filter(is_sent) {
            for member in &intent.members {
                let targets = asked_for.entry(member.clone()).or_default();
                targets.push(intent.target.clone());
            }
        }
        Self { asked_for }
    }

    /// Whether a task must wait until it is known what was made for another target; tells of it.
    pub(super) fn holds_up(&self, pass: &Pass, task: &CreateTask) -> bool {
        let other = task.members.iter().find_map(|member| {
            let mut targets = self.asked_for.get(&member.volume)?.iter();
            let other = targets.find(|target| *target != task.target())?;
            Some((&member.volume, other))
        });
        let Some((volume, other)) = other else {
            return false;
        };
        let text = format_smolstr!(
            "its snapshot of slot {} waits: whether what was asked for {other} made one of {volume} is not known yet",
            pass.slot
        );
        pass.report(FindingKind::CreateOpen, task.target(), text);
        true
    }
}

/// What of a target with an open creation the slot has already by another one: the whole target, where something was
/// made for it by an operation that the creation does not know (the record of a table that was restored); the volume
/// alone, where it was taken with another target.
pub(super) fn made_beside(intent: &Intent, task: &CreateTask, made: &[Snapshot]) -> Vec<String> {
    let is_known = |snapshot: &&Snapshot| {
        let op = snapshot.tags.get(tags::key::OP);
        op.is_some_and(|op| intent.ops.iter().any(|known| known.text() == op))
    };
    let beside = made.iter().filter(|snapshot| !is_known(snapshot));
    let mut served = made_for(task, beside);
    if !unanswered::may_be_sent(intent) {
        // It is looked for first, and sent again only when that shows nothing.
        served.retain(|served| served != task.target());
    }
    served
}

/// What of a target without a creation on record the slot has already: the whole target, where a snapshot was made for
/// it, since EC2 makes a set whole or not at all and may show only a part of it yet; of what was made for another
/// target, which the volume was attached to then, that volume alone.
pub(super) fn made_for<'a>(
    task: &CreateTask,
    made: impl IntoIterator<Item = &'a Snapshot>,
) -> Vec<String> {
    let is_member = |snapshot: &&Snapshot| {
        let mut members = task.members.iter();
        members.any(|member| member.volume == snapshot.volume)
    };
    let of_which = |snapshot: &Snapshot| match snapshot.tags.get(tags::key::TARGET) {
        Some(target) if target != task.target() => snapshot.volume.to_string(),
        Some(_) | None => task.target().to_owned(),
    };
    made.into_iter().filter(is_member).map(of_which).collect()
}

/// The volumes of a target of which a row says that this slot has a snapshot, made by an operation that the target's own
/// creation does not know: one for a target that is not wanted any more. What the creation named from the start was taken by
/// nobody else.
///
/// # Errors
/// [`Stop`] when the table can't be read.
pub(super) async fn recorded(
    pass: &Pass,
    task: &CreateTask,
    intent: Option<&Intent>,
) -> Result<Vec<String>, Stop> {
    let mut taken = Vec::new();
    let is_named = |volume: &VolumeId| intent.is_some_and(|intent| intent.members.contains(volume));
    for member in task
        .members
        .iter()
        .filter(|member| !is_named(&member.volume))
    {
        let rows = read::of_volume_brief(&pass.caller, &member.volume).await?;
        let is_of_slot = |row: &Item| {
            let text = |name| row.text(name).map(SmolStr::as_str);
            let op = text(attr::OP_ID);
            let mut own = intent.into_iter().flat_map(|intent| &intent.ops);
            text(attr::POLICY) == Some(pass.policy.name.as_str())
                && text(attr::SLOT) == Some(pass.slot.as_str())
                && !own.any(|own| op == Some(own.as_str()))
        };
        if rows.iter().any(is_of_slot) {
            taken.push(member.volume.to_string());
        }
    }
    Ok(taken)
}

/// The volumes of a target of which settled creations for others made a snapshot. EC2 may not show it yet.
pub(super) fn settled_elsewhere<'a>(
    task: &CreateTask,
    intents: impl Iterator<Item = &'a Intent>,
) -> Vec<String> {
    let others = intents
        .filter(|intent| intent.state == IntentState::Settled && intent.target != task.target());
    let taken = others.flat_map(|intent| &intent.members);
    let is_member = |volume: &&VolumeId| task.members.iter().any(|m| m.volume == **volume);
    taken.filter(is_member).map(ToString::to_string).collect()
}
