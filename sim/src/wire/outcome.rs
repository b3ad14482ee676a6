//! An answer or a refusal as a response: status, headers, and error bodies.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use smol_str::{SmolStr, format_smolstr};

use super::addressed::Service;
use super::moment::http_date;
use super::xml::Xml;
use super::{dynamodb, sns, sts};
use crate::answer::Refusal;
use crate::chance::Chance;
use crate::time::Timestamp;

/// The id of a request, as support asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RequestId(SmolStr);

impl RequestId {
    /// The id of the `n`th request: the form of a UUID, or DynamoDB's 52 letters and digits.
    pub(super) fn draw(chance: Chance, service: Service, n: u64) -> Self {
        let hex = chance.hex(52, "request-id", &[service.name()], n);
        Self(match service {
            Service::DynamoDb => hex.to_uppercase().into(),
            Service::Ec2 | Service::Sns | Service::Sts => format_smolstr!(
                "{}-{}-{}-{}-{}",
                &hex[..8],
                &hex[8..12],
                &hex[12..16],
                &hex[16..20],
                &hex[20..32]
            ),
        })
    }

    /// As text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A response that says yes.
pub(super) fn success(
    service: Service,
    now: Timestamp,
    id: &RequestId,
    body: Bytes,
) -> Response<Bytes> {
    respond(StatusCode::OK, service, now, id, body)
}

/// A response that says no.
pub(super) fn refused(
    service: Service,
    now: Timestamp,
    id: &RequestId,
    refusal: &Refusal,
) -> Response<Bytes> {
    let body = match service {
        _ if refusal.code.is_empty() => Bytes::new(),
        Service::Ec2 => ec2_error(id, refusal),
        Service::DynamoDb => dynamodb::error_body(refusal),
        Service::Sns => query_error(sns::NAMESPACE, id, refusal),
        Service::Sts => query_error(sts::NAMESPACE, id, refusal),
    };
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    respond(status, service, now, id, body)
}

/// EC2's error body has a shape of its own, `RequestID` included (EC2 API Reference, *Error codes
/// for the Amazon EC2 API*).
fn ec2_error(id: &RequestId, refusal: &Refusal) -> Bytes {
    Xml::document("Response", None, |xml| {
        xml.tree("Errors", |xml| {
            xml.tree("Error", |xml| {
                xml.leaf("Code", &refusal.code);
                xml.leaf("Message", &refusal.message);
            });
        });
        xml.leaf("RequestID", id.as_str());
    })
}

/// The error body of the other query services (Smithy, *AWS query protocol*).
fn query_error(namespace: &str, id: &RequestId, refusal: &Refusal) -> Bytes {
    let at_fault = if refusal.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    Xml::document("ErrorResponse", Some(namespace), |xml| {
        xml.tree("Error", |xml| {
            xml.leaf("Type", at_fault);
            xml.leaf("Code", &refusal.code);
            xml.leaf("Message", &refusal.message);
        });
        xml.leaf("RequestId", id.as_str());
    })
}

fn respond(
    status: StatusCode,
    service: Service,
    now: Timestamp,
    id: &RequestId,
    body: Bytes,
) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let length = response.body().len();
    let checksum = crc32fast::hash(response.body());
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, length.into());
    let kind = match service {
        Service::DynamoDb => "application/x-amz-json-1.0",
        Service::Ec2 => "text/xml;charset=UTF-8",
        Service::Sns | Service::Sts => "text/xml",
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    put(headers, DATE, &http_date(now));
    put(
        headers,
        HeaderName::from_static("x-amzn-requestid"),
        id.as_str(),
    );
    if service == Service::DynamoDb {
        // DynamoDB Developer Guide, *DynamoDB low-level API*: the checksum of the body as sent.
        let name = HeaderName::from_static("x-amz-crc32");
        headers.insert(name, checksum.into());
    }
    response
}

/// Leaves out what can't stand in a header: a date of before the year 0.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        headers.insert(name, value);
    }
}
