//! `snaplife replay --journal FILE`: plays recorded passes back.

use std::path::Path;

use super::exit::{self, Exit};
use super::ui::Ui;
use crate::playback::{self, RecordingError};
use crate::report::Look;

/// Plays back every pass of a journal, and says whether the decisions are the same.
#[must_use]
pub fn run(path: &Path, ui: &mut Ui) -> Exit {
    let recorded = match playback::read(path) {
        Ok(recorded) => recorded,
        Err(error) => {
            let hint = match &error {
                RecordingError::Unreadable { .. } => None,
                RecordingError::Line { .. } => {
                    Some("name a journal that a command of this version has written")
                }
            };
            ui.say(&exit::shown(&error, hint, ui.err));
            return Exit::Usage;
        }
    };
    if recorded.passes.is_empty() {
        let why = match recorded.without_start {
            0 => "there is no pass in it",
            _ => "its passes are those of a scenario; play the scenario instead",
        };
        ui.say(&format!(
            "error: `{}` holds nothing to play back: {why}\n",
            path.display()
        ));
        return Exit::Usage;
    }
    let mut different = 0;
    for pass in &recorded.passes {
        let played = playback::play_back(pass);
        let what = format!("{} of {}, {}", pass.now.job, pass.now.policy, pass.now.slot);
        let figures = format!("{} calls, {} decisions", pass.calls.len(), played.decisions);
        if played.differences.is_empty() {
            ui.data(&format!("{}  {what}  {figures}\n", ui.out.good("same   ")));
        } else {
            different += 1;
            ui.data(&format!("{}  {what}  {figures}\n", ui.out.bad("differs")));
            ui.data(&listed(&played.differences, ui.out));
        }
    }
    let same = recorded.passes.len() - different;
    ui.data(&format!("\n{same} passes the same, {different} not\n"));
    if different == 0 {
        Exit::Ok
    } else {
        Exit::NotDeterministic
    }
}

fn listed(differences: &[String], look: Look) -> String {
    /// More of them say no more.
    const SHOWN_MAX: usize = 20;
    let mut lines = String::new();
    for difference in differences.iter().take(SHOWN_MAX) {
        lines += &format!("         {}\n", look.hang(9, difference));
    }
    if differences.len() > SHOWN_MAX {
        lines += &format!("         … and {} more\n", differences.len() - SHOWN_MAX);
    }
    lines
}
