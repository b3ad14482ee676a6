//! One pass played back, and what differs.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::select;

use super::answers::Answers;
use super::recorded::RecordedPass;
use crate::calls::{Halt, Pacer};
use crate::domain::Span;
use crate::engine::{PassSetup, run_pass};
use crate::journal::sink::{Keep, Observer, Stream};
use crate::journal::{Event, Line};
use crate::plan::Decision;
use crate::ports::{NotSentCause, Ports};
use crate::simulated::{SimClock, simulated_runtime};

/// What came of playing a pass back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlayedBack {
    /// How many decisions it made.
    pub decisions: usize,
    /// What differs from the recording, each in a sentence; empty when nothing does.
    pub differences: Vec<String>,
}

/// Plays one pass back. One that was killed is compared as far as it came; one that was
/// asked to end is asked again, after as many calls.
#[must_use]
pub fn play_back(pass: &RecordedPass) -> PlayedBack {
    simulated_runtime().block_on(played(pass))
}

async fn played(pass: &RecordedPass) -> PlayedBack {
    let clock = SimClock::new(pass.began);
    clock.set_error(pass.now.now - pass.began);
    let (over, made, halt) = (Halt::default(), Halt::default(), Halt::default());
    let answers = Rc::new(Answers::new(
        pass,
        clock.clone(),
        over.clone(),
        &made,
        &halt,
    ));
    let (told, ended, asked) = (clock.clone(), clock.clone(), clock.clone());
    let stream = Stream::new(move || told.world_now(), Keep::Digests);
    let seen = Rc::new(RefCell::new(Seen::default()));
    stream.add_observer(Rc::clone(&seen) as Rc<RefCell<dyn Observer>>);
    let policy = Rc::new(pass.start.rules.as_ref().clone());
    let pace = policy.limits.pace_percent;
    let setup = PassSetup {
        ports: Ports {
            aws: Rc::clone(&answers) as Rc<dyn crate::ports::Aws>,
            clock: Rc::new(clock),
        },
        journal: stream.for_pass(1),
        policy,
        job: pass.now.job,
        slot: pass.now.slot.clone(),
        chance: pass.chance,
        pacer: Rc::new(RefCell::new(Pacer::new(pace))),
        name: pass.start.name.clone(),
        deadline: pass.start.deadline,
        consent: pass.now.consent.clone(),
        halt: halt.clone(),
    };
    let asks = async {
        if let Some((_, at)) = pass.halted_after {
            made.asked().await;
            asked.world_reaches(at).await;
            halt.ask();
        }
        std::future::pending::<()>().await
    };
    // Dropping the pass is a crash, which is how such a recording ends too.
    let ends = async {
        if was_cut(pass) {
            ended.world_reaches(pass.last_at + Span::from_ms(1)).await;
        } else {
            over.asked().await;
        }
    };
    select(pin!(run_pass(setup)), select(pin!(ends), pin!(asks))).await;
    let made = std::mem::take(&mut seen.borrow_mut().0);
    PlayedBack {
        decisions: made.len(),
        differences: differences(pass, &made, &answers),
    }
}

fn differences(pass: &RecordedPass, made: &[Decision], answers: &Answers) -> Vec<String> {
    let cut = was_cut(pass);
    let mut found = Vec::new();
    let pairs = pass.decisions.iter().zip(made);
    for (then, now) in pairs.filter(|(then, now)| then != now) {
        found.push(format!(
            "recorded was `{} {then}`, and now it is `{} {now}`",
            then.subject, now.subject
        ));
    }
    for then in pass.decisions.iter().skip(made.len()) {
        found.push(format!(
            "recorded was `{} {then}`, and now nothing",
            then.subject
        ));
    }
    for now in made.iter().skip(pass.decisions.len()).filter(|_| !cut) {
        found.push(format!(
            "nothing was recorded, and now it is `{} {now}`",
            now.subject
        ));
    }
    if let Some(call) = answers.unknown().filter(|_| !cut) {
        found.push(format!(
            "it asks for {call}, which the recording does not hold"
        ));
    }
    for call in answers.not_made() {
        found.push(format!("{call} was recorded, and now it is not sent"));
    }
    found
}

/// Whether the recording ends before the pass had to: it was killed, or its journal was lost.
fn was_cut(pass: &RecordedPass) -> bool {
    match &pass.end {
        None => true,
        Some(end) => end.unsent == Some(NotSentCause::JournalLost),
    }
}

#[derive(Default)]
struct Seen(Vec<Decision>);

impl Observer for Seen {
    fn observe(&mut self, _: u64, line: &Line<'_>) {
        if let Event::Decision(decision) = &line.event {
            self.0.push(decision.as_ref().clone());
        }
    }
}
