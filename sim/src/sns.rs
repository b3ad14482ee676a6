//! Amazon SNS: standard topics that keep what was published to them.
//!
//! Source: SNS API Reference, *Publish*. A standard topic has no idempotency: who publishes twice
//! mails twice. Subscriptions and FIFO topics are not modelled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use crate::answer::{Answer, Refusal};
use crate::time::Timestamp;

/// The longest message in bytes.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;

/// A subject is shorter than this, in characters.
pub const SUBJECT_CHARACTERS: usize = 100;

/// The topics of one account and Region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sns {
    topics: BTreeMap<SmolStr, Vec<Message>>,
}

/// A message as it was published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// The text.
    pub body: SmolStr,
    /// The subject, if it has one.
    pub subject: Option<SmolStr>,
}

impl Sns {
    /// Makes a topic; making it again changes nothing (*CreateTopic*).
    pub fn create_topic(&mut self, arn: impl Into<SmolStr>) {
        self.topics.entry(arn.into()).or_default();
    }

    /// `Publish`; the message's id comes back.
    ///
    /// # Errors
    /// `NotFound` (404) for a topic that does not exist; `InvalidParameter` (400) for a subject that
    /// is empty, has 100 characters or more, or a line break or another control character, and for a
    /// message that is empty or longer than 256 KiB.
    pub fn publish(
        &mut self,
        now: Timestamp,
        topic: &str,
        subject: Option<&SmolStr>,
        body: &SmolStr,
    ) -> Answer<SmolStr> {
        if let Some(subject) = subject {
            check_subject(subject)?;
        }
        if body.is_empty() || body.len() > MESSAGE_BYTES_MAX {
            let message = "Invalid parameter: Message too long or empty";
            return Err(Refusal::new(400, "InvalidParameter", message));
        }
        let topic = self.topics.get_mut(topic);
        let topic = topic.ok_or_else(|| Refusal::new(404, "NotFound", "Topic does not exist"))?;
        topic.push(Message {
            at: now,
            body: body.clone(),
            subject: subject.cloned(),
        });
        Ok(format_smolstr!("message-{}", topic.len()))
    }

    /// `GetTopicAttributes`, as far as it tells whether the topic is there (SNS API Reference,
    /// *GetTopicAttributes*).
    ///
    /// # Errors
    /// `NotFound` (404) for a topic that does not exist.
    pub fn get_topic_attributes(&self, topic: &str) -> Answer<()> {
        match self.topics.contains_key(topic) {
            true => Ok(()),
            false => Err(Refusal::new(404, "NotFound", "Topic does not exist")),
        }
    }

    /// What was published to a topic, in order; nothing for a topic that does not exist.
    #[must_use]
    pub fn messages(&self, topic: &str) -> &[Message] {
        self.topics.get(topic).map_or(&[], Vec::as_slice)
    }
}

fn check_subject(subject: &str) -> Result<(), Refusal> {
    let characters = subject.chars().count();
    let long = characters == 0 || characters >= SUBJECT_CHARACTERS;
    if long || subject.chars().any(char::is_control) {
        return Err(Refusal::new(
            400,
            "InvalidParameter",
            "Invalid parameter: Subject",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_topic_takes_is_kept_and_the_rest_is_refused() {
        let mut sns = Sns::default();
        sns.create_topic("arn:t");
        let mut publish = |topic: &str, subject: &str, body: &str| {
            let answer = sns.publish(Timestamp(5), topic, Some(&subject.into()), &body.into());
            answer.map_or_else(
                |refusal| format!("{} {}", refusal.status, refusal.code),
                Into::into,
            )
        };
        assert_eq!(publish("arn:t", "four snapshots made", "text"), "message-1");
        assert_eq!(publish("arn:t", &"s".repeat(99), "text"), "message-2");
        assert_eq!(
            publish("arn:t", &"s".repeat(100), "text"),
            "400 InvalidParameter"
        );
        assert_eq!(
            publish("arn:t", "two\nlines", "text"),
            "400 InvalidParameter"
        );
        assert_eq!(
            publish("arn:t", "s", &"x".repeat(256 * 1024 + 1)),
            "400 InvalidParameter"
        );
        assert_eq!(publish("arn:other", "s", "text"), "404 NotFound");
        assert_eq!(sns.messages("arn:t").len(), 2);
    }
}
