//! A scenario back into a file that a person can read: the reverse of [`load`](super::load).
//!
//! What is as by default is left out, and one thing stands on one line. Whatever
//! `load` can give, this writes so that loading it again gives an equal scenario; path, digest and
//! line numbers, which are the file's own, apart. Start at [`write()`]; `tree` is the file before it
//! is text, `moments` how time is written, the others a part of the file each.

mod expect;
mod fault;
mod moments;
mod outsider;
mod policy;
mod story;
mod tree;
mod world;

#[cfg(test)]
mod tests;

use super::model::{Init, Level, Scenario, Step};
use moments::Moments;
use tree::{Node, map};

/// The comment that tells editors which fields there are.
const SCHEMA_LINE: &str = "# yaml-language-server: $schema=";

/// Writes a scenario as the text of a file.
///
/// `schema` is the path from the file's folder to `schema.json`, for editors; none leaves it out.
#[must_use]
pub fn write(scenario: &Scenario, schema: Option<&str>) -> String {
    let moments = Moments::of(scenario);
    let limit = scenario.levels.as_ref();
    let file = map()
        .text("name", &scenario.name)
        .text_unless_empty("why", &scenario.why)
        .text("start", scenario.start.to_string())
        .text("run_for", (scenario.end - scenario.start).to_string())
        .maybe("seed", scenario.seed.map(Node::Number))
        .maybe(
            "init",
            (scenario.init == Init::Missing).then_some(Node::Bool(false)),
        )
        .maybe(
            "levels",
            limit.map(|limit| Node::flow_list(limit.levels.iter().copied().map(Level::name))),
        )
        .maybe("because", limit.map(|limit| Node::text(&limit.because)))
        .maybe("world", world::world(scenario, moments))
        .put_all(policy::policies(scenario))
        .maybe("story", Node::block_list(story::steps(scenario, moments)))
        .maybe(
            "expect",
            Node::block_list(
                scenario
                    .expect
                    .iter()
                    .map(|expectation| expect::expectation(expectation, moments)),
            ),
        );
    let text = tree::to_yaml(&file.block());
    match schema {
        Some(schema) => format!("{SCHEMA_LINE}{schema}\n{text}"),
        None => text,
    }
}

/// Writes one step of a scenario's story on one line, as its file could have it.
#[must_use]
pub fn write_step(scenario: &Scenario, step: &Step) -> String {
    let written = story::step(step, scenario, Moments::of(scenario));
    let texts = written
        .iter()
        .map(|node| tree::to_yaml(node).trim().to_owned());
    texts.collect::<Vec<String>>().join(", ")
}
