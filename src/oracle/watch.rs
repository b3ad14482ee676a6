//! Puts the oracle where it sees everything: on the journal, with the world at hand.

use std::cell::RefCell;
use std::rc::Rc;

use snaplife_sim::ec2::Effect;
use snaplife_sim::world::World;

use super::judge::Oracle;
use super::truth::Deed;
use crate::journal::{Line, Observer};

/// Hears of everything that truly happens to snapshots.
pub type EffectListener = Box<dyn FnMut(&Effect)>;

/// An observer of the journal that tells the oracle first what truly happened, then what the line
/// says.
///
/// The world's effects can be taken once only, so whoever else wants them listens here.
pub struct Watch {
    listeners: Vec<EffectListener>,
    oracle: Oracle,
    world: Rc<RefCell<World>>,
}

impl Watch {
    /// Watches this world. No line may be written while the world is borrowed.
    #[must_use]
    pub const fn new(oracle: Oracle, world: Rc<RefCell<World>>) -> Self {
        Self {
            listeners: Vec::new(),
            oracle,
            world,
        }
    }

    /// Shows every effect from now on to `listener`, after the oracle.
    pub fn add_listener(&mut self, listener: EffectListener) {
        self.listeners.push(listener);
    }

    /// The oracle, to change what was promised.
    pub const fn oracle_mut(&mut self) -> &mut Oracle {
        &mut self.oracle
    }

    /// Takes what happened since the last line; `line` is the one being written.
    pub fn drain(&mut self, line: u64) {
        let effects = self.world.borrow_mut().ec2.drain_effects();
        if effects.is_empty() {
            return;
        }
        let world = self.world.borrow();
        for effect in &effects {
            self.oracle.happened(&*world, line, &Deed::from(effect));
            for listener in &mut self.listeners {
                listener(effect);
            }
        }
    }

    /// The oracle, once the run is over.
    #[must_use]
    pub fn into_oracle(self) -> Oracle {
        self.oracle
    }
}

impl Observer for Watch {
    fn observe(&mut self, number: u64, line: &Line<'_>) {
        self.drain(number);
        let world = self.world.borrow();
        self.oracle.observe(&*world, number, line);
    }
}
