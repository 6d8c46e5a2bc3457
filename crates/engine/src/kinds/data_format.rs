//! Writes a number, an amount or a moment as people read it.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, json, variable, zone};
use crate::build::{Build, Place};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{value} as {as}",
        help: "Writes a number, an amount of money or a moment the way people of a language read it. The text is in `nodes.<key>.text`.\n\n\
               Inside a text the same is done by filters: `{{ bot.total | money(\"EUR\") }}`.",
        synonyms: &["number", "money", "currency", "price", "date", "round", "decimals", "locale", "percent"],
        fields: vec![
            json("value", "What").required().placeholder("bot.total"),
            Field::choice(
                "as",
                "As",
                &[
                    ("number", "A number"),
                    ("money", "Money"),
                    ("percent", "Percent"),
                    ("date", "A date or time"),
                ],
            ),
            Field::text("currency", "Currency").default("EUR").placeholder("EUR").when("as", &["money"]),
            Field::whole("decimals", "Decimals", 0, 20).when("as", &["number", "money", "percent"]),
            Field::text("locale", "Language")
                .default("en")
                .placeholder("de")
                .when("as", &["number", "money", "percent"]),
            Field::word("pattern", "Form")
                .default("%d.%m.%Y %H:%M")
                .help("%Y year, %m month, %d day, %H hour, %M minute, %A weekday, %B month's name.")
                .when("as", &["date"]),
            zone().when("as", &["date"]),
            variable("save", "Save as"),
        ],
        ..base("data.format", Family::Data, "Format", "tag")
    };
    it.example = example(
        &it,
        r#"{"value": {"$expr": "bot.total"}, "as": "money", "currency": "EUR", "locale": "de"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let (filter, takes): (_, &[&'static str]) = match of.word("as").as_str() {
        "money" => ("money", &["currency", "decimals", "locale"]),
        "percent" => ("percent", &["decimals", "locale"]),
        "date" => ("date", &["format", "tz"]),
        _ => ("number", &["decimals", "locale"]),
    };
    let field = |takes: &'static str| match takes {
        "format" => "pattern",
        "tz" => "zone",
        same => same,
    };
    let given = takes.iter().map(|name| Ok((*name, of.source(field(name))?))).collect::<Result<_, _>>()?;
    Ok(Box::new(Format { filter, value: of.source("value")?, given, save: of.place("save")? }))
}

#[derive(Debug)]
struct Format {
    /// Of the language of expressions, which does the same.
    filter: &'static str,
    value: Source,
    given: Vec<(&'static str, Source)>,
    save: Option<Place>,
}

impl Behaviour for Format {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let value = at.value(&self.value).map_err(|fault| fault.at("value"))?;
        let mut given = Vec::with_capacity(self.given.len());
        for (name, source) in &self.given {
            given.push((*name, at.value(source)?));
        }
        let text = flow::expr::apply(self.filter, &value, &given)
            .map_err(|why| Fault::wrong_type(format!("It {why}.")).at("value"))?;
        if let Some(place) = &self.save {
            at.set(place, text.clone()).map_err(|fault| fault.at("save"))?;
        }
        at.give(Data::object([("text", text)]));
        Next::out()
    }
}
