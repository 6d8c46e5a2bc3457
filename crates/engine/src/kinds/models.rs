//! What kinds that ask an AI have in common: the models, the quota, and what is told of an answer.

use flow::Data;
use flow::descriptor::{Field, FieldType, Port};
use smol_str::SmolStr;

use super::parts::{port, variable, with_effect};
use crate::build::{Broken, Build, Place};
use crate::effect::{AiAnswer, Effect, EffectError, ErrorKind, Model, Prompt, PromptTurn, Provider, Speaker};
use crate::fault::Fault;
use crate::node::{At, Next, Turn};
use crate::source::Source;

pub const QUOTA: Port = port("quota", "Quota used up");

/// The fields of a kind, with those that all AI kinds have.
pub fn with_models(mut fields: Vec<Field>) -> Vec<Field> {
    fields.extend([
        Field::list(
            "models",
            "Models",
            vec![
                Field::choice(
                    "provider",
                    "Service",
                    &[("openai", "OpenAI, or one that speaks like it"), ("anthropic", "Anthropic"), ("gemini", "Google Gemini")],
                ),
                Field::word("name", "Model").required().placeholder("gpt-4.1-mini"),
                Field::new("key", "Key", FieldType::Secret).required(),
                Field::word("url", "Address")
                    .placeholder("http://localhost:11434/v1")
                    .help("Of your own service; empty for the provider's.")
                    .advanced(),
            ],
        )
        .required()
        .help("The first one is asked; the next one only where it fails."),
        Field::whole("quota", "Tokens a day at most", 1, 1_000_000_000)
            .help("For the whole bot. When they are used up, the run goes on by *Quota used up* and asks nobody.")
            .advanced(),
        variable("spent", "Counted in")
            .placeholder("bot.tokens")
            .help("A variable of the bot that holds an object. Several nodes may share it. Days begin at midnight UTC.")
            .advanced(),
    ]);
    with_effect("60s", fields)
}

#[derive(Debug)]
pub struct Models {
    models: Vec<Model>,
    quota: Option<(Source, Place)>,
}

impl Models {
    pub fn build(of: &mut Build<'_>) -> Result<Models, Broken> {
        let models = of.each("models", |model, id| {
            let missing = || Broken::new("A model has no key.").at(&format!("models.{id}.key"));
            Ok(Model {
                provider: match model.word("provider").as_str() {
                    "anthropic" => Provider::Anthropic,
                    "gemini" => Provider::Gemini,
                    _ => Provider::OpenAi,
                },
                name: model.word("name"),
                url: model.word("url"),
                key: model.secret("key").ok_or_else(missing)?,
            })
        })?;
        if models.is_empty() {
            return Err(Broken::new("There is no model to ask.").at("models"));
        }
        let quota = match (of.has("quota"), of.place("spent")?) {
            (false, _) => None,
            (true, Some(place)) => Some((of.source("quota")?, place)),
            (true, None) => {
                let message =
                    "A quota has to be counted in a variable of the bot; name one, such as `bot.tokens`.";
                return Err(Broken::new(message).at("spent"));
            }
        };
        Ok(Models { models, quota })
    }

    /// Asks, if the quota allows it.
    pub fn ask(&self, at: &At<'_>, prompt: Prompt) -> Turn {
        if let Some((quota, place)) = &self.quota
            && let Some(quota) = at.number(quota).map_err(|fault| fault.at("quota"))?
            && self.spent(at, place)? as f64 >= quota
        {
            return Next::go("quota");
        }
        Ok(Next::Do(Box::new(Effect::Prompt(Prompt { models: self.models.clone(), ..prompt }))))
    }

    /// Counts what an answer took.
    pub fn count(&self, at: &mut At<'_>, answer: &AiAnswer) -> Result<(), Fault> {
        let Some((_, place)) = &self.quota else { return Ok(()) };
        let tokens = self.spent(at, place)?.saturating_add(tokens(answer));
        let spent = Data::object([("day", Data::from(day(at))), ("tokens", Data::Int(tokens))]);
        at.set(place, spent).map_err(|fault| fault.at("spent"))
    }

    /// Today's tokens so far.
    fn spent(&self, at: &At<'_>, place: &Place) -> Result<i64, Fault> {
        let spent = at.get(place);
        if !matches!(spent, Data::Null | Data::Object(_)) {
            let message =
                format!("`{}` holds {}; tokens are counted in an object.", place.name, spent.kind());
            return Err(Fault::wrong_type(message).at("spent"));
        }
        let today = spent.get("day").and_then(Data::as_str) == Some(day(at).as_str());
        Ok(spent.get("tokens").and_then(Data::as_int).filter(|_| today).unwrap_or(0))
    }
}

fn day(at: &At<'_>) -> SmolStr {
    at.now().text().split('T').next().unwrap_or_default().into()
}

fn tokens(answer: &AiAnswer) -> i64 {
    answer.tokens_in.saturating_add(answer.tokens_out)
}

/// What every AI kind tells of an answer, besides its own.
pub fn told(answer: &AiAnswer) -> [(&'static str, Data); 3] {
    [
        ("model", answer.model.clone().into()),
        ("tokens", Data::Int(tokens(answer))),
        // Dollars, as people count them.
        ("cost", Data::number(answer.cost as f64 / 1e6).unwrap_or_default()),
    ]
}

/// One question with one text to look at; the answer has to fit a schema. Nothing of the text is taken for an instruction.
pub fn question(system: String, text: SmolStr, schema: Data) -> Prompt {
    Prompt {
        system: system.into(),
        turns: vec![PromptTurn { from: Speaker::Person, text }],
        schema: Some(schema),
        // The same text is to get the same answer.
        temperature: Some(0.0),
        ..Prompt::default()
    }
}

/// An object with these members and no others, each of them there.
pub fn object_schema(members: impl IntoIterator<Item = (SmolStr, Data)>) -> Data {
    let members: Vec<(SmolStr, Data)> = members.into_iter().collect();
    let names = Data::list(members.iter().map(|(name, _)| Data::from(name.clone())));
    Data::object([
        ("type", Data::from("object")),
        ("properties", Data::object(members)),
        ("required", names),
        ("additionalProperties", Data::Bool(false)),
    ])
}

/// An answer without the data that was asked for is none.
pub fn without_data(answer: &AiAnswer) -> Option<EffectError> {
    let is_object = matches!(answer.data, Data::Object(_));
    (!is_object).then(|| EffectError {
        detail: Data::object([("text", Data::from(answer.text.clone()))]),
        ..EffectError::new(ErrorKind::Invalid, "The model answered in a form that was not asked for.")
    })
}
