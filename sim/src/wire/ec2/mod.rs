//! EC2 over its query protocol.
//!
//! - [`read`]: parameters to requests; [`write`]: answers to elements.
//!
//! Sources: EC2 API Reference, the page of each action, for parameters and elements; *Error codes
//! for the Amazon EC2 API* for codes. A dry run ends when the request could be read; see
//! [`dry_run`](crate::ec2::dry_run).

mod read;
mod write;

use bytes::Bytes;
use smol_str::format_smolstr;

use super::form::Form;
use super::outcome::RequestId;
use super::xml::Xml;
use crate::answer::{Answer, Refusal};
use crate::chance::Chance;
use crate::ec2::{Ec2, Tried};
use crate::time::Timestamp;
use crate::world::World;

/// The only version of the API that is spoken.
const VERSION: &str = "2016-11-15";

pub(super) fn answer(
    world: &mut World,
    now: Timestamp,
    chance: Chance,
    operation: &str,
    mut form: Form<'_>,
    id: &RequestId,
) -> Answer<Bytes> {
    form.take("Action");
    let version = form.require("Version")?;
    if version != VERSION {
        let message = format_smolstr!("The version {version} is not supported");
        return Err(Refusal::new(400, "NoSuchVersion", message));
    }
    let ec2 = &mut world.ec2;
    match operation {
        "CreateSnapshot" => {
            let request = tried(ec2, now, Tried::CreateSnapshot, form, read::create_snapshot)?;
            let made = ec2.create_snapshot(now, &request)?;
            Ok(respond(operation, id, |xml| write::snapshot(xml, &made)))
        }
        "CreateSnapshots" => {
            let request = tried(
                ec2,
                now,
                Tried::CreateSnapshots,
                form,
                read::create_snapshots,
            )?;
            let made = ec2.create_snapshots(now, &request)?;
            Ok(respond(operation, id, |xml| {
                xml.list("snapshotSet", &made, write::set_member);
            }))
        }
        "CreateTags" => {
            let (resources, tags) = tried(ec2, now, Tried::CreateTags, form, read::create_tags)?;
            ec2.create_tags(now, &resources, &tags)?;
            Ok(respond(operation, id, write::done))
        }
        "DeleteSnapshot" => {
            let snapshot = tried(ec2, now, Tried::DeleteSnapshot, form, read::delete_snapshot)?;
            ec2.delete_snapshot(now, &snapshot)?;
            Ok(respond(operation, id, write::done))
        }
        "DeleteTags" => {
            let (resources, tags) = tried(ec2, now, Tried::DeleteTags, form, read::delete_tags)?;
            ec2.delete_tags(now, &resources, &tags)?;
            Ok(respond(operation, id, write::done))
        }
        "DescribeImages" => {
            let account = ec2.account().clone();
            let request = asked(form, |form| read::describe_images(form, &account))?;
            let page = ec2.describe_images(now, &request.listing)?;
            request.check_ids(&page)?;
            Ok(respond(operation, id, |xml| {
                let image = |xml: &mut Xml, image| write::image(xml, image, &account);
                write::page(xml, "imagesSet", &page, image);
            }))
        }
        "DescribeInstances" => {
            let request = asked(form, read::describe_instances)?;
            let page = ec2.describe_instances(now, &request)?;
            let account = ec2.account();
            Ok(respond(operation, id, |xml| {
                write::page(xml, "reservationSet", &page, |xml, instance| {
                    write::reservation(xml, instance, account, chance);
                });
            }))
        }
        "DescribeLockedSnapshots" => {
            let request = asked(form, read::describe_locked_snapshots)?;
            let page = ec2.describe_locked_snapshots(now, &request)?;
            Ok(respond(operation, id, |xml| {
                write::page(xml, "snapshotSet", &page, write::lock);
            }))
        }
        "DescribeSnapshots" => {
            let request = asked(form, read::describe_snapshots)?;
            let page = ec2.describe_snapshots(now, &request)?;
            Ok(respond(operation, id, |xml| {
                write::page(xml, "snapshotSet", &page, write::snapshot);
            }))
        }
        "DescribeVolumes" => {
            let request = asked(form, read::describe_volumes)?;
            let page = ec2.describe_volumes(now, &request)?;
            Ok(respond(operation, id, |xml| {
                write::page(xml, "volumeSet", &page, write::volume);
            }))
        }
        "" => Err(Refusal::new(
            400,
            "MissingAction",
            "The request is missing an action or a required parameter.",
        )),
        other => {
            let message = format_smolstr!("The action {other} is not valid for this web service.");
            Err(Refusal::new(400, "InvalidAction", message))
        }
    }
}

/// Reads a request that changes nothing; a dry run of it ends here, without effect on any bucket.
///
/// # Errors
/// What is wrong with the parameters, and `DryRunOperation` (412) for a dry run.
fn asked<T>(form: Form<'_>, read: impl FnOnce(&mut Form<'_>) -> Answer<T>) -> Answer<T> {
    match whole(form, read)? {
        Asked::Real(request) => Ok(request),
        Asked::Dry => {
            let message = "Request would have succeeded, but DryRun flag is set.";
            Err(Refusal::new(412, "DryRunOperation", message))
        }
    }
}

/// Reads a request that changes something; a dry run of it ends here.
///
/// # Errors
/// What is wrong with the parameters, and what a dry run is answered with.
fn tried<T>(
    ec2: &mut Ec2,
    now: Timestamp,
    call: Tried,
    form: Form<'_>,
    read: impl FnOnce(&mut Form<'_>) -> Answer<T>,
) -> Answer<T> {
    match whole(form, read)? {
        Asked::Real(request) => Ok(request),
        Asked::Dry => Err(ec2.dry_run(now, call)),
    }
}

/// Whether a request is to act.
enum Asked<T> {
    Dry,
    Real(T),
}

fn whole<T>(mut form: Form<'_>, read: impl FnOnce(&mut Form<'_>) -> Answer<T>) -> Answer<Asked<T>> {
    let request = read(&mut form)?;
    let dry_run = form.flag("DryRun")?;
    form.finish()?;
    Ok(if dry_run {
        Asked::Dry
    } else {
        Asked::Real(request)
    })
}

fn respond(operation: &str, id: &RequestId, fill: impl FnOnce(&mut Xml)) -> Bytes {
    let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    Xml::document(
        &format_smolstr!("{operation}Response"),
        Some(namespace),
        |xml| {
            xml.leaf("requestId", id.as_str());
            fill(xml);
        },
    )
}
