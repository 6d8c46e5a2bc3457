//! The platforms' own words for what they refuse, so that a simulated refusal reads as the real one.

use std::fmt;

use super::{Limit, Platform};

/// How a platform says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Of HTTP.
    pub status: u16,
    /// The platform's own number: Telegram repeats the status.
    pub code: u32,
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Refusal {
    fn telegram(words: impl fmt::Display) -> Refusal {
        Refusal { status: 400, code: 400, message: format!("Bad Request: {words}") }
    }

    /// A form that does not fit: error 50035, with the place and its own code.
    fn form(path: &str, code: &str, words: impl fmt::Display) -> Refusal {
        let message = format!("Invalid Form Body\n{path}[{code}]: {words}");
        Refusal { status: 400, code: 50035, message }
    }
}

/// Telegram cannot read a text's markup: why is one of [`crate::markup`]'s refusals.
pub fn unparsed(why: impl fmt::Display) -> Refusal {
    Refusal::telegram(format_args!("can't parse entities: {why}"))
}

impl Limit {
    /// How a platform refuses so much of it, or nothing if it takes it. The path is the one of Discord's forms where the usual one does
    /// not say enough: `components[0].components[2].label`.
    pub fn refusal(self, platform: Platform, found: usize, path: Option<&str>) -> Option<Refusal> {
        let (least, most) = self.bounds(platform)?;
        if (least..=most).contains(&found) {
            return None;
        }
        Some(match platform {
            Platform::Telegram => self.on_telegram(found, most),
            Platform::Discord => self.on_discord(found, least, most, path.unwrap_or(self.path())),
        })
    }

    /// How a platform refuses the name of a command for its characters.
    pub fn command_name_refusal(platform: Platform) -> Refusal {
        match platform {
            Platform::Telegram => Refusal::telegram("BOT_COMMAND_INVALID"),
            Platform::Discord => {
                Refusal::form("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
            }
        }
    }

    fn on_telegram(self, found: usize, most: usize) -> Refusal {
        let much = found > most;
        let words = match self {
            Limit::MessageText if much => "message is too long".into(),
            Limit::MessageText => "message text is empty".into(),
            Limit::Caption => "message caption is too long".into(),
            Limit::MediaGroup if much => "too many messages to send as an album".into(),
            Limit::MediaGroup => "there are no messages to send".into(),
            Limit::ThreadName if !much => "TOPIC_TITLE_EMPTY".into(),
            Limit::ReactionCount => "REACTIONS_TOO_MANY".into(),
            Limit::PhotoBytes if much => "file is too big".into(),
            Limit::PhotoBytes | Limit::FileBytes if !much => "file must be non-empty".into(),
            Limit::FileBytes => {
                return Refusal { status: 413, code: 413, message: "Request Entity Too Large".into() };
            }
            Limit::DownloadBytes => "file is too big".into(),
            Limit::ButtonLabel => "inline keyboard button text must be non-empty".into(),
            Limit::ButtonCount | Limit::ButtonsPerRow | Limit::KeyboardButtons => {
                "reply markup is too long".into()
            }
            Limit::CallbackData => "BUTTON_DATA_INVALID".into(),
            Limit::ButtonUrl => "BUTTON_URL_INVALID".into(),
            Limit::Notice => "MESSAGE_TOO_LONG".into(),
            Limit::CommandName if much => format!("command length must not exceed {most}"),
            Limit::CommandName => "command must be non-empty".into(),
            Limit::CommandDescription if much => {
                format!("command description length must not exceed {most}")
            }
            Limit::CommandDescription => "command description must be non-empty".into(),
            Limit::CommandCount => "BOT_COMMANDS_TOO_MUCH".into(),
            Limit::PollQuestion if much => format!("poll question length must not exceed {most}"),
            Limit::PollOption if much => format!("poll options length must not exceed {most}"),
            Limit::PollQuestion | Limit::PollOption => "text must be non-empty".into(),
            Limit::PollOptions if much => format!("poll can't have more than {most} options"),
            Limit::PollOptions => "poll must have at least one answer option".into(),
            Limit::InlineResults => "RESULTS_TOO_MUCH".into(),
            Limit::InlineResultId => "RESULT_ID_INVALID".into(),
            // For what is left no words are published; these are ours.
            _ => format!("{found} {} are not allowed", self.unit()),
        };
        Refusal::telegram(words)
    }

    fn on_discord(self, found: usize, least: usize, most: usize, path: &str) -> Refusal {
        match self {
            Limit::MessageText | Limit::Notice if found == 0 => {
                Refusal { status: 400, code: 50006, message: "Cannot send an empty message".into() }
            }
            Limit::PhotoBytes | Limit::FileBytes | Limit::RequestBytes if found > most => {
                Refusal { status: 413, code: 40005, message: "Request entity too large".into() }
            }
            Limit::ReactionCount => Refusal {
                status: 403,
                code: 30010,
                message: format!("Maximum number of reactions reached ({most})"),
            },
            Limit::MediaGroup if found > most => Refusal {
                status: 400,
                code: 30015,
                message: format!("Maximum number of attachments in a message reached ({most})"),
            },
            Limit::CommandCount => Refusal {
                status: 400,
                code: 30032,
                message: format!("Maximum number of application commands reached ({most})"),
            },
            Limit::EmbedTotal => Refusal::form(
                path,
                "MAX_EMBED_SIZE_EXCEEDED",
                format_args!("Embed size exceeds maximum size of {most}"),
            ),
            Limit::CommandTotal => Refusal::form(
                path,
                "APPLICATION_COMMAND_TOO_LARGE",
                format_args!("Command exceeds maximum size ({most})"),
            ),
            // These may be left out, so no least is told with the most.
            Limit::MessageText
            | Limit::Notice
            | Limit::ButtonLabel
            | Limit::ButtonUrl
            | Limit::EmbedFieldName
            | Limit::EmbedFieldValue
            | Limit::PollQuestion
            | Limit::PollOption
                if found > most =>
            {
                Refusal::form(
                    path,
                    "BASE_TYPE_MAX_LENGTH",
                    format_args!("Must be {most} or fewer in length."),
                )
            }
            _ if least == 0 => Refusal::form(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format_args!("Must be {most} or fewer in length."),
            ),
            _ if found == 0 && self.unit_on(Platform::Discord) == "characters" => {
                Refusal::form(path, "BASE_TYPE_REQUIRED", "This field is required")
            }
            _ => Refusal::form(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format_args!("Must be between {least} and {most} in length."),
            ),
        }
    }

    /// Where it usually stands in Discord's forms.
    fn path(self) -> &'static str {
        match self {
            Limit::MessageText | Limit::Caption | Limit::Notice => "content",
            Limit::MediaGroup | Limit::PhotoBytes | Limit::FileBytes | Limit::RequestBytes => "attachments",
            Limit::ButtonLabel => "components[0].components[0].label",
            Limit::ButtonsPerRow => "components[0].components",
            Limit::ButtonCount | Limit::ButtonRows => "components",
            Limit::CallbackData => "components[0].components[0].custom_id",
            Limit::ButtonUrl => "components[0].components[0].url",
            Limit::Placeholder => "components[0].components[0].placeholder",
            Limit::SelectOptions => "components[0].components[0].options",
            Limit::SelectLabel => "components[0].components[0].options[0].label",
            Limit::SelectValue => "components[0].components[0].options[0].value",
            Limit::SelectDescription => "components[0].components[0].options[0].description",
            Limit::CommandName | Limit::ThreadName => "name",
            Limit::CommandDescription => "description",
            Limit::OptionCount => "options",
            Limit::OptionName => "options[0].name",
            Limit::OptionDescription => "options[0].description",
            Limit::ChoiceCount => "options[0].choices",
            Limit::ChoiceName => "options[0].choices[0].name",
            Limit::ChoiceValue => "options[0].choices[0].value",
            Limit::PollQuestion => "poll.question.text",
            Limit::PollOptions => "poll.answers",
            Limit::PollOption => "poll.answers[0].poll_media.text",
            Limit::EmbedCount | Limit::EmbedTotal => "embeds",
            Limit::EmbedTitle => "embeds[0].title",
            Limit::EmbedDescription => "embeds[0].description",
            Limit::EmbedFields => "embeds[0].fields",
            Limit::EmbedFieldName => "embeds[0].fields[0].name",
            Limit::EmbedFieldValue => "embeds[0].fields[0].value",
            Limit::EmbedFooter => "embeds[0].footer.text",
            Limit::EmbedAuthor => "embeds[0].author.name",
            Limit::CommandTotal => "options",
            Limit::FormTitle => "data.title",
            Limit::FormInputs => "data.components",
            Limit::InputLabel => "data.components[0].label",
            Limit::InputDescription => "data.components[0].description",
            Limit::InputPlaceholder => "data.components[0].component.placeholder",
            Limit::InputValue => "data.components[0].component.value",
            Limit::InlineResults => "data.choices",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Discord, Telegram};

    #[test]
    fn refusals_are_in_the_platforms_own_words() {
        for (limit, platform, found, expected) in [
            (Limit::MessageText, Telegram, 4097, "400 Bad Request: message is too long"),
            (Limit::MessageText, Telegram, 0, "400 Bad Request: message text is empty"),
            (Limit::CallbackData, Telegram, 65, "400 Bad Request: BUTTON_DATA_INVALID"),
            (Limit::PollOptions, Telegram, 13, "400 Bad Request: poll can't have more than 12 options"),
            (Limit::FileBytes, Telegram, 60 << 20, "413 Request Entity Too Large"),
            (
                Limit::MessageText,
                Discord,
                2001,
                "50035 Invalid Form Body\ncontent[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length.",
            ),
            (Limit::MessageText, Discord, 0, "50006 Cannot send an empty message"),
            (
                Limit::ButtonsPerRow,
                Discord,
                6,
                "50035 Invalid Form Body\ncomponents[0].components[BASE_TYPE_BAD_LENGTH]: Must be between 1 and 5 in length.",
            ),
            (
                Limit::InputLabel,
                Discord,
                0,
                "50035 Invalid Form Body\ndata.components[0].label[BASE_TYPE_REQUIRED]: This field is required",
            ),
            (
                Limit::EmbedTotal,
                Discord,
                6001,
                "50035 Invalid Form Body\nembeds[MAX_EMBED_SIZE_EXCEEDED]: Embed size exceeds maximum size of 6000",
            ),
        ] {
            let refusal = limit.refusal(platform, found, None).unwrap();
            assert_eq!(format!("{} {refusal}", refusal.code), expected);
        }
        let at = Limit::ButtonLabel.refusal(Discord, 81, Some("components[0].components[2].label")).unwrap();
        assert_eq!(
            at.message,
            "Invalid Form Body\ncomponents[0].components[2].label[BASE_TYPE_MAX_LENGTH]: Must be 80 or fewer in length."
        );
        assert_eq!(Limit::MessageText.refusal(Telegram, 4096, None), None);
        assert_eq!(Limit::EmbedTitle.refusal(Telegram, 9999, None), None);
    }

    #[test]
    fn every_limit_of_discord_has_words() {
        for limit in Limit::ALL {
            let Some(most) = limit.most(Discord) else { continue };
            let refusal = limit.refusal(Discord, most + 1, None).unwrap();
            assert!(!refusal.message.contains("\n["), "{limit:?} has no path: {}", refusal.message);
        }
    }
}
