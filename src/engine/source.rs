//! Whether a volume is gone.
//!
//! A listing that does not show a volume proves nothing. Only EC2's answer to its id does
//! (`InvalidVolume.NotFound`, or the state `deleted`), given on two passes at least 24 h apart, with
//! account and Region unchanged, which every pass checks first.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::format_smolstr;

use super::context::Pass;
use super::facts::Lives;
use super::observe;
use crate::calls::{ClockVerdict, Stop, settle};
use crate::catalog::write::put;
use crate::catalog::{Guard, SnapshotRow, Written};
use crate::domain::{Blocks, RowState, SnapshotId, Span, VolumeId};
use crate::journal::FindingKind;
use crate::plan::input::{Creation, SnapshotFacts, Source, VolumeFacts};
use crate::ports::ec2::{DescribeVolumes, PageRequest};
use crate::ports::{Operation, Outcome, RejectionClass};

/// Whether what is learned about gone volumes is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notes {
    /// It is, in the guards: a pass does this.
    Kept,
    /// It is not: somebody only wants to know.
    LeftAlone,
}

/// The two passes must lie this far apart.
const APART: Span = Span::hours(24);

/// Judges each volume and keeps `GoneSince` in its guard.
///
/// # Errors
/// [`Stop`] when EC2 or the table can't be read: then the floor of nothing is given up.
pub(super) async fn judge(
    pass: &Pass,
    volumes: &BTreeSet<VolumeId>,
    lives: &BTreeMap<VolumeId, Lives>,
    guards: &mut BTreeMap<VolumeId, Guard>,
    notes: Notes,
) -> Result<BTreeMap<VolumeId, Source>, Stop> {
    // `GoneSince` is compared by a later pass, so a clock that is off must not write it; by such a
    // clock nothing is deleted either.
    let ClockVerdict::Trusted(now) = pass.caller.clock_verdict() else {
        let present = |volume: &VolumeId| (volume.clone(), Source::Present);
        return Ok(volumes.iter().map(present).collect());
    };
    let not_attached: BTreeSet<VolumeId> = volumes
        .iter()
        .filter(|volume| !lives.contains_key(*volume))
        .cloned()
        .collect();
    let shown = observe::volumes(pass, &not_attached).await?;
    let mut sources = BTreeMap::new();
    for volume in volumes {
        let there = lives.contains_key(volume)
            || shown
                .get(volume)
                .is_some_and(|shown| shown.state != "deleted");
        let gone = planted!(!there && is_gone(pass, volume).await?, TakesWhatIsNotSelectedForGone => !lives.contains_key(volume));
        let Some(guard) = guards.get_mut(volume) else {
            continue;
        };
        let source = match (gone, guard.gone_since) {
            (false, None) => Source::Present,
            (false, Some(_)) | (true, None) if notes == Notes::LeftAlone => Source::Present,
            (false, Some(_)) => {
                guard.gone_since = None;
                store(pass, guard).await?;
                Source::Present
            }
            (true, None) => {
                guard.gone_since = Some(now);
                store(pass, guard).await?;
                let text = format_smolstr!(
                    "EC2 says that it does not exist; believed when it says so again after {APART}"
                );
                pass.report(FindingKind::SourceGone, volume.text().clone(), text);
                Source::Present
            }
            (true, Some(since)) if since + APART <= now => Source::Gone { since },
            (true, Some(_)) => Source::Present,
        };
        sources.insert(volume.clone(), source);
    }
    Ok(sources)
}

async fn store(pass: &Pass, guard: &mut Guard) -> Result<(), Stop> {
    match put(&pass.caller, &pass.writer, guard).await? {
        Written::Done => Ok(()),
        // Another run works on this volume; its delete changes what we know.
        Written::Conflict => Err(Stop::LeaseLost),
    }
}

/// Asks for the volume by its id, which alone can prove that it is gone.
async fn is_gone(pass: &Pass, volume: &VolumeId) -> Result<bool, Stop> {
    let request = DescribeVolumes {
        filters: Vec::new(),
        ids: vec![volume.clone()],
        page: PageRequest::default(),
    };
    match pass.caller.send(volume.as_str(), request).await {
        Outcome::Ok(page) => Ok(page
            .volumes
            .iter()
            .any(|found| &found.id == volume && found.state == "deleted")),
        Outcome::Rejected(refused) if refused.class == RejectionClass::NotFound => Ok(true),
        other => settle(DescribeVolumes::NAME, volume.as_str(), other).map(|_| false),
    }
}

/// A volume's facts put together.
pub(super) fn volume_facts(
    snapshots: Vec<SnapshotFacts>,
    lives: Option<&Lives>,
    source: Option<Source>,
    rows: &BTreeMap<SnapshotId, SnapshotRow>,
) -> VolumeFacts {
    let blocking = snapshots
        .iter()
        .filter_map(|facts| rows.get(&facts.id))
        .any(|row| row.state == RowState::Error && row.blocks == Blocks::Creation);
    VolumeFacts {
        source: source.unwrap_or(Source::Present),
        creation: if blocking {
            Creation::BlockedByFailed
        } else {
            Creation::Free
        },
        lifetime_now: lives.map(|lives| lives.lifetime),
        lifetime_note: lives.and_then(|lives| lives.note.clone()),
        snapshots,
    }
}
