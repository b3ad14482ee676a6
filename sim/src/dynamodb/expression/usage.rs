//! Which names and tokens an expression uses, collected once when it is parsed.

use smol_str::SmolStr;

use super::tree::{Assigned, Condition, Name, Operand, Path, Projection, Step, Update};

/// What an expression uses.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Usage {
    /// `#name` tokens, each once, in order of appearance.
    pub names: Vec<SmolStr>,
    /// `:value` tokens, each once, in order of appearance.
    pub values: Vec<SmolStr>,
    /// Names written without a token, each once.
    pub plain: Vec<SmolStr>,
    /// The attributes at the root of paths, each once.
    pub roots: Vec<Name>,
}

/// A tree that can tell what it uses.
pub trait Uses {
    /// Adds everything it uses.
    fn collect(&self, usage: &mut Usage);
}

impl Usage {
    /// What a tree uses.
    pub fn of(tree: &impl Uses) -> Self {
        let mut usage = Self::default();
        tree.collect(&mut usage);
        usage
    }

    fn value(&mut self, token: &SmolStr) {
        add(&mut self.values, token);
    }

    fn name(&mut self, name: &Name) {
        match name {
            Name::Plain(name) => add(&mut self.plain, name),
            Name::Token(token) => add(&mut self.names, token),
        }
    }
}

fn add(list: &mut Vec<SmolStr>, name: &SmolStr) {
    if !list.contains(name) {
        list.push(name.clone());
    }
}

impl Uses for Path {
    fn collect(&self, usage: &mut Usage) {
        usage.name(&self.root);
        if !usage.roots.contains(&self.root) {
            usage.roots.push(self.root.clone());
        }
        for step in &self.steps {
            match step {
                Step::Field(name) => usage.name(name),
                Step::Index(_) => {}
            }
        }
    }
}

impl Uses for Operand {
    fn collect(&self, usage: &mut Usage) {
        match self {
            Self::Path(path) | Self::Size(path) => path.collect(usage),
            Self::Value(token) => usage.value(token),
        }
    }
}

impl Uses for Condition {
    fn collect(&self, usage: &mut Usage) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.collect(usage));
            }
            Self::Not(inner) => inner.collect(usage),
            Self::Compare(left, _, right)
            | Self::BeginsWith(left, right)
            | Self::Contains(left, right) => {
                left.collect(usage);
                right.collect(usage);
            }
            Self::Between(subject, low, high) => {
                subject.collect(usage);
                low.collect(usage);
                high.collect(usage);
            }
            Self::In(subject, choices) => {
                subject.collect(usage);
                choices.iter().for_each(|choice| choice.collect(usage));
            }
            Self::Exists(path) | Self::NotExists(path) => path.collect(usage),
            Self::Type(path, kind) => {
                path.collect(usage);
                kind.collect(usage);
            }
        }
    }
}

impl Uses for Assigned {
    fn collect(&self, usage: &mut Usage) {
        match self {
            Self::Path(path) => path.collect(usage),
            Self::Value(token) => usage.value(token),
            Self::Plus(left, right) | Self::Minus(left, right) | Self::ListAppend(left, right) => {
                left.collect(usage);
                right.collect(usage);
            }
            Self::IfNotExists(path, other) => {
                path.collect(usage);
                other.collect(usage);
            }
        }
    }
}

impl Uses for Update {
    fn collect(&self, usage: &mut Usage) {
        self.targets().for_each(|path| path.collect(usage));
        for (_, assigned) in &self.set {
            assigned.collect(usage);
        }
        for (_, token) in self.add.iter().chain(&self.delete) {
            usage.value(token);
        }
    }
}

impl Uses for Projection {
    fn collect(&self, usage: &mut Usage) {
        self.iter().for_each(|path| path.collect(usage));
    }
}
