//! EC2 as far as EBS snapshots need it: instances, volumes, snapshots, images, locks.
//!
//! | calls | of [`Ec2`] |
//! | --- | --- |
//! | [`create`] | `create_snapshots`, `create_snapshot` |
//! | [`delete`] | `delete_snapshot` |
//! | [`tagging`] | `create_tags`, `delete_tags` |
//! | [`dry_run`] | each of these, tried and not made |
//! | [`describe_snapshots`], [`describe_instances`], [`describe_guards`] | the listings |
//! | [`outsider`], [`hardware`] | what others do; also how a world is set up |
//! | [`arranged`], [`settings`] | what is to go wrong, and how this AWS behaves |
//!
//! Not modelled: permissions, archiving, the Recycle Bin, copies, sharing, AWS Backup's snapshots,
//! the filters `start-time` and `transfer-type`, and reads that see a snapshot and then do not.
//!
//! The truth ([`Ec2::snapshot`], [`Ec2::snapshots_of`], [`Ec2::drain_effects`] …) is for whoever
//! judges a run; calls only ever see what AWS would show.

pub mod arranged;
pub mod create;
pub mod delete;
pub mod describe_guards;
pub mod describe_instances;
pub mod describe_snapshots;
pub mod dry_run;
pub mod effects;
mod filter;
pub mod guards;
pub mod hardware;
pub mod ids;
mod life;
pub mod model;
pub mod outsider;
mod page;
mod queue;
mod refusals;
pub mod request;
pub mod settings;
mod shelf;
mod snapshots;
mod state;
pub mod tagging;
pub mod tags;
#[cfg(test)]
mod tests;
mod throttle;

pub use arranged::{Arranged, Arrangement};
pub use dry_run::Tried;
pub use effects::{Actor, Effect, EffectKind};
pub use guards::{ImageState, ImageTruth, Lock, LockEnd, LockMode};
pub use hardware::{NewInstance, NewVolume};
pub use ids::{AccountId, ImageId, InstanceId, SnapshotId, VolumeId};
pub use model::{
    Attachment, BlockDevice, Hibernation, InstanceState, InstanceTruth, OnTermination, Presence,
    RootDeviceType, SetNumber, SnapshotState, SnapshotTruth, VolumeTruth, VolumeType,
};
pub use outsider::{ForeignSnapshot, Outsider, Shown};
pub use settings::{Limits, Paging, Range, Settings, Strangers, Throttling, Timing, Visibility};
pub use state::Ec2;
pub use tags::Tags;
pub use throttle::BucketSize;
