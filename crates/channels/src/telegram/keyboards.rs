//! Buttons, to Telegram's words.

use engine::effect::{Asks, Button, ButtonDoes, Keyboard};
use engine::{EffectError, ErrorKind};
use reqwest::Url;
use teloxide::types::{
    ButtonRequest, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, KeyboardMarkup,
    KeyboardRemove, ReplyMarkup,
};

pub(super) fn markup(keyboard: &Keyboard) -> Result<Option<ReplyMarkup>, EffectError> {
    Ok(match keyboard {
        Keyboard::None => None,
        Keyboard::Inline(rows) => Some(ReplyMarkup::InlineKeyboard(inline(rows)?)),
        Keyboard::Reply { rows, once } => {
            let rows = rows.iter().map(|row| {
                row.iter().map(|button| {
                    let shown = KeyboardButton::new(button.label.as_str());
                    match button.asks {
                        None => shown,
                        Some(Asks::Phone) => shown.request(ButtonRequest::Contact),
                        Some(Asks::Location) => shown.request(ButtonRequest::Location),
                    }
                })
            });
            let mut keyboard = KeyboardMarkup::new(rows).resize_keyboard();
            keyboard.one_time_keyboard = *once;
            Some(ReplyMarkup::Keyboard(keyboard))
        }
        Keyboard::Remove => Some(ReplyMarkup::KeyboardRemove(KeyboardRemove::new())),
    })
}

pub(super) fn inline(rows: &[Vec<Button>]) -> Result<InlineKeyboardMarkup, EffectError> {
    let button = |button: &Button| {
        let label = button.label.as_str();
        Ok(match &button.does {
            ButtonDoes::Data(data) => InlineKeyboardButton::callback(label, data.as_str()),
            ButtonDoes::Url(url) => {
                let words = "Bad Request: BUTTON_URL_INVALID";
                let url = Url::parse(url).map_err(|_| EffectError::new(ErrorKind::Refused, words))?;
                InlineKeyboardButton::url(label, url)
            }
        })
    };
    let rows = rows.iter().map(|row| row.iter().map(button).collect::<Result<Vec<_>, _>>());
    Ok(InlineKeyboardMarkup::new(rows.collect::<Result<Vec<_>, EffectError>>()?))
}
