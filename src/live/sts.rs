//! STS: whose credentials these are.

use smol_str::SmolStr;

use super::clients::Clients;
use super::error::end;
use super::witness::{Body, Witness};
use crate::ports::sts::CallerIdentity;
use crate::ports::{Answer, OperationName, Reply};

/// The account, and who in it.
pub(super) struct Who {
    pub(super) account: SmolStr,
    /// The ARN of the user or role; empty where an endpoint tells none.
    pub(super) principal: SmolStr,
}

pub(super) async fn get_caller_identity(clients: &Clients) -> Answer<Reply> {
    let region = clients.region.text();
    caller(clients).await.map(|Who { account, .. }| {
        Reply::GetCallerIdentity(CallerIdentity {
            account,
            region: region.clone(),
        })
    })
}

/// `GetCallerIdentity` with all that it tells.
pub(super) async fn caller(clients: &Clients) -> Answer<Who> {
    let witness = Witness::new(Body::Xml("GetCallerIdentityResponse"));
    let call = clients.sts.get_caller_identity().customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(OperationName::GetCallerIdentity, &witness, sent, |told| {
        Some(Who {
            // One that names no account says nothing.
            account: told.account.filter(|account| !account.is_empty())?.into(),
            principal: told.arn.unwrap_or_default().into(),
        })
    })
}
