//! Why a snapshot is still there, and until when.

use super::words::{age, counted};
use crate::calls::ClockVerdict;
use crate::domain::SnapshotId;
use crate::look::explain::{Explanation, NextPass, Step, When};
use crate::look::sides;
use crate::plan::Blast;
use crate::report::Look;

/// Where the second column begins.
const COLUMN: usize = 13;

/// A few lines, from the planner's answer to what the next pass does.
#[must_use]
pub fn explain(it: &Explanation, look: Look) -> String {
    let with = match &it.instance {
        Some(instance) => format!(", taken with {instance}"),
        None => String::new(),
    };
    let mut text = format!("{} of {}{with}\n", look.strong(it.id.as_str()), it.volume);
    let mut line = |name: &str, said: &str| {
        text.push_str(&format!("  {name:<11}{}\n", look.hang(COLUMN, said)));
    };
    let old = age(it.now - it.start);
    line(
        "state",
        &format!("{}, started {}, {old} old", state(it), it.start),
    );
    for (place, step) in it.steps.iter().enumerate() {
        let name = if place == 0 { "now" } else { "then" };
        line(name, &sentence(step, place));
    }
    line("lifetime", &lifetimes(it));
    line("floor", &floor(it));
    if !it.companions.is_empty() {
        let said = format!(
            "{} must be there, completed, when it goes",
            ids(&it.companions)
        );
        line("companions", &said);
    }
    line("next pass", &next(&it.next));
    text
}

fn sentence(step: &Step, place: usize) -> String {
    let Step {
        from,
        verdict,
        reason,
    } = step;
    if place == 0 {
        return format!("{verdict}: {reason}");
    }
    format!("from {from}, if nothing else changes: {verdict}: {reason}")
}

fn state(it: &Explanation) -> String {
    match &it.ec2 {
        Some(ec2) if sides::agree(Some(&it.state), Some(ec2)) => it.state.to_string(),
        Some(ec2) => format!("{} by its row, {} by EC2", it.state, ec2.as_str()),
        None => format!("{} by its row, not shown by EC2", it.state),
    }
}

fn lifetimes(it: &Explanation) -> String {
    let mut said = format!("{} by its row", it.lifetimes.row);
    match it.lifetimes.tag {
        Some(tag) => said.push_str(&format!(", {tag} by its own tag")),
        None if it.ec2.is_none() => {}
        None => said.push_str(", no tag of its own that can be read"),
    }
    match it.lifetimes.now {
        Some(now) => said.push_str(&format!(", {now} by instance and policy now")),
        None => said.push_str(", its volume is not selected any more"),
    }
    said
}

fn floor(it: &Explanation) -> String {
    let floor = &it.floor;
    let mut said = format!(
        "{} completed of {}, at least {} must stay",
        floor.completed.len(),
        it.volume,
        floor.at_least
    );
    let newest: Vec<SnapshotId> = floor.completed.iter().rev().take(3).cloned().collect();
    if !newest.is_empty() {
        said.push_str(&format!("; the newest: {}", ids(&newest)));
    }
    said
}

fn next(next: &NextPass) -> String {
    match next {
        NextPass::NothingIsJudged(verdict) => {
            let why = match verdict {
                ClockVerdict::NoServerTime => "no answer of EC2 carried its time".to_owned(),
                ClockVerdict::TooFarApart(apart) => {
                    format!("our clock and AWS's are {apart} apart")
                }
                ClockVerdict::Trusted(_) => "nothing".to_owned(),
            };
            format!("would delete nothing at all: {why}")
        }
        NextPass::LooksLater { at, judge_at } => {
            let until = match judge_at {
                Some(judge_at) => format!(
                    "before {judge_at}, unless a sync finds that a tag or a newer snapshot makes it due"
                ),
                None => "until something changes".to_owned(),
            };
            format!("{}: does not look at it {until}", when(*at))
        }
        NextPass::Judges {
            at,
            verdict,
            reason,
            blast,
        } => {
            let mut said = format!("{}: {verdict}: {reason}", when(*at));
            match blast {
                Blast::Stopped { wanted, allowed } => said.push_str(&format!(
                    "; {} would go and {allowed} may, so nothing goes until `snaplife approve`",
                    counted(usize::try_from(*wanted).unwrap_or(usize::MAX), "snapshot")
                )),
                Blast::Within | Blast::Approved => {}
            }
            said
        }
    }
}

fn when(at: When) -> String {
    match at {
        When::Scheduled(at) => format!("at {at}"),
        When::ByHand => "whenever `expire` is run".to_owned(),
    }
}

fn ids(all: &[SnapshotId]) -> String {
    let all: Vec<&str> = all.iter().map(SnapshotId::as_str).collect();
    all.join(", ")
}
