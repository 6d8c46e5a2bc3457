//! How much an expression may make. Whatever makes a text or a list is weighed here, one by one and all together.

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs, from_args};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::eval::{MOST_ITEMS, MOST_TEXT};
use crate::data::{Data, Fields, Items};
use crate::value::MAX_DEPTH;

/// Filters of no name that can be written: `kept` weighs what was made, `seen` what will be looked through; `times` multiplies.
pub(super) const KEPT: &str = "=";
pub(super) const SEEN: &str = "?";
pub(super) const TIMES: &str = "*";

/// One value with all that is in it.
const MOST_WEIGHT: usize = 8 << 20;
/// Everything that is made while an expression runs.
const MOST_WORK: usize = 64 << 20;
/// What a value takes besides its text.
const EACH: usize = 16;

/// Looking through something is that much cheaper than making it.
const CHEAPER: usize = 4;

struct Spent(usize);

/// Takes from what may be made; an error when nothing is left.
pub(super) fn spend(state: &mut State, bytes: usize) -> Result<(), Error> {
    let spent = state.get_or_insert_extension(Spent(0));
    spent.0 = spent.0.saturating_add(bytes);
    match spent.0 {
        ..=MOST_WORK => Ok(()),
        _ => Err(Error::from(ErrorKind::OutOfFuel)),
    }
}

/// For looking through something of that weight.
pub(super) fn look(state: &mut State, bytes: usize) -> Result<(), Error> {
    spend(state, bytes / CHEAPER)
}

fn is_small(value: &Value) -> bool {
    use ValueKind::{Bool, None, Number, Undefined};
    matches!(value.kind(), Number | Bool | None | Undefined)
}

fn too_much(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

fn too_long() -> Error {
    too_much(format!("this would make a text of more than {MOST_TEXT} bytes"))
}

pub(super) fn add(env: &mut Environment<'static>) {
    env.add_filter(KEPT, |state: &mut State, value: Value| -> Result<Value, Error> {
        if !is_small(&value) {
            let mut scale = Scale::default();
            scale.value(&value, MAX_DEPTH)?;
            spend(state, scale.bytes)?;
        }
        Ok(value)
    });
    env.add_filter(SEEN, |state: &mut State, value: Value| -> Result<Value, Error> {
        if !is_small(&value) {
            let mut scale = Scale::default();
            // What is too large to be made may still come from outside.
            let _ = scale.value(&value, MAX_DEPTH);
            look(state, scale.bytes)?;
        }
        Ok(value)
    });
    env.add_filter(TIMES, times);
    guarded(env, "replace", Value::from_function(minijinja::filters::replace), |args, _| {
        let part = |place: usize| args.get(place).and_then(Value::as_str);
        let (Some(text), Some(from), Some(to)) = (part(0), part(1), part(2)) else { return Ok(()) };
        fits(text.matches(from).count(), to.len())
    });
    guarded(env, "join", Value::from_function(minijinja::filters::join), |args, named| {
        let named = named.args().filter_map(|name| named.peek::<Value>(name).ok());
        let given = args.iter().skip(1).cloned().chain(named);
        let between = given.filter_map(|value| value.as_str().map(str::len)).max().unwrap_or(0);
        let count = args.first().map_or(0, |list| list.len().unwrap_or(MOST_ITEMS));
        fits(count, between)
    });
    guarded(env, "indent", Value::from_function(minijinja::filters::indent), |args, named| {
        let lines = args.first().and_then(Value::as_str).map_or(1, |text| text.split('\n').count());
        let named = named.peek::<Value>("width").ok();
        let width = args.get(1).or(named.as_ref()).and_then(Value::as_usize).unwrap_or(0);
        fits(lines, width)
    });
    guarded(env, "format", Value::from_function(minijinja::filters::format), |args, _| {
        let text = args.first().and_then(Value::as_str).unwrap_or_default();
        let mut width = 0_usize;
        for digits in text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()) {
            width = width.saturating_add(digits.parse().unwrap_or(usize::MAX));
        }
        // `%*d` takes its width from what is given.
        if text.contains('*') {
            let widest = args.iter().skip(1).filter_map(Value::as_usize).max().unwrap_or(0);
            width = width.saturating_add(widest.saturating_mul(text.matches('*').count()));
        }
        fits(1, width)
    });
    for (name, original) in [
        ("batch", Value::from_function(minijinja::filters::batch)),
        ("slice", Value::from_function(minijinja::filters::slice)),
    ] {
        guarded(env, name, original, |args, _| match args.get(1).and_then(Value::as_usize) {
            Some(count) if count > MOST_ITEMS => {
                Err(too_much(format!("this would make a list of more than {MOST_ITEMS} elements")))
            }
            _ => Ok(()),
        });
    }
}

type Check = fn(&[Value], &Kwargs) -> Result<(), Error>;

/// A filter of the language whose result can be much more than what it is given, with a look at that first.
fn guarded(env: &mut Environment<'static>, name: &'static str, original: Value, check: Check) {
    env.add_filter(name, move |state: &mut State, given: Rest<ValueOrKwargs>| -> Result<Value, Error> {
        let given = given.into_values();
        let (placed, named) = from_args::<(&[Value], Kwargs)>(&given)?;
        check(placed, &named)?;
        original.call(state, &given)
    });
}

fn fits(count: usize, each: usize) -> Result<(), Error> {
    match count.checked_mul(each) {
        Some(..=MOST_TEXT) => Ok(()),
        _ => Err(too_long()),
    }
}

/// `a * b`: numbers, or a text or list so many times.
fn times(state: &mut State, a: Value, b: Value) -> Result<Value, Error> {
    for value in [&a, &b] {
        if value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
    }
    let impossible = || too_much(format!("{} and {} cannot be multiplied", a.kind(), b.kind()));
    let many =
        |value: &Value| matches!(value.kind(), ValueKind::String | ValueKind::Seq | ValueKind::Iterable);
    let (repeated, count) = match (many(&a), many(&b)) {
        (false, false) => return product(&a, &b).ok_or_else(impossible)?,
        (true, false) => (&a, &b),
        (false, true) => (&b, &a),
        (true, true) => return Err(impossible()),
    };
    let count = count
        .as_usize()
        .ok_or_else(|| too_much("a text or list can only be taken a whole number of times"))?;
    if let Some(text) = repeated.as_str() {
        fits(count, text.len())?;
        spend(state, count * text.len())?;
        return Ok(Value::from(text.repeat(count)));
    }
    let mut scale = Scale::default();
    scale.value(repeated, MAX_DEPTH)?;
    if scale.items.saturating_mul(count) > MOST_ITEMS || scale.bytes.saturating_mul(count) > MOST_WEIGHT {
        return Err(too_much(format!("this would make a list of more than {MOST_ITEMS} elements")));
    }
    spend(state, scale.bytes * count)?;
    let items: Vec<Value> = repeated.try_iter()?.collect();
    Ok((0..count).flat_map(|_| items.iter().cloned()).collect())
}

/// Nothing where one of them is no number.
fn product(a: &Value, b: &Value) -> Option<Result<Value, Error>> {
    let whole = |value: &Value| match value.kind() {
        ValueKind::Bool => Some(i128::from(value.is_true())),
        _ if value.is_integer() => i128::try_from(value.clone()).ok(),
        _ => None,
    };
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        let made = a.checked_mul(b).ok_or_else(|| too_much(format!("unable to calculate {a} * {b}")));
        return Some(made.map(|n| i64::try_from(n).map_or_else(|_| Value::from(n), Value::from)));
    }
    let number = |value: &Value| match value.kind() {
        ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        _ => None,
    };
    Some(Ok(Value::from(number(a)? * number(b)?)))
}

/// Weighs a value with all that is in it, and stops as soon as that is too much: what holds one list many times weighs it many times.
#[derive(Default)]
struct Scale {
    items: usize,
    bytes: usize,
}

impl Scale {
    fn put(&mut self, bytes: usize) -> Result<(), Error> {
        self.items += 1;
        self.bytes = self.bytes.saturating_add(bytes + EACH);
        if self.items > MOST_ITEMS + 1 {
            return Err(too_much(format!("this makes a list of more than {MOST_ITEMS} elements")));
        }
        if self.bytes > MOST_WEIGHT {
            return Err(too_much(format!("this makes a value of more than {MOST_WEIGHT} bytes")));
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let Some(deeper) = depth.checked_sub(1) else { return Err(too_much("the value nests too deeply")) };
        if let Some(object) = value.as_object() {
            if let Some(items) = object.downcast_ref::<Items>() {
                self.put(0)?;
                return items.iter().try_for_each(|item| self.data(item));
            }
            if let Some(members) = object.downcast_ref::<Fields>() {
                return self.members(members);
            }
        }
        match value.kind() {
            ValueKind::String => {
                let length = value.as_str().map_or(0, str::len);
                if length > MOST_TEXT {
                    return Err(too_much(format!("this makes a text of more than {MOST_TEXT} bytes")));
                }
                self.put(length)
            }
            ValueKind::Seq | ValueKind::Iterable => {
                self.put(0)?;
                value.try_iter()?.try_for_each(|item| self.value(&item, deeper))
            }
            ValueKind::Map => {
                self.put(0)?;
                value.try_iter()?.try_for_each(|key| {
                    self.bytes += key.as_str().map_or(0, str::len);
                    self.value(&value.get_item(&key)?, deeper)
                })
            }
            _ => self.put(0),
        }
    }

    /// What comes from outside has no more depth than it may have.
    fn data(&mut self, data: &Data) -> Result<(), Error> {
        match data {
            Data::Text(text) => self.put(text.len()),
            Data::List(items) => {
                self.put(0)?;
                items.iter().try_for_each(|item| self.data(item))
            }
            Data::Object(members) => self.members(members),
            _ => self.put(0),
        }
    }

    fn members(&mut self, members: &Fields) -> Result<(), Error> {
        self.put(0)?;
        members.iter().try_for_each(|(name, value)| {
            self.bytes += name.len();
            self.data(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Formula, Scope, Template};

    fn eval(text: &str) -> Result<String, String> {
        let formula = Formula::compile(text).map_err(|error| error.message)?;
        let answer = formula.eval(&Arc::new(Scope::default()));
        answer.map(|data| data.to_string()).map_err(|trouble| trouble.message)
    }

    fn render(text: &str) -> Result<usize, String> {
        let template = Template::compile(text).map_err(|error| error.message)?;
        template.render(&Arc::new(Scope::default())).map(|text| text.len()).map_err(|trouble| trouble.message)
    }

    #[test]
    fn products() {
        for (text, expected) in [
            ("2 * 3", "6"),
            ("2.5 * 2", "5.0"),
            ("true * 2", "2"),
            ("'ab' * 2", "\"abab\""),
            ("2 * 'ab'", "\"abab\""),
            ("[1, 2] * 2", "[1, 2, 1, 2]"),
            ("'ab' * 0", "\"\""),
            ("2 + 3 * 4 - 1", "13"),
            ("-2 * 3", "-6"),
        ] {
            assert_eq!(eval(text).as_deref(), Ok(expected), "{text}");
        }
        assert!(eval("9223372036854775807 * 9223372036854775807 * 9223372036854775807").is_err());
        assert_eq!(eval("'a' * 'b'").unwrap_err(), "String and string cannot be multiplied.");
        assert_eq!(eval("bot.x * 2").unwrap_err(), "There is no `bot.x`.");
    }

    #[test]
    fn no_operator_makes_too_much() {
        let text = "this would make a text of more than 1048576 bytes";
        let list = "list of more than 100000 elements";
        for (source, expected) in [
            ("'x' * 1000000000", text),
            ("('x' * 1000000) * 1000", text),
            ("[1] * 1000000000", list),
            ("(1, 2) * 1000000000", list),
            ("('x' * 1000000) ~ ('x' * 1000000)", "text of more than"),
            ("('x' * 1000000) + ('x' * 1000000)", "text of more than"),
            ("('x' * 1000000) | replace('x', 'yyy')", text),
            ("('x' * 1000000) | replace('', 'y' * 1000)", text),
            ("range(50000) | join('y' * 1000)", text),
            ("range(50000) | join(d='y' * 1000)", text),
            ("('\n' * 100000) | indent(1000)", text),
            ("'a' | indent(width=1000000000, first=true)", text),
            ("'%1000000000d' | format(1)", text),
            ("'%*d' | format(1000000000, 1)", text),
            ("[1] | batch(1000000000, 0)", list),
            ("[1] | slice(1000000000)", list),
            ("range(100001)", "range has too many elements"),
            ("[range(60000), range(60000)]", list),
            ("range(60000) | chain(range(60000))", list),
            ("['x' * 1000000] * 9", list),
            ("range(100000) | map('replace', '0', 'x' * 1000) | list", "value of more than"),
        ] {
            let error = eval(source).unwrap_err();
            assert!(error.to_lowercase().contains(expected), "{source}: {error}");
        }
    }

    #[test]
    fn no_template_makes_too_much() {
        let doubled = |kind: &str| {
            format!(
                "{{% set ns = namespace(x='xxxxxxxx') %}}{{% for i in range(60) %}}{kind}{{% endfor %}}{{{{ ns.x | length }}}}"
            )
        };
        let raw = format!("{{% for i in range(10000) %}}{}{{% endfor %}}", "x".repeat(60_000));
        for source in [
            doubled("{% set ns.x = ns.x ~ ns.x %}"),
            doubled("{% set ns.x = ns.x + ns.x %}"),
            doubled("{% set ns.x = [ns.x, ns.x] %}"),
            doubled("{% set ns.x = {'a': ns.x, 'b': ns.x} %}"),
            doubled("{% set ns.x = [ns.x] * 2 %}"),
            doubled("{% set x %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = x %}"),
            doubled("{% set ns.x = ns.x | replace('x', 'xx') %}"),
            doubled("{% set ns.x = [ns.x, ns.x] | join %}"),
            doubled("{% set ns.x = '%s%s' | format(ns.x, ns.x) %}"),
            "{% for x in ['x' * 1000] recursive %}{{ loop([x ~ x]) }}{% endfor %}".into(),
            "{% filter upper %}{% for i in range(9000) %}{{ 'x' * 1000000 }}{% endfor %}{% endfilter %}"
                .into(),
            "{% for i in range(9000) %}{% set y = ('x' * 1000000)[1:] %}{% endfor %}".into(),
            "{% set y = 'x' * 1000000 %}{% for i in range(9000) %}{% if y == y ~ '' %}{% endif %}{% endfor %}".into(),
            "{% set y = 'x' * 1000000 %}{% for i in range(9000) %}{% if 'ab' in y %}{% endif %}{% endfor %}".into(),
            format!("{{% set y %}}{raw}{{% endset %}}"),
            raw,
        ] {
            let error = render(&source).unwrap_err();
            let bounded = ["more than", "too many steps", "too deeply"];
            let shown: String = source.chars().take(120).collect();
            assert!(bounded.iter().any(|words| error.contains(words)), "{shown}: {error}");
        }
        assert_eq!(render("{% for i in range(3) %}ab{{ i * 2 }}{% endfor %}"), Ok(9));
        assert_eq!(
            render(
                "{% for x in [[1, [2]]] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %}{% endfor %}"
            ),
            Ok(6)
        );
    }

    #[test]
    fn the_longest_chains_fit_on_the_stack() {
        for text in [
            format!("1{}", " + 1".repeat(249)),
            format!("'a'{}", " ~ 'a'".repeat(249)),
            format!("'a'{}", " | upper".repeat(249)),
            format!("{}1{}", "[".repeat(60), "]".repeat(60)),
            format!("1{}", " * 1".repeat(249)),
        ] {
            assert!(eval(&text).is_ok(), "{text}: {:?}", eval(&text));
        }
    }
}
