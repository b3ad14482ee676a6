//! Collects scenario files below the paths of a command line.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A path that gives no scenario.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// There is nothing.
    #[error("there is no file or folder `{}`", path.display())]
    Missing {
        /// As it was given.
        path: PathBuf,
    },
    /// It is there and can't be read.
    #[error("could not read `{}`", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder without a scenario.
    #[error("there is no scenario in the folder `{}`", path.display())]
    Empty {
        /// As it was given.
        path: PathBuf,
    },
}

impl FindError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => {
                Some("name a scenario file or a folder; without one, `scenarios` is played")
            }
            Self::Empty { .. } => Some("scenarios are files that end in .yaml or .yml"),
            Self::Unreadable { .. } => None,
        }
    }
}

/// The scenario files that these paths mean, sorted by path, each once.
///
/// A file is taken whatever its name is. Below a folder it is every `*.yaml` and `*.yml`; folders
/// named `golden`, everything hidden, and links to folders are passed over.
///
/// # Errors
/// Everything that is wrong with the paths, in their order.
pub fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<FindError>> {
    let mut files = BTreeSet::new();
    let mut errors = Vec::new();
    for path in paths {
        if let Err(error) = collect(path, &mut files) {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        Ok(files.into_iter().collect())
    } else {
        Err(errors)
    }
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), FindError> {
    let found = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => FindError::Missing {
            path: path.to_owned(),
        },
        _ => unreadable(path)(source),
    })?;
    if !found.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    let below = below(path)?;
    if below.is_empty() {
        return Err(FindError::Empty {
            path: path.to_owned(),
        });
    }
    files.extend(below);
    Ok(())
}

fn below(folder: &Path) -> Result<Vec<PathBuf>, FindError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
            let entry = entry.map_err(unreadable(&folder))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(unreadable(&path))?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if kind.is_dir() {
                if name != "golden" {
                    folders.push(path);
                }
            } else if is_scenario(&path) && path.is_file() {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn is_scenario(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end == "yaml" || end == "yml")
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> FindError {
    move |source| FindError::Unreadable {
        path: path.to_owned(),
        source,
    }
}
