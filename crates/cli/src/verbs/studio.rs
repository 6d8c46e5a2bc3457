//! `nexus studio`: the IDE in a browser.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use server::Server;
use studio::{Setup, Studio};

use super::data::{NO_DATA, data};
use crate::End;
use crate::out::{Out, STRONG};

/// Open the studio in your browser.
///
/// Prints the address to open. It works on this machine only, and only with the secret part after `#`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  nexus studio\n  nexus studio shop-bot --port 4000")]
pub struct Args {
    /// The bot to open: its folder.
    bot: Option<PathBuf>,
    /// The port to listen on; a free one is taken if none is named.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print the address as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let demo = match args.bot.map(std::path::absolute).transpose() {
        Ok(demo) => demo,
        Err(error) => {
            out.error(format_args!("the bot's path makes no sense: {error}"), None);
            return End::BadUse;
        }
    };
    if let Some(demo) = demo.as_ref().filter(|demo| !demo.exists()) {
        out.error(
            format_args!("there is no folder {}", demo.display()),
            Some("name a bot's folder, or none to choose one"),
        );
        return End::BadUse;
    }
    let Some(data) = data() else {
        out.error(NO_DATA.0, Some(NO_DATA.1));
        return End::Failed;
    };
    let Some(token) = token() else {
        out.error("this system gives no randomness for the address", None);
        return End::Failed;
    };
    let studio = Studio::new(Setup { demo, ..Setup::new(data) });
    let server = match Server::start(studio, args.port, &token) {
        Ok(server) => server,
        Err(error) => {
            let hint = "name another port, or none to take a free one";
            out.error(format_args!("port {} cannot be listened on: {error}", args.port), Some(hint));
            return End::Failed;
        }
    };
    let address = server.address();
    let url = format!("http://{address}/#{token}");
    if args.json {
        // On one line, since the program goes on.
        out.line(serde_json::json!({ "url": url, "port": address.port(), "token": token }));
    } else {
        out.line(format_args!("{} {url}", out.paint(STRONG, "Nexus Bots is at")));
    }
    let _ = std::io::stdout().flush();
    server.wait();
    End::Fine
}

fn token() -> Option<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).ok()?;
    let mut token = String::with_capacity(64);
    for byte in bytes {
        write!(token, "{byte:02x}").ok()?;
    }
    Some(token)
}
