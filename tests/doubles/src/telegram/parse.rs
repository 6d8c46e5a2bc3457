//! Judges the parameters of a call by frankenstein's types: what does not fit the type, and what the type does not know, is refused.
//! frankenstein's structs ignore members that they do not know, so what was understood is written out again and compared.

use std::collections::BTreeMap;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::Value;

use super::refusal::Refusal;
use crate::strict::lost;
use crate::wire::{Fields, Sent};

/// The parameters of one call, judged.
pub(crate) fn judged<T: DeserializeOwned + Serialize>(sent: &Sent) -> Result<T, Refusal> {
    let uploads = sent.files.keys().map(|name| (name.clone(), format!("attach://{name}")));
    let (params, given): (T, Value) = match &sent.fields {
        Fields::Json(Value::Object(members)) => {
            let given = Value::Object(members.clone());
            (
                serde_json::from_value(given.clone())
                    .map_err(|error| Refusal::unparsed(error.to_string()))?,
                given,
            )
        }
        Fields::Json(_) => return Err(Refusal::unparsed("the body is not an object".into())),
        Fields::Form(fields) => {
            let fields: BTreeMap<String, String> =
                fields.iter().map(|(name, text)| (name.clone(), text.clone())).chain(uploads).collect();
            let texts = fields.iter().map(|(name, text)| (name.as_str(), Text(text)));
            let params = T::deserialize(MapDeserializer::<_, Wrong>::new(texts))
                .map_err(|error| Refusal::unparsed(error.0))?;
            let given = fields.iter().map(|(name, text)| (name.clone(), structured(text))).collect();
            (params, given)
        }
    };
    let understood = serde_json::to_value(&params).map_err(|error| Refusal::unparsed(error.to_string()))?;
    let (Value::Object(given), Value::Object(understood)) = (given, understood) else {
        return Err(Refusal::unparsed("the parameters are not an object".into()));
    };
    // An uploaded part is named by an `attach://` of another member, or is a member itself.
    let text = Value::Object(given.clone()).to_string();
    let is_part =
        |name: &str| sent.files.contains_key(name) && text.matches(&format!("attach://{name}\"")).count() > 1;
    match given.iter().find_map(|(name, value)| {
        lost(name, value, understood.get(name), Value::is_null).filter(|_| !is_part(name))
    }) {
        Some(name) => Err(Refusal::unparsed(format!("unknown parameter `{name}`"))),
        None => Ok(params),
    }
}

/// Members of a form that hold JSON, so that what is inside of them can be compared too.
fn structured(text: &str) -> Value {
    let nested = text.starts_with(['{', '[']);
    serde_json::from_str(text).ok().filter(|_| nested).unwrap_or_else(|| text.into())
}

/// One value of a form: text that is read as whatever its type asks for.
struct Text<'a>(&'a str);

#[derive(Debug)]
struct Wrong(String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Wrong(message.to_string())
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Wrong(error.to_string())
    }
}

impl<'de> IntoDeserializer<'de, Wrong> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! as_json {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            Ok(serde_json::Deserializer::from_str(self.0).$method(visitor)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Wrong;

    /// Where the type is open, such as a chat's number or name: numbers and objects are what they look like, the rest is text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match serde_json::from_str::<Value>(self.0) {
            Ok(value) if !value.is_string() && !value.is_null() => Ok(value.deserialize_any(visitor)?),
            _ => visitor.visit_str(self.0),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => visitor.visit_bool(true),
            _ => visitor.visit_bool(false),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    /// Our models' enums in forms are words (a mode, an action) or objects with a tag.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if self.0.starts_with('{') {
            return Ok(serde_json::Deserializer::from_str(self.0).deserialize_enum(name, variants, visitor)?);
        }
        StrDeserializer::<Wrong>::new(self.0).deserialize_enum(name, variants, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        Ok(serde_json::Deserializer::from_str(self.0).deserialize_struct(name, fields, visitor)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    as_json! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64 deserialize_seq deserialize_map deserialize_unit
    }

    serde::forward_to_deserialize_any! { char bytes byte_buf unit_struct tuple tuple_struct identifier ignored_any }
}
