//! Makes a text.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, variable};
use crate::build::{Build, Place};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Makes a longer text once, to be used in several places: a receipt, a mail, the question for an AI. `{{ … }}` fills values in, \
               and `{% for … %}` goes through a list. The text is in `nodes.<key>.text`.",
        synonyms: &["text", "compose", "write", "document", "letter", "receipt", "join texts", "concatenate"],
        fields: vec![
            Field::long_text("text", "Text").required().placeholder("Your order: {{ user.cart }}"),
            variable("save", "Save as"),
        ],
        ..base("data.template", Family::Data, "Text from a template", "scroll-text")
    };
    it.example =
        example(&it, r#"{"text": "{% for item in user.cart %}- {{ item }}, {% endfor %}thank you!"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Template { text: of.source("text")?, save: of.place("save")? }))
}

#[derive(Debug)]
struct Template {
    text: Source,
    save: Option<Place>,
}

impl Behaviour for Template {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        if let Some(place) = &self.save {
            at.set(place, text.clone().into()).map_err(|fault| fault.at("save"))?;
        }
        at.give(Data::object([("text", Data::from(text))]));
        Next::out()
    }
}
