//! What is not taken: creations that are given up, and slots that no run served.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::create;
use crate::calls::Stop;
use crate::catalog::write::put;
use crate::catalog::{Intent, IntentState, PolicyMeta, Written};
use crate::domain::{InstanceState, Job, Slot, Span, Timestamp};
use crate::journal::FindingKind;
use crate::plan::{Decision, Reason, Subject};

/// Slots named one by one when many were missed; more are counted.
const MISSED_NAMED_MAX: usize = 50;

/// So long after its slot an instance that is starting is waited for.
const STARTS_WITHIN: Span = Span::hours(1);

/// Gives a creation up, and says so.
pub(super) async fn give_up(pass: &Pass, intent: &mut Intent, why: &str) -> Result<(), Stop> {
    let why = match &intent.last_error {
        Some(error) => format_smolstr!("{why}; the last refusal was {error}"),
        None => SmolStr::new(why),
    };
    intent.enter(IntentState::Missed, why.clone(), pass.now());
    if put(&pass.caller, &pass.writer, intent).await? == Written::Done {
        let text = format_smolstr!(
            "slot {} has no snapshot of {}: {why}",
            intent.slot,
            intent.target
        );
        pass.report(FindingKind::MissedSlot, intent.target.clone(), text);
    }
    Ok(())
}

/// An instance that is starting has its volumes in a minute or two: its slot is come back for.
pub(super) fn come_back_for_the_starting(pass: &Pass, decisions: &[Decision]) {
    let Some(slot) = pass.slot.instant() else {
        return;
    };
    let starting = decisions.iter().filter_map(|decision| {
        let is_starting = decision.reason == Reason::InstanceState(InstanceState::Pending);
        match &decision.subject {
            Subject::Instance(instance) if is_starting => Some(instance),
            _ => None,
        }
    });
    let again = create::again_at(&pass.policy, &pass.slot, pass.now(), 1)
        .filter(|_| pass.now() < slot + STARTS_WITHIN);
    for instance in starting {
        match again {
            Some(at) => {
                let text = format_smolstr!(
                    "it is starting; its snapshot of slot {} is taken at {at}",
                    pass.slot
                );
                pass.report(FindingKind::CreateOpen, instance.text().clone(), text);
                pass.resume_at(at);
            }
            // Of one that began to start long after the slot, that slot has nothing.
            None if pass.now() < slot + STARTS_WITHIN * 2 => {
                let text = format_smolstr!(
                    "slot {} has no snapshot of {instance}: it was still starting",
                    pass.slot
                );
                pass.report(FindingKind::MissedSlot, instance.text().clone(), text);
            }
            None => {}
        }
    }
}

/// What waits for another creation is tried again, unless the next slot comes first.
pub(super) fn report_held_up(pass: &Pass, targets: &BTreeSet<SmolStr>) {
    for target in targets {
        match create::again_at(&pass.policy, &pass.slot, pass.now(), 1) {
            Some(at) => pass.resume_at(at),
            None => {
                let text = format_smolstr!(
                    "slot {} has no snapshot of {target}: it waited for another creation until the next slot",
                    pass.slot
                );
                pass.report(FindingKind::MissedSlot, target.clone(), text);
            }
        }
    }
}

/// Whether the slot is still to come by AWS's clock: ours is ahead. Served now, it would be missing
/// when its time has come, and hold up all slots until then.
pub(super) fn is_to_come(pass: &Pass) -> bool {
    let Some(aws) = pass.caller.aws_now() else {
        return false;
    };
    // To the minute: how many seconds calls took is not what is told.
    let aws = Timestamp::from_ms(aws.as_ms() - aws.as_ms().rem_euclid(60_000));
    let Some(slot) = pass
        .slot
        .instant()
        .filter(|slot| *slot > aws + pass.policy.limits.clock_error_max)
    else {
        return false;
    };
    let text = format_smolstr!(
        "slot {slot} is still to come by AWS's clock, which shows about {aws}, so nothing is taken; set this machine's clock"
    );
    pass.report(FindingKind::ClockError, "clock", text);
    pass.resume_at(pass.now() + (slot - aws));
    true
}

/// Whether the slot lies before one that was served; then our clock was ahead once, or is behind.
pub(super) fn is_older_than_served(pass: &Pass, meta: &PolicyMeta) -> bool {
    let (Some(slot), Some(newest)) = (
        pass.slot.instant(),
        meta.newest_slot.as_ref().and_then(Slot::instant),
    ) else {
        return false;
    };
    let heard = pass.caller.latest_heard();
    if heard.is_some_and(|latest| newest > latest + pass.policy.limits.clock_error_max) {
        let text = format_smolstr!(
            "the newest slot on record, {newest}, is still to come: a clock was ahead once; it is not believed"
        );
        pass.report(FindingKind::ClockError, "clock", text);
        return false;
    }
    if slot < newest {
        let text = format_smolstr!(
            "slot {slot} is older than {newest}, which is served; it is not made up for"
        );
        pass.report(FindingKind::MissedSlot, pass.slot.text().clone(), text);
    }
    slot < newest
}

/// Slots between the newest served one and this one had no run at all.
pub(super) fn report_slots(pass: &Pass, meta: &PolicyMeta) {
    let (Some(slot), Some(newest)) = (
        pass.slot.instant(),
        meta.newest_slot.as_ref().and_then(Slot::instant),
    ) else {
        return;
    };
    let schedules = &pass.policy.schedules;
    let mut missed = Vec::new();
    let mut at = newest;
    while let Some(next) = planted!(schedules.next_after(Job::Create, at), CountsMissedSlotsByTheDay => Some(at + crate::domain::Span::days(1)))
    {
        if next >= slot || missed.len() > MISSED_NAMED_MAX {
            break;
        }
        missed.push(next);
        at = next;
    }
    for at in missed.iter().take(MISSED_NAMED_MAX) {
        let missed = Slot::scheduled(*at);
        let text = format_smolstr!(
            "no run served slot {missed} in its time; only the latest slot is made up for"
        );
        pass.report(FindingKind::MissedSlot, missed.text().clone(), text);
    }
    if missed.len() > MISSED_NAMED_MAX {
        pass.report(
            FindingKind::MissedSlot,
            "more",
            "more slots before this one were missed",
        );
    }
}
