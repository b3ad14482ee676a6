//! EC2's actions.

use snaplife_sim::ec2::{LockMode, Tags};
use snaplife_sim::time::Span;

use crate::support::{Aws, NOW, golden};

/// The first `<name>…</name>` of an answer.
fn text(answer: &str, name: &str) -> String {
    let (_, rest) = answer.split_once(&format!("<{name}>")).expect("a leaf");
    let (text, _) = rest.split_once('<').expect("its end");
    text.to_owned()
}

#[test]
fn describe_instances() {
    let mut aws = Aws::with_instance();
    golden(
        "ec2-describe-instances",
        &aws.ec2(
            "Action=DescribeInstances&Filter.1.Name=tag%3Asnapshot&Filter.1.Value.1=snapshot\
         &Filter.2.Name=instance-state-name&Filter.2.Value.1=running&Filter.2.Value.2=stopped\
         &MaxResults=100",
        ),
    );
}

#[test]
fn describe_volumes() {
    let mut aws = Aws::with_instance();
    golden(
        "ec2-describe-volumes",
        &aws.ec2("Action=DescribeVolumes&VolumeId.1=vol-db&VolumeId.2=vol-loose"),
    );
}

#[test]
fn a_page_has_a_token_and_the_token_the_next_page() {
    let mut aws = Aws::with_instance();
    for n in 1..=4 {
        let new = snaplife_sim::ec2::NewVolume::plain(format!("vol-{n}").as_str().into(), 1);
        aws.world.ec2.outsider(NOW).create_volume(new).expect("new");
    }
    let first = aws.ec2("Action=DescribeVolumes&MaxResults=5");
    let token = text(&first, "nextToken");
    let second = aws.ec2(&format!(
        "Action=DescribeVolumes&MaxResults=5&NextToken={token}"
    ));
    let volumes = |answer: &str| answer.matches("<size>").count();
    assert_eq!((volumes(&first), volumes(&second)), (5, 2));
    assert!(!second.contains("nextToken"), "{second}");
}

#[test]
fn create_snapshots_says_state_where_the_others_say_status() {
    let mut aws = Aws::with_instance();
    golden("ec2-create-snapshots-says-state-where-the-others-say-status", &aws.ec2(
        "Action=CreateSnapshots&Description=nightly%20run&InstanceSpecification.InstanceId=i-db\
         &InstanceSpecification.ExcludeBootVolume=true\
         &TagSpecification.1.ResourceType=snapshot&TagSpecification.1.Tag.1.Key=b\
         &TagSpecification.1.Tag.1.Value=2&TagSpecification.1.Tag.2.Key=a&TagSpecification.1.Tag.2.Value="
    ));
}

#[test]
fn an_excluded_volume_is_left_out_and_tags_are_copied_from_the_others() {
    let mut aws = Aws::with_instance();
    let tags = Tags::from_iter([("from", "volume")]);
    aws.world
        .ec2
        .outsider(NOW)
        .tag("vol-root", &tags)
        .expect("tagged");
    let made = aws.ec2(
        "Action=CreateSnapshots&InstanceSpecification.InstanceId=i-db&CopyTagsFromSource=volume\
         &InstanceSpecification.ExcludeDataVolumeId.1=vol-db",
    );
    assert_eq!(made.matches("<snapshotId>").count(), 1);
    assert_eq!(text(&made, "volumeId"), "vol-root");
    assert_eq!(text(&made, "value"), "volume");
}

#[test]
fn create_snapshot() {
    let mut aws = Aws::with_instance();
    golden(
        "ec2-create-snapshot",
        &aws.ec2("Action=CreateSnapshot&VolumeId=vol-loose&Description=%3Cold%3E"),
    );
}

#[test]
fn describe_snapshots() {
    let mut aws = Aws::with_instance();
    aws.ec2("Action=CreateSnapshot&VolumeId=vol-loose");
    aws.later(Span::hours(1));
    golden(
        "ec2-describe-snapshots",
        &aws.ec2(
            "Action=DescribeSnapshots&Owner.1=self&Filter.1.Name=status&Filter.1.Value.1=completed\
         &MaxResults=1000",
        ),
    );
}

#[test]
fn a_snapshot_by_id_and_of_whom() {
    let mut aws = Aws::with_instance();
    let id = text(
        &aws.ec2("Action=CreateSnapshot&VolumeId=vol-db"),
        "snapshotId",
    );
    aws.later(Span::hours(1));
    let mut found = |form: &str| {
        let answer = aws.ec2(&format!("Action=DescribeSnapshots{form}"));
        answer.matches("<snapshotId>").count()
    };
    assert_eq!(found(&format!("&SnapshotId.1={id}")), 1);
    assert_eq!(found("&Owner.1=123456789012"), 1);
    assert_eq!(found("&Owner.1=999999999999"), 0);
}

#[test]
fn create_tags_and_delete_snapshot() {
    let mut aws = Aws::with_instance();
    let id = text(
        &aws.ec2("Action=CreateSnapshot&VolumeId=vol-db"),
        "snapshotId",
    );
    aws.later(Span::hours(24));
    golden(
        "ec2-create-tags-and-delete-snapshot",
        &[
            aws.ec2(&format!(
                "Action=CreateTags&ResourceId.1={id}&Tag.1.Key=k&Tag.1.Value=v"
            )),
            aws.ec2(&format!(
                "Action=DeleteTags&ResourceId.1={id}&Tag.1.Key=k&Tag.1.Value=other"
            )),
            aws.ec2(&format!("Action=DeleteTags&ResourceId.1={id}&Tag.1.Key=k")),
            aws.ec2(&format!("Action=DeleteSnapshot&SnapshotId={id}")),
            aws.ec2(&format!("Action=DeleteSnapshot&SnapshotId={id}")),
        ]
        .join("\n"),
    );
}

#[test]
fn describe_images_and_describe_locked_snapshots() {
    let mut aws = Aws::with_instance();
    let id = text(
        &aws.ec2("Action=CreateSnapshot&VolumeId=vol-db"),
        "snapshotId",
    );
    aws.later(Span::hours(24));
    let mut others = aws.world.ec2.outsider(aws.now);
    let snapshot = id.as_str().into();
    others
        .register_image("ami-1".into(), vec![id.as_str().into()], Tags::default())
        .expect("an image");
    others
        .lock(&snapshot, LockMode::Governance, Span::days(1))
        .expect("a lock");
    let by_snapshot = format!(
        "Action=DescribeImages&Owner.1=self&IncludeDisabled=true\
         &Filter.1.Name=block-device-mapping.snapshot-id&Filter.1.Value.1={id}"
    );
    golden(
        "ec2-describe-images-and-describe-locked-snapshots",
        &[
            aws.ec2(&by_snapshot),
            aws.ec2("Action=DescribeLockedSnapshots"),
            aws.ec2("Action=DescribeImages&ImageId.1=ami-1&ImageId.2=ami-2"),
            aws.ec2("Action=DescribeImages&Owner.1=amazon"),
            aws.ec2(&format!("Action=DeleteSnapshot&SnapshotId={id}")),
        ]
        .join("\n"),
    );
}

#[test]
fn a_dry_run_would_have_succeeded_and_does_nothing() {
    let mut aws = Aws::with_instance();
    golden(
        "ec2-dry-run",
        &aws.ec2("Action=CreateSnapshot&VolumeId=vol-db&DryRun=true"),
    );
    assert_eq!(aws.world.ec2.snapshots().count(), 0);
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let mut aws = Aws::with_instance();
    let mut refused = |form: &str| {
        let answer = aws.ec2(form);
        let (status, _) = answer.split_once('\n').expect("a status");
        format!(
            "{status} {}: {}",
            text(&answer, "Code"),
            text(&answer, "Message")
        )
    };
    let create = "Action=CreateSnapshots&InstanceSpecification.InstanceId=i-db";
    golden(
        "ec2-what-is-wrong-with-a-request-is-said",
        &[
            refused(""),
            refused("Action=DescribeUniverse"),
            refused("Action=DescribeVolumes&Version=2000-01-01"),
            refused("Action=DescribeVolumes&Volume.1=vol-db"),
            refused("Action=DescribeVolumes&MaxResults=many"),
            refused("Action=DescribeVolumes&MaxResults=2"),
            refused("Action=DescribeVolumes&NextToken=x"),
            refused("Action=DescribeVolumes&VolumeId.1=vol-none"),
            refused("Action=DescribeVolumes&VolumeId.1=db"),
            refused("Action=DescribeVolumes&Filter.1.Value.1=x"),
            refused("Action=DescribeVolumes&Filter.1.Name=colour&Filter.1.Value.1=x"),
            refused("Action=DescribeSnapshots&RestorableBy.1=self"),
            refused("Action=DescribeSnapshots&DryRun=yes"),
            refused("Action=CreateSnapshot"),
            refused("Action=CreateTags&Tag.1.Key=a"),
            refused("Action=CreateTags&ResourceId.1=vol-db"),
            refused("Action=CreateTags&ResourceId.1=vol-db&Tag.1.Key=a&Tag.2.Key=a"),
            refused("Action=CreateTags&ResourceId.1=vol-db&Tag.1.Key=a&Tag.1.Value=%01"),
            refused(&format!("{create}&CopyTagsFromSource=instance")),
            refused(&format!("{create}&TagSpecification.1.ResourceType=volume")),
            refused(&format!(
                "{create}&InstanceSpecification.ExcludeDataVolumeId.1=vol-root"
            )),
        ]
        .join("\n"),
    );
}
