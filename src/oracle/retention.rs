//! At each delete that was done: lifetimes (S1) and the floor (S3, S18).

use super::expiry::is_duplicate;
use super::invariant::Invariant;
use super::judge::{Broken, Oracle, Place};
use super::memory::{Shelf, SnapshotMemory};
use super::promise::Shortening;
use super::truth::{Deed, Truth};
use crate::domain::{Lifetime, SnapshotId, Timestamp};

impl Oracle {
    pub(super) fn check_lifetime(&mut self, world: &dyn Truth, place: Place, deed: &Deed) {
        let id = &deed.snapshot;
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(policy) = snapshot
            .marks
            .policy
            .as_ref()
            .and_then(|name| self.policy(name))
        else {
            return;
        };
        let now = policy.lifetime_for(&deed.volume);
        let promised = match policy.shortening {
            Shortening::Refused => {
                let pass = self.memory.passes.get(&place.pass);
                let seen = pass.and_then(|pass| pass.seen.get(id));
                // A person may have lengthened it on the snapshot itself.
                let by_tag = seen.and_then(|seen| seen.lifetime);
                snapshot.marks.lifetime.max(now).max(by_tag)
            }
            Shortening::Applies => now.or(snapshot.marks.lifetime),
        };
        let age = deed.at - snapshot.start;
        let truth = match promised {
            Some(Lifetime::Forever) => Some("it has no expiry".to_owned()),
            Some(Lifetime::For(span)) if age < span => {
                Some(format!("it was {age} old and was promised {span}"))
            }
            // A second snapshot of its slot lives its lifetime and counts nowhere.
            Some(Lifetime::For(_)) | None if is_duplicate(world, id) => None,
            Some(Lifetime::For(_)) | None => {
                self.kept_by_count(world, place.pass, snapshot, policy.last)
            }
        };
        let Some(truth) = truth else { return };
        self.report(
            place,
            Broken {
                invariant: Invariant::S1,
                subject: id.as_str(),
                sentence: format!("{id} of {} was deleted before its time", deed.volume),
                believed: "nothing kept it any more".to_owned(),
                truth,
                lines: Vec::new(),
            },
        );
    }

    /// Whether the count `last` keeps a snapshot, judged by what the run saw of newer ones.
    fn kept_by_count(
        &self,
        world: &dyn Truth,
        pass: u32,
        snapshot: &SnapshotMemory,
        last: Option<u32>,
    ) -> Option<String> {
        let last = last?;
        let shelf: Shelf = (snapshot.volume.clone(), snapshot.marks.policy.clone()?);
        let seen = self.memory.passes.get(&pass)?.seen_completed.get(&shelf);
        // A second snapshot of a slot counts nowhere.
        let is_newer = |(id, (start, _)): &(&SnapshotId, &(Timestamp, u64))| {
            *start > snapshot.start && world.row(id.as_str()).is_none_or(|row| !row.duplicate)
        };
        let newer = seen.map_or(0, |seen| seen.iter().filter(is_newer).count());
        let newer = u32::try_from(newer).unwrap_or(u32::MAX);
        (newer < last).then(|| format!("only {newer} newer ones were seen; the newest {last} stay"))
    }

    pub(super) fn check_floor(&mut self, place: Place, deed: &Deed) {
        let id = &deed.snapshot;
        let Some(snapshot) = self.memory.snapshots.get(id) else {
            return;
        };
        let Some(name) = snapshot.marks.policy.clone() else {
            return;
        };
        let Some(at_least) = self.policy(&name).map(|policy| policy.at_least) else {
            return;
        };
        let shelf = (deed.volume.clone(), name);
        let left: Vec<SnapshotId> =
            self.memory
                .completed
                .get(&shelf)
                .map_or_else(Vec::new, |all| {
                    all.iter()
                        .map(|(_, other)| other.clone())
                        .filter(|other| other != id)
                        .collect()
                });
        let Some(pass) = self.memory.passes.get_mut(&place.pass) else {
            return;
        };
        if let Some(seen) = pass.seen_completed.get_mut(&shelf)
            && seen.remove(id).is_some()
        {
            pass.seen_and_deleted += 1;
        }
        let seen = pass.seen_completed.get(&shelf);
        let companions: Vec<&SnapshotId> = seen.map_or_else(Vec::new, |seen| seen.keys().collect());
        let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
        if companions.len() >= at_least {
            return;
        }
        let others: usize = pass
            .seen_other
            .get(&shelf)
            .map_or(0, std::collections::BTreeSet::len);
        let lines = seen.map_or_else(Vec::new, |seen| {
            seen.values().map(|(_, line)| *line).collect()
        });
        let believed = format!(
            "it saw {} completed ({}) and {others} that are no backup",
            companions.len(),
            listed(companions.iter().copied())
        );
        let truth = format!(
            "{} completed are left ({})",
            left.len(),
            listed(left.iter())
        );
        let counted_bad = companions.len() + others >= at_least;
        let sentence = format!(
            "{id} was deleted and {} keeps fewer than {at_least} snapshots that this run saw completed",
            deed.volume
        );
        let mut tell = |invariant| {
            self.report(
                place,
                Broken {
                    invariant,
                    subject: deed.volume.as_str(),
                    sentence: sentence.clone(),
                    believed: believed.clone(),
                    truth: truth.clone(),
                    lines: lines.clone(),
                },
            );
        };
        tell(Invariant::S3);
        if counted_bad {
            tell(Invariant::S18);
        }
    }
}

fn listed<'a>(ids: impl Iterator<Item = &'a SnapshotId>) -> String {
    let texts: Vec<&str> = ids.map(SnapshotId::as_str).take(5).collect();
    if texts.is_empty() {
        "none".to_owned()
    } else {
        texts.join(", ")
    }
}
