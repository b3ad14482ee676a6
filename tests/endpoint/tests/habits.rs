//! Each habit, as a client meets it; and the port.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use snaplife_endpoint::{Endpoint, Fake, Habit, Server, demo};
use snaplife_sim::time::{Span, Timestamp};

/// 2026-03-28T00:30:00Z.
const NOW: Timestamp = Timestamp(1_774_657_800_000);

/// The demo fleet with habits, an hour old.
fn fake(habits: &str) -> Fake {
    let habits = habits
        .split_whitespace()
        .map(|text| text.parse().expect("a habit"));
    Fake::new(demo::world(NOW - Span::hours(1)), habits.collect())
}

fn signed(service: &str, target: &str, body: &str) -> Request<Bytes> {
    Request::post("/")
        .header(
            "authorization",
            format!("Credential=K/d/r/{service}/aws4_request, Signature=0"),
        )
        .header("x-amz-target", target)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request")
}

fn ec2(form: &str) -> Request<Bytes> {
    signed("ec2", "", &format!("Version=2016-11-15&Action={form}"))
}

/// Status and body of the answer.
fn ask(fake: &mut Fake, request: Request<Bytes>) -> String {
    let response = fake.answer(NOW, request).response;
    let body = String::from_utf8_lossy(response.body());
    format!("{} {body}", response.status().as_u16())
}

/// How often a text stands in an answer.
fn count(habits: &str, form: &str, text: &str) -> usize {
    ask(&mut fake(habits), ec2(form)).matches(text).count()
}

const CREATE: &str = "CreateSnapshots&InstanceSpecification.InstanceId=i-003\
     &InstanceSpecification.ExcludeBootVolume=true\
     &InstanceSpecification.ExcludeDataVolumeId.1=vol-003-data2";

#[test]
fn without_habits_it_is_aws() {
    assert_eq!(count("", CREATE, "<snapshotId>"), 1);
    assert_eq!(count("", CREATE, "<state>pending</state>"), 1);
    assert_eq!(
        count("", "DescribeSnapshots&Owner.1=self", "<snapshotId>"),
        1
    );
    assert_eq!(
        count("", "DescribeInstances&MaxResults=5", "<instanceId>"),
        5
    );
    assert_eq!(count("", "DescribeVpcs", "InvalidAction"), 1);
}

#[test]
fn a_snapshot_is_completed_at_once_and_stays_so() {
    let mut fake = fake("completed-at-once");
    assert_eq!(
        ask(&mut fake, ec2(CREATE))
            .matches("<state>completed</state>")
            .count(),
        1
    );
    let listed = ask(&mut fake, ec2("DescribeSnapshots&Owner.1=self"));
    assert_eq!(listed.matches("<status>completed</status>").count(), 2);
}

#[test]
fn the_answer_of_a_create_tells_no_state() {
    let made = ask(&mut fake("no-state-in-create"), ec2(CREATE));
    assert!(
        made.contains("<snapshotId>") && !made.contains("state>"),
        "{made}"
    );
}

#[test]
fn exclusions_owners_and_page_sizes_are_not_looked_at() {
    assert_eq!(count("ignore-exclusions", CREATE, "<snapshotId>"), 3);
    let mine =
        "DescribeSnapshots&Owner.1=self&Filter.1.Name=owner-id&Filter.1.Value.1=123456789012";
    assert_eq!(count("ignore-owner-filter", mine, "<snapshotId>"), 2);
    assert_eq!(
        count(
            "ignore-max-results",
            "DescribeInstances&MaxResults=5",
            "<instanceId>"
        ),
        14
    );
}

#[test]
fn a_token_brings_the_first_page_again() {
    let mut fake = fake("ignore-tokens");
    let first = ask(&mut fake, ec2("DescribeInstances&MaxResults=5"));
    let second = ask(
        &mut fake,
        ec2("DescribeInstances&MaxResults=5&NextToken=any"),
    );
    let instances = |answer: &str| -> Vec<String> {
        let parts = answer.split("<instanceId>").skip(1);
        parts
            .map(|part| part.split('<').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(instances(&first).len(), 5);
    assert_eq!(instances(&first), instances(&second));
}

#[test]
fn a_page_of_five_reservations_holds_ten_instances() {
    let page = "DescribeInstances&MaxResults=5";
    assert_eq!(
        count("pages-count-reservations", page, "<reservationId>"),
        5
    );
    assert_eq!(count("pages-count-reservations", page, "<instanceId>"), 10);
}

#[test]
fn html_comes_for_what_is_unknown_or_for_everything() {
    let unknown = signed("dynamodb", "DynamoDB_20120810.DescribeLimits", "{}");
    let mut some = fake("unknown-is-html-500");
    let told = [
        ask(&mut some, ec2("DescribeVpcs")),
        ask(&mut some, unknown),
        ask(&mut some, ec2("DescribeVolumes&VolumeId.1=vol-none")),
        ask(&mut fake("html"), ec2(CREATE)),
    ];
    let short = told.map(|told| told.chars().take(19).collect::<String>());
    assert_eq!(
        short,
        [
            "500 <!doctype html>",
            "500 <!doctype html>",
            "400 <?xml version=\"",
            "200 <!doctype html>"
        ]
    );
}

#[test]
fn a_denied_operation_is_denied_and_does_nothing() {
    for habit in ["denied=CreateSnapshots", "denied=ec2:CreateSnapshots"] {
        let mut fake = fake(habit);
        let told = ask(&mut fake, ec2(CREATE));
        assert!(
            told.starts_with("403") && told.contains("UnauthorizedOperation"),
            "{told}"
        );
        assert_eq!(fake.world().ec2.snapshots().count(), 2);
    }
    let get = signed("dynamodb", "DynamoDB_20120810.GetItem", "{}");
    let told = ask(&mut fake("denied=GetItem"), get);
    assert!(told.contains("AccessDeniedException"), "{told}");
}

#[test]
fn credentials_expire_after_so_many_calls() {
    let mut fake = fake("expired-after=2");
    let told = [(); 3].map(|()| ask(&mut fake, ec2("DescribeVolumes")));
    assert!(
        told[1].starts_with("200") && told[2].contains("RequestExpired"),
        "{}",
        told[2]
    );
    let calls: Vec<u16> = fake
        .received()
        .iter()
        .map(|one| one.status.as_u16())
        .collect();
    assert_eq!(calls, [200, 200, 400]);
}

#[test]
fn a_slow_answer_is_held_back_after_the_call_has_acted() {
    let mut fake = fake("slow=20");
    assert_eq!(
        fake.answer(NOW, ec2(CREATE)).after,
        Duration::from_millis(20)
    );
    assert_eq!(fake.world().ec2.snapshots().count(), 3);
}

/// Sends bytes and reads until the server hangs up.
fn exchange(url: &str, request: &str) -> String {
    let address = url.strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn it_listens_tells_what_came_and_shows_the_truth() {
    let habits = [Habit::Denied("sts:AssumeRole".into())];
    let endpoint = Endpoint::start(0, demo::world(NOW), habits, || NOW).expect("a port");
    let url = endpoint.url();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "POST / HTTP/1.1\r\nhost: sts.local\r\nconnection: close\r\nauthorization: \
         Credential=K/d/r/sts/aws4_request\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(&url, &request);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("date: Sat, 28 Mar 2026 00:30:00 GMT\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("<Account>123456789012</Account>"),
        "{answer}"
    );
    assert_eq!(endpoint.calls(), ["sts:GetCallerIdentity"]);
    assert_eq!(endpoint.received()[0].body, body);
    let (instances, now) = endpoint.world(|world, now| (world.ec2.instances().count(), now));
    assert_eq!((instances, now), (14, NOW));
}

#[test]
fn an_answer_that_is_held_back_holds_up_nobody_else() {
    let server = Server::start(0, |request: Request<Bytes>| {
        let mut answered = snaplife_endpoint::Answered::from(http::Response::new(Bytes::new()));
        if request.uri() == "/slow" {
            answered.after = Duration::from_secs(600);
        }
        answered
    })
    .expect("a port");
    let mut slow = TcpStream::connect(server.address()).expect("a connection");
    slow.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n")
        .expect("sent");
    let quick = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(exchange(&server.url(), quick).starts_with("HTTP/1.1 200 OK"));
    // Dropping the server cuts the slow one off without waiting for it.
    drop(server);
    let mut rest = String::new();
    let ended = slow.read_to_string(&mut rest);
    assert!(ended.is_err() || rest.is_empty(), "{rest}");
}
