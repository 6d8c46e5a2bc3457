//! `nexus login`: the token of a runner, kept in the vault; and the client that it makes.

use std::io::{IsTerminal, Read};

use remote::Client;
use serde_json::json;
use studio::runners;

use super::data;
use super::refused::Refused;
use crate::End;
use crate::out::{GOOD, Out};

/// Keep the token of a runner, so that other verbs can talk to it.
///
/// The token is typed or piped in, and kept in the vault.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus login https://bots.example.com\n  nexus login http://127.0.0.1:8080 < token\n  nexus login https://bots.example.com --forget"
)]
pub struct Args {
    /// The runner's address.
    url: String,
    /// Forget its token.
    #[arg(long)]
    forget: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    begin(&args, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(args: &Args, out: &mut Out) -> Result<End, Refused> {
    let (vault, place) = (data::vault()?, runners::place(&args.url)?);
    if args.forget {
        runners::forget(&vault, &args.url)?;
        if args.json {
            out.json(&json!({"forgotten": place}));
        } else {
            out.line("Forgotten.");
        }
        return Ok(End::Fine);
    }
    let token = token()?;
    let asking = runners::login(&vault, &args.url, &token);
    let (hello, bots) = super::hosting::runtime()?.block_on(asking)?;
    if args.json {
        out.json(&json!({"runner": place, "version": hello.version, "bots": bots}));
    } else {
        let bots = super::many(bots, "bot");
        out.line(format_args!("{} {} ({}, {bots})", out.paint(GOOD, "Known:"), args.url, hello.version));
    }
    Ok(End::Fine)
}

fn token() -> Result<String, Refused> {
    let failed = |error| Refused::failed(format!("the token cannot be read: {error}"));
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Token (not shown): ").map_err(failed);
    }
    let mut text = String::new();
    std::io::stdin().lock().take(1 << 12).read_to_string(&mut text).map_err(failed)?;
    if text.trim().is_empty() {
        return Err(Refused::bad_use("the token is empty", "type it, or pipe it in"));
    }
    Ok(text)
}

/// A runner that somebody logged in to; `NEXUS_TOKEN` goes before the vault.
pub fn client(url: &str) -> Result<Client, Refused> {
    match std::env::var("NEXUS_TOKEN") {
        Ok(token) if !token.is_empty() => return Ok(Client::new(url, &token)?),
        _ => {}
    }
    let hint = format!("log in with `nexus login {url}`, or name the token in NEXUS_TOKEN");
    let unknown = || Refused::bad_use(format!("there is no token for {url}"), &hint);
    runners::known(&data::vault()?, url)?.ok_or_else(unknown)
}
