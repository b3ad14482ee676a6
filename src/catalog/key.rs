//! The keys of rows. `#` separates their parts and is forbidden inside of them.

use smol_str::{SmolStr, format_smolstr};

use crate::domain::{Job, PolicyName, Slot, VolumeId};

/// How many partitions the index `Due` has per policy; volumes are spread by hash.
pub const DUE_SHARDS: u32 = 4;

/// The installation's row. It has no `#`, so that no policy's row can have its key.
pub const INSTALLATION: &str = "installation";

/// The row of one creation; `target` is an instance, or a volume that is taken singly.
#[must_use]
pub fn intent(policy: &PolicyName, slot: &Slot, target: &str) -> SmolStr {
    format_smolstr!("intent#{policy}#{slot}#{target}")
}

/// The guard of a volume's floor.
#[must_use]
pub fn guard(volume: &VolumeId, policy: &PolicyName) -> SmolStr {
    format_smolstr!("volume#{volume}#{policy}")
}

/// The lease of a job.
#[must_use]
pub fn lease(policy: &PolicyName, job: Job) -> SmolStr {
    format_smolstr!("lease#{policy}#{job}")
}

/// The record of a run.
#[must_use]
pub fn run(policy: &PolicyName, job: Job, slot: &Slot) -> SmolStr {
    format_smolstr!("run#{policy}#{job}#{slot}")
}

/// What is remembered about a policy.
#[must_use]
pub fn policy(policy: &PolicyName) -> SmolStr {
    format_smolstr!("meta#{policy}")
}

/// What can still change; with the policy the partition of the index `Open`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenKind {
    /// Intents that are neither settled nor missed.
    Intent,
    /// Snapshots whose copy has not ended.
    Pending,
    /// Snapshots whose delete was begun.
    Expiring,
}

/// The partition of the index `Open`.
#[must_use]
pub fn open(policy: &PolicyName, kind: OpenKind) -> SmolStr {
    let kind = match kind {
        OpenKind::Intent => "intent",
        OpenKind::Pending => "pending",
        OpenKind::Expiring => "expiring",
    };
    format_smolstr!("{policy}#{kind}")
}

/// The partition of the index `Due` for a volume's snapshots.
#[must_use]
pub fn due(policy: &PolicyName, volume: &VolumeId) -> SmolStr {
    let hash = blake3::hash(volume.as_str().as_bytes());
    due_shard(policy, u32::from(hash.as_bytes()[0]) % DUE_SHARDS)
}

/// The partition of the index `Due` by number, 0 to [`DUE_SHARDS`] - 1.
#[must_use]
pub fn due_shard(policy: &PolicyName, shard: u32) -> SmolStr {
    format_smolstr!("{policy}#{shard}")
}
