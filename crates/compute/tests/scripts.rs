//! Scripts as cases: what comes of each.

mod say;

use compute::{Limits, Seed, check_script, script};
use say::said;
use serde_json::{Map, Value, json};

const SEED: Seed = Seed { now_ms: 1_700_000_000_000, random: 7 };

fn inputs() -> Map<String, Value> {
    match json!({"total": 10, "name": "Zoë", "items": [3, 1, 2], "größe": 1, "deep": {"a": {"b": null}}}) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(code, expected)| {
            let got = said(script(code, &inputs(), SEED, &Limits::default()).result);
            (got != *expected).then(|| format!("{code}\n  expected {expected}\n  got      {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_script_returns() {
    check(&[
        ("return Math.round(total * 1.19);", "12"),
        ("return `Hi ${name}, ${items.length + größe}`", r#""Hi Zoë, 4""#),
        (
            "return {sum: items.reduce((a, b) => a + b), sorted: items.sort(), none: undefined}",
            r#"{"sorted":[1,2,3],"sum":6}"#,
        ),
        ("", "null"),
        ("return", "null"),
        ("return [undefined, null]", "[null,null]"),
        ("return deep.a?.b ?? 'nothing' // a comment ends with its line", r#""nothing""#),
        ("return new Date(0)", r#""1970-01-01T00:00:00.000Z""#),
        ("return {toJSON() { return [1] }}", "[1]"),
        ("return 'a😀b'.slice(0, 2)", "\"a\u{fffd}\""),
        ("return [1e21, -0, 0.1 + 0.2, 9007199254740993]", "[1e+21,0,0.30000000000000004,9007199254740992]"),
        ("class P { constructor() { this.x = 1 } get y() { return 2 } } return new P()", r#"{"x":1}"#),
        ("return this === undefined && typeof require", r#""undefined""#),
        (
            "return items.toSorted().at(-1) + Object.groupBy(items, (i) => i % 2).1?.length",
            "syntax 1:69: expecting ';'",
        ),
        ("return [...new Set([1, 1, 2])].map((n) => n ** 2)", "[1,4]"),
        ("return name.match(/(?<first>\\p{L})/u).groups.first", r#""Z""#),
    ]);
}

#[test]
fn what_a_script_may_wait_for() {
    check(&[
        ("return await Promise.resolve(3)", "3"),
        ("return Promise.all(items.map(async (i) => i * 2))", "[6,2,4]"),
        (
            "const f = async () => { await null; throw new RangeError('far') }; await f()",
            "threw 1:47: RangeError: far",
        ),
        (
            "await new Promise(() => {})",
            "threw: the script waits for something that never comes; there are no timers and nothing to fetch here",
        ),
        ("setTimeout(() => 1, 5)", "threw 1:1: ReferenceError: setTimeout is not defined"),
        ("return await import('fs')", "threw: ReferenceError: could not load module 'fs'"),
    ]);
}

#[test]
fn time_and_chance_are_given() {
    check(&[
        ("return [Date.now(), new Date().toISOString()]", r#"[1700000000000,"2023-11-14T22:13:20.000Z"]"#),
        ("return [new Date().getTimezoneOffset(), new Date(2024, 6, 1).getTime()]", "[0,1719792000000]"),
        ("return [Math.random(), Math.random()]", "[0.3898297483912715,0.01678829452815611]"),
        ("return new Date(0).toLocaleString('de-DE')", r#""01/01/1970, 12:00:00 AM""#),
        ("return (1234.5).toLocaleString('de-DE')", r#""1234.5""#),
        ("return typeof performance", r#""undefined""#),
    ]);
    let chance =
        |random| script("return Math.random()", &Map::new(), Seed { now_ms: 0, random }, &Limits::default());
    assert_ne!(chance(1), chance(2));
}

#[test]
fn what_is_no_data() {
    check(&[
        (
            "return {a: [1, {b: () => 1}]}",
            "not data: the result.a[1].b is a function, which cannot be kept as JSON",
        ),
        (
            "return {'a b': NaN}",
            "not data: the result[\"a b\"] is the number NaN, which cannot be kept as JSON",
        ),
        ("return 1 / 0", "not data: the result is the number Infinity, which cannot be kept as JSON"),
        ("return 10n", "not data: the result is a BigInt, which cannot be kept as JSON"),
        ("return [Symbol('a')]", "not data: the result[0] is a symbol, which cannot be kept as JSON"),
        (
            "const a = {}; a.a = [a]; return a",
            "not data: the result.a[0] is part of itself, which cannot be kept as JSON",
        ),
        ("return new Map([[1, 2]])", "not data: the result is of the kind Map, which cannot be kept as JSON"),
        (
            "return [new Date(NaN)]",
            "not data: the result[0] is an invalid date, which cannot be kept as JSON",
        ),
        ("const o = {a: 1}; return [o, o]", r#"[{"a":1},{"a":1}]"#),
    ]);
}

#[test]
fn mistakes_have_a_place() {
    check(&[
        ("\n\n  null.x", "threw 3:3: TypeError: cannot read property 'x' of null"),
        ("const f = () => {\n  throw new TypeError('no')\n}\nf()", "threw 2:13: TypeError: no"),
        ("x = 1", "threw 1:1: ReferenceError: x is not defined"),
        ("throw {code: 7}", "threw: thrown: {\"code\":7}"),
        ("throw undefined", "threw: thrown: undefined"),
        ("throw {get stack() { throw 1 }}", "threw: thrown: [something that cannot be shown]"),
        ("return {get a() { throw new Error('late') }}", "threw 1:29: Error: late"),
        ("return 1 +", "syntax 1:11: something is missing at the end"),
        ("let x =\n  1 +;", "syntax 2:6: unexpected token in expression: ';'"),
        ("return 1}); (async function () { return 2", "syntax 1:10: Unexpected token ')'"),
        ("return 1}]; [async function () { return 2", "syntax 1:10: Unexpected token ']'"),
        ("import x from 'y'", "syntax 1:8: Unexpected identifier 'x'"),
    ]);
    for code in ["return 1 +", "let x =\n  1 +;", "return 1}); (async function () { return 2"] {
        let run = script(code, &Map::new(), SEED, &Limits::default()).result.map(drop);
        assert_eq!(check_script(code), run, "{code}");
        assert!(run.is_err());
    }
    assert_eq!(check_script("return missing + await something()"), Ok(()));
}

#[test]
fn names_of_inputs() {
    for (name, usable) in [
        ("a", true),
        ("größe", true),
        ("$x_1", true),
        ("a-b", false),
        ("", false),
        ("class", false),
        ("1a", false),
        ("a,b", false),
        ("a){}(", false),
        ("await", false),
        ("eval", false),
        ("__proto__", true),
    ] {
        let inputs = Map::from_iter([(name.to_string(), json!(5))]);
        let code = if usable { format!("return {name}") } else { "return 5".into() };
        let got = said(script(&code, &inputs, SEED, &Limits::default()).result);
        let expected = if usable {
            "5".to_string()
        } else {
            format!("syntax: the input `{name}` cannot be the name of a variable; rename it")
        };
        assert_eq!(got, expected);
    }
}

#[test]
fn the_log_outlives_the_script() {
    let ran = script(
        "console.log('a', {b: [1]}, undefined, () => 1, new Error('e'))\nfor (;;) {}",
        &Map::new(),
        SEED,
        &Limits { work: 100_000, ..Limits::default() },
    );
    assert_eq!(ran.log, [r#"a {"b":[1]} undefined [function] Error: e"#]);
    assert!(ran.result.is_err());
    let ran = script(
        "for (let i = 0; i < 1000; i++) console.warn('x'.repeat(i * 10))",
        &Map::new(),
        SEED,
        &Limits::default(),
    );
    assert_eq!(ran.log.last().map(String::as_str), Some("… the rest of the log is left out"));
    assert!(ran.log.len() <= 201 && ran.log.iter().map(String::len).sum::<usize>() < 70_000);
}

/// What a script does to its world ends with it.
#[test]
fn nothing_leaks_into_the_next_call() {
    let spoil = "
        Object.prototype.polluted = 1; Array.prototype.map = null; globalThis.kept = 1; JSON.stringify = () => '9';
        Promise.prototype.then = () => { throw 1 }; Math.random = () => 4; String.prototype.toWellFormed = null;
        RegExp.prototype.exec = null; Object.keys = null; Array.prototype[Symbol.iterator] = null; Date.now = () => 0;
        return {a: [1, 'b']}";
    let look = "return [{}.polluted, typeof [].map, typeof kept, JSON.stringify(1), Math.random(), 'a'.toWellFormed(), Date.now()]";
    let run = |code| said(script(code, &inputs(), SEED, &Limits::default()).result);
    let before = run(look);
    assert_eq!(run(spoil), r#"{"a":[1,"b"]}"#);
    assert_eq!(run(look), before);
    assert_eq!(before, r#"[null,"function","undefined","1",0.3898297483912715,"a",1700000000000]"#);
}
