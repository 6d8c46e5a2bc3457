//! What goes wrong while a node runs.

use flow::expr::Trouble;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::effect::EffectError;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub code: FaultCode,
    /// What is wrong and what to do, for a person.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<SmolStr>,
    /// Bytes of the field's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Box<EffectError>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    /// An expression could not be worked out.
    Expression,
    /// A value has a type that the node cannot work with.
    WrongType,
    /// The node itself is not right: an unknown kind, a field that cannot be read.
    Broken,
    /// An effect failed.
    Effect,
    /// Too many steps without ever waiting.
    EndlessLoop,
    /// Flows called each other too deeply.
    TooDeep,
    /// Branches set one variable differently.
    Branches,
    /// Something that a transaction cannot do.
    Transaction,
    /// The program no longer has what the run stands at.
    Gone,
    /// The bot made it fail on purpose.
    Stopped,
}

impl FaultCode {
    pub fn as_str(self) -> &'static str {
        match self {
            FaultCode::Expression => "expression",
            FaultCode::WrongType => "wrong-type",
            FaultCode::Broken => "broken",
            FaultCode::Effect => "effect",
            FaultCode::EndlessLoop => "endless-loop",
            FaultCode::TooDeep => "too-deep",
            FaultCode::Branches => "branches",
            FaultCode::Transaction => "transaction",
            FaultCode::Gone => "gone",
            FaultCode::Stopped => "stopped",
        }
    }
}

impl Fault {
    pub fn new(code: FaultCode, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), field: None, span: None, effect: None }
    }

    pub fn wrong_type(message: impl Into<String>) -> Fault {
        Fault::new(FaultCode::WrongType, message)
    }

    pub fn at(self, field: impl Into<SmolStr>) -> Fault {
        Fault { field: self.field.or_else(|| Some(field.into())), ..self }
    }

    pub fn of_effect(error: EffectError) -> Fault {
        Fault {
            effect: Some(Box::new(error.clone())),
            ..Fault::new(FaultCode::Effect, error.message.as_str())
        }
    }

    /// The word by which a flow tells failures apart: the effect's own kind where it was one.
    pub fn word(&self) -> &'static str {
        self.effect.as_ref().map_or(self.code.as_str(), |error| error.kind.as_str())
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Fault {
        Fault {
            span: trouble.span.map(|span| (span.start, span.end)),
            ..Fault::new(FaultCode::Expression, trouble.message)
        }
    }
}
