//! A JSON value that keeps what a file said: number literals stay as written, object keys are sorted.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use smol_str::SmolStr;

/// How deeply a value may nest; what is deeper is refused by the reader and by changes alike.
pub const MAX_DEPTH: usize = 64;
/// An open conflict holds edits, which hold values; so what is unresolved may nest deeper.
pub const MAX_OPEN_DEPTH: usize = MAX_DEPTH + 16;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    /// The literal as written, valid by JSON's grammar.
    Number(SmolStr),
    String(SmolStr),
    Array(Vec<Value>),
    Object(Map),
}

/// What a field's value means: plain JSON, or one of the tagged forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View<'a> {
    Plain(&'a Value),
    Expr(&'a str),
    Secret(&'a str),
    /// One text per locale.
    Locales(&'a Map),
    /// Taken literally, tags and all.
    Raw(&'a Value),
}

impl Value {
    pub fn int(n: i64) -> Value {
        Value::Number(SmolStr::from(n.to_string()))
    }

    pub fn text(s: impl Into<SmolStr>) -> Value {
        Value::String(s.into())
    }

    pub fn tagged(tag: &str, inner: Value) -> Value {
        Value::Object(Map::from_iter([(SmolStr::new(tag), inner)]))
    }

    pub fn view(&self) -> View<'_> {
        if let Some((tag, inner)) = self.tag() {
            match (tag, inner) {
                ("$expr", Value::String(s)) => return View::Expr(s),
                ("$secret", Value::String(s)) => return View::Secret(s),
                ("$t", Value::Object(map)) => return View::Locales(map),
                ("$raw", inner) => return View::Raw(inner),
                _ => {}
            }
        }
        View::Plain(self)
    }

    /// The tag and content of a one-member object whose key starts with `$`.
    pub fn tag(&self) -> Option<(&str, &Value)> {
        match self {
            Value::Object(map) => match map.entries() {
                [(key, inner)] if key.starts_with('$') => Some((key, inner)),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(n) => n.parse().ok(),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }

    /// The `id` of a list element.
    pub fn id(&self) -> Option<&str> {
        self.as_object()?.get("id")?.as_str()
    }

    pub fn depth(&self) -> usize {
        match self {
            Value::Array(items) => 1 + items.iter().map(Value::depth).max().unwrap_or(0),
            Value::Object(map) => 1 + map.iter().map(|(_, v)| v.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The in-memory form of a field's value: `$lines` become plain texts, except below `$raw`.
    pub fn join_lines(&mut self) {
        match self {
            Value::Array(items) => items.iter_mut().for_each(Value::join_lines),
            Value::Object(map) if map.is_raw() => {}
            Value::Object(map) => {
                // Inner ones first: they can make a line of an outer one.
                map.values_mut().for_each(Value::join_lines);
                if let Some(text) = joined(map) {
                    *self = Value::String(text);
                }
            }
            _ => {}
        }
    }

    /// Is there a `$lines` anywhere, joined or not?
    pub(crate) fn has_lines(&self) -> bool {
        match self {
            Value::Array(items) => items.iter().any(Value::has_lines),
            Value::Object(map) => map.contains("$lines") || map.iter().any(|(_, value)| value.has_lines()),
            _ => false,
        }
    }
}

fn joined(map: &Map) -> Option<SmolStr> {
    let [(key, Value::Array(lines))] = map.entries() else { return None };
    if key != "$lines" {
        return None;
    }
    let mut text = String::new();
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        text.push_str(line.as_str()?);
    }
    Some(text.into())
}

/// Members sorted by key, each key once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Map(Vec<(SmolStr, Value)>);

impl Map {
    pub fn new() -> Map {
        Map::default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn entries(&self) -> &[(SmolStr, Value)] {
        &self.0
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, v)| v)
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.find(key).ok().map(|i| &self.0[i].1)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.find(key).ok().map(|i| &mut self.0[i].1)
    }

    pub fn contains(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Puts a value and returns the one it replaced.
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.find(&key) {
            Ok(i) => Some(std::mem::replace(&mut self.0[i].1, value)),
            Err(i) => {
                self.0.insert(i, (key, value));
                None
            }
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.find(key).ok().map(|i| self.0.remove(i).1)
    }

    /// Takes members in any order; of equal keys the first one stays and the second ones' places in the input are returned.
    pub(crate) fn from_read(mut members: Vec<(SmolStr, Value)>) -> (Map, Vec<usize>) {
        if members.len() > 1 && members[0].0 == "id" && members[1].0 < members[0].0 {
            // Printed first, sorted elsewhere.
            let place = members[1..].iter().take_while(|member| member.0 < "id").count();
            members[..=place].rotate_left(1);
        }
        if members.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return (Map(members), Vec::new());
        }
        let mut indexed: Vec<_> = members.drain(..).enumerate().collect();
        indexed.sort_by(|a, b| (&a.1.0, a.0).cmp(&(&b.1.0, b.0)));
        let mut twice = Vec::new();
        for (place, member) in indexed {
            if members.last().is_some_and(|last: &(SmolStr, Value)| last.0 == member.0) {
                twice.push(place);
            } else {
                members.push(member);
            }
        }
        (Map(members), twice)
    }

    /// Tags, or what could become one when a member goes: such an object is taken as a whole.
    pub fn has_tags(&self) -> bool {
        self.0.iter().any(|(key, _)| key.starts_with('$'))
    }

    fn is_raw(&self) -> bool {
        matches!(self.entries(), [(key, _)] if key == "$raw")
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(k, _)| k.as_str().cmp(key))
    }
}

impl FromIterator<(SmolStr, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Value)>>(members: I) -> Map {
        Map::from_read(members.into_iter().collect()).0
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::String(s.into())
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

// The wire form (to the window, in the journal) is JSON too. Number literals that a double does not carry back exactly travel as
// {"$num": "1e400"}; an object that looks like that gets one more `$`, so nothing is ambiguous.

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => to.serialize_unit(),
            Value::Bool(b) => to.serialize_bool(*b),
            Value::Number(literal) => match plain_number(literal) {
                Some(Plain::Int(n)) => to.serialize_i64(n),
                Some(Plain::Float(n)) => to.serialize_f64(n),
                None => {
                    let mut map = to.serialize_map(Some(1))?;
                    map.serialize_entry("$num", literal)?;
                    map.end()
                }
            },
            Value::String(s) => to.serialize_str(s),
            Value::Array(items) => {
                let mut seq = to.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Object(map) => map.serialize(to),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.len()))?;
        match self.entries() {
            [(key, value)] if is_num_key(key) => map.serialize_entry(&format!("${key}"), value)?,
            entries => {
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
            }
        }
        map.end()
    }
}

/// `$num`, `$$num`, …
fn is_num_key(key: &str) -> bool {
    key.strip_suffix("num").is_some_and(|dollars| !dollars.is_empty() && dollars.bytes().all(|b| b == b'$'))
}

enum Plain {
    Int(i64),
    Float(f64),
}

/// The number as a double carries it, if printing that gives the same literal.
fn plain_number(literal: &str) -> Option<Plain> {
    const SAFE: i64 = 1 << 53;
    if let Ok(n) = literal.parse::<i64>() {
        return ((-SAFE..=SAFE).contains(&n) && literal != "-0").then_some(Plain::Int(n));
    }
    let n: f64 = literal.parse().ok()?;
    // Up to 15 digits, parsing is exact and the shortest decimal form is the same for every printer.
    let plain = literal.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') && literal.len() <= 16;
    (plain && n.fract() != 0.0 && format!("{n}") == literal).then_some(Plain::Float(n))
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Map, D::Error> {
        struct MapVisitor;
        impl<'de> Visitor<'de> for MapVisitor {
            type Value = Map;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<Map, A::Error> {
                read_map(from)
            }
        }
        from.deserialize_map(MapVisitor)
    }
}

/// For an optional value: `null` is a value, not the absence of one.
pub(crate) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

fn read_map<'de, A: MapAccess<'de>>(mut from: A) -> Result<Map, A::Error> {
    let mut members: Vec<(SmolStr, Value)> = Vec::new();
    while let Some(member) = from.next_entry()? {
        members.push(member);
    }
    if let [(key, _)] = members.as_mut_slice()
        && key.starts_with("$$")
        && is_num_key(key)
    {
        *key = SmolStr::new(&key[1..]);
    }
    Ok(members.into_iter().collect())
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        Value::deserialize(from)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::int(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::Number(n.to_string().into()))
    }

    fn visit_f64<E: de::Error>(self, n: f64) -> Result<Value, E> {
        if !n.is_finite() {
            return Err(E::custom("a number must be finite"));
        }
        // JavaScript writes whole numbers without a fraction; `{}` does so too.
        Ok(Value::Number(format!("{n}").into()))
    }

    fn visit_str<E>(self, s: &str) -> Result<Value, E> {
        Ok(Value::String(s.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let Some(first) = from.next_key::<SmolStr>()? else { return Ok(Value::Object(Map::new())) };
        let value: Value = from.next_value()?;
        let mut members = vec![(first, value)];
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        // With other members beside it, the name means nothing.
        match members.as_mut_slice() {
            [(key, value)] if key == "$num" => {
                return match value {
                    Value::String(literal) if crate::json::is_number(literal) => {
                        Ok(Value::Number(std::mem::take(literal)))
                    }
                    _ => Err(de::Error::custom("$num holds one JSON number as text")),
                };
            }
            [(key, _)] if is_num_key(key) => *key = SmolStr::new(&key[1..]),
            _ => {}
        }
        Ok(Value::Object(members.into_iter().collect()))
    }
}

#[cfg(feature = "ts")]
mod ts {
    use super::{Map, Value};
    use ts_rs::{Config, TS, TypeVisitor};

    impl TS for Value {
        type WithoutGenerics = Value;
        type OptionInnerType = Value;
        fn name(_: &Config) -> String {
            "Value".into()
        }
        fn inline(_: &Config) -> String {
            "null | boolean | number | string | Value[] | { [key: string]: Value }".into()
        }
        fn decl(cfg: &Config) -> String {
            format!("type Value = {};", Self::inline(cfg))
        }
        fn decl_concrete(cfg: &Config) -> String {
            Self::decl(cfg)
        }
        fn output_path() -> Option<std::path::PathBuf> {
            Some("Value.ts".into())
        }
    }

    impl TS for Map {
        type WithoutGenerics = Map;
        type OptionInnerType = Map;
        fn name(_: &Config) -> String {
            "Record<string, Value>".into()
        }
        fn inline(cfg: &Config) -> String {
            Self::name(cfg)
        }
        fn visit_dependencies(v: &mut impl TypeVisitor) {
            v.visit::<Value>();
        }
    }
}
