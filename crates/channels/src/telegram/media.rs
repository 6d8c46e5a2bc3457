//! Messages with files: one with its text below, or an album.

use engine::effect::{Format, Media, MediaFrom, Send};
use engine::event::FileKind;
use engine::{EffectError, ErrorKind};
use reqwest::Url;
use serde_json::Value;
use teloxide::payloads::{
    SendAnimation, SendAudio, SendDocument, SendMediaGroup, SendPhoto, SendSticker, SendVideo, SendVoice,
};
use teloxide::types::{
    FileId, InputFile, InputMedia, InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo,
    ParseMode, Recipient, ReplyMarkup, ReplyParameters,
};

use super::call::Upload;
use super::{NETWORK, PATIENCE, Telegram};
use crate::Files;
use crate::files::{is_carried, last_name};

/// How long a file may take on its way up.
const UPLOAD: std::time::Duration = PATIENCE.saturating_mul(10);

/// What all messages have in common.
pub(super) struct Outgoing<'a> {
    pub chat: Recipient,
    pub send: &'a Send,
    pub reply: Option<ReplyParameters>,
    pub markup: Option<ReplyMarkup>,
}

pub(super) fn mode(format: Format) -> Option<ParseMode> {
    match format {
        Format::Plain => None,
        Format::Markdown => Some(ParseMode::MarkdownV2),
        Format::Html => Some(ParseMode::Html),
    }
}

impl Telegram {
    pub(super) async fn send_media(
        &self,
        out: Outgoing<'_>,
        files: &dyn Files,
    ) -> Result<Value, EffectError> {
        match out.send.media.as_slice() {
            [one] => self.send_one(one, out, files).await,
            _ => self.send_album(out, files).await,
        }
    }

    async fn send_one(
        &self,
        media: &Media,
        out: Outgoing<'_>,
        files: &dyn Files,
    ) -> Result<Value, EffectError> {
        let (mut uploads, caption) = (Vec::new(), caption(out.send));
        let file = input(media, &mut uploads, files).await?;
        // The calls differ in their names and in nothing that we use.
        macro_rules! send {
            ($payload:ident) => {{
                let mut payload = $payload::new(out.chat, file);
                payload.caption = caption;
                payload.parse_mode = mode(out.send.format).filter(|_| payload.caption.is_some());
                send!(@ payload)
            }};
            (@ $payload:ident) => {{
                $payload.disable_notification = out.send.silent.then_some(true);
                $payload.reply_parameters = out.reply;
                $payload.reply_markup = out.markup;
                self.upload(&$payload, uploads, UPLOAD).await
            }};
        }
        let done = match media.kind {
            FileKind::Photo => send!(SendPhoto),
            FileKind::Document => send!(SendDocument),
            FileKind::Video => send!(SendVideo),
            FileKind::Audio => send!(SendAudio),
            FileKind::Voice => send!(SendVoice),
            FileKind::Animation => send!(SendAnimation),
            FileKind::Sticker if caption.is_some() => {
                return Err(refused("Telegram shows no text at a sticker: send it as a message of its own."));
            }
            FileKind::Sticker => {
                let mut payload = SendSticker::new(out.chat, file);
                send!(@ payload)
            }
        };
        done.map_err(|failed| failed.effect(NETWORK, false))
    }

    /// Several files in one frame; the text stands at the first.
    async fn send_album(&self, out: Outgoing<'_>, files: &dyn Files) -> Result<Value, EffectError> {
        if out.markup.is_some() {
            return Err(refused(
                "Telegram shows no buttons at several files: send them with a text of their own.",
            ));
        }
        let (mut uploads, mut items) = (Vec::new(), Vec::new());
        for (at, media) in out.send.media.iter().enumerate() {
            let file = input(media, &mut uploads, files).await?;
            let caption = caption(out.send).filter(|_| at == 0);
            let mode = mode(out.send.format).filter(|_| caption.is_some());
            macro_rules! item {
                ($kind:ident, $item:ident) => {{
                    let mut item = $item::new(file);
                    (item.caption, item.parse_mode) = (caption, mode);
                    InputMedia::$kind(item)
                }};
            }
            items.push(match media.kind {
                FileKind::Photo => item!(Photo, InputMediaPhoto),
                FileKind::Video => item!(Video, InputMediaVideo),
                FileKind::Audio => item!(Audio, InputMediaAudio),
                FileKind::Document => item!(Document, InputMediaDocument),
                _ => {
                    return Err(refused("Telegram shows only photos, videos, audio and documents together."));
                }
            });
        }
        let mut payload = SendMediaGroup::new(out.chat, items);
        payload.disable_notification = out.send.silent.then_some(true);
        payload.reply_parameters = out.reply;
        self.upload(&payload, uploads, UPLOAD).await.map_err(|failed| failed.effect(NETWORK, false))
    }
}

fn caption(send: &Send) -> Option<String> {
    (!send.text.is_empty()).then(|| send.text.to_string())
}

/// A file as a call names it: by address, by id, or as a part that goes with it.
async fn input(
    media: &Media,
    uploads: &mut Vec<Upload>,
    files: &dyn Files,
) -> Result<InputFile, EffectError> {
    let (place, bytes) = match &media.from {
        MediaFrom::File(id) => return Ok(InputFile::file_id(FileId(id.to_string()))),
        MediaFrom::Url(url) if is_carried(url) => (url, files.fetch(url).await?),
        MediaFrom::Url(url) => {
            let words = "Bad Request: wrong file identifier/HTTP URL specified";
            return Ok(InputFile::url(Url::parse(url).map_err(|_| refused(words))?));
        }
        MediaFrom::Asset(path) => (path, files.asset(path)?),
    };
    let part = format!("file{}", uploads.len());
    let name = media.name.as_deref().unwrap_or(last_name(place)).to_string();
    uploads.push(Upload { part: part.clone(), name, bytes });
    // teloxide names parts itself and only its own client can write them; an id is written as it is.
    Ok(InputFile::file_id(FileId(format!("attach://{part}"))))
}

pub(super) fn refused(words: &str) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}
