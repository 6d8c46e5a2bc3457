//! Asks an AI, and remembers the conversation.

use flow::Data;
use flow::check::PROMPTS;
use flow::descriptor::{Descriptor, Family, Field, FieldType};
use flow::value::Value;
use smol_str::SmolStr;

use super::models::{Models, QUOTA, told, with_models, without_data};
use super::parts::{ERROR, OUT, base, example, variable};
use crate::build::{Broken, Build, Place};
use crate::effect::{Done, EffectError, Prompt, PromptTurn, Speaker};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Asks an AI model and gives its answer: `nodes.<key>` has the `text`, the `model` that answered, how many `tokens` it took and \
               what it `cost` in dollars as far as the price is known.\n\n\
               The instructions say who the bot is and what it may do; they stand here, or in a file under `prompts/`, of which older \
               versions can be kept. With *Remember in* the conversation so far goes along. With a schema the answer is `data` of just \
               that form.",
        synonyms: &[
            "ai",
            "gpt",
            "chatgpt",
            "claude",
            "gemini",
            "llm",
            "ask ai",
            "assistant",
            "generate",
            "chat",
            "openai",
            "ollama",
        ],
        effect: true,
        ports: vec![OUT, QUOTA, ERROR],
        fields: with_models(fields()),
        ..base("ai.prompt", Family::Ai, "Ask an AI", "sparkles")
    };
    it.example = example(
        &it,
        r#"{"text": "{{ msg.text }}", "system": "You answer questions about a bookshop, in one or two sentences.", "history": "user.talk", "models": [{"id": "m", "provider": "openai", "name": "gpt-4.1-mini", "key": {"$secret": "ai_key"}}]}"#,
    );
    it
}

fn fields() -> Vec<Field> {
    let temperature = FieldType::Number { integer: false, min: Some(0.0), max: Some(2.0) };
    vec![
        Field::long_text("text", "Question").default("{{ msg.text }}"),
        Field::choice("instructions", "Instructions", &[("here", "Stand here"), ("file", "In a file")]),
        Field::long_text("system", "What it is to do")
            .placeholder("You answer questions about a bookshop.")
            .when("instructions", &["here"]),
        Field::new("prompt", "File", FieldType::Prompt)
            .required()
            .placeholder("support")
            .help("`support` for `prompts/support.md`; `support@2` for `prompts/support@2.md`, as an older version may be called.")
            .when("instructions", &["file"]),
        variable("history", "Remember in").placeholder("user.talk").help("A variable that holds a list."),
        Field::whole("remember", "Messages to remember", 2, 200)
            .default(Value::int(20))
            .help("Older ones are forgotten.")
            .advanced(),
        Field::new("schema", "Form of the answer", FieldType::Json)
            .placeholder(r#"{"type": "object", "properties": {"mood": {"type": "string"}}}"#)
            .help("A JSON schema.")
            .advanced(),
        variable("save", "Save the answer as"),
        Field::new("temperature", "Freedom", temperature)
            .help("0 for always the same, 1 for lively.")
            .advanced(),
        Field::whole("most_tokens", "Longest answer in tokens", 1, 1_000_000).advanced(),
    ]
}

pub fn build(of: &mut Build<'_>) -> Built {
    let system = match of.word("instructions").as_str() {
        "file" => {
            let path = format!("{PROMPTS}{}.md", of.word("prompt"));
            of.file(&path, "prompt")?
        }
        _ => of.source("system")?,
    };
    let schema = of.raw("schema").filter(|schema| !matches!(schema, Value::Null)).map(Data::from);
    if schema.as_ref().is_some_and(|schema| !matches!(schema, Data::Object(_))) {
        return Err(
            Broken::new("A JSON schema is an object such as `{\"type\": \"object\", …}`.").at("schema")
        );
    }
    Ok(Box::new(Ask {
        models: Models::build(of)?,
        text: of.source("text")?,
        system,
        history: of.place("history")?,
        remember: of.whole("remember").unwrap_or(20).clamp(2, 200) as usize,
        schema,
        save: of.place("save")?,
        temperature: of.source("temperature")?,
        most_tokens: of.source("most_tokens")?,
    }))
}

#[derive(Debug)]
struct Ask {
    models: Models,
    text: Source,
    system: Source,
    history: Option<Place>,
    remember: usize,
    schema: Option<Data>,
    save: Option<Place>,
    temperature: Source,
    most_tokens: Source,
}

impl Behaviour for Ask {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        let system = at.text(&self.system).map_err(|fault| fault.at("system"))?;
        let mut turns = self.remembered(at)?;
        turns.push(PromptTurn { from: Speaker::Person, text: text.clone() });
        if self.history.is_some() {
            at.keep(text.into());
        }
        let schema = self.schema.clone();
        let temperature = at.number(&self.temperature).map_err(|fault| fault.at("temperature"))?;
        let most = at.number(&self.most_tokens).map_err(|fault| fault.at("most_tokens"))?;
        let most_tokens = most.map(|most| most.clamp(1.0, 1e6) as u32);
        self.models.ask(at, Prompt { models: Vec::new(), system, turns, schema, temperature, most_tokens })
    }

    fn refuses(&self, done: &Done) -> Option<EffectError> {
        match done {
            Done::Answer(answer) if self.schema.is_some() => without_data(answer),
            _ => None,
        }
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        let Done::Answer(answer) = done else { return Next::out() };
        self.models.count(at, answer)?;
        if let Some(place) = &self.history {
            let mut turns = self.remembered(at)?;
            let asked = at.memo().as_str().unwrap_or_default().into();
            turns.push(PromptTurn { from: Speaker::Person, text: asked });
            turns.push(PromptTurn { from: Speaker::Assistant, text: answer.text.clone() });
            let kept = Data::list(self.latest(turns).into_iter().map(|turn| told_turn(&turn)));
            at.set(place, kept).map_err(|fault| fault.at("history"))?;
        }
        if let Some(place) = &self.save {
            let value = if self.schema.is_some() { answer.data.clone() } else { answer.text.clone().into() };
            at.set(place, value).map_err(|fault| fault.at("save"))?;
        }
        let own = [("text", Data::from(answer.text.clone())), ("data", answer.data.clone())];
        at.give(Data::object(own.into_iter().chain(told(answer))));
        Next::out()
    }
}

impl Ask {
    /// The conversation so far. What is in the variable but is no turn of it is passed over.
    fn remembered(&self, at: &At<'_>) -> Result<Vec<PromptTurn>, Fault> {
        let Some(place) = &self.history else { return Ok(Vec::new()) };
        let turns = match at.get(place) {
            Data::Null => Vec::new(),
            Data::List(turns) => turns.iter().filter_map(turn).collect(),
            other => {
                let message = format!(
                    "`{}` holds {}; a conversation is remembered in a list.",
                    place.name,
                    other.kind()
                );
                return Err(Fault::wrong_type(message).at("history"));
            }
        };
        Ok(self.latest(turns))
    }

    /// The last messages, from a person's on: a conversation does not begin with an answer.
    fn latest(&self, mut turns: Vec<PromptTurn>) -> Vec<PromptTurn> {
        turns.drain(..turns.len().saturating_sub(self.remember));
        let first = turns.iter().position(|turn| turn.from == Speaker::Person);
        turns.drain(..first.unwrap_or(turns.len()));
        turns
    }
}

fn turn(data: &Data) -> Option<PromptTurn> {
    let from = match data.get("from")?.as_str()? {
        "person" => Speaker::Person,
        "assistant" => Speaker::Assistant,
        _ => return None,
    };
    Some(PromptTurn { from, text: SmolStr::new(data.get("text")?.as_str()?) })
}

fn told_turn(turn: &PromptTurn) -> Data {
    let from = match turn.from {
        Speaker::Person => "person",
        Speaker::Assistant => "assistant",
    };
    Data::object([("from", Data::from(from)), ("text", turn.text.clone().into())])
}
