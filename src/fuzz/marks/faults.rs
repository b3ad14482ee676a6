//! Which fault a call met, from the journal's own sentence, and what others did.

use super::kinds::{Fault, Moment};
use super::watcher::Watcher;

/// The sentences are those of `simulated::mishap`; a test there and the unreached marks here hold
/// them together.
pub(super) fn fault_of(sentence: &str) -> Option<Fault> {
    let begins = |with: &str| sentence.starts_with(with);
    let ends = |with: &str| sentence.ends_with(with);
    Some(if begins("AWS refuses") {
        Fault::Refusal
    } else if begins("AWS throttles") {
        Fault::Throttle
    } else if begins("no connection for") {
        Fault::NoConnection
    } else if begins("the request") && ends("is lost on its way") {
        Fault::LostRequest
    } else if begins("the page token") {
        Fault::PageToken
    } else if begins("the answer to") && ends("is lost") {
        Fault::LostAnswer
    } else if begins("the answer to") && ends("late") {
        Fault::LateAnswer
    } else if ends("is never answered") {
        Fault::NeverAnswered
    } else if ends("can't be read") {
        Fault::Unreadable
    } else if sentence.contains("acts and is answered with a") {
        Fault::ServerError
    } else {
        return None;
    })
}

impl Watcher {
    /// Something happened outside of passes.
    pub(super) fn outside(&mut self, sentence: &str) {
        if sentence.contains("restores the table") {
            self.restored = true;
        }
        if sentence.contains("approves the plan") {
            self.approved = true;
        }
        if !self.passes.any_open() {
            return;
        }
        if sentence.contains("is changed") {
            self.moment(Moment::PolicyChangedInAPass);
        } else if sentence.starts_with("someone") {
            self.moment(Moment::OutsiderInAPass);
        }
    }
}
