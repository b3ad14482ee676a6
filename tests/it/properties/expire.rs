//! What must hold of every plan to delete, and how plans move when the facts move.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use snaplife::domain::tags::key;
use snaplife::domain::{
    AtLeast, Lifetime, Retroactive, RowState, SnapshotId, SnapshotState, Span, Timestamp,
};
use snaplife::plan::input::{Lock, SnapshotFacts, Source};
use snaplife::plan::{Blast, Decision, ExpireMember, ExpirePlan, Reason, Subject, Verdict};

use super::fleet::{Fleet, account, fleets};
use super::naive;

fn members(plan: &ExpirePlan) -> impl Iterator<Item = &ExpireMember> {
    plan.items.iter().flat_map(|item| &item.members)
}

fn deleted(plan: &ExpirePlan) -> BTreeSet<SnapshotId> {
    members(plan)
        .map(|member| member.snapshot.clone())
        .collect()
}

fn has_failed(facts: &SnapshotFacts) -> bool {
    facts.seen.as_ref().map(|seen| &seen.state) == Some(&SnapshotState::Error)
}

fn is_good(facts: &SnapshotFacts) -> bool {
    facts.row.as_ref().map(|row| &row.state) == Some(&RowState::Completed)
        && facts.seen.as_ref().map(|seen| &seen.state) == Some(&SnapshotState::Completed)
}

fn ends_after(lifetime: Lifetime, start: Timestamp, now: Timestamp) -> bool {
    lifetime.ends(start).is_none_or(|end| end > now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_is_what_the_rules_say(fleet in fleets("a")) {
        prop_assert_eq!(deleted(&fleet.plan()), naive::what_goes(&fleet));
    }

    #[test]
    fn nothing_good_goes_before_its_lifetime_ends(fleet in fleets("a")) {
        for member in members(&fleet.plan()) {
            let facts = fleet.find(&member.snapshot);
            if has_failed(facts) {
                continue;
            }
            let row = facts.row.as_ref().expect("only what has a row goes");
            let now = fleet.volumes[&member.volume].lifetime_now;
            let mut promises: Vec<Lifetime> = now.into_iter().collect();
            if fleet.policy.retroactive == Retroactive::No || now.is_none() {
                promises.push(row.lifetime);
            }
            for promise in promises {
                prop_assert!(!ends_after(promise, row.start, fleet.now), "{member:?}");
            }
        }
    }

    #[test]
    fn the_floor_is_kept_and_its_companions_stay(fleet in fleets("a")) {
        let plan = fleet.plan();
        let deleted = deleted(&plan);
        let at_least = usize::try_from(fleet.policy.keep.at_least.count()).expect("small");
        for member in members(&plan).filter(|member| !has_failed(fleet.find(&member.snapshot))) {
            let volume = &fleet.volumes[&member.volume];
            if volume.source != Source::Present {
                continue;
            }
            let staying: BTreeSet<&SnapshotId> = volume
                .snapshots
                .iter()
                .filter(|facts| is_good(facts) && !deleted.contains(&facts.id))
                .map(|facts| &facts.id)
                .collect();
            prop_assert!(staying.len() >= at_least, "{member:?}");
            prop_assert_eq!(member.companions.len(), at_least);
            let last = fleet.policy.keep.last.unwrap_or(0);
            prop_assert!(member.newer.len() <= usize::try_from(last).expect("small"));
            prop_assert!(member.newer.iter().all(|id| staying.contains(id)));
            prop_assert!(member.companions.iter().all(|id| staying.contains(id)));
        }
    }

    #[test]
    fn foreign_held_locked_used_and_uncertain_ones_are_untouched(fleet in fleets("a")) {
        for member in members(&fleet.plan()) {
            let facts = fleet.find(&member.snapshot);
            let seen = facts.seen.as_ref().expect("only what was seen goes");
            let row = facts.row.as_ref().expect("only what has a row goes");
            let tag = |name| seen.tags.get(name).map(|value| value.as_str());
            prop_assert_eq!(tag(key::INSTALLATION), Some("ours"));
            prop_assert_eq!(tag(key::POLICY), Some("default"));
            prop_assert_eq!(tag(key::HOLD), None);
            prop_assert_eq!(&seen.owner, &account());
            prop_assert_eq!(facts.lock, Lock::Open);
            prop_assert_eq!(&facts.image, &None);
            prop_assert_eq!(seen.start, row.start);
            prop_assert!(row.start <= fleet.now);
            prop_assert!(matches!(seen.state, SnapshotState::Completed | SnapshotState::Error));
            prop_assert!(matches!(
                row.state,
                RowState::Completed | RowState::Error | RowState::Expiring
            ));
        }
    }

    #[test]
    fn a_set_goes_whole_or_was_half_gone_before(fleet in fleets("a")) {
        let plan = fleet.plan();
        let deleted = deleted(&plan);
        for item in &plan.items {
            let first = item.members.first().expect("an item has members");
            let row = fleet.find(&first.snapshot).row.as_ref().expect("only what has a row goes");
            let Some(set) = &row.set else {
                prop_assert_eq!(item.members.len(), 1);
                continue;
            };
            if has_failed(fleet.find(&first.snapshot)) {
                prop_assert_eq!(item.members.len(), 1, "a failed one goes alone");
                continue;
            }
            let rows: Vec<_> = fleet
                .snapshots()
                .filter_map(|facts| Some((facts, facts.row.as_ref()?)))
                .filter(|(_, row)| row.set.as_ref() == Some(set))
                .collect();
            let begun = rows.iter().any(|(_, row)| {
                (row.state == RowState::Deleted || row.set_begun.is_some())
                    && row.came_from != Some(RowState::Error)
            });
            if !begun {
                for (facts, row) in rows.iter().filter(|(facts, _)| !has_failed(facts)) {
                    let is_gone = matches!(row.state, RowState::Deleted | RowState::Lost);
                    prop_assert!(is_gone || deleted.contains(&facts.id), "{:?}", facts.id);
                }
            }
        }
    }

    #[test]
    fn each_judged_snapshot_has_one_decision_and_goes_or_is_judged_again(fleet in fleets("a")) {
        let plan = fleet.plan();
        let decided: Vec<SnapshotId> = plan
            .decisions
            .iter()
            .filter_map(|decision| match &decision.subject {
                Subject::Snapshot(id) => Some(id.clone()),
                Subject::Instance(_) | Subject::Volume(_) => None,
            })
            .collect();
        let judged: Vec<SnapshotId> = fleet.with_input(|input| input.judged()).into_iter().collect();
        prop_assert_eq!(decided, judged, "sorted, each once");
        let deleted = deleted(&plan);
        for Decision { subject, verdict, .. } in &plan.decisions {
            let id = SnapshotId::from(subject.as_str());
            prop_assert_eq!(*verdict == Verdict::Expire, deleted.contains(&id));
            prop_assert_eq!(*verdict != Verdict::Expire, plan.judge_again.contains_key(&id));
        }
        for again in plan.judge_again.values().filter_map(|again| again.at) {
            prop_assert!(again > fleet.now, "or the same pass would repeat itself");
        }
    }

    #[test]
    fn above_the_blast_limit_nothing_goes_until_this_very_plan_is_approved(
        fleet in fleets("a"),
        floor in 0..4_u32,
        created in 0..4_u64,
        known in 0..10_u64,
    ) {
        let whole = fleet.plan();
        let wanted = u64::try_from(deleted(&whole).len()).expect("small");
        let mut limited = fleet;
        limited.policy.limits.blast_floor = floor;
        limited.blast.created_recently = created;
        limited.blast.completed_known = known;
        let allowed = u64::from(floor).max((created * 2).min(known * 60 / 100));
        let plan = limited.plan();
        prop_assert_eq!(&plan.digest, &whole.digest);
        if wanted <= allowed {
            prop_assert_eq!(&plan, &whole);
        } else {
            prop_assert_eq!(&plan.blast, &Blast::Stopped { wanted, allowed });
            prop_assert!(plan.items.is_empty());
            limited.blast.approved = Some(plan.digest);
            let approved = limited.plan();
            prop_assert_eq!(approved.blast, Blast::Approved);
            prop_assert_eq!(approved.items, whole.items);
        }
    }

    #[test]
    fn keeping_more_never_deletes_more(
        fleet in fleets("a"),
        days in 0..4_i64,
        more in 0..3_u32,
    ) {
        let before = deleted(&fleet.plan());
        let mut longer = fleet.clone();
        // Where no count stands beside it, zero is read as what the policy gives, which may be more
        // than a day.
        let counts = fleet.policy.keep.last.is_some();
        let longer_by = |lifetime: Lifetime| match lifetime {
            Lifetime::NOTHING if !counts => Lifetime::NOTHING,
            Lifetime::For(span) => Lifetime::For(span + Span::days(days)),
            Lifetime::Forever => Lifetime::Forever,
        };
        longer.each(|facts| {
            if let Some(row) = &mut facts.row {
                row.lifetime = longer_by(row.lifetime);
            }
        });
        for volume in longer.volumes.values_mut() {
            volume.lifetime_now = volume.lifetime_now.map(longer_by);
        }
        let keep = &mut longer.policy.keep;
        keep.lifetime = keep.lifetime.map(|span| span + Span::days(days));
        prop_assert!(deleted(&longer.plan()).is_subset(&before));

        let mut counted = fleet.clone();
        counted.policy.keep.last = counted.policy.keep.last.map(|last| last + more);
        prop_assert!(deleted(&counted.plan()).is_subset(&before));

        let mut floored = fleet;
        floored.policy.keep.at_least = AtLeast::new(floored.policy.keep.at_least.count() + more);
        prop_assert!(deleted(&floored.plan()).is_subset(&before));
    }

    #[test]
    fn an_unrelated_volume_changes_nothing(fleet in fleets("a"), other in fleets("b")) {
        let alone = fleet.plan();
        let mut both = fleet;
        both.due.extend(other.due);
        both.volumes.extend(other.volumes);
        let both = both.plan();
        prop_assert!(alone.items.iter().all(|item| both.items.contains(item)));
        for decision in &alone.decisions {
            prop_assert!(both.decisions.contains(decision));
        }
    }

    #[test]
    fn when_all_times_shift_the_plan_shifts(fleet in fleets("a"), ms in -10_i64.pow(12)..10_i64.pow(12)) {
        let shift = Span::from_ms(ms);
        let mut shifted: Fleet = fleet.clone();
        shifted.now = fleet.now + shift;
        shifted.each(|facts| {
            if let Some(row) = &mut facts.row {
                row.start += shift;
                row.updated_at += shift;
                if let Some(begun) = &mut row.set_begun {
                    begun.at += shift;
                }
            }
            if let Some(seen) = &mut facts.seen {
                seen.start += shift;
            }
        });
        for volume in shifted.volumes.values_mut() {
            if let Source::Gone { since } = &mut volume.source {
                *since += shift;
            }
        }
        let (before, after) = (fleet.plan(), shifted.plan());
        let order = |plan: &ExpirePlan| -> Vec<SnapshotId> {
            members(plan).map(|member| member.snapshot.clone()).collect()
        };
        prop_assert_eq!(order(&before), order(&after));
        for (id, again) in before.judge_again {
            let later = after.judge_again.get(&id).and_then(|again| again.at);
            prop_assert_eq!(again.at.map(|at| at + shift), later);
        }
    }

    #[test]
    fn the_order_of_the_facts_changes_nothing(fleet in fleets("a"), turn in 0..8_usize) {
        let mut turned = fleet.clone();
        for volume in turned.volumes.values_mut() {
            volume.snapshots.reverse();
            let middle = turn.min(volume.snapshots.len());
            volume.snapshots.rotate_left(middle);
        }
        prop_assert_eq!(fleet.plan(), turned.plan());
    }
}

#[test]
fn random_fleets_reach_every_reason() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..1_000 {
        let fleet = fleets("a")
            .new_tree(&mut runner)
            .expect("a fleet")
            .current();
        for Decision { reason, .. } in fleet.plan().decisions {
            let code = match &reason {
                Reason::Blocked(by) => serde_json::to_value(by),
                other => serde_json::to_value(other),
            };
            reached.insert(match code.expect("a reason is data") {
                serde_json::Value::Object(fields) => fields.keys().cloned().collect(),
                other => other.as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    let reached: Vec<String> = reached.into_iter().collect();
    insta::assert_snapshot!(reached.join("\n"), @"
    beyond_last
    failed_and_blocking
    failed_and_grace_ended
    failed_grace
    finish_set
    floor
    future
    held
    image
    last
    lifetime
    lifetime_ended
    locked
    mismatch
    no_expiry
    not_ours
    not_seen
    other_owner
    pending
    set_member
    source_gone_hold
    unknown_state
    unreadable_lifetime
    ");
}
