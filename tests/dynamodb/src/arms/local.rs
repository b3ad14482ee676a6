//! DynamoDB Local, asked over HTTP.

use std::time::Duration;

use serde_json::Value;

use super::Arm;

/// DynamoDB Local wants a signature to be there and does not check it.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
     Credential=AKIDEXAMPLE/20260328/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// A call that takes longer than this has no answer: the machine may be busy, but not that busy.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) fn target(operation: &str) -> String {
    format!("DynamoDB_20120810.{operation}")
}

/// There is no answer, or none that can be compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalError {
    /// Nobody answers, or not in time.
    #[error("DynamoDB Local at {url} did not answer {operation}")]
    Silent {
        /// Where.
        url: String,
        /// What was asked.
        operation: String,
        /// Why.
        source: Box<ureq::Error>,
    },
    /// The answer is not JSON.
    #[error("the answer is not DynamoDB's JSON: {0}")]
    Garbled(String),
    /// The table of a case can't be made.
    #[error("the table can't be made: {0}")]
    Table(String),
}

/// A client of one server. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Local {
    agent: ureq::Agent,
    url: String,
}

impl Local {
    /// A client of the server at `url`.
    pub(crate) fn new(url: String) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(CALL_TIMEOUT))
            .build();
        Self {
            agent: config.into(),
            url,
        }
    }
}

impl Arm for Local {
    fn send(&mut self, operation: &str, body: &str) -> Result<(u16, Value), LocalError> {
        let silent = |source| LocalError::Silent {
            url: self.url.clone(),
            operation: operation.to_owned(),
            source: Box::new(source),
        };
        let mut response = self
            .agent
            .post(&self.url)
            .header("authorization", AUTHORIZATION)
            .header("content-type", CONTENT_TYPE)
            .header("x-amz-target", target(operation))
            .send(body)
            .map_err(silent)?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().map_err(silent)?;
        let body = serde_json::from_str(&text)
            .map_err(|error| LocalError::Garbled(format!("{error}: {text}")))?;
        Ok((status, body))
    }
}
