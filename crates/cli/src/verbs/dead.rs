//! `nexus dead`: runs that failed, to be looked at and tried again.

use std::path::{Path, PathBuf};

use remote::wire::Dead;
use remote::{Client, RemoteError};
use serde_json::json;
use store::Store;

use super::refused::Refused;
use super::{control, day, hosting, login, one_bot, run};
use crate::End;
use crate::out::{ERROR, FAINT, GOOD, Out, STRONG};

/// Look at runs that failed, and try them again.
///
/// A run that fails where nothing takes care of it is kept with everything that is needed to look at it. Trying it again lets the event
/// happen again that began it. Without `--at` it is about the bot of this machine.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus dead list shop-bot\n  nexus dead show shop-bot 3\n  nexus dead replay shop-bot 3          again, from the event that began it\n  nexus dead replay shop-bot --all\n  nexus dead drop shop-bot 3\n  nexus dead list shop-bot --at https://bots.example.com"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// All of them; ends with 1 if there are any.
    List(Whose),
    /// One with all that is known of it.
    Show(One),
    /// Let what began it happen again.
    Replay(Some_),
    /// Put it away.
    Drop(Some_),
}

#[derive(clap::Args)]
struct Whose {
    /// The bot's folder; its id where it is elsewhere.
    bot: PathBuf,
    /// The runner it is on.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    /// Where its state is kept, if not where it usually is.
    #[arg(long, value_name = "FOLDER", conflicts_with = "at")]
    data: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct One {
    #[command(flatten)]
    whose: Whose,
    /// Its number, as `list` says it.
    letter: i64,
}

#[derive(clap::Args)]
struct Some_ {
    #[command(flatten)]
    whose: Whose,
    /// Its number, as `list` says it.
    #[arg(required_unless_present = "all")]
    letter: Option<i64>,
    /// All of them.
    #[arg(long, conflicts_with = "letter")]
    all: bool,
}

/// Whoever has the letters.
enum Holder {
    Runner(Client),
    /// Nobody runs the bot; its state lies there.
    Nobody(PathBuf),
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = match &args.verb {
        Verb::List(whose) | Verb::Show(One { whose, .. }) => whose.json,
        Verb::Replay(some) | Verb::Drop(some) => some.whose.json,
    };
    begin(args.verb, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(verb: Verb, out: &mut Out) -> Result<End, Refused> {
    hosting::runtime()?.block_on(async {
        match verb {
            Verb::List(whose) => {
                let (bot, holder) = holder(&whose).await?;
                list(&letters(&bot, &holder).await?, whose.json, out)
            }
            Verb::Show(One { whose, letter }) => {
                let (bot, holder) = holder(&whose).await?;
                let all = letters(&bot, &holder).await?;
                let found = all.iter().find(|known| known.id == letter).ok_or_else(|| none(letter))?;
                show(found, whose.json, out)
            }
            Verb::Replay(some) => {
                let (bot, holder) = holder(&some.whose).await?;
                let Holder::Runner(client) = &holder else {
                    let message = format!("the bot `{bot}` does not run");
                    return Err(Refused::bad_use(message, "start it with `nexus run`, and then try again"));
                };
                let which = which(&some, &bot, &holder).await?;
                for letter in &which {
                    client.replay(&bot, *letter).await?;
                }
                done("replayed", which.len(), some.whose.json, out)
            }
            Verb::Drop(some) => {
                let (bot, holder) = holder(&some.whose).await?;
                let which = which(&some, &bot, &holder).await?;
                match &holder {
                    Holder::Runner(client) => {
                        for letter in &which {
                            client.drop_dead(&bot, *letter).await?;
                        }
                    }
                    Holder::Nobody(folder) => {
                        let store = Store::open(folder).await?;
                        store
                            .commit(store::Commit { bot, buried: which.clone(), ..Default::default() })
                            .await?;
                    }
                }
                done("dropped", which.len(), some.whose.json, out)
            }
        }
    })
}

async fn holder(whose: &Whose) -> Result<(String, Holder), Refused> {
    if let Some(at) = &whose.at {
        let client = login::client(at)?;
        return Ok((bot_id(&whose.bot)?, Holder::Runner(client)));
    }
    let bot = one_bot::read(&whose.bot)?;
    let folder = run::state_folder(&bot, whose.data.clone())?;
    let id = bot.id().to_string();
    if let Some(client) = control::runner(&folder) {
        match client.hello().await {
            Ok(_) => return Ok((id, Holder::Runner(client))),
            // A kill left the sign behind.
            Err(RemoteError::Network { .. } | RemoteError::NotARunner { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok((id, Holder::Nobody(folder)))
}

/// A folder's, or the name itself.
pub fn bot_id(named: &Path) -> Result<String, Refused> {
    if named.exists() {
        return Ok(one_bot::read(named)?.id().to_string());
    }
    Ok(named.to_string_lossy().into_owned())
}

async fn letters(bot: &str, holder: &Holder) -> Result<Vec<Dead>, Refused> {
    let folder = match holder {
        Holder::Runner(client) => return Ok(client.dead(bot).await?),
        Holder::Nobody(folder) => folder,
    };
    if !folder.exists() {
        // It never ran.
        return Ok(Vec::new());
    }
    let store = Store::open(folder).await?;
    Ok(store.dead(bot).await?.into_iter().map(server::cloud::dead_letter).collect())
}

async fn which(some: &Some_, bot: &str, holder: &Holder) -> Result<Vec<i64>, Refused> {
    let all: Vec<i64> = letters(bot, holder).await?.iter().map(|letter| letter.id).collect();
    match some.letter {
        None => Ok(all),
        Some(letter) if all.contains(&letter) => Ok(vec![letter]),
        Some(letter) => Err(none(letter)),
    }
}

fn none(letter: i64) -> Refused {
    Refused::bad_use(format!("there is no dead letter {letter}"), "`nexus dead list` says which there are")
}

fn list(all: &[Dead], json: bool, out: &mut Out) -> Result<End, Refused> {
    if json {
        out.json(&json!({ "dead": all }));
    } else if all.is_empty() {
        out.line("No run failed.");
    }
    for letter in all.iter().filter(|_| !json) {
        let at = day::moment(letter.at);
        let place = format!("{}/{}", letter.flow, letter.node);
        let number = out.paint(STRONG, letter.id);
        out.line(format_args!(
            "{number} {} {place} {}",
            out.paint(FAINT, at),
            out.paint(ERROR, &letter.code)
        ));
        out.line(format_args!("  {}", letter.message));
    }
    Ok(if all.is_empty() { End::Fine } else { End::Findings })
}

fn show(letter: &Dead, json: bool, out: &mut Out) -> Result<End, Refused> {
    if json {
        out.json(&serde_json::to_value(letter).unwrap_or_default());
    } else {
        list(std::slice::from_ref(letter), false, out)?;
        out.line(out.paint(FAINT, &letter.conversation));
        out.line(format_args!("{:#}", letter.letter));
    }
    Ok(End::Fine)
}

fn done(what: &str, count: usize, json: bool, out: &mut Out) -> Result<End, Refused> {
    if json {
        out.json(&json!({ what: count }));
    } else {
        out.line(format_args!("{} {}", out.paint(GOOD, super::many(count, "dead letter")), what));
    }
    Ok(End::Fine)
}
