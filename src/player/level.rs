//! What stands between engine and world, as the player builds it.

use std::cell::RefCell;
use std::rc::Rc;

use snaplife_sim::chance::Chance;
use snaplife_sim::world::World;

use crate::scenario::model::Level as Name;
use crate::simulated::{Level, Model};

/// A level that this program can't play at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LevelMissing {
    /// The SDK was left out when it was built.
    #[error("this program was built without the AWS SDK, so it can't play at the level {}", .0.name())]
    NoSdk(Name),
    /// Nothing plays at it.
    #[error("the player can't build the level {}", .0.name())]
    NoPlayer(Name),
}

impl LevelMissing {
    /// What to do about it.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        match self {
            Self::NoSdk(_) => Some("build it with the feature `live`, which is there by default"),
            Self::NoPlayer(_) => None,
        }
    }
}

/// Whether this program can play at a level.
///
/// # Errors
/// [`LevelMissing`] when it can't.
pub const fn has_level(level: Name) -> Result<(), LevelMissing> {
    match level {
        Name::Model => Ok(()),
        Name::Wire if cfg!(feature = "live") => Ok(()),
        Name::Wire => Err(LevelMissing::NoSdk(level)),
        Name::DynamodbLocal => Err(LevelMissing::NoPlayer(level)),
    }
}

/// The level of a run, in front of its world.
pub(super) fn build(
    level: Name,
    world: Rc<RefCell<World>>,
    chance: Chance,
) -> Result<Rc<dyn Level>, LevelMissing> {
    has_level(level)?;
    match level {
        Name::Model => Ok(Rc::new(Model::new(world))),
        Name::Wire => wire(world, chance),
        Name::DynamodbLocal => Err(LevelMissing::NoPlayer(level)),
    }
}

#[cfg(feature = "live")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the SDK there is no such level"
)]
fn wire(world: Rc<RefCell<World>>, chance: Chance) -> Result<Rc<dyn Level>, LevelMissing> {
    Ok(Rc::new(crate::live::Wire::new(world, chance)))
}

#[cfg(not(feature = "live"))]
fn wire(_: Rc<RefCell<World>>, _: Chance) -> Result<Rc<dyn Level>, LevelMissing> {
    Err(LevelMissing::NoSdk(Name::Wire))
}
