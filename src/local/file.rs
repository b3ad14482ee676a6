//! The file of a local world: JSON, written whole, and locked while a command works in it.
//!
//! What this version can't read it never overwrites: a torn, a foreign and a newer file are each
//! refused with a sentence. Only a person may start one anew that is known for a world of this version.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use snaplife_sim::World;
use snaplife_sim::chance::Chance;
use snaplife_sim::fault::FaultPlan;

use super::deed::Heal;
use crate::domain::{Span, Timestamp};
use crate::files::{WriteError, write_whole};
use crate::player::Names;

/// What stands first in the file, so that no other JSON is taken for one.
const SCHEMA: &str = "snaplife world";
/// The version of the format that this program writes.
const VERSION: u32 = 1;

/// The latest time that a world's clock may show: the end of the year 9000, from which on instants have
/// no calendar.
const CLOCK_MAX: Timestamp = Timestamp::from_ms(221_876_928_000_000);
/// As wrong as a scenario's clock may be.
const CLOCK_ERROR_MAX: Span = Span::days(3_650);

/// Everything that a local world is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    schema: SmolStr,
    version: u32,
    /// What its clock shows.
    pub clock: Timestamp,
    /// The source of every draw.
    pub chance: Chance,
    /// The engine's clock minus the world's.
    pub clock_error: Span,
    /// How long a call takes: shortest and longest.
    pub latency: (Span, Span),
    /// No page of a listing is larger.
    pub page_size: Option<u16>,
    /// How many passes were begun in it.
    pub passes: u32,
    /// How many faults were injected in it; names the next one.
    pub injected: u32,
    /// What is to be put right again, and when.
    pub heals: Vec<(Timestamp, Heal)>,
    /// Faults that still meet calls.
    pub faults: FaultPlan,
    /// What names of snapshots stand for.
    pub names: Names,
    /// The account.
    pub world: World,
}

/// The first fields of any version.
#[derive(Deserialize)]
struct Head {
    schema: SmolStr,
    version: u32,
}

/// A world that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum WorldFileError {
    /// It is there and can't be read.
    #[error("could not read the world `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ends in the middle.
    #[error("the world `{}` ends too early: it was cut off", path.display())]
    Torn {
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("`{}` is not a world of snaplife: {why}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        why: String,
    },
    /// It is one of this version's, and nothing can be played with it.
    #[error("the world `{}` can't be used: {why}", path.display())]
    Spoilt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Its clock would show a time that no world's may.
    #[error(
        "the clock of a world shows {CLOCK_MAX} at most: this one shows {clock} and can go on by {}d",
        (CLOCK_MAX - *.clock).whole_days().max(0)
    )]
    TooFar {
        /// What it shows.
        clock: Timestamp,
    },
    /// A later version wrote it.
    #[error("the world `{}` was written in format {version}, and this version reads {VERSION}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// It can't be locked.
    #[error("could not lock the world `{}`", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A scenario's world that can't be built.
    #[error("the world can't be built: {why}")]
    Build {
        /// What the simulated AWS says.
        why: String,
    },
}

impl WorldFileError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Torn { .. } | Self::Foreign { .. } => Some(
                "it is left as it is; name another file with --world, or move this one away to start anew",
            ),
            Self::Spoilt { .. } => Some(
                "it is left as it is; `snaplife world reset` starts it anew, or name another file with --world",
            ),
            Self::TooFar { .. } => Some(
                "the world is left as it is; go less far, or start it anew with `snaplife world reset`",
            ),
            Self::Newer { .. } => Some(
                "it is left as it is; use the version that wrote it, or name another file with --world",
            ),
            Self::Unreadable { .. } | Self::Lock { .. } | Self::Write(_) | Self::Build { .. } => {
                None
            }
        }
    }
}

impl Saved {
    /// A world that was never saved.
    #[must_use]
    pub fn new(clock: Timestamp, chance: Chance, names: Names, world: World) -> Self {
        Self {
            schema: SmolStr::new_static(SCHEMA),
            version: VERSION,
            clock,
            chance,
            clock_error: Span::ZERO,
            latency: (Span::from_ms(20), Span::from_ms(200)),
            page_size: None,
            passes: 0,
            injected: 0,
            heals: Vec::new(),
            faults: FaultPlan::new(chance),
            names,
            world,
        }
    }

    /// Reads a world; none when there is no such file.
    ///
    /// # Errors
    /// [`WorldFileError`]; the file is as it was.
    pub fn read(path: &Path) -> Result<Option<Self>, WorldFileError> {
        let Some(text) = text_of(path)? else {
            return Ok(None);
        };
        let saved: Self = serde_json::from_str(&text).map_err(|error| spoilt(path, error))?;
        match saved.nonsense() {
            None => Ok(Some(saved)),
            Some(why) => Err(spoilt(path, why)),
        }
    }

    /// Whether another world may take the place of what a file holds: no file, or a world of this
    /// version, be it one that nothing can be played with.
    ///
    /// # Errors
    /// As [`Self::read`], for what was never a world of this version.
    pub fn may_be_replaced(path: &Path) -> Result<(), WorldFileError> {
        text_of(path).map(|_| ())
    }

    /// Whether a clock that shows this may go on by a span.
    ///
    /// # Errors
    /// [`WorldFileError::TooFar`].
    pub fn may_advance(clock: Timestamp, span: Span) -> Result<(), WorldFileError> {
        if clock + span > CLOCK_MAX {
            return Err(WorldFileError::TooFar { clock });
        }
        Ok(())
    }

    /// What no version writes, and nothing can be played with; none when all makes sense.
    fn nonsense(&self) -> Option<&'static str> {
        let (shortest, longest) = self.latency;
        if !(Timestamp::EPOCH..=CLOCK_MAX).contains(&self.clock) {
            Some("its clock shows a time that no world has")
        } else if shortest < Span::ZERO || longest < shortest || longest > Span::days(1) {
            Some("its calls take a time that no call takes")
        } else if self.clock_error > CLOCK_ERROR_MAX
            || self.clock_error < Span::ZERO - CLOCK_ERROR_MAX
        {
            Some("its clock is as wrong as no clock is")
        } else if self.page_size == Some(0) {
            Some("its pages are empty")
        } else {
            None
        }
    }

    /// Writes the world, whole or not at all.
    ///
    /// # Errors
    /// [`WorldFileError::Write`], and [`WorldFileError::TooFar`] for what could not be read again; what
    /// was there before is as it was.
    pub fn write(&self, path: &Path) -> Result<(), WorldFileError> {
        Self::may_advance(self.clock, Span::ZERO)?;
        let mut text = serde_json::to_string(self).expect("a world is JSON: its keys are texts");
        text.push('\n');
        Ok(write_whole(path, &text)?)
    }
}

/// What stands in a file that is a world of this version by its head; none when there is no such file.
fn text_of(path: &Path) -> Result<Option<String>, WorldFileError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(foreign(path, "it is no text"));
        }
        Err(source) => {
            return Err(WorldFileError::Unreadable {
                path: path.to_owned(),
                source,
            });
        }
    };
    let head: Head = serde_json::from_str(&text).map_err(|error| {
        if error.is_eof() {
            WorldFileError::Torn {
                path: path.to_owned(),
            }
        } else {
            foreign(path, error)
        }
    })?;
    if head.schema != SCHEMA {
        return Err(foreign(path, format!("its schema is `{}`", head.schema)));
    }
    match head.version {
        VERSION => Ok(Some(text)),
        0 => Err(foreign(path, "there was no such version")),
        version => Err(WorldFileError::Newer {
            path: path.to_owned(),
            version,
        }),
    }
}

fn spoilt(path: &Path, why: impl ToString) -> WorldFileError {
    WorldFileError::Spoilt {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

fn foreign(path: &Path, why: impl ToString) -> WorldFileError {
    WorldFileError::Foreign {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

/// Held while a command works in a world; let go of when it is dropped.
#[derive(Debug)]
pub struct WorldLock {
    _file: File,
}

impl WorldLock {
    /// Locks a world, waiting for another command to end. `waiting` is called before a wait.
    ///
    /// What is locked is a file beside the world, since writing the world puts a new file in the
    /// place of the old one.
    ///
    /// # Errors
    /// [`WorldFileError::Lock`].
    pub fn take(path: &Path, waiting: impl FnOnce()) -> Result<Self, WorldFileError> {
        let refused = |source| WorldFileError::Lock {
            path: path.to_owned(),
            source,
        };
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".lock");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(refused)?;
        }
        let beside = path.with_file_name(name);
        let file = File::options()
            .create(true)
            .append(true)
            .open(beside)
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().map_err(refused)?;
            }
            Err(TryLockError::Error(error)) => return Err(refused(error)),
        }
        Ok(Self { _file: file })
    }
}
