//! What platforms take as a name, an id, a button's data and a reaction. Each function says what is wrong, as a sentence for the bot's
//! maker; the platform's own words are a [`super::Refusal`].

use std::sync::LazyLock;

use regex::Regex;

use super::{Limit, Platform};

/// What is wrong with the name of a command, with or without its slash.
pub fn command_name_problem(platform: Platform, name: &str) -> Option<String> {
    let name = name.strip_prefix('/').unwrap_or(name);
    if let Some(problem) = length_problem(Limit::CommandName, platform, name) {
        return Some(problem);
    }
    match platform {
        Platform::Telegram => {
            let odd = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '_'))?;
            Some(format!("Telegram takes only a–z, 0–9 and `_` in the name of a command, not `{odd}`."))
        }
        Platform::Discord => {
            // Application Command Naming, for commands that are typed.
            static NAME: LazyLock<Option<Regex>> =
                LazyLock::new(|| Regex::new(r"^[-_'\p{L}\p{N}\p{Deva}\p{Thai}]+$").ok());
            if NAME.as_ref().is_some_and(|pattern| !pattern.is_match(name)) {
                return Some(
                    "Discord takes only letters, digits, `-`, `_` and `'` in the name of a command.".into(),
                );
            }
            (name != name.to_lowercase())
                .then(|| "Discord takes only small letters in the name of a command.".into())
        }
    }
}

/// What is wrong with the data that a button sends.
pub fn callback_data_problem(platform: Platform, data: &str) -> Option<String> {
    length_problem(Limit::CallbackData, platform, data)
}

fn length_problem(limit: Limit, platform: Platform, text: &str) -> Option<String> {
    let length = limit.measure(text, platform);
    let (unit, title) = (limit.unit_on(platform), platform.title());
    if let Some(least) = limit.least(platform).filter(|least| length < *least) {
        return Some(format!("{title} takes at least {least} {unit} here; it has {length}."));
    }
    let most = limit.most(platform).filter(|most| length > *most)?;
    Some(format!("{title} takes at most {most} {unit} here; it has {length}."))
}

/// What is wrong with the id of a message.
pub fn message_id_problem(platform: Platform, id: &str) -> Option<String> {
    match platform {
        Platform::Telegram => {
            let fits = is_digits(id) && id.parse::<i32>().is_ok_and(|n| n > 0);
            (!fits).then(|| {
                format!("`{id}` is no id of a Telegram message, which is a whole number such as 1234.")
            })
        }
        Platform::Discord => snowflake_problem(id, "message"),
    }
}

/// What is wrong with the id of a chat: a channel on Discord, also a public `@name` on Telegram.
pub fn chat_id_problem(platform: Platform, id: &str) -> Option<String> {
    match platform {
        Platform::Telegram => {
            let number = id.strip_prefix('-').unwrap_or(id);
            // At most 52 significant bits, says the documentation; groups are below zero.
            let by_number = is_digits(number) && number.parse::<u64>().is_ok_and(|n| n > 0 && n < 1 << 52);
            let by_name = id.strip_prefix('@').is_some_and(|name| {
                (4..=32).contains(&name.len())
                    && name.starts_with(|c: char| c.is_ascii_alphabetic())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            });
            (!by_number && !by_name).then(|| {
                format!(
                    "`{id}` is no id of a Telegram chat, which is a number such as -1001234567890, or @name."
                )
            })
        }
        Platform::Discord => snowflake_problem(id, "channel"),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Reference, Snowflakes: 64 bits whose upper 42 are milliseconds since 2015, so the first ones already have 17 digits or so.
fn snowflake_problem(id: &str, what: &str) -> Option<String> {
    let fits = (15..=20).contains(&id.len()) && is_digits(id) && id.parse::<u64>().is_ok();
    (!fits).then(|| format!("`{id}` is no id of a Discord {what}, which is a number of 17 to 20 digits."))
}

/// ReactionTypeEmoji.
const REACTIONS: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 \
    🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 \
    🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// What is wrong with a reaction: an emoji, or the id of a custom one (`name:id` on Discord).
pub fn reaction_problem(platform: Platform, emoji: &str) -> Option<String> {
    // Keyboards add a mark that asks for the coloured form.
    let bare = emoji.replace('\u{fe0f}', "");
    match platform {
        Platform::Telegram => {
            let custom = is_digits(&bare) && bare.parse::<u64>().is_ok_and(|id| id > 0);
            (!custom && !REACTIONS.split(' ').any(|known| known == bare)).then(|| {
                format!("Telegram knows no reaction `{emoji}`; it has a fixed list, such as 👍 and 🎉.")
            })
        }
        Platform::Discord => {
            let custom = bare.split_once(':').is_some_and(|(name, id)| {
                (2..=32).contains(&name.len())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && snowflake_problem(id, "emoji").is_none()
            });
            // Which pictures Unicode has changes every year: what has no letters and is short may be one.
            let picture = !bare.is_empty()
                && bare.chars().count() <= 12
                && bare.chars().all(|c| !c.is_alphabetic() && !c.is_whitespace() && !c.is_control())
                && !bare.is_ascii();
            (!custom && !picture)
                .then(|| format!("`{emoji}` is no emoji; custom ones are written name:id on Discord."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Discord, Telegram};

    #[test]
    fn names_of_commands() {
        for (name, telegram, discord) in [
            ("start", true, true),
            ("/start", true, true),
            ("Start", false, false),
            ("order_2", true, true),
            ("add-item", false, true),
            ("größe", false, true),
            ("नमस्ते", false, true),
            ("a b", false, false),
            ("", false, false),
            ("/", false, false),
            ("a".repeat(33).as_str(), false, false),
        ] {
            assert_eq!(command_name_problem(Telegram, name).is_none(), telegram, "{name}");
            assert_eq!(command_name_problem(Discord, name).is_none(), discord, "{name}");
        }
    }

    #[test]
    fn ids_data_and_reactions() {
        assert_eq!(callback_data_problem(Telegram, &"ü".repeat(32)), None);
        assert_eq!(
            callback_data_problem(Telegram, &"ü".repeat(33)).unwrap(),
            "Telegram takes at most 64 bytes here; it has 66."
        );
        assert_eq!(callback_data_problem(Discord, &"ü".repeat(100)), None);
        assert!(callback_data_problem(Discord, "").is_some());
        for (id, telegram, discord) in [
            ("17", true, false),
            ("0", false, false),
            ("-5", false, false),
            ("1107000000000000001", false, true),
        ] {
            assert_eq!(message_id_problem(Telegram, id).is_none(), telegram, "{id}");
            assert_eq!(message_id_problem(Discord, id).is_none(), discord, "{id}");
        }
        for (id, fits) in
            [("-1001234567890", true), ("@durov", true), ("@a", false), ("+5", false), ("--5", false)]
        {
            assert_eq!(chat_id_problem(Telegram, id).is_none(), fits, "{id}");
        }
        for (emoji, telegram, discord) in [
            ("👍", true, true),
            ("❤️", true, true),
            ("🪴", false, true),
            ("5368324170671202286", true, false),
            ("party:1107000000000000001", false, true),
            ("ok", false, false),
            ("", false, false),
        ] {
            assert_eq!(reaction_problem(Telegram, emoji).is_none(), telegram, "{emoji}");
            assert_eq!(reaction_problem(Discord, emoji).is_none(), discord, "{emoji}");
        }
        assert_eq!(REACTIONS.split(' ').count(), 73);
    }
}
