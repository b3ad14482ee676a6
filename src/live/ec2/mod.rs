//! EC2: [`calls`] sends, [`mod@dry_run`] asks what could be sent, `request` and `reply` translate.

mod calls;
mod dry_run;
mod reply;
mod request;

pub(super) use calls::{
    create_snapshot, create_snapshots, create_tags, delete_snapshot, delete_tags, describe_images,
    describe_instances, describe_locked_snapshots, describe_snapshots, describe_volumes,
};
pub(super) use dry_run::dry_run;
