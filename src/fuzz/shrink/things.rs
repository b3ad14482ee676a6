//! Fewer policies, instances, volumes, older snapshots and images.

use super::Search;
use crate::domain::{Device, VolumeId};

impl Search<'_> {
    pub(super) fn fewer_things(&mut self) {
        self.fewer(|scenario| &mut scenario.policies, 1);
        self.fewer(|scenario| &mut scenario.world.images, 0);
        self.fewer(|scenario| &mut scenario.world.snapshots, 0);
        self.fewer_instances();
        self.fewer_volumes();
    }

    /// An instance goes with the volumes that nothing else has.
    fn fewer_instances(&mut self) {
        let mut nth = self.best().world.instances.len();
        while nth > 0 && !self.is_over() {
            nth -= 1;
            self.try_with(|scenario| {
                let gone = scenario.world.instances.remove(nth);
                let kept: Vec<VolumeId> = attached(scenario);
                let leaves = |id: &VolumeId| {
                    gone.attachments.iter().any(|at| &at.volume == id) && !kept.contains(id)
                };
                scenario.world.volumes.retain(|volume| !leaves(&volume.id));
            });
        }
    }

    fn fewer_volumes(&mut self) {
        let mut nth = self.best().world.volumes.len();
        while nth > 0 && !self.is_over() {
            nth -= 1;
            self.try_with(|scenario| {
                let gone = scenario.world.volumes.remove(nth);
                for instance in &mut scenario.world.instances {
                    let root = instance.root_device.clone();
                    instance.attachments.retain(|at| at.volume != gone.id);
                    let attachments = &instance.attachments;
                    let left = |device: &Device| attachments.iter().any(|at| &at.device == device);
                    instance.root_device = root.filter(left);
                }
            });
        }
    }
}

fn attached(scenario: &crate::scenario::Scenario) -> Vec<VolumeId> {
    let instances = scenario.world.instances.iter();
    instances
        .flat_map(|instance| instance.attachments.iter().map(|at| at.volume.clone()))
        .collect()
}
