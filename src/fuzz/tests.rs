//! Stories made from seeds: what each is, and that nothing breaks in them.

use super::{Order, Profile, Size, expand, judge};
use crate::player::{PlayOptions, Verdict, play};
use crate::report::Colour;
use crate::scenario::{Scenario, load, write};

fn order(profile: Profile, seed: u64) -> Order {
    Order {
        seed,
        profile,
        size: Size::Short,
    }
}

/// A scenario as text, without what belongs to its file alone.
fn meaning(scenario: &Scenario) -> String {
    let mut scenario = scenario.clone();
    scenario.path = "".into();
    scenario.digest = "".into();
    for step in &mut scenario.story {
        step.line = 0;
    }
    format!("{scenario:#?}")
}

#[test]
fn a_story_is_a_file_and_a_file_is_the_story() {
    for profile in Profile::ALL {
        for seed in 0..100 {
            let story = expand(order(profile, seed));
            let text = write(&story, None);
            let read = load("seed.yaml", text.as_bytes()).unwrap_or_else(|mistakes| {
                panic!(
                    "{text}\n{}",
                    mistakes.render(text.as_bytes(), Colour::Plain)
                )
            });
            assert_eq!(meaning(&story), meaning(&read), "{text}");
        }
    }
}

#[test]
fn a_seed_is_a_pure_function() {
    for profile in Profile::ALL {
        let text = |seed| write(&expand(order(profile, seed)), None);
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8), "the seed does something");
    }
}

/// The second of both runs goes in steps.
#[test]
fn leaps_of_time_change_nothing() {
    for profile in Profile::ALL {
        for seed in 0..60 {
            let played = play(&expand(order(profile, seed)), PlayOptions::default());
            if let Verdict::NotDeterministic { line, difference } = &played.verdict {
                panic!(
                    "seed {seed} of {}, line {line}:\n{difference}",
                    profile.name()
                );
            }
        }
    }
}

#[test]
fn nothing_breaks_in_some_short_stories() {
    for profile in Profile::ALL {
        for seed in 0..50 {
            let judged = judge(&expand(order(profile, seed)));
            assert!(
                matches!(judged.played.verdict, Verdict::Held),
                "seed {seed} of {}: {:#?}",
                profile.name(),
                judged.played.verdict
            );
        }
    }
}
