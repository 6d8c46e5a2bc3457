//! Values of every odd kind that a file can hold.

use flow::{Map, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use smol_str::SmolStr;

/// Literals that a double, an integer or a careless printer would change.
const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "-0",
    "1.0",
    "-0.0",
    "1e5",
    "1E+5",
    "2.50",
    "0.1",
    "1e-7",
    "0.0000001",
    "9007199254740993",
    "12345678901234567890",
    "0.1000000000000000055511151231257827",
    "1e400",
    "-1e-400",
];

const NAMES: [&str; 24] = [
    "a",
    "b",
    "text",
    "id",
    "kind",
    "next",
    "",
    "__proto__",
    "constructor",
    "$num",
    "$$num",
    "$lines",
    "$raw",
    "$expr",
    "größe",
    "名前",
    "🙂",
    "a b",
    "a.b",
    "\"quoted\"",
    "line\nbreak",
    "\u{0}",
    "\u{feff}",
    "e\u{301}",
];

const TEXTS: [&str; 22] = [
    "",
    "Hi",
    "Hi {{ user.first_name }}!",
    "{{ bot.total }} of {{ nodes.greet.text | upper }}",
    "{{ nodes['greet'].text }} ü {{ chat.title }}",
    "{% for x in bot.cart %}{{ x.name }} {{ loop.index }}{% endfor %}",
    "{{ flow.x + flow.nothing }}",
    "{{ unknown.name }} {{ user.frist_name }}",
    "{{ half",
    "two\nlines",
    "\n",
    "\n\n",
    "ends\n",
    "\r\n",
    "tab\t and \"quotes\" and \\",
    "\u{0}\u{1}\u{1f}\u{7f}",
    "emoji 👩‍👩‍👧 and ünïcödé",
    "\u{2028}\u{feff}\u{fffd}",
    "user.name",
    "10m",
    "main",
    "a rather long text that alone fills more than the width of a line, so that whatever holds it has to be broken",
];

pub fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i16>().prop_map(|n| Value::int(n.into())),
        select(&NUMBERS[..]).prop_map(|literal| Value::Number(literal.into())),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?"
            .prop_map(|literal| Value::Number(literal.into())),
    ]
}

/// A member's name or an id: mostly plain.
pub fn name() -> impl Strategy<Value = SmolStr> {
    prop_oneof![
        4 => "[a-e]".prop_map(SmolStr::from),
        2 => select(&NAMES[..]).prop_map(SmolStr::new),
        1 => "[a-z0-9]{6}".prop_map(SmolStr::from),
        1 => any::<String>().prop_map(|s| s.chars().take(8).collect()),
    ]
}

pub fn text() -> impl Strategy<Value = SmolStr> {
    prop_oneof![
        4 => select(&TEXTS[..]).prop_map(SmolStr::new),
        1 => "[a-z ]{0,12}".prop_map(SmolStr::from),
        1 => "\\PC{0,12}".prop_map(SmolStr::from),
        1 => vec(select(&TEXTS[..]), 2..4).prop_map(|parts| parts.join("\n").into()),
    ]
}

/// Any value, tagged objects of all kinds and almost-tagged ones among them.
pub fn value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => number(),
        4 => text().prop_map(Value::String),
    ];
    let tree = leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(Value::Array),
            3 => vec((name(), inner.clone()), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
            2 => element(inner.clone()).prop_map(Value::Object),
            1 => (tag(), inner.clone()).prop_map(|(tag, inner)| Value::tagged(tag, inner)),
            1 => vec(text().prop_map(Value::String), 0..4).prop_map(|lines| Value::tagged("$lines", Value::Array(lines))),
            1 => vec(inner.clone(), 1..3).prop_map(|lines| Value::tagged("$lines", Value::Array(lines))),
        ]
    });
    prop_oneof![20 => tree, 1 => deep()].boxed()
}

/// A value as it stands in a field: `$lines` are texts there.
pub fn field_value() -> BoxedStrategy<Value> {
    value()
        .prop_map(|mut value| {
            value.join_lines();
            value
        })
        .boxed()
}

/// No deeper than what a member may be.
pub fn shallow(map: &mut Map) {
    for value in map.values_mut().filter(|value| value.depth() >= flow::value::MAX_DEPTH) {
        *value = Value::Null;
    }
}

fn tag() -> impl Strategy<Value = &'static str> {
    select(&["$expr", "$secret", "$t", "$raw", "$num", "$$num", "$lines", "$", "$other"][..])
}

/// A list's element.
fn element(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Map> {
    (select(&["a", "b", "c", "x"][..]), vec((name(), inner), 0..3)).prop_map(|(id, members)| {
        let mut map: Map = members.into_iter().collect();
        map.insert("id", Value::from(id));
        map
    })
}

/// As deep as values go, and a little deeper than paths and lines leave room for.
fn deep() -> impl Strategy<Value = Value> {
    (55usize..63, any::<bool>(), text()).prop_map(|(depth, lists, text)| {
        (0..depth).fold(Value::String(text), |inner, _| {
            if lists { Value::Array(vec![inner]) } else { Value::tagged("a", inner) }
        })
    })
}
