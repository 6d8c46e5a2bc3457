//! `nexus publish`: a bot to a runner, after a look at what changes there.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use merge::Diff;
use remote::wire::{Bot, Checked};
use serde_json::json;
use studio::publishing::changes;
use vault::Vault;

use super::one_bot::{self, OneBot};
use super::refused::Refused;
use super::{data, diff, hosting, login, pack};
use crate::End;
use crate::out::{GOOD, Out, STRONG, WARNING};

/// Publish a bot to a runner.
///
/// Says what changes against the version that runs there, uploads, checks and switches. Where the new version cannot run, the one before goes
/// on. `nexus login` keeps the runner's token; `nexus runner` stops a bot, goes back to an older version and shows logs.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus publish shop-bot --to https://bots.example.com\n  nexus publish shop-bot --to https://bots.example.com --dry-run    only say what would change\n  nexus publish shop-bot --to https://bots.example.com --secrets    with the secrets that are set here\n  nexus publish shop-bot --to https://bots.example.com --yes        ask nothing"
)]
pub struct Args {
    /// The bot's folder.
    #[arg(default_value = ".")]
    bot: PathBuf,
    /// The runner's address.
    #[arg(long, value_name = "URL")]
    to: String,
    /// Only say what would change.
    #[arg(long)]
    dry_run: bool,
    /// Give the runner those secrets that are set here and that it lacks.
    #[arg(long)]
    secrets: bool,
    /// The bot was signed with another key before; an admin's token lets this one in.
    #[arg(long)]
    new_key: bool,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// Print one JSON object; asks nothing.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    begin(&args, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(args: &Args, out: &mut Out) -> Result<End, Refused> {
    let bot = one_bot::read(&args.bot)?;
    let vault = data::vault()?;
    let client = login::client(&args.to)?;
    let (bytes, _) = pack::packed(&bot, &vault)?;
    hosting::runtime()?.block_on(async {
        if args.new_key && !args.dry_run {
            client.forget_signer(bot.id()).await?;
        }
        let checked = client.check(bot.id(), bytes.clone()).await?;
        let changes = changes(&client, &bot.bot, &checked).await?;
        if !args.json {
            say(&bot, &checked, changes.as_ref(), out);
        }
        let (given, left) = secrets(args, &vault, bot.id(), &checked)?;
        if !checked.problems.is_empty() || args.dry_run {
            if args.json {
                out.json(&told(&checked, changes.as_ref(), None));
            }
            return Ok(if checked.problems.is_empty() { End::Fine } else { End::Findings });
        }
        if !args.yes && !args.json && !asked(out, given.len())? {
            return Ok(End::Findings);
        }
        for (name, value) in &given {
            client.set_secret(bot.id(), name, value.expose()).await?;
        }
        let version = client.upload(bot.id(), bytes).await?;
        let live = client.switch(bot.id(), version.number).await?;
        if args.json {
            out.json(&told(&checked, changes.as_ref(), Some(&live)));
        } else {
            let number = out.paint(STRONG, format_args!("version {}", version.number));
            out.line(format_args!("{} {number} runs at {}", out.paint(GOOD, "Published:"), args.to));
            for name in left {
                out.line(format_args!("  {} {name}", out.paint(WARNING, "not set there:")));
            }
        }
        Ok(End::Fine)
    })
}

type Given = Vec<(String, vault::Secret)>;

/// Those missing secrets that can be given, and the names of the others.
fn secrets(
    args: &Args,
    vault: &Vault,
    bot: &str,
    checked: &Checked,
) -> Result<(Given, Vec<String>), Refused> {
    let (mut given, mut left) = (Vec::new(), Vec::new());
    for name in &checked.missing {
        match vault.get(bot, name)?.filter(|_| args.secrets) {
            Some(value) => given.push((name.clone(), value)),
            None => left.push(name.clone()),
        }
    }
    Ok((given, left))
}

fn say(bot: &OneBot, checked: &Checked, changes: Option<&Diff>, out: &mut Out) {
    out.line(out.paint(STRONG, bot.bot.manifest.name()));
    match (changes, &checked.live) {
        (Some(changes), Some(live)) if changes.is_empty() && live.hash == checked.hash => {
            out.line(format_args!("  version {} is the same", live.number));
        }
        (Some(changes), Some(live)) if changes.is_empty() => {
            out.line(format_args!("  only assets changed since version {}", live.number));
        }
        (Some(changes), _) => changes.files.iter().for_each(|file| diff::say(file, out)),
        (None, _) => out.line("  is new there"),
    }
    for name in &checked.missing {
        out.line(format_args!("  {} {name}", out.paint(WARNING, "the secret is not set there:")));
    }
    for problem in &checked.problems {
        out.line(format_args!("  {} {problem}", out.paint(WARNING, "it cannot run:")));
    }
}

fn asked(out: &mut Out, secrets: usize) -> Result<bool, Refused> {
    if !std::io::stdin().is_terminal() {
        return Err(Refused::bad_use("nobody can be asked here", "say --yes if it is to be published"));
    }
    let with = if secrets > 0 { format!(" with {}", super::many(secrets, "secret")) } else { String::new() };
    out.ask(format_args!("Publish{with}? [y/N] "));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Refused::failed(format!("the terminal cannot be read: {error}")))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn told(checked: &Checked, changes: Option<&Diff>, live: Option<&Bot>) -> serde_json::Value {
    json!({
        "bot": checked.bot,
        "hash": checked.hash,
        "problems": checked.problems,
        "missing": checked.missing,
        "before": checked.live,
        "changes": changes.map(|changes| json!({"summary": changes.summary(), "files": changes.files})),
        "live": live,
    })
}
