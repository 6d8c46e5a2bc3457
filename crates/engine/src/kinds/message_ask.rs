//! Asks with buttons and waits.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, base, duration, each, example, port, variable};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a question with buttons and waits. Each button leads on by its own output; what else a person writes goes to \
               *Anything else*, and *No answer* follows when the time is over.",
        synonyms: &["question", "buttons", "choice", "menu", "keyboard", "options", "poll"],
        effect: true,
        waits: true,
        ports: vec![each("buttons", "label"), port("other", "Anything else"), port("timeout", "No answer"), ERROR],
        fields: vec![
            Field::long_text("text", "Question").required().placeholder("Which size?").limit(Limit::MessageText),
            Field::list(
                "buttons",
                "Buttons",
                vec![Field::text("label", "Label").required().placeholder("Yes").limit(Limit::ButtonLabel)],
            )
            .required()
            .limit(Limit::ButtonCount),
            variable("save", "Save the answer as"),
            duration("timeout", "Wait at most").help("Without it, the question waits for ever."),
            Field::choice("format", "Formatting", &[("plain", "Plain"), ("markdown", "Markdown"), ("html", "HTML")]).advanced(),
        ],
        ..base("message.ask", Family::Message, "Ask with buttons", "circle-help")
    };
    it.example = example(
        &it,
        r#"{"text": "Which size?", "buttons": [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}], "save": "user.size", "timeout": "10m"}"#,
    );
    it
}
