//! Reads what people write, bounded, and writes files so that a reader never sees half of one.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::scenario::FILE_BYTES_MAX;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write `{}`", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Reads a file that a person wrote. Of one that is larger than any such file, a device among them, only
/// as much as shows that it is.
///
/// # Errors
/// It can't be read.
pub fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(path, FILE_BYTES_MAX)
}

/// Reads a file, and no more of it than a byte beyond `most`.
///
/// # Errors
/// It can't be read.
pub fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file by way of a temporary one beside it; folders above it are made. A link is followed,
/// and what is no plain file (a device, a pipe) is written to as it stands.
///
/// # Errors
/// [`WriteError`]; a file that was there before is then as it was.
pub fn write_whole(path: &Path, text: &str) -> Result<(), WriteError> {
    write(path, text).map_err(|source| WriteError {
        path: path.to_owned(),
        source,
    })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let mut there = fs::OpenOptions::new().write(true).open(path)?;
        return there.write_all(text.as_bytes());
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let written = fill(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of the try is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn fill(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
