//! All that is known of one snapshot, from both sides.

use std::collections::BTreeSet;

use super::mistake::LookError;
use super::sides;
use crate::catalog::{SnapshotRow, read};
use crate::domain::{Encryption, ImageId, Snapshot, SnapshotId, Timestamp, tags};
use crate::engine::{Pass, locks, observe};

/// One snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Which.
    pub id: SnapshotId,
    /// When it was looked at.
    pub now: Timestamp,
    /// Our row; none without one.
    pub row: Option<SnapshotRow>,
    /// What EC2 shows; none when it does not.
    pub ec2: Option<Snapshot>,
    /// Whether a lock protects it.
    pub locked: bool,
    /// The image that uses it.
    pub image: Option<ImageId>,
}

/// A line of the comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Of what.
    pub what: String,
    /// What the row says; none when it says nothing about it.
    pub row: Option<String>,
    /// What EC2 says.
    pub ec2: Option<String>,
    /// Whether the two are to be the same, and are not.
    pub differs: bool,
}

/// Looks at both sides.
///
/// # Errors
/// [`LookError::NoSuchSnapshot`] when neither knows it; [`LookError::Stop`] when one can't be read.
pub async fn show(pass: &Pass, id: &SnapshotId) -> Result<Shown, LookError> {
    let row = match read::get(&pass.caller, id.text()).await? {
        Some(item) => Some(SnapshotRow::from_item(item).map_err(crate::calls::Stop::from)?),
        None => None,
    };
    let wanted = BTreeSet::from([id.clone()]);
    let ec2 = observe::snapshots(pass, &wanted).await?.remove(id);
    if row.is_none() && ec2.is_none() {
        return Err(LookError::NoSuchSnapshot(id.clone()));
    }
    let (locked, image) = match &ec2 {
        Some(_) => (
            locks::locked(pass, &wanted).await?.contains(id),
            observe::images(pass, &wanted).await?.remove(id),
        ),
        None => (false, None),
    };
    Ok(Shown {
        id: id.clone(),
        now: pass.now(),
        row,
        ec2,
        locked,
        image,
    })
}

impl Shown {
    /// What both sides could say, in a fixed order.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let row = self.row.as_ref();
        let ec2 = self.ec2.as_ref();
        let tag = |key: &str| ec2.and_then(|ec2| ec2.tags.get(key).map(ToString::to_string));
        let both = |what: &str, row: Option<String>, ec2: Option<String>| Line {
            what: what.to_owned(),
            differs: self.row.is_some() && self.ec2.is_some() && row != ec2,
            row,
            ec2,
        };
        let mut lines = vec![
            Line {
                differs: !self.states_agree(),
                ..both(
                    "state",
                    row.map(|row| row.state.to_string()),
                    ec2.map(|ec2| ec2.state.as_str().to_owned()),
                )
            },
            both(
                "volume",
                row.map(|row| row.volume.to_string()),
                ec2.map(|ec2| ec2.volume.to_string()),
            ),
            Line {
                differs: row
                    .zip(ec2)
                    .is_some_and(|(row, ec2)| !ec2.started_at(row.start)),
                ..both(
                    "started",
                    row.map(|row| row.start.to_string()),
                    ec2.map(|ec2| ec2.start.to_string()),
                )
            },
            both(
                "owner",
                row.map(|row| row.owner.to_string()),
                ec2.map(|ec2| ec2.owner.to_string()),
            ),
            both(
                "size",
                row.map(|row| format!("{} GiB", row.size_gib)),
                ec2.map(|ec2| format!("{} GiB", ec2.size_gib)),
            ),
            both(
                "encrypted",
                row.map(|row| encryption(row.encrypted)),
                ec2.map(|ec2| encryption(ec2.encrypted)),
            ),
            both(
                "policy",
                row.map(|row| row.policy.to_string()),
                tag(tags::key::POLICY),
            ),
            both(
                "slot",
                row.map(|row| row.slot.to_string()),
                tag(tags::key::SLOT),
            ),
            both(
                "lifetime",
                row.map(|row| row.lifetime.to_string()),
                tag(tags::key::LIFETIME).map(|text| lifetime(&text)),
            ),
            both(
                "operation",
                row.and_then(|row| row.op.as_ref().map(ToString::to_string)),
                tag(tags::key::OP),
            ),
        ];
        let (lines_row, lines_ec2) = (self.only_row(), self.only_ec2());
        lines.extend(lines_row.into_iter().map(|(what, said)| Line {
            what,
            row: Some(said),
            ec2: None,
            differs: false,
        }));
        lines.extend(lines_ec2.into_iter().map(|(what, said)| Line {
            what,
            row: None,
            ec2: Some(said),
            differs: false,
        }));
        lines
    }

    fn states_agree(&self) -> bool {
        let row = self.row.as_ref().map(|row| &row.state);
        sides::agree(row, self.ec2.as_ref().map(|ec2| &ec2.state))
    }

    /// What the row alone can know.
    fn only_row(&self) -> Vec<(String, String)> {
        let Some(row) = &self.row else {
            return Vec::new();
        };
        let mut said: Vec<(&str, Option<String>)> = vec![
            ("instance", row.instance.as_ref().map(ToString::to_string)),
            ("device", row.device.as_ref().map(ToString::to_string)),
            ("set", row.set.as_ref().map(ToString::to_string)),
            (
                "not before",
                row.lifetime.ends(row.start).map(|at| at.to_string()),
            ),
            ("judged at", row.judge_at.map(|at| at.to_string())),
            ("since", Some(row.updated_at.to_string())),
            ("because", Some(row.reason.to_string())),
            (
                "blocked by",
                row.blocked_by.as_ref().map(ToString::to_string),
            ),
            (
                "last refusal",
                row.last_error.as_ref().map(ToString::to_string),
            ),
            ("came from", row.came_from.as_ref().map(ToString::to_string)),
            ("not seen since", row.unseen_since.map(|at| at.to_string())),
            ("row goes at", row.purge.map(|at| at.to_string())),
        ];
        if row.counted == crate::domain::Counted::Duplicate {
            let text = "no: it is a second snapshot of its slot and volume";
            said.push(("counts", Some(text.to_owned())));
        }
        if row.attempts > 0 {
            said.push(("tries to delete", Some(row.attempts.to_string())));
        }
        present(said)
    }

    /// What EC2 alone can know.
    fn only_ec2(&self) -> Vec<(String, String)> {
        let Some(ec2) = &self.ec2 else {
            return Vec::new();
        };
        let locked = self.locked.then(|| "yes".to_owned());
        let mut said = present(vec![
            ("locked", locked),
            ("used by", self.image.as_ref().map(ToString::to_string)),
        ]);
        let compared = [
            tags::key::POLICY,
            tags::key::SLOT,
            tags::key::LIFETIME,
            tags::key::OP,
        ];
        said.extend(
            ec2.tags
                .iter()
                .filter(|(key, _)| !compared.contains(&key.as_str()))
                .map(|(key, value)| (format!("tag {key}"), value.to_string())),
        );
        said
    }
}

fn present(said: Vec<(&str, Option<String>)>) -> Vec<(String, String)> {
    said.into_iter()
        .filter_map(|(what, said)| Some((what.to_owned(), said?)))
        .collect()
}

fn encryption(encrypted: Encryption) -> String {
    match encrypted {
        Encryption::Encrypted => "yes".to_owned(),
        Encryption::Plain => "no".to_owned(),
    }
}

/// A lifetime as its tag tells it, read; the tag's text when it can't be.
fn lifetime(tag: &str) -> String {
    match crate::domain::Lifetime::from_tag_value(tag) {
        Some(lifetime) => lifetime.to_string(),
        None => format!("`{tag}`, which can't be read"),
    }
}
