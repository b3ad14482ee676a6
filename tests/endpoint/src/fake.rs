//! A world, its front, and its habits; without a port.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Request, Response, StatusCode};
use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::World;
use snaplife_sim::answer::Refusal;
use snaplife_sim::chance::Chance;
use snaplife_sim::ec2::Range;
use snaplife_sim::time::{Span, Timestamp};
use snaplife_sim::wire::{Addressed, Service, Wire};

use crate::habit::Habit;
use crate::rewrite;
use crate::server::Answered;

/// A world behind its front, with habits.
#[derive(Debug)]
pub struct Fake {
    habits: Vec<Habit>,
    received: Vec<Received>,
    wire: Wire,
    world: World,
}

/// A request that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// When, in the world's time.
    pub at: Timestamp,
    /// The body as it was sent.
    pub body: Bytes,
    /// The call as `ec2:CreateSnapshots`. Of an operation that does not exist, what was asked for.
    pub call: SmolStr,
    /// The status of the answer.
    pub status: StatusCode,
}

impl Fake {
    /// A world with habits.
    #[must_use]
    pub fn new(mut world: World, habits: Vec<Habit>) -> Self {
        if habits.contains(&Habit::CompletedAtOnce) {
            let at_once = Range {
                max: Span::ZERO,
                min: Span::ZERO,
            };
            let timing = &mut world.ec2.settings_mut().timing;
            (timing.full, timing.incremental, timing.per_gib) = (at_once, at_once, at_once);
        }
        Self {
            habits,
            received: Vec::new(),
            wire: Wire::new(Chance::new(0)),
            world,
        }
    }

    /// The truth, to be looked at and changed.
    pub const fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// What came so far, in order.
    #[must_use]
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// Answers a request at `now`, which is never before an instant already seen.
    pub fn answer(&mut self, now: Timestamp, request: Request<Bytes>) -> Answered {
        let addressed = Addressed::of(&request);
        let body = request.body().clone();
        let response = self.respond(now, &addressed, request);
        let Addressed { operation, service } = addressed;
        self.received.push(Received {
            at: now,
            body,
            call: format_smolstr!("{}:{operation}", service.name()),
            status: response.status(),
        });
        Answered {
            after: self.delay(),
            response,
        }
    }

    fn respond(
        &mut self,
        now: Timestamp,
        addressed: &Addressed,
        mut request: Request<Bytes>,
    ) -> Response<Bytes> {
        if self.has(&Habit::Html) {
            return html(StatusCode::OK, "It works!");
        }
        if let Some(refusal) = self.refusal(addressed) {
            let response = self.wire.refuse(now, &request, &refusal);
            return self.unknown(response);
        }
        if addressed.service == Service::Ec2 {
            *request.body_mut() = self.asked(&addressed.operation, request.body());
        }
        let response = self.wire.answer(&mut self.world, now, &request);
        let response = self.unknown(response);
        match addressed.service {
            Service::Ec2 => self.told(&addressed.operation, response),
            Service::DynamoDb | Service::Sns | Service::Sts => response,
        }
    }

    /// How it is told that an operation is not known.
    fn unknown(&self, response: Response<Bytes>) -> Response<Bytes> {
        if self.has(&Habit::UnknownIsHtml500) && is_unknown(&response) {
            return html(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        }
        response
    }

    /// A refusal that comes before anything is looked at.
    fn refusal(&self, addressed: &Addressed) -> Option<Refusal> {
        let Addressed { operation, service } = addressed;
        let full = format_smolstr!("{}:{operation}", service.name());
        self.habits.iter().find_map(|habit| match habit {
            Habit::Denied(denied) if denied == operation || *denied == full => {
                Some(denied_by(*service, &full))
            }
            Habit::Unknown(unknown) if unknown == operation || *unknown == full => {
                Some(unknown_to(*service, operation))
            }
            Habit::ExpiredAfter(calls) => {
                let so_far = u64::try_from(self.received.len()).unwrap_or(u64::MAX);
                (so_far >= *calls).then(|| expired(*service))
            }
            _ => None,
        })
    }

    /// The request that the world gets to see.
    fn asked(&self, operation: &str, form: &Bytes) -> Bytes {
        let mut form = form.clone();
        for habit in &self.habits {
            form = match habit {
                Habit::IgnoreExclusions => rewrite::without(&form, |name| {
                    name.starts_with("InstanceSpecification.Exclude")
                }),
                Habit::IgnoreOwnerFilter => {
                    let form = rewrite::without_filter(&form, "owner-id");
                    rewrite::without(&form, |name| name.starts_with("Owner."))
                }
                Habit::IgnoreMaxResults => rewrite::without(&form, |name| name == "MaxResults"),
                Habit::IgnoreTokens => rewrite::without(&form, |name| name == "NextToken"),
                Habit::SmallPages(count) => rewrite::with_results_at_most(&form, *count),
                Habit::PagesCountReservations if operation == "DescribeInstances" => {
                    rewrite::with_results_of_reservations(&form)
                }
                _ => form,
            };
        }
        form
    }

    /// The answer that the client gets to see.
    fn told(&self, operation: &str, response: Response<Bytes>) -> Response<Bytes> {
        if !response.status().is_success() {
            return response;
        }
        let (parts, body) = response.into_parts();
        let mut text = String::from_utf8_lossy(&body).into_owned();
        for habit in &self.habits {
            text = match (habit, operation) {
                (Habit::CompletedAtOnce, "CreateSnapshot" | "CreateSnapshots") => {
                    rewrite::completed(&text)
                }
                (Habit::NoStateInCreate, "CreateSnapshots") => rewrite::without_state(&text),
                (Habit::PagesCountReservations, "DescribeInstances") => {
                    rewrite::shared_reservations(&text)
                }
                _ => text,
            };
        }
        let mut response = Response::from_parts(parts, Bytes::from(text));
        let length = response.body().len().into();
        response.headers_mut().insert(CONTENT_LENGTH, length);
        response
    }

    fn has(&self, habit: &Habit) -> bool {
        self.habits.contains(habit)
    }

    fn delay(&self) -> Duration {
        let delays = self.habits.iter().filter_map(|habit| match habit {
            Habit::Slow(delay) => Some(*delay),
            _ => None,
        });
        delays.sum()
    }
}

/// Whether a service said that it has no such operation.
fn is_unknown(response: &Response<Bytes>) -> bool {
    let body = String::from_utf8_lossy(response.body());
    !response.status().is_success()
        && (body.contains("<Code>InvalidAction</Code>")
            || body.contains("#UnknownOperationException"))
}

/// Sources: EC2 API Reference, *Error codes*; DynamoDB Developer Guide, *Error handling*; SNS API
/// Reference, *Publish*; STS API Reference, *Common Errors*.
fn denied_by(service: Service, call: &str) -> Refusal {
    let message = format_smolstr!("User is not authorized to perform: {call}");
    match service {
        Service::DynamoDb => Refusal::new(400, "AccessDeniedException", message),
        Service::Ec2 => Refusal::new(
            403,
            "UnauthorizedOperation",
            "You are not authorized to perform this operation.",
        ),
        Service::Sns => Refusal::new(403, "AuthorizationError", message),
        Service::Sts => Refusal::new(403, "AccessDenied", message),
    }
}

/// Sources: EC2 API Reference, *Error codes*; Smithy, *AWS JSON 1.0 protocol*.
fn unknown_to(service: Service, operation: &str) -> Refusal {
    let code = match service {
        Service::DynamoDb => "UnknownOperationException",
        Service::Ec2 | Service::Sns | Service::Sts => "InvalidAction",
    };
    let message = format_smolstr!("The action {operation} is not valid for this web service.");
    Refusal::new(400, code, message)
}

/// Sources as for a denial; EC2 has a code of its own for it.
fn expired(service: Service) -> Refusal {
    match service {
        Service::DynamoDb => Refusal::new(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        Service::Ec2 => Refusal::new(400, "RequestExpired", "Request has expired."),
        Service::Sns | Service::Sts => Refusal::new(
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
    }
}

fn html(status: StatusCode, text: &str) -> Response<Bytes> {
    let body = format!("<!doctype html>\n<html><body><h1>{text}</h1></body></html>\n");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
