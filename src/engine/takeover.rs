//! Rows of the old scripts: which of them become ours, and which do not and why.
//!
//! An old row has `SnapshotId`, `VolumeId`, `State`, `Date` and `day`, and none of our attributes.
//! Nothing in it is believed but the lifetime: everything else EC2 tells.

use std::collections::BTreeSet;

use smol_str::{SmolStr, format_smolstr};

use super::context::Pass;
use super::{observe, settle};
use crate::calls::Stop;
use crate::catalog::write::{Conditional, put_if};
use crate::catalog::{SnapshotRow, Written, attr};
use crate::domain::{
    Lifetime, Slot, Snapshot, SnapshotId, SnapshotState, Tags, VolumeId, duration, tags,
};
use crate::ports::ec2::CreateTags;
use crate::ports::table::{Expression, Item, Scan, Value, WHOLE_TABLE};
use crate::ports::{Operation, Outcome, RejectionClass};

/// An old row with what is to become of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OldRow {
    /// The snapshot that it names.
    pub snapshot: SnapshotId,
    /// What is to become of it.
    pub verdict: OldVerdict,
    /// The row as it stands.
    item: Item,
}

/// What is to become of an old row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OldVerdict {
    /// Its snapshot becomes ours.
    Adopt {
        /// The lifetime that its row says.
        lifetime: Lifetime,
        /// The snapshot as EC2 shows it.
        shown: Box<Snapshot>,
    },
    /// It stays as it is, for this reason.
    Leave(SmolStr),
}

/// What came of taking a row over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TakenOver {
    /// Its snapshot is ours from now on.
    Done,
    /// It is not, for this reason; its row is as it was.
    NotDone(SmolStr),
}

/// Reads every row of the table, which is done for this alone, and says what is to become of the old
/// ones; sorted by snapshot. Nothing is changed.
///
/// # Errors
/// [`Stop`] when EC2 or the table can't be read.
pub async fn look(pass: &Pass) -> Result<Vec<OldRow>, Stop> {
    let old = old_rows(pass).await?;
    let ids: BTreeSet<SnapshotId> = old.iter().map(|(id, _)| id.clone()).collect();
    let shown = observe::snapshots(pass, &ids).await?;
    let mut rows: Vec<OldRow> = old
        .into_iter()
        .map(|(id, item)| OldRow {
            verdict: judge(pass, &item, shown.get(&id)),
            snapshot: id,
            item,
        })
        .collect();
    rows.sort_by(|a, b| a.snapshot.cmp(&b.snapshot));
    Ok(rows)
}

async fn old_rows(pass: &Pass) -> Result<Vec<(SnapshotId, Item)>, Stop> {
    let mut old = Vec::new();
    let mut start = None;
    loop {
        let request = Scan {
            start: start.clone(),
        };
        let page = pass.caller.read(WHOLE_TABLE, request).await?;
        for item in page.items {
            let key = item.key().filter(|key| key.starts_with("snap-")).cloned();
            // Every row of ours has a kind.
            if let Some(key) = key.filter(|_| item.text(attr::KIND).is_none()) {
                old.push((SnapshotId::new(key), item));
            }
        }
        if page.next.is_none() {
            return Ok(old);
        }
        // The same place again would give the same page for ever.
        if page.next == start {
            return Err(Stop::EndlessListing {
                operation: Scan::NAME,
                subject: SmolStr::new_static(WHOLE_TABLE),
            });
        }
        start = page.next;
    }
}

fn judge(pass: &Pass, item: &Item, shown: Option<&Snapshot>) -> OldVerdict {
    match adoptable(pass, item, shown) {
        Ok((lifetime, shown)) => OldVerdict::Adopt {
            lifetime,
            shown: Box::new(shown.clone()),
        },
        Err(why) => OldVerdict::Leave(why),
    }
}

fn adoptable<'a>(
    pass: &Pass,
    item: &Item,
    shown: Option<&'a Snapshot>,
) -> Result<(Lifetime, &'a Snapshot), SmolStr> {
    let Some(shown) = shown else {
        return Err(SmolStr::new_static("EC2 does not show it"));
    };
    if shown.owner != pass.installation.account {
        return Err(format_smolstr!("account {} owns it", shown.owner));
    }
    let volume = item.text(attr::VOLUME_ID).cloned().map(VolumeId::new);
    if volume
        .as_ref()
        .is_some_and(|volume| *volume != shown.volume)
    {
        return Err(format_smolstr!(
            "its row says that it is of {}, and EC2 says of {}",
            volume.unwrap_or_else(|| VolumeId::new("")),
            shown.volume
        ));
    }
    let ours = pass.installation.id.text();
    if let Some(other) = shown
        .tags
        .get(tags::key::INSTALLATION)
        .filter(|id| *id != ours)
    {
        return Err(format_smolstr!("it belongs to the installation {other}"));
    }
    if let SnapshotState::Other(state) = &shown.state {
        return Err(format_smolstr!("EC2 says that it is {state}"));
    }
    Ok((lifetime(item)?, shown))
}

/// The scripts wrote days, as a number or as text; what was no number in the tag is none here.
fn lifetime(item: &Item) -> Result<Lifetime, SmolStr> {
    let text = match item.0.get(attr::DAY) {
        None => {
            return Err(SmolStr::new_static(
                "its row has no `day`, so nobody knows how long it lives",
            ));
        }
        Some(Value::N(days)) => format_smolstr!("{days}"),
        Some(Value::S(text)) => text.clone(),
        Some(_) => {
            return Err(SmolStr::new_static(
                "its `day` is neither a number nor a text",
            ));
        }
    };
    match duration::parse_lifetime_tag(&text) {
        Ok(span) => Ok(Lifetime::For(span)),
        Err(_) => Err(format_smolstr!(
            "its `day` says `{text}`, which is no lifetime"
        )),
    }
}

/// Makes the snapshot of an old row ours: its tags first, then its row.
///
/// A crash between the two leaves a row that is still an old one, so that doing it again ends it.
///
/// # Errors
/// [`Stop`] when the table can't be written.
pub async fn take_over(pass: &Pass, old: &OldRow) -> Result<TakenOver, Stop> {
    if let OldVerdict::Leave(why) = &old.verdict {
        return Ok(TakenOver::NotDone(why.clone()));
    }
    // A person may have thought about it for long, and somebody may have done the same meanwhile.
    let ids = BTreeSet::from([old.snapshot.clone()]);
    let seen = observe::snapshots(pass, &ids).await?;
    let (lifetime, shown) = match judge(pass, &old.item, seen.get(&old.snapshot)) {
        OldVerdict::Adopt { lifetime, shown } => (lifetime, shown),
        OldVerdict::Leave(why) => return Ok(TakenOver::NotDone(why)),
    };
    let slot = Slot::scheduled(shown.start);
    let values: [SmolStr; 4] = [
        pass.installation.id.text().clone(),
        pass.policy.name.as_str().into(),
        slot.text().clone(),
        lifetime.tag_value().into(),
    ];
    let ours: Tags = tags::key::TAKEN_OVER.into_iter().zip(values).collect();
    // A run that was cut off may have marked it already.
    let is_marked = ours
        .iter()
        .all(|(key, value)| shown.tags.get(key) == Some(value));
    if !is_marked && let Some(why) = mark(pass, &old.snapshot, &ours).await? {
        return Ok(TakenOver::NotDone(why));
    }
    let mut row = SnapshotRow::new(&shown, &pass.policy.name, &slot, lifetime, pass.now());
    row.stored = old.item.clone();
    row.tags = shown
        .tags
        .iter()
        .chain(ours.iter())
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    settle::follow(pass, &mut row, &shown.state);
    row.reason = SmolStr::new_static("taken over from the scripts that were here before");
    let item = pass.writer.stamp(&row);
    Ok(
        match put_if(&pass.caller, still_as(&old.item), item.clone()).await? {
            Written::Done => {
                row.written(item);
                pass.row_changed(&row, None);
                TakenOver::Done
            }
            Written::Conflict => TakenOver::NotDone(SmolStr::new_static(
                "its row was changed or deleted meanwhile; are the old scripts still running?",
            )),
        },
    )
}

/// Puts our tags on it; why that could not be done.
async fn mark(pass: &Pass, id: &SnapshotId, ours: &Tags) -> Result<Option<SmolStr>, Stop> {
    let request = CreateTags {
        snapshots: vec![id.clone()],
        tags: ours.clone(),
    };
    // No lease stands behind a deed by hand, so the deadline is the fence.
    pass.caller.fence(pass.caller.deadline());
    match pass.caller.send(id.as_str(), request).await {
        Outcome::Ok(_) => Ok(None),
        Outcome::Rejected(refused) => {
            let remedy = match refused.class {
                RejectionClass::Denied => "; `snaplife iam --take-over` prints what is needed",
                _ => "",
            };
            Ok(Some(format_smolstr!(
                "EC2 refused to tag it with {}: {}{remedy}",
                refused.code,
                refused.message
            )))
        }
        Outcome::Unknown(_) => Ok(Some(SmolStr::new_static(
            "whether it was tagged is not known; run it again",
        ))),
        Outcome::NotSent(cause) => Err(Stop::NotSent {
            operation: CreateTags::NAME,
            subject: id.text().clone(),
            cause,
        }),
    }
}

/// The row is there, nobody took it over, and what was read of it still stands there.
fn still_as(read: &Item) -> Expression {
    let mut names = vec![
        ("#key".into(), attr::KEY.into()),
        ("#kind".into(), attr::KIND.into()),
    ];
    let mut values = Vec::new();
    let mut text = "attribute_exists(#key) AND attribute_not_exists(#kind)".to_owned();
    for (place, name) in [("day", attr::DAY), ("volume", attr::VOLUME_ID)] {
        names.push((format_smolstr!("#{place}"), name.into()));
        match read.0.get(name) {
            Some(value) => {
                values.push((format_smolstr!(":{place}"), value.clone()));
                text.push_str(&format!(" AND #{place} = :{place}"));
            }
            None => text.push_str(&format!(" AND attribute_not_exists(#{place})")),
        }
    }
    Expression {
        names,
        text: text.into(),
        values,
    }
}
