//! The loader as documents: a file in, a scenario or a marked mistake out.

mod fuzz;
mod loads;
mod meaning;
mod shape;
mod tags;

use super::{Colour, load};

/// The smallest file, whose parts tests replace.
const SMALL: &str = "\
name: A small story
start: 2026-03-28T00:00:00Z
run_for: 10d
world:
  instances:
    - id: i-db
      tags: { snapshot: snapshot }
      volumes:
        - { id: vol-db, device: /dev/sdf, size_gib: 200 }
policy: { create: \"cron(30 2 * * ? *)\", timezone: Europe/Berlin }
story:
  - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots } } }
expect:
  - { snapshots: { of: vol-db, completed: 9 } }
";

/// A file that uses every field.
const EVERYTHING: &str = include_str!("everything.yaml");

/// Path under `scenarios/` and text.
const EXAMPLES: [(&str, &str); 3] = [
    (
        "recovery/a-lost-answer-must-not-leave-two-snapshots.yaml",
        include_str!("../../../scenarios/recovery/a-lost-answer-must-not-leave-two-snapshots.yaml"),
    ),
    (
        "retention/the-last-good-snapshot-outlives-its-lifetime.yaml",
        include_str!(
            "../../../scenarios/retention/the-last-good-snapshot-outlives-its-lifetime.yaml"
        ),
    ),
    (
        "faults/a-foreign-snapshot-with-our-tags-is-never-touched.yaml",
        include_str!(
            "../../../scenarios/faults/a-foreign-snapshot-with-our-tags-is-never-touched.yaml"
        ),
    ),
];

/// Every mistake of a file as a person reads it.
fn mistakes(file: impl AsRef<[u8]>) -> String {
    match load("story.yaml", file.as_ref()) {
        Ok(scenario) => format!("loads: {}", scenario.name),
        Err(mistakes) => mistakes.render(file.as_ref(), Colour::Plain),
    }
}

/// The small file with one part replaced.
fn small_but(part: &str, by: &str) -> String {
    assert!(SMALL.contains(part), "the small file has no `{part}`");
    SMALL.replacen(part, by, 1)
}

/// The small file with this story instead of its own.
fn story(steps: &str) -> String {
    small_but(
        "  - { at: 0d, fault: { lose_answer: { call: ec2:CreateSnapshots } } }",
        steps,
    )
}

/// The small file with these expectations instead of its own.
fn expecting(items: &str) -> String {
    small_but("  - { snapshots: { of: vol-db, completed: 9 } }", items)
}
