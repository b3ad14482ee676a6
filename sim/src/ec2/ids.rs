//! One type per kind of id.

use std::borrow::Borrow;
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
            /// Takes the text as it is.
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

        // Sound because the derived order and equality are those of the text.
        impl Borrow<str> for $name { fn borrow(&self) -> &str { self.0.as_str() } }
    )* };
}

ids! {
    /// An EBS snapshot: `snap-` and 17 hexadecimal digits.
    SnapshotId;
    /// An EBS volume: `vol-` and more.
    VolumeId;
    /// An EC2 instance: `i-` and more.
    InstanceId;
    /// A machine image: `ami-` and more.
    ImageId;
    /// An AWS account: 12 digits.
    AccountId;
}

/// Whether a text has the form of an id of this kind: the prefix, then letters, digits and dashes.
///
/// EC2 wants 8 or 17 hexadecimal digits (EC2 User Guide, *Resource IDs*). The world takes any name,
/// so that a story about `vol-db` can be read.
pub(super) fn well_formed(id: &str, prefix: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    id.strip_prefix(prefix)
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(allowed))
}
