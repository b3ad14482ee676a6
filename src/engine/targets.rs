//! What a policy's tag selects now.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Pass;
use super::observe::{self, Completeness};
use crate::calls::Stop;
use crate::domain::{Instance, Target, Volume, VolumeId};

/// What a policy's tag selects.
pub(super) struct Observed {
    /// The instances, fully seen; empty for a policy that selects volumes.
    pub(super) instances: Vec<Instance>,
    /// The volumes, where the policy selects them or must know their tags.
    pub(super) volumes: BTreeMap<VolumeId, Volume>,
    /// Why it is not all; none when it is.
    pub(super) stop: Option<Stop>,
}

/// Lists what the policy's tag selects. What was seen until a page failed is given too.
pub(super) async fn observe_targets(pass: &Pass) -> Observed {
    let select = &pass.policy.select;
    match &select.target {
        Target::Instances(tag) => {
            let (instances, completeness) = observe::instances(pass, tag).await;
            let mut stop = match completeness {
                Completeness::Complete => None,
                Completeness::Partial(stop) => planted!(Some(stop), TakesAPartForAll => None),
            };
            let mut instances: Vec<Instance> = instances.into_values().collect();
            let mut volumes = BTreeMap::new();
            if !select.exclude_tags.is_empty() {
                // Without a volume's tags nobody knows whether it is left out, so nothing of its
                // instance is taken.
                let attached: BTreeSet<VolumeId> = instances
                    .iter()
                    .flat_map(|instance| instance.attachments.iter().map(|a| a.volume.clone()))
                    .collect();
                match observe::volumes(pass, &attached).await {
                    Ok(found) => volumes = found,
                    Err(failed) => {
                        instances.clear();
                        stop = Some(failed);
                    }
                }
            }
            Observed {
                instances,
                volumes,
                stop,
            }
        }
        Target::Volumes(tag) => {
            let (volumes, completeness) = observe::volumes_tagged(pass, tag).await;
            let stop = match completeness {
                Completeness::Complete => None,
                Completeness::Partial(stop) => Some(stop),
            };
            Observed {
                instances: Vec::new(),
                volumes,
                stop,
            }
        }
    }
}
