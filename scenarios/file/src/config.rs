//! `snaplife.yaml`: the policies of an installation, and where they hold.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::policy::PolicyFile;
use crate::text::{At, Text};

/// The policies of an installation, and the account and Region that they are meant for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Configuration")]
pub struct ConfigurationFile {
    /// The account that the commands may act in, 12 digits (default: any).
    #[serde(deserialize_with = "given")]
    pub account: Option<Text>,
    /// The Region that the commands may act in, as eu-central-1 (default: any).
    #[serde(deserialize_with = "given")]
    pub region: Option<Text>,
    /// The name of the table that --live keeps its records in (default: Snaps).
    #[serde(deserialize_with = "given")]
    pub table: Option<Text>,
    /// The policies, each with a name when there are several; without a word one that selects
    /// instances with the tag snapshot=snapshot and takes lifetimes from their tags.
    #[serde(deserialize_with = "given")]
    pub policies: Option<At<Vec<At<PolicyFile>>>>,
}

/// A field that is written has a value: a pin whose value was forgotten is no pin that may be left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(reader: D) -> Result<Option<T>, D::Error> {
    T::deserialize(reader).map(Some)
}
