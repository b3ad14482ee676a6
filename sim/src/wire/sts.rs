//! STS over the query protocol.
//!
//! Source: STS API Reference, *GetCallerIdentity*.

use bytes::Bytes;

use super::form::Form;
use super::outcome::RequestId;
use super::sns::{invalid_action, result};
use crate::answer::Answer;
use crate::world::World;

/// The API's version.
const VERSION: &str = "2011-06-15";

/// The namespace of its answers.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn answer(
    world: &World,
    operation: &str,
    mut form: Form<'_>,
    id: &RequestId,
) -> Answer<Bytes> {
    if operation != "GetCallerIdentity" {
        return Err(invalid_action(operation, VERSION));
    }
    form.take("Action");
    form.take("Version");
    form.finish()?;
    let identity = world.sts.get_caller_identity();
    Ok(result("GetCallerIdentity", NAMESPACE, id, |xml| {
        xml.leaf("Arn", &identity.arn);
        xml.leaf("UserId", &identity.user_id);
        xml.leaf("Account", identity.account.as_str());
    }))
}
