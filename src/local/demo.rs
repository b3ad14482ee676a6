//! What a new world holds: a small fleet, written as a scenario's world.

use crate::scenario::{self, Mistakes, Scenario};

/// The demo fleet.
const DEMO: &[u8] = include_bytes!("demo.yaml");

/// The scenario whose world a new local world starts as.
///
/// # Panics
/// When the built-in file is wrong, which a test rules out.
#[must_use]
pub fn demo() -> Scenario {
    read().expect("the built-in fleet can be read")
}

fn read() -> Result<Scenario, Mistakes> {
    scenario::load("demo.yaml", DEMO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_fleet_can_be_read() {
        if let Err(mistakes) = read() {
            panic!("{}", mistakes.render(DEMO, scenario::Colour::Plain));
        }
    }
}
