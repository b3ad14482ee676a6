//! The names of a file: each given once, each use known.

use std::collections::BTreeMap;
use std::ops::Range;

use smol_str::SmolStr;

use super::Builder;
use crate::domain::PolicyName;
use crate::scenario::file::text::{PolicyText, Text, VolumeName};
use crate::scenario::{Mistakes, suggest};

/// What a name can be the name of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Noun {
    Instance,
    Volume,
    Snapshot,
    Image,
}

impl Noun {
    pub(super) const ALL: [Self; 4] = [Self::Instance, Self::Volume, Self::Snapshot, Self::Image];

    /// What its names start with, so that a name alone says what it names.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Instance => "i-",
            Self::Volume => "vol-",
            Self::Snapshot => "snap-",
            Self::Image => "ami-",
        }
    }

    /// `an instance`.
    pub(super) const fn with_article(self) -> &'static str {
        match self {
            Self::Instance => "an instance",
            Self::Volume => "a volume",
            Self::Snapshot => "a snapshot",
            Self::Image => "an image",
        }
    }

    const fn plain(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Volume => "volume",
            Self::Snapshot => "snapshot",
            Self::Image => "image",
        }
    }

    /// The noun that a name's prefix says.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|noun| name.starts_with(noun.prefix()))
    }
}

/// Every name the file gives, by what it names; with the line it was first given on.
#[derive(Default)]
pub(super) struct Names(BTreeMap<(Noun, SmolStr), u32>);

impl Names {
    /// The line on which a name was given.
    pub(super) fn line(&self, noun: Noun, name: &str) -> Option<u32> {
        self.0.get(&(noun, SmolStr::new(name))).copied()
    }

    /// Takes the name of something that no file gave.
    pub(super) fn there_already(&mut self, noun: Noun, name: &SmolStr) {
        self.0.insert((noun, name.clone()), 0);
    }

    fn all(&self, noun: Noun) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .filter(move |(kind, _)| *kind == noun)
            .map(|(_, name)| name.as_str())
    }
}

impl Builder<'_> {
    /// Takes a new name: well formed, and not given before.
    pub(super) fn name(&mut self, noun: Noun, name: &str, place: Range<usize>) -> SmolStr {
        self.well_formed(noun, name, place.clone());
        if let Some(line) = self.names.line(noun, name) {
            self.wrong(
                place.clone(),
                format!("{} `{name}` is there already, on line {line}", noun.plain()),
                "give it another name",
            );
        }
        let line = self.line(place.start);
        self.names.0.entry((noun, name.into())).or_insert(line);
        name.into()
    }

    /// A name has its prefix and no letter that row keys, tags or references could trip over.
    pub(super) fn well_formed(&mut self, noun: Noun, name: &str, place: Range<usize>) {
        const LETTERS_MAX: usize = 64;
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let rest = name.strip_prefix(noun.prefix()).unwrap_or("");
        if rest.is_empty() || name.len() > LETTERS_MAX || !name.chars().all(fine) {
            self.wrong(
                place,
                format!("`{name}` cannot be the name of {}", noun.with_article()),
                format!(
                    "start with `{}` and go on with letters, digits, `-`, `_` or `.`; 64 at most",
                    noun.prefix()
                ),
            );
        }
    }

    /// Uses a name, which must have been given.
    pub(super) fn known(&mut self, noun: Noun, name: &str, place: Range<usize>) -> SmolStr {
        if self.names.line(noun, name).is_none() {
            // With more mistakes than are ever shown, looking for near names is wasted.
            let looked_at = if self.mistakes.len() < Mistakes::MAX {
                usize::MAX
            } else {
                0
            };
            let help = suggest::help(
                name,
                self.names.all(noun).take(looked_at),
                &format!("name {} of this file", noun.with_article()),
            );
            self.wrong(
                place,
                format!("there is no {} `{name}`", noun.plain()),
                help,
            );
        }
        name.into()
    }

    /// Uses the name of a volume.
    pub(super) fn volume(&mut self, name: &VolumeName) -> crate::domain::VolumeId {
        let known = self.known(Noun::Volume, &name.value, name.span.clone());
        crate::domain::VolumeId::new(known)
    }

    /// Uses the name of a volume, if one is given.
    pub(super) fn maybe_volume(
        &mut self,
        name: Option<&VolumeName>,
    ) -> Option<crate::domain::VolumeId> {
        name.map(|name| self.volume(name))
    }

    /// Uses the name of an instance.
    pub(super) fn instance(&mut self, name: &Text) -> crate::domain::InstanceId {
        let known = self.known(Noun::Instance, &name.value, name.span.clone());
        crate::domain::InstanceId::new(known)
    }

    /// Uses the name of an image.
    pub(super) fn image(&mut self, name: &Text) -> crate::domain::ImageId {
        let known = self.known(Noun::Image, &name.value, name.span.clone());
        crate::domain::ImageId::new(known)
    }

    /// The policies that a step is about: the one it names, or all.
    pub(super) fn policies_of(&mut self, name: Option<&PolicyText>) -> Vec<PolicyName> {
        match name {
            Some(name) => vec![self.policy_name(name)],
            None => self.policies.iter().map(|p| p.name.clone()).collect(),
        }
    }

    /// Uses the name of a policy.
    pub(super) fn policy_name(&mut self, name: &PolicyText) -> PolicyName {
        let found = self.policies.iter().map(|policy| &policy.name);
        if let Some(known) = found.clone().find(|known| known.as_str() == name.value) {
            return known.clone();
        }
        let help = suggest::help(&name.value, found.map(PolicyName::as_str), "");
        let message = format!("there is no policy `{}`", name.value);
        self.wrong(name.span.clone(), message, help);
        PolicyName::default()
    }

    /// The policy that a step is about when it must be one.
    pub(super) fn one_policy(
        &mut self,
        name: Option<&PolicyText>,
        place: &Range<usize>,
    ) -> PolicyName {
        if let Some(name) = name {
            return self.policy_name(name);
        }
        if self.policies.len() > 1 {
            let names: Vec<&str> = self.policies.iter().map(|p| p.name.as_str()).collect();
            let help = format!("add `policy`, one of {}", suggest::listed(&names, "and"));
            self.wrong(self.start_of(place), "there are several policies", help);
        }
        let first = self.policies.first();
        first.map(|policy| policy.name.clone()).unwrap_or_default()
    }
}
