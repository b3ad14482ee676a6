//! A small world, requests as text, responses as text.

use bytes::Bytes;
use http::{Request, Response};
use snaplife_sim::World;
use snaplife_sim::chance::Chance;
use snaplife_sim::dynamodb::{
    Billing, IndexDefinition, KeySchema, KeyType, Projection, TableDefinition,
};
use snaplife_sim::ec2::{Hibernation, NewInstance, NewVolume, OnTermination, RootDeviceType, Tags};
use snaplife_sim::time::{Span, Timestamp};
use snaplife_sim::wire::Wire;

/// 2026-03-28T00:30:00Z, and some milliseconds.
pub(crate) const NOW: Timestamp = Timestamp(1_774_657_800_250);

/// A world with its front, and the time there.
pub(crate) struct Aws {
    pub(crate) now: Timestamp,
    pub(crate) wire: Wire,
    pub(crate) world: World,
}

impl Aws {
    /// Nothing in it.
    pub(crate) fn empty() -> Self {
        let chance = Chance::new(1);
        Self {
            now: NOW,
            wire: Wire::new(chance),
            world: World::new(chance, "123456789012".into(), "eu-central-1"),
        }
    }

    /// One instance `i-db` with its root `vol-root` and `vol-db`, and a loose volume.
    pub(crate) fn with_instance() -> Self {
        let mut aws = Self::empty();
        let mut others = aws.world.ec2.outsider(NOW);
        others
            .launch_instance(NewInstance {
                hibernation: Hibernation::Off,
                id: "i-db".into(),
                root_device: Some("/dev/xvda".into()),
                root_device_type: RootDeviceType::Ebs,
                tags: Tags::from_iter([("Name", "a < b & c"), ("snapshot", "snapshot")]),
            })
            .expect("a new instance");
        for (volume, size, device, on_termination) in [
            ("vol-root", 8, "/dev/xvda", OnTermination::Delete),
            ("vol-db", 200, "/dev/sdf", OnTermination::Keep),
        ] {
            let new = NewVolume::plain(volume.into(), size);
            others.create_volume(new).expect("a new volume");
            others
                .attach_volume(&volume.into(), &"i-db".into(), device, on_termination)
                .expect("an attachment");
        }
        let loose = NewVolume {
            encrypted: true,
            tags: Tags::from_iter([("use", "none")]),
            ..NewVolume::plain("vol-loose".into(), 1)
        };
        others.create_volume(loose).expect("a new volume");
        aws
    }

    /// A table `Snaps` with the key `Id` and the index `Open`.
    pub(crate) fn install_table(&mut self) {
        self.world.dynamodb.install(
            NOW,
            TableDefinition {
                billing: Billing::OnDemand,
                deletion_protection: true,
                indexes: vec![IndexDefinition {
                    key: KeySchema::partition("Open", KeyType::S).and_sort("Date", KeyType::N),
                    name: "Open".into(),
                    projection: Projection::All,
                }],
                key: KeySchema::partition("Id", KeyType::S),
                name: "Snaps".into(),
            },
        );
    }

    /// Time goes on.
    pub(crate) fn later(&mut self, span: Span) {
        self.now = self.now + span;
    }

    /// Status and body of an answer.
    pub(crate) fn ask(&mut self, request: &Request<Bytes>) -> String {
        let response = self.wire.answer(&mut self.world, self.now, request);
        told(&response)
    }

    /// Status and body for one EC2 action; the version is added.
    pub(crate) fn ec2(&mut self, form: &str) -> String {
        self.ask(&ec2(form))
    }

    /// Status and body for one operation of DynamoDB.
    pub(crate) fn dynamodb(&mut self, operation: &str, json: &str) -> String {
        self.ask(&dynamodb(operation, json))
    }
}

pub(crate) fn signed(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260328/eu-central-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}

pub(crate) fn ec2(form: &str) -> Request<Bytes> {
    query("ec2", &format!("{form}&Version=2016-11-15"))
}

pub(crate) fn query(service: &str, form: &str) -> Request<Bytes> {
    Request::post("/")
        .header("authorization", signed(service))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::copy_from_slice(form.as_bytes()))
        .expect("a request")
}

pub(crate) fn dynamodb(operation: &str, json: &str) -> Request<Bytes> {
    Request::post("/")
        .header("authorization", signed("dynamodb"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .body(Bytes::copy_from_slice(json.as_bytes()))
        .expect("a request")
}

/// The status, and the body with a line for each leaf.
pub(crate) fn told(response: &Response<Bytes>) -> String {
    let body = String::from_utf8_lossy(response.body());
    let body = body.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let status = response.status().as_u16();
    match body {
        Some(xml) => format!("{status}\n{}", indented(xml)),
        None => format!("{status}\n{}", String::from_utf8_lossy(response.body())),
    }
}

/// XML with one leaf a line, indented.
fn indented(xml: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for part in xml.split_inclusive('>') {
        let closes = part.starts_with("</");
        let opens = !closes && !part.contains("</");
        match (closes, opens) {
            // The end of an empty leaf.
            (true, _)
                if lines
                    .last()
                    .is_some_and(|line| line.trim() == part.replace('/', "")) =>
            {
                depth -= 1;
                if let Some(line) = lines.last_mut() {
                    line.push_str(part);
                }
            }
            (true, _) => {
                depth -= 1;
                lines.push(format!("{}{part}", "  ".repeat(depth)));
            }
            (false, true) => {
                lines.push(format!("{}{part}", "  ".repeat(depth)));
                depth += 1;
            }
            // The text of a leaf and its end: they belong to the line of its start.
            (false, false) => {
                depth -= 1;
                if let Some(line) = lines.last_mut() {
                    line.push_str(part);
                }
            }
        }
    }
    lines.join("\n")
}

/// Holds a text against its golden file.
pub(crate) fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
