//! The level `model`: the world, called directly.

use std::cell::RefCell;
use std::rc::Rc;

use snaplife_sim::world::World;

use super::aws::{call_world, server_time};
use super::level::Level;
use crate::domain::Timestamp;
use crate::ports::{Answer, Meta, Reply, Request};

/// A world that answers at once, without any protocol between.
pub struct ModelLevel {
    world: Rc<RefCell<World>>,
}

impl ModelLevel {
    /// The level over a world, which others may look at and change between calls.
    #[must_use]
    pub const fn new(world: Rc<RefCell<World>>) -> Self {
        Self { world }
    }
}

impl Level for ModelLevel {
    fn apply(&self, now: Timestamp, request: &Request) -> Answer<Reply> {
        let now = snaplife_sim::time::Timestamp(now.as_ms());
        let outcome = call_world(&mut self.world.borrow_mut(), now, request);
        let meta = Meta { request_id: None, server_time: Some(server_time(now)) };
        Answer { meta, outcome }
    }
}
