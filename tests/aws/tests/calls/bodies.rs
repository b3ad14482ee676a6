//! Bodies that are not what they should be: HTML, broken off, empty, or with words we don't know.

use aws_smithy_mocks::mock;
use snaplife::domain::SnapshotState;
use snaplife::ports::ec2::CreateTags;
use snaplife::ports::{Answer, Outcome, Reply};

use crate::support::{
    call, create, delete, describe, ec2_error, end, get, mocked, put, response, snapshots,
};

const HTML: &str = "<!DOCTYPE html><html><body>Please sign in</body></html>";

/// How each kind of call ends when this comes: create, delete, tags, listing, put, get.
fn ends(status: u16, body: &'static str) -> String {
    let answer = move || response(status, body);
    let ec2 = [
        mock!(aws_sdk_ec2::Client::create_snapshot).then_http_response(answer),
        mock!(aws_sdk_ec2::Client::delete_snapshot).then_http_response(answer),
        mock!(aws_sdk_ec2::Client::create_tags).then_http_response(answer),
        mock!(aws_sdk_ec2::Client::describe_snapshots).then_http_response(answer),
    ];
    let dynamodb = [
        mock!(aws_sdk_dynamodb::Client::put_item).then_http_response(answer),
        mock!(aws_sdk_dynamodb::Client::get_item).then_http_response(answer),
    ];
    let aws = mocked(&ec2.each_ref(), &dynamodb.each_ref());
    let tags = CreateTags {
        snapshots: vec!["snap-1".into()],
        tags: [("a", "b")].into_iter().collect(),
    };
    let answers = [
        call(&aws, create()),
        call(&aws, delete()),
        call(&aws, tags),
        call(&aws, describe(None)),
        call(&aws, put()),
        call(&aws, get()),
    ];
    for answer in &answers {
        assert_eq!(
            answer.meta.server_time, None,
            "a proxy's clock is not AWS's"
        );
    }
    answers.each_ref().map(end).join(" ")
}

const UNREADABLE: &str = "Unknown(Unreadable) Unknown(Unreadable) Unknown(Unreadable) \
    Unknown(Unreadable) Unknown(Unreadable) Unknown(Unreadable)";

#[test]
fn a_200_that_is_not_awss_is_never_success() {
    for body in [HTML, "", "<Response", "plain words"] {
        assert_eq!(ends(200, body), UNREADABLE, "{body}");
    }
}

#[test]
fn a_failure_without_a_code_may_have_acted() {
    for body in [HTML, ""] {
        let mutation = "Unknown(ServerError)";
        let read = "Transient";
        assert_eq!(
            ends(503, body),
            format!("{mutation} {mutation} {mutation} {read} {mutation} {read}"),
        );
        let mutation = "Unknown(Unreadable)";
        let read = "UnknownCode";
        assert_eq!(
            ends(408, body),
            format!("{mutation} {mutation} {mutation} {read} {mutation} {read}"),
        );
    }
}

#[test]
fn a_document_that_breaks_off_is_unreadable_wherever_it_does() {
    let whole = snapshots(&["snap-1"], "<status>completed</status>", None);
    for cut in (1..whole.len()).step_by(7) {
        let body = whole[..cut].to_owned();
        let listed = mock!(aws_sdk_ec2::Client::describe_snapshots)
            .then_http_response(move || response(200, &body));
        let answer = call(&mocked(&[&listed], &[]), describe(None));
        assert_eq!(end(&answer), "Unknown(Unreadable)", "{}", &whole[..cut]);
    }
}

#[test]
fn a_row_that_breaks_off_is_unreadable_wherever_it_does() {
    const WHOLE: &str = r#"{"Item":{"SnapshotId":{"S":"snap-1"},"Date":{"N":"12"}}}"#;
    for cut in 0..WHOLE.len() {
        let read = mock!(aws_sdk_dynamodb::Client::get_item)
            .then_http_response(move || response(200, &WHOLE[..cut]));
        let answer = call(&mocked(&[], &[&read]), get());
        assert_eq!(end(&answer), "Unknown(Unreadable)", "{}", &WHOLE[..cut]);
    }
}

#[test]
fn a_delete_that_answers_no_is_not_success() {
    let no = "<DeleteSnapshotResponse><return>false</return></DeleteSnapshotResponse>";
    let refused =
        mock!(aws_sdk_ec2::Client::delete_snapshot).then_http_response(move || response(200, no));
    let aws = mocked(&[&refused], &[]);
    assert_eq!(end(&call(&aws, delete())), "Unknown(Unreadable)");
}

fn states(answer: Answer<Reply>) -> Vec<SnapshotState> {
    match answer.outcome {
        Outcome::Ok(Reply::DescribeSnapshots(page)) => {
            page.snapshots.into_iter().map(|it| it.state).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_state_that_we_do_not_know_stays_unknown() {
    for (written, read) in [
        ("<status>completed</status>", SnapshotState::Completed),
        (
            "<status>recoverable</status>",
            SnapshotState::Other("recoverable".into()),
        ),
        (
            "<status>COMPLETED</status>",
            SnapshotState::Other("COMPLETED".into()),
        ),
        ("", SnapshotState::Other("".into())),
        // It can't be restored before it is taken out of the archive again.
        (
            "<status>completed</status><storageTier>archive</storageTier>",
            SnapshotState::Other("archived".into()),
        ),
        (
            "<status>completed</status><storageTier>standard</storageTier>",
            SnapshotState::Completed,
        ),
    ] {
        let body = snapshots(&["snap-1"], written, None);
        let listed = mock!(aws_sdk_ec2::Client::describe_snapshots)
            .then_http_response(move || response(200, &body));
        let answer = call(&mocked(&[&listed], &[]), describe(None));
        assert_eq!(states(answer), [read], "{written}");
    }
}

#[test]
fn a_snapshot_of_another_account_is_not_shown() {
    let page = snapshots(&["snap-1", "snap-2"], "<status>completed</status>", None);
    let foreign = page.replacen("123456789012", "999999999999", 1);
    let listed = mock!(aws_sdk_ec2::Client::describe_snapshots)
        .then_http_response(move || response(200, &foreign));
    let answer = call(&mocked(&[&listed], &[]), describe(None));
    assert_eq!(states(answer).len(), 1);
}

#[test]
fn a_snapshot_of_another_volume_than_asked_for_is_no_answer() {
    let body = "<CreateSnapshotResponse><snapshotId>snap-1</snapshotId><volumeId>vol-2</volumeId>\
        <status>pending</status><startTime>2026-03-28T00:30:00.000Z</startTime>\
        <ownerId>123456789012</ownerId><volumeSize>8</volumeSize></CreateSnapshotResponse>";
    for (body, expected) in [
        (body.to_owned(), "Unknown(Unreadable)"),
        (body.replace("vol-2", "vol-1"), "Ok"),
    ] {
        let made = mock!(aws_sdk_ec2::Client::create_snapshot)
            .then_http_response(move || response(200, &body));
        assert_eq!(end(&call(&mocked(&[&made], &[]), create())), expected);
    }
}

#[test]
fn a_row_under_another_key_is_no_answer() {
    for (key, expected) in [("snap-1", "Ok"), ("snap-2", "Unknown(Unreadable)")] {
        let body = format!(r#"{{"Item":{{"SnapshotId":{{"S":"{key}"}}}}}}"#);
        let read = mock!(aws_sdk_dynamodb::Client::get_item)
            .then_http_response(move || response(200, &body));
        assert_eq!(end(&call(&mocked(&[], &[&read]), get())), expected);
    }
}

#[test]
fn an_error_body_with_the_status_of_success_is_no_success() {
    let body = ec2_error("InternalError");
    let made = mock!(aws_sdk_ec2::Client::create_snapshot)
        .then_http_response(move || response(200, &body));
    assert_eq!(
        end(&call(&mocked(&[&made], &[]), create())),
        "Unknown(Unreadable)"
    );
}
