//! Deletes a message.

use flow::descriptor::{Descriptor, Family};

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{Target, target_fields};
use crate::build::Build;
use crate::effect::Effect;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Deletes the message that came in, the one whose button was pressed, or another one by its id. \
               In a group the bot needs the right to delete what others wrote.",
        synonyms: &["remove", "erase", "clean", "moderate", "unsend"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", target_fields("The one at hand").into()),
        ..base("message.delete", Family::Message, "Delete message", "trash-2")
    };
    it.example = example(&it, r#"{"which": "this"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Delete { target: Target::build(of)? }))
}

#[derive(Debug)]
struct Delete {
    target: Target,
}

impl Behaviour for Delete {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Delete { message: self.target.id(at)? })))
    }
}
