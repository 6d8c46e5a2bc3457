//! What the platforms allow. `check` warns by this table at design time, the simulator refuses by it at run time.
//!
//! The numbers are those of the Telegram Bot API 10.1 (core.telegram.org/bots/api) and the Discord API v10 (docs.discord.com); where a
//! platform publishes none, the row says where its number comes from.

mod names;
mod rates;
mod refusal;

use serde::Serialize;

pub use names::{
    callback_data_problem, chat_id_problem, command_name_problem, message_id_problem, reaction_problem,
};
pub use rates::{Per, Rate, Window, rates, window};
pub use refusal::{Refusal, unparsed};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Platform.ts"))]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Telegram,
    Discord,
}

impl Platform {
    pub const ALL: [Platform; 2] = [Platform::Telegram, Platform::Discord];

    pub fn named(name: &str) -> Option<Platform> {
        Platform::ALL.into_iter().find(|platform| platform.name() == name)
    }

    /// The name in bot.json.
    pub fn name(self) -> &'static str {
        match self {
            Platform::Telegram => "telegram",
            Platform::Discord => "discord",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Platform::Telegram => "Telegram",
            Platform::Discord => "Discord",
        }
    }
}

/// What one platform takes: the least and the most; nothing where it sets no bounds or has no such thing.
type Bounds = Option<(usize, usize)>;

struct Row {
    unit: &'static str,
    telegram: Bounds,
    discord: Bounds,
}

/// One row per limit: its name, its unit, what Telegram takes, what Discord takes.
macro_rules! limits {
    ($($name:ident in $unit:literal: $telegram:expr, $discord:expr;)*) => {
        /// What is measured.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Limit.ts"))]
        #[serde(rename_all = "snake_case")]
        pub enum Limit {
            $($name,)*
        }

        impl Limit {
            pub const ALL: [Limit; ROWS.len()] = [$(Limit::$name,)*];
        }

        /// In the order of the limits.
        const ROWS: &[Row] = &[$(Row { unit: $unit, telegram: $telegram, discord: $discord },)*];
    };
}

const MIB: usize = 1 << 20;

limits! {
    // ── messages ──
    // sendMessage.text, after entities are parsed; Create Message, content.
    MessageText in "characters": Some((1, 4096)), Some((1, 2000));
    // sendPhoto.caption and the like. On Discord files come with an ordinary text.
    Caption in "characters": Some((0, 1024)), Some((0, 2000));
    // sendMediaGroup.media; attachments of one message (error 30015).
    MediaGroup in "files": Some((2, 10)), Some((1, 10));
    // createForumTopic.name; a thread is a channel, whose name it is.
    ThreadName in "characters": Some((1, 128)), Some((1, 100));
    // setMessageReaction for bots; error 30010.
    ReactionCount in "reactions": Some((0, 1)), Some((0, 20));

    // ── files ──
    // sendPhoto.photo; reference, Uploading Files: 10 MiB for each file.
    PhotoBytes in "bytes": Some((1, 10 * MIB)), Some((1, 10 * MIB));
    // sendDocument and the like.
    FileBytes in "bytes": Some((1, 50 * MIB)), Some((1, 10 * MIB));
    // getFile: what a bot can fetch of what people send.
    DownloadBytes in "bytes": Some((0, 20 * MIB)), None;
    // Create Message, Limitations: all files of a message together.
    RequestBytes in "bytes": None, Some((0, 25 * MIB));

    // ── buttons ──
    // Telegram publishes no most for a button's text; Button.label.
    ButtonLabel in "characters": Some((1, usize::MAX)), Some((1, 80));
    // Inline keyboards: published nowhere, told as REPLY_MARKUP_TOO_LONG; Discord: five rows of five.
    ButtonCount in "buttons": Some((0, 100)), Some((0, 25));
    // Telegram: published nowhere, what its apps show; Action Row.
    ButtonsPerRow in "buttons": Some((1, 8)), Some((1, 5));
    // Component Reference: five action rows in a message.
    ButtonRows in "rows": None, Some((0, 5));
    // InlineKeyboardButton.callback_data; Button.custom_id, which counts characters.
    CallbackData in "bytes": Some((1, 64)), Some((1, 100));
    // Telegram publishes none for addresses; Button.url.
    ButtonUrl in "characters": Some((1, usize::MAX)), Some((1, 512));
    // Reply keyboards: published nowhere, so that of inline ones is a safe one. Discord has none.
    KeyboardButtons in "buttons": Some((1, 100)), None;
    // ReplyKeyboardMarkup.input_field_placeholder; String Select, placeholder.
    Placeholder in "characters": Some((1, 64)), Some((0, 150));
    // answerCallbackQuery.text. A notice on Discord is a message only its reader sees.
    Notice in "characters": Some((0, 200)), Some((1, 2000));
    // String Select.
    SelectOptions in "options": None, Some((1, 25));
    SelectLabel in "characters": None, Some((1, 100));
    SelectValue in "characters": None, Some((1, 100));
    SelectDescription in "characters": None, Some((0, 100));

    // ── commands ──
    // BotCommand.command; Application Command Naming.
    CommandName in "characters": Some((1, 32)), Some((1, 32));
    // BotCommand.description; Application Command, description.
    CommandDescription in "characters": Some((1, 256)), Some((1, 100));
    // setMyCommands; Application Commands: global CHAT_INPUT commands.
    CommandCount in "commands": Some((0, 100)), Some((0, 100));
    // Application Command Option.
    OptionCount in "options": None, Some((0, 25));
    OptionName in "characters": None, Some((1, 32));
    OptionDescription in "characters": None, Some((1, 100));
    ChoiceCount in "choices": None, Some((0, 25));
    ChoiceName in "characters": None, Some((1, 100));
    ChoiceValue in "characters": None, Some((1, 100));
    // Application Commands: name, description and values of a command with all its options.
    CommandTotal in "characters": None, Some((0, 8000));

    // ── polls ──
    // sendPoll.question; Poll Media, text.
    PollQuestion in "characters": Some((1, 300)), Some((1, 300));
    // sendPoll.options; Poll, answers.
    PollOptions in "options": Some((1, 12)), Some((1, 10));
    // InputPollOption.text; Poll Media, text of an answer.
    PollOption in "characters": Some((1, 100)), Some((1, 55));
    // sendPoll.explanation.
    PollExplanation in "characters": Some((0, 200)), None;

    // ── embeds: Embed Limits ──
    EmbedCount in "embeds": None, Some((0, 10));
    EmbedTitle in "characters": None, Some((0, 256));
    EmbedDescription in "characters": None, Some((0, 4096));
    EmbedFields in "fields": None, Some((0, 25));
    EmbedFieldName in "characters": None, Some((1, 256));
    EmbedFieldValue in "characters": None, Some((1, 1024));
    EmbedFooter in "characters": None, Some((0, 2048));
    EmbedAuthor in "characters": None, Some((0, 256));
    EmbedTotal in "characters": None, Some((0, 6000));

    // ── forms: Modal, Label, Text Input ──
    FormTitle in "characters": None, Some((1, 45));
    FormInputs in "inputs": None, Some((1, 5));
    InputLabel in "characters": None, Some((1, 45));
    InputDescription in "characters": None, Some((0, 100));
    InputPlaceholder in "characters": None, Some((0, 100));
    InputValue in "characters": None, Some((0, 4000));

    // ── inline queries ──
    // answerInlineQuery.results; autocomplete choices.
    InlineResults in "results": Some((0, 50)), Some((0, 25));
    // InlineQueryResult*.id.
    InlineResultId in "bytes": Some((1, 64)), None;
}

impl Limit {
    fn bounds(self, platform: Platform) -> Bounds {
        let row = &ROWS[self as usize];
        match platform {
            Platform::Telegram => row.telegram,
            Platform::Discord => row.discord,
        }
    }

    /// The most that a platform takes, in [`Limit::unit_on`]; nothing where it sets none.
    pub fn most(self, platform: Platform) -> Option<usize> {
        self.bounds(platform).map(|(_, most)| most).filter(|most| *most < usize::MAX)
    }

    /// The least that a platform takes, where that is more than none.
    pub fn least(self, platform: Platform) -> Option<usize> {
        self.bounds(platform).map(|(least, _)| least).filter(|least| *least > 0)
    }

    pub fn unit(self) -> &'static str {
        ROWS[self as usize].unit
    }

    /// The unit as a platform counts.
    pub fn unit_on(self, platform: Platform) -> &'static str {
        match (self, platform) {
            (Limit::CallbackData, Platform::Discord) => "characters",
            _ => self.unit(),
        }
    }

    /// How much of it a text is, as a platform counts.
    pub fn measure(self, text: &str, platform: Platform) -> usize {
        match self.unit_on(platform) {
            "bytes" => text.len(),
            _ => Limit::length(text, platform),
        }
    }

    /// The length of a text as the platforms count it: both count Unicode characters, Telegram after entities are parsed (its own API
    /// server counts code points; only the places of entities are in UTF-16).
    pub fn length(text: &str, platform: Platform) -> usize {
        match platform {
            Platform::Telegram | Platform::Discord => text.chars().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_as_published() {
        use Platform::{Discord, Telegram};
        for (limit, telegram, discord) in [
            (Limit::MessageText, Some(4096), Some(2000)),
            (Limit::ButtonLabel, None, Some(80)),
            (Limit::ButtonCount, Some(100), Some(25)),
            (Limit::CommandName, Some(32), Some(32)),
            (Limit::EmbedTotal, None, Some(6000)),
            (Limit::InlineResultId, Some(64), None),
        ] {
            assert_eq!((limit.most(Telegram), limit.most(Discord)), (telegram, discord), "{limit:?}");
        }
        assert_eq!(Limit::MediaGroup.least(Telegram), Some(2));
        assert_eq!(Limit::Caption.least(Telegram), None);
        for (place, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, place);
            for platform in Platform::ALL {
                let (least, most) = limit.bounds(platform).unwrap_or_default();
                assert!(least <= most, "{limit:?}");
            }
        }
    }

    #[test]
    fn lengths_are_the_platforms_own() {
        assert_eq!(Limit::length("aü😀", Platform::Telegram), 3);
        assert_eq!(Limit::CallbackData.measure("aü😀", Platform::Telegram), 7);
        assert_eq!(Limit::CallbackData.measure("aü😀", Platform::Discord), 3);
    }
}
