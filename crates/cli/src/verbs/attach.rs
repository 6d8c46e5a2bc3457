//! `nexus attach`: a debugger in the terminal for a bot that runs, here or elsewhere.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use remote::frames::Attach;
use remote::{Attached, Client, Gone, RemoteError};
use runner::debug::{Hello, PROTOCOL};
use serde_json::json;

use super::attach_desk::Desk;
use super::refused::Refused;
use super::{attach_json, attach_talk, control, data, hosting, login, one_bot, run};
use crate::End;
use crate::out::Out;

/// Look into a bot that runs, and take a conversation step by step.
///
/// A stop holds one conversation; all others go on, and what comes meanwhile waits. Commands are those of `nexus sim`, one a line, typed or
/// piped in; `help` lists them. When it ends, whatever it stopped goes on. Without `--at` it finds the `nexus run` of this machine.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus attach shop-bot\n  nexus attach shop-bot --at https://bots.example.com\n  nexus attach shop-bot --observe          only look, whatever is allowed\n  printf 'break size\\nwait 1m\\nvars\\ngo\\n' | nexus attach shop-bot\n  nexus attach shop-bot --json             for programs: docs/debugging.md says what comes"
)]
pub struct Args {
    /// The bot's folder, or its id.
    bot: PathBuf,
    /// The runner it is on.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    /// Where `nexus run` keeps its state, if not where it usually does.
    #[arg(long, value_name = "FOLDER", conflicts_with = "at")]
    data: Option<PathBuf>,
    /// Ask for no more than looking: nothing can be stopped or changed.
    #[arg(long)]
    observe: bool,
    /// Take commands as lines of JSON, and print replies and news as such.
    #[arg(long)]
    json: bool,
}

/// How a session ended.
pub(super) enum Over {
    /// Whoever typed has ended it. A command was refused, or none.
    Left {
        failed: bool,
    },
    Gone(Gone),
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    match begin(args, out) {
        Ok(end) => end,
        // One line, as all else that programs read here.
        Err(Refused { end, message, hint }) if json => {
            out.json_line(&json!({ "error": { "message": message, "hint": hint } }));
            end
        }
        Err(refused) => refused.say(false, out),
    }
}

fn begin(args: Args, out: &mut Out) -> Result<End, Refused> {
    hosting::runtime()?.block_on(async {
        let (bot, client) = found(&args)?;
        let how = Attach { protocol: Some(PROTOCOL), observe: args.observe };
        let attached = client.attach(&bot, how).await.map_err(|error| unreached(&bot, &args, error))?;
        let hello = hello(&attached)?;
        // A pipe has an end; a command that is refused in the middle of it is told by how the program ends.
        let typed = !args.json && std::io::stdin().is_terminal();
        let (attached, over) = if args.json {
            let over = attach_json::talk(&attached, out).await;
            (attached, over)
        } else {
            let mut desk = Desk::new(attached, hello);
            let over = attach_talk::talk(&mut desk, typed, out).await;
            (desk.attached, over)
        };
        match over {
            Over::Left { failed } => {
                attached.detach().await;
                Ok(if failed && !typed { End::Findings } else { End::Fine })
            }
            Over::Gone(gone) => Ok(ended(&gone, args.json, out)),
        }
    })
}

/// The bot's id, and whoever runs it.
fn found(args: &Args) -> Result<(String, Client), Refused> {
    if let Some(at) = &args.at {
        return Ok((super::dead::bot_id(&args.bot)?, login::client(at)?));
    }
    let (id, folder) = match args.bot.exists() {
        true => {
            let bot = one_bot::read(&args.bot)?;
            (bot.id().to_string(), run::state_folder(&bot, args.data.clone())?)
        }
        false => {
            let id = args.bot.to_string_lossy().into_owned();
            let folder = match &args.data {
                Some(folder) => folder.clone(),
                None => data::folder()?.join("live").join(Path::new(&id)),
            };
            (id, folder)
        }
    };
    let client = control::runner(&folder).ok_or_else(|| not_here(&id))?;
    Ok((id, client))
}

fn not_here(id: &str) -> Refused {
    let hint = "start it with `nexus run`, or name the runner that it is on with --at";
    Refused::bad_use(format!("the bot `{id}` does not run on this machine"), hint)
}

fn unreached(bot: &str, args: &Args, error: RemoteError) -> Refused {
    match error {
        // A kill left the sign behind.
        RemoteError::Network { .. } | RemoteError::NotARunner { .. } if args.at.is_none() => not_here(bot),
        error => error.into(),
    }
}

fn hello(attached: &Attached) -> Result<Hello, Refused> {
    let said = attached.hello().clone();
    let protocol = said["protocol"].as_u64();
    match serde_json::from_value::<Hello>(said) {
        Ok(hello) if hello.protocol == PROTOCOL => Ok(hello),
        _ => {
            let theirs = protocol.map_or_else(|| "another version".into(), |n| format!("version {n}"));
            let message = format!("the runner speaks {theirs} of debugging, not version {PROTOCOL}");
            Err(Refused::failed(message).hint("bring the older of the two up to date"))
        }
    }
}

/// What there is to say when the other side has ended it.
fn ended(gone: &Gone, json: bool, out: &mut Out) -> End {
    let (because, end, hint) = match gone {
        Gone::Ended(end) => {
            (json!(end.because), End::Findings, "what was stopped is on disk, and goes on with the bot")
        }
        Gone::Lost(_) => (
            json!("lost"),
            End::Failed,
            "what was stopped goes on by itself within seconds; attach again to go on debugging",
        ),
    };
    if json {
        out.json_line(&json!({ "end": { "because": because, "why": gone.to_string(), "hint": hint } }));
    } else {
        out.error(gone, Some(hint));
    }
    end
}
