//! AWS STS: whose credentials these are.

use serde::{Deserialize, Serialize};

use crate::ec2::AccountId;

/// STS for one caller.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sts {
    account: AccountId,
}

/// What `GetCallerIdentity` tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// `Account`.
    pub account: AccountId,
    /// `Arn`.
    pub arn: String,
    /// `UserId`.
    pub user_id: String,
}

impl Sts {
    /// For a caller of this account.
    #[must_use]
    pub const fn new(account: AccountId) -> Self {
        Self { account }
    }

    /// `GetCallerIdentity`: needs no permission and is never refused (STS API Reference).
    #[must_use]
    pub fn get_caller_identity(&self) -> Identity {
        let account = self.account.clone();
        Identity {
            arn: format!("arn:aws:sts::{account}:assumed-role/simulated/session"),
            user_id: "AROASIMULATED:session".to_owned(),
            account,
        }
    }

    /// From now on the credentials belong to another account, as after a change of profile.
    pub fn become_account(&mut self, account: AccountId) {
        self.account = account;
    }
}
