//! stub
#![allow(missing_docs)]
use crate::{
    domain::Timestamp,
    journal::Line,
    scenario::model::{Fault, Outsider},
};
use snaplife_sim::{ec2::Effect, world::World};
pub struct Oracle;
impl Oracle {
    pub fn new(_: ()) -> Self {
        Self
    }
    pub fn observe(&mut self, _: u64, _: &Line<'_>, _: &World) {}
    pub fn effects(&mut self, _: &[Effect], _: &World) {}
    pub fn outsider(&mut self, _: Timestamp, _: &Outsider) {}
    pub fn fault(&mut self, _: Timestamp, _: &Fault) {}
    pub fn adopted(&mut self, _: Timestamp, _: &str) {}
    pub fn policy_changed(&mut self, _: Timestamp, _: ()) {}
    pub fn finish(&mut self, _: Timestamp, _: &World) -> Vec<()> {
        Vec::new()
    }
}
