//! Walking over a policy's snapshots when its rules have changed.

use smol_str::SmolStr;

use super::context::Pass;
use super::observe;
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{PolicyMeta, SnapshotRow, read};
use crate::domain::{Policy, RowState};

/// Makes everything of the policy due for judging, once per change of its rules.
///
/// A crash half-way leaves the old digest, so the walk is repeated.
///
/// # Errors
/// [`Stop`] when the listing is not whole or the table can't be written.
pub(super) async fn when_rules_changed(pass: &Pass, meta: &PolicyMeta) -> Result<(), Stop> {
    let digest = rules_digest(&pass.policy);
    if meta.policy_digest.as_ref() == Some(&digest) {
        return Ok(());
    }
    if meta.policy_digest.is_some() {
        let mut ids: Vec<SmolStr> = Vec::new();
        observe::snapshots_of_policy(pass, |page| {
            ids.extend(page.iter().map(|snapshot| snapshot.id.text().clone()));
        })
        .await?;
        let now = pass.now();
        for item in read::batch(&pass.caller, ids).await?.into_values() {
            let Ok(mut row) = SnapshotRow::from_item(item) else {
                continue;
            };
            let judged = match row.state {
                RowState::Completed | RowState::Error => true,
                RowState::Pending
                | RowState::Expiring
                | RowState::Deleted
                | RowState::Lost
                | RowState::Other(_) => false,
            };
            if judged && row.judge_at.is_none_or(|at| at > now) {
                row.judge_at = Some(now);
                // A conflict means that somebody else judges it right now.
                let _ = put(&pass.caller, &pass.writer, &mut row).await?;
            }
        }
    }
    pass.change_meta(|meta| meta.policy_digest = Some(digest.clone()))
        .await
}

/// What decides about keeping, as 16 hexadecimal digits.
fn rules_digest(policy: &Policy) -> SmolStr {
    let rules = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        policy.keep, policy.source_gone, policy.retroactive, policy.lifetime_tags, policy.select
    );
    SmolStr::new(&blake3::hash(rules.as_bytes()).to_hex()[..16])
}
