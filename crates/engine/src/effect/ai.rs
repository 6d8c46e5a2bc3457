//! What the bot asks of language models.

use flow::Data;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prompt {
    /// Tried in order until one answers.
    pub models: Vec<Model>,
    pub system: SmolStr,
    pub turns: Vec<PromptTurn>,
    /// A JSON schema that the answer has to fit.
    pub schema: Option<Data>,
    pub temperature: Option<f64>,
    pub most_tokens: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub provider: Provider,
    pub name: SmolStr,
    /// The address of an OpenAI-compatible service; empty for the provider's own.
    #[serde(default)]
    pub url: SmolStr,
    /// The name of the secret.
    pub key: SmolStr,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    #[default]
    OpenAi,
    Gemini,
    Anthropic,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromptTurn {
    pub from: Speaker,
    pub text: SmolStr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    Person,
    Assistant,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AiAnswer {
    pub text: SmolStr,
    /// The structured answer, where a schema was given.
    #[serde(default)]
    pub data: Data,
    pub model: SmolStr,
    #[serde(default)]
    pub tokens_in: i64,
    #[serde(default)]
    pub tokens_out: i64,
    /// In millionths of a dollar, where the price is known.
    #[serde(default)]
    pub cost: i64,
}
