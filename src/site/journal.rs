//! The file that every command appends its journal to.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// How certain it must be that a line is kept before the next mutation is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// The system has it: enough for a world that lives in a file itself.
    System,
    /// The disk has it, so that it outlives a power cut.
    Disk,
}

/// An append-only file of JSON lines. Each line goes to the system at once; [`Write::flush`] makes
/// it as durable as was asked for.
#[derive(Debug)]
pub struct JournalFile {
    durability: Durability,
    file: File,
}

impl JournalFile {
    /// Opens a journal for appending; folders above it are made. A last line that was cut off stays
    /// as it is, and what follows starts on a line of its own.
    ///
    /// # Errors
    /// The file can't be opened or written.
    pub fn open(path: &Path, durability: Durability) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(path)?;
        if file.seek(SeekFrom::End(0))? > 0 {
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok(Self { durability, file })
    }
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
