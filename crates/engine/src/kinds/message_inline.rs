//! Offers results to a person who asks from within any chat (Telegram).

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use flow::expr::Formula;
use flow::limits::{Limit, Platform};
use smol_str::{SmolStr, format_smolstr};

use super::parts::{ERROR, OUT, base, duration, example, with_effect};
use super::saying::some;
use crate::build::{Broken, Build};
use crate::effect::{Effect, InlineResult};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let result = vec![
        Field::text("title", "Title").required().placeholder("Margherita"),
        Field::text("description", "Description").placeholder("Tomato, mozzarella, basil"),
        Field::long_text("text", "What is sent")
            .required()
            .placeholder("I take a Margherita!")
            .limit(Limit::MessageText),
        Field::text("thumbnail", "Small image").placeholder("https://example.com/m.png"),
    ];
    let mut it = Descriptor {
        summary: "",
        help: "Answers an *Inline query* with results to choose from; the chosen one is sent into the chat where the person is. \
               The results stand here, or come out of a list: each with `title`, `text`, and if you like `description` and `thumbnail`. \
               Of more than 50 the first 50 are shown.",
        synonyms: &["inline results", "search results", "suggestions", "query", "telegram"],
        platforms: vec![Platform::Telegram],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "10s",
            vec![
                Field::choice("from", "Results", &[("here", "Stand here"), ("list", "Come out of a list")]),
                Field::list("results", "Results", result)
                    .required()
                    .limit(Limit::InlineResults)
                    .when("from", &["here"]),
                Field::expr("list", "List")
                    .required()
                    .placeholder("nodes.search.json")
                    .when("from", &["list"]),
                duration("cache", "Remember for")
                    .default("5m")
                    .help("So long Telegram gives the same answer to the same words without asking the bot.")
                    .advanced(),
            ],
        ),
        ..base("message.inline", Family::Message, "Answer inline", "list")
    };
    it.example = example(
        &it,
        r#"{"from": "here", "results": [{"id": "m", "title": "Margherita", "description": "Tomato, mozzarella", "text": "I take a Margherita!"}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let cache = of.duration("cache")?;
    let results = match of.word("from").as_str() {
        "list" => {
            let none = || Broken::new("Say which list the results come out of.").at("list");
            Results::List(of.formula("list")?.ok_or_else(none)?)
        }
        _ => Results::Here(of.each("results", |one, id| {
            Ok(One {
                id,
                title: one.source("title")?,
                description: one.source("description")?,
                text: one.source("text")?,
                thumbnail: one.source("thumbnail")?,
            })
        })?),
    };
    Ok(Box::new(Answer { results, cache }))
}

#[derive(Debug)]
struct Answer {
    results: Results,
    cache: Option<Source>,
}

#[derive(Debug)]
enum Results {
    Here(Vec<One>),
    List(Formula),
}

#[derive(Debug)]
struct One {
    id: SmolStr,
    title: Source,
    description: Source,
    text: Source,
    thumbnail: Source,
}

impl Behaviour for Answer {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let results = match &self.results {
            Results::Here(results) => {
                let result = |one: &One| {
                    Ok(InlineResult {
                        id: one.id.clone(),
                        title: some(at, &one.title, || format!("results.{}.title", one.id))?,
                        description: at.text(&one.description)?,
                        text: some(at, &one.text, || format!("results.{}.text", one.id))?,
                        thumbnail: at.text(&one.thumbnail)?,
                    })
                };
                results.iter().map(result).collect::<Result<_, Fault>>()?
            }
            Results::List(list) => {
                let list = at.answer(list).map_err(|fault| fault.at("list"))?;
                let wrong =
                    || Fault::wrong_type(format!("The results are a list, but this is {}.", list.kind()));
                let list = list.as_list().ok_or_else(|| wrong().at("list"))?;
                let most = Limit::InlineResults.most(Platform::Telegram).unwrap_or(usize::MAX);
                let each = (1..).zip(list).take(most).map(|(place, one)| result(place, one));
                each.collect::<Result<_, Fault>>().map_err(|fault| fault.at("list"))?
            }
        };
        let cache =
            self.cache.as_ref().map_or(Ok(0), |cache| at.millis(cache)).map_err(|fault| fault.at("cache"))?;
        Ok(Next::Do(Box::new(Effect::AnswerInline { results, cache: cache / 1000 })))
    }
}

fn result(place: usize, one: &Data) -> Result<InlineResult, Fault> {
    let text = |name: &str| one.get(name).map(Data::shown).unwrap_or_default();
    let needed = |name: &str| match text(name) {
        text if text.is_empty() => Err(Fault::wrong_type(format!(
            "Result {place} has no `{name}`; each needs a `title` and a `text`."
        ))),
        text => Ok(text),
    };
    Ok(InlineResult {
        id: one.get("id").map_or_else(|| format_smolstr!("{place}"), Data::shown),
        title: needed("title")?,
        description: text("description"),
        text: needed("text")?,
        thumbnail: text("thumbnail"),
    })
}
