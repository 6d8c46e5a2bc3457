//! Reshapes data with jq.

use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, json, variable, with_effect};
use crate::build::{Build, Place};
use crate::effect::{Done, Effect};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{program}",
        help: "Takes data apart and puts it together anew with a line of jq, the language for JSON: `.items[] | .name` takes the names out of \
               a list. What comes out is in `nodes.<key>`; if it is more than one value, as a list.",
        synonyms: &["jq", "reshape", "map", "convert", "extract", "filter", "json", "pick"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "",
            vec![
                json("input", "Data").required().placeholder("nodes.fetch.json"),
                Field::new("program", "jq", FieldType::Code { language: "jq" })
                    .required()
                    .placeholder("[.items[] | .name]"),
                variable("save", "Save as"),
            ],
        ),
        ..base("data.transform", Family::Data, "Transform", "braces")
    };
    it.example = example(
        &it,
        r#"{"input": {"$expr": "user.cart"}, "program": "[.[] | select(.price > 10) | .name]"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Transform {
        program: of.word("program"),
        input: of.source("input")?,
        save: of.place("save")?,
    }))
}

#[derive(Debug)]
struct Transform {
    program: SmolStr,
    input: Source,
    save: Option<Place>,
}

impl Behaviour for Transform {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let input = at.value(&self.input).map_err(|fault| fault.at("input"))?;
        Ok(Next::Do(Box::new(Effect::Jq { program: self.program.clone(), input })))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Value { value } = done {
            if let Some(place) = &self.save {
                at.set(place, value.clone()).map_err(|fault| fault.at("save"))?;
            }
            at.give(value.clone());
        }
        Next::out()
    }
}
