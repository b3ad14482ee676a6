//! The stream of lines: each is hashed, shown to observers, and written where somebody wants it.
//!
//! It is on the path of every call, so it borrows what it writes and keeps its buffers. What is
//! hashed is the line as MessagePack, the fields of a struct by their places: that says what its JSON
//! says in a fraction of the time, and most runs need a digest and no text. Of the fields of a struct
//! at most one may be left out where it says nothing, or places would not tell which it was.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::ops::Range;
use std::rc::Rc;

use super::Journal;
use super::digest::Digest;
use super::event::{Event, Line};
use super::hashing::Hashing;
use crate::domain::Timestamp;
use crate::ports::Effect;

/// Lines per block; after each there is a checkpoint.
pub const BLOCK_LINES: usize = 1_024;

/// Sees every line as it happens, in order.
pub trait Observer {
    /// `number` counts the lines from 1.
    fn observe(&mut self, number: u64, line: &Line<'_>);
}

/// What stays of the lines.
pub enum Keep {
    /// Not even a digest: lines are counted and shown to observers, and never written. For whoever
    /// plays stories by the thousand and can play one again.
    Nothing,
    /// Only digests.
    Digests,
    /// Every line as JSON, in memory.
    All,
    /// The lines with these numbers (from 1) as JSON, in memory: for looking at one block of a long run.
    Range(Range<u64>),
    /// Every line as JSON, to a file or pipe, which is flushed with the line of each mutation and with that of
    /// its answer.
    Writer(Box<dyn Write>),
}

/// The digest of a journal up to a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// How many lines it covers.
    pub lines: u64,
    /// Of what they say.
    pub digest: Digest,
}

/// What remains of a run's journal when the run is over.
#[derive(Debug)]
pub struct Record {
    /// How many lines there were.
    pub lines: u64,
    /// The `full` digest: of what every line says.
    pub full: Digest,
    /// One per [`BLOCK_LINES`] lines, and one for what came after the last whole block.
    pub checkpoints: Vec<Checkpoint>,
    /// The kept lines, each with its line end; empty unless [`Keep::All`] or [`Keep::Range`].
    pub kept: String,
    /// The first error of the writer; the file is not complete then.
    pub write_error: Option<io::Error>,
}

/// Writes, hashes and hands on the lines of one run.
///
/// It implements [`Journal`] for what happens outside of a pass; [`Stream::for_pass`] gives a
/// handle for what happens in one.
pub struct Stream {
    now: Box<dyn Fn() -> Timestamp>,
    inner: RefCell<Inner>,
    observers: RefCell<Vec<Rc<RefCell<dyn Observer>>>>,
}

struct Inner {
    checkpoints: Vec<Checkpoint>,
    hashing: Hashing,
    keep: Keep,
    kept: Vec<u8>,
    lines: u64,
    lines_in_block: usize,
    /// Mutations without an answer; only where there is a writer.
    open_mutations: BTreeSet<u64>,
    /// One line as JSON, with its line end.
    text: Vec<u8>,
    write_error: Option<io::Error>,
}

/// The journal of one pass: the stream, and the number that its lines carry.
///
/// Its last line is that of its crash: what goes on beside a call that killed the pass, at that very
/// instant, says nothing more.
pub struct PassJournal {
    pass: u32,
    is_dead: Cell<bool>,
    stream: Rc<Stream>,
}

impl Stream {
    /// An empty journal. `now` tells AWS's time for each line.
    #[must_use]
    pub fn new(now: impl Fn() -> Timestamp + 'static, keep: Keep) -> Rc<Self> {
        Rc::new(Self {
            now: Box::new(now),
            inner: RefCell::new(Inner {
                checkpoints: Vec::new(),
                hashing: Hashing::new(),
                keep,
                kept: Vec::new(),
                lines: 0,
                lines_in_block: 0,
                open_mutations: BTreeSet::new(),
                text: Vec::new(),
                write_error: None,
            }),
            observers: RefCell::default(),
        })
    }

    /// Shows every line from now on to `observer`, which must not write lines itself.
    pub fn add_observer(&self, observer: Rc<RefCell<dyn Observer>>) {
        self.observers.borrow_mut().push(observer);
    }

    /// The journal of the pass with this number, counted from 1.
    #[must_use]
    pub fn for_pass(self: &Rc<Self>, pass: u32) -> Rc<PassJournal> {
        Rc::new(PassJournal {
            pass,
            is_dead: Cell::new(false),
            stream: Rc::clone(self),
        })
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.inner.borrow().lines
    }

    /// Closes the last block and takes what remains. The stream starts anew.
    #[must_use]
    pub fn finish(&self) -> Record {
        let mut inner = self.inner.borrow_mut();
        if inner.lines_in_block > 0 {
            inner.close_block();
        }
        if let Keep::Writer(writer) = &mut inner.keep
            && let Err(error) = writer.flush()
        {
            inner.write_error.get_or_insert(error);
        }
        let full = inner.hashing.digest();
        inner.hashing.reset();
        Record {
            lines: std::mem::take(&mut inner.lines),
            full,
            checkpoints: std::mem::take(&mut inner.checkpoints),
            kept: String::from_utf8(std::mem::take(&mut inner.kept))
                .expect("serde_json writes UTF-8"),
            write_error: inner.write_error.take(),
        }
    }

    fn write(&self, pass: Option<u32>, event: Event<'_>) {
        let line = Line {
            at: (self.now)(),
            event,
            pass,
        };
        let number = self.inner.borrow_mut().write(&line);
        for observer in self.observers.borrow().iter() {
            observer.borrow_mut().observe(number, &line);
        }
    }
}

impl Inner {
    /// Appends the line and gives its number.
    fn write(&mut self, line: &Line<'_>) -> u64 {
        if matches!(self.keep, Keep::Nothing) {
            self.lines += 1;
            return self.lines;
        }
        rmp_serde::encode::write(&mut self.hashing, line)
            .expect("a line is of plain data, and memory does not refuse a write");
        self.lines += 1;
        self.lines_in_block += 1;
        let number = self.lines;
        match &mut self.keep {
            Keep::Nothing | Keep::Digests => {}
            Keep::All => write_json(&mut self.kept, line),
            Keep::Range(range) => {
                if range.contains(&number) {
                    write_json(&mut self.kept, line);
                }
            }
            Keep::Writer(writer) => {
                if self.write_error.is_none() {
                    self.text.clear();
                    write_json(&mut self.text, line);
                    let matters = concerns_a_mutation(&mut self.open_mutations, &line.event);
                    let done = writer.write_all(&self.text);
                    let done = done.and_then(|()| if matters { writer.flush() } else { Ok(()) });
                    self.write_error = done.err();
                }
            }
        }
        if self.lines_in_block == BLOCK_LINES {
            self.close_block();
        }
        number
    }

    fn close_block(&mut self) {
        self.checkpoints.push(Checkpoint {
            lines: self.lines,
            digest: self.hashing.digest(),
        });
        self.lines_in_block = 0;
    }
}

/// Appends a line as canonical JSON, with its line end.
fn write_json(text: &mut Vec<u8>, line: &Line<'_>) {
    serde_json::to_writer(&mut *text, line)
        .expect("a line has only text keys, and memory does not refuse a write");
    text.push(b'\n');
}

/// Whether a line is that of a mutation or of its answer; `open` are those without an answer.
fn concerns_a_mutation(open: &mut BTreeSet<u64>, event: &Event<'_>) -> bool {
    match event {
        Event::Call(call) if call.request.name().effect() == Effect::Mutation => {
            open.insert(call.ticket);
            true
        }
        Event::Answer(answer) => open.remove(&answer.ticket),
        Event::Call(_)
        | Event::Header(_)
        | Event::Setup(_)
        | Event::Now(_)
        | Event::Decision(_)
        | Event::Row(_)
        | Event::Fault(_)
        | Event::Finding(_)
        | Event::Halt
        | Event::Crash(_)
        | Event::End(_) => false,
    }
}

impl Journal for Stream {
    fn note(&self, event: Event<'_>) {
        self.write(None, event);
    }

    fn at(&self) -> Timestamp {
        (self.now)()
    }

    fn is_lost(&self) -> bool {
        self.inner.borrow().write_error.is_some()
    }
}

impl Journal for PassJournal {
    fn note(&self, event: Event<'_>) {
        if self.is_dead.get() {
            return;
        }
        self.is_dead.set(matches!(event, Event::Crash(_)));
        self.stream.write(Some(self.pass), event);
    }

    fn at(&self) -> Timestamp {
        self.stream.at()
    }

    fn is_lost(&self) -> bool {
        self.stream.is_lost()
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use super::*;
    use crate::journal::{FaultLine, samples};

    fn fault(n: u64) -> Event<'static> {
        Event::Fault(Cow::Owned(FaultLine {
            ticket: Some(n),
            what: "a test".into(),
        }))
    }

    fn run(lines: u64, keep: Keep) -> Record {
        let stream = Stream::new(|| Timestamp::from_ms(5), keep);
        let journal = stream.for_pass(1);
        for n in 1..=lines {
            journal.note(fault(n));
        }
        stream.finish()
    }

    #[test]
    fn a_line_carries_time_event_and_pass() {
        let clock = Rc::new(Cell::new(7));
        let told = Rc::clone(&clock);
        let stream = Stream::new(move || Timestamp::from_ms(told.get()), Keep::All);
        stream.note(fault(1));
        clock.set(9);
        stream.for_pass(3).note(fault(2));
        insta::assert_snapshot!(stream.finish().kept, @r#"
        {"at":7,"event":{"fault":{"ticket":1,"what":"a test"}}}
        {"at":9,"event":{"fault":{"ticket":2,"what":"a test"}},"pass":3}
        "#);
    }

    #[test]
    fn checkpoints_are_digests_of_the_beginnings_of_a_run() {
        let record = run(2_100, Keep::Digests);
        let counts: Vec<u64> = record.checkpoints.iter().map(|c| c.lines).collect();
        assert_eq!(counts, [1_024, 2_048, 2_100]);
        assert_eq!(record.checkpoints[0].digest, run(1_024, Keep::Digests).full);
        assert_eq!(record.checkpoints[2].digest, record.full);
    }

    #[test]
    fn what_is_kept_does_not_move_the_digest() {
        let full = run(5, Keep::Digests).full;
        assert_eq!(run(5, Keep::All).full, full);
        assert_eq!(run(5, Keep::Range(2..4)).full, full);
        assert_eq!(run(5, Keep::Writer(Box::new(io::sink()))).full, full);
        assert_ne!(run(4, Keep::All).full, full);
    }

    /// Each kind of line, each kind of call, and the ways in which a line of one kind can differ.
    #[test]
    fn lines_of_equal_digests_are_of_equal_text() {
        let mut texts = BTreeMap::new();
        for event in samples::all() {
            for pass in [None, Some(1), Some(2)] {
                let stream = Stream::new(|| Timestamp::from_ms(1), Keep::All);
                match pass {
                    None => stream.note(event.clone()),
                    Some(pass) => stream.for_pass(pass).note(event.clone()),
                }
                let record = stream.finish();
                let told = texts
                    .entry(record.full)
                    .or_insert_with(|| record.kept.clone());
                assert_eq!(*told, record.kept);
            }
        }
        let different: BTreeSet<&String> = texts.values().collect();
        assert_eq!(different.len(), texts.len());
    }

    #[test]
    fn a_range_keeps_only_its_own_lines() {
        let kept = run(5, Keep::Range(2..4)).kept;
        assert_eq!(kept.lines().count(), 2);
        assert!(kept.contains(r#""ticket":2"#) && kept.contains(r#""ticket":3"#));
    }

    /// Sorted keys and whole numbers, for every kind of line and every kind of call.
    #[test]
    fn every_line_is_canonical_as_it_is_written() {
        let stream = Stream::new(|| Timestamp::from_ms(1), Keep::All);
        for event in samples::all() {
            stream.note(event);
        }
        for line in stream.finish().kept.lines() {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            value.sort_all_objects();
            assert_eq!(line, serde_json::to_string(&value).unwrap());
            let read: Line<'_> = serde_json::from_str(line).unwrap();
            assert_eq!(line, serde_json::to_string(&read).unwrap());
        }
    }

    #[test]
    fn a_pass_that_was_killed_says_nothing_more() {
        let stream = Stream::new(|| Timestamp::from_ms(5), Keep::All);
        let (killed, other) = (stream.for_pass(1), stream.for_pass(2));
        killed.note(fault(1));
        let crash = samples::all().into_iter();
        crash
            .filter(|event| matches!(event, Event::Crash(_)))
            .for_each(|event| killed.note(event));
        killed.note(fault(2));
        other.note(fault(3));
        let kept = stream.finish().kept;
        assert_eq!(kept.lines().count(), 3, "{kept}");
        assert!(!kept.contains(r#""ticket":2"#), "{kept}");
    }

    #[test]
    fn observers_see_each_line_with_its_number() {
        struct Numbers(Vec<u64>);
        impl Observer for Numbers {
            fn observe(&mut self, number: u64, _: &Line<'_>) {
                self.0.push(number);
            }
        }
        let seen = Rc::new(RefCell::new(Numbers(Vec::new())));
        let stream = Stream::new(|| Timestamp::from_ms(0), Keep::Digests);
        stream.add_observer(Rc::clone(&seen) as Rc<RefCell<dyn Observer>>);
        stream.note(fault(1));
        stream.for_pass(1).note(fault(2));
        assert_eq!(seen.borrow().0, [1, 2]);
    }
}
