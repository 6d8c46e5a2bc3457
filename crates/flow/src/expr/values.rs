//! Values here and there: what expressions see is made of ours, and what they give becomes ours.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, Value};
use smol_str::SmolStr;

use super::eval::{Layers, MOST_ITEMS, Scope};
use crate::data::{Data, Fields, Items};
use crate::value::MAX_DEPTH;

impl Scope {
    pub(super) fn root(&self, name: &str) -> Option<Value> {
        Some(match name {
            "msg" => Value::from_dyn_object(self.msg.clone()),
            "user" => Value::from_dyn_object(self.user.clone()),
            "chat" => Value::from_dyn_object(self.chat.clone()),
            "bot" => Value::from_dyn_object(self.bot.clone()),
            "flow" => Value::from_dyn_object(self.flow.clone()),
            "nodes" => Value::from_dyn_object(self.nodes.clone()),
            "env" => Value::from_dyn_object(self.env.clone()),
            "now" => Value::from(self.now.text().as_str()),
            _ => return None,
        })
    }
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.root(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.root(key)
    }
}

impl Object for Layers {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?).as_ref().map(from_data)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key).as_ref().map(from_data)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names: Vec<&str> = self.names().collect();
        names.sort();
        names.dedup();
        Enumerator::Values(names.into_iter().map(Value::from).collect())
    }
}

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?).map(from_data)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key).map(from_data)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.keys().map(|name| Value::from(name.as_str())).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }
}

impl Object for Items {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_usize()?).map(from_data)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}

pub(super) fn from_data(data: &Data) -> Value {
    match data {
        Data::Null => Value::from(()),
        Data::Bool(b) => Value::from(*b),
        Data::Int(n) => Value::from(*n),
        Data::Float(n) => Value::from(*n),
        Data::Text(text) if text.is_heap_allocated() => Value::from(Arc::<str>::from(text.clone())),
        Data::Text(text) => Value::from(text.as_str()),
        Data::List(items) => Value::from_dyn_object(items.clone()),
        Data::Object(members) => Value::from_dyn_object(members.clone()),
    }
}

pub(super) fn to_data(value: &Value) -> Result<Data, Error> {
    data_within(value, MAX_DEPTH)
}

fn data_within(value: &Value, depth: usize) -> Result<Data, Error> {
    use minijinja::value::ValueKind;
    let odd = |message: &str| Error::new(ErrorKind::InvalidOperation, message.to_owned());
    if let Some(object) = value.as_object() {
        if let Some(items) = object.downcast::<Items>() {
            return Ok(Data::List(items));
        }
        if let Some(members) = object.downcast::<Fields>() {
            return Ok(Data::Object(members));
        }
    }
    let Some(deeper) = depth.checked_sub(1) else { return Err(odd("the value nests too deeply")) };
    Ok(match value.kind() {
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Data::Null,
        ValueKind::Bool => Data::Bool(value.is_true()),
        ValueKind::Number => {
            if let Some(n) = value.as_i64().filter(|_| value.is_integer()) {
                Data::Int(n)
            } else {
                let n = f64::try_from(value.clone())?;
                if !n.is_finite() {
                    return Err(odd("the result is no number (is something divided by zero?)"));
                }
                Data::Float(n)
            }
        }
        ValueKind::String => Data::Text(value.as_str().unwrap_or_default().into()),
        ValueKind::Seq | ValueKind::Iterable => {
            let mut items = Vec::new();
            for item in value.try_iter()? {
                if items.len() >= MOST_ITEMS {
                    return Err(odd("the list is too long"));
                }
                items.push(data_within(&item, deeper)?);
            }
            Data::list(items)
        }
        ValueKind::Map => {
            let mut members = Fields::default();
            for key in value.try_iter()? {
                let inner = data_within(&value.get_item(&key)?, deeper)?;
                let name = key.as_str().map_or_else(|| SmolStr::from(key.to_string()), SmolStr::new);
                members.insert(name, inner);
            }
            Data::Object(Arc::new(members))
        }
        _ => return Err(odd("this is no value that can be kept or shown")),
    })
}
