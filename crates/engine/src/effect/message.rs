//! What the bot shows in a chat.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::event::FileKind;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Plain,
    Markdown,
    Html,
}

/// A message: text, a file, an embed, buttons; at least one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Send {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<SmolStr>,
    #[serde(skip_serializing_if = "SmolStr::is_empty")]
    pub text: SmolStr,
    pub format: Format,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embed: Option<Embed>,
    #[serde(skip_serializing_if = "Keyboard::is_none")]
    pub keyboard: Keyboard,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<SmolStr>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_preview: bool,
    /// Seen by the person alone, where the platform can do that (Discord).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyboard {
    #[default]
    None,
    /// Buttons at the message, in rows.
    Inline(Vec<Vec<Button>>),
    /// Buttons in place of the person's keyboard; they write their label (Telegram).
    Reply { rows: Vec<Vec<ReplyButton>>, once: bool },
    /// Takes a reply keyboard away.
    Remove,
}

impl Keyboard {
    pub fn is_none(&self) -> bool {
        matches!(self, Keyboard::None)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    pub label: SmolStr,
    pub does: ButtonDoes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ButtonDoes {
    /// Comes back when it is pressed.
    Data(SmolStr),
    Url(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyButton {
    pub label: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asks>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asks {
    Phone,
    Location,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    pub kind: FileKind,
    pub from: MediaFrom,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaFrom {
    /// A file of the bot's folder.
    Asset(SmolStr),
    Url(SmolStr),
    /// A file that the channel knows already.
    File(SmolStr),
}

/// A framed message (Discord).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Embed {
    pub title: SmolStr,
    pub text: SmolStr,
    pub url: SmolStr,
    /// `#rrggbb`
    pub color: SmolStr,
    pub image: SmolStr,
    pub thumbnail: SmolStr,
    pub footer: SmolStr,
    pub author: SmolStr,
    pub fields: Vec<EmbedField>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmbedField {
    pub name: SmolStr,
    pub value: SmolStr,
    #[serde(default)]
    pub inline: bool,
}

/// What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edit {
    pub message: SmolStr,
    pub text: Option<SmolStr>,
    pub format: Format,
    pub embed: Option<Embed>,
    /// `Keyboard::None` takes the buttons away.
    pub keyboard: Option<Keyboard>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Poll {
    pub question: SmolStr,
    pub options: Vec<SmolStr>,
    pub multiple: bool,
    pub anonymous: bool,
    /// For a quiz: the place of the right answer.
    pub correct: Option<u32>,
    /// Milliseconds that it stays open.
    pub open_for: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InlineResult {
    pub id: SmolStr,
    pub title: SmolStr,
    #[serde(default)]
    pub description: SmolStr,
    /// What is sent when it is chosen.
    pub text: SmolStr,
    #[serde(default)]
    pub thumbnail: SmolStr,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Comes back with the answers.
    pub data: SmolStr,
    pub title: SmolStr,
    pub inputs: Vec<FormInput>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormInput {
    pub id: SmolStr,
    pub label: SmolStr,
    pub placeholder: SmolStr,
    pub required: bool,
    pub long: bool,
}
