//! A value while a bot runs: what variables hold, what nodes give, what expressions see. Cheap to copy.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::value::Value;

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    /// Always finite.
    Float(f64),
    Text(SmolStr),
    List(Arc<Items>),
    Object(Arc<Fields>),
}

/// The members of an object, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<SmolStr, Data>);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Items(Vec<Data>);

impl Deref for Fields {
    type Target = BTreeMap<SmolStr, Data>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Fields {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K: Into<SmolStr>> FromIterator<(K, Data)> for Fields {
    fn from_iter<I: IntoIterator<Item = (K, Data)>>(members: I) -> Fields {
        Fields(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl Deref for Items {
    type Target = Vec<Data>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Items {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<Data> for Items {
    fn from_iter<I: IntoIterator<Item = Data>>(items: I) -> Items {
        Items(items.into_iter().collect())
    }
}

impl Data {
    pub fn text(text: impl Into<SmolStr>) -> Data {
        Data::Text(text.into())
    }

    pub fn list(items: impl IntoIterator<Item = Data>) -> Data {
        Data::List(Arc::new(items.into_iter().collect()))
    }

    pub fn object<K: Into<SmolStr>>(members: impl IntoIterator<Item = (K, Data)>) -> Data {
        Data::Object(Arc::new(members.into_iter().collect()))
    }

    /// A number, as a whole one where it is one exactly.
    pub fn number(n: f64) -> Option<Data> {
        const EXACT: f64 = (1_i64 << 53) as f64;
        match n {
            n if !n.is_finite() => None,
            n if n.fract() == 0.0 && n.abs() <= EXACT => Some(Data::Int(n as i64)),
            n => Some(Data::Float(n)),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Data::Null)
    }

    /// What a condition makes of it: nothing, zero, and what is empty do not hold.
    pub fn holds(&self) -> bool {
        match self {
            Data::Null => false,
            Data::Bool(b) => *b,
            Data::Int(n) => *n != 0,
            Data::Float(n) => *n != 0.0,
            Data::Text(text) => !text.is_empty(),
            Data::List(items) => !items.is_empty(),
            Data::Object(members) => !members.is_empty(),
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Data::Int(n) => Some(*n),
            _ => None,
        }
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Data::Int(n) => Some(*n as f64),
            Data::Float(n) => Some(*n),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Data]> {
        match self {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Fields> {
        match self {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Data> {
        self.as_object()?.get(name)
    }

    /// What it is, for a person.
    pub fn kind(&self) -> &'static str {
        match self {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Object(_) => "an object",
        }
    }

    /// As a person reads it in a message.
    pub fn shown(&self) -> SmolStr {
        match self {
            Data::Text(text) => text.clone(),
            other => {
                let mut out = String::new();
                other.write(&mut out);
                out.into()
            }
        }
    }

    /// Writes it as a person reads it: nothing as nothing, whole numbers without a fraction, lists with commas, objects as JSON.
    pub fn write(&self, out: &mut String) {
        // Writing into a text cannot fail.
        let _ = match self {
            Data::Null => Ok(()),
            Data::Bool(b) => write!(out, "{b}"),
            Data::Int(n) => write!(out, "{n}"),
            Data::Float(n) => write!(out, "{n}"),
            Data::Text(text) => out.write_str(text),
            Data::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    item.write(out);
                }
                Ok(())
            }
            Data::Object(_) => write!(out, "{self}"),
        };
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        match self {
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => 8,
            Data::Text(text) => 8 + text.len(),
            Data::List(items) => items.iter().map(Data::weight).sum::<usize>() + 8,
            Data::Object(members) => {
                members.iter().map(|(name, value)| name.len() + value.weight()).sum::<usize>() + 8
            }
        }
    }
}

/// As JSON.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Null => f.write_str("null"),
            Data::Bool(b) => write!(f, "{b}"),
            Data::Int(n) => write!(f, "{n}"),
            Data::Float(n) => write!(f, "{n:?}"),
            Data::Text(text) => quoted(text, f),
            Data::List(items) => {
                f.write_char('[')?;
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Data::Object(members) => {
                f.write_char('{')?;
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        f.write_str(", ")?;
                    }
                    quoted(name, f)?;
                    f.write_str(": ")?;
                    value.fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if (c as u32) < 0x20 => write!(f, "\\u{:04x}", c as u32)?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

impl From<&Value> for Data {
    fn from(value: &Value) -> Data {
        match value {
            Value::Null => Data::Null,
            Value::Bool(b) => Data::Bool(*b),
            Value::Number(literal) => number(literal),
            Value::String(text) => Data::Text(text.clone()),
            Value::Array(items) => Data::list(items.iter().map(Data::from)),
            Value::Object(members) => {
                Data::object(members.iter().map(|(name, value)| (name, Data::from(value))))
            }
        }
    }
}

/// The number that a literal of the document means to a run. What no number of 64 bits comes near is the largest one.
fn number(literal: &str) -> Data {
    if let Ok(n) = literal.parse() {
        return Data::Int(n);
    }
    let n: f64 = literal.parse().unwrap_or_default();
    Data::Float(n.clamp(f64::MIN, f64::MAX))
}

impl From<&Data> for Value {
    fn from(data: &Data) -> Value {
        match data {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(*b),
            Data::Int(n) => Value::int(*n),
            Data::Float(n) => Value::Number(SmolStr::from(format!("{n:?}"))),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => Value::Array(items.iter().map(Value::from).collect()),
            Data::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Data {
        Data::Text(text.into())
    }
}

impl From<SmolStr> for Data {
    fn from(text: SmolStr) -> Data {
        Data::Text(text)
    }
}

impl From<bool> for Data {
    fn from(b: bool) -> Data {
        Data::Bool(b)
    }
}

impl From<i64> for Data {
    fn from(n: i64) -> Data {
        Data::Int(n)
    }
}

impl<T: Into<Data>> From<Option<T>> for Data {
    fn from(some: Option<T>) -> Data {
        some.map_or(Data::Null, Into::into)
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Data::Null => to.serialize_unit(),
            Data::Bool(b) => to.serialize_bool(*b),
            Data::Int(n) => to.serialize_i64(*n),
            Data::Float(n) => to.serialize_f64(*n),
            Data::Text(text) => to.serialize_str(text),
            Data::List(items) => to.collect_seq(items.iter()),
            Data::Object(members) => to.collect_map(members.iter()),
        }
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Data, D::Error> {
        from.deserialize_any(DataVisitor)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Data, D::Error> {
        Data::deserialize(from)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Data, E> {
        Ok(Data::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Data, E> {
        Ok(Data::Int(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Data, E> {
        Ok(i64::try_from(n).map_or(Data::Float(n as f64), Data::Int))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Data, E> {
        Ok(Data::Float(n.clamp(f64::MIN, f64::MAX)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Data::List(Arc::new(Items(items))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Data, A::Error> {
        let mut members = Fields::default();
        while let Some((name, value)) = from.next_entry()? {
            members.insert(name, value);
        }
        Ok(Data::Object(Arc::new(members)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let data = Data::object([
            ("n", Data::Int(-7)),
            ("f", Data::Float(0.1)),
            ("whole", Data::Float(2.0)),
            ("t", Data::text("ü \"q\"\n")),
            ("l", Data::list([Data::Null, Data::Bool(true)])),
        ]);
        let text = serde_json::to_string(&data).unwrap();
        assert_eq!(serde_json::from_str::<Data>(&text).unwrap(), data);
        assert_eq!(serde_json::from_str::<Data>(&data.to_string()).unwrap(), data);
        assert_eq!(Data::from(&Value::from(&data)), data);
    }

    #[test]
    fn people_read_it_plainly() {
        let shown = |data: Data| data.shown().to_string();
        assert_eq!(shown(Data::Null), "");
        assert_eq!(shown(Data::Float(3.0)), "3");
        assert_eq!(shown(Data::Float(2.5)), "2.5");
        assert_eq!(shown(Data::list([Data::Int(1), Data::text("b")])), "1, b");
        assert_eq!(shown(Data::object([("a", Data::Int(1))])), "{\"a\": 1}");
    }
}
