//! Programs that would take a machine down, and where each is stopped.

mod say;

use compute::{DEPTH, Error, Kind, Limits, Seed, jq, script};
use say::{failure, said};
use serde_json::{Map, Value, json};

/// Small enough that all of this takes seconds.
const LIMITS: Limits = Limits { work: 3_000_000, memory: 8 << 20, output: 64 << 10 };

const WORK: &str =
    "over: this takes more than 3000000 steps of work; look for a loop that never ends, or do less at once";
const MEMORY: &str =
    "over: this needs more than 8 MiB of memory; look for something that only grows, or do less at once";
const OUTPUT: &str = "over: the result is larger than 64 KiB; return only what is needed";
const DEEP: &str =
    "over: calls or values are nested too deep; look for something that calls itself without end";
const LEVELS: &str = "over: the result is nested deeper than 100 levels";

fn run(code: &str) -> String {
    said(script(code, &Map::new(), Seed::default(), &LIMITS).result)
}

fn transform(program: &str) -> String {
    said(jq(program, &json!({"a": 1}), &LIMITS).map(|values| Value::Array(values).to_string()))
}

fn check(run: fn(&str) -> String, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(program, expected)| (program, expected, run(program)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(program, expected, got)| format!("{program}\n  expected {expected}\n  got      {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn scripts_without_end() {
    check(
        run,
        &[
            ("for (;;);", WORK),
            ("try { for (;;); } catch { return 1 } finally { return 2 }", WORK),
            ("const again = () => Promise.resolve().then(again); await again()", WORK),
            ("return [3, 2, 1].sort(() => { for (;;); })", WORK),
            ("return {get a() { for (;;); }}", WORK),
            ("return new Proxy({}, {ownKeys() { for (;;); }})", WORK),
            (
                "throw {get message() { for (;;); }, toString() { for (;;); }, get stack() { for (;;); }}",
                WORK,
            ),
            ("return 'a'.replace(/a/, () => { for (;;); })", WORK),
            ("function* all() { for (;;) yield 1 } for (const one of all());", WORK),
            // Builtins that never come back to the script.
            ("return new Array(4294967295).indexOf(1)", WORK),
            ("return Array.prototype.includes.call({length: 2 ** 53 - 1}, 1)", WORK),
            ("return /(a*)*b/.test('a'.repeat(40))", WORK),
            ("return /^(?:(?:a|a)+)+$/.test('a'.repeat(40) + 'b')", WORK),
            ("const a = 'a'.repeat(1e6); return (a + a).indexOf(a + 'b')", WORK),
            ("let n = 3n; for (let i = 0; i < 18; i++) n *= n; return String(n).length", WORK),
            ("return JSON.stringify(Array.from({length: 1e9}))", WORK),
        ],
    );
}

#[test]
fn scripts_that_only_grow() {
    check(
        run,
        &[
            ("const all = []; for (;;) all.push(new Uint8Array(1e5))", MEMORY),
            ("return 'x'.repeat(1e9)", MEMORY),
            ("return new Uint8Array(1e9)", MEMORY),
            ("return 'x'.padEnd(5e8, 'ab')", MEMORY),
            ("try { return new ArrayBuffer(1e9) } catch { return 'caught' }", MEMORY),
            ("let s = 'ab'; for (let i = 0; i < 24; i++) s += s; return s.charAt(1)", MEMORY),
            ("return 'x'.repeat(70000)", OUTPUT),
        ],
    );
}

#[test]
fn scripts_too_deep() {
    check(
        run,
        &[
            ("const f = () => f(); f()", "over 1:17: RangeError: Maximum call stack size exceeded"),
            ("const f = () => { try { return f() } catch { return 'caught' } }; return f()", "\"caught\""),
            ("let o = {}; for (let i = 0; i < 200; i++) o = {o}; return o", LEVELS),
            ("return JSON.parse('['.repeat(100) + ']'.repeat(100)).length", "1"),
            (
                "return {toJSON() { return this }}",
                "not data: the result is part of itself, which cannot be kept as JSON",
            ),
            ("return {toJSON() { return {toJSON: this.toJSON} }}", LEVELS),
        ],
    );
    // Wherever the engine's own stack ends: an error, and no more than that.
    for code in [
        format!("return {}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("return {}{}", "[".repeat(50_000), "]".repeat(50_000)),
        format!("return /{}a{}/.test('a')", "(".repeat(50_000), ")".repeat(50_000)),
        "return JSON.parse('['.repeat(100000))".into(),
        "let a = []; for (let i = 0; i < 30000; i++) a = [a]; return a.flat(Infinity).length".into(),
    ] {
        let got = script(&code, &Map::new(), Seed::default(), &LIMITS).result;
        assert!(got.is_err() || got == Ok(json!(0)), "{}: {got:?}", &code[..30]);
    }
}

#[test]
fn transforms() {
    check(
        transform,
        &[
            ("last(repeat(1))", WORK),
            ("[.[] | until(false; .)]", WORK),
            ("def f: 1 | f; f", WORK),
            ("[range(1e12)]", MEMORY),
            ("first(range(1e12) | select(. < 0))", WORK),
            ("reduce repeat(1) as $x (0; . + $x)", WORK),
            ("\"x\" * 1000000000", MEMORY),
            ("reduce range(40) as $i (\"ab\"; . + .) | length", MEMORY),
            ("repeat(\"0123456789\")", OUTPUT),
            ("\"x\" * 70000", OUTPUT),
            ("def f: f + 1; f", DEEP),
            ("def f: [f]; f", DEEP),
            ("reduce range(200) as $i (1; [.])", LEVELS),
            ("[combinations(40)]?, ([range(9)] | [combinations(9)] | length)", WORK),
            ("\"a\" * 40 | test(\"(a*)*(a*)*(a*)*b\")", "[false]"),
            ("pow(10; 400)", "not data: the number inf cannot be kept as JSON"),
        ],
    );
    for program in
        ["(".repeat(50_000), "[".repeat(50_000), "-".repeat(50_000), format!("{}1", "1 | ".repeat(20_000))]
    {
        let got = jq(&program, &Value::Null, &LIMITS);
        assert!(got.is_err() || got == Ok(vec![json!(1)]), "{}: {got:?}", &program[..9]);
    }
}

#[test]
fn inputs_are_bounded_too() {
    let mut deep = json!(1);
    for _ in 0..DEPTH {
        deep = json!([deep]);
    }
    let at = |value: &Value| jq("1", value, &LIMITS).map(|_| ()).map_err(|error| failure(&error));
    assert_eq!(at(&deep), Ok(()));
    assert_eq!(jq(".", &deep, &LIMITS), Ok(vec![deep.clone()]));
    let inputs = Map::from_iter([("deep".to_string(), deep.clone())]);
    assert_eq!(script("return deep", &inputs, Seed::default(), &LIMITS).result, Ok(deep.clone()));
    deep = json!({"a": deep});
    let message = "over: the input is nested deeper than 100 levels; pass on only the part that is needed";
    assert_eq!(at(&deep), Err(message.into()));
    let long = json!("x".repeat(10 << 20));
    assert_eq!(at(&long), Err(MEMORY.into()));
    assert_eq!(said(script(&"x".repeat(10 << 20), &Map::new(), Seed::default(), &LIMITS).result), MEMORY);
}

/// The least work that a call needs is one number: the same again, in another thread, after other calls, on another machine.
#[test]
fn work_is_counted_exactly() {
    let needs = |fits: &dyn Fn(&Limits) -> bool| {
        let (mut no, mut yes) = (0, 1 << 24);
        while yes - no > 1 {
            let work = no + (yes - no) / 2;
            if fits(&Limits { work, ..LIMITS }) { yes = work } else { no = work }
        }
        yes
    };
    let of_script =
        move || needs(&|limits| script("return 1 + 1", &Map::new(), Seed::default(), limits).result.is_ok());
    let of_jq = move || needs(&|limits| jq(".a + 1", &json!({"a": 1}), limits).is_ok());
    let first = (of_script(), of_jq());
    run("for (;;);");
    let second = std::thread::spawn(move || (of_script(), of_jq())).join().expect("nothing panics");
    assert_eq!(first, second);
    // These change when the guest is built anew, and with nothing else.
    assert_eq!(first, (3546, 4104));
}

#[test]
fn limits_of_nothing() {
    let none = Limits { work: 0, memory: 0, output: 0 };
    let kind = |result: Result<Vec<Value>, Error>| result.map_err(|error| error.kind);
    assert_eq!(kind(jq(".", &Value::Null, &none)), Err(Kind::OverLimit));
    assert_eq!(kind(jq(".", &Value::Null, &Limits { output: 0, ..LIMITS })), Err(Kind::OverLimit));
    assert_eq!(kind(jq("empty", &Value::Null, &Limits { output: 0, ..LIMITS })), Ok(vec![]));
    let most = Limits { work: u64::MAX, memory: usize::MAX, output: usize::MAX };
    assert_eq!(jq(".", &Value::Null, &most), Ok(vec![Value::Null]));
}
