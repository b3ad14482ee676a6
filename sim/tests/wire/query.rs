//! SNS and STS.

use crate::support::{Aws, golden, query};

const TOPIC: &str = "arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Aops";

fn sns(aws: &mut Aws, form: &str) -> String {
    aws.ask(&query("sns", &format!("Version=2010-03-31&{form}")))
}

#[test]
fn publish() {
    let mut aws = Aws::empty();
    aws.world
        .sns
        .create_topic("arn:aws:sns:eu-central-1:123456789012:ops");
    let good = format!("Action=Publish&TopicArn={TOPIC}&Subject=two+made&Message=all%20well");
    golden(
        "query-publish",
        &[
            sns(&mut aws, &good),
            sns(&mut aws, "Action=Publish&TopicArn=arn%3Aother&Message=m"),
            sns(&mut aws, "Action=Publish&Message=m"),
            sns(&mut aws, "Action=Subscribe"),
            sns(
                &mut aws,
                &format!("Action=GetTopicAttributes&TopicArn={TOPIC}"),
            ),
            sns(&mut aws, "Action=GetTopicAttributes&TopicArn=arn%3Aother"),
        ]
        .join("\n"),
    );
    let kept = aws
        .world
        .sns
        .messages("arn:aws:sns:eu-central-1:123456789012:ops");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].subject.as_deref(), Some("two made"));
    assert_eq!(kept[0].body, "all well");
}

#[test]
fn get_caller_identity() {
    let mut aws = Aws::empty();
    let mut sts = |action: &str| {
        aws.ask(&query(
            "sts",
            &format!("Action={action}&Version=2011-06-15"),
        ))
    };
    golden(
        "query-get-caller-identity",
        &[sts("GetCallerIdentity"), sts("AssumeRole")].join("\n"),
    );
}
