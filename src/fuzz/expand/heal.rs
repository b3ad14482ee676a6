//! The heal: what went wrong ends, and people clear up. What they leave as it is, is left on purpose.

use super::Frame;
use crate::domain::{Policy, Span};
use crate::scenario::model::{HoldAction, Outsider, Step, StepKind, WorldSpec};

impl Frame {
    /// The steps of the heal. Faults end by themselves: each says until when.
    pub(super) fn heal(&self, world: &WorldSpec, policies: &[Policy], storm: &[Step]) -> Vec<Step> {
        let draw = self.draw;
        let mut steps = Vec::new();
        let clock_is_off = world.clock_error != Span::ZERO
            || storm
                .iter()
                .any(|step| matches!(step.what, StepKind::Clock { .. }));
        if clock_is_off {
            let error = Span::ZERO;
            steps.push(Self::step(self.heal, StepKind::Clock { error }));
        }
        for (n, step) in (0..).zip(storm) {
            let StepKind::Outsider(deed) = &step.what else {
                continue;
            };
            let undone = match deed {
                Outsider::Hold { snapshot, .. } => Some(Outsider::Hold {
                    snapshot: snapshot.clone(),
                    action: HoldAction::Release,
                }),
                Outsider::StopInstance(id) => Some(Outsider::StartInstance(id.clone())),
                Outsider::RegisterImage { image, .. } if draw.percent(50, "disables", n) => {
                    Some(Outsider::DisableImage(image.clone()))
                }
                Outsider::RegisterImage { image, .. } => {
                    Some(Outsider::DeregisterImage(image.clone()))
                }
                Outsider::Lock { snapshot, .. } => Some(Outsider::Unlock(snapshot.clone())),
                _ => None,
            };
            if let Some(undone) = undone.filter(|_| draw.percent(60, "clears up", n)) {
                steps.push(Self::step(self.heal, StepKind::Outsider(undone)));
            }
        }
        for (n, policy) in (0..).zip(policies) {
            let limits = &policy.limits;
            if limits.blast_floor < 25 && draw.percent(60, "approves", n) {
                let policy = policy.name.clone();
                let at = self.heal + Span::hours(36) + Span::minutes(10);
                steps.push(Self::step(at, StepKind::Approve { policy }));
            }
        }
        steps
    }
}
