//! One line of the journal.

use std::io;

use flow::{Change, FilePath};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::disk::Hash;

/// The version of the journal's form. A version that knows more raises it.
pub const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first line.
    Journal {
        version: u32,
        root: String,
    },
    /// Where a file's story starts; also the middle of it, after the journal was rewritten.
    Base(Base),
    Do {
        rev: u64,
        label: String,
        client: String,
        /// Seconds since 1970; nothing in journals of versions that did not note it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time: Option<u64>,
        /// Taken back together with the change before it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        continues: bool,
        /// What the change's files held before it, where the journal does not know yet.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bases: Vec<Base>,
        change: Change,
        inverse: Change,
    },
    /// The revision that the rewritten journal continues from.
    At {
        rev: u64,
    },
    /// The last change that stands is taken back.
    Undo {
        rev: u64,
    },
    Redo {
        rev: u64,
    },
    /// The file is about to be replaced by this content; written before it is.
    Save {
        file: FilePath,
        content: Option<Hash>,
    },
    /// The file is known to hold `disk`, and that says what the document says as `text`: saved, or read in.
    Agreed {
        file: FilePath,
        disk: Option<Hash>,
        text: Option<Hash>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Base {
    pub file: FilePath,
    /// The canonical text; nothing where there is no file.
    pub text: Option<String>,
    /// What the file on the disk holds when nobody else writes it.
    pub disk: Option<Hash>,
    /// The canonical text of that; the same as `text` unless something is unsaved.
    pub agreed: Option<Hash>,
}

pub enum Line {
    Record(Box<Record>),
    /// Whole, but of a kind that is not known here.
    Newer,
    Bad,
}

/// A record nested deeper could not be read back.
const MOST_DEPTH: usize = 100;

pub fn line(record: &Record) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(record).map_err(io::Error::other)?;
    if depth(&json) > MOST_DEPTH {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the change nests too deeply"));
    }
    let mut line = Vec::with_capacity(json.len() + 18);
    line.extend_from_slice(format!("{:016x} ", xxh3_64(&json)).as_bytes());
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

pub fn parse(line: &[u8]) -> Line {
    let Some(json) = checked(line) else { return Line::Bad };
    serde_json::from_slice(json).map_or(Line::Newer, |record| Line::Record(Box::new(record)))
}

/// The line's record, if the line is whole.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (hash, json) = line.strip_suffix(b"\n")?.split_at_checked(17)?;
    let hash = std::str::from_utf8(hash).ok()?.strip_suffix(' ')?;
    (u64::from_str_radix(hash, 16).ok()? == xxh3_64(json)).then_some(json)
}

/// How deeply brackets nest, those in texts left out.
fn depth(json: &[u8]) -> usize {
    let (mut deepest, mut depth, mut text, mut escaped) = (0usize, 0usize, false, false);
    for &byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'{' | b'[' if !text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
