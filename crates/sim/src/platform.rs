//! The one place that judges what a bot sends: it is refused here as the platform refuses it, in the platform's own words.

use engine::effect::{Effect, Keyboard, Send};
use engine::{EffectError, ErrorKind};
use flow::limits::{Limit, Platform};

/// Why a platform does not take it.
pub fn refusal(platform: Platform, effect: &Effect) -> Option<EffectError> {
    match effect {
        Effect::Send(send) => message(platform, send),
        Effect::Edit(edit) => edit.text.as_ref().and_then(|text| over(platform, Limit::MessageText, text)),
        Effect::Form(_) if platform == Platform::Telegram => Some(missing(platform, "forms")),
        Effect::Role { .. } if platform == Platform::Telegram => Some(missing(platform, "roles")),
        Effect::AnswerInline { .. } if platform == Platform::Discord => {
            Some(missing(platform, "inline queries"))
        }
        _ => None,
    }
}

fn message(platform: Platform, send: &Send) -> Option<EffectError> {
    let is_empty = send.text.trim().is_empty() && send.media.is_empty() && send.embed.is_none();
    if is_empty {
        return Some(refused(match platform {
            Platform::Telegram => "Bad Request: message text is empty",
            Platform::Discord => "Cannot send an empty message",
        }));
    }
    if let Some(error) = over(platform, Limit::MessageText, &send.text) {
        return Some(error);
    }
    match (&send.keyboard, platform) {
        (Keyboard::Inline(rows), _) => {
            let buttons = rows.iter().flatten();
            let count = buttons.clone().count();
            if Limit::ButtonCount.most(platform).is_some_and(|most| count > most) {
                return Some(refused(match platform {
                    Platform::Telegram => "Bad Request: reply markup is too long",
                    Platform::Discord => "Invalid Form Body",
                }));
            }
            buttons.into_iter().find_map(|button| over(platform, Limit::ButtonLabel, &button.label))
        }
        (Keyboard::Reply { .. } | Keyboard::Remove, Platform::Discord) => {
            Some(missing(platform, "reply keyboards"))
        }
        _ if send.embed.is_some() && platform == Platform::Telegram => Some(missing(platform, "embeds")),
        _ if send.private && platform == Platform::Telegram => {
            Some(missing(platform, "messages that one person alone sees"))
        }
        _ => None,
    }
}

fn over(platform: Platform, limit: Limit, text: &str) -> Option<EffectError> {
    let most = limit.most(platform).filter(|most| Limit::length(text, platform) > *most)?;
    Some(refused(&match platform {
        Platform::Telegram => "Bad Request: message is too long".to_string(),
        Platform::Discord => format!("Invalid Form Body: Must be {most} or fewer in length."),
    }))
}

/// What the platform has no such thing of.
fn missing(platform: Platform, what: &str) -> EffectError {
    refused(&format!("{} has no {what}.", platform.title()))
}

pub fn refused(words: &str) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}

/// There is no such chat, or the bot is not in it.
pub fn no_chat(platform: Platform) -> EffectError {
    match platform {
        Platform::Telegram => refused("Bad Request: chat not found"),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown Channel"),
    }
}

pub fn no_message(platform: Platform, to_do: &str) -> EffectError {
    match platform {
        Platform::Telegram => refused(&format!("Bad Request: message to {to_do} not found")),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown Message"),
    }
}

pub fn blocked(platform: Platform) -> EffectError {
    EffectError::new(
        ErrorKind::Forbidden,
        match platform {
            Platform::Telegram => "Forbidden: bot was blocked by the user",
            Platform::Discord => "Cannot send messages to this user",
        },
    )
}

pub fn no_person(platform: Platform) -> EffectError {
    match platform {
        Platform::Telegram => refused("Bad Request: user not found"),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown User"),
    }
}
