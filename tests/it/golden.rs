//! What five stories decide and change, line by line, kept in `golden/`: no change of the engine
//! moves it unseen.

use snaplife::cli::golden::{LINES_MAX, golden};
use snaplife::player::{self, Check, KeepJournal, PlayOptions};

use crate::scenarios;

/// Plays a scenario and holds it against its golden journal.
fn is_as_kept(name: &str, path: &str) {
    let options = PlayOptions {
        journal: KeepJournal::Yes,
        check: Check::Once,
        ..PlayOptions::default()
    };
    let played = player::play(&scenarios::load(path), options);
    assert_eq!(scenarios::failure(&played), None);
    let text = golden(&played);
    let lines = text.lines().count();
    assert!((2..=LINES_MAX).contains(&lines), "{lines} lines: {path}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_description(played.name.as_str());
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_lost_create_answer_is_looked_up() {
    is_as_kept(
        "lost-create-answer",
        "recovery/a-lost-answer-makes-no-second-set.yaml",
    );
}

#[test]
fn a_half_deleted_set_is_finished() {
    is_as_kept(
        "half-deleted-set",
        "recovery/a-half-deleted-set-is-finished.yaml",
    );
}

#[test]
fn a_night_without_its_hour_has_no_slot() {
    is_as_kept(
        "hour-that-does-not-exist",
        "schedules/no-slot-in-an-hour-that-does-not-exist.yaml",
    );
}

#[test]
fn a_killed_expire_is_finished() {
    is_as_kept(
        "expire-killed-after-any-call",
        "recovery/an-expire-killed-after-any-call-is-finished.yaml",
    );
}

#[test]
fn too_many_deletes_wait() {
    is_as_kept(
        "too-many-deletes",
        "retention/too-many-deletes-at-once-wait-for-a-person.yaml",
    );
}
