//! The SNS calls we make.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::TopicArn;

/// `sns:Publish`. A standard topic has no idempotency: a second try may mail twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Publish {
    /// The text.
    pub message: SmolStr,
    /// Under 100 characters, one line.
    pub subject: SmolStr,
    /// The topic's ARN.
    pub topic: TopicArn,
}

/// `sns:GetTopicAttributes`: whether a topic is there. What it tells is not read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GetTopicAttributes {
    /// The topic's ARN.
    pub topic: TopicArn,
}
