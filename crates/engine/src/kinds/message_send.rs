//! Sends a text.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a message to the chat. `{{ user.first_name }}` and the like are filled in.",
        synonyms: &["reply", "say", "text", "answer", "write"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: vec![
            Field::long_text("text", "Text").required().placeholder("Hi {{ user.first_name }}, how can I help?").limit(Limit::MessageText),
            Field::choice("format", "Formatting", &[("plain", "Plain"), ("markdown", "Markdown"), ("html", "HTML")]),
            Field::bool("reply", "Reply to the message", false).advanced(),
            Field::bool("silent", "Without sound", false).advanced(),
            Field::bool("preview", "Preview links", true).advanced(),
        ],
        ..base("message.send", Family::Message, "Send message", "send")
    };
    it.example = example(&it, r#"{"text": "Hi {{ user.first_name }}!", "format": "plain"}"#);
    it
}
