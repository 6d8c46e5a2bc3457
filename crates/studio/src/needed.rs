//! Which secrets a bot needs: those that its bot.json names, and a token for each network that it is on.

use flow::Manifest;
use flow::limits::Platform;
use flow::value::Value;

pub struct Needed {
    pub name: String,
    /// The network that it is the token of.
    pub network: Option<Platform>,
    /// What bot.json says of it, or where to get the token.
    pub note: String,
}

/// Each once, the tokens first.
pub fn needed(manifest: &Manifest) -> Vec<Needed> {
    let mut needed: Vec<Needed> = Vec::new();
    for platform in manifest.channels().filter_map(Platform::named) {
        let note = match platform {
            Platform::Telegram => "The bot's token, which @BotFather gives",
            Platform::Discord => "The bot's token, from discord.com/developers under Bot",
        };
        needed.push(Needed { name: token_of(platform), network: Some(platform), note: note.into() });
    }
    let notes = manifest.0.get("secrets").and_then(Value::as_object);
    for name in manifest.secrets() {
        let about = notes.and_then(|notes| notes.get(name)?.as_object()?.get("note")?.as_str());
        needed.push(Needed { name: name.into(), network: None, note: about.unwrap_or_default().into() });
    }
    let mut seen = std::collections::BTreeSet::new();
    needed.retain(|one| seen.insert(one.name.clone()));
    needed
}

/// The secret that holds a bot's token for a network.
pub fn token_of(platform: Platform) -> String {
    format!("{}_token", platform.name())
}
