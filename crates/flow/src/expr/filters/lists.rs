//! Lists, and the members of their objects. A field may lead deeper: `price.amount`.

use std::cmp::Ordering;
use std::sync::Arc;

use super::super::eval::MOST_ITEMS;
use super::{Answer, Args, Filter, cut, list_of};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "pick",
        &["field"],
        pick,
        [
            "pick(field)",
            "One field of every element; nothing where it is not there.",
            "[{\"name\": \"Tea\"}, {\"name\": \"Jam\"}] | pick(\"name\")",
            "[\"Tea\", \"Jam\"]",
        ],
    ),
    Filter::new(
        "where",
        &["field", "value"],
        only_where,
        [
            "where(field, value)",
            "The elements whose field has a value; without a value, those whose field is there and is not empty, zero or false.",
            "[{\"n\": 1}, {\"n\": 2}] | where(\"n\", 2)",
            "[{\"n\": 2}]",
        ],
    ),
    Filter::new(
        "sum_of",
        &["field"],
        sum_of,
        [
            "sum_of(field)",
            "The sum of a field over all elements; what has no such field counts nothing.",
            "[{\"price\": 3}, {\"price\": 4.5}] | sum_of(\"price\")",
            "7.5",
        ],
    ),
    Filter::new(
        "sort_by",
        &["field", "reverse"],
        sort_by,
        [
            "sort_by(field, reverse=false)",
            "The elements in the order of a field: numbers by size, texts by letters whatever their case; equal ones stay as they are.",
            "[{\"n\": 2}, {\"n\": 10}] | sort_by(\"n\", reverse=true)",
            "[{\"n\": 10}, {\"n\": 2}]",
        ],
    ),
    Filter::new(
        "chunk",
        &["size"],
        chunk,
        [
            "chunk(size)",
            "The list in lists of so many elements; the last one may have fewer.",
            "[1, 2, 3] | chunk(2)",
            "[[1, 2], [3]]",
        ],
    ),
    Filter::new(
        "take",
        &["count"],
        take,
        ["take(count)", "The first elements.", "[1, 2, 3] | take(2)", "[1, 2]"],
    ),
    Filter::new(
        "skip",
        &["count"],
        skip,
        ["skip(count)", "All but the first elements.", "[1, 2, 3] | skip(2)", "[3]"],
    ),
    Filter::new(
        "without",
        &["value"],
        without,
        [
            "without(value)",
            "The list without every element that equals a value.",
            "[1, 2, 1] | without(1)",
            "[2]",
        ],
    ),
    Filter::new(
        "flatten",
        &["levels"],
        flatten,
        [
            "flatten(levels=1)",
            "The elements of the lists in a list.",
            "[[1, 2], 3, [[4]]] | flatten",
            "[1, 2, 3, [4]]",
        ],
    ),
];

/// A field of an element, by its path.
fn field<'d>(item: &'d Data, path: &str) -> Option<&'d Data> {
    path.split('.').try_fold(item, |at, name| at.get(name))
}

/// 2 and 2.0 are the same.
fn same(a: &Data, b: &Data) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(_), Some(_)) => order(a, b) == Ordering::Equal,
        _ => a == b,
    }
}

fn pick(value: &Data, args: &Args) -> Answer {
    let path = args.needed_text("field")?;
    let items = list_of(value)?.iter();
    Ok(Data::list(items.map(|item| field(item, path).cloned().unwrap_or_default())))
}

fn only_where(value: &Data, args: &Args) -> Answer {
    let path = args.needed_text("field")?;
    let wanted = args.get("value");
    let fits = |item: &&Data| match (field(item, path), wanted) {
        (Some(found), Some(wanted)) => same(found, wanted),
        (Some(found), None) => found.holds(),
        (None, _) => false,
    };
    Ok(Data::list(list_of(value)?.iter().filter(fits).cloned()))
}

fn sum_of(value: &Data, args: &Args) -> Answer {
    let path = args.needed_text("field")?;
    let mut whole: i64 = 0;
    let mut part: Option<f64> = None;
    for item in list_of(value)? {
        match field(item, path) {
            None | Some(Data::Null) => {}
            Some(Data::Int(n)) => {
                whole = whole.checked_add(*n).ok_or_else(|| "makes a sum that is too large".to_owned())?;
            }
            Some(Data::Float(n)) => *part.get_or_insert(0.0) += n,
            Some(other) => return Err(format!("cannot add up `{}`, which is {}", cut(other), other.kind())),
        }
    }
    match part {
        None => Ok(Data::Int(whole)),
        Some(part) => Data::number(whole as f64 + part).ok_or_else(|| "makes a sum that is too large".into()),
    }
}

/// Nothing comes first, then false and true, numbers, texts, and what has no order of its own.
fn order(a: &Data, b: &Data) -> Ordering {
    let rank = |data: &Data| match data {
        Data::Null => 0,
        Data::Bool(_) => 1,
        Data::Int(_) | Data::Float(_) => 2,
        Data::Text(_) => 3,
        Data::List(_) | Data::Object(_) => 4,
    };
    match (a, b) {
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Text(a), Data::Text(b)) => {
            let letters = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
            letters(a).cmp(&letters(b))
        }
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => rank(a).cmp(&rank(b)),
        },
    }
}

fn sort_by(value: &Data, args: &Args) -> Answer {
    let path = args.needed_text("field")?;
    let mut items = list_of(value)?.to_vec();
    let key = |item: &Data| field(item, path).cloned().unwrap_or_default();
    let reverse = args.flag("reverse")?;
    items.sort_by(|a, b| {
        let order = order(&key(a), &key(b));
        if reverse { order.reverse() } else { order }
    });
    Ok(Data::list(items))
}

fn chunk(value: &Data, args: &Args) -> Answer {
    let size = args.needed_count("size")?;
    if size == 0 {
        return Err("takes a size of 1 or more".into());
    }
    Ok(Data::list(list_of(value)?.chunks(size).map(|part| Data::list(part.iter().cloned()))))
}

fn take(value: &Data, args: &Args) -> Answer {
    Ok(Data::list(list_of(value)?.iter().take(args.needed_count("count")?).cloned()))
}

fn skip(value: &Data, args: &Args) -> Answer {
    Ok(Data::list(list_of(value)?.iter().skip(args.needed_count("count")?).cloned()))
}

fn without(value: &Data, args: &Args) -> Answer {
    let nothing = Data::Null;
    let unwanted = args.get("value").unwrap_or(&nothing);
    Ok(Data::list(list_of(value)?.iter().filter(|item| !same(item, unwanted)).cloned()))
}

fn flatten(value: &Data, args: &Args) -> Answer {
    let levels = args.count("levels")?.unwrap_or(1);
    list_of(value)?;
    let mut out = Vec::new();
    spread(value, levels, &mut out);
    Ok(Data::List(Arc::new(out.into_iter().collect())))
}

/// The elements; one too many is refused with everybody's words.
fn spread(value: &Data, levels: usize, out: &mut Vec<Data>) {
    for item in value.as_list().unwrap_or_default() {
        if out.len() > MOST_ITEMS {
            return;
        }
        match item {
            Data::List(_) if levels > 0 => spread(item, levels - 1, out),
            other => out.push(other.clone()),
        }
    }
}
