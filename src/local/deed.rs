//! What a person lets happen in a local world: faults, and what others do.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::ec2::{AccountId, SnapshotId};
use snaplife_sim::time::Span as WorldSpan;

use super::world::LocalWorld;
use crate::domain::{Span, Timestamp};
use crate::player::{faults, outside};
use crate::scenario::model::{CallEffect, Fault, Known, Outsider, WorldFault};

/// Others' account, for credentials that suddenly belong elsewhere.
const OTHER_ACCOUNT: &str = "999999999999";
/// World faults that last until the end of a story last this long here.
const LASTS: Span = Span::days(36_525);

/// What a fault has changed and what puts it right again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heal {
    /// The credentials belong to this account again.
    Account(AccountId),
    /// The table's indexes are this far behind again.
    IndexLag(WorldSpan),
}

impl LocalWorld {
    /// The names that a fault or an act can use: ids, and names of a scenario's file.
    #[must_use]
    pub fn known(&self) -> Known {
        let world = self.world().borrow();
        let ec2 = &world.ec2;
        let ids = ec2.snapshots().map(|snapshot| snapshot.id.text().clone());
        Known {
            instances: ec2.instances().map(|it| it.id.text().clone()).collect(),
            volumes: ec2
                .volumes()
                .map(|it| it.id.text().clone())
                .chain(ec2.snapshots().map(|it| it.volume.text().clone()))
                .collect(),
            snapshots: ids.chain(self.kept(|saved| saved.names.given())).collect(),
            images: ec2.images().map(|it| it.id.text().clone()).collect(),
        }
    }

    /// The id of a snapshot that a scenario's file named; none when it named none so.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<SmolStr> {
        self.kept(|saved| saved.names.named(name))
            .map(|id| id.text().clone())
    }

    /// Injects a fault, and tells it in a sentence.
    pub fn inject(&self, fault: &Fault) -> SmolStr {
        let now = self.now();
        self.name_all();
        match fault {
            Fault::Call(fault) => {
                let until = fault.matching.until;
                if let (CallEffect::WrongAccount, Some(until)) = (&fault.effect, until) {
                    let mut world = self.world().borrow_mut();
                    let account = world.sts.get_caller_identity().account;
                    world.sts.become_account(AccountId::new(OTHER_ACCOUNT));
                    self.heal_at(until, Heal::Account(account));
                } else {
                    let number = self.kept(|saved| {
                        saved.injected += 1;
                        saved.injected
                    });
                    let name = format!("injected {number}");
                    let armed = self.kept(|saved| faults::arm(fault, &saved.names, now, &name));
                    for fault in armed {
                        self.conditions().add_fault(fault);
                    }
                }
                faults::told(fault)
            }
            Fault::World(fault) => {
                let mut world = self.world().borrow_mut();
                if let WorldFault::IndexLag { until, .. } = fault
                    && let Some(lag) = outside::index_lag(&mut world)
                {
                    self.heal_at(*until, Heal::IndexLag(lag));
                }
                outside::arrange(&mut world, now, now + LASTS, fault)
            }
        }
    }

    /// Lets someone else act, and tells it in a sentence.
    pub fn act(&self, outsider: &Outsider) -> SmolStr {
        let now = self.now();
        self.name_all();
        let told = self.kept(|saved| {
            let mut world = self.world().borrow_mut();
            outside::act(&mut world, &mut saved.names, now, outsider).text
        });
        format_smolstr!("someone {told}")
    }

    /// Every snapshot can be named by its id.
    fn name_all(&self) {
        let world = self.world().borrow();
        let ids: Vec<SnapshotId> = world.ec2.snapshots().map(|it| it.id.clone()).collect();
        self.kept(|saved| {
            for id in ids {
                saved.names.name(id.text().clone(), id);
            }
        });
    }

    fn heal_at(&self, at: Timestamp, heal: Heal) {
        self.kept(|saved| saved.heals.push((at, heal)));
    }

    /// Puts right what is over by now.
    pub(super) fn heal(&self) {
        let now = self.now();
        let due: Vec<Heal> = self.kept(|saved| {
            let (due, later) = std::mem::take(&mut saved.heals)
                .into_iter()
                .partition(|(at, _)| *at <= now);
            saved.heals = later;
            let due: Vec<(Timestamp, Heal)> = due;
            due.into_iter().map(|(_, heal)| heal).collect()
        });
        let mut world = self.world().borrow_mut();
        for heal in due {
            match heal {
                Heal::Account(account) => world.sts.become_account(account),
                Heal::IndexLag(lag) => outside::set_index_lag(&mut world, lag),
            }
        }
    }
}
