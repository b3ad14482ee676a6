//! A digest of what happened and when, cheap enough for every seed.
//!
//! The journal's own digest covers every byte of every line; writing those lines is a good part of
//! what a run costs. This one takes of each line its time, what it is, and what it is about: two runs
//! that part in anything part in that soon after.

use snaplife_sim::ec2::Effect;

use crate::journal::{Digest, Event, Line};

/// Bytes that are hashed at once; BLAKE3 is several times faster on long inputs.
const BLOCK: usize = 1 << 14;

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
            Event::Header(header) => self.text("header", &header.scenario),
            Event::Now(now) => self.text("now", now.slot.as_str()),
            Event::Call(call) => {
                self.text("call", call.request.name().text());
                self.text("for", &call.context.subject);
            }
            Event::Answer(answer) => {
                self.text("answer", answer.outcome.name());
                self.block.extend_from_slice(&answer.ticket.to_le_bytes());
            }
            Event::Decision(decision) => {
                self.text("decision", decision.subject.as_str());
                self.text("verdict", decision.verdict.as_str());
            }
            Event::Row(row) => {
                self.text("row", &row.key);
                self.text("to", row.to.as_str());
            }
            Event::Fault(fault) => self.text("fault", &fault.what),
            Event::Finding(finding) => self.text("finding", &finding.text),
            Event::Halt => self.text("halt", ""),
            Event::Crash(crash) => self.text("crash", &crash.boundary),
            Event::End(end) => self.text("end", end.stopped.as_deref().unwrap_or("")),
        }
        if self.block.len() >= BLOCK {
            self.hash();
        }
    }

    pub(super) fn effect(&mut self, effect: &Effect) {
        self.number(effect.at.0);
        self.text("effect", effect.snapshot.as_str());
    }

    pub(super) fn finish(mut self) -> Digest {
        self.hash();
        Digest::of(&self.hasher)
    }

    fn number(&mut self, number: i64) {
        self.block.extend_from_slice(&number.to_le_bytes());
    }

    /// What it is keeps one text apart from the next.
    fn text(&mut self, what: &str, text: &str) {
        self.block.extend_from_slice(what.as_bytes());
        self.block.extend_from_slice(text.as_bytes());
    }

    fn hash(&mut self) {
        self.hasher.update(&self.block);
        self.block.clear();
    }
}
