//! The part of a message that shows a file, as Telegram tells of it.

use frankenstein::stickers::{Sticker, StickerType};
use frankenstein::types::{
    Animation, Audio, Document, LivePhoto, Message, PhotoSize, Video, VideoNote, Voice,
};
use serde_json::Value;

use crate::wire::Upload;

pub(crate) fn attach(message: &mut Message, kind: &str, id: &str, upload: &Upload, params: &Value) {
    let (unique, size, name) = (format!("u{id}"), upload.bytes.len() as u64, upload.name.clone());
    let mime = Some(upload.mime.clone()).filter(|mime| !mime.is_empty());
    let number = |name: &str| params.get(name).and_then(Value::as_u64).unwrap_or_default() as u32;
    let word = |name: &str| params.get(name).and_then(Value::as_str).map(str::to_string);
    let photo = |width, height| {
        PhotoSize::builder()
            .file_id(id)
            .file_unique_id(&unique)
            .width(width)
            .height(height)
            .file_size(size)
            .build()
    };
    match kind {
        "photo" => message.photo = Some(vec![photo(90, 67), photo(1280, 960)]),
        "video" => {
            let video = Video::builder()
                .file_id(id)
                .file_unique_id(&unique)
                .width(number("width"))
                .height(number("height"));
            let video =
                video.duration(number("duration")).file_name(name).maybe_mime_type(mime).file_size(size);
            message.video = Some(Box::new(video.build()));
        }
        "audio" => {
            let audio = Audio::builder()
                .file_id(id)
                .file_unique_id(&unique)
                .duration(number("duration"))
                .file_name(name);
            let audio = audio
                .maybe_title(word("title"))
                .maybe_performer(word("performer"))
                .maybe_mime_type(mime)
                .file_size(size);
            message.audio = Some(Box::new(audio.build()));
        }
        "voice" => {
            let voice = Voice::builder().file_id(id).file_unique_id(&unique).duration(number("duration"));
            message.voice = Some(Box::new(voice.maybe_mime_type(mime).file_size(size).build()));
        }
        "video_note" => {
            let note = VideoNote::builder()
                .file_id(id)
                .file_unique_id(&unique)
                .length(240)
                .duration(number("duration"));
            message.video_note = Some(Box::new(note.file_size(size).build()));
        }
        "sticker" => {
            let sticker =
                Sticker::builder().file_id(id).file_unique_id(&unique).sticker_type(StickerType::Regular);
            let sticker =
                sticker.width(512).height(512).is_animated(false).is_video(false).maybe_emoji(word("emoji"));
            message.sticker = Some(Box::new(sticker.file_size(size).build()));
        }
        "live_photo" => {
            let live =
                LivePhoto::builder().file_id(id).file_unique_id(&unique).width(640).height(480).duration(3);
            message.live_photo = Some(Box::new(live.file_size(size).build()));
        }
        "animation" => {
            let animation = Animation::builder().file_id(id).file_unique_id(&unique).width(320).height(240);
            let animation =
                animation.duration(number("duration")).file_name(name.clone()).maybe_mime_type(mime.clone());
            message.animation = Some(Box::new(animation.file_size(size).build()));
            // Animations come as documents too, for clients that know no better.
            message.document = Some(Box::new(document(id, &unique, name, mime, size)));
        }
        _ => message.document = Some(Box::new(document(id, &unique, name, mime, size))),
    }
}

fn document(id: &str, unique: &str, name: String, mime: Option<String>, size: u64) -> Document {
    Document::builder()
        .file_id(id)
        .file_unique_id(unique)
        .file_name(name)
        .maybe_mime_type(mime)
        .file_size(size)
        .build()
}
