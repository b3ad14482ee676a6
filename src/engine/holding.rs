//! Holding a snapshot and releasing it, by hand: the tag `snaplife:hold`, and nothing else.
//!
//! The tag is in EC2 alone. A row remembers at most that a judging found it, so there is no second
//! truth to keep in step; one that is released and was blocked by it is due again.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::context::Pass;
use super::observe;
use crate::calls::{Stop, settle};
use crate::catalog::write::put;
use crate::catalog::{SnapshotRow, read};
use crate::domain::{BlockedBy, Snapshot, SnapshotId, Tag, Tags, Timestamp, tags};
use crate::ports::ec2::{CreateTags, DeleteTags};
use crate::ports::{Done, Operation, OperationName, Outcome};

/// The longest value of a tag, in characters (EC2 User Guide, *Tag restrictions*).
pub const REASON_CHARACTERS_MAX: usize = 256;

/// What came of holding or releasing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// It is as it was to be.
    Done,
    /// It was so before, and nothing was sent. With what the tag says, if it is there.
    Already(Option<SmolStr>),
    /// EC2 does not show the snapshot.
    NotSeen,
    /// It does not carry this installation's tag, or another account owns it.
    NotOurs,
}

/// Holds a snapshot: while it carries the tag, nothing of ours deletes it. `reason` is the tag's
/// value. One that is held already stays held for its own reason.
///
/// Each delete looks for the tag right before it is sent, so at most one that is on its way at
/// this moment is not kept.
///
/// # Errors
/// [`Stop`] when EC2 can't be read, refuses, or neither answers nor shows the tag afterwards.
pub async fn hold(pass: &Pass, snapshot: &SnapshotId, reason: &str) -> Result<Held, Stop> {
    let shown = match look(pass, snapshot).await? {
        Seen::Ours(shown) => shown,
        Seen::Not(why) => return Ok(why),
    };
    if let Some(held) = shown.tags.get(tags::key::HOLD) {
        return Ok(Held::Already(Some(held.clone())));
    }
    let tag = Tag::new(tags::key::HOLD, reason);
    let request = CreateTags {
        snapshots: vec![snapshot.clone()],
        tags: one(&tag),
    };
    unfenced(pass);
    let outcome = pass.caller.send(snapshot.as_str(), request).await;
    confirmed(pass, snapshot, CreateTags::NAME, outcome, |tags| {
        tags.has(&tag)
    })
    .await
}

/// Releases a snapshot: its tag goes, and the next passes judge it like any other.
///
/// # Errors
/// As [`hold`].
pub async fn release(pass: &Pass, snapshot: &SnapshotId) -> Result<Held, Stop> {
    let shown = match look(pass, snapshot).await? {
        Seen::Ours(shown) => shown,
        Seen::Not(why) => return Ok(why),
    };
    let Some(held) = shown.tags.get(tags::key::HOLD) else {
        return Ok(Held::Already(None));
    };
    // With its value: what somebody else holds it for meanwhile stays.
    let tag = Tag::new(tags::key::HOLD, held.clone());
    let request = DeleteTags {
        snapshots: vec![snapshot.clone()],
        tags: one(&tag),
    };
    unfenced(pass);
    let outcome = pass.caller.send(snapshot.as_str(), request).await;
    let released = confirmed(pass, snapshot, DeleteTags::NAME, outcome, |tags| {
        !tags.has(&tag)
    })
    .await?;
    judge_soon(pass, snapshot).await?;
    Ok(released)
}

/// What a hold alone kept is judged by the next pass, and not a day after the last one.
async fn judge_soon(pass: &Pass, snapshot: &SnapshotId) -> Result<(), Stop> {
    let Some(item) = read::get(&pass.caller, snapshot.text()).await? else {
        return Ok(());
    };
    let mut row = SnapshotRow::from_item(item)?;
    if row.blocked_by == Some(BlockedBy::Held) {
        row.judge_at = row.judge_at.map(|at| at.min(pass.now()));
        // A conflict means that another run judges it right now.
        let _ = put(&pass.caller, &pass.writer, &mut row).await?;
    }
    Ok(())
}

enum Seen {
    Ours(Snapshot),
    Not(Held),
}

/// Any policy's snapshot may be held: what counts is the installation.
async fn look(pass: &Pass, snapshot: &SnapshotId) -> Result<Seen, Stop> {
    let wanted = BTreeSet::from([snapshot.clone()]);
    let Some(shown) = observe::snapshots(pass, &wanted).await?.remove(snapshot) else {
        return Ok(Seen::Not(Held::NotSeen));
    };
    let carries = shown.tags.get(tags::key::INSTALLATION) == Some(pass.installation.id.text());
    if !carries || shown.owner != pass.installation.account {
        return Ok(Seen::Not(Held::NotOurs));
    }
    Ok(Seen::Ours(shown))
}

fn one(tag: &Tag) -> Tags {
    [(tag.key.clone(), tag.value.clone())].into_iter().collect()
}

/// A person's deed has no lease, and needs none: a tag that is put or taken twice is put or taken.
fn unfenced(pass: &Pass) {
    pass.caller.fence(Timestamp::MAX);
}

/// Without an answer the tag itself tells what came of it.
async fn confirmed(
    pass: &Pass,
    snapshot: &SnapshotId,
    operation: OperationName,
    outcome: Outcome<Done>,
    as_wanted: impl Fn(&Tags) -> bool,
) -> Result<Held, Stop> {
    if let Outcome::Unknown(_) = &outcome
        && let Seen::Ours(shown) = look(pass, snapshot).await?
        && as_wanted(&shown.tags)
    {
        return Ok(Held::Done);
    }
    settle(operation, snapshot.as_str(), outcome).map(|_| Held::Done)
}
