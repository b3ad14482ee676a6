//! The simulated AWS as bytes: HTTP requests in, HTTP responses out, in AWS's own protocols.
//!
//! Start at [`Wire::answer`]. It is a plain function: no clock, no task, no socket. Signatures are
//! not verified; that a request has one at all is. Credentials, permissions and regions are not
//! modelled.
//!
//! | service | protocol | files |
//! | --- | --- | --- |
//! | EC2 | query in, XML out (`ec2Query`) | `ec2` |
//! | DynamoDB | JSON 1.0 | `dynamodb` |
//! | SNS, STS | query in, XML out (`awsQuery`) | `sns`, `sts` |
//!
//! - `front`: the door; `addressed`: who is asked, and for what; `outcome`: an answer or refusal
//!   as a response; `form`, `xml`, `moment`: parameters, elements and instants.
//!
//! Source of names and shapes: the service models that AWS ships with its SDKs. A parameter that the
//! world has no meaning for is refused with a sentence, never ignored.

mod addressed;
mod dynamodb;
mod ec2;
mod form;
mod front;
mod moment;
mod outcome;
mod sns;
mod sts;
mod xml;

pub use addressed::{Addressed, Service};
pub use front::Wire;
