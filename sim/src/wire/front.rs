//! The door: one request, one response.

use bytes::Bytes;
use http::{Request, Response};

use super::addressed::{Addressed, Service, Signature, signature};
use super::form::Form;
use super::outcome::{self, RequestId};
use super::{dynamodb, ec2, sns, sts};
use crate::answer::{Answer, Refusal};
use crate::chance::Chance;
use crate::time::Timestamp;
use crate::world::World;

/// The wire front of a world. It remembers nothing but how many requests it answered, which numbers
/// their ids.
#[derive(Clone, Debug)]
pub struct Wire {
    answered: u64,
    chance: Chance,
}

impl Wire {
    /// A front whose request ids, and reservation ids of instances, are drawn from `chance`.
    #[must_use]
    pub const fn new(chance: Chance) -> Self {
        Self {
            answered: 0,
            chance,
        }
    }

    /// Answers one request at `now`, in the protocol of the service that it is for.
    ///
    /// Whatever the bytes are, there is an answer: what can't be read is refused in AWS's words.
    ///
    /// # Panics
    /// When `now` is before a time that the world has already seen, which is a bug of the caller.
    pub fn answer(
        &mut self,
        world: &mut World,
        now: Timestamp,
        request: &Request<Bytes>,
    ) -> Response<Bytes> {
        let addressed = Addressed::of(request);
        let id = self.next_id(addressed.service);
        let answered = match signature(request) {
            Signature::Present => self.act(world, now, &addressed, &id, request),
            Signature::Missing => Err(unsigned(addressed.service)),
        };
        match answered {
            Ok(body) => outcome::success(addressed.service, now, &id, body),
            Err(refusal) => outcome::refused(addressed.service, now, &id, &refusal),
        }
    }

    /// A response that refuses a request, for refusals that are made in front of the world. An empty
    /// code makes an empty body, as a proxy's answer may have.
    pub fn refuse(
        &mut self,
        now: Timestamp,
        request: &Request<Bytes>,
        refusal: &Refusal,
    ) -> Response<Bytes> {
        let Addressed { service, .. } = Addressed::of(request);
        let id = self.next_id(service);
        outcome::refused(service, now, &id, refusal)
    }

    fn act(
        &self,
        world: &mut World,
        now: Timestamp,
        addressed: &Addressed,
        id: &RequestId,
        request: &Request<Bytes>,
    ) -> Answer<Bytes> {
        let operation = addressed.operation.as_str();
        let query = request.uri().query().unwrap_or_default();
        let form = || Form::read(query, request.body());
        match addressed.service {
            Service::DynamoDb => dynamodb::answer(world, now, operation, request.body()),
            Service::Ec2 => ec2::answer(world, now, self.chance, operation, form()?, id),
            Service::Sns => sns::answer(world, now, operation, form()?, id),
            Service::Sts => sts::answer(world, operation, form()?, id),
        }
    }

    fn next_id(&mut self, service: Service) -> RequestId {
        let id = RequestId::draw(self.chance, service, self.answered);
        self.answered += 1;
        id
    }
}

/// A request without a signature.
///
/// Sources: each service's API Reference, *Common Errors*; EC2 API Reference, *Error codes*
/// (`AuthFailure`). Which of its codes EC2 gives here is an assumption.
fn unsigned(service: Service) -> Refusal {
    match service {
        Service::Ec2 => Refusal::new(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        Service::DynamoDb => Refusal::new(
            400,
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
        ),
        Service::Sns | Service::Sts => Refusal::new(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
    }
}
