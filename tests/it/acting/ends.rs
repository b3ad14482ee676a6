//! How a pass ends early: asked by a person, or since its journal is lost.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use snaplife::calls::{Halt, Pacer};
use snaplife::domain::{Job, Slot};
use snaplife::engine::{PassReport, PassSetup, run_pass};
use snaplife::journal::sink::{Keep, Observer, Stream};
use snaplife::journal::{Event, Line};
use snaplife::local::LocalWorld;
use snaplife::plan::Consent;
use snaplife::ports::{OperationName, Outcome, Ports, Reply};
use snaplife::scenario::Configuration;
use snaplife::simulated::{Counters, simulated_runtime};
use snaplife::site::Place;

use super::desk::Desk;

/// Runs one `create` in a new world; the report, and how often calls acted.
fn create(
    desk: &Desk,
    keep: Keep,
    observer: Option<Rc<RefCell<dyn Observer>>>,
    halt: &Halt,
) -> (PassReport, Counters) {
    let runtime = simulated_runtime();
    let inside = runtime.enter();
    let world = LocalWorld::open(&desk.path("world.json"), || {}).expect("it opens");
    let policy = Configuration::default().policies.remove(0);
    let stream = Stream::new(world.journal_time(), keep);
    if let Some(observer) = observer {
        stream.add_observer(observer);
    }
    let clock = world.clock();
    let now = clock.now();
    let slot = policy.schedules.latest_create_at_or_before(now);
    let name = world.next_pass();
    let journal = stream.for_pass(1);
    let setup = PassSetup {
        ports: Ports {
            aws: world.aws(&name, journal.clone()),
            clock,
        },
        journal,
        deadline: now + policy.limits.deadline,
        policy: Rc::new(policy),
        job: Job::Create,
        slot: Slot::scheduled(slot.expect("without a schedule it is the day")),
        chance: world.chance(),
        pacer: Rc::new(RefCell::new(Pacer::new(80))),
        name,
        consent: Consent::Everything,
        halt: halt.clone(),
    };
    let report = runtime.block_on(run_pass(setup));
    drop(inside);
    (report, world.conditions().counters())
}

/// Asks for an end as soon as something was created.
struct AfterTheFirst(Halt);

impl Observer for AfterTheFirst {
    fn observe(&mut self, _: u64, line: &Line<'_>) {
        if let Event::Answer(answer) = &line.event
            && let Outcome::Ok(Reply::CreateSnapshots(_)) = &*answer.outcome
        {
            self.0.ask();
        }
    }
}

#[test]
fn a_pass_that_is_asked_to_end_records_what_it_did_and_gives_the_lease_back() {
    let halt = Halt::default();
    let observer = Rc::new(RefCell::new(AfterTheFirst(halt.clone())));
    let desk = Desk::new("halt");
    let (report, acted) = create(&desk, Keep::Digests, Some(observer), &halt);
    let stop = report.stop.as_ref();
    let stop = stop.expect("it did not do all it had to do");
    assert!(
        stop.to_string()
            .contains("could not be sent (the run is to end)"),
        "{stop}"
    );
    let created = acted.of(OperationName::CreateSnapshots).ok;
    assert!((1..=4).contains(&created), "{created}");
    assert!(report.needs_attention());
    // The rows of what was created, intents, the run's record, and the lease taken and given back.
    assert!(acted.of(OperationName::PutItem).ok >= 4);
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nothing_is_changed_once_the_journal_is_lost() {
    let desk = Desk::new("journal-lost");
    let mut before = 0;
    for kilobytes in [1, 4, 8, 12, 16, 24] {
        let writer = Keep::Writer(Box::new(Full(kilobytes << 10)));
        let (report, acted) = create(&desk, writer, None, &Halt::default());
        let changes: u64 = OperationName::ALL
            .iter()
            .filter(|operation| operation.effect() == snaplife::ports::Effect::Mutation)
            .map(|operation| acted.of(*operation).ok)
            .sum();
        let stop = report.stop.expect("it can't go on");
        assert!(
            stop.to_string().contains("the journal can't be written"),
            "{stop}"
        );
        // Each mutation that acted has its line before it, so less room means fewer of them.
        assert!(changes >= before, "{kilobytes} KiB: {changes}");
        before = changes;
    }
    assert!(before > 3, "with more room it got further: {before}");
}
