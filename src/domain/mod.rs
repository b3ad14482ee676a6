//! The nouns, and the rules that belong to one of them alone. No async, no I/O, no clock.
//!
//! | word | means | not to be confused with |
//! | --- | --- | --- |
//! | snapshot | an EBS snapshot | a file of expected output, which is a *golden file* |
//! | policy, schedule, retention | the named rule; its when; its how long and how many | |
//! | lifetime | one snapshot's span | retention, the rule that gives it |
//! | slot | what one round of creation is for | the moment at which it ran |
//! | set | the snapshots that one `CreateSnapshots` made | |
//! | catalog | our own record, in DynamoDB | what EC2 shows |
//! | plan, decision, reason | what a run will do; one item; why | outcome, which is how one call ended |
//! | orphan, ghost | in EC2 only; in the catalog only | |
//! | row, intent | a record of the catalog; the record written before a creation | |
//! | floor | completed snapshots of a volume that our hand never goes below | |

pub mod account;
mod blocked;
pub mod duration;
pub mod ids;
pub mod job;
pub mod lifetime;
pub mod mistake;
pub mod policy;
pub mod row;
pub mod schedule;
pub mod snapshot;
pub(crate) mod spelling;
pub mod tags;
pub mod time;
pub mod topic;
pub mod volume;
pub mod zone;

pub use blocked::BlockedBy;
pub use ids::{
    AccountId, Device, ImageId, InstallationId, InstanceId, OpId, PlanDigest, PolicyName,
    PolicyNameError, Region, SnapshotId, TableName, TableNameError, TopicArn, VolumeId,
};
pub use job::{Job, Slot};
pub use lifetime::Lifetime;
pub use mistake::Mistake;
pub use policy::{
    AtLeast, Keep, Limits, Policy, Retroactive, RootVolumes, Schedules, Selection, SourceGone,
    Target,
};
pub use row::{Blocks, Counted, RowState, SetBegun, SetId};
pub use schedule::{Schedule, ScheduleError};
pub use snapshot::{Encryption, Snapshot, SnapshotState};
pub use tags::{Tag, Tags};
pub use time::{Span, Timestamp, TimestampError};
pub use volume::{
    AttachedTo, Attachment, BootVolume, Hibernation, Instance, InstanceState, Volume,
};
pub use zone::{Zone, ZoneError};
