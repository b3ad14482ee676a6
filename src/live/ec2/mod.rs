//! EC2: [`calls`] sends, `request` and `reply` translate.

mod calls;
mod reply;
mod request;

pub(super) use calls::{
    create_snapshot, create_snapshots, create_tags, delete_snapshot, describe_images,
    describe_instances, describe_locked_snapshots, describe_snapshots, describe_volumes,
};
