//! Sends photos, videos and other files.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, format, formatting, with_effect};
use super::saying::{Way, sent, some, with_way};
use crate::build::{Broken, Build};
use crate::effect::{Done, Effect, Format, Media, MediaFrom, Send};
use crate::event::FileKind;
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let file = vec![
        Field::choice(
            "kind",
            "Kind",
            &[
                ("photo", "Photo"),
                ("video", "Video"),
                ("audio", "Music"),
                ("voice", "Voice message"),
                ("document", "Document"),
                ("animation", "Animation"),
            ],
        ),
        Field::choice(
            "from",
            "From",
            &[
                ("asset", "The bot's folder"),
                ("url", "A web address"),
                ("file", "A file that was sent before"),
            ],
        ),
        Field::text("source", "Which")
            .required()
            .placeholder("assets/pizza.jpg")
            .help("A path in the bot's folder, an address, or the id of a file: `{{ msg.files[0].id }}`."),
        Field::text("name", "Called").placeholder("menu.pdf"),
    ];
    let fields = vec![
        Field::list("files", "Files", file).required().limit(Limit::MediaGroup),
        Field::long_text("caption", "Caption").placeholder("Fresh from the oven").limit(Limit::Caption),
        formatting(),
    ];
    let mut it = Descriptor {
        summary: "{caption}",
        help: "Sends a photo, a video, a voice message or another file, with a few words if you like. \
               Several go out together as an album.",
        synonyms: &[
            "photo",
            "picture",
            "image",
            "video",
            "audio",
            "voice",
            "document",
            "file",
            "gif",
            "album",
            "upload",
            "attachment",
        ],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("2m", with_way(fields)),
        ..base("message.media", Family::Message, "Send photo or file", "image")
    };
    it.example = example(
        &it,
        r#"{"files": [{"id": "p", "kind": "photo", "from": "asset", "source": "assets/pizza.jpg"}], "caption": "Fresh from the oven"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let files = of.each("files", |file, id| {
        Ok(OneFile {
            id,
            kind: kind(&file.word("kind")),
            from: match file.word("from").as_str() {
                "url" => MediaFrom::Url,
                "file" => MediaFrom::File,
                _ => MediaFrom::Asset,
            },
            source: file.source("source")?,
            name: file.source("name")?,
        })
    })?;
    if files.is_empty() {
        return Err(Broken::new("There is no file to send.").at("files"));
    }
    Ok(Box::new(SendMedia {
        files,
        caption: of.source("caption")?,
        format: format(&of.word("format")),
        way: Way::build(of)?,
    }))
}

fn kind(word: &str) -> FileKind {
    match word {
        "video" => FileKind::Video,
        "audio" => FileKind::Audio,
        "voice" => FileKind::Voice,
        "document" => FileKind::Document,
        "animation" => FileKind::Animation,
        _ => FileKind::Photo,
    }
}

#[derive(Debug)]
struct SendMedia {
    files: Vec<OneFile>,
    caption: Source,
    format: Format,
    way: Way,
}

#[derive(Debug)]
struct OneFile {
    id: SmolStr,
    kind: FileKind,
    from: fn(SmolStr) -> MediaFrom,
    source: Source,
    name: Source,
}

impl Behaviour for SendMedia {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let media = |file: &OneFile| {
            let source = some(at, &file.source, || format!("files.{}.source", file.id))?;
            Ok(Media { kind: file.kind, from: (file.from)(source), name: at.some_text(&file.name)? })
        };
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.caption).map_err(|fault| fault.at("caption"))?,
            format: self.format,
            media: self.files.iter().map(media).collect::<Result<_, Fault>>()?,
            ..self.way.message(at)?
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}
