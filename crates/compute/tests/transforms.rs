//! jq programs as cases: what comes of each.

mod say;

use compute::{Limits, check_jq, jq};
use say::said;
use serde_json::{Value, json};

fn check(cases: &[(&str, &str)]) {
    let input =
        json!({"a": 1, "items": [{"n": "x", "p": 2.5}, {"n": "y", "p": 4}], "id": "9007199254740993"});
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(program, expected)| {
            let got =
                said(jq(program, &input, &Limits::default()).map(|values| Value::Array(values).to_string()));
            (got != *expected).then(|| format!("{program}\n  expected {expected}\n  got      {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_program_gives() {
    check(&[
        (".a + 1", "[2]"),
        (".items[] | .n", r#"["x","y"]"#),
        ("[.items[].p] | add", "[6.5]"),
        ("empty", "[]"),
        (".nothing", "[null]"),
        ("reduce .items[] as $i (0; . + $i.p)", "[6.5]"),
        (".items | map(select(.p > 3)) | length", "[1]"),
        (".items | group_by(.n) | map({(.[0].n): length}) | add", r#"[{"x":1,"y":1}]"#),
        ("[limit(3; repeat(.a))]", "[[1,1,1]]"),
        (".. | numbers", "[1,2.5,4]"),
        (r#""\(.a) of \(.items | length)""#, r#"["1 of 2"]"#),
        (
            r#".id | test("^9.*3$"), ascii_downcase, @base64"#,
            r#"[true,"9007199254740993","OTAwNzE5OTI1NDc0MDk5Mw=="]"#,
        ),
        ("2000000000000 + 1", "[2000000000001]"),
        (r#"to_entries | map(.key) | join(",")"#, r#"["a,id,items"]"#),
        ("def f($x; g): g + $x; f(1; .a)", "[2]"),
        ("try error(\"a\") catch .", r#"["a"]"#),
        (
            "[paths]",
            r#"[[["a"],["id"],["items"],["items",0],["items",0,"n"],["items",0,"p"],["items",1],["items",1,"n"],["items",1,"p"]]]"#,
        ),
        ("walk(if type == \"number\" then . * 2 else . end) | .a", "[2]"),
        ("[splits(\",\")]?, (\"a,b\" | [splits(\",\")])", r#"[["a","b"]]"#),
        ("1700000000 | todate, (strftime(\"%H:%M %Z\"))", r#"["2023-11-14T22:13:20Z","22:13 UTC"]"#),
        // Every machine is in UTC.
        ("1700000000 | localtime == gmtime, strflocaltime(\"%H %Z\")", r#"[true,"22 UTC"]"#),
        ("debug, debug(\"x\"), stderr | .a", "[1,1,1]"),
    ]);
}

#[test]
fn there_is_no_outside() {
    for (name, shown) in [
        ("now", "filter `now`"),
        ("env", "filter `env`"),
        ("$ENV", "variable `$ENV`"),
        ("input", "filter `input`"),
        ("inputs", "filter `inputs`"),
        ("input_filename", "filter `input_filename`"),
        ("halt", "filter `halt`"),
        ("get_search_list", "filter `get_search_list`"),
    ] {
        check(&[(name, &format!("syntax 1:1: there is no {shown} here"))]);
    }
    let none = "there are no other files here to include or import; write the definitions into this program";
    check(&[
        ("halt_error(1)", "syntax 1:1: there is no filter `halt_error` that takes 1 here"),
        ("import \"a\" as a; 1", &format!("syntax 1:9: {none}")),
        ("include \"a\"; 1", &format!("syntax 1:10: {none}")),
        ("import \"a\" as $a; 1", &format!("syntax 1:9: {none}")),
    ]);
}

#[test]
fn mistakes_have_a_place() {
    check(&[
        (".a |\n  nope(1; 2)", "syntax 2:3: there is no filter `nope` that takes 2 here"),
        ("[.a, (", "syntax 1:7: expected closing parenthesis but found the end"),
        (".a ) b", "syntax 1:4: expected token but found `)`"),
        ("", "syntax 1:1: expected term but found the end"),
        (".a | .[0]", "threw: cannot index 1 with 0"),
        ("error({\"code\": 7})", "threw: {\"code\":7}"),
        ("error(\"sold out\")", "threw: sold out"),
        ("label $out | 1, break $out, 2", "[1]"),
    ]);
    assert_eq!(check_jq(".a | map(. + 1)"), Ok(()));
    assert_eq!(check_jq("nope").map_err(|error| (error.line, error.column)), Err((Some(1), Some(1))));
}

#[test]
fn what_is_no_data() {
    check(&[
        ("nan", "not data: the number NaN cannot be kept as JSON"),
        ("[1 / 0]", "not data: the number inf cannot be kept as JSON"),
        ("1e999", "not data: the number 1e999 cannot be kept as JSON"),
        ("\"a\" | tobytes", "not data: a string of bytes cannot be kept as JSON"),
        ("{(1): 2}", "not data: an object with the key 1, which is no text, cannot be kept as JSON"),
    ]);
}
