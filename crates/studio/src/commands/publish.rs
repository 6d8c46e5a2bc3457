//! Publishing the open bot to a runner.

use std::sync::Arc;

use flow::Bot;
use merge::diff::State as Became;
use remote::Client;
use remote::wire::{Checked, State};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault::Vault;

use crate::Studio;
use crate::error::{Code, Error, Result};
use crate::{publishing, runners};

#[derive(Debug, Deserialize, TS)]
pub struct To {
    bot: String,
    /// The runner's address.
    to: String,
}

#[derive(Debug, Deserialize, TS)]
pub struct Go {
    bot: String,
    to: String,
    /// Also give the runner those secrets that it lacks and that are set here.
    secrets: bool,
}

#[derive(Deserialize, TS)]
pub struct Login {
    url: String,
    token: String,
}

#[derive(Debug, Serialize, TS)]
pub struct LoggedIn {
    version: String,
    bots: usize,
}

#[derive(Debug, Serialize, TS)]
#[ts(optional_fields)]
pub struct Outlook {
    /// The number of the version that runs there.
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<u32>,
    /// It is the very same bot.
    same: bool,
    /// One line for all of it.
    summary: String,
    files: Vec<ChangedFile>,
    /// What keeps it from running there.
    problems: Vec<String>,
    missing: Vec<Missing>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "ChangedFile.ts")]
pub struct ChangedFile {
    name: String,
    became: FileBecame,
    changes: Vec<ChangedLine>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "FileBecame.ts")]
#[serde(rename_all = "snake_case")]
pub enum FileBecame {
    Added,
    Removed,
    Renamed,
    Changed,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "ChangedLine.ts")]
pub struct ChangedLine {
    words: String,
    /// Changes looks, and nothing that the bot does.
    cosmetic: bool,
}

/// A secret that is not set at the runner.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "Missing.ts")]
pub struct Missing {
    name: String,
    /// It is set here, and can be sent.
    here: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(optional_fields)]
pub struct Published {
    version: u32,
    state: PublishedState,
    /// Why it does not run, where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Secrets that are still not set there.
    missing: Vec<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "PublishedState.ts")]
#[serde(rename_all = "snake_case")]
pub enum PublishedState {
    Stopped,
    Trouble,
    Running,
}

/// What both commands begin with.
struct Parcel {
    bot: Arc<Bot>,
    vault: Vault,
    client: Client,
    bytes: Vec<u8>,
}

pub fn login(studio: &Studio, Login { url, token }: Login) -> Result<LoggedIn> {
    let vault = studio.vault()?;
    let (hello, bots) =
        studio.tasks.wait(async move { runners::login(&vault, url.trim(), &token).await })??;
    Ok(LoggedIn { version: hello.version, bots })
}

pub fn check(studio: &Studio, To { bot, to }: To) -> Result<Outlook> {
    let Parcel { bot, vault, client, bytes } = parcel(studio, &bot, &to)?;
    let (checked, diff, bot) = studio.tasks.wait(async move {
        let checked = client.check(bot.manifest.id(), bytes).await.map_err(Error::from)?;
        let diff = publishing::changes(&client, &bot, &checked).await?;
        Ok::<_, Error>((checked, diff, bot))
    })??;
    let missing = missing(&vault, bot.manifest.id(), &checked)?;
    let files = diff.iter().flat_map(|diff| &diff.files);
    let file = |file: &merge::FileDiff| ChangedFile {
        name: file.name.to_string(),
        became: match file.state {
            Became::Added => FileBecame::Added,
            Became::Removed => FileBecame::Removed,
            Became::Renamed { .. } => FileBecame::Renamed,
            Became::Changed => FileBecame::Changed,
        },
        changes: match file.state {
            Became::Added | Became::Removed => Vec::new(),
            _ => file.changes.iter().map(line).collect(),
        },
    };
    Ok(Outlook {
        live: checked.live.as_ref().map(|live| live.number),
        same: checked.live.as_ref().is_some_and(|live| live.hash == checked.hash),
        summary: diff.as_ref().map(merge::Diff::summary).unwrap_or_default(),
        files: files.map(file).collect(),
        problems: checked.problems,
        missing,
    })
}

pub fn go(studio: &Studio, Go { bot, to, secrets }: Go) -> Result<Published> {
    let Parcel { bot, vault, client, bytes } = parcel(studio, &bot, &to)?;
    studio.tasks.wait(async move {
        let id = bot.manifest.id();
        let checked = client.check(id, bytes.clone()).await?;
        if let Some(problem) = checked.problems.first() {
            return Err(Error::new(Code::Refused, format!("The bot cannot run there. {problem}")));
        }
        if secrets {
            for name in &checked.missing {
                if let Some(value) = vault.get(id, name)? {
                    client.set_secret(id, name, value.expose()).await?;
                }
            }
        }
        let version = client.upload(id, bytes).await?;
        let live = client.switch(id, version.number).await?;
        let state = match live.state {
            State::Stopped => PublishedState::Stopped,
            State::Trouble => PublishedState::Trouble,
            State::Running => PublishedState::Running,
        };
        Ok(Published { version: version.number, state, why: live.why, missing: live.missing })
    })?
}

fn parcel(studio: &Studio, bot: &str, to: &str) -> Result<Parcel> {
    let document = studio.document(bot)?;
    let bot = Arc::new(document.named()?);
    let (vault, to) = (studio.vault()?, to.trim());
    let client = match runners::known(&vault, to)? {
        Some(client) => client,
        None => {
            let message = format!("There is no token for {to} here yet.");
            return Err(
                Error::new(Code::Unauthorized, message).hint("Paste the one that whoever runs it gave you.")
            );
        }
    };
    let (bytes, _) = publishing::packed(&bot, &document.root, &vault)?;
    Ok(Parcel { bot, vault, client, bytes })
}

fn missing(vault: &Vault, bot: &str, checked: &Checked) -> Result<Vec<Missing>> {
    let here: Vec<String> = vault.list(bot)?.into_iter().map(|entry| entry.name).collect();
    let one = |name: &String| Missing { name: name.clone(), here: here.contains(name) };
    Ok(checked.missing.iter().map(one).collect())
}

fn line(item: &merge::diff::Item) -> ChangedLine {
    ChangedLine { words: item.words.clone(), cosmetic: item.what.is_cosmetic() }
}
