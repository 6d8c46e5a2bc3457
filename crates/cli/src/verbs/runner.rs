//! `nexus runner`: the bots that live on a runner elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use remote::Client;
use remote::wire::{Bot, LogLine, Scope, State, TokenAsked};
use serde_json::json;

use super::dead::bot_id;
use super::refused::Refused;
use super::{day, hosting, login, secret_value};
use crate::End;
use crate::out::{ERROR, FAINT, GOOD, Out, STRONG, WARNING};

/// Look after the bots of a runner.
///
/// A bot is named by its folder or by its id.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus runner list --at https://bots.example.com\n  nexus runner show shop --at https://bots.example.com\n  nexus runner logs shop --follow --at https://bots.example.com\n  nexus runner switch shop 3 --at https://bots.example.com    this version runs from now on\n  nexus runner rollback shop --at https://bots.example.com    the version before\n  nexus runner stop shop --at https://bots.example.com\n  nexus runner start shop --at https://bots.example.com\n  nexus runner secret shop pay_key < key --at https://bots.example.com\n  nexus runner token ci --may publish --bot shop --at https://bots.example.com"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
    /// The runner's address.
    #[arg(long, value_name = "URL", global = true, env = "NEXUS_RUNNER")]
    at: Option<String>,
    /// Print one JSON object.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// All bots; ends with 1 if one is in trouble.
    List,
    /// One bot with its versions.
    Show { bot: PathBuf },
    /// What it said lately.
    Logs {
        bot: PathBuf,
        /// Go on with what comes.
        #[arg(short, long)]
        follow: bool,
    },
    /// Let a version run.
    Switch { bot: PathBuf, version: u32 },
    /// Let the version before run.
    Rollback { bot: PathBuf },
    /// Let the version run that ran last.
    Start { bot: PathBuf },
    /// Let it run no more.
    Stop { bot: PathBuf },
    /// Set a secret there: typed, piped in, or from a variable.
    Secret {
        bot: PathBuf,
        name: String,
        #[arg(long, value_name = "VARIABLE")]
        from_env: Option<String>,
        /// Take it away instead.
        #[arg(long, conflicts_with = "from_env")]
        remove: bool,
    },
    /// All tokens, or with a name a new one.
    Token {
        name: Option<String>,
        /// What it is for.
        #[arg(long, value_enum, requires = "name")]
        may: Vec<May>,
        /// For these bots alone.
        #[arg(long, value_name = "ID", requires = "name")]
        bot: Vec<String>,
        /// Take it away instead.
        #[arg(long, requires = "name", conflicts_with_all = ["may", "bot"])]
        remove: bool,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum May {
    Read,
    Observe,
    Debug,
    Publish,
    Admin,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    begin(args, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(args: Args, out: &mut Out) -> Result<End, Refused> {
    let Args { verb, at, json } = args;
    let at =
        at.ok_or_else(|| Refused::bad_use("no runner is named", "name it with --at, or in NEXUS_RUNNER"))?;
    let client = login::client(&at)?;
    hosting::runtime()?.block_on(async {
        match verb {
            Verb::List => list(&client.bots().await?, json, out),
            Verb::Show { bot } => show(&client.bot(&bot_id(&bot)?).await?, json, out),
            Verb::Logs { bot, follow } => logs(&client, &bot_id(&bot)?, follow, json, out).await,
            Verb::Switch { bot, version } => show(&client.switch(&bot_id(&bot)?, version).await?, json, out),
            Verb::Rollback { bot } => {
                let id = bot_id(&bot)?;
                let known = client.bot(&id).await?;
                let before = before(&known).ok_or_else(|| {
                    let message = format!("the bot `{id}` has no version before");
                    Refused::bad_use(message, "`nexus runner show` says which it has")
                })?;
                show(&client.switch(&id, before).await?, json, out)
            }
            Verb::Start { bot } => {
                let id = bot_id(&bot)?;
                let known = client.bot(&id).await?;
                let last = known.live.or(known.versions.last().map(|version| version.number));
                let last = last.ok_or_else(|| Refused::bad_use("it has no version", "publish it first"))?;
                show(&client.switch(&id, last).await?, json, out)
            }
            Verb::Stop { bot } => show(&client.stop(&bot_id(&bot)?).await?, json, out),
            Verb::Secret { bot, name, from_env, remove } => {
                let id = bot_id(&bot)?;
                if remove {
                    client.remove_secret(&id, &name).await?;
                } else {
                    let value = secret_value::value(&name, from_env.as_deref())?;
                    client.set_secret(&id, &name, value.expose()).await?;
                }
                done(if remove { "removed" } else { "set" }, &name, json, out)
            }
            Verb::Token { name: None, .. } => tokens(&client, json, out).await,
            Verb::Token { name: Some(name), remove: true, .. } => {
                client.remove_token(&name).await?;
                done("removed", &name, json, out)
            }
            Verb::Token { name: Some(name), may, bot, .. } => {
                if may.is_empty() {
                    let hint = "name it with --may: read, observe, debug, publish, admin";
                    return Err(Refused::bad_use("it is not said what the token is for", hint));
                }
                let scopes = may.into_iter().map(May::scope).collect();
                let made = client.make_token(&TokenAsked { name, scopes, bots: bot }).await?;
                if json {
                    out.json(&serde_json::to_value(&made).unwrap_or_default());
                } else {
                    let token = made.token.unwrap_or_default();
                    out.line(format_args!("Said this once: {}", out.paint(STRONG, token)));
                }
                Ok(End::Fine)
            }
        }
    })
}

impl May {
    fn scope(self) -> Scope {
        match self {
            May::Read => Scope::Read,
            May::Observe => Scope::Observe,
            May::Debug => Scope::Debug,
            May::Publish => Scope::Publish,
            May::Admin => Scope::Admin,
        }
    }
}

/// The version that was published before the one that runs.
fn before(bot: &Bot) -> Option<u32> {
    let live = bot.live?;
    bot.versions.iter().map(|version| version.number).filter(|number| *number < live).max()
}

fn list(bots: &[Bot], json: bool, out: &mut Out) -> Result<End, Refused> {
    let trouble = bots.iter().any(|bot| bot.state == State::Trouble);
    if json {
        out.json(&json!({ "bots": bots }));
    } else if bots.is_empty() {
        out.line("No bot was published there.");
    } else {
        bots.iter().for_each(|bot| line(bot, out));
    }
    Ok(if trouble { End::Findings } else { End::Fine })
}

fn line(bot: &Bot, out: &mut Out) {
    let state = match bot.state {
        State::Running => out.paint(GOOD, "runs"),
        State::Trouble => out.paint(ERROR, "does not run"),
        State::Stopped => out.paint(FAINT, "stopped"),
    };
    let version = bot.live.map_or_else(String::new, |live| format!(" version {live}"));
    let heard = bot.tally.taken;
    out.line(format_args!(
        "{} {state}{version}, {heard} heard, {} dead",
        out.paint(STRONG, &bot.id),
        bot.dead
    ));
    if let Some(why) = &bot.why {
        out.line(format_args!("  {why}"));
    }
    for network in &bot.networks {
        match &network.why {
            Some(why) => {
                out.line(format_args!("  {} {}: {why}", out.paint(WARNING, "trouble with"), network.name))
            }
            None => out.line(format_args!("  listening on {}", network.name)),
        }
    }
    for name in &bot.missing {
        out.line(format_args!("  {} {name}", out.paint(WARNING, "not set:")));
    }
}

fn show(bot: &Bot, json: bool, out: &mut Out) -> Result<End, Refused> {
    if json {
        out.json(&serde_json::to_value(bot).unwrap_or_default());
    } else {
        line(bot, out);
        for version in bot.versions.iter().rev() {
            let mark = if Some(version.number) == bot.live { "▶" } else { " " };
            let about = format!(
                "{} by {}, {}",
                day::moment(version.at),
                version.by,
                &version.hash[..12.min(version.hash.len())]
            );
            out.line(format_args!("{mark} {} {}", version.number, out.paint(FAINT, about)));
        }
    }
    Ok(if bot.state == State::Trouble { End::Findings } else { End::Fine })
}

async fn logs(client: &Client, bot: &str, follow: bool, json: bool, out: &mut Out) -> Result<End, Refused> {
    let mut last = 0;
    loop {
        let lines = client.logs(bot, last).await?;
        last = lines.last().map_or(last, |line| line.seq);
        if json && !follow {
            out.json(&json!({ "lines": lines }));
        } else {
            lines.iter().for_each(|line| said(line, json, out));
        }
        if !follow {
            return Ok(End::Fine);
        }
        tokio::select! {
            () = hosting::asked_to_end() => return Ok(End::Fine),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// So often a runner is asked what is new.
const PAUSE: Duration = Duration::from_secs(1);

fn said(line: &LogLine, json: bool, out: &mut Out) {
    if json {
        return out.json_line(&serde_json::to_value(line).unwrap_or_default());
    }
    let level = match line.level.as_str() {
        "error" => out.paint(ERROR, "error"),
        "warning" => out.paint(WARNING, "warning"),
        level => out.paint(FAINT, level),
    };
    out.line(format_args!("{} {level} {}", out.paint(FAINT, day::moment(line.at)), line.text));
}

async fn tokens(client: &Client, json: bool, out: &mut Out) -> Result<End, Refused> {
    let tokens = client.tokens().await?;
    if json {
        out.json(&json!({ "tokens": tokens }));
        return Ok(End::Fine);
    }
    for token in tokens {
        let scopes: Vec<String> =
            token.scopes.iter().map(|scope| format!("{scope:?}").to_lowercase()).collect();
        let bots = if token.bots.is_empty() { "all bots".into() } else { token.bots.join(", ") };
        out.line(format_args!("{} {} ({bots})", out.paint(STRONG, &token.name), scopes.join(", ")));
    }
    Ok(End::Fine)
}

fn done(what: &str, name: &str, json: bool, out: &mut Out) -> Result<End, Refused> {
    if json {
        out.json(&json!({ what: name }));
    } else {
        out.line(format_args!("{name} is {what}."));
    }
    Ok(End::Fine)
}
