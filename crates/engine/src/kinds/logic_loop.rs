//! Does something for each item, or again and again.

use flow::descriptor::{Descriptor, Family, Field};
use flow::expr::Formula;
use flow::{Data, Value};

use super::parts::{base, example, json, port};
use crate::build::Build;
use crate::fault::{Fault, FaultCode};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Goes through a list, counts, or repeats while a condition holds. The way from *Each round* comes back here by itself when it \
               ends; then *Done* goes on. `nodes.<key>` has `item`, `index` (from 0) and `round` (from 1).",
        synonyms: &["for each", "while", "repeat", "iterate", "list", "times"],
        rounds: Some("each"),
        ports: vec![port("each", "Each round"), port("done", "Done")],
        fields: vec![
            Field::choice("over", "Go through", &[("list", "A list"), ("times", "So many times"), ("while", "While a condition holds")]),
            json("list", "List").required().placeholder("bot.cart").when("over", &["list"]),
            json("times", "Times").required().placeholder("3").when("over", &["times"]),
            Field::expr("while", "While").required().placeholder("flow.page < 5").when("over", &["while"]),
            Field::expr("until", "Stop when").placeholder("nodes.check.found").advanced(),
            Field::whole("most", "At most", 1, 5_000).default(Value::int(1_000)).advanced().help("A loop that would run longer fails."),
        ],
        ..base("logic.loop", Family::Logic, "Loop", "repeat")
    };
    it.example = example(&it, r#"{"over": "list", "list": {"$expr": "bot.total"}}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let over = match of.word("over").as_str() {
        "times" => Over::Times(of.source("times")?),
        "while" => Over::While(of.formula("while")?),
        _ => Over::List(of.source("list")?),
    };
    let most = of.whole("most").unwrap_or(1_000).clamp(1, 5_000) as u32;
    Ok(Box::new(Loop { over, until: of.formula("until")?, most }))
}

#[derive(Debug)]
struct Loop {
    over: Over,
    until: Option<Formula>,
    most: u32,
}

#[derive(Debug)]
enum Over {
    List(Source),
    Times(Source),
    While(Option<Formula>),
}

impl Behaviour for Loop {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let (round, items) = match at.looping() {
            Some((round, items)) => (round, items.clone()),
            None => (0, self.items(at)?),
        };
        let is_over = match (&self.over, &items) {
            (Over::While(condition), _) => !condition.as_ref().map_or(Ok(false), |one| at.holds(one))?,
            (_, Data::List(items)) => round as usize >= items.len(),
            (_, times) => i64::from(round) >= times.as_int().unwrap_or(0),
        };
        let stops = match &self.until {
            Some(until) if round > 0 => at.holds(until).map_err(|fault| fault.at("until"))?,
            _ => false,
        };
        if is_over || stops {
            return Ok(Next::Rounded("done".into()));
        }
        if round >= self.most {
            let message = format!("The loop ran {round} rounds, which is its limit. Raise *At most*, or go through less.");
            return Err(Fault::new(FaultCode::EndlessLoop, message).at("most"));
        }
        let item = items.as_list().and_then(|items| items.get(round as usize)).cloned();
        at.give(Data::object([
            ("item", item.unwrap_or(Data::Int(i64::from(round)))),
            ("index", Data::Int(i64::from(round))),
            ("round", Data::Int(i64::from(round) + 1)),
        ]));
        Ok(Next::Round { port: "each".into(), items })
    }
}

impl Loop {
    fn items(&self, at: &mut At<'_>) -> Result<Data, Fault> {
        match &self.over {
            Over::While(_) => Ok(Data::Null),
            Over::List(list) => match at.value(list).map_err(|fault| fault.at("list"))? {
                items @ Data::List(_) => Ok(items),
                Data::Null => Ok(Data::list([])),
                Data::Object(members) => Ok(Data::list(
                    members.iter().map(|(name, value)| Data::object([("name", name.clone().into()), ("value", value.clone())])),
                )),
                other => Err(Fault::wrong_type(format!("A loop goes through a list, and this is {}.", other.kind())).at("list")),
            },
            Over::Times(times) => {
                let times = at.value(times).map_err(|fault| fault.at("times"))?;
                let wrong = || Fault::wrong_type(format!("{times} is no number of times.")).at("times");
                times.as_f64().filter(|n| *n >= 0.0).map(|n| Data::Int(n as i64)).ok_or_else(wrong)
            }
        }
    }
}
