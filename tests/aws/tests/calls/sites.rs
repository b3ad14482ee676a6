//! Connecting: configuration from the environment and from files, and each reason for no way in.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

const SOMEBODY: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "id"),
    ("AWS_SECRET_ACCESS_KEY", "secret-that-nobody-may-see"),
];

const REGION: [(&str, &str); 1] = [("AWS_REGION", "eu-central-1")];

/// What `connect` says in an environment of these variables alone.
fn connect(variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_connect"))
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let besides = String::from_utf8_lossy(&output.stderr).into_owned();
    for text in [&told, &besides] {
        assert!(!text.contains("secret-that-nobody-may-see"), "{text}");
    }
    assert_eq!(besides, "", "{told}");
    told
}

/// An endpoint that answers everything with this; gives its URL.
fn endpoint(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 8_192]);
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://127.0.0.1:{port}")
}

const WHO: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>U</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

#[test]
fn account_region_and_principal_are_known_before_anything_is_done() {
    let url = endpoint("200 OK", WHO);
    let settings = [&SOMEBODY[..], &REGION[..], &[("AWS_ENDPOINT_URL", &url)]].concat();
    let told = connect(&settings).replace(&url, "URL");
    insta::assert_snapshot!(told, @"123456789012 eu-central-1 arn:aws:iam::123456789012:user/ann, EC2 at URL, table Snaps");
}

#[test]
fn an_endpoint_of_one_service_is_its_own() {
    let url = endpoint("200 OK", WHO);
    let settings = [
        &SOMEBODY[..],
        &REGION[..],
        &[("AWS_ENDPOINT_URL_STS", &url)],
    ]
    .concat();
    insta::assert_snapshot!(connect(&settings), @"123456789012 eu-central-1 arn:aws:iam::123456789012:user/ann, EC2 at AWS, table Snaps");
    let other = [
        &settings[..],
        &[("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1")],
    ]
    .concat();
    insta::assert_snapshot!(connect(&other), @"123456789012 eu-central-1 arn:aws:iam::123456789012:user/ann, EC2 at http://127.0.0.1:1, table Snaps");
}

#[test]
fn a_profile_gives_region_endpoint_and_credentials() {
    let url = endpoint("200 OK", WHO);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("profile-of-connect");
    let profile = format!(
        "[profile backup]\nregion = eu-west-3\nendpoint_url = {url}\naws_access_key_id = id\n\
         aws_secret_access_key = secret-that-nobody-may-see\n"
    );
    std::fs::write(&file, profile).expect("the folder of tests can be written");
    let file = file.to_string_lossy();
    let told = connect(&[("AWS_CONFIG_FILE", &file), ("AWS_PROFILE", "backup")]);
    insta::assert_snapshot!(told.replace(&url, "URL"), @"123456789012 eu-west-3 arn:aws:iam::123456789012:user/ann, EC2 at URL, table Snaps");
}

#[test]
fn each_reason_for_no_way_in_says_what_to_do() {
    let at = |url: &str| -> String {
        let settings = [&SOMEBODY[..], &REGION[..], &[("AWS_ENDPOINT_URL", url)]].concat();
        connect(&settings).replace(url, "URL")
    };
    let refused = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let nobody = refused.local_addr().expect("it is bound").to_string();
    drop(refused);
    let expired = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
        <Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
    let told = [
        connect(&SOMEBODY),
        connect(&REGION),
        at(&format!("http://{nobody}")),
        at(&endpoint("403 Forbidden", expired)),
        at(&endpoint("200 OK", "<html>Please sign in</html>")),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    no Region is set
      hint: set AWS_REGION, or a `region` in the profile, as `eu-central-1`; nothing was changed

    no AWS credentials could be had: the credential provider was not enabled: no credentials found in chain. Attempted: Environment: the credential provider was not enabled: environment variable not set; Profile: the credential provider was not enabled; WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set; EcsContainer: the credential provider was not enabled: ECS provider not configured; Ec2InstanceMetadata: the credential provider was not enabled: IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`
      hint: set AWS_PROFILE, or sign in with `aws sso login`; `aws sts get-caller-identity` shows whether credentials are in order; nothing was changed

    no connection to STS at URL could be made
      hint: check the network, the proxy, and AWS_ENDPOINT_URL where it is set; nothing was changed

    STS refused sts:GetCallerIdentity with ExpiredToken: The security token included in the request is expired
      hint: the credentials are wrong or have expired; get new ones; nothing was changed

    STS at URL gave no usable answer: what came is no answer of AWS's
      hint: check that AWS_ENDPOINT_URL and the proxy lead to AWS; nothing was changed
    ");
}
