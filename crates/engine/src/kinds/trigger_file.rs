//! A person sends a photo or another file.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, with_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, File, FileKind, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

const KINDS: [(&str, &str, FileKind); 7] = [
    ("photo", "Photos", FileKind::Photo),
    ("video", "Videos", FileKind::Video),
    ("voice", "Voice messages", FileKind::Voice),
    ("audio", "Music", FileKind::Audio),
    ("document", "Documents", FileKind::Document),
    ("animation", "Animations", FileKind::Animation),
    ("sticker", "Stickers", FileKind::Sticker),
];

pub fn descriptor() -> Descriptor {
    let kinds = KINDS.map(|(name, label, _)| Field::bool(name, label, true)).into();
    let mut it = Descriptor {
        help: "Starts a run when a person sends a photo, a document or another file of the kinds that are ticked. The first one is in \
               `nodes.<key>.file` (`id`, `kind`, `name`, `mime`, `size`), all of them in `nodes.<key>.files`; words that came with it are in `msg.text`.",
        synonyms: &[
            "photo",
            "picture",
            "image",
            "upload",
            "attachment",
            "document",
            "voice",
            "video",
            "media",
        ],
        trigger: true,
        fields: with_trigger("beside", kinds),
        ..base("trigger.file", Family::Trigger, "File or photo", "image")
    };
    it.example = example(&it, r#"{"sticker": false}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let kinds: Vec<FileKind> =
        KINDS.into_iter().filter(|(name, ..)| of.flag(name)).map(|(.., kind)| kind).collect();
    if kinds.is_empty() {
        return Err(Broken::new("No kind of file is ticked, so this never starts anything."));
    }
    Ok(Box::new(Files { kinds }))
}

#[derive(Debug)]
struct Files {
    kinds: Vec<FileKind>,
}

impl Files {
    fn of<'e>(&self, event: &'e Event) -> impl Iterator<Item = &'e File> {
        let files = match &event.what {
            What::Message(message) => message.files.as_slice(),
            _ => &[],
        };
        files.iter().filter(|file| self.kinds.contains(&file.kind))
    }
}

impl Behaviour for Files {
    fn hears(&self, event: &Event) -> Option<Fit> {
        // More than any message, less than one that says what was asked for.
        self.of(event).next().map(|_| Fit::Pattern)
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        let files: Vec<Data> = self.of(at.event).map(File::data).collect();
        at.give(Data::object([
            ("file", files.first().cloned().unwrap_or_default()),
            ("files", Data::list(files)),
        ]));
        Next::out()
    }
}
