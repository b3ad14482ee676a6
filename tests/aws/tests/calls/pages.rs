//! Listings: to the last page, and a page that can't be had.

use aws_smithy_mocks::mock;
use snaplife::live::LiveAws;
use snaplife::ports::{Outcome, Reply};

use crate::support::{call, describe, ec2_error, end, mocked, response, snapshots};

/// The ids of all pages until one has no token, and how the last call ended.
fn list(aws: &LiveAws) -> (Vec<String>, String) {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let answer = call(aws, describe(token.as_deref()));
        let ended = end(&answer);
        let Outcome::Ok(Reply::DescribeSnapshots(page)) = answer.outcome else {
            return (found, ended);
        };
        found.extend(page.snapshots.iter().map(|it| it.id.to_string()));
        match page.next {
            Some(next) => token = Some(next.to_string()),
            None => return (found, ended),
        }
    }
}

macro_rules! page {
    ($token:expr, $status:expr, $body:expr) => {{
        let body: String = $body;
        mock!(aws_sdk_ec2::Client::describe_snapshots)
            .match_requests(|asked| {
                asked.next_token() == $token
                    && asked.owner_ids() == ["self"]
                    && asked.max_results() == Some(1_000)
            })
            .then_http_response(move || response($status, &body))
    }};
}

const COMPLETED: &str = "<status>completed</status>";

#[test]
fn each_page_is_asked_for_with_the_token_of_the_one_before() {
    let first = page!(
        None,
        200,
        snapshots(&["snap-1", "snap-2"], COMPLETED, Some("a"))
    );
    let empty = page!(Some("a"), 200, snapshots(&[], COMPLETED, Some("b")));
    let last = page!(Some("b"), 200, snapshots(&["snap-3"], COMPLETED, Some("")));
    let (found, ended) = list(&mocked(&[&first, &empty, &last], &[]));
    assert_eq!(found, ["snap-1", "snap-2", "snap-3"]);
    assert_eq!(ended, "Ok");
}

#[test]
fn a_page_that_fails_is_not_an_empty_one() {
    let first = page!(None, 200, snapshots(&["snap-1"], COMPLETED, Some("a")));
    let failing = page!(Some("a"), 503, ec2_error("Unavailable"));
    let (found, ended) = list(&mocked(&[&first, &failing], &[]));
    assert_eq!(found, ["snap-1"]);
    assert_eq!(ended, "Transient");
    assert_eq!(failing.num_calls(), 1, "trying again is for the engine");
}
