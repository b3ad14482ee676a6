//! At each delete that was done: the blast limit (S23).

use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::SnapshotMemory;
use super::truth::{Actor, Deed};
use crate::domain::Span;

impl Oracle {
    pub(super) fn check_blast(&mut self, place: Place, deed: &Deed) {
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        pass.deletes += 1;
        let (deletes, completed, name) = (pass.deletes, pass.completed_before, pass.policy.clone());
        let began = pass.began;
        let Some(policy) = self.policy(&name) else {
            return;
        };
        if policy.blast_approved || deletes <= policy.blast_floor {
            return;
        }
        let day_ago = began - Span::days(1);
        let since = self
            .memory
            .expires
            .get(&name)
            .and_then(|expires| expires.last())
            .map_or(day_ago, |last| last.began.min(day_ago));
        let created = self.memory.created_at.get(&name);
        let created = created.map_or(0, |all| all.len() - all.partition_point(|at| *at < since));
        let share = completed.saturating_mul(policy.blast_percent) / 100;
        let allowed = |came_in: usize| {
            let came_in = u64::try_from(came_in).unwrap_or(u64::MAX);
            policy.blast_floor.max(came_in.saturating_mul(2).min(share))
        };
        if deletes <= allowed(created) {
            return;
        }
        // What a person gave us came in like what we made; looked for only where it matters.
        let given = |known: &&SnapshotMemory| {
            known.is_known
                && known.by != Actor::Client
                && known.start >= since
                && known.marks.policy.as_ref() == Some(&name)
        };
        let created = created + self.memory.snapshots.values().filter(given).count();
        let allowed = allowed(created);
        if deletes <= allowed {
            return;
        }
        self.report(place, Broken {
            invariant: Invariant::S23,
            subject: name.as_str(),
            sentence: format!("one run deleted {deletes} snapshots; {allowed} are allowed"),
            believed: "it stayed within its limit".to_owned(),
            truth: format!(
                "{} is delete {deletes}; {created} came in since {since} and {completed} were completed",
                deed.snapshot
            ),
            lines: Vec::new(),
        });
    }
}
