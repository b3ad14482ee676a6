//! What the next `expire` pass would decide, without doing it.
//!
//! The facts are gathered as a pass gathers them and judged by the same pure planner, so whatever
//! is told from here is the pass's own answer and never a second opinion. Nothing is written: not
//! even since when a volume is gone, so that a volume that is only now found gone is still taken
//! for present, as the next pass would take it.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Pass;
use super::expire;
use super::facts;
use super::rejudge;
use super::source::Notes;
use crate::calls::{ClockVerdict, Stop};
use crate::catalog::{PolicyMeta, SnapshotRow};
use crate::domain::{RowState, SnapshotId, Timestamp, VolumeId};
use crate::plan::input::{BlastFacts, ExpireInput, VolumeFacts};
use crate::plan::{ExpirePlan, plan_expire};

/// The facts of one moment, to be judged as often as one likes.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What a pass that begins now would judge: what is due, deletes that were begun, and all of the
    /// policy when its rules have changed.
    pub due: BTreeSet<SnapshotId>,
    /// The rows, read consistently: those of every volume that is touched.
    pub rows: BTreeMap<SnapshotId, SnapshotRow>,
    /// Both sides of every volume that is touched, as the planner is told.
    pub volumes: BTreeMap<VolumeId, VolumeFacts>,
    /// What the blast limit is measured by.
    pub blast: BlastFacts,
    /// What is remembered about the policy.
    pub meta: PolicyMeta,
    /// Whether a pass could trust its clock; if not it would delete nothing at all.
    pub clock: ClockVerdict,
    /// The instant to judge by: the earlier one of our clock and AWS's.
    pub now: Timestamp,
}

/// Gathers what an `expire` pass would, and the facts of `also` on top.
///
/// # Errors
/// [`Stop`] as for a pass: when a listing is not whole or the table can't be read.
pub async fn expire(
    pass: &Pass,
    also: impl IntoIterator<Item = SnapshotRow>,
) -> Result<Preview, Stop> {
    let meta = pass.policy_meta().await?;
    let mut due = expire::due(pass, Vec::new()).await?;
    if rejudge::have_changed(pass, &meta) {
        let rows = rejudge::all(pass).await?;
        due.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    let known: BTreeSet<SnapshotId> = due.keys().cloned().collect();
    due.extend(also.into_iter().map(|row| (row.id.clone(), row)));
    let mut facts = facts::gather(pass, &due, Notes::LeftAlone).await?;
    // A pass ends these, or waits for the second look, and judges neither.
    let gone: BTreeSet<SnapshotId> = due
        .into_values()
        .filter(|row| row.state == RowState::Expiring && !facts.seen.contains(&row.id))
        .map(|row| row.id)
        .collect();
    for volume in facts.volumes.values_mut() {
        volume.snapshots.retain(|known| !gone.contains(&known.id));
    }
    let blast = facts::blast(pass, &facts, meta.last_expire_at, meta.approved.clone());
    Ok(Preview {
        due: known.difference(&gone).cloned().collect(),
        rows: facts.rows,
        volumes: facts.volumes,
        blast,
        meta,
        clock: pass.caller.clock_verdict(),
        now: pass.caller.earliest_now(),
    })
}

impl Preview {
    /// What the planner says about these snapshots at this instant, by these facts. For a later
    /// instant it is the answer if nothing else changes until then.
    #[must_use]
    pub fn plan(&self, pass: &Pass, at: Timestamp, due: &BTreeSet<SnapshotId>) -> ExpirePlan {
        plan_expire(&ExpireInput {
            policy: &pass.policy,
            installation: &pass.installation.id,
            account: &pass.installation.account,
            now: at,
            due: due.clone(),
            volumes: self.volumes.clone(),
            blast: self.blast.clone(),
        })
    }
}
