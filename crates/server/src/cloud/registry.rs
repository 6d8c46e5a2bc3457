//! What was published here, and who may do what: one small file, replaced whole at each change.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use remote::wire::{Scope, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("{}: the disk is full; nothing was changed", .0.display())]
    Full(PathBuf),
    #[error("{}: {why}", file.display())]
    Io { file: PathBuf, why: String },
    #[error("{}: the file is damaged ({why}); put back a copy of it", file.display())]
    Damaged { file: PathBuf, why: String },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Registry {
    pub form: u32,
    pub bots: BTreeMap<String, Entry>,
    pub tokens: Vec<Token>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    pub versions: Vec<Version>,
    /// The version that runs, or would.
    pub live: Option<u32>,
    pub running: bool,
    /// The key that its versions are signed with.
    pub signer: String,
    /// What Telegram says with each update, so that nobody else can.
    pub word: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub name: String,
    /// Of the token: the file does not let anybody in.
    pub sha256: String,
    pub scopes: Vec<Scope>,
    pub bots: Vec<String>,
    pub at: i64,
}

const FORM: u32 = 1;

impl Registry {
    pub fn open(file: &Path) -> Result<Registry, RegistryError> {
        let damaged = |why: String| RegistryError::Damaged { file: file.into(), why };
        match fs::read(file) {
            Ok(bytes) => {
                let registry: Registry =
                    serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
                if registry.form > FORM {
                    return Err(damaged("a newer Nexus Bots wrote it".into()));
                }
                Ok(registry)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Registry { form: FORM, ..Registry::default() })
            }
            Err(error) => Err(failed(file, &error)),
        }
    }

    pub fn save(&self, file: &Path) -> Result<(), RegistryError> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        write_whole(file, &text)
    }

    pub fn token(&self, token: &str) -> Option<&Token> {
        let hash = hashed(token);
        self.tokens.iter().find(|known| known.sha256 == hash)
    }
}

impl Token {
    pub fn may(&self, scope: Scope, bot: Option<&str>) -> bool {
        let all = self.scopes.contains(&Scope::Admin);
        let implied = match scope {
            // Whoever may change a thing may look at it.
            Scope::Read => !self.scopes.is_empty(),
            Scope::Observe => self.scopes.contains(&Scope::Debug),
            _ => false,
        };
        let here = match bot {
            Some(bot) => self.bots.is_empty() || self.bots.iter().any(|known| known == bot),
            None => self.bots.is_empty(),
        };
        here && (all || implied || self.scopes.contains(&scope))
    }
}

pub fn hashed(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file is there whole or as it was before, whenever the power goes.
pub fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let next = file.with_extension("next");
    let writing = || {
        let mut to = options().open(&next)?;
        to.write_all(bytes)?;
        to.sync_all()?;
        fs::rename(&next, file)?;
        // The name, too, has to be on disk. Not every system opens folders.
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .or_else(|error| if cfg!(unix) { Err(error) } else { Ok(()) })
    };
    writing().map_err(|error| failed(file, &error))
}

fn options() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

pub fn failed(file: &Path, error: &io::Error) -> RegistryError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => RegistryError::Full(file.into()),
        _ => RegistryError::Io { file: file.into(), why: error.to_string() },
    }
}

#[test]
fn a_token_is_for_what_it_was_made_for() {
    let token = |scopes: &[Scope], bots: &[&str]| Token {
        name: "t".into(),
        sha256: String::new(),
        scopes: scopes.to_vec(),
        bots: bots.iter().map(ToString::to_string).collect(),
        at: 0,
    };
    let cases = [
        (token(&[Scope::Admin], &[]), Scope::Admin, None, true),
        (token(&[Scope::Admin], &[]), Scope::Publish, Some("a"), true),
        (token(&[Scope::Publish], &[]), Scope::Publish, Some("a"), true),
        (token(&[Scope::Publish], &[]), Scope::Read, Some("a"), true),
        (token(&[Scope::Publish], &[]), Scope::Admin, None, false),
        (token(&[Scope::Publish], &["a"]), Scope::Publish, Some("b"), false),
        (token(&[Scope::Publish], &["a"]), Scope::Publish, Some("a"), true),
        (token(&[Scope::Publish], &["a"]), Scope::Read, None, false),
        (token(&[Scope::Debug], &[]), Scope::Observe, Some("a"), true),
        (token(&[Scope::Observe], &[]), Scope::Debug, Some("a"), false),
        (token(&[Scope::Read], &[]), Scope::Publish, Some("a"), false),
    ];
    for (token, scope, bot, may) in cases {
        assert_eq!(token.may(scope, bot), may, "{token:?} {scope:?} {bot:?}");
    }
}
