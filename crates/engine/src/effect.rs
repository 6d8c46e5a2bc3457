//! What a bot wants done outside. A closed list: simulator, mocks, tests and runner know every one of them, with what comes back.

use flow::data::Fields;
use flow::{Data, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::event::FileKind;

/// An effect's name for ever: whoever performs it can tell a repetition by it. Made of the run, the token, the node and the visit;
/// it does not depend on where steps end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u128);

/// An effect on its way out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub key: Key,
    pub flow: SmolStr,
    pub node: SmolStr,
    /// 1 for the first try.
    pub attempt: u32,
    pub effect: Effect,
    /// Where the run takes place: the chat that is answered where the effect names none.
    pub origin: Origin,
}

/// The place of a run outside: where an answer goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub channel: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<SmolStr>,
    /// The message that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<SmolStr>,
    /// The slash command, press, query or call that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_to: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Effect {
    // In the chat. `to` is another chat than the run's.
    Send(Send),
    Edit(Edit),
    Delete {
        message: SmolStr,
    },
    React {
        message: SmolStr,
        emoji: SmolStr,
    },
    /// 'is typing …'
    Typing,
    Poll(Poll),
    /// Confirms a pressed button: a short notice, or nothing to see. Where no node does, the engine does as soon as the run rests or ends;
    /// a press that no conversation took is confirmed by the host.
    Confirm {
        text: SmolStr,
        alert: bool,
    },
    AnswerInline {
        results: Vec<InlineResult>,
        cache: i64,
    },
    /// A form that the platform shows in front of the chat (Discord).
    Form(Form),

    // People.
    UserInfo {
        person: SmolStr,
    },
    Role {
        person: SmolStr,
        role: SmolStr,
        give: bool,
    },
    Kick {
        person: SmolStr,
        reason: SmolStr,
    },
    Ban {
        person: SmolStr,
        until: Option<Time>,
        reason: SmolStr,
    },
    /// A human takes the conversation over.
    HandOver {
        note: SmolStr,
        team: SmolStr,
    },

    // The world.
    Http(Http),
    /// The answer to the webhook that started the run.
    Reply {
        status: u16,
        headers: Vec<(SmolStr, SmolStr)>,
        body: SmolStr,
    },
    Query(Query),
    Email(Email),
    Emit {
        name: SmolStr,
        data: Data,
    },
    Keep(Keep),
    Log {
        level: Level,
        text: SmolStr,
    },

    /// A signature whose key may be a secret, which no step may hold.
    Sign(Sign),

    // Computing that only a sandbox bounds.
    Jq {
        program: SmolStr,
        input: Data,
    },
    Script {
        code: SmolStr,
        inputs: Fields,
        /// For `Math.random`; the clock of a script is the step's.
        random: u64,
        now: Time,
    },

    // AI.
    Prompt(Prompt),
}

/// A text that may be a secret: only its name travels; the host puts it in while it performs the effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filled {
    Text(SmolStr),
    Secret(SmolStr),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Plain,
    Markdown,
    Html,
}

/// A message: text, a file, an embed, buttons; at least one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Send {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<SmolStr>,
    #[serde(skip_serializing_if = "SmolStr::is_empty")]
    pub text: SmolStr,
    pub format: Format,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embed: Option<Embed>,
    #[serde(skip_serializing_if = "Keyboard::is_none")]
    pub keyboard: Keyboard,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<SmolStr>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_preview: bool,
    /// Seen by the person alone, where the platform can do that (Discord).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyboard {
    #[default]
    None,
    /// Buttons at the message, in rows.
    Inline(Vec<Vec<Button>>),
    /// Buttons in place of the person's keyboard; they write their label (Telegram).
    Reply { rows: Vec<Vec<ReplyButton>>, once: bool },
    /// Takes a reply keyboard away.
    Remove,
}

impl Keyboard {
    pub fn is_none(&self) -> bool {
        matches!(self, Keyboard::None)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    pub label: SmolStr,
    pub does: ButtonDoes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ButtonDoes {
    /// Comes back when it is pressed.
    Data(SmolStr),
    Url(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyButton {
    pub label: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asks>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asks {
    Phone,
    Location,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    pub kind: FileKind,
    pub from: MediaFrom,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaFrom {
    /// A file of the bot's folder.
    Asset(SmolStr),
    Url(SmolStr),
    /// A file that the channel knows already.
    File(SmolStr),
}

/// A framed message (Discord).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Embed {
    pub title: SmolStr,
    pub text: SmolStr,
    pub url: SmolStr,
    /// `#rrggbb`
    pub color: SmolStr,
    pub image: SmolStr,
    pub thumbnail: SmolStr,
    pub footer: SmolStr,
    pub author: SmolStr,
    pub fields: Vec<EmbedField>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmbedField {
    pub name: SmolStr,
    pub value: SmolStr,
    #[serde(default)]
    pub inline: bool,
}

/// What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edit {
    pub message: SmolStr,
    pub text: Option<SmolStr>,
    pub format: Format,
    pub embed: Option<Embed>,
    /// `Keyboard::None` takes the buttons away.
    pub keyboard: Option<Keyboard>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Poll {
    pub question: SmolStr,
    pub options: Vec<SmolStr>,
    pub multiple: bool,
    pub anonymous: bool,
    /// For a quiz: the place of the right answer.
    pub correct: Option<u32>,
    /// Milliseconds that it stays open.
    pub open_for: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InlineResult {
    pub id: SmolStr,
    pub title: SmolStr,
    #[serde(default)]
    pub description: SmolStr,
    /// What is sent when it is chosen.
    pub text: SmolStr,
    #[serde(default)]
    pub thumbnail: SmolStr,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Comes back with the answers.
    pub data: SmolStr,
    pub title: SmolStr,
    pub inputs: Vec<FormInput>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormInput {
    pub id: SmolStr,
    pub label: SmolStr,
    pub placeholder: SmolStr,
    pub required: bool,
    pub long: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Http {
    pub method: SmolStr,
    pub url: SmolStr,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(SmolStr, Filled)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(SmolStr, Filled)>,
    #[serde(default)]
    pub auth: Auth,
    #[serde(default)]
    pub body: Body,
    /// Where the pages after the first one are; they come back as one list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
    /// The answer is a file rather than a text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub file: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    None,
    Basic {
        user: Filled,
        password: Filled,
    },
    Bearer(Filled),
    Header {
        name: SmolStr,
        value: Filled,
    },
    Query {
        name: SmolStr,
        value: Filled,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    #[default]
    None,
    Json(Data),
    Form(Vec<(SmolStr, Filled)>),
    Text(SmolStr),
    /// A file of the bot's folder.
    File(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pages {
    /// Where in the answer the items are: `data.items`; empty for the whole.
    pub items: SmolStr,
    pub next: NextPage,
    pub most: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NextPage {
    /// The `Link` header with `rel="next"`.
    Link,
    /// A member of the answer that holds the next address.
    Address(SmolStr),
    /// A number in the query that counts up.
    Count(SmolStr),
    /// A member of the answer that goes into the query: (`next_cursor`, `cursor`).
    Cursor(SmolStr, SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The secret that holds the address of the database, or the name of a file of the bot's own data.
    pub database: Filled,
    pub sql: SmolStr,
    pub values: Vec<Data>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// The name of the secret that holds the mail server's address.
    pub server: SmolStr,
    pub from: SmolStr,
    pub to: Vec<SmolStr>,
    pub cc: Vec<SmolStr>,
    pub reply_to: SmolStr,
    pub subject: SmolStr,
    pub text: SmolStr,
    pub html: SmolStr,
    pub attachments: Vec<SmolStr>,
}

/// [`crate::digest::sign`] with the key filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    pub algorithm: crate::digest::Algorithm,
    pub spelling: crate::digest::Spelling,
    pub key: Filled,
    pub text: SmolStr,
}

/// The bot's own small store, apart from variables: many keys, looked up one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keep {
    pub store: SmolStr,
    pub key: SmolStr,
    pub does: KeepDoes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeepDoes {
    Get,
    /// For so many milliseconds, where given.
    Put {
        value: Data,
        lasts: Option<i64>,
    },
    Delete,
    /// The keys that begin with the key.
    List {
        most: u32,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warning,
    Error,
}

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

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Done {
    /// Nothing more to say than that it was done.
    Done,
    Sent {
        message: SmolStr,
    },
    Person {
        person: Fields,
    },
    Http {
        status: u16,
        headers: Fields,
        /// The text of the answer, parsed where it is JSON; for a file how to find it again.
        body: Data,
    },
    Rows {
        rows: Data,
        changed: i64,
    },
    Value {
        value: Data,
    },
    Answer(AiAnswer),
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectError {
    pub kind: ErrorKind,
    /// For a person; the platform's own words where it gave some.
    pub message: SmolStr,
    /// Milliseconds after which it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// What came with it: the answer's status and body.
    #[serde(default, skip_serializing_if = "Data::is_null")]
    pub detail: Data,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The other side understood and said no: too long, malformed, not allowed here.
    Refused,
    /// The bot may not do that: blocked by the person, no rights in the chat.
    Forbidden,
    /// A token or password is wrong.
    Unauthorized,
    NotFound,
    RateLimited,
    /// It could not be reached.
    Network,
    Timeout,
    /// It is down for the moment.
    Unavailable,
    /// The answer could not be understood, or a script threw.
    Invalid,
    /// A limit of ours: work, memory, size, quota.
    OverLimit,
    /// It may or may not have been done; nobody can know.
    InDoubt,
}

impl ErrorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Refused => "refused",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::NotFound => "not-found",
            ErrorKind::RateLimited => "rate-limited",
            ErrorKind::Network => "network",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Invalid => "invalid",
            ErrorKind::OverLimit => "over-limit",
            ErrorKind::InDoubt => "in-doubt",
        }
    }

    /// May the same thing go well a moment later?
    pub fn passes(self) -> bool {
        matches!(
            self,
            ErrorKind::RateLimited | ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable
        )
    }
}

impl Effect {
    /// Its name in tests, mocks and traces.
    pub fn name(&self) -> &'static str {
        match self {
            Effect::Send(_) => "send",
            Effect::Edit(_) => "edit",
            Effect::Delete { .. } => "delete",
            Effect::React { .. } => "react",
            Effect::Typing => "typing",
            Effect::Poll(_) => "poll",
            Effect::Confirm { .. } => "confirm",
            Effect::AnswerInline { .. } => "answer-inline",
            Effect::Form(_) => "form",
            Effect::UserInfo { .. } => "user-info",
            Effect::Role { .. } => "role",
            Effect::Kick { .. } => "kick",
            Effect::Ban { .. } => "ban",
            Effect::HandOver { .. } => "hand-over",
            Effect::Http(_) => "http",
            Effect::Reply { .. } => "reply",
            Effect::Query(_) => "query",
            Effect::Email(_) => "email",
            Effect::Emit { .. } => "emit",
            Effect::Keep(_) => "keep",
            Effect::Log { .. } => "log",
            Effect::Sign(_) => "sign",
            Effect::Jq { .. } => "jq",
            Effect::Script { .. } => "script",
            Effect::Prompt(_) => "prompt",
        }
    }

    /// The ways in which it can fail.
    pub fn errors(&self) -> &'static [ErrorKind] {
        use ErrorKind::*;
        match self {
            Effect::Emit { .. } | Effect::Log { .. } => &[],
            Effect::Jq { .. } | Effect::Script { .. } => &[Invalid, OverLimit],
            Effect::Keep(_) => &[OverLimit, Unavailable],
            Effect::Sign(_) => &[Unauthorized],
            Effect::Reply { .. } => &[NotFound],
            Effect::Query(_) => &[Refused, Unauthorized, Network, Timeout, Unavailable, OverLimit, InDoubt],
            Effect::Email(_) => &[Refused, Unauthorized, Network, Timeout, Unavailable, InDoubt],
            Effect::Http(_) => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                Invalid,
                OverLimit,
                InDoubt,
            ],
            Effect::Prompt(_) => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                Invalid,
                OverLimit,
            ],
            _ => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                InDoubt,
            ],
        }
    }
}

impl EffectError {
    pub fn new(kind: ErrorKind, message: impl Into<SmolStr>) -> EffectError {
        EffectError { kind, message: message.into(), retry_after: None, detail: Data::Null }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::str::FromStr for Key {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Key, Self::Err> {
        u128::from_str_radix(text, 16).map(Key)
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Key, D::Error> {
        SmolStr::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
