//! What AWS and the policies say, back to the defaults.

use super::Search;
use crate::domain::{
    Encryption, Hibernation, InstanceState, Limits, Policy, Retroactive, RootVolumes, Schedule,
    SourceGone, Span, Tags, Zone,
};
use crate::scenario::Scenario;
use crate::scenario::model::{SpanRange, TimingSpec, VisibilitySpec, WorldLimits};

type Change = fn(&mut Scenario);
type PolicyChange = fn(&mut Policy);

const OF_THE_WORLD: [Change; 9] = [
    |s| s.world.limits = WorldLimits::default(),
    |s| s.world.timing = TimingSpec::default(),
    |s| s.world.visibility = VisibilitySpec::default(),
    |s| s.world.strangers_percent = 0,
    |s| s.world.page_size = None,
    |s| s.world.index_lag = None,
    |s| s.world.capacity = None,
    |s| s.world.clock_error = Span::ZERO,
    |s| {
        s.world.latency = SpanRange {
            from: Span::from_ms(20),
            to: Span::from_ms(200),
        }
    },
];

const OF_A_POLICY: [PolicyChange; 19] = [
    |p| p.limits = Limits::default(),
    |p| p.notify = None,
    |p| p.copy_tags.clear(),
    |p| p.extra_tags.clear(),
    |p| p.select.exclude_tags.clear(),
    |p| p.select.exclude_devices.clear(),
    |p| p.select.root = RootVolumes::Exclude,
    |p| p.select.root = RootVolumes::Include,
    |p| p.retroactive = Retroactive::No,
    |p| p.source_gone = SourceGone::KeepLast(Span::days(30)),
    |p| p.keep.last = None,
    |p| p.keep.lifetime = None,
    |p| p.keep.lifetime = Some(Span::days(1)),
    |p| p.keep.at_least = crate::domain::AtLeast::default(),
    |p| p.schedules.zone = Zone::UTC,
    |p| p.schedules.create = Schedule::parse("rate(1 day)").ok(),
    |p| p.schedules.sync = Schedule::parse("rate(12 hours)").ok(),
    |p| p.schedules.expire = Schedule::parse("rate(1 day)").ok(),
    |p| p.schedules.expire = None,
];

impl Search<'_> {
    pub(super) fn plainer_settings(&mut self) {
        for change in OF_THE_WORLD {
            self.try_with(change);
        }
        for nth in 0..self.best().policies.len() {
            for change in OF_A_POLICY {
                if self.is_over() {
                    return;
                }
                self.try_with(|scenario| change(&mut scenario.policies[nth]));
            }
        }
        self.plainer_machines();
        self.try_with(|scenario| scenario.seed = None);
    }

    fn plainer_machines(&mut self) {
        for nth in 0..self.best().world.instances.len() {
            self.try_with(|scenario| {
                let instance = &mut scenario.world.instances[nth];
                instance.state = InstanceState::Running;
                instance.hibernation = Hibernation::Off;
            });
            self.try_with(|scenario| scenario.world.instances[nth].root_device = None);
            self.try_with(|scenario| {
                let instance = &mut scenario.world.instances[nth];
                instance.tags = without_lifetime(&instance.tags);
            });
        }
        for nth in 0..self.best().world.volumes.len() {
            self.try_with(|scenario| {
                let volume = &mut scenario.world.volumes[nth];
                volume.size_gib = 8;
                volume.daily_change_gib = 0;
                volume.encrypted = Encryption::Plain;
                if !volume.multi_attach {
                    volume.volume_type = "gp3".into();
                }
            });
            self.try_with(|scenario| scenario.world.volumes[nth].tags = Tags::default());
        }
    }
}

fn without_lifetime(tags: &Tags) -> Tags {
    tags.iter()
        .filter(|(key, _)| key.as_str() != "snaplifetime")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
