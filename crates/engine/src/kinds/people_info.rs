//! What the platform knows of a person.

use flow::Data;
use flow::descriptor::{Descriptor, Family};

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{Who, who_field};
use crate::build::Build;
use crate::effect::{Done, Effect};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{person}",
        help: "Asks the platform about a person. What it knows is in `nodes.<key>`: `id`, `first_name`, `name`, `username`, `language`. \
               For the person who wrote, `user.first_name` and the like are there without asking.",
        synonyms: &["profile", "member", "user", "username", "details", "name"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", vec![who_field()]),
        ..base("people.info", Family::People, "Person info", "user")
    };
    it.example = example(&it, "{}");
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Info { who: Who::build(of)? }))
}

#[derive(Debug)]
struct Info {
    who: Who,
}

impl Behaviour for Info {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::UserInfo { person: self.who.id(at)? })))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Person { person } = done {
            at.give(Data::Object(person.clone().into()));
        }
        Next::out()
    }
}
