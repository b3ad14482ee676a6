//! Slots that were over before what was planned for them was carried out.

use super::acting::Step;
use super::exit::Exit;
use super::ui::Ui;
use crate::domain::{Job, Slot, Timestamp};
use crate::plan::PassPlan;
use crate::site::Site;

/// The slot that is due instead of the planned one. What is taken now under the name of an earlier slot
/// would be kept and counted as older than it is.
pub fn overtaken(planned: &Step, now: Timestamp) -> Option<Slot> {
    if planned.job != Job::Create {
        return None;
    }
    // One with a name of its own stands beside the schedule.
    planned.slot.instant()?;
    let due = planned.policy.schedules.latest_create_at_or_before(now)?;
    Some(Slot::scheduled(due)).filter(|due| *due != planned.slot)
}

/// What is still to be carried out: a person may have thought until the next slot began.
pub fn leave_out(
    site: &Site,
    wanted: Vec<(Step, PassPlan)>,
    ui: &Ui,
) -> (Vec<(Step, PassPlan)>, Exit) {
    let now = site.now();
    let (late, left): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|(step, _)| overtaken(step, now).is_some());
    for (step, _) in &late {
        let slot = &step.slot;
        ui.say(&format!(
            "slot {slot} is over meanwhile, so nothing is taken for it; plan anew\n"
        ));
    }
    let exit = if late.is_empty() {
        Exit::Ok
    } else {
        Exit::Attention
    };
    (left, exit)
}
