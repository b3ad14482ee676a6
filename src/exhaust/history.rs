//! The calls of a run's second day: what a case may befall.

use std::collections::{BTreeMap, BTreeSet};

use snaplife_sim::ec2::Effect as TrueEffect;
use snaplife_sim::world::World;

use crate::domain::Timestamp;
use crate::journal::{Event, Line};
use crate::player::Witness;
use crate::ports::OperationName;

/// Follows a run and notes the calls of the day, in the order in which they are made.
#[derive(Clone, Debug)]
pub struct History {
    begins: Timestamp,
    ends: Timestamp,
    calls: Vec<OperationName>,
    /// The calls that something befell, by number.
    befallen: Vec<u32>,
    /// Calls of a pass that was killed at a call made before them.
    died_with_their_pass: BTreeSet<u32>,
    /// The number of each call by its ticket.
    numbers: BTreeMap<u64, u32>,
    /// The calls of each pass, by number.
    of_pass: BTreeMap<Option<u32>, Vec<u32>>,
}

impl History {
    /// Of the calls from one instant up to another, which is no part of it.
    pub(super) const fn new(begins: Timestamp, ends: Timestamp) -> Self {
        Self {
            begins,
            ends,
            calls: Vec::new(),
            befallen: Vec::new(),
            died_with_their_pass: BTreeSet::new(),
            numbers: BTreeMap::new(),
            of_pass: BTreeMap::new(),
        }
    }

    /// Number (from 1) and operation of each call.
    pub fn calls(&self) -> impl Iterator<Item = (u32, OperationName)> {
        (1..).zip(self.calls.iter().copied())
    }

    /// How many calls there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Whether a call was under way when its pass was killed at another: the pass can't be killed at this one,
    /// too.
    #[must_use]
    pub fn died_with_its_pass(&self, number: u32) -> bool {
        self.died_with_their_pass.contains(&number)
    }

    /// The numbers of the calls that something befell, in order.
    #[must_use]
    pub fn befallen(&self) -> &[u32] {
        &self.befallen
    }

    fn befell(&mut self, ticket: u64) {
        if let Some(number) = self.numbers.get(&ticket) {
            self.befallen.push(*number);
        }
    }
}

impl Witness for History {
    fn line(&mut self, _: u64, line: &Line<'_>, _: &World) {
        match &line.event {
            Event::Call(call) if (self.begins..self.ends).contains(&line.at) => {
                self.calls.push(call.request.name());
                let number = u32::try_from(self.calls.len()).unwrap_or(u32::MAX);
                self.numbers.insert(call.ticket, number);
                self.of_pass.entry(line.pass).or_default().push(number);
            }
            Event::Fault(fault) => {
                if let Some(ticket) = fault.ticket {
                    self.befell(ticket);
                }
            }
            Event::Crash(crash) => {
                self.befell(crash.ticket);
                if let (Some(at), Some(calls)) = (
                    self.numbers.get(&crash.ticket),
                    self.of_pass.get(&line.pass),
                ) {
                    let later = calls.iter().filter(|number| *number > at);
                    self.died_with_their_pass.extend(later);
                }
            }
            _ => {}
        }
    }

    fn effect(&mut self, _: &TrueEffect, _: &World) {}
}
