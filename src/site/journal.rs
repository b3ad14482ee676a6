//! The file that every command appends its journal to.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How certain it must be that a line is kept before the next mutation is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// The system has it: enough for a world that lives in a file itself.
    System,
    /// The disk has it, so that it outlives a power cut.
    Disk,
}

/// So many commands at once have a journal each.
const BESIDE_MAX: u32 = 1_000;

/// An append-only file of JSON lines. Each line goes to the system at once; [`Write::flush`] makes
/// it as durable as was asked for.
///
/// Two commands at once never write one file: their passes could not be told apart when they are played
/// back. The file is locked while a command writes it, and another command takes the next of
/// `journal.2.jsonl`, `journal.3.jsonl` … that is free.
#[derive(Debug)]
pub struct JournalFile {
    durability: Durability,
    file: File,
    path: PathBuf,
}

impl JournalFile {
    /// Opens a journal for appending, at `path` or beside it; folders above it are made. A last line that was
    /// cut off stays as it is, and what follows starts on a line of its own.
    ///
    /// # Errors
    /// The file can't be opened or written.
    pub fn open(path: &Path, durability: Durability) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut number = 1;
        let (mut file, path) = loop {
            let path = beside(path, number);
            let file = File::options()
                .create(true)
                .read(true)
                .append(true)
                .open(&path)?;
            if !is_taken(&file)? || number == BESIDE_MAX {
                break (file, path);
            }
            number += 1;
        };
        if file.seek(SeekFrom::End(0))? > 0 {
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok(Self {
            durability,
            file,
            path,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The journal of this number: `a/journal.jsonl`, then `a/journal.2.jsonl`.
fn beside(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{number}.{ending}").trim_end_matches('.'))
}

/// Whether another command writes it; from here on it is ours, if not. A pipe has no lock, and where a
/// file system knows none, everybody writes.
fn is_taken(file: &File) -> io::Result<bool> {
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    Ok(matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

impl Write for JournalFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.durability {
            Durability::System => Ok(()),
            Durability::Disk => self.file.sync_data(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_have_a_journal_each_and_one_after_the_other_the_same() {
        let folder = std::env::temp_dir().join(format!("snaplife-journals-{}", std::process::id()));
        let asked = folder.join("journal.jsonl");
        let open = || JournalFile::open(&asked, Durability::System).expect("it can be written");
        let name = |journal: &JournalFile| {
            let name = journal.path().file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        let (first, second) = (open(), open());
        assert_eq!(name(&first), "journal.jsonl");
        assert_eq!(name(&second), "journal.2.jsonl");
        drop(first);
        assert_eq!(name(&open()), "journal.jsonl");
        fs::remove_dir_all(&folder).expect("it is ours");
    }

    #[test]
    fn a_name_without_an_ending_has_a_number_at_its_end() {
        assert_eq!(beside(Path::new("a/b"), 3), Path::new("a/b.3"));
    }
}
