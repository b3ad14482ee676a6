//! A planted mistake of the judge: what is left is what it is about.

use super::shrink;
use crate::domain::Job;
use crate::fuzz::{Cause, Order, Profile, Size, expand};
use crate::scenario::model::{Outsider, StepKind};
use crate::scenario::{Scenario, write};

fn cause(id: &str) -> Cause {
    Cause {
        id: id.into(),
        shape: "planted".into(),
    }
}

/// Says that a story fails when a crash and a delete by hand are in it; that both are together with
/// another cause when there is also an overlap.
fn planted(scenario: &Scenario) -> Option<Cause> {
    let has = |what: fn(&StepKind) -> bool| scenario.story.iter().any(|step| what(&step.what));
    let crash = has(|what| matches!(what, StepKind::Crash(_)));
    let deed = has(|what| matches!(what, StepKind::Outsider(Outsider::DeleteSnapshot(_))));
    (crash && deed).then(|| cause("S99"))
}

fn story() -> Scenario {
    let stories = (0..).map(|seed| {
        expand(Order {
            seed,
            profile: Profile::WorstYear,
            size: Size::Short,
        })
    });
    stories
        .into_iter()
        .find(|story| planted(story).is_some() && story.story.len() > 10)
        .expect("one of infinitely many has both")
}

#[test]
fn what_a_planted_failure_needs_is_left_and_nothing_else() {
    let story = story();
    let shrunk =
        shrink(&story, &cause("S99"), &mut planted, &mut || true).expect("it fails for that cause");
    assert!(!shrunk.cut_short);
    assert_eq!(shrunk.scenario.story.len(), 2);
    assert_eq!(planted(&shrunk.scenario), Some(cause("S99")));
    assert_eq!(shrunk.scenario.policies.len(), 1);
    let text = write(&shrunk.scenario, None);
    assert!(text.lines().count() < 20, "{text}");
    assert!(text.contains("vol-a"), "{text}");
    assert!(text.contains("start: \"2026-01-05T00:00:00Z\""), "{text}");
}

#[test]
fn shrinking_twice_gives_the_same_file() {
    let story = story();
    let mut texts = (0..2).map(|_| {
        let shrunk = shrink(&story, &cause("S99"), &mut planted, &mut || true);
        shrunk.map(|shrunk| write(&shrunk.scenario, None))
    });
    assert_eq!(texts.next(), texts.next());
}

#[test]
fn another_cause_is_never_slipped_to() {
    // Fails in one way with a create by hand in it, in another without.
    let mut judge = |scenario: &Scenario| {
        let by_hand = scenario
            .story
            .iter()
            .any(|step| matches!(&step.what, StepKind::Run(run) if run.job == Job::Create));
        Some(cause(if by_hand { "S1" } else { "S2" }))
    };
    let story = (0..)
        .map(|seed| {
            expand(Order {
                seed,
                profile: Profile::Calm,
                size: Size::Short,
            })
        })
        .find(|story| judge(story) == Some(cause("S1")))
        .expect("one of infinitely many has a create by hand");
    let shrunk = shrink(&story, &cause("S1"), &mut judge, &mut || true).expect("it fails");
    assert_eq!(judge(&shrunk.scenario), Some(cause("S1")));
    assert_eq!(shrunk.scenario.story.len(), 1);
}

#[test]
fn without_time_the_story_itself_is_the_best() {
    let story = story();
    let mut once = 0;
    let mut goes_on = || {
        once += 1;
        once <= 1
    };
    let shrunk = shrink(&story, &cause("S99"), &mut planted, &mut goes_on).expect("it fails");
    assert!(shrunk.cut_short);
    assert_eq!(shrunk.scenario.story.len(), story.story.len());
}
