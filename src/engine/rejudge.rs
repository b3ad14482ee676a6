//! Walking over a policy's snapshots when its rules have changed.

use smol_str::SmolStr;

use super::context::Pass;
use super::{observe, side_by_side};
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{PolicyMeta, SnapshotRow, read};
use crate::domain::{Policy, RowState};

/// Makes everything of the policy due for judging, once per change of its rules, and gives the keys of what
/// was not due before: the index may show them later, and in a rehearsal never.
///
/// A crash half-way leaves the old digest, so the walk is repeated.
///
/// # Errors
/// [`Stop`] when the listing is not whole or the table can't be written.
pub(super) async fn when_rules_changed(
    pass: &Pass,
    meta: &PolicyMeta,
) -> Result<Vec<SmolStr>, Stop> {
    let digest = rules_digest(&pass.policy);
    let mut made_due = Vec::new();
    if planted!(meta.policy_digest.as_ref() == Some(&digest), JudgesEverythingEachTime => false) {
        return Ok(made_due);
    }
    if planted!(have_changed(pass, meta), JudgesEverythingEachTime => true) {
        let now = pass.now();
        let mut rows = all(pass).await?;
        rows.retain(|row| row.judge_at.is_none_or(|at| at > now));
        made_due.extend(rows.iter().map(|row| row.id.text().clone()));
        let moved = rows.into_iter().map(async |mut row| {
            row.judge_at = Some(now);
            // A conflict means that somebody else judges it right now.
            let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            Ok(())
        });
        side_by_side::all(moved).await?;
    }
    pass.change_meta(|meta| meta.policy_digest = Some(digest.clone()))
        .await?;
    Ok(made_due)
}

/// Whether the rules are others than those that the last `expire` knew, so that the next one judges
/// everything.
pub(super) fn have_changed(pass: &Pass, meta: &PolicyMeta) -> bool {
    let digest = rules_digest(&pass.policy);
    meta.policy_digest
        .as_ref()
        .is_some_and(|known| *known != digest)
}

/// Everything of the policy that can be judged, as far as EC2 shows it.
///
/// # Errors
/// As [`when_rules_changed`].
pub(super) async fn all(pass: &Pass) -> Result<Vec<SnapshotRow>, Stop> {
    let mut ids: Vec<SmolStr> = Vec::new();
    observe::snapshots_of_policy(pass, |page| {
        ids.extend(page.iter().map(|snapshot| snapshot.id.text().clone()));
    })
    .await?;
    let rows = read::batch(&pass.caller, ids).await?.into_values();
    Ok(rows
        .filter_map(|item| SnapshotRow::from_item(item).ok())
        .filter(|row| match row.state {
            RowState::Completed | RowState::Error => true,
            RowState::Pending
            | RowState::Expiring
            | RowState::Deleted
            | RowState::Lost
            | RowState::Other(_) => false,
        })
        .collect())
}

/// What decides about keeping, as 16 hexadecimal digits.
fn rules_digest(policy: &Policy) -> SmolStr {
    let rules = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        policy.keep, policy.source_gone, policy.retroactive, policy.lifetime_tags, policy.select
    );
    SmolStr::new(&blake3::hash(rules.as_bytes()).to_hex()[..16])
}
