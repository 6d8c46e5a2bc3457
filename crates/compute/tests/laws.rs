//! Whatever a program is and whatever it is given: nothing panics, and the same comes of the same.

use compute::{Limits, Seed, check_jq, check_script, jq, script};
use proptest::prelude::*;
use serde_json::{Map, Value};

const LIMITS: Limits = Limits { work: 400_000, memory: 4 << 20, output: 16 << 10 };

/// Text that is nearly a program: what a parser is not prepared for is rarely far from what it is.
fn soup(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => prop::sample::select(words).prop_map(String::from), 1 => "\\PC{0,4}", 1 => any::<f64>().prop_map(|n| n.to_string())];
    prop::collection::vec(word, 0..24).prop_map(|words| words.join(" "))
}

const JQ: &[&str] = &[
    ".",
    "..",
    ".a",
    ".[0]",
    ".[]",
    ".[1:]",
    "|",
    ",",
    "+",
    "-",
    "*",
    "/",
    "%",
    "//",
    "and",
    "not",
    "==",
    "<",
    "|=",
    "+=",
    "=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ";",
    "?",
    "as",
    "$x",
    "reduce",
    "foreach",
    "if",
    "then",
    "else",
    "end",
    "try",
    "catch",
    "label",
    "break",
    "def",
    "f:",
    "f",
    "error",
    "range(5)",
    "repeat(.)",
    "limit(3;",
    "path(",
    "tojson",
    "fromjson",
    "tostring",
    "tonumber",
    "implode",
    "explode",
    "test(\"a\")",
    "gsub(\"a\";\"b\")",
    "\"a\"",
    "\"\\(.)\"",
    "@base64d",
    "@uri",
    "ltrimstr(\"a\")",
    "splits(\"\")",
    "strptime(\"%Y\")",
    "mktime",
    "todate",
    "gmtime",
    "sort",
    "group_by(.)",
    "min",
    "flatten",
    "transpose",
    "has(0)",
    "indices(1)",
    "getpath([0])",
    "setpath([0];1)",
    "delpaths([[0]])",
    "to_entries",
    "from_entries",
    "pow(2;99)",
    "1e1000",
    "99999999999",
    "null",
    "true",
    "tobytes",
    "bsearch(1)",
    "ascii",
    "input",
    "env",
    "limit(-1;.)",
    "first",
    "nth(2)",
    "walk(.)",
    "env.A",
    "splits(\"a\";null)",
];

const SCRIPT: &[&str] = &[
    "return",
    "a",
    "b",
    "let x =",
    "const",
    "=>",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ".",
    "?.",
    "...",
    "+",
    "-",
    "**",
    "%",
    "===",
    "&&",
    "??",
    "=",
    "if",
    "else",
    "for",
    "(;;)",
    "of",
    "in",
    "while",
    "do",
    "break",
    "function",
    "function*",
    "yield",
    "async",
    "await",
    "class",
    "extends",
    "new",
    "this",
    "super",
    "try",
    "catch",
    "finally",
    "throw",
    "switch",
    "case",
    "delete",
    "typeof",
    "void",
    "`a${",
    "}`",
    "/a+/g",
    "'\\u{1F600}'",
    "1n",
    "0x1F",
    "NaN",
    "null",
    "Array(9)",
    ".map(",
    ".sort()",
    ".length",
    ".join()",
    "JSON.parse(",
    "Object",
    ".prototype",
    "Symbol.iterator",
    "Proxy",
    "Reflect",
    "Promise",
    "Date",
    "Math.random()",
    "console.log(",
    "eval(",
    "globalThis",
    "toString",
    "import",
    "export",
    "with",
    "label:",
    "//",
    "/*",
    "*/",
    "\n",
    "#x",
    "@",
    "static",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-c]|\\PC{0,3}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_jq(program in prop_oneof![4 => soup(JQ), 1 => "\\PC{0,40}"], input in value()) {
        let first = jq(&program, &input, &LIMITS);
        prop_assert_eq!(&first, &jq(&program, &input, &LIMITS));
        let read = check_jq(&program);
        prop_assert!(read.is_ok() || first.is_err());
        if let Err(error) = first {
            prop_assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn any_script(code in prop_oneof![4 => soup(SCRIPT), 1 => "\\PC{0,40}"], a in value(), b in value(), random: u64, now_ms: i64) {
        let inputs = Map::from_iter([("a".to_string(), a), ("b".to_string(), b)]);
        let seed = Seed { now_ms, random };
        let first = script(&code, &inputs, seed, &LIMITS);
        prop_assert_eq!(&first, &script(&code, &inputs, seed, &LIMITS));
        let read = check_script(&code);
        prop_assert!(read.is_ok() || first.result.is_err());
    }

    /// A value goes in and comes out as it is.
    #[test]
    fn values_pass_unchanged(value in value()) {
        let same = jq(".", &value, &Limits::default());
        prop_assert_eq!(same.as_deref(), Ok(std::slice::from_ref(&value)));
    }
}
