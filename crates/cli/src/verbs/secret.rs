//! `nexus secret`: what a bot needs to know and nobody may read.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use flow::Manifest;
use serde_json::json;
use studio::{glance, needed};
use vault::{Place, Vault, VaultError};

use super::data;
use super::refused::Refused;
use super::secret_list::list;
use super::secret_value::value;
use super::sources::find;
use crate::End;
use crate::out::{Out, STRONG};

/// Keep the tokens and keys of bots in the vault.
///
/// The vault is the system's keychain, or an encrypted file where there is none; NEXUS_VAULT (keychain, file) chooses. Values are typed
/// or piped in, never given as arguments, and never shown again.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus secret list shop-bot\n  nexus secret set shop-bot telegram_token\n  nexus secret set --bot shop pay_key --from-env PAY_KEY\n  nexus secret rotate shop-bot pay_key < new-key\n  nexus secret rotate shop-bot pay_key --undo\n  nexus secret remove shop-bot pay_key"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Put a secret into the vault, over what was there.
    Set(Set),
    /// Say which secrets a bot needs, and which of them are set; ends with 1 if one is missing.
    List(List),
    /// Give a secret a new value, and keep the one before it until the next time. Running bots take it at once.
    Rotate(Rotate),
    /// Take a secret out of the vault, with the value before it.
    Remove(Remove),
}

#[derive(clap::Args)]
struct Whose {
    /// The bot's folder.
    #[arg(value_name = "BOT", conflicts_with = "id")]
    folder: Option<PathBuf>,
    /// The bot's id instead of its folder.
    #[arg(long = "bot", value_name = "ID")]
    id: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[command(allow_missing_positional = true)]
struct Set {
    #[command(flatten)]
    whose: Whose,
    /// The secret's name, as in bot.json; `telegram_token` and `discord_token` are the bot's tokens.
    name: String,
    /// Take the value from this environment variable.
    #[arg(long, value_name = "VARIABLE")]
    from_env: Option<String>,
}

#[derive(clap::Args)]
struct List {
    #[command(flatten)]
    whose: Whose,
}

#[derive(clap::Args)]
#[command(allow_missing_positional = true)]
struct Rotate {
    #[command(flatten)]
    whose: Whose,
    /// The secret's name.
    name: String,
    /// Take the new value from this environment variable.
    #[arg(long, value_name = "VARIABLE")]
    from_env: Option<String>,
    /// Go back to the value before the last rotation.
    #[arg(long, conflicts_with = "from_env")]
    undo: bool,
}

#[derive(clap::Args)]
#[command(allow_missing_positional = true)]
struct Remove {
    #[command(flatten)]
    whose: Whose,
    /// The secret's name.
    name: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// The bot that it is about, as far as it is known.
pub struct Bot {
    pub id: String,
    /// Where there is a folder.
    pub manifest: Option<Manifest>,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = match &args.verb {
        Verb::Set(Set { whose, .. })
        | Verb::List(List { whose })
        | Verb::Rotate(Rotate { whose, .. })
        | Verb::Remove(Remove { whose, .. }) => whose.json,
    };
    let done = match args.verb {
        Verb::Set(args) => set(&args, out),
        Verb::List(args) => open(&args.whose).and_then(|(bot, data, vault)| {
            let place = place_in(&data, &vault)?;
            list(&bot, &vault, place, json, out)
        }),
        Verb::Rotate(args) => rotate(&args, out),
        Verb::Remove(args) => remove(&args, out),
    };
    done.unwrap_or_else(|refused| refused.say(json, out))
}

fn set(args: &Set, out: &mut Out) -> Result<End, Refused> {
    let (bot, data, vault) = open(&args.whose)?;
    named(&bot, &args.name)?;
    let replaced = is_set(&vault, &bot, &args.name)?;
    vault.set(&bot.id, &args.name, &value(&args.name, args.from_env.as_deref())?)?;
    let place = place_in(&data, &vault)?;
    let unknown =
        bot.manifest.as_ref().is_some_and(|bot| needed(bot).iter().all(|one| one.name != args.name));
    if args.whose.json {
        out.json(&json!({
            "bot": bot.id, "name": args.name, "kept": kept(&vault)?, "replaced": replaced, "needed": bot.manifest.as_ref().map(|_| !unknown),
        }));
        return Ok(End::Fine);
    }
    let name = out.paint(STRONG, &args.name);
    let how = if replaced { "has a new value" } else { "is set" };
    out.line(format_args!("{name} of {} {how}; it is kept in {place}.", bot.id));
    if unknown {
        out.note(format_args!("note: the bot's bot.json names no secret `{}`.", args.name));
    }
    Ok(End::Fine)
}

fn rotate(args: &Rotate, out: &mut Out) -> Result<End, Refused> {
    let (bot, _, vault) = open(&args.whose)?;
    named(&bot, &args.name)?;
    if args.undo {
        vault.undo(&bot.id, &args.name)?;
    } else {
        // Asked before somebody types for nothing.
        if !is_set(&vault, &bot, &args.name)? {
            return Err(VaultError::NotSet { bot: bot.id, name: args.name.clone() }.into());
        }
        vault.rotate(&bot.id, &args.name, &value(&args.name, args.from_env.as_deref())?)?;
    }
    if args.whose.json {
        out.json(&json!({ "bot": bot.id, "name": args.name, "kept": kept(&vault)?, "undone": args.undo }));
        return Ok(End::Fine);
    }
    let name = out.paint(STRONG, &args.name);
    out.line(if args.undo {
        format!("{name} of {} is what it was before; `--undo` once more brings the other value back.", bot.id)
    } else {
        format!("{name} of {} has a new value; `--undo` brings the one before it back.", bot.id)
    });
    Ok(End::Fine)
}

fn remove(args: &Remove, out: &mut Out) -> Result<End, Refused> {
    let (bot, _, vault) = open(&args.whose)?;
    named(&bot, &args.name)?;
    if !is_set(&vault, &bot, &args.name)? {
        return Err(VaultError::NotSet { bot: bot.id, name: args.name.clone() }.into());
    }
    if !args.yes {
        if args.whose.json || !std::io::stdin().is_terminal() {
            return Err(Refused::bad_use("nobody can be asked whether it may go", "say --yes"));
        }
        out.ask(format_args!("Remove {} of {}? It cannot be brought back. [y/N] ", args.name, bot.id));
        let mut answer = String::new();
        let heard = std::io::stdin().lock().read_line(&mut answer);
        heard.map_err(|error| Refused::failed(format!("the terminal cannot be read: {error}")))?;
        if !matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            out.line("It stays.");
            return Ok(End::Findings);
        }
    }
    vault.remove(&bot.id, &args.name)?;
    if args.whose.json {
        out.json(&json!({ "bot": bot.id, "name": args.name, "removed": true }));
    } else {
        out.line(format_args!("{} of {} is removed.", out.paint(STRONG, &args.name), bot.id));
    }
    Ok(End::Fine)
}

fn open(whose: &Whose) -> Result<(Bot, PathBuf, Vault), Refused> {
    let bot = bot(whose)?;
    Ok((bot, data::folder()?, data::vault()?))
}

fn bot(whose: &Whose) -> Result<Bot, Refused> {
    let folder = match (&whose.folder, &whose.id) {
        (_, Some(id)) => return Ok(Bot { id: id.clone(), manifest: None }),
        (Some(folder), None) => folder,
        (None, None) => {
            return Err(Refused::bad_use("no bot is named", "name the bot's folder, or its id with --bot"));
        }
    };
    let sources = find(std::slice::from_ref(folder))?;
    let [source] = sources.as_slice() else {
        return Err(Refused::bad_use(
            format!("{} holds several bots", folder.display()),
            "name one bot's folder",
        ));
    };
    let manifest = glance(&source.root).bot.manifest;
    if manifest.id().is_empty() {
        let hint = "its secrets are found by it; `nexus check` says more";
        return Err(Refused::bad_use(format!("{} has no bot.json with an id", folder.display()), hint));
    }
    Ok(Bot { id: manifest.id().into(), manifest: Some(manifest) })
}

/// Before anybody types a value for it.
fn named(bot: &Bot, name: &str) -> Result<(), Refused> {
    vault::fit(&bot.id, name)?;
    if flow::expr::is_identifier(name) {
        return Ok(());
    }
    let hint = "expressions have a meaning for this word, so bot.json cannot name it; take another";
    Err(Refused::bad_use(format!("`{name}` is no name for a secret"), hint))
}

fn is_set(vault: &Vault, bot: &Bot, name: &str) -> Result<bool, Refused> {
    Ok(vault.list(&bot.id)?.iter().any(|entry| entry.name == name))
}

fn kept(vault: &Vault) -> Result<Option<String>, Refused> {
    Ok(vault.place()?.map(|place| place.to_string()))
}

/// In words.
fn place_in(data: &Path, vault: &Vault) -> Result<String, Refused> {
    Ok(match vault.place()? {
        Some(Place::Keychain) => "the system's keychain".into(),
        Some(Place::File) => format!("the encrypted file {}", data.join("vault.age").display()),
        None => "no place yet".into(),
    })
}
