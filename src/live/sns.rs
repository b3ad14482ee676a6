//! SNS: telling, and asking whether a topic is there.

use super::clients::Clients;
use super::error::end;
use super::witness::{Body, Witness};
use crate::ports::sns::{GetTopicAttributes, Publish};
use crate::ports::{Answer, Done, OperationName, Reply};

pub(super) async fn publish(clients: &Clients, request: &Publish) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("PublishResponse"));
    let subject = (!request.subject.is_empty()).then(|| request.subject.to_string());
    let sent = clients
        .sns
        .publish()
        .topic_arn(request.topic.as_str())
        .set_subject(subject)
        .message(request.message.as_str())
        .customize()
        .interceptor(witness.clone())
        .send()
        .await;
    end(OperationName::Publish, &witness, sent, |_| {
        Some(Reply::Publish(Done {}))
    })
}

pub(super) async fn get_topic_attributes(
    clients: &Clients,
    request: &GetTopicAttributes,
) -> Answer<Reply> {
    let witness = Witness::new(Body::Xml("GetTopicAttributesResponse"));
    let call = clients.sns.get_topic_attributes();
    let call = call.topic_arn(request.topic.as_str()).customize();
    let sent = call.interceptor(witness.clone()).send().await;
    end(OperationName::GetTopicAttributes, &witness, sent, |_| {
        Some(Reply::GetTopicAttributes(Done {}))
    })
}
