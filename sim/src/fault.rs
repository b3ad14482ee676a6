//! Faults as data: which calls they meet, and what becomes of those calls.
//!
//! This module decides; whoever carries calls to the world and back does what was decided. A plan
//! is a list: the first fault that meets a call is the one that acts, and only that one counts it.
//!
//! The catalogue follows what people met in real accounts: answers lost after the call acted,
//! requests that never arrived, throttling shared with strangers, page tokens that fail in the
//! middle of a listing, hours of server errors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::chance::Chance;
use crate::time::{Span, Timestamp};

/// One fault of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// What becomes of a call that it meets.
    pub effect: FaultEffect,
    /// Which calls it meets.
    pub matcher: Matcher,
    /// Its name, unique in a plan; keys its draws.
    pub name: SmolStr,
}

/// Which calls a fault meets: all conditions must hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Matcher {
    /// Which operation.
    pub call: CallMatch,
    /// From this instant on.
    pub from: Timestamp,
    /// Of the calls that match so far, this many percent, by keyed draw; 100 and more is all.
    pub percent: u8,
    /// A call that names this id; none for any.
    pub resource: Option<SmolStr>,
    /// This many matching calls pass unharmed first: `2` meets the third.
    pub skip: u32,
    /// So many calls are met, then no more; none for no limit.
    pub times: Option<u32>,
    /// Up to, not including, this instant; none for ever.
    pub until: Option<Timestamp>,
}

/// Which operation a fault meets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallMatch {
    /// Every one.
    Any,
    /// Every one of a service, as `ec2`.
    Service(SmolStr),
    /// This one, as `ec2:CreateSnapshots`.
    Operation(SmolStr),
}

/// What becomes of a call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultEffect {
    /// AWS refuses; nothing happens.
    Refuse {
        /// AWS's code; may be empty, as in a proxy's answer.
        code: SmolStr,
        /// AWS's sentence.
        message: SmolStr,
        /// The HTTP status.
        status: u16,
    },
    /// AWS says that there were too many calls; nothing happens.
    Throttle,
    /// No connection could be made; nothing happens.
    NotSent,
    /// The connection breaks before the request arrived; it looks as if the answer was lost.
    RequestLost,
    /// A listing is asked to go on, and its page token is not accepted. Meets only such calls.
    RefusePageToken,
    /// It acts, and the connection breaks before the answer came.
    LoseAnswer,
    /// It acts, and the answer comes this much later.
    DelayAnswer(Span),
    /// It acts, and no answer ever comes.
    NeverAnswer,
    /// It acts, and the answer can't be read.
    GarbleAnswer,
    /// It acts, and the answer is a server error of this status.
    ServerErrorAfter(u16),
}

/// Where in a listing a call stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageAsked {
    /// It is no listing, or its first page.
    First,
    /// It carries the token of the page before.
    Next,
}

/// A fault met a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Met {
    /// What becomes of the call.
    pub effect: FaultEffect,
    /// The fault's name.
    pub name: SmolStr,
}

/// The faults of one run and how often each has acted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FaultPlan {
    chance: Chance,
    faults: Vec<Counted>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Counted {
    /// Draws so far by call and resource, so that calls about one thing do not move another's.
    #[serde(with = "crate::pairs")]
    draws: BTreeMap<(SmolStr, SmolStr), u64>,
    fault: Fault,
    matched: u32,
    met: u32,
}

impl FaultPlan {
    /// No faults yet; draws come from `chance`.
    #[must_use]
    pub const fn new(chance: Chance) -> Self {
        Self {
            chance,
            faults: Vec::new(),
        }
    }

    /// Adds a fault behind the others.
    pub fn add(&mut self, fault: Fault) {
        self.faults.push(Counted {
            draws: BTreeMap::new(),
            fault,
            matched: 0,
            met: 0,
        });
    }

    /// Ends a fault early; nothing when there is none of this name.
    pub fn heal(&mut self, name: &str) {
        self.faults.retain(|counted| counted.fault.name != name);
    }

    /// Whether no call can be met any more from `now` on. Faults that are over are forgotten.
    pub fn is_over(&mut self, now: Timestamp) -> bool {
        if !self.faults.is_empty() {
            self.faults.retain(|counted| !counted.is_over(now));
        }
        self.faults.is_empty()
    }

    /// The fault that meets a call, and counts it as met; none for a call that goes well.
    ///
    /// `call` is `service:Operation`; `resources` are the ids that the request names.
    pub fn meets(
        &mut self,
        now: Timestamp,
        call: &str,
        resources: &[SmolStr],
        page: PageAsked,
    ) -> Option<Met> {
        let chance = self.chance;
        let mut of_kind = self
            .faults
            .iter_mut()
            .filter(|counted| counted.fault.meets_kind(now, call, resources, page));
        of_kind.find_map(|counted| counted.count(chance, call, resources))
    }
}

impl Counted {
    fn is_over(&self, now: Timestamp) -> bool {
        let matcher = &self.fault.matcher;
        matcher.until.is_some_and(|until| until <= now)
            || matcher.times.is_some_and(|times| self.met >= times)
    }

    /// Counts a call of the right kind, and meets it if it is one of those that are met.
    fn count(&mut self, chance: Chance, call: &str, resources: &[SmolStr]) -> Option<Met> {
        let matcher = &self.fault.matcher;
        if matcher.times.is_some_and(|times| self.met >= times) {
            return None;
        }
        self.matched += 1;
        if self.matched <= matcher.skip || !self.draw(chance, call, resources) {
            return None;
        }
        self.met += 1;
        Some(Met {
            effect: self.fault.effect.clone(),
            name: self.fault.name.clone(),
        })
    }

    fn draw(&mut self, chance: Chance, call: &str, resources: &[SmolStr]) -> bool {
        let percent = u64::from(self.fault.matcher.percent);
        if percent >= 100 {
            return true;
        }
        let resource = resources.first().cloned().unwrap_or_default();
        let n = self
            .draws
            .entry((SmolStr::new(call), resource.clone()))
            .or_insert(0);
        *n += 1;
        let key = [self.fault.name.as_str(), call, resource.as_str()];
        chance.below(100, "fault", &key, *n) < percent
    }
}

impl Fault {
    fn meets_kind(
        &self,
        now: Timestamp,
        call: &str,
        resources: &[SmolStr],
        page: PageAsked,
    ) -> bool {
        let matcher = &self.matcher;
        matcher.from <= now
            && matcher.until.is_none_or(|until| now < until)
            && matcher.call.is(call)
            && matcher
                .resource
                .as_ref()
                .is_none_or(|id| resources.contains(id))
            && (page == PageAsked::Next || self.effect != FaultEffect::RefusePageToken)
    }
}

impl CallMatch {
    /// Whether `service:Operation` is meant.
    #[must_use]
    pub fn is(&self, call: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Service(service) => call
                .strip_prefix(service.as_str())
                .is_some_and(|rest| rest.starts_with(':')),
            Self::Operation(operation) => operation == call,
        }
    }
}

impl Matcher {
    /// Every call, for ever.
    #[must_use]
    pub const fn any() -> Self {
        Self {
            call: CallMatch::Any,
            from: Timestamp(i64::MIN),
            percent: 100,
            resource: None,
            skip: 0,
            times: None,
            until: None,
        }
    }

    /// Every call of an operation, for ever.
    pub fn operation(name: impl Into<SmolStr>) -> Self {
        Self {
            call: CallMatch::Operation(name.into()),
            ..Self::any()
        }
    }
}

impl FaultEffect {
    /// Whether the call acts in spite of it.
    #[must_use]
    pub const fn acts(&self) -> bool {
        match self {
            Self::Refuse { .. }
            | Self::Throttle
            | Self::NotSent
            | Self::RequestLost
            | Self::RefusePageToken => false,
            Self::LoseAnswer
            | Self::DelayAnswer(_)
            | Self::NeverAnswer
            | Self::GarbleAnswer
            | Self::ServerErrorAfter(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "ec2:CreateSnapshots";

    fn lose_answer(matcher: Matcher) -> Fault {
        Fault {
            effect: FaultEffect::LoseAnswer,
            matcher,
            name: "lost".into(),
        }
    }

    fn plan(faults: impl IntoIterator<Item = Fault>) -> FaultPlan {
        let mut plan = FaultPlan::new(Chance::new(7));
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }

    /// Which of `count` equal calls, one a millisecond, are met.
    fn met(plan: &mut FaultPlan, call: &str, resource: &str, count: i64) -> Vec<i64> {
        let resources = [SmolStr::new(resource)];
        (1..=count)
            .filter(|n| {
                plan.meets(Timestamp(*n), call, &resources, PageAsked::First)
                    .is_some()
            })
            .collect()
    }

    #[test]
    fn the_nth_call_is_met_and_then_no_more() {
        let third = lose_answer(Matcher {
            skip: 2,
            times: Some(1),
            ..Matcher::operation(CREATE)
        });
        let mut plan = plan([third]);
        assert_eq!(met(&mut plan, "ec2:DeleteSnapshot", "i-db", 3), [0; 0]);
        assert_eq!(met(&mut plan, CREATE, "i-db", 9), [3]);
        assert!(plan.is_over(Timestamp(9)), "a used-up fault is forgotten");
    }

    #[test]
    fn a_window_a_resource_and_a_service_narrow_it() {
        let narrow = lose_answer(Matcher {
            call: CallMatch::Service("ec2".into()),
            from: Timestamp(3),
            resource: Some("i-db".into()),
            until: Some(Timestamp(5)),
            ..Matcher::any()
        });
        assert_eq!(met(&mut plan([narrow.clone()]), CREATE, "i-db", 9), [3, 4]);
        assert_eq!(met(&mut plan([narrow.clone()]), CREATE, "i-web", 9), [0; 0]);
        assert_eq!(met(&mut plan([narrow]), "ec22:Any", "i-db", 9), [0; 0]);
    }

    #[test]
    fn a_share_is_drawn_by_key_and_another_fault_does_not_move_it() {
        let half = |name: &str| Fault {
            name: name.into(),
            ..lose_answer(Matcher {
                percent: 50,
                ..Matcher::operation(CREATE)
            })
        };
        let alone = met(&mut plan([half("a")]), CREATE, "i-db", 200);
        assert!((70..130).contains(&alone.len()), "{}", alone.len());
        let mut beside = plan([half("a")]);
        assert_ne!(alone, met(&mut beside, CREATE, "i-web", 200));
        assert_eq!(alone, met(&mut beside, CREATE, "i-db", 200));
        assert_ne!(alone, met(&mut plan([half("b")]), CREATE, "i-db", 200));
    }

    #[test]
    fn a_page_token_is_refused_only_where_there_is_one() {
        let mut plan = plan([Fault {
            effect: FaultEffect::RefusePageToken,
            matcher: Matcher::any(),
            name: "token".into(),
        }]);
        let call = "ec2:DescribeSnapshots";
        assert_eq!(plan.meets(Timestamp(0), call, &[], PageAsked::First), None);
        let met = plan.meets(Timestamp(0), call, &[], PageAsked::Next);
        assert_eq!(met.map(|met| met.effect.acts()), Some(false));
    }

    #[test]
    fn the_first_fault_that_meets_a_call_is_the_only_one_to_count_it() {
        let once = |effect: FaultEffect, name: &str| Fault {
            effect,
            matcher: Matcher {
                times: Some(1),
                ..Matcher::any()
            },
            name: name.into(),
        };
        let mut plan = plan([
            once(FaultEffect::Throttle, "first"),
            once(FaultEffect::NotSent, "second"),
        ]);
        let names: Vec<SmolStr> = (0..3)
            .filter_map(|n| plan.meets(Timestamp(n), CREATE, &[], PageAsked::First))
            .map(|met| met.name)
            .collect();
        assert_eq!(names, ["first", "second"]);
    }
}
