//! Gives a person a role (Discord).

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Platform;

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{Who, some, who_field};
use crate::build::Build;
use crate::effect::Effect;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{role}",
        help: "Gives a person a role of the server. The bot needs the right to manage roles, and its own role has to stand above this one.",
        synonyms: &["role", "give", "rank", "permission", "group", "promote"],
        platforms: vec![Platform::Discord],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "30s",
            vec![
                Field::text("role", "Role").required().placeholder("1017021234567890123").help(
                    "The id of the role: in Discord, with developer mode on, copy it from the role's menu.",
                ),
                who_field(),
            ],
        ),
        ..base("people.assign_role", Family::People, "Assign role", "user-plus")
    };
    it.example = example(&it, r#"{"role": "1017021234567890123"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Role { role: of.source("role")?, who: Who::build(of)? }))
}

#[derive(Debug)]
struct Role {
    role: Source,
    who: Who,
}

impl Behaviour for Role {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let role = some(at, &self.role, || "role".into())?;
        Ok(Next::Do(Box::new(Effect::Role { person: self.who.id(at)?, role, give: true })))
    }
}
