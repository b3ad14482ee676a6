//! What all pages of listings have in common.

use smol_str::SmolStr;

use super::ec2::{ImagePage, InstancePage, LockPage, SnapshotPage, VolumePage};

/// One page of a listing.
pub trait Page: Clone + PartialEq {
    /// Takes out where the next page starts; none after the last one.
    fn take_next(&mut self) -> Option<SmolStr>;

    /// Whether it holds nothing; more may follow nonetheless.
    fn is_empty(&self) -> bool;
}

macro_rules! page {
    ($page:ident of $items:ident) => {
        impl Page for $page {
            fn take_next(&mut self) -> Option<SmolStr> {
                self.next.take()
            }

            fn is_empty(&self) -> bool {
                self.$items.is_empty()
            }
        }
    };
}

page!(ImagePage of images);
page!(InstancePage of instances);
page!(LockPage of locked);
page!(SnapshotPage of snapshots);
page!(VolumePage of volumes);
