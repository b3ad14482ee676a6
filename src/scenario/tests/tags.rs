//! Tags and topics of a policy that AWS would not take.

use super::{mistakes, small_but};

/// The mistakes of a policy with this line, without the excerpts of the file.
fn told(line: &str) -> String {
    let mistakes = mistakes(small_but("policy: {", &format!("policy: {{ {line},")));
    if mistakes.starts_with("loads") {
        return mistakes;
    }
    let said = mistakes
        .lines()
        .filter(|line| line.starts_with("error:") || line.contains("= help:"));
    said.map(|line| format!("{}\n", line.trim_start()))
        .collect()
}

#[test]
fn tags_that_ec2_would_refuse_are_refused_here() {
    let long = |count| "k".repeat(count);
    let many: String = (0..44).map(|n| format!("tag-{n}: x, ")).collect();
    let told = [
        told("tags: { \"aws:made-by\": x }"),
        told("copy_tags: [\"AWS:autoscaling:groupName\"]"),
        told("tags: { \"snaplife:hold\": x }"),
        told(&format!("tags: {{ {}: x }}", long(129))),
        told(&format!("tags: {{ k: {} }}", long(257))),
        told(&format!("tags: {{ {many} }}")),
        told("notify: people"),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
        error: tags that start with `aws:` are AWS's own, and can't be put on a snapshot
        = help: use another key

        error: tags that start with `aws:` are AWS's own, and can't be put on a snapshot
        = help: use another key

        error: tags that start with `snaplife:` are snaplife's own
        = help: use another key

        error: this tag's key has 129 characters
        = help: EC2 takes up to 128

        error: the value of this tag has 257 characters
        = help: EC2 takes up to 256

        error: EC2 takes 50 tags on a snapshot, and 7 are snaplife's own
        = help: write at most 43

        error: `people` is not the ARN of an SNS topic
        = help: write its ARN, as arn:aws:sns:eu-central-1:111122223333:backups
        ");
}

#[test]
fn the_largest_tags_are_taken() {
    let long = |count| "k".repeat(count);
    let many: String = (0..42).map(|n| format!("tag-{n}: x, ")).collect();
    let largest = format!("tags: {{ {many} {}: {} }}", long(128), long(256));
    assert_eq!(told(&largest), "loads: A small story");
    assert_eq!(
        told("lifetime_tags: [\"aws:days\"]"),
        "loads: A small story"
    );
}
