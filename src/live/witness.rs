//! What is seen of one call on its way: whether it left, what came beside the value, and whether a
//! 200 has the body of one.
//!
//! The SDK gives an output or an error, and neither tells enough. It does not look at the body of a
//! 200 where it expects nothing in it, so that a proxy's HTML would be read as a snapshot deleted; it
//! takes a listing in XML that breaks off for one that ends there, so that snapshots would be read as
//! gone; it takes an empty body for an empty JSON object, so that a row would be read as missing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::domain::Timestamp;
use crate::ports::Meta;

/// What the body of a 200 must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Body {
    /// A JSON object.
    Json,
    /// A whole XML document with this root; a `return` in it must be `true`.
    Xml(&'static str),
}

/// Sees one call; clones see the same one.
#[derive(Clone, Debug)]
pub(super) struct Witness(Arc<Seen>);

#[derive(Debug)]
struct Seen {
    body: Body,
    left: AtomicBool,
    meta: Mutex<Meta>,
}

impl Witness {
    pub(super) fn new(body: Body) -> Self {
        Self(Arc::new(Seen {
            body,
            left: AtomicBool::new(false),
            meta: Mutex::default(),
        }))
    }

    /// Whether the request was handed to the HTTP client. Before that it is not even signed.
    pub(super) fn left(&self) -> bool {
        self.0.left.load(Ordering::Relaxed)
    }

    /// The headers of the answer; empty without one.
    pub(super) fn meta(&self) -> Meta {
        let meta = self.0.meta.lock();
        meta.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Witness {
    fn name(&self) -> &'static str {
        "Witness"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.left.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let meta = self.0.meta.lock();
        *meta.unwrap_or_else(PoisonError::into_inner) = meta_of(context.response());
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() {
            return Ok(());
        }
        let body = response.body().bytes().unwrap_or_default();
        let is_right = match self.0.body {
            Body::Json => body.trim_ascii_start().starts_with(b"{"),
            Body::Xml(root) => acknowledges(body, root),
        };
        if is_right {
            Ok(())
        } else {
            Err("the body of the answer is not one of AWS's".into())
        }
    }
}

fn meta_of(response: &HttpResponse) -> Meta {
    let header = |name| response.headers().get(name);
    let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
    let date = header("date").and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    Meta {
        request_id: request_id.map(Into::into),
        server_time: date
            .and_then(|date| date.to_millis().ok())
            .map(Timestamp::from_ms),
    }
}

/// Whether a whole document with this root is there, and nothing in it says that it did not act.
fn acknowledges(body: &[u8], root: &str) -> bool {
    let Ok(body) = std::str::from_utf8(body) else {
        return false;
    };
    let mut reader = Reader::from_str(body);
    let (mut depth, mut closed, mut in_return) = (0_u32, false, false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name();
                if closed || (depth == 0 && name.as_ref() != root) {
                    return false;
                }
                in_return = depth == 1 && name.as_ref() == "return";
                depth += 1;
            }
            Ok(Event::Empty(tag)) if depth == 0 => {
                if closed || tag.local_name().as_ref() != root {
                    return false;
                }
                closed = true;
            }
            // The reader has checked that it ends what was begun last.
            Ok(Event::End(_)) => {
                depth -= 1;
                in_return = false;
                closed = depth == 0;
            }
            Ok(Event::Text(text)) if in_return && text.trim_ascii() != "true" => return false,
            Ok(Event::Eof) => return closed,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_is_whole_of_the_right_name_and_does_not_say_no() {
        let told = |body: &str| acknowledges(body.as_bytes(), "DeleteSnapshotResponse");
        let whole = "<?xml version=\"1.0\"?>\n<DeleteSnapshotResponse xmlns=\"http://ec2/\">\
            <requestId>1</requestId><return> true </return></DeleteSnapshotResponse>\n";
        assert!(told(whole));
        assert!(told("<DeleteSnapshotResponse/>"));
        assert!(!told(&whole.replace("true", "false")));
        for cut in 1..whole.trim_end().len() {
            assert!(!told(&whole[..cut]), "{}", &whole[..cut]);
        }
        assert!(!told("<html><body>Sign in</body></html>"));
        assert!(!told("<CreateTagsResponse/>"));
        assert!(!told("<DeleteSnapshotResponse/><html/>"));
        assert!(!told("{}"));
        let other =
            "<DeleteSnapshotResponse><a><return>false</return></a></DeleteSnapshotResponse>";
        assert!(told(other));
    }
}
