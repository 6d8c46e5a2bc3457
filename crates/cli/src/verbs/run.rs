//! `nexus run`: the bot on its networks, from this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use runner::host::Reach;
use runner::live::{News, State};
use serde_json::json;
use server::cloud::{Cloud, Setup, Source};

use super::hosting::{self, addresses};
use super::one_bot::{self, OneBot};
use super::refused::Refused;
use super::{control, data};
use crate::End;
use crate::out::{ERROR, FAINT, GOOD, Out, STRONG, WARNING};

/// Let a bot live on its networks, from this machine.
///
/// Telegram is asked for news, Discord's gateway is listened to; webhooks and events come in on this machine's own address. What the bot
/// knows outlives the program: started again, it goes on where it was. Its tokens are the secrets `telegram_token` and `discord_token`.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus secret set shop-bot telegram_token\n  nexus run shop-bot\n  nexus run shop-bot --port 8080      webhooks come in at http://127.0.0.1:8080/hooks/<id>/…\n  nexus run shop-bot --data ./state   keep its state elsewhere"
)]
pub struct Args {
    /// The bot's folder.
    #[arg(default_value = ".")]
    bot: PathBuf,
    /// Where its state is kept; a folder of the program's own if none is named.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The port for webhooks and events; a free one is taken if none is named.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// If a webhook gets the bot's updates from Telegram, take it away.
    #[arg(long)]
    take_over: bool,
    /// Print what happens as lines of JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    match begin(args, out) {
        Ok(end) => end,
        Err(refused) => refused.say(json, out),
    }
}

/// Where a bot's state is kept when nobody says where.
pub fn state_folder(bot: &OneBot, data: Option<PathBuf>) -> Result<PathBuf, Refused> {
    match data {
        Some(folder) => Ok(folder),
        None => Ok(studio::state_folder(&data::folder()?, bot.id())),
    }
}

fn begin(args: Args, out: &mut Out) -> Result<End, Refused> {
    let bot = one_bot::read(&args.bot)?;
    let vault = data::vault()?;
    hosting::logs("warn", hosting::masks(&vault, &[bot.id().to_string()]));
    let folder = state_folder(&bot, args.data)?;
    let setup = Setup {
        data: folder.clone(),
        vault,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
        public: None,
        addresses: addresses()?,
        reach: Reach::anywhere(),
        local: Some(Source { document: bot.bot.clone(), assets: bot.assets() }),
        take_over: args.take_over,
    };
    hosting::runtime()?.block_on(async {
        let cloud = Cloud::start(setup).await?;
        let address = format!("http://{}", cloud.address());
        let token = cloud.first_token.clone().unwrap_or_default();
        let sign = control::put_up(&folder, &address, &token);
        let _sign = sign.map_err(|error| Refused::failed(format!("{}: {error}", folder.display())))?;
        let name = bot.bot.manifest.name();
        if args.json {
            out.json_line(
                &json!({"is": "running", "bot": bot.id(), "name": name, "address": address, "data": folder}),
            );
        } else {
            out.line(format_args!("{} {}", out.paint(GOOD, "▶"), out.paint(STRONG, name)));
            let hooks = format!("{address}/hooks/{}", bot.id());
            out.line(out.paint(
                FAINT,
                format_args!("  webhooks at {hooks}, state in {}; end with Ctrl-C", folder.display()),
            ));
        }
        watch(&cloud, bot.id(), args.json, out).await;
        cloud.stop().await;
        Ok(End::Fine)
    })
}

/// Says what happens until the person or the system wants it to end.
async fn watch(cloud: &Cloud, bot: &str, json: bool, out: &mut Out) {
    let Some(live) = cloud.house().slot(bot).and_then(|slot| slot.live()) else { return };
    let mut news = live.news();
    for (network, state) in live.states() {
        say(&News::Network(network, state), json, out);
    }
    // Its last copy is the house's: a bot that stops should not wait for us.
    drop(live);
    let end = hosting::asked_to_end();
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => return,
            one = news.recv() => match one {
                Ok(one) => say(&one, json, out),
                Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => {
                    out.note(format_args!("{missed} lines were left out"));
                }
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

fn say(news: &News, json: bool, out: &mut Out) {
    if json {
        return out.json_line(&as_json(news));
    }
    match news {
        News::Network(network, State::Listening) => {
            out.line(format_args!("  {} {network}", out.paint(GOOD, "listening on")));
        }
        News::Network(network, State::Trouble(why)) => {
            out.line(format_args!("  {} {network}: {why}", out.paint(WARNING, "trouble with")));
        }
        News::Network(network, State::Ended(why)) => {
            out.line(format_args!("  {} {network}: {why}", out.paint(ERROR, "no more")));
        }
        News::Unknown(network) => {
            let words = format_args!("  {network} told something of a kind that is not known here");
            out.line(out.paint(FAINT, words));
        }
        News::HandOver { team, note } => {
            out.line(format_args!("  {} {team} {note}", out.paint(STRONG, "a human is asked for:")));
        }
        News::Log { level, text } => out.line(format_args!(
            "  {} {text}",
            out.paint(FAINT, format_args!("{level:?}").to_string().to_lowercase())
        )),
        News::Died(letter) => {
            let place = format!("{}/{}", letter.spot.flow, letter.spot.node);
            out.line(format_args!(
                "  {} at {place} ({}): {}",
                out.paint(ERROR, "a run ended"),
                letter.code,
                letter.message
            ));
        }
    }
}

fn as_json(news: &News) -> serde_json::Value {
    match news {
        News::Network(network, state) => {
            let (state, why) = match state {
                State::Listening => ("listening", None),
                State::Trouble(why) => ("trouble", Some(why)),
                State::Ended(why) => ("ended", Some(why)),
            };
            json!({"is": "network", "network": network.as_str(), "state": state, "why": why})
        }
        News::Unknown(network) => json!({"is": "unknown", "network": network.as_str()}),
        News::HandOver { team, note } => json!({"is": "hand-over", "team": team, "note": note}),
        News::Log { level, text } => json!({"is": "log", "level": level, "text": text}),
        News::Died(letter) => json!({
            "is": "died", "flow": letter.spot.flow, "node": letter.spot.node, "code": letter.code, "message": letter.message
        }),
    }
}
