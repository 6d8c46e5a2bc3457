//! `nexus pack`: a bot in one signed file.

use std::path::{Path, PathBuf};

use bundle::Hash;
use serde_json::json;
use vault::Vault;

use super::data;
use super::one_bot::{self, OneBot};
use super::refused::Refused;
use crate::End;
use crate::out::{FAINT, Out, STRONG};

/// Put a bot into one signed file, ready to be published.
///
/// The same bot gives the same file, whoever packs it when, apart from the signature. It holds the bot and its assets, and no secrets.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus pack shop-bot\n  nexus pack shop-bot -o shop.nexusbot\n  nexus pack --read shop.nexusbot     say what is in one, and whether it is what was packed"
)]
pub struct Args {
    /// The bot's folder.
    #[arg(default_value = ".")]
    bot: PathBuf,
    /// The file to write; `<id>.nexusbot` if none is named.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Read a bundle instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bot", "output"])]
    read: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    let done = match &args.read {
        Some(file) => read(file, json, out),
        None => write(&args, out),
    };
    done.unwrap_or_else(|refused| refused.say(json, out))
}

fn write(args: &Args, out: &mut Out) -> Result<End, Refused> {
    let bot = one_bot::read(&args.bot)?;
    let (bytes, hash) = packed(&bot, &data::vault()?)?;
    let file =
        args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.{}", bot.id(), bundle::ENDING)));
    std::fs::write(&file, &bytes)
        .map_err(|error| Refused::failed(format!("{} could not be written: {error}", file.display())))?;
    if args.json {
        out.json(&json!({"file": file, "bot": bot.id(), "hash": hash.to_string(), "bytes": bytes.len()}));
    } else {
        out.line(format_args!("{} {} KiB", out.paint(STRONG, file.display()), bytes.len().div_ceil(1024)));
        out.line(out.paint(FAINT, hash));
    }
    Ok(End::Fine)
}

/// A bot that can run, in one file.
pub fn packed(bot: &OneBot, vault: &Vault) -> Result<(Vec<u8>, Hash), Refused> {
    Ok(studio::publishing::packed(&bot.bot, &bot.root, vault)?)
}

fn read(file: &Path, json: bool, out: &mut Out) -> Result<End, Refused> {
    let bytes = std::fs::read(file).map_err(|error| {
        let message = format!("{} could not be read: {error}", file.display());
        if error.kind() == std::io::ErrorKind::NotFound {
            Refused::bad_use(message, "name a bundle")
        } else {
            Refused::failed(message)
        }
    })?;
    let signed = bundle::read(&bytes)?;
    let bundle = &signed.bundle;
    if json {
        let files: Vec<&str> = bundle.paths().collect();
        out.json(&json!({"bot": bundle.bot, "hash": signed.hash.to_string(), "signer": signed.signer.to_string(), "files": files}));
    } else {
        out.line(format_args!("{} {}", out.paint(STRONG, &bundle.bot), out.paint(FAINT, signed.hash)));
        out.line(out.paint(FAINT, format_args!("signed by {}", signed.signer)));
        bundle.paths().for_each(|path| out.line(format_args!("  {path}")));
    }
    Ok(End::Fine)
}
