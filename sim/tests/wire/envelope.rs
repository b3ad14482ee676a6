//! Headers, and which service a request is for.

use bytes::Bytes;
use http::Request;
use snaplife_sim::answer::Refusal;
use snaplife_sim::wire::{Addressed, Service};

use crate::support::{Aws, dynamodb, ec2, golden, query, signed, told};

fn headers(aws: &mut Aws, request: &Request<Bytes>) -> String {
    let response = aws.wire.answer(&mut aws.world, aws.now, request);
    let mut lines: Vec<String> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn headers_tell_the_date_the_id_and_the_length() {
    let mut aws = Aws::empty();
    let requests = [
        ec2("Action=DescribeVolumes"),
        dynamodb("ListTables", "{}"),
        query("sts", "Action=GetCallerIdentity"),
    ];
    golden(
        "envelope-headers-tell-the-date-the-id-and-the-length",
        &requests
            .map(|request| headers(&mut aws, &request))
            .join("\n\n"),
    );
}

#[test]
fn ids_depend_on_the_seed_and_the_count_only() {
    let ids = |requests: &[Request<Bytes>]| -> Vec<String> {
        let mut aws = Aws::empty();
        let answers = requests.iter().map(|request| headers(&mut aws, request));
        answers
            .map(|headers| headers.lines().last().expect("a line").to_owned())
            .collect()
    };
    let (one, other) = (
        ec2("Action=DescribeVolumes"),
        ec2("Action=DescribeSnapshots"),
    );
    let first = ids(&[one.clone(), other.clone()]);
    assert_eq!(first, ids(&[other, one]));
    assert_ne!(first[0], first[1]);
}

#[test]
fn the_scope_of_the_signature_tells_the_service_and_then_whatever_else_does() {
    let told = |request: &Request<Bytes>| {
        let Addressed { operation, service } = Addressed::of(request);
        format!("{} {operation}", service.name())
    };
    let plain = |host: &str, body: &str| {
        Request::post("/")
            .header("host", host)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .expect("a request")
    };
    let get = Request::get("https://ec2.eu-central-1.amazonaws.com/?Action=DescribeVolumes")
        .body(Bytes::new())
        .expect("a request");
    let mut other = query("ssm", "{}");
    other.headers_mut().insert(
        "x-amz-target",
        "AmazonSSM.SendCommand".parse().expect("a value"),
    );
    let mut targeted = dynamodb("Query", "");
    targeted.headers_mut().remove("authorization");
    insta::assert_snapshot!([
        told(&query("sts", "Action=GetCallerIdentity")),
        told(&query("sns", "Action=Publish&Version=2011-06-15")),
        told(&targeted),
        told(&other),
        told(&plain("sns.eu-central-1.amazonaws.com", "Action=Publish")),
        told(&plain("localhost:4566", "Action=Publish&Version=2010-03-31")),
        told(&plain("localhost:4566", "")),
        told(&get),
    ]
    .join("\n"), @"
    sts GetCallerIdentity
    sns Publish
    dynamodb Query
    dynamodb AmazonSSM.SendCommand
    sns Publish
    sns Publish
    ec2 
    ec2 DescribeVolumes
    ");
    assert_eq!(signed("ec2").matches("/ec2/").count(), 1);
}

#[test]
fn a_request_without_a_signature_is_refused_by_each_service_in_its_way() {
    let mut aws = Aws::empty();
    let requests = [
        ec2("Action=DescribeVolumes"),
        dynamodb("ListTables", "{}"),
        query("sns", "Action=Publish&Version=2010-03-31"),
        query("sts", "Action=GetCallerIdentity&Version=2011-06-15"),
    ];
    let answers = requests.map(|mut request| {
        request.headers_mut().remove("authorization");
        aws.ask(&request)
    });
    golden(
        "envelope-a-request-without-a-signature-is-refused-by-each-service-in-its-way",
        &answers.join("\n"),
    );
}

#[test]
fn a_refusal_made_in_front_of_the_world_looks_like_the_services_own() {
    let mut aws = Aws::empty();
    let throttled = Refusal::new(503, "RequestLimitExceeded", "Request limit exceeded.");
    let nameless = Refusal::new(502, "", "");
    let mut refuse = |request: &Request<Bytes>, refusal: &Refusal| {
        told(&aws.wire.refuse(aws.now, request, refusal))
    };
    let request = ec2("Action=DeleteSnapshot&SnapshotId=snap-1");
    golden(
        "envelope-a-refusal-made-in-front-of-the-world-looks-like-the-services-own",
        &[
            refuse(&request, &throttled),
            refuse(&request, &nameless),
            refuse(
                &dynamodb("PutItem", ""),
                &Refusal::new(400, "ThrottlingException", "slow down"),
            ),
        ]
        .join("\n"),
    );
    assert_eq!(Addressed::of(&request).service, Service::Ec2);
}
