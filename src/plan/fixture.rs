//! A plain policy that the tests of the planner start from.

use crate::domain::{
    Keep, Limits, Policy, PolicyName, Retroactive, RootVolumes, Schedules, Selection, SourceGone,
    Span, Tag, Target, Timestamp, Zone,
};

/// No keep rule; instances by `snapshot=snapshot`, without their roots.
pub(super) fn policy() -> Policy {
    Policy {
        name: PolicyName::default(),
        select: Selection {
            target: Target::Instances(Tag::new("snapshot", "snapshot")),
            root: RootVolumes::Exclude,
            exclude_tags: vec![],
            exclude_devices: vec![],
        },
        schedules: Schedules {
            create: None,
            sync: None,
            expire: None,
            zone: Zone::UTC,
            anchor: Timestamp::EPOCH,
        },
        keep: Keep::default(),
        source_gone: SourceGone::KeepLast(Span::days(30)),
        retroactive: Retroactive::No,
        lifetime_tags: vec!["snaplifetime".into()],
        copy_tags: vec![],
        extra_tags: vec![],
        limits: Limits::default(),
        notify: None,
    }
}
