//! Sets variables.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, json, variable};
use crate::build::{Build, Place};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Sets variables, in order from top to bottom. *Add* counts numbers up or down, *Append* adds to the end of a list; both are safe \
               when many chats do it at once.",
        synonyms: &["variable", "assign", "store", "remember", "count", "increment"],
        fields: vec![
            Field::list(
                "set",
                "Variables",
                vec![
                    variable("variable", "Variable").required(),
                    Field::choice("how", "How", &[("set", "Set to"), ("add", "Add"), ("append", "Append")]),
                    json("value", "Value").required().placeholder("1"),
                ],
            )
            .required(),
        ],
        ..base("data.set", Family::Data, "Set variables", "variable")
    };
    it.example = example(&it, r#"{"set": [{"id": "t", "variable": "bot.total", "how": "add", "value": 1}]}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let set = of.each("set", |one, _| {
        let how = match one.word("how").as_str() {
            "add" => How::Add,
            "append" => How::Append,
            _ => How::Set,
        };
        Ok((one.place("variable")?, how, one.source("value")?))
    })?;
    Ok(Box::new(Set { set: set.into_iter().filter_map(|(place, how, value)| Some((place?, how, value))).collect() }))
}

#[derive(Debug)]
struct Set {
    set: Vec<(Place, How, Source)>,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Set,
    Add,
    Append,
}

impl Behaviour for Set {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        for (place, how, value) in &self.set {
            let value = at.value(value)?;
            match how {
                How::Set => at.set(place, value)?,
                How::Add => at.add(place, value)?,
                How::Append => at.append(place, value)?,
            }
        }
        Next::out()
    }
}
