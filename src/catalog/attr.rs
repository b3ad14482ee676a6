//! The names of attributes.
//!
//! The first ten are those of the scripts that this project replaces, with their meaning, so that
//! an existing table can be taken over. The others are ours and stand beside them.

use crate::domain::Job;

pub use crate::ports::table::KEY;

/// The volume of a snapshot.
pub const VOLUME_ID: &str = "VolumeId";
/// The state of a snapshot row or an intent.
pub const STATE: &str = "State";
/// EC2's `StartTime` as RFC 3339.
pub const START_TIME: &str = "StartTime";
/// The account that owns the snapshot.
pub const OWNER_ID: &str = "OwnerId";
/// GiB.
pub const VOLUME_SIZE: &str = "VolumeSize";
/// The snapshot's tags as a map.
pub const TAGS: &str = "Tags";
/// Whether the snapshot is encrypted.
pub const ENCRYPTED: &str = "Encrypted";
/// EC2's `StartTime` in milliseconds since 1970; for an intent the slot's instant.
pub const DATE: &str = "Date";
/// The lifetime in days, present only when it is a whole number of days.
pub const DAY: &str = "day";

/// What kind of row it is.
pub const KIND: &str = "Kind";
/// The version of the row's format.
pub const SCHEMA: &str = "Schema";
/// Counts the writes of the row; every write is conditional on it.
pub const REVISION: &str = "Revision";
/// Who wrote the row last, and with which write: tells a lost success from a conflict.
pub const WRITER: &str = "Writer";
/// The policy.
pub const POLICY: &str = "Policy";
/// The slot.
pub const SLOT: &str = "Slot";
/// The instance that a snapshot was taken with.
pub const INSTANCE_ID: &str = "InstanceId";
/// The device the volume was on.
pub const DEVICE: &str = "Device";
/// The multi-volume set; the operation that made it.
pub const SET_ID: &str = "SetId";
/// The operation that made the snapshot; for an intent the one sent last.
pub const OP_ID: &str = "OpId";
/// How consistent the data is: `crash`.
pub const CONSISTENCY: &str = "Consistency";
/// The lifetime in milliseconds; absent when age never ends it. The authority beside `day`.
pub const LIFETIME_MS: &str = "LifetimeMs";
/// Of an intent: the longest lifetime that an earlier send of it promised, as its tag has it; absent
/// when all promised the same.
pub const EARLIER_LIFETIME: &str = "EarlierLifetime";
/// When age stops protecting it, milliseconds since 1970; for people.
pub const EXPIRES_AT: &str = "ExpiresAt";
/// When it is worth judging, milliseconds since 1970; the sort key of `Due`.
pub const JUDGE_AT: &str = "JudgeAt";
/// The partition of `Due`: policy and shard.
pub const DUE_SHARD: &str = "DueShard";
/// The partition of `Open`: policy and what is open.
pub const OPEN_STATE: &str = "OpenState";
/// When the row became what it is, milliseconds since 1970.
pub const UPDATED_AT: &str = "UpdatedAt";
/// Why it is in its state, in a sentence.
pub const REASON: &str = "Reason";
/// What stands against its delete, as JSON; `Reason` has the sentence.
pub const BLOCKED_BY: &str = "BlockedBy";
/// `creation` for a failed snapshot that keeps new ones of its volume from being made; absent otherwise.
pub const BLOCKS: &str = "Blocks";
/// How often its delete was begun.
pub const ATTEMPTS: &str = "Attempts";
/// The last refusal.
pub const LAST_ERROR: &str = "LastError";
/// When the row may be purged, seconds since 1970; the table's TTL attribute.
pub const PURGE: &str = crate::ports::table::TTL_ATTRIBUTE;
/// The state that an `expiring` row came from; a `deleted` one keeps it.
pub const CAME_FROM: &str = "CameFrom";
/// When the first delete of its set was about to be sent, milliseconds since 1970.
pub const SET_BEGUN_AT: &str = "SetBegunAt";
/// How many members of its set carry that note.
pub const SET_BEGUN_MEMBERS: &str = "SetBegunMembers";
/// `duplicate` for a second snapshot of its slot and volume, and for one that AWS took unasked; absent otherwise.
pub const COUNTED: &str = "Counted";
/// The first look that did not see the snapshot, milliseconds since 1970.
pub const UNSEEN_SINCE: &str = "UnseenSince";

/// The volumes an intent is to snapshot.
pub const MEMBERS: &str = "Members";
/// Every operation id an intent was sent with.
pub const OPS: &str = "Ops";
/// When an intent was first sent.
pub const FIRST_SENT_AT: &str = "FirstSentAt";
/// When an intent was last sent.
pub const SENT_AT: &str = "SentAt";
/// Complete looks for the last operation that found nothing.
pub const EMPTY_LOOKS: &str = "EmptyLooks";

/// When a volume was first found gone.
pub const GONE_SINCE: &str = "GoneSince";

/// Who holds a lease.
pub const HOLDER: &str = "Holder";
/// The lease's fencing token.
pub const TOKEN: &str = "Token";
/// When the lease ends.
pub const UNTIL: &str = "Until";

/// The installation's id.
pub const INSTALLATION: &str = "Installation";
/// The installation's account.
pub const ACCOUNT: &str = "Account";
/// The installation's Region.
pub const REGION: &str = "Region";
/// The digest of the policy as the last `expire` knew it.
pub const POLICY_DIGEST: &str = "PolicyDigest";
/// When `expire` last ended well.
pub const LAST_EXPIRE_AT: &str = "LastExpireAt";
/// When the last full audit ended.
pub const AUDITED_AT: &str = "AuditedAt";
/// The first slot that `create` served.
pub const FIRST_SLOT: &str = "FirstSlot";
/// The newest slot that `create` served.
pub const NEWEST_SLOT: &str = "NewestSlot";
/// The digest of the plan that a person approved.
pub const APPROVED: &str = "Approved";

/// The digest of the plan that the blast limit stopped last.
pub const REFUSED: &str = "Refused";
/// Per job, the digest of the findings that people were last told of.
#[must_use]
pub const fn notified(job: Job) -> &'static str {
    match job {
        Job::Create => "NotifiedCreate",
        Job::Sync => "NotifiedSync",
        Job::Expire => "NotifiedExpire",
    }
}

/// How a run ended, for the row of a run.
pub const RESULT: &str = "Result";
