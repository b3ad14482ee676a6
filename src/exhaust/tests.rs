//! Cases and their numbers.

use super::*;
use crate::player::Verdict;
use crate::scenario::{load, write};

fn held(played: &PlayedCase) -> bool {
    matches!(played.verdict, Verdict::Held)
}

#[test]
fn the_standard_world_is_usable_and_holds_undisturbed() {
    let world = usable(standard()).expect("it runs for three days");
    let calm = play(&world, None);
    assert!(held(&calm), "{:?}", calm.verdict);
    assert!(calm.history.len() > 40, "{} calls", calm.history.len());
    assert!(calm.history.befallen().is_empty());
}

#[test]
fn a_world_of_a_day_is_refused() {
    let mut short = standard();
    short.end = short.start + crate::domain::Span::days(1);
    insta::assert_snapshot!(usable(short).unwrap_err(), @"the scenario runs for 1d, and three days are needed: one before, one whose calls are disturbed, and one to come right in");
}

#[test]
fn every_case_has_one_number_and_every_number_one_case() {
    let world = usable(standard()).expect("it runs for three days");
    let calm = play(&world, None);
    let mut plan = Plan::singles_of(&calm.history);
    assert_eq!(plan.singles(), calm.history.len() * What::ALL.len());
    for number in 0..3 {
        let case = plan.case(number).expect("there are that many singles");
        plan.add_pairs_of_next(&play(&world, Some(&case)).history);
    }
    let all = plan.singles() + plan.pairs();
    let mut before = None;
    for number in 0..all {
        let case = plan.case(number).expect("numbers have no gaps");
        let second = case.second.map(|second| (second.nth, second.what));
        let key = (second.is_some(), case.first.nth, case.first.what, second);
        assert!(before < Some(key), "{number}: {case}");
        before = Some(key);
    }
    assert_eq!(plan.case(all), None);
}

/// A pair befalls the two calls that it names, whatever the two are: `play` says that it is our own mistake if not.
#[test]
fn two_of_any_kind_befall_the_calls_that_they_name() {
    let world = usable(standard()).expect("it runs for three days");
    let calm = play(&world, None);
    let plan = Plan::singles_of(&calm.history);
    let mut wrong = Vec::new();
    // The first call of a create that a second start makes good.
    let from = 12 * What::ALL.len();
    for number in from..from + What::ALL.len() {
        let first = plan
            .case(number)
            .expect("there are that many singles")
            .first;
        let single = Case {
            first,
            second: None,
        };
        let history = play(&world, Some(&single)).history;
        let later = history.calls().find(|(nth, _)| *nth == first.nth + 3);
        let (nth, operation) = later.expect("calls follow");
        for what in What::ALL {
            let second = Some(Injection {
                nth,
                operation,
                what,
            });
            let played = play(&world, Some(&Case { first, second }));
            if let Verdict::Bug(bug) = played.verdict {
                wrong.push(format!("{first}, then {what:?} at {nth}: {bug}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows of two volumes are written side by side, so one write is under way when its pass is killed at the other.
#[test]
fn a_pass_that_was_killed_is_not_killed_again() {
    let world = usable(standard()).expect("it runs for three days");
    let calm = play(&world, None);
    let plan = Plan::singles_of(&calm.history);
    let singles = (0..plan.singles()).filter_map(|number| plan.case(number));
    let crashes = singles.filter(|case| case.first.what == What::CrashAfter);
    let (dead, history) = crashes
        .map(|case| play(&world, Some(&case)).history)
        .find_map(|history| {
            let numbers: Vec<u32> = history.calls().map(|(number, _)| number).collect();
            let mut dead = numbers.into_iter();
            let dead = dead.find(|number| history.died_with_its_pass(*number));
            dead.map(|dead| (dead, history))
        })
        .expect("some calls are made side by side");
    let mut pairs = plan;
    pairs.add_pairs_of_next(&history);
    let after = (pairs.singles()..).map_while(|number| pairs.case(number));
    let at_it = after.filter(|case| case.second.is_some_and(|second| second.nth == dead));
    let told: Vec<String> = at_it.map(|case| case.to_string()).collect();
    assert!(!told.is_empty());
    assert!(
        told.iter().all(|case| !case.contains("then crash")),
        "{told:#?}"
    );
}

#[test]
fn a_case_is_a_scenario_that_can_be_written() {
    let world = usable(standard()).expect("it runs for three days");
    let calm = play(&world, None);
    let plan = Plan::singles_of(&calm.history);
    for number in 0..plan.singles() {
        let story = plan.case(number).expect("a single").story(&world);
        let text = write(&story, None);
        let read = load("case.yaml", text.as_bytes());
        assert!(read.is_ok_and(|read| write(&read, None) == text), "{text}");
    }
}
