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
        let allowed = |came_in: usize, completed: u64| {
            let came_in = u64::try_from(came_in).unwrap_or(u64::MAX);
            let share = completed.saturating_mul(policy.blast_percent) / 100;
            policy.blast_floor.max(came_in.saturating_mul(2).min(share))
        };
        if deletes <= allowed(created, completed) {
            return;
        }
        // What somebody deleted a moment ago is still shown (EC2 API Reference, *Eventual consistency*), so
        // the run counts on it: what it was shown is what is left of that and what it deleted.
        let shown = self.memory.passes.get(&place.pass).map_or(0, |pass| {
            let shelves = pass.seen_completed.iter();
            let ours = shelves.filter(|((_, policy), _)| *policy == name);
            let left: usize = ours.map(|(_, all)| all.len()).sum();
            u64::try_from(left).map_or(u64::MAX, |left| left.saturating_add(pass.seen_and_deleted))
        });
        let completed = completed.max(shown);
        // What a person gave us came in like what we made; looked for only where it matters.
        let given = |known: &&SnapshotMemory| {
            known.is_known
                && known.by != Actor::Client
                && known.start >= since
                && known.marks.policy.as_ref() == Some(&name)
        };
        let created = created + self.memory.snapshots.values().filter(given).count();
        let allowed = allowed(created, completed);
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
