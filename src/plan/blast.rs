//! How many snapshots may go in one pass without a person's word.

use super::expire::{Blast, ExpireItem};
use super::input::ExpireInput;
use crate::domain::{PlanDigest, Policy};

/// What a digest has of BLAKE3's 64 hexadecimal digits: 128 bits name a plan well enough, and a
/// person can still compare them.
const DIGEST_DIGITS: usize = 32;

/// Compares what would go with what may go. Every delete counts, also that of a failed snapshot.
pub(super) fn weigh(input: &ExpireInput<'_>, items: &[ExpireItem], digest: &PlanDigest) -> Blast {
    let wanted = items.iter().fold(0_u64, |sum, item| {
        sum.saturating_add(
            u64::try_from(planted!(item.members.len(), CountsASetAsOne => 1)).unwrap_or(u64::MAX),
        )
    });
    let allowed = allowed(input);
    if wanted <= allowed {
        Blast::Within
    } else if input.blast.approved.as_ref() == Some(digest) {
        Blast::Approved
    } else {
        Blast::Stopped { wanted, allowed }
    }
}

/// The larger of the floor and twice what was created lately; above the floor never more than the
/// policy's share of the completed ones.
fn allowed(input: &ExpireInput<'_>) -> u64 {
    let limits = &input.policy.limits;
    let floor = u64::from(limits.blast_floor);
    let twice = input.blast.created_recently.saturating_mul(2);
    let percent = u128::from(limits.blast_percent);
    let share = u128::from(input.blast.completed_known) * percent / 100;
    let share = u64::try_from(share).unwrap_or(u64::MAX);
    planted!(floor.max(twice.min(share)), IgnoresTheBlastLimit => u64::MAX)
}

/// Names a plan by the policy and the snapshots that would go, whatever their order.
pub(super) fn digest(policy: &Policy, items: &[ExpireItem]) -> PlanDigest {
    let members = items.iter().flat_map(|item| &item.members);
    let mut ids: Vec<&str> = members.map(|member| member.snapshot.as_str()).collect();
    ids.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    hasher.update(policy.name.as_str().as_bytes());
    for id in ids {
        hasher.update(b"\n");
        hasher.update(id.as_bytes());
    }
    let mut digits = hasher.finalize().to_hex().to_string();
    digits.truncate(DIGEST_DIGITS);
    PlanDigest::new(digits)
}
