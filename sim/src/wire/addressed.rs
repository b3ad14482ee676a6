//! Who is asked, and for what: the service and the operation of a request.

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use smol_str::SmolStr;

/// The header that names the operation of a JSON protocol.
const TARGET: &str = "x-amz-target";

/// What a target of DynamoDB begins with (DynamoDB Developer Guide, *DynamoDB low-level API*).
const DYNAMODB_TARGET: &str = "DynamoDB_20120810.";

/// The services that have a front here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Service {
    /// Amazon DynamoDB.
    DynamoDb,
    /// Amazon EC2.
    Ec2,
    /// Amazon SNS.
    Sns,
    /// AWS STS.
    Sts,
}

/// Whether a request is signed. What the signature says is not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Signature {
    /// It has one.
    Present,
    /// It has none.
    Missing,
}

/// What a request is about, as far as its envelope tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addressed {
    /// The operation as AWS spells it; empty when the request names none. Any text, not only
    /// operations that exist: of a service that is not here the whole target, as
    /// `AmazonSSM.SendCommand`.
    pub operation: SmolStr,
    /// The service.
    pub service: Service,
}

impl Service {
    /// The name in hosts, in credential scopes, and in front of a call's name, as `ec2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Ec2 => "ec2",
            Self::Sns => "sns",
            Self::Sts => "sts",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::DynamoDb, Self::Ec2, Self::Sns, Self::Sts]
            .into_iter()
            .find(|service| service.name() == name)
    }

    /// The API version that only this service has.
    fn versioned(version: &str) -> Option<Self> {
        Some(match version {
            "2016-11-15" => Self::Ec2,
            "2010-03-31" => Self::Sns,
            "2011-06-15" => Self::Sts,
            _ => return None,
        })
    }
}

impl Addressed {
    /// Reads the envelope: the scope of the signature first, as AWS's own front does, then the
    /// target, the host, and the version in the body.
    ///
    /// A request for a service that is not here goes to one that speaks its protocol and does not
    /// know its operation: with a target to DynamoDB, else to EC2.
    #[must_use]
    pub fn of(request: &Request<Bytes>) -> Self {
        let target = header(request, TARGET);
        let service = scope(header(request, AUTHORIZATION.as_str()))
            .and_then(Service::named)
            .or_else(|| (!target.is_empty()).then_some(Service::DynamoDb))
            .or_else(|| {
                let first = host(request).split(['.', ':']).next();
                first.and_then(Service::named)
            })
            .or_else(|| parameter(request, "Version").and_then(|text| Service::versioned(&text)));
        let service = service.unwrap_or(Service::Ec2);
        let operation = match service {
            Service::DynamoDb => {
                SmolStr::new(target.strip_prefix(DYNAMODB_TARGET).unwrap_or(target))
            }
            Service::Ec2 | Service::Sns | Service::Sts => {
                parameter(request, "Action").unwrap_or_default()
            }
        };
        Self { operation, service }
    }
}

/// Whether a request is signed, in its headers or, as a presigned one, in its URL.
pub(super) fn signature(request: &Request<Bytes>) -> Signature {
    let presigned = || {
        request
            .uri()
            .query()
            .is_some_and(|query| query.contains("X-Amz-Signature="))
    };
    if request.headers().contains_key(AUTHORIZATION) || presigned() {
        Signature::Present
    } else {
        Signature::Missing
    }
}

/// The service in `…Credential=KEY/20260328/eu-central-1/ec2/aws4_request, …`.
///
/// Source: IAM User Guide, *Elements of an AWS API request signature*.
fn scope(authorization: &str) -> Option<&str> {
    let (_, credential) = authorization.split_once("Credential=")?;
    let (credential, _) = credential.split_once(',').unwrap_or((credential, ""));
    let mut parts = credential.trim().rsplit('/');
    (parts.next() == Some("aws4_request"))
        .then(|| parts.next())
        .flatten()
}

fn host(request: &Request<Bytes>) -> &str {
    request
        .uri()
        .host()
        .unwrap_or_else(|| header(request, HOST.as_str()))
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// One parameter of a form, from body or URL.
fn parameter(request: &Request<Bytes>, wanted: &str) -> Option<SmolStr> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    form_urlencoded::parse(request.body())
        .chain(form_urlencoded::parse(query))
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| SmolStr::new(value))
}
