//! The policies of an installation, and where they hold.

use smol_str::SmolStr;

use crate::domain::{AccountId, Policy, PolicyName, Region, TableName};

/// A configuration: what `snaplife.yaml` says, or what holds without one.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The file's name as it was given; none when there is no file.
    pub path: Option<SmolStr>,
    /// BLAKE3 of the file's bytes, 64 hexadecimal digits.
    pub digest: SmolStr,
    /// The only account that commands may act in; none for any.
    pub account: Option<AccountId>,
    /// The only Region that commands may act in; none for any.
    pub region: Option<Region>,
    /// The table in a real account; a simulated one has one table.
    pub table: TableName,
    /// At least one, in the file's order, each name once.
    pub policies: Vec<Policy>,
}

/// The names of what is in a world that no file describes, for faults and acts in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Instances.
    pub instances: Vec<SmolStr>,
    /// Volumes, also such as are gone.
    pub volumes: Vec<SmolStr>,
    /// Snapshots.
    pub snapshots: Vec<SmolStr>,
    /// Images.
    pub images: Vec<SmolStr>,
}

impl Default for Configuration {
    /// What holds without a file: one policy, by tag.
    fn default() -> Self {
        crate::scenario::without_file()
    }
}

impl Configuration {
    /// The policy of a name.
    #[must_use]
    pub fn policy(&self, name: &PolicyName) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name == *name)
    }
}
