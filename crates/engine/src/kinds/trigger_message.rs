//! A message arrives.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{match} {text}",
        help: "Starts a run when a person writes something. Choose *any* message, or only those that are, contain or match a text.\n\n\
               Commands and pressed buttons have triggers of their own and do not come here.",
        synonyms: &["text", "receive", "says", "incoming", "hears", "keyword"],
        trigger: true,
        fields: vec![
            Field::choice(
                "match",
                "Which messages",
                &[("any", "Any message"), ("contains", "Contains"), ("exact", "Is exactly"), ("pattern", "Matches a pattern")],
            ),
            Field::word("text", "Text")
                .required()
                .placeholder("price")
                .help("Upper and lower case are the same. A pattern is a regular expression.")
                .when("match", &["contains", "exact", "pattern"]),
        ],
        ..base("trigger.message", Family::Trigger, "Message", "message-circle")
    };
    it.example = example(&it, r#"{"match": "contains", "text": "price"}"#);
    it
}
