//! SNS over the query protocol.
//!
//! Source: SNS API Reference, *Publish*, *GetTopicAttributes*, *Common Errors*.

use bytes::Bytes;
use smol_str::{SmolStr, format_smolstr};

use super::form::Form;
use super::outcome::RequestId;
use super::xml::Xml;
use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;
use crate::world::World;

/// The API's version.
const VERSION: &str = "2010-03-31";

/// The namespace of its answers.
pub(super) const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

pub(super) fn answer(
    world: &mut World,
    now: Timestamp,
    operation: &str,
    mut form: Form<'_>,
    id: &RequestId,
) -> Answer<Bytes> {
    form.take("Action");
    form.take("Version");
    match operation {
        "GetTopicAttributes" => {
            let topic = topic(form.take("TopicArn"))?;
            form.finish()?;
            world.sns.get_topic_attributes(&topic)?;
            Ok(result(operation, NAMESPACE, id, |xml| {
                xml.tree("Attributes", |xml| {
                    xml.tree("entry", |xml| {
                        xml.leaf("key", "TopicArn");
                        xml.leaf("value", &topic);
                    });
                });
            }))
        }
        "Publish" => {
            let topic = topic(form.take("TopicArn").or_else(|| form.take("TargetArn")))?;
            let subject = form.take("Subject");
            let body = form.require("Message")?;
            // Message attributes, structures and phone numbers are not modelled.
            form.finish()?;
            let published = world.sns.publish(now, &topic, subject.as_ref(), &body)?;
            Ok(result(operation, NAMESPACE, id, |xml| {
                xml.leaf("MessageId", &published);
            }))
        }
        other => Err(invalid_action(other, VERSION)),
    }
}

fn topic(given: Option<SmolStr>) -> Answer<SmolStr> {
    given.ok_or_else(|| {
        let message = "Invalid parameter: TopicArn or TargetArn Reason: no value for required \
                       parameter";
        Refusal::new(400, "InvalidParameter", message)
    })
}

/// A successful answer of the query protocol (Smithy, *AWS query protocol*).
pub(super) fn result(
    operation: &str,
    namespace: &str,
    id: &RequestId,
    fill: impl FnOnce(&mut Xml),
) -> Bytes {
    let root = format_smolstr!("{operation}Response");
    Xml::document(&root, Some(namespace), |xml| {
        xml.tree(&format_smolstr!("{operation}Result"), fill);
        xml.tree("ResponseMetadata", |xml| {
            xml.leaf("RequestId", id.as_str());
        });
    })
}

/// `InvalidAction`, for an operation that the service does not have (*Common Errors*).
pub(super) fn invalid_action(operation: &str, version: &str) -> Refusal {
    let message = format_smolstr!("Could not find operation {operation} for version {version}");
    Refusal::new(400, "InvalidAction", message)
}
