//! From the file as it is written to the scenario as it is played.
//!
//! Every check notes its mistake and goes on with a stand-in value, so that one reading finds them
//! all. A stand-in never gets out: with a mistake there is no scenario.

mod calls;
mod config;
mod deed;
mod expect;
mod fault;
mod machines;
mod moments;
mod names;
mod outsider;
mod policy;
mod story;
mod tags;
mod words;
mod world;

use std::ops::Range;

use smol_str::SmolStr;

use super::file::ScenarioFile;
use super::file::text::{At, Text};
use super::mistake::Mistake;
use super::model::{Init, Level, LevelLimit, Scenario, StepKind, WorldSpec};
use super::{suggest, syntax};
use crate::domain::{Policy, Span, Timestamp};
use names::Names;

pub(crate) use config::{configuration, without_file};
pub(crate) use deed::{fault, outsider};
pub(super) use fault::{REFUSED_MESSAGE, REFUSED_STATUS};
pub(super) use machines::SIZE_GIB;
pub(super) use policy::unsaid;

/// The longest run: a hundred years.
const RUN_MAX: Span = Span::days(36_525);

/// Looks everything up and checks it.
///
/// # Errors
/// Every mistake that was found, at least one, in no order.
pub(crate) fn scenario(
    path: &str,
    bytes: &[u8],
    text: &str,
    file: &ScenarioFile,
) -> Result<Scenario, Vec<Mistake>> {
    let mut build = Builder::new(path, text);
    build.frame(file);
    let world = build.world(file.world.as_ref());
    build.policies(file);
    let policies = build.policies.clone();
    build.announce(&file.story);
    let story = build.story(&file.story);
    let expect = build.expect(&file.expect);
    // A schedule that can't be read is not a schedule that is missing.
    if build.mistakes.is_empty()
        && !policies.iter().any(has_schedule)
        && !story.iter().any(|step| match &step.what {
            StepKind::Run(_) => true,
            StepKind::ChangePolicy(policy) => has_schedule(policy),
            StepKind::Fault(_)
            | StepKind::Outsider(_)
            | StepKind::Clock { .. }
            | StepKind::Pause { .. }
            | StepKind::Crash(_)
            | StepKind::Duplicate { .. }
            | StepKind::Overlap { .. }
            | StepKind::Approve { .. }
            | StepKind::Adopt { .. } => false,
        })
    {
        let place = file
            .policy
            .as_ref()
            .map_or_else(|| file.name.span.clone(), |p| build.start_of(&p.span));
        build.wrong(
            place,
            "nothing ever runs: no policy has a schedule and no step runs a job",
            "give the policy `create`, `sync` and `expire`, or add a step `{ at: 0d, run: create }`",
        );
    }
    let levels = build.levels(file);
    if !build.mistakes.is_empty() {
        return Err(build.mistakes);
    }
    Ok(Scenario {
        path: path.into(),
        digest: blake3::hash(bytes).to_hex().as_str().into(),
        name: file.name.value.trim().into(),
        why: file.why.as_ref().map_or("", |why| why.value.trim()).into(),
        start: build.start,
        end: build.end,
        seed: file.seed,
        init: match file.init {
            Some(false) => Init::Missing,
            Some(true) | None => Init::Done,
        },
        levels,
        world,
        policies,
        story,
        expect,
    })
}

/// The world of a file that says nothing about it.
pub(super) fn plain_world() -> WorldSpec {
    Builder::new("", "").world(None)
}

const fn has_schedule(policy: &Policy) -> bool {
    let schedules = &policy.schedules;
    schedules.create.is_some() || schedules.sync.is_some() || schedules.expire.is_some()
}

/// What has been read so far, and what was wrong with it.
struct Builder<'a> {
    path: &'a str,
    text: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    mistakes: Vec<Mistake>,
    start: Timestamp,
    end: Timestamp,
    names: Names,
    /// As they are at the step that is being read.
    policies: Vec<Policy>,
}

impl<'a> Builder<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            path,
            text,
            lines: std::iter::once(0).chain(breaks).collect(),
            mistakes: Vec::new(),
            start: Timestamp::default(),
            end: Timestamp::default(),
            names: Names::default(),
            policies: Vec::new(),
        }
    }

    /// Notes a mistake.
    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake {
            span,
            message: message.into(),
            help: help.into(),
            path: self.path.to_owned(),
        });
    }

    /// The first word of something that spans more.
    fn start_of(&self, span: &Range<usize>) -> Range<usize> {
        let opened = self.text.get(span.start..).unwrap_or("");
        let inner = opened.trim_start_matches(['{', '[', ' ']);
        syntax::word_at(self.text, span.start + (opened.len() - inner.len()))
    }

    /// The line that a byte stands on, from 1.
    fn line(&self, at: usize) -> u32 {
        let line = self.lines.partition_point(|start| *start <= at);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// Name and times of the run.
    fn frame(&mut self, file: &ScenarioFile) {
        if file.name.value.trim().is_empty() {
            self.wrong(
                file.name.span.clone(),
                "the name is empty",
                "say in a sentence what must hold",
            );
        }
        match Timestamp::parse(file.start.value.trim()) {
            Ok(start) => self.start = start,
            Err(error) => self.wrong(
                file.start.span.clone(),
                format!("`{}` is not an instant", error.text),
                "write it with its offset from UTC, as 2026-03-28T00:00:00Z",
            ),
        }
        let lasts = self.positive(&file.run_for);
        if lasts > RUN_MAX {
            self.wrong(
                file.run_for.span.clone(),
                "the run is longer than a hundred years",
                "write at most 36525d",
            );
        }
        // While start or length are not known, nothing is outside of the run.
        let lasts = if self.mistakes.is_empty() {
            lasts
        } else {
            RUN_MAX
        };
        self.end = self.start + lasts;
    }

    fn levels(&mut self, file: &ScenarioFile) -> Option<LevelLimit> {
        let because = file.because.as_ref().filter(|b| !b.value.trim().is_empty());
        let Some(written) = &file.levels else {
            if let Some(because) = &file.because {
                self.wrong(
                    because.span.clone(),
                    "`because` says why `levels` are limited, and they are not",
                    "add `levels: [model, wire]`, or move the text to `why`",
                );
            }
            return None;
        };
        if written.value.is_empty() {
            self.wrong(
                self.start_of(&written.span),
                "a scenario for no level never runs",
                "name at least one, or leave `levels` out",
            );
        }
        if because.is_none() {
            self.wrong(
                self.start_of(&written.span),
                "a scenario that is limited to some levels must say why",
                "add a line `because: …`",
            );
        }
        let levels = written.value.iter().filter_map(|name| self.level(name));
        Some(LevelLimit {
            levels: levels.collect::<Vec<_>>().into_iter().collect(),
            because: because.map_or_else(SmolStr::default, |b| b.value.trim().into()),
        })
    }

    fn level(&mut self, name: &Text) -> Option<Level> {
        let level = Level::from_name(&name.value);
        if level.is_none() {
            self.wrong(
                name.span.clone(),
                format!("`{}` is not a level", name.value),
                suggest::help(&name.value, Level::ALL.map(Level::name), ""),
            );
        }
        level
    }

    /// A number that must be at least 1.
    fn at_least_one(&mut self, number: Option<&At<u32>>, default: u32) -> u32 {
        let Some(number) = number else {
            return default;
        };
        if number.value == 0 {
            self.wrong(
                number.span.clone(),
                "0 means nothing here",
                "write at least 1",
            );
        }
        number.value
    }

    /// A share in percent, from `least` to 100.
    fn percent(&mut self, number: &At<u32>, least: u32) -> u32 {
        if number.value > 100 || number.value < least {
            self.wrong(
                number.span.clone(),
                format!("{} is not a share in percent", number.value),
                format!("write a number from {least} to 100"),
            );
        }
        number.value
    }
}
