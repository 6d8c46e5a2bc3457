//! The secrets of the open bot. Values go in and never come out.

use flow::change::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault::Secret;

use super::edit::Revision;
use super::{Nothing, Of};
use crate::Studio;
use crate::document::Request;
use crate::error::{Code, Error, Result};
use crate::needed::needed;

#[derive(Debug, Serialize, TS)]
pub struct Secrets {
    /// What the bot needs, then what is kept besides.
    secrets: Vec<SecretView>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "SecretView.ts", optional_fields)]
pub struct SecretView {
    name: String,
    /// What it is, or where to get it.
    note: String,
    /// The network that it is the token of.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    needed: bool,
    set: bool,
}

#[derive(Deserialize, TS)]
pub struct SetIt {
    bot: String,
    name: String,
    value: String,
}

#[derive(Debug, Deserialize, TS)]
pub struct Named {
    bot: String,
    name: String,
}

#[derive(Deserialize, TS)]
pub struct Rename {
    bot: String,
    #[serde(flatten)]
    #[ts(flatten)]
    request: Request,
    from: String,
    to: String,
}

pub fn list(studio: &Studio, Of { bot }: Of) -> Result<Secrets> {
    let document = studio.document(&bot)?.named()?;
    let mut kept: Vec<String> =
        studio.vault()?.list(document.manifest.id())?.into_iter().map(|entry| entry.name).collect();
    let mut secrets: Vec<SecretView> = Vec::new();
    for one in needed(&document.manifest) {
        let at = kept.iter().position(|name| *name == one.name);
        let set = at.map(|at| kept.remove(at)).is_some();
        let network = one.network.map(|network| network.name().to_owned());
        secrets.push(SecretView { name: one.name, note: one.note, network, needed: true, set });
    }
    secrets.extend(kept.into_iter().map(|name| SecretView {
        name,
        note: String::new(),
        network: None,
        needed: false,
        set: true,
    }));
    Ok(Secrets { secrets })
}

pub fn set(studio: &Studio, SetIt { bot, name, value }: SetIt) -> Result<Nothing> {
    let value = Secret::new(value.trim());
    change(studio, &bot, |vault, id| vault.set(id, &name, &value))
}

pub fn remove(studio: &Studio, Named { bot, name }: Named) -> Result<Nothing> {
    change(studio, &bot, |vault, id| vault.remove(id, &name))
}

pub fn rename(studio: &Studio, Rename { bot, request, from, to }: Rename) -> Result<Revision> {
    let document = studio.document(&bot)?;
    let id = document.named()?.manifest.id().to_owned();
    let vault = studio.vault()?;
    let act = Act::RenameSecret { from: from.as_str().into(), to: to.as_str().into() };
    let value = vault.get(&id, &from)?;
    // What another secret holds is not written over.
    if value.is_some() && vault.get(&id, &to)?.is_some() {
        return Err(Error::new(Code::Refused, format!("The vault holds a value for {to} already."))
            .hint("Choose another name, or remove that value first."));
    }
    let revision = document.act(&request, &act)?;
    if let Some(value) = value {
        vault.set(&id, &to, &value)?;
        studio.run(&bot).masks(vault.redactor(&id)?);
    }
    Ok(revision.into())
}

fn change(
    studio: &Studio,
    bot: &str,
    change: impl FnOnce(&vault::Vault, &str) -> std::result::Result<(), vault::VaultError>,
) -> Result<Nothing> {
    let document = studio.document(bot)?.named()?;
    let (vault, id) = (studio.vault()?, document.manifest.id());
    change(&vault, id)?;
    studio.run(bot).masks(vault.redactor(id)?);
    Ok(Nothing {})
}
