//! The STS call we make.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// `sts:GetCallerIdentity`: whose credentials these are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GetCallerIdentity {}

/// The account and Region that calls go to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallerIdentity {
    /// The account the credentials belong to.
    pub account: SmolStr,
    /// The Region the client is set to.
    pub region: SmolStr,
}
