//! What a run has seen: listings page by page, and whether they are whole.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::judge::{Oracle, Place, phase_of};
use super::memory::{Asked, CallMemory, ListingMemory, Look, Phase, Seen};
use crate::domain::{Job, Lifetime, PolicyName, Snapshot, Timestamp, tags::key};
use crate::ports::ec2::{Filter, PageRequest};
use crate::ports::{Outcome, Reply};

/// What of a listing's request matters when its answer comes.
pub(super) fn asked(filters: &[Filter], page: &PageRequest) -> Asked {
    let mut ops = Vec::new();
    let mut whole = true;
    for filter in filters {
        match filter {
            Filter::TagValues { key, values } if key == key::OP => {
                ops.extend(values.iter().cloned())
            }
            Filter::Tag(tag) if tag.key == key::OP => ops.push(tag.value.clone()),
            // A look at named snapshots: what it does not show forbids their deletes alone.
            Filter::SnapshotIds(_) => whole = false,
            Filter::Tag(_) | Filter::TagValues { .. } | Filter::VolumeIds(_) => {}
        }
    }
    Asked::Listing {
        filters: filters.to_vec(),
        first: page.token.is_none(),
        ops,
        whole,
    }
}

impl Oracle {
    pub(super) fn listing_answered(
        &mut self,
        place: Place,
        call: &CallMemory,
        outcome: &Outcome<Reply>,
    ) {
        let next = match outcome {
            Outcome::Ok(Reply::DescribeSnapshots(page)) => {
                self.no_more_seen(call);
                self.saw(place, call, &page.snapshots);
                page.next.is_some()
            }
            Outcome::Ok(Reply::DescribeInstances(page)) => page.next.is_some(),
            Outcome::Ok(Reply::DescribeVolumes(page)) => page.next.is_some(),
            Outcome::Ok(_) | Outcome::Rejected(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => {
                return self.listing_broke_off(call);
            }
        };
        let Asked::Listing {
            filters,
            first,
            ops,
            ..
        } = &call.asked
        else {
            return;
        };
        let shown: BTreeSet<SmolStr> = match outcome {
            Outcome::Ok(Reply::DescribeSnapshots(page)) if !ops.is_empty() => page
                .snapshots
                .iter()
                .filter_map(|snapshot| snapshot.tags.get(key::OP).cloned())
                .collect(),
            _ => BTreeSet::new(),
        };
        let Some(pass) = self.memory.passes.get_mut(&call.pass) else {
            return;
        };
        let listing_key = (call.operation, filters.clone());
        let mut listing = match pass.listings.remove(&listing_key) {
            Some(going_on) if !first => going_on,
            _ => ListingMemory {
                began: call.at,
                line: call.line,
                ops: BTreeSet::new(),
                why: "",
            },
        };
        listing.ops.extend(shown);
        if next {
            listing.why = "its next page was not read";
            pass.listings.insert(listing_key, listing);
        } else {
            self.looked(ops, &listing);
        }
    }

    fn listing_broke_off(&mut self, call: &CallMemory) {
        let Asked::Listing {
            filters,
            whole: true,
            ..
        } = &call.asked
        else {
            return;
        };
        let Some(pass) = self.memory.passes.get_mut(&call.pass) else {
            return;
        };
        let key = (call.operation, filters.clone());
        let listing = pass.listings.entry(key).or_insert_with(|| ListingMemory {
            began: call.at,
            line: call.line,
            ops: BTreeSet::new(),
            why: "",
        });
        listing.why = "a page of it could not be read";
    }

    /// A complete look for operations ended.
    fn looked(&mut self, ops: &[SmolStr], listing: &ListingMemory) {
        let window = self.promise.bounds.visibility_window;
        for op in ops {
            let Some(creation) = self.memory.sends_by_op.get(op) else {
                continue;
            };
            let Some(send) = self.memory.sends.get_mut(creation) else {
                continue;
            };
            if listing.ops.contains(op) {
                send.look = Look::Found;
            } else if listing.began >= send.sent_at + window && send.look == Look::None {
                send.look = Look::Empty;
            }
        }
    }

    /// What is asked for by id and not shown is no copy that could be left.
    fn no_more_seen(&mut self, call: &CallMemory) {
        let Asked::Listing {
            filters,
            first: true,
            whole: false,
            ..
        } = &call.asked
        else {
            return;
        };
        let Some(pass) = self.memory.passes.get_mut(&call.pass) else {
            return;
        };
        for filter in filters {
            let Filter::SnapshotIds(ids) = filter else {
                continue;
            };
            for completed in pass.seen_completed.values_mut() {
                completed.retain(|id, _| !ids.contains(id));
            }
        }
    }

    fn saw(&mut self, place: Place, call: &CallMemory, snapshots: &[Snapshot]) {
        for snapshot in snapshots {
            let phase = phase_of(&snapshot.state);
            if phase == Phase::Completed
                && let Some(known) = self.memory.snapshots.get_mut(&snapshot.id)
            {
                known.said_completed.get_or_insert(place.at);
            }
            let Some(pass) = self.memory.passes.get_mut(&call.pass) else {
                continue;
            };
            if pass.job != Job::Expire {
                continue;
            }
            let seen = Seen {
                against: against(snapshot),
                installation: snapshot.tags.get(key::INSTALLATION).cloned(),
                lifetime: snapshot
                    .tags
                    .get(key::LIFETIME)
                    .map(|text| Lifetime::from_tag_value(text).unwrap_or(Lifetime::Forever)),
                asked_at: call.at,
                answered_at: place.at,
                line: place.line,
            };
            pass.seen.insert(snapshot.id.clone(), seen);
            let Some(policy) = policy_of(snapshot) else {
                continue;
            };
            let shelf = (snapshot.volume.clone(), policy);
            let start: Timestamp = snapshot.start;
            if phase == Phase::Completed {
                let completed = pass.seen_completed.entry(shelf.clone()).or_default();
                completed.insert(snapshot.id.clone(), (start, place.line));
                if let Some(other) = pass.seen_other.get_mut(&shelf) {
                    other.remove(&snapshot.id);
                }
            } else {
                if let Some(completed) = pass.seen_completed.get_mut(&shelf) {
                    completed.remove(&snapshot.id);
                }
                pass.seen_other
                    .entry(shelf)
                    .or_default()
                    .insert(snapshot.id.clone());
            }
        }
    }
}

/// What an answer says of a snapshot that no delete may pass over.
fn against(snapshot: &Snapshot) -> Option<&'static str> {
    if snapshot.tags.get(key::HOLD).is_some() {
        return Some("it is held");
    }
    match phase_of(&snapshot.state) {
        Phase::Unknown => Some("its state is one that nobody knows"),
        Phase::Pending | Phase::Completed | Phase::Failed => None,
    }
}

fn policy_of(snapshot: &Snapshot) -> Option<PolicyName> {
    PolicyName::parse(snapshot.tags.get(key::POLICY)?).ok()
}
