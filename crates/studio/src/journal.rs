//! The journal of a bot: what was done to it, in the order it was done, on the disk before anyone is told that it was done.
//!
//! A file of lines, each `<hash> <record>`. Every append is one line, one write and one fsync, so a crash can tear the last line
//! only, and that one nobody was told of. From the journal comes the history for undo, and for every file that was ever changed what
//! it holds now, saved or not.

mod record;
mod replay;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

pub use self::record::{Base, Record, VERSION};
pub use self::replay::{Held, History, Replay, Step};
use crate::disk;

/// The open journal, ready to append.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Up to here the file holds whole lines.
    len: u64,
    /// A failed append may have left something after `len`.
    torn: bool,
}

/// A line's place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub at: u64,
    pub len: u64,
}

/// Why a journal cannot be gone on with. Its file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("it was written by a newer version of Nexus Bots")]
    Newer,
    #[error("it is damaged at byte {0}")]
    Damaged(u64),
    #[error(transparent)]
    Io(#[from] io::Error),
}

const NAME: &str = "journal";
/// A longer record is refused; nothing that a person does comes near.
const MOST_LINE: usize = 1 << 30;

impl Journal {
    /// Opens the journal in a folder, makes it if there is none, and hands over its records in order.
    pub fn open(
        folder: &Path,
        root: &str,
        hear: impl FnMut(Span, Record) -> Result<(), ()>,
    ) -> Result<Journal, Broken> {
        let path = folder.join(NAME);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        let len = read_lines(&file, hear)?;
        let mut journal = Journal { file, path, len, torn: true };
        if len == 0 {
            journal.append(&Record::Journal { version: VERSION, root: root.to_owned() })?;
            disk::sync_folder(folder)?;
        } else {
            journal.mend()?;
        }
        Ok(journal)
    }

    /// Puts a journal that cannot be used out of the way, and says where.
    pub fn set_aside(folder: &Path, broken: &Broken) -> io::Result<PathBuf> {
        let word = if matches!(broken, Broken::Newer) { "newer" } else { "damaged" };
        let aside = disk::free_name(&folder.join(NAME), word);
        fs::rename(folder.join(NAME), &aside)?;
        disk::sync_folder(folder)?;
        Ok(aside)
    }

    /// On the disk when this returns; not in the journal at all if it fails.
    pub fn append(&mut self, record: &Record) -> io::Result<Span> {
        self.mend()?;
        let line = record::line(record)?;
        if line.len() > MOST_LINE {
            return Err(io::Error::other("the change is too large"));
        }
        self.torn = true;
        self.file.seek(SeekFrom::Start(self.len))?;
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // If this fails too, the next append tries again before it writes.
            let _ = self.mend();
            return Err(error);
        }
        let span = Span { at: self.len, len: line.len() as u64 };
        self.len += span.len;
        self.torn = false;
        Ok(span)
    }

    pub fn read(&mut self, span: Span) -> io::Result<Record> {
        let mut line = vec![0; usize::try_from(span.len).map_err(io::Error::other)?];
        self.file.seek(SeekFrom::Start(span.at))?;
        self.file.read_exact(&mut line)?;
        match record::parse(&line) {
            record::Line::Record(record) => Ok(*record),
            _ => Err(io::Error::other("the journal changed on the disk")),
        }
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    /// Writes another journal in place of this one: the given changes of this one without their bases, between the first record and
    /// the last ones. Returns where the changes stand now.
    pub fn rewrite(&mut self, first: &Record, changes: &[Span], last: &[Record]) -> io::Result<Vec<Span>> {
        let folder = self.path.parent().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        let next = self.path.with_extension("next");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&next)?;
        let mut out = BufWriter::new(file);
        let mut at = 0;
        let mut write = |record: &Record| -> io::Result<Span> {
            let line = record::line(record)?;
            out.write_all(&line)?;
            at += line.len() as u64;
            Ok(Span { at: at - line.len() as u64, len: line.len() as u64 })
        };
        write(first)?;
        let mut spans = Vec::with_capacity(changes.len());
        for span in changes {
            let mut record = self.read(*span)?;
            if let Record::Do { bases, .. } = &mut record {
                bases.clear();
            }
            spans.push(write(&record)?);
        }
        for record in last {
            write(record)?;
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        self.file = file;
        self.len = at;
        self.torn = false;
        disk::sync_folder(&folder)?;
        Ok(spans)
    }

    /// Cuts off what a crash or a failed write left behind the last whole line.
    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.len)?;
            self.file.sync_data()?;
            self.torn = false;
        }
        Ok(())
    }
}

/// Hands over the records and returns where the last whole line ends.
fn read_lines(file: &File, mut hear: impl FnMut(Span, Record) -> Result<(), ()>) -> Result<u64, Broken> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let (mut at, mut line) = (0u64, Vec::new());
    loop {
        line.clear();
        let len = reader.by_ref().take(MOST_LINE as u64 + 1).read_until(b'\n', &mut line)? as u64;
        if len == 0 {
            return Ok(at);
        }
        let record = match record::parse(&line) {
            record::Line::Record(record) => record,
            record::Line::Newer => return Err(Broken::Newer),
            // Torn, if nothing follows. A first line is short.
            record::Line::Bad if reader.fill_buf()?.is_empty() && (at > 0 || len < 1 << 16) => return Ok(at),
            record::Line::Bad => return Err(Broken::Damaged(at)),
        };
        match (*record, at) {
            (Record::Journal { version, .. }, 0) if version == VERSION => {}
            (Record::Journal { version, .. }, 0) if version > VERSION => return Err(Broken::Newer),
            (Record::Journal { .. }, _) | (_, 0) => return Err(Broken::Damaged(at)),
            (record, _) => hear(Span { at, len }, record).map_err(|()| Broken::Damaged(at))?,
        }
        at += len;
    }
}
