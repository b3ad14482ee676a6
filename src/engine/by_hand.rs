//! What only a person may decide: to approve a plan that the blast limit stopped, and to adopt a
//! snapshot that nothing of ours explains.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::context::{Pass, tagged_lifetime};
use super::{observe, preview, settle};
use crate::calls::Stop;
use crate::catalog::{SnapshotRow, Written, read, set_made};
use crate::domain::{Lifetime, PlanDigest, RowState, Slot, SnapshotId, tags};
use crate::plan::{Blast, ExpirePlan};

/// What there is to approve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Approval {
    /// The plan of this moment stays within the limit, or was approved already.
    Needless(ExpirePlan),
    /// The plan of this moment is stopped by the limit. Its items are what would go.
    Stopped {
        /// The plan, as it would be once it is approved.
        plan: ExpirePlan,
        /// How many snapshots would go.
        wanted: u64,
        /// How many may go without approval.
        allowed: u64,
        /// Whether a pass has met this very plan, and told people of it.
        told: Told,
    },
}

/// Whether a pass has been stopped by a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// By this very one.
    ThisPlan,
    /// By another one: what is due has changed since.
    Another(PlanDigest),
    /// By none yet.
    None,
}

/// Looks what `expire` would do now, and whether that wants a person's word. Nothing is written.
///
/// # Errors
/// [`Stop`] as for a pass.
pub async fn approval(pass: &Pass) -> Result<Approval, Stop> {
    let mut facts = preview::expire(pass, []).await?;
    let due = facts.due.clone();
    let plan = facts.plan(pass, facts.now, &due);
    let Blast::Stopped { wanted, allowed } = plan.blast else {
        return Ok(Approval::Needless(plan));
    };
    let told = match facts.meta.refused.clone() {
        Some(refused) if refused == plan.digest => Told::ThisPlan,
        Some(refused) => Told::Another(refused),
        None => Told::None,
    };
    facts.blast.approved = Some(plan.digest);
    Ok(Approval::Stopped {
        plan: facts.plan(pass, facts.now, &due),
        wanted,
        allowed,
        told,
    })
}

/// Stores the digest of a plan, so that the next `expire` may delete exactly what it names.
///
/// # Errors
/// [`Stop`] when the table can't be written.
pub async fn approve(pass: &Pass, plan: &PlanDigest) -> Result<(), Stop> {
    pass.change_meta(|meta| meta.approved = Some(plan.clone()))
        .await
}

/// What came of adopting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Adopted {
    /// It has a row and lives by it from now on.
    Done,
    /// EC2 does not show it.
    NotSeen,
    /// It does not carry this installation's and policy's tags, or another account owns it.
    NotOurs,
    /// It has a row that stands.
    Known,
}

/// Gives a snapshot a row with this lifetime (or the longer one that its tag promises).
///
/// # Errors
/// [`Stop`] when EC2 or the table can't be read or written.
pub async fn adopt(
    pass: &Pass,
    snapshot: &SnapshotId,
    lifetime: Lifetime,
) -> Result<Adopted, Stop> {
    let wanted = BTreeSet::from([snapshot.clone()]);
    let seen = observe::snapshots(pass, &wanted).await?;
    let Some(shown) = seen.get(snapshot) else {
        return Ok(Adopted::NotSeen);
    };
    if !pass.is_ours(shown) || shown.owner != pass.installation.account {
        return Ok(Adopted::NotOurs);
    }
    let slot = match shown.tags.get(tags::key::SLOT) {
        Some(text) => Slot::from_text(text),
        None => Slot::scheduled(shown.start),
    };
    let lifetime = tagged_lifetime(shown).map_or(lifetime, |promised| promised.max(lifetime));
    let mut row = SnapshotRow::new(shown, &pass.policy.name, &slot, lifetime, pass.now());
    row.op = settle::op_of(shown);
    // It still goes only together with what was made with it.
    let target = shown.tags.get(tags::key::TARGET);
    row.set = row
        .op
        .as_ref()
        .and_then(|op| set_made(target.map_or("", SmolStr::as_str), op));
    if let Some(item) = read::get(&pass.caller, snapshot.text()).await? {
        let stored = SnapshotRow::from_item(item)?;
        if stored.state != RowState::Deleted {
            return Ok(Adopted::Known);
        }
        // A person overrules even `deleted`: the row starts again where it stands.
        row.revision = stored.revision;
    }
    let from = (row.revision > 0).then_some(RowState::Deleted);
    if from.is_none() {
        return Ok(adopted(settle::insert(pass, row, shown).await?));
    }
    settle::follow(pass, &mut row, &shown.state);
    row.reason = SmolStr::new_static("a person adopted it");
    Ok(adopted(pass.store(&mut row, from).await?))
}

/// A row that somebody else wrote meanwhile stands.
const fn adopted(written: Written) -> Adopted {
    match written {
        Written::Done => Adopted::Done,
        Written::Conflict => Adopted::Known,
    }
}
