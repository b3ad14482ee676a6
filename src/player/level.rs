//! What stands between engine and world, as the player builds it.

use std::cell::RefCell;
use std::rc::Rc;

use snaplife_sim::chance::Chance;
use snaplife_sim::world::World;

use super::KeepStory;
use super::run::{Judging, RunOptions};
use crate::domain::Span;
use crate::scenario::model::Level as Name;
use crate::simulated::{Level, Model};

/// A level that can't be played at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LevelMissing {
    /// The SDK was left out when the program was built.
    #[error("this program was built without the AWS SDK, so it can't play at the level {}", .0.name())]
    NoSdk(Name),
    /// Nobody said where a DynamoDB Local is.
    #[error("the level dynamodb-local needs a DynamoDB Local, and no address of one is given")]
    NoServer,
    /// There is none, or none that can be used.
    #[cfg(feature = "live")]
    #[error(transparent)]
    Server(#[from] crate::live::LocalError),
}

impl LevelMissing {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoSdk(_) => "build it with the feature `live`, which is there by default",
            Self::NoServer => {
                "give --dynamodb-url or SNAPLIFE_DYNAMODB_URL, as `http://127.0.0.1:8000`; \
                 docker/README.md says how to have one"
            }
            #[cfg(feature = "live")]
            Self::Server(_) => "docker/README.md says how to have one",
        })
    }
}

/// Whether this program can play at a level, with the table at `table_url` where the level needs one.
/// A server there is asked whether it answers.
///
/// # Errors
/// [`LevelMissing`] when it can't.
pub fn has_level(level: Name, table_url: Option<&'static str>) -> Result<(), LevelMissing> {
    let options = RunOptions {
        level,
        seed: 0,
        story: KeepStory::Nothing,
        table_url,
        judging: Judging::Judged,
        gait: crate::simulated::Gait::Steps,
        disturbance: || Span::ZERO,
    };
    let chance = Chance::new(0);
    let world = World::new(chance, "000000000000".into(), "nowhere");
    build(&options, Rc::new(RefCell::new(world)), chance).map(|_| ())
}

/// The level of a run, in front of its world.
pub(super) fn build(
    options: &RunOptions,
    world: Rc<RefCell<World>>,
    chance: Chance,
) -> Result<Rc<dyn Level>, LevelMissing> {
    match options.level {
        Name::Model => Ok(Rc::new(Model::new(world))),
        Name::Wire | Name::DynamodbLocal => through_sdk(options, world, chance),
    }
}

#[cfg(feature = "live")]
fn through_sdk(
    options: &RunOptions,
    world: Rc<RefCell<World>>,
    chance: Chance,
) -> Result<Rc<dyn Level>, LevelMissing> {
    use crate::live::{DynamoDbLocal, Wire};
    Ok(match options.level {
        Name::Model | Name::Wire => Rc::new(Wire::new(world, chance)),
        Name::DynamodbLocal => {
            let url = options.table_url.ok_or(LevelMissing::NoServer)?;
            Rc::new(DynamoDbLocal::new(world, chance, url)?)
        }
    })
}

#[cfg(not(feature = "live"))]
fn through_sdk(
    options: &RunOptions,
    _: Rc<RefCell<World>>,
    _: Chance,
) -> Result<Rc<dyn Level>, LevelMissing> {
    Err(LevelMissing::NoSdk(options.level))
}
