//! How many snapshots may go in one pass without a person's word.

use super::expire::{Blast, ExpireItem};
use super::input::{BlastFacts, ExpireInput};
use crate::domain::{Limits, PlanDigest, Policy};

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
    let allowed = allowed(&input.policy.limits, &input.blast);
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
fn allowed(limits: &Limits, facts: &BlastFacts) -> u64 {
    let floor = u64::from(limits.blast_floor);
    let twice = facts.created_recently.saturating_mul(2);
    let percent = u128::from(limits.blast_percent);
    let share = u128::from(facts.completed_known) * percent / 100;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_what_came_in_may_go_within_the_share_and_the_floor_in_any_case() {
        let may_go = |blast_floor, blast_percent, created_recently, completed_known| {
            let limits = Limits {
                blast_floor,
                blast_percent,
                ..Limits::default()
            };
            let facts = BlastFacts {
                created_recently,
                completed_known,
                approved: None,
            };
            allowed(&limits, &facts)
        };
        assert_eq!(may_go(5, 30, 0, 0), 5, "nothing is known: the floor");
        assert_eq!(may_go(5, 30, 7, 1_000), 14, "twice what came in");
        assert_eq!(
            may_go(5, 30, 70, 101),
            30,
            "never more than the share, rounded down"
        );
        assert_eq!(
            may_go(50, 30, 70, 101),
            50,
            "the floor is no less for a small share"
        );
        assert_eq!(may_go(5, 100, 70, 101), 101, "all of them");
        assert_eq!(may_go(5, 0, 70, 101), 5, "a share of nothing");
    }
}
