//! A bot in one file: what is packed, published and run elsewhere.
//!
//! The ways in: [`Bundle::of`] takes a bot and its assets, [`Bundle::pack`] signs and writes, [`read`] verifies all of it before anything is
//! believed. The same bot gives the same bytes; a bundle's name is the hash of its contents. Holds no secrets: a bot has only their names.
//!
//! Pure: no disk, no network, no keys of its own.

mod error;
mod key;
mod pack;
mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use flow::Bot;
use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::text::{parse_flow, parse_manifest, print_flow, print_manifest};
use serde::{Deserialize, Serialize};

pub use error::BundleError;
pub use key::{Key, PublicKey};
pub use read::read;

/// How bundles' files end.
pub const ENDING: &str = "nexusbot";
/// The largest bundle.
pub const MOST_BYTES: usize = 24 << 20;

/// A bot's name and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub bot: String,
    files: BTreeMap<String, Vec<u8>>,
}

/// A bundle that was read, and proved to be what its signer packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub hash: Hash,
    pub signer: PublicKey,
    pub bundle: Bundle,
}

/// What a bundle holds, in 256 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Bundle {
    /// The bot in its canonical form, with the files it sends.
    pub fn of(bot: &Bot, assets: BTreeMap<String, Vec<u8>>) -> Bundle {
        let mut files = assets;
        files.insert(MANIFEST_FILE.into(), print_manifest(&bot.manifest).into_bytes());
        files.extend(bot.flows.iter().map(|(path, flow)| (path.to_string(), print_flow(flow).into_bytes())));
        files.extend(bot.texts.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())));
        Bundle { bot: bot.manifest.id().to_string(), files }
    }

    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The bot again. What is no text is an asset and none of its files.
    pub fn document(&self) -> Bot {
        let mut bot = Bot::default();
        for (path, bytes) in &self.files {
            if path == MANIFEST_FILE {
                bot.manifest = parse_manifest(bytes).value;
            } else if is_flow_path(path) {
                bot.flows.insert(path.into(), parse_flow(bytes).value);
            } else if !path.starts_with("assets/")
                && let Ok(text) = std::str::from_utf8(bytes)
            {
                bot.texts.insert(path.into(), text.into());
            }
        }
        bot
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key::hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = ();
    fn from_str(text: &str) -> Result<Hash, ()> {
        key::unhex(text).map(Hash).ok_or(())
    }
}

/// The first entry of a bundle: what is in it, in order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    /// The form of bundles.
    nexus: u32,
    bot: String,
    files: Vec<Entry>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    size: u64,
    sha256: String,
}

/// The second entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    key: String,
    ed25519: String,
}

const FORM: u32 = 1;
const CONTENTS: &str = "bundle.json";
const SIGNATURE: &str = "signature.json";
/// What is signed begins so: a signature of ours means a bundle and nothing else.
const SEAL: &[u8] = b"nexus bundle 1\n";
