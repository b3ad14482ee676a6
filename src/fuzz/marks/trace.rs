//! A digest of what happened and when, cheap enough for every seed.
//!
//! The journal's own digest covers every byte of every line; writing those lines is a good part of
//! what a run costs. This one takes of each line its time, what it is, and what it is about: two runs
//! that part in anything part in that soon after.

use snaplife_sim::ec2::Effect;

use crate::journal::{Digest, Event, Line};

/// Bytes that are hashed at once; BLAKE3 is several times faster on long inputs.
const BLOCK: usize = 1 << 14;

/// What a text is.
#[derive(Clone, Copy)]
enum Kind {
    Answer,
    Call,
    Crash,
    Decision,
    Effect,
    End,
    Fault,
    Finding,
    Halt,
    Header,
    Now,
    Row,
    To,
    Verdict,
}

/// The digest of one run.
#[derive(Default)]
pub(super) struct Trace {
    hasher: blake3::Hasher,
    block: Vec<u8>,
}

impl Trace {
    pub(super) fn line(&mut self, line: &Line<'_>) {
        self.number(line.at.as_ms());
        self.number(i64::from(line.pass.unwrap_or(0)));
        match &line.event {
            // Only commands write it.
            Event::Setup(_) => {}
            Event::Header(header) => self.text(Kind::Header, &header.scenario),
            Event::Now(now) => self.text(Kind::Now, now.slot.as_str()),
            Event::Call(call) => {
                self.block.push(call.request.name() as u8);
                self.text(Kind::Call, &call.context.subject);
            }
            Event::Answer(answer) => {
                self.block.extend_from_slice(&answer.ticket.to_le_bytes());
                self.text(Kind::Answer, answer.outcome.name());
            }
            Event::Decision(decision) => {
                self.text(Kind::Decision, decision.subject.as_str());
                self.text(Kind::Verdict, decision.verdict.as_str());
            }
            Event::Row(row) => {
                self.text(Kind::Row, &row.key);
                self.text(Kind::To, row.to.as_str());
            }
            Event::Fault(fault) => self.text(Kind::Fault, &fault.what),
            Event::Finding(finding) => self.text(Kind::Finding, &finding.text),
            Event::Halt => self.text(Kind::Halt, ""),
            Event::Crash(crash) => self.text(Kind::Crash, &crash.boundary),
            Event::End(end) => self.text(Kind::End, end.stopped.as_deref().unwrap_or("")),
        }
        if self.block.len() >= BLOCK {
            self.hash();
        }
    }

    pub(super) fn effect(&mut self, effect: &Effect) {
        self.number(effect.at.0);
        self.text(Kind::Effect, effect.snapshot.as_str());
    }

    pub(super) fn finish(mut self) -> Digest {
        self.hash();
        Digest::of(&self.hasher)
    }

    fn number(&mut self, number: i64) {
        self.block.extend_from_slice(&number.to_le_bytes());
    }

    /// What it is, a byte that no text has, keeps it apart from the one before.
    fn text(&mut self, kind: Kind, text: &str) {
        self.block.push(0xff);
        self.block.push(kind as u8);
        self.block.extend_from_slice(text.as_bytes());
    }

    fn hash(&mut self) {
        self.hasher.update(&self.block);
        self.block.clear();
    }
}
