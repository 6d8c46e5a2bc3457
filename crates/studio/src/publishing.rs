//! A bot on its way to a runner: packed and signed, and compared with what runs there.

use std::path::Path;

use bundle::{Bundle, BundleError, Hash, Key};
use flow::Bot;
use merge::Diff;
use remote::wire::Checked;
use remote::{Client, RemoteError};
use runner::host::HostError;
use vault::{Secret, Vault, VaultError};

use crate::assets::{self, AssetsError};

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Assets(#[from] AssetsError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("the signing key in the vault is none")]
    DamagedKey,
    #[error("this system gives no randomness for a key")]
    NoRandomness,
}

/// A bot that can run, in one signed file.
pub fn packed(bot: &Bot, root: &Path, vault: &Vault) -> Result<(Vec<u8>, Hash), PublishError> {
    runner::host::compiled(bot.manifest.id(), bot, 0)?;
    Ok(Bundle::of(bot, assets::all(root)?).pack(&key(vault)?)?)
}

/// Against the version that runs there; nothing where none does.
pub async fn changes(client: &Client, bot: &Bot, checked: &Checked) -> Result<Option<Diff>, PublishError> {
    let Some(live) = &checked.live else { return Ok(None) };
    let before = bundle::read(&client.bundle(bot.manifest.id(), live.number).await?)?;
    Ok(Some(merge::diff(&before.bundle.document(), bot, &engine::kinds())))
}

/// Whose key it is: the maker's, for all bots.
const MAKER: &str = "nexus";
const KEY: &str = "signing_key";

/// The key that this person signs with, made when it is first needed.
fn key(vault: &Vault) -> Result<Key, PublishError> {
    if let Some(kept) = vault.get(MAKER, KEY)? {
        return Key::read(kept.expose()).ok_or(PublishError::DamagedKey);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| PublishError::NoRandomness)?;
    let key = Key::from_seed(&seed);
    vault.set(MAKER, KEY, &Secret::new(key.expose()))?;
    Ok(key)
}
