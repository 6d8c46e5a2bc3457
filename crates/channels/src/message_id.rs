//! A message's id as bots see it: `<chat>:<message>`. The networks count messages per chat, or ask for the chat with each; bots keep an id in a
//! variable and edit the message from another chat.

use std::fmt;

use engine::effect::Origin;
use smol_str::{SmolStr, format_smolstr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId {
    pub chat: SmolStr,
    pub message: SmolStr,
}

impl MessageId {
    pub fn new(chat: impl fmt::Display, message: impl fmt::Display) -> MessageId {
        MessageId { chat: format_smolstr!("{chat}"), message: format_smolstr!("{message}") }
    }

    /// An id as it was given out, or the network's own, which then means one of the run's chat.
    pub fn read(text: &str, origin: &Origin) -> Option<MessageId> {
        if let Some((chat, message)) = text.rsplit_once(':') {
            return Some(MessageId::new(chat, message));
        }
        let chat = origin.chat.as_ref().or(origin.person.as_ref())?;
        Some(MessageId::new(chat, text))
    }

    pub fn text(&self) -> SmolStr {
        format_smolstr!("{}:{}", self.chat, self.message)
    }
}

#[test]
fn ids_find_their_chat_again() {
    let origin = Origin { chat: Some("-100".into()), person: Some("7".into()), ..Origin::default() };
    let alone = Origin { person: Some("7".into()), ..Origin::default() };
    let cases = [
        ("5", &origin, Some("-100:5")),
        ("5", &alone, Some("7:5")),
        ("5", &Origin::default(), None),
        ("-200:5", &origin, Some("-200:5")),
        ("@news:5", &Origin::default(), Some("@news:5")),
    ];
    for (text, origin, expected) in cases {
        let read = MessageId::read(text, origin).map(|id| id.text());
        assert_eq!(read.as_deref(), expected, "{text}");
    }
}
