//! One type per kind of id, so that a volume can never stand where a snapshot is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// Takes the text as it is; AWS's ids are opaque to us.
            pub fn new(text: impl Into<SmolStr>) -> Self { Self(text.into()) }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str { self.0.as_str() }

            /// The id as the shared string that it is stored in.
            #[must_use]
            pub const fn text(&self) -> &SmolStr { &self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.0.as_str()) }
        }

        impl From<&str> for $name { fn from(text: &str) -> Self { Self(SmolStr::new(text)) } }
    )* };
}

ids! {
    /// An EBS snapshot: `snap-` and 17 hexadecimal digits.
    SnapshotId;
    /// An EBS volume: `vol-` and 17 hexadecimal digits.
    VolumeId;
    /// An EC2 instance: `i-` and 17 hexadecimal digits.
    InstanceId;
    /// A machine image: `ami-` and 17 hexadecimal digits.
    ImageId;
    /// An AWS account: 12 digits.
    AccountId;
    /// An AWS Region, as `eu-central-1`.
    Region;
    /// One installation of snaplife in one account and Region; the mark on everything it made.
    InstallationId;
    /// One try of one creation; it travels as a tag with the create call and is how a lost answer
    /// is found again. `op-` and 26 letters of base32.
    OpId;
    /// An SNS topic, as `arn:aws:sns:eu-central-1:111122223333:backups`.
    TopicArn;
    /// A device name on an instance, as `/dev/sdf`.
    Device;
    /// A digest of what a plan would delete; what `approve` stores.
    PlanDigest;
}

/// The name of a policy: `[a-z0-9-]{1,40}`, so that it can stand in row keys and in a tag.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyName(SmolStr);

/// A text that cannot be a policy's name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` cannot be the name of a policy: use 1 to 40 of a-z, 0-9 and -")]
pub struct PolicyNameError {
    /// What was given.
    pub text: String,
}

impl PolicyName {
    /// The longest name, in characters.
    pub const CHARACTERS_MAX: usize = 40;

    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`PolicyNameError`] when it has another character or length.
    pub fn parse(text: &str) -> Result<Self, PolicyNameError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > Self::CHARACTERS_MAX || !text.chars().all(allowed) {
            return Err(PolicyNameError {
                text: text.to_owned(),
            });
        }
        Ok(Self(SmolStr::new(text)))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Default for PolicyName {
    /// The name of a policy that was given none.
    fn default() -> Self {
        Self(SmolStr::new_static("default"))
    }
}

/// The name of the table that holds the catalog.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TableName(SmolStr);

/// A text that DynamoDB takes for no table's name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` cannot be the name of a table: use 3 to 255 letters, digits, _, - and .")]
pub struct TableNameError {
    /// What was given.
    pub text: String,
}

impl TableName {
    /// The name that the old scripts gave it, and that it has unless somebody says otherwise.
    pub const USUAL: Self = Self(SmolStr::new_static(Self::USUAL_TEXT));
    /// The same as text.
    pub const USUAL_TEXT: &'static str = "Snaps";

    /// Checks and takes a name.
    ///
    /// Source: Amazon DynamoDB Developer Guide, *Supported data types and naming rules*.
    ///
    /// # Errors
    /// [`TableNameError`] when it has another character or length.
    pub fn parse(text: &str) -> Result<Self, TableNameError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !(3..=255).contains(&text.len()) || !text.chars().all(allowed) {
            return Err(TableNameError {
                text: text.to_owned(),
            });
        }
        Ok(Self(SmolStr::new(text)))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Default for TableName {
    fn default() -> Self {
        Self::USUAL
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str())
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tables_name_is_what_dynamodb_takes() {
        for good in ["Snaps", "a-b", "my.table_2", &"x".repeat(255)] {
            assert!(TableName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "my table", "größe", "a/b", &"x".repeat(256)] {
            assert!(TableName::parse(bad).is_err(), "{bad}");
        }
    }
}
