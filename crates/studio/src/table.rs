//! How commands are declared: once, each with its name, request, reply and handler. The router and the TypeScript types come from it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Studio;
use crate::error::{Code, Error, Result};

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:literal: $request:ty => $reply:ty, $handler:path;)+) => {
        /// Every command, in the order of the table.
        pub const NAMES: &[&str] = &[$($name),+];

        pub(crate) fn dispatch(studio: &$crate::Studio, name: &str, payload: serde_json::Value) -> $crate::error::Result<serde_json::Value> {
            match name {
                $($name => $crate::table::run::<$request, $reply>(studio, payload, $handler),)+
                _ => Err($crate::table::unknown(name)),
            }
        }

        pub(crate) fn describe(describe: &mut dyn $crate::table::Describe) {
            $(describe.command::<$request, $reply>($name, concat!($($doc),+).trim());)+
        }
    };
}

pub(crate) use commands;

/// Hears of every command with its types.
pub trait Describe {
    fn command_parts(&mut self, name: &str, doc: &str, request: TypeParts, reply: TypeParts);
}

/// A type as TypeScript has it, and what it is made of.
pub struct TypeParts {
    pub text: String,
    pub visit: fn(&mut crate::bindings::Files),
}

impl dyn Describe + '_ {
    pub fn command<Q: ts_rs::TS + 'static, A: ts_rs::TS + 'static>(&mut self, name: &str, doc: &str) {
        self.command_parts(name, doc, crate::bindings::parts::<Q>(), crate::bindings::parts::<A>());
    }
}

pub fn run<Q: DeserializeOwned, A: Serialize>(
    studio: &Studio,
    payload: Value,
    handler: fn(&Studio, Q) -> Result<A>,
) -> Result<Value> {
    let request = serde_json::from_value(payload)
        .map_err(|error| Error::new(Code::BadRequest, format!("The request is not understood: {error}.")))?;
    let reply = handler(studio, request)?;
    serde_json::to_value(reply)
        .map_err(|error| Error::new(Code::Internal, format!("The reply cannot be said: {error}.")))
}

pub fn unknown(name: &str) -> Error {
    Error::new(Code::NotFound, format!("There is no command `{name}`."))
}
