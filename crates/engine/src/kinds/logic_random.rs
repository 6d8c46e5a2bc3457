//! Chooses a way by chance.

use flow::descriptor::{Descriptor, Family, Field, FieldType};
use flow::{Data, Value};
use smol_str::SmolStr;

use super::parts::{base, each, example};
use crate::build::{Broken, Build};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let weight = FieldType::Number { integer: false, min: Some(0.0), max: Some(1_000_000.0) };
    let mut it = Descriptor {
        summary: "",
        help: "Goes on by one of the ways, by chance. A way with weight 3 is taken three times as often as one with weight 1. \
               With *Always the same for a person*, each person stays with the way that came up first, which is what you want when you \
               try out two texts. `nodes.<key>` has the `label` of the way that was taken.",
        synonyms: &[
            "chance",
            "dice",
            "split",
            "test",
            "a/b test",
            "experiment",
            "percent",
            "lottery",
            "surprise",
        ],
        ports: vec![each("ways", "label")],
        fields: vec![
            Field::list(
                "ways",
                "Ways",
                vec![
                    Field::word("label", "Label").required().placeholder("Short text"),
                    Field::new("weight", "Weight", weight).default(Value::int(1)),
                ],
            )
            .required(),
            Field::choice(
                "choose",
                "Choose",
                &[("fresh", "Anew each time"), ("person", "Always the same for a person")],
            ),
        ],
        ..base("logic.random", Family::Logic, "Random", "shuffle")
    };
    it.example = example(
        &it,
        r#"{"ways": [{"id": "a", "label": "Short text", "weight": 1}, {"id": "b", "label": "Long text", "weight": 3}], "choose": "person"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let ways = of.each("ways", |way, id| {
        let weight = way.number("weight").unwrap_or(1.0).max(0.0);
        Ok(Way { id, label: way.word("label"), weight })
    })?;
    let whole = ways.iter().map(|way| way.weight).sum::<f64>();
    if whole <= 0.0 {
        return Err(Broken::new(
            "No way has a weight, so none can be taken; give one of them a weight of 1.",
        )
        .at("ways"));
    }
    Ok(Box::new(Random { ways, whole, stable: of.word("choose") == "person" }))
}

#[derive(Debug)]
struct Random {
    ways: Vec<Way>,
    whole: f64,
    stable: bool,
}

#[derive(Debug)]
struct Way {
    id: SmolStr,
    label: SmolStr,
    weight: f64,
}

impl Behaviour for Random {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let chance = if self.stable { at.stable(at.node()) } else { at.chance() };
        let mut left = chance * self.whole;
        let wins = |way: &&Way| {
            left -= way.weight;
            left < 0.0
        };
        let possible = || self.ways.iter().filter(|way| way.weight > 0.0);
        // Rounding may leave a crumb behind the last one.
        let Some(way) = possible().find(wins).or_else(|| possible().next_back()) else { return Next::out() };
        at.give(Data::object([("way", Data::from(way.id.clone())), ("label", way.label.clone().into())]));
        Ok(Next::Go(way.id.clone()))
    }
}
