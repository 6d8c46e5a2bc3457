//! The disk: what a file's content is known by, reading within limits, replacing whole files or not at all.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a content is known by. Two contents with one hash do not happen by chance, and nobody gains from making them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(u128);

/// What tells cheaply that a file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

/// What stands at a path.
#[derive(Debug)]
pub enum Found {
    Nothing,
    File {
        bytes: Vec<u8>,
        /// Nothing while the file is too young for its time to tell a later change from this one.
        stamp: Option<Stamp>,
    },
    TooLarge,
    /// A folder, a pipe, a device.
    NotAFile,
}

/// How a replacement went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The file does not hold what it was thought to hold; it was left alone.
    NotAsExpected,
}

impl Hash {
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(xxhash_rust::xxh3::xxh3_128(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(from)?;
        u128::from_str_radix(&text, 16).map(Hash).map_err(serde::de::Error::custom)
    }
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Stamp {
        Stamp { modified: metadata.modified().ok(), len: metadata.len() }
    }

    /// Times of files are coarse: two changes in one tick look the same.
    fn is_settled(&self) -> bool {
        const TICK: Duration = Duration::from_millis(50);
        self.modified.is_none_or(|at| at.elapsed().map_or(true, |age| age > TICK))
    }

    pub fn at(path: &Path) -> Option<Stamp> {
        fs::metadata(path).ok().filter(Metadata::is_file).map(|metadata| Stamp::of(&metadata))
    }

    pub fn size(&self) -> u64 {
        self.len
    }
}

/// Reads a file of at most so many bytes. Looks before it opens, since opening a pipe would wait for ever.
pub fn read(path: &Path, most: u64) -> io::Result<Found> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Found::NotAFile);
    }
    if metadata.len() > most {
        return Ok(Found::TooLarge);
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Ok(Found::TooLarge);
    }
    // Taken before the bytes were: a change in between makes the stamp old, never the content.
    Ok(Found::File { bytes, stamp: Some(Stamp::of(&metadata)).filter(Stamp::is_settled) })
}

/// The hash of what stands at a path; nothing if nothing does.
pub fn hash_at(path: &Path, most: u64) -> io::Result<Option<Hash>> {
    match read(path, most)? {
        Found::Nothing => Ok(None),
        Found::File { bytes, .. } => Ok(Some(Hash::of(&bytes))),
        Found::TooLarge => Err(ErrorKind::FileTooLarge.into()),
        Found::NotAFile => Err(ErrorKind::IsADirectory.into()),
    }
}

/// Where a path leads, if that is inside the folder; the folder is canonical. The file itself need not exist.
pub fn inside(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        // A link to nothing must not be written through: nobody knows where it leads.
        Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(path).is_err() => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Err(error) };
            match fs::canonicalize(parent) {
                Ok(parent) => parent.join(name),
                Err(missing) if missing.kind() == ErrorKind::NotFound && parent.starts_with(folder) => {
                    inside(folder, parent)?.join(name)
                }
                Err(error) => return Err(error),
            }
        }
        Err(error) => return Err(error),
    };
    if real.starts_with(folder) {
        Ok(real)
    } else {
        Err(io::Error::other("it is a link that leads out of the bot's folder"))
    }
}

const TEMPORARY: &str = ".nexus-save-";

/// Replaces a file by another content, all of it or nothing, if it still holds what is expected of it. `None` is no file.
pub fn replace(
    path: &Path,
    expected: Option<Hash>,
    content: Option<&[u8]>,
    most: u64,
) -> io::Result<Outcome> {
    let Some(content) = content else { return remove(path, expected, most) };
    let parent = path.parent().ok_or(ErrorKind::InvalidInput)?;
    let before = fs::metadata(path).ok();
    // A rename would go over a file that its owner has locked.
    if before.as_ref().is_some_and(|metadata| metadata.permissions().readonly()) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let temporary =
        parent.join(format!("{TEMPORARY}{:016x}.tmp", xxhash_rust::xxh3::xxh3_64(name.as_encoded_bytes())));
    let outcome = write_beside(&temporary, before.as_ref(), content).and_then(|()| {
        if hash_at(path, most)? != expected {
            return Ok(Outcome::NotAsExpected);
        }
        fs::rename(&temporary, path)?;
        sync_folder(parent)?;
        Ok(Outcome::Done)
    });
    if !matches!(outcome, Ok(Outcome::Done)) {
        // Already gone if the rename went well.
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

/// Replaces a file whatever it holds.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let expected = hash_at(path, u64::MAX - 1)?;
    match replace(path, expected, Some(content), u64::MAX - 1)? {
        Outcome::Done => Ok(()),
        Outcome::NotAsExpected => Err(io::Error::other("another program writes this file at the same time")),
    }
}

fn write_beside(temporary: &Path, before: Option<&Metadata>, content: &[u8]) -> io::Result<()> {
    // Never through something that lies there already, such as a link.
    let mut file = match OpenOptions::new().write(true).create_new(true).open(temporary) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(temporary)?;
            OpenOptions::new().write(true).create_new(true).open(temporary)?
        }
        opened => opened?,
    };
    file.write_all(content)?;
    if let Some(before) = before {
        file.set_permissions(before.permissions())?;
    }
    file.sync_all()
}

fn remove(path: &Path, expected: Option<Hash>, most: u64) -> io::Result<Outcome> {
    let found = hash_at(path, most)?;
    if found.is_none() {
        return Ok(Outcome::Done);
    }
    if found != expected {
        return Ok(Outcome::NotAsExpected);
    }
    fs::remove_file(path)?;
    path.parent().map_or(Ok(()), sync_folder)?;
    Ok(Outcome::Done)
}

/// Makes a rename last through a power cut. Only Unix can and must.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Removes what a save left when the process was killed in the middle of it.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(TEMPORARY) && name.ends_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A name that nothing has yet: `<path>.<word>`, `<path>.<word>2`, …
pub fn free_name(path: &Path, word: &str) -> PathBuf {
    let with = |suffix: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let first = with(format!(".{word}"));
    let taken = |path: &PathBuf| fs::symlink_metadata(path).is_ok();
    if !taken(&first) {
        return first;
    }
    (2u32..).map(|n| with(format!(".{word}{n}"))).find(|path| !taken(path)).unwrap_or(first)
}

/// The reason of a failure, as the second half of a sentence.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission is missing".into(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".into(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".into(),
        ErrorKind::NotFound => "it is not there".into(),
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder".into(),
        ErrorKind::IsADirectory => "it is not a file".into(),
        ErrorKind::FileTooLarge => "it is too large".into(),
        ErrorKind::InvalidFilename => "its name is too long, or has characters that names cannot have".into(),
        _ => error.to_string(),
    }
}

/// What a person can do about it.
pub fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => "Allow writing to the folder and its files.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free some space.",
        ErrorKind::ReadOnlyFilesystem => "Copy the bot to a disk that can be written to.",
        ErrorKind::NotFound => "Check that the folder is where it was.",
        _ => "Check the folder in a file manager.",
    }
}
