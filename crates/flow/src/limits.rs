//! What the platforms allow. `check` warns by this table at design time, the simulator refuses by it at run time.

use serde::Serialize;

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

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Limit.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    MessageText,
    ButtonLabel,
    ButtonCount,
    CommandName,
}

impl Limit {
    pub const ALL: [Limit; 4] =
        [Limit::MessageText, Limit::ButtonLabel, Limit::ButtonCount, Limit::CommandName];

    /// The most that a platform takes, in [`Limit::unit`]; nothing where it sets none.
    pub fn most(self, platform: Platform) -> Option<usize> {
        use Platform::{Discord, Telegram};
        Some(match (self, platform) {
            // After entities are parsed, in UTF-16 code units.
            (Limit::MessageText, Telegram) => 4096,
            (Limit::MessageText, Discord) => 2000,
            // Telegram publishes no number for a button's text.
            (Limit::ButtonLabel, Telegram) => return None,
            (Limit::ButtonLabel, Discord) => 80,
            (Limit::ButtonCount, Telegram) => 100,
            // Five rows of five.
            (Limit::ButtonCount, Discord) => 25,
            (Limit::CommandName, Telegram | Discord) => 32,
        })
    }

    pub fn unit(self) -> &'static str {
        match self {
            Limit::ButtonCount => "buttons",
            _ => "characters",
        }
    }

    /// The length of a text as the platforms count it.
    pub fn length(text: &str, platform: Platform) -> usize {
        match platform {
            Platform::Telegram => text.encode_utf16().count(),
            Platform::Discord => text.chars().count(),
        }
    }
}
