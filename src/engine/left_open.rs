//! What earlier passes began and did not end: open creations, and how they come to an end.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::{missed, unanswered};
use crate::calls::Stop;
use crate::catalog::key::OpenKind;
use crate::catalog::{Intent, IntentState, read};
use crate::domain::{Instance, Volume, VolumeId};
use crate::journal::FindingKind;
use crate::plan::{CreateInput, plan_create};
use crate::ports::table::Item;

/// The policy's open intents, each read consistently. The index may run behind; that is no harm,
/// since taking a slot is a conditional write.
pub(super) async fn open_intents(pass: &Pass) -> Result<Vec<Intent>, Stop> {
    let listed = read::open(&pass.caller, &pass.policy.name, OpenKind::Intent).await?;
    let keys: Vec<SmolStr> = listed
        .iter()
        .filter_map(|item| item.key().cloned())
        .collect();
    let mut open = Vec::new();
    for item in read::batch(&pass.caller, keys).await?.into_values() {
        open.extend(readable(pass, item).filter(|intent| intent.state.is_open()));
    }
    Ok(open)
}

/// An intent as it is stored. One that this version can't read is told of: what it asked for is unknown, so
/// its target is not asked for again, and no other has to wait for it.
pub(super) fn readable(pass: &Pass, item: Item) -> Option<Intent> {
    match Intent::from_item(item) {
        Ok(intent) => Some(intent),
        Err(error) => {
            let text = format_smolstr!(
                "{error}; nothing more is taken of its target for that slot, unless the row is mended or deleted"
            );
            pass.report(FindingKind::CreateFailed, error.key, text);
            None
        }
    }
}

/// Whether the intent's slot is over, so that it is not sent any more. One of a slot that is newer
/// than this pass's, whose clock is behind or who makes up for an old slot, is left alone.
pub(super) fn has_passed(pass: &Pass, intent: &Intent) -> bool {
    let Some(slot) = intent.slot.instant() else {
        return intent.slot != pass.slot;
    };
    // A slot of its own says nothing about those of the schedule.
    let schedules = &pass.policy.schedules;
    let latest = pass
        .slot
        .instant()
        .or_else(|| schedules.latest_create_at_or_before(pass.now()));
    latest.is_some_and(|latest| slot < latest)
}

/// Brings intents to an end: what was sent is looked for, the rest is missed for this reason. Gives those of which it is
/// not known yet what they made.
pub(super) async fn end(pass: &Pass, intents: Vec<Intent>, why: &str) -> Result<Vec<Intent>, Stop> {
    let (taken, sending): (Vec<Intent>, Vec<Intent>) = intents
        .into_iter()
        .partition(|intent| intent.state == IntentState::Taken);
    for mut intent in taken {
        missed::give_up(pass, &mut intent, why).await?;
    }
    let mut unresolved = Vec::new();
    for (mut intent, resolved) in unanswered::resolve(pass, sending).await? {
        match resolved {
            unanswered::Resolved::Recorded => {}
            unanswered::Resolved::Nothing => {
                let why = "it was sent, had no answer and made nothing";
                missed::give_up(pass, &mut intent, why).await?;
            }
            unanswered::Resolved::Open => unresolved.push(intent),
        }
    }
    Ok(unresolved)
}

/// Creations of this slot that an earlier pass began for what is not to be taken any more, or is
/// taken in another way now: they end before anything is sent for the same volumes. Gives those that do not.
pub(super) async fn end_unselected(
    pass: &Pass,
    instances: &[Instance],
    volumes: &BTreeMap<VolumeId, Volume>,
    open: Vec<Intent>,
) -> Result<Vec<Intent>, Stop> {
    let mut begun: BTreeMap<SmolStr, Intent> = open
        .into_iter()
        .map(|intent| (intent.target.clone(), intent))
        .collect();
    if begun.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = plan_create(&CreateInput {
        policy: &pass.policy,
        installation: &pass.installation.id,
        slot: &pass.slot,
        instances,
        volumes,
        served: &BTreeSet::new(),
    });
    for task in &wanted.tasks {
        begun.remove(task.target());
    }
    let why = "it is not to be taken, or not in this way, any more";
    end(pass, begun.into_values().collect(), why).await
}
