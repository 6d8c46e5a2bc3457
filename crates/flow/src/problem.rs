//! What is wrong with a bot, where, and what to do about it.

use serde::Serialize;
use smol_str::SmolStr;

use crate::change::{Change, Seg};
use crate::json::Position;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Severity.ts"))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Hint,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $severity:ident;)+) => {
        /// Every problem has one of these codes; they are stable and can be searched for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$name),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)+ }
            }

            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)+ }
            }

            /// What the code means, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The text is not JSON from here on.
    Syntax = "syntax", Error;
    /// The file is not UTF-8 text, or holds half a character.
    BadText = "bad-text", Error;
    /// One object holds the same name twice.
    DuplicateKey = "duplicate-key", Error;
    /// A member of the document has a type that it cannot have.
    BadShape = "bad-shape", Error;
    /// The file was written by a newer version of Nexus Bots.
    NewerSchema = "newer-schema", Error;
    /// The file is larger than 64 MiB.
    TooLarge = "too-large", Error;
    /// The file could not be read from the disk.
    Unreadable = "unreadable", Error;
    /// The bot's folder has no bot.json.
    NoManifest = "no-manifest", Error;
    /// A comma stands before a closing bracket.
    TrailingComma = "trailing-comma", Warning;
    /// A control character stands bare in a text.
    ControlCharacter = "control-character", Warning;
    /// The file is correct but not in canonical form.
    NotCanonical = "not-canonical", Hint;
    /// The flow holds a merge that is not finished.
    Unresolved = "unresolved", Error;
    /// A member of bot.json has a value it cannot have.
    BadManifest = "bad-manifest", Error;
    /// Two flows have the same id.
    DuplicateFlow = "duplicate-flow", Error;
    /// An id has characters that ids cannot have.
    OddId = "odd-id", Error;
    /// The node's kind is not known here.
    UnknownKind = "unknown-kind", Error;
    /// The node was made for a newer version of its kind.
    NewerKind = "newer-kind", Error;
    /// The node was made for an older version of its kind.
    OlderKind = "older-kind", Warning;
    /// The kind has no such field.
    UnknownField = "unknown-field", Warning;
    /// A required field is empty.
    MissingField = "missing-field", Error;
    /// A field's value has the wrong type.
    WrongType = "wrong-type", Error;
    /// Two elements of a list have the same id, or one has none.
    BadItem = "bad-item", Error;
    /// A wire leads to a node that does not exist.
    WireToNowhere = "wire-to-nowhere", Error;
    /// A wire starts at an output that the node does not have.
    UnknownPort = "unknown-port", Error;
    /// A wire leads into a trigger.
    WireIntoTrigger = "wire-into-trigger", Error;
    /// No trigger leads to the node.
    Unreachable = "unreachable", Warning;
    /// A run that gets here ends without having done anything more.
    DeadEnd = "dead-end", Warning;
    /// A loop runs without ever waiting.
    EndlessLoop = "endless-loop", Error;
    /// The flow has no trigger, and no other flow calls it.
    NoTrigger = "no-trigger", Warning;
    /// Two triggers wait for the same thing.
    DuplicateTrigger = "duplicate-trigger", Error;
    /// Two nodes of a flow have the same key.
    DuplicateKeyName = "duplicate-node-key", Error;
    /// A key is not an identifier.
    BadKey = "bad-key", Error;
    /// Groups contain each other in a circle, or a group does not exist.
    BadGroup = "bad-group", Error;
    /// A transaction group cannot be held whole: a second way in, a node that waits for people.
    BadTransaction = "bad-transaction", Error;
    /// The expression cannot be read.
    BadExpression = "bad-expression", Error;
    /// The expression uses a name that does not exist.
    UnknownName = "unknown-name", Error;
    /// The expression uses a filter or function that does not exist.
    UnknownFilter = "unknown-filter", Error;
    /// A variable is used that bot.json does not declare.
    UnknownVariable = "unknown-variable", Error;
    /// bot.json declares a variable that nothing uses.
    UnusedVariable = "unused-variable", Hint;
    /// A flow is called that does not exist.
    UnknownFlow = "unknown-flow", Error;
    /// A prompt is used that the bot does not have.
    UnknownPrompt = "unknown-prompt", Error;
    /// A node is named that the flow does not have.
    UnknownNode = "unknown-node", Error;
    /// A call's arguments do not fit the flow it calls.
    BadCall = "bad-call", Error;
    /// A secret is used that bot.json does not name.
    UnknownSecret = "unknown-secret", Error;
    /// A text looks like a token or password; it belongs into the vault.
    SecretInField = "secret-in-field", Error;
    /// A secret stands in a field that may not hold one.
    SecretNotAllowed = "secret-not-allowed", Error;
    /// A value is longer or larger than a platform allows, or has characters that it refuses.
    OverLimit = "over-limit", Error;
    /// The node does not work on a channel of this bot.
    WrongPlatform = "wrong-platform", Warning;
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

#[cfg(feature = "ts")]
impl ts_rs::TS for Code {
    type WithoutGenerics = Code;
    type OptionInnerType = Code;
    fn name(_: &ts_rs::Config) -> String {
        "string".into()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "string".into()
    }
}

/// What a reader found in one text.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadProblem {
    pub code: Code,
    pub position: Position,
    /// Something of the text is not in what was read, so the text must not be written over.
    pub lossy: bool,
    pub message: String,
}

/// A place in a bot, as exact as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Spot.ts", optional_fields))]
pub struct Spot {
    pub file: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Vec<Seg>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Bytes of the field's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Fix.ts"))]
pub struct Fix {
    pub label: String,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Problem.ts", optional_fields))]
pub struct Problem {
    pub code: Code,
    pub severity: Severity,
    pub at: Spot,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl Problem {
    pub fn new(code: Code, at: Spot, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem { code, severity: code.severity(), at, message: message.into(), help: help.into(), fix: None }
    }

    pub fn fixed_by(mut self, label: impl Into<String>, change: Change) -> Problem {
        self.fix = Some(Fix { label: label.into(), change });
        self
    }
}

impl ReadProblem {
    pub fn at_file(&self, file: &str) -> Problem {
        let at = Spot {
            file: file.into(),
            line: Some(self.position.line),
            column: Some(self.position.column),
            ..Spot::default()
        };
        let help = match self.code {
            Code::NewerSchema => "Update Nexus Bots to edit this file.",
            Code::TooLarge => "Split the flow into several smaller ones.",
            _ if self.lossy => {
                "Mend the text in an editor, or choose Repair: it keeps the original beside the repaired file."
            }
            _ => "Nothing to do: it is put right when the file is saved.",
        };
        Problem::new(self.code, at, self.message.clone(), help)
    }
}
