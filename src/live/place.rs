//! The account as a place that commands act in.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};
use snaplife_sim::chance::Chance;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::clients::Settings;
use super::clock::WallClock;
use super::connect::{ConnectError, Endpoint, LiveSite, connect};
use crate::domain::{InstallationId, Span, Timestamp};
use crate::journal::Journal;
use crate::look::doctor::TriedOn;
use crate::ports::{Aws, Clock};
use crate::scenario::Configuration;
use crate::site::recording::Recording;
use crate::site::{Identity, Place, PlaceError};

/// What AWS's own endpoints may need until a fresh snapshot is seen by everybody. A shorter window
/// could take one that is not seen yet for one that was never made.
///
/// Source: *Eventual consistency in the Amazon EC2 API*: up to a few minutes.
const VISIBILITY_MIN: Span = Span::minutes(5);

/// An account that commands act in.
pub struct LivePlace {
    chance: Chance,
    /// Names this process among all that act in the account.
    process: SmolStr,
    passes: Cell<u32>,
    site: LiveSite,
    tickets: Rc<Cell<u64>>,
}

impl LivePlace {
    /// Connects to the account that the environment means; nothing is changed.
    ///
    /// # Errors
    /// [`PlaceError::Aws`]: there is no way in, or a policy's `visibility_window` is shorter than
    /// AWS's own endpoints need.
    pub fn open(runtime: &Runtime, config: &Configuration) -> Result<Self, PlaceError> {
        let timeouts = config.policies.iter().map(|one| one.limits.call_timeout);
        let usual = Settings::default();
        let settings = Settings {
            call_timeout: timeouts.max().unwrap_or(usual.call_timeout),
            table: config.table.clone(),
            ..usual
        };
        let site = runtime.block_on(connect(&settings)).map_err(no_way_in)?;
        if site.endpoint == Endpoint::Aws {
            windows_long_enough(config)?;
        }
        let id = Uuid::new_v4();
        let (seed, _) = id.as_u64_pair();
        Ok(Self {
            chance: Chance::new(seed),
            process: format_smolstr!("{:.12}", id.simple().to_string()),
            passes: Cell::new(0),
            site,
            tickets: Rc::default(),
        })
    }
}

fn no_way_in(error: ConnectError) -> PlaceError {
    PlaceError::Aws {
        hint: error.hint().map(str::to_owned),
        message: error.to_string(),
        source: error.source().map(|source| source.to_string().into()),
    }
}

fn windows_long_enough(config: &Configuration) -> Result<(), PlaceError> {
    let short = config
        .policies
        .iter()
        .find(|policy| policy.limits.visibility_window < VISIBILITY_MIN);
    match short {
        None => Ok(()),
        Some(policy) => Err(PlaceError::Aws {
            message: format!(
                "the policy `{}` has a visibility_window of {}; on AWS's own endpoints a snapshot \
                 may stay unseen for longer",
                policy.name, policy.limits.visibility_window
            ),
            hint: Some(
                "set limits.visibility_window to 5m or more; nothing was changed".to_owned(),
            ),
            source: None,
        }),
    }
}

impl Place for LivePlace {
    fn identity(&self) -> Identity {
        Identity {
            account: self.site.account.clone(),
            principal: self.site.principal.clone(),
            region: self.site.region.clone(),
            table: self.site.table.clone(),
        }
    }

    fn told(&self) -> String {
        let principal = match self.site.principal.as_str() {
            "" => "somebody the endpoint does not name",
            named => named,
        };
        let at = match &self.site.endpoint {
            Endpoint::Aws => String::new(),
            Endpoint::Other(url) => format!(", at {url}"),
        };
        format!("LIVE: {}, as {principal}{at}", self.identity())
    }

    fn level(&self) -> SmolStr {
        SmolStr::new_static("live")
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::clone(&self.site.ports.clock)
    }

    fn chance(&self) -> Chance {
        self.chance
    }

    fn journal_time(&self) -> Box<dyn Fn() -> Timestamp> {
        Box::new(|| WallClock.now())
    }

    fn new_installation(&self) -> InstallationId {
        InstallationId::new(Uuid::new_v4().to_string())
    }

    fn next_pass(&self) -> SmolStr {
        self.passes.set(self.passes.get() + 1);
        format_smolstr!("{}-{}", self.process, self.passes.get())
    }

    fn aws(&self, _: &str, journal: Rc<dyn Journal>) -> Rc<dyn Aws> {
        let inner = Rc::clone(&self.site.ports.aws);
        Rc::new(Recording::new(inner, journal, Rc::clone(&self.tickets)))
    }

    fn dry_runs(&self) -> TriedOn {
        match self.site.endpoint {
            Endpoint::Aws => TriedOn::WhatIsThere,
            Endpoint::Other(_) => TriedOn::Nothing,
        }
    }

    fn close(self: Box<Self>) -> Result<(), PlaceError> {
        Ok(())
    }
}
