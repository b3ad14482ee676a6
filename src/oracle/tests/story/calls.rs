//! What the engine of a story calls, and what it is answered.

use smol_str::SmolStr;

use super::Story;
use super::names::{shown, tags, volume_id};
use crate::domain::tags::key;
use crate::domain::{BootVolume, Tags};
use crate::oracle::truth::{Actor, TrueRow};
use crate::ports::ec2::{
    CreateSnapshot, CreateSnapshots, CreatedSnapshots, DeleteSnapshot, DescribeSnapshots, Filter,
    PageRequest, SnapshotPage,
};
use crate::ports::table::{Expression, Item, KEY, PutItem, Value};
use crate::ports::{Done, Outcome, Rejection, RejectionClass, Reply, UnknownCause};

impl Story {
    pub(in crate::oracle::tests) fn create_request(
        volume: u8,
        slot: u8,
        op: &str,
    ) -> CreateSnapshot {
        CreateSnapshot {
            description: SmolStr::default(),
            tags: tags(slot, op),
            volume: volume_id(volume),
        }
    }

    pub(super) fn create(&mut self, volume: u8, slot: u8, op: &str) {
        let ticket = self.call(Self::create_request(volume, slot, op).into());
        let snapshot = self.make(Actor::Client, volume, slot, op);
        let created = CreatedSnapshots {
            snapshots: vec![snapshot],
        };
        self.answer(ticket, Outcome::Ok(Reply::CreateSnapshot(created)));
    }

    /// A set for an instance without the tag `missing`; only the call.
    pub(in crate::oracle::tests) fn create_set_without(&mut self, missing: &str) {
        let tags: Tags = tags(0, "op-set")
            .iter()
            .filter(|(key, _)| *key != missing)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let request = CreateSnapshots {
            boot_volume: BootVolume::Exclude,
            description: SmolStr::default(),
            exclude: Vec::new(),
            instance: "i-db".into(),
            tags,
        };
        self.calls(request, Outcome::Unknown(UnknownCause::TimedOut));
    }

    /// The pass lists a volume.
    pub(in crate::oracle::tests) fn look(&mut self, volume: u8) {
        let (request, page) = self.listing(volume);
        self.calls(request, Outcome::Ok(Reply::DescribeSnapshots(page)));
    }

    pub(in crate::oracle::tests) fn listing(
        &self,
        volume: u8,
    ) -> (DescribeSnapshots, SnapshotPage) {
        let volume = volume_id(volume);
        let request = DescribeSnapshots {
            filters: vec![Filter::VolumeIds(vec![volume.clone()])],
            page: PageRequest::default(),
        };
        let found = self
            .world
            .snapshots
            .iter()
            .filter(|(_, s)| s.volume == volume);
        let page = SnapshotPage {
            next: None,
            snapshots: found.map(|(id, s)| shown(id, s)).collect(),
        };
        (request, page)
    }

    /// A complete look for an operation.
    pub(in crate::oracle::tests) fn look_for(&mut self, op: &str) {
        let request = DescribeSnapshots {
            filters: vec![Filter::TagValues {
                key: key::OP.into(),
                values: vec![op.into()],
            }],
            page: PageRequest::default(),
        };
        let found = self
            .world
            .snapshots
            .iter()
            .filter(|(_, s)| s.marks.op.as_deref() == Some(op));
        let page = SnapshotPage {
            next: None,
            snapshots: found.map(|(id, s)| shown(id, s)).collect(),
        };
        self.calls(request, Outcome::Ok(Reply::DescribeSnapshots(page)));
    }

    pub(super) fn delete(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let ticket = self.call(DeleteSnapshot { snapshot: id }.into());
        self.gone(n, Actor::Client);
        self.answer(ticket, Outcome::Ok(Reply::DeleteSnapshot(Done {})));
    }

    /// EC2 refuses a delete.
    pub(in crate::oracle::tests) fn refused_delete(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let refused = Rejection {
            class: RejectionClass::InUse,
            code: "InvalidSnapshot.InUse".into(),
            message: "in use by ami-a".into(),
            reasons: Vec::new(),
        };
        self.calls(DeleteSnapshot { snapshot: id }, Outcome::Rejected(refused));
    }

    /// EC2 says that what it is asked to delete is not there.
    pub(in crate::oracle::tests) fn delete_of_nothing(&mut self, n: u8) {
        let Some(id) = self.nth(n) else { return };
        let refused = Rejection {
            class: RejectionClass::NotFound,
            code: "InvalidSnapshot.NotFound".into(),
            message: "it does not exist".into(),
            reasons: Vec::new(),
        };
        self.calls(DeleteSnapshot { snapshot: id }, Outcome::Rejected(refused));
    }

    pub(in crate::oracle::tests) fn put(&mut self, key: &SmolStr, row: TrueRow) {
        let item = Item::from_iter([(SmolStr::new(KEY), Value::S(key.clone()))]);
        let put = PutItem {
            condition: Expression::default(),
            item,
        };
        let ticket = self.call(put.into());
        self.world.rows.insert(key.clone(), row);
        self.answer(ticket, Outcome::Ok(Reply::PutItem(Done {})));
    }

    pub(in crate::oracle::tests) fn write_row(&mut self, key: &SmolStr, state: &str) {
        let row = TrueRow {
            revision: self.next_revision(),
            state: Some(state.into()),
            ..TrueRow::default()
        };
        self.put(key, row);
    }

    pub(super) fn next_revision(&mut self) -> Option<i64> {
        self.revisions += 1;
        Some(self.revisions)
    }
}
