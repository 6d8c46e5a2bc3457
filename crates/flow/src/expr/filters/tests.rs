use std::sync::Arc;

use super::super::eval::{Formula, Scope};
use super::*;

fn eval(text: &str) -> Result<Data, String> {
    let formula = Formula::compile(text).map_err(|error| error.message)?;
    formula.eval(&Arc::new(Scope::default())).map_err(|trouble| trouble.message)
}

/// A value as the examples show it.
fn told(data: &Data) -> String {
    match data {
        Data::Text(text) => text.to_string(),
        other => other.to_string(),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        match eval(text) {
            Ok(data) => assert_eq!(told(&data), *expected, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

#[test]
fn every_example_gives_what_it_says() {
    let examples: Vec<_> = HELP.iter().map(|help| (help.example, help.result)).collect();
    check(&examples);
    for help in HELP {
        let name = help.name;
        assert!(help.example.contains(name), "the example of {name} does not use it");
        assert!(help.usage.starts_with(name), "{name}: {}", help.usage);
        assert!(help.help.ends_with('.') && !help.help.contains('\n'), "{name}: {}", help.help);
    }
}

#[test]
fn dates() {
    check(&[
        ("0 | date", "01.01.1970 00:00"),
        ("'2026-03-01' | date('%A, %-d %B %Y')", "Sunday, 1 March 2026"),
        ("'2026-03-29T00:30:00Z' | date('%H:%M', 'Europe/Berlin')", "01:30"),
        ("'2026-03-29T01:30:00Z' | date('%H:%M', 'Europe/Berlin')", "03:30"),
        // A day over the change of clocks is a day; 24 hours are not.
        ("'2026-03-28T12:00:00Z' | plus('24h', tz='Europe/Berlin')", "2026-03-29T12:00:00.000Z"),
        ("'2026-03-28T12:00:00Z' | plus('1d')", "2026-03-29T12:00:00.000Z"),
        ("'2026-01-31' | plus('1mo')", "2026-02-28"),
        ("'2024-02-29' | plus('1y')", "2025-02-28"),
        ("'2026-01-31' | plus('1d 12h')", "2026-02-01T12:00:00.000Z"),
        ("'2026-03-29' | until('2026-03-30', 'hours', 'Europe/Berlin')", "23"),
        ("'2026-03-29' | until('2026-03-30', unit='day', tz='Europe/Berlin')", "1"),
        ("'2026-03-01' | until('2026-02-27')", "-2 days"),
        ("'2026-03-01' | until('2026-03-01')", "0 seconds"),
        ("'2026-03-01' | until('2027-05-02')", "1 year 2 months"),
        ("'2026-03-01' | until('2027-03-02')", "1 year"),
        ("'2026-03-01T00:00:00.000Z' | since(0, 'years')", "56"),
        ("'2026-03-01T23:30:00Z' | weekday(tz='Europe/Berlin')", "Monday"),
        ("'2026-03-05' | start_of('month')", "2026-03-01"),
        ("'2026-03-05T09:59:59Z' | start_of('hour')", "2026-03-05T09:00:00.000Z"),
        ("'2026-07-05T09:00:00Z' | start_of('year', tz='Europe/Berlin')", "2025-12-31T23:00:00.000Z"),
        ("'01.03.2026' | parse_date('%d.%m.%Y')", "2026-03-01"),
        ("'01.03.2026' | parse_date('%d.%m.%Y', tz='Europe/Berlin')", "2026-02-28T23:00:00.000Z"),
        ("'2026-03-01 10:00 +0500' | parse_date('%Y-%m-%d %H:%M %z')", "2026-03-01T05:00:00.000Z"),
        ("'2026-03-01' | timestamp", "1772323200000"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("1.005 | money('EUR', locale='de')", "1,01\u{a0}€"),
        ("1.005 | money('EUR', locale='de', rounding='half-even')", "1,00\u{a0}€"),
        ("-1234567.5 | money('usd')", "-$1,234,567.50"),
        ("1234.5 | money('JPY', locale='ja')", "¥1,235"),
        ("1.2345 | money('KWD')", "KWD\u{a0}1.235"),
        (
            "'12345678901234567890.125' | money('EUR', locale='fr')",
            "12\u{202f}345\u{202f}678\u{202f}901\u{202f}234\u{202f}567\u{202f}890,13\u{a0}€",
        ),
        ("12.5 | money('CHF', locale='de-CH')", "CHF\u{a0}12.50"),
        ("1000 | number(locale='es')", "1000"),
        ("10000 | number(locale='es_ES')", "10.000"),
        ("0.5 | number(0)", "1"),
        ("0.1234 | percent", "12%"),
        ("0.5 | percent(locale='de')", "50\u{a0}%"),
        ("111 | ordinal", "111th"),
        ("1 | ordinal('fr')", "1er"),
        ("1 | plural('item', 'items')", "item"),
        ("1.5 | plural('item', 'items')", "items"),
        (
            "5 | plural({'one': 'файл', 'few': 'файла', 'many': 'файлов', 'other': 'файла'}, locale='ru')",
            "файлов",
        ),
    ]);
}

#[test]
fn texts_and_data() {
    check(&[
        ("'Grüße aus Köln' | shorten(6)", "Grüße…"),
        ("'abcdefgh' | shorten(4)", "abc…"),
        ("'one, two' | shorten(6, end='...')", "one..."),
        ("'short' | shorten(5)", "short"),
        ("'abc' | shorten(0)", ""),
        ("'Straße & Ærø Привет' | slug", "strasse-aeroe-привет".replace("aeroe", "aero").as_str()),
        ("'!!' | slug", ""),
        ("[1, {'b': 'ü\"'}, []] | json", "[1,{\"b\":\"ü\\\"\"},[]]"),
        ("{'a': [1], 'b': {}} | json(indent=2)", "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}"),
        ("'[1e3, \"\\\\u00fc\"]' | from_json | json", "[1000.0,\"ü\"]"),
        ("'a b/ü' | urlencode", "a%20b%2F%C3%BC"),
        ("'??>' | base64(safe=true)", "Pz8-"),
        ("'Pz8-' | unbase64", "??>"),
        ("'a`b\\\\' | escape_markdown(inside='code')", "a\\`b\\\\"),
        ("'1. one\n# two > 3' | escape_discord", "1\\. one\n\\# two \\> 3"),
        ("'ab' | find('c')", "null"),
        ("'x=1' | find('(?<key>\\\\w)=', group='key')", "x"),
        ("'aaa' | replace_pattern('a', '$0$0')", "aaaaaa"),
        ("[{'p': {'n': 'b'}}, {'p': {'n': 'A'}}, {}] | sort_by('p.n') | pick('p.n')", "[null, \"A\", \"b\"]"),
        ("[{'on': true}, {'on': 0}, {}] | where('on')", "[{\"on\": true}]"),
        ("[{'n': 1.0}] | where('n', 1) | length", "1"),
        ("[[[1]], 2] | flatten(levels=2)", "[1, 2]"),
        ("'ada' | initials", "A"),
    ]);
}

#[test]
fn wrong_use_says_how_it_is_used() {
    for (text, expected) in [
        (
            "'soon' | date",
            "The filter `date` cannot read `soon` as a moment such as 2026-03-01T09:30:00Z; it is used as `date(format=\"%d.%m.%Y %H:%M\", tz=\"UTC\")`.",
        ),
        (
            "0 | date(tz='Mars')",
            "The filter `date` knows no time zone `Mars`; write one such as Europe/Berlin; it is used as `date(format=\"%d.%m.%Y %H:%M\", tz=\"UTC\")`.",
        ),
        ("0 | plus", "The filter `plus` needs `span`; it is used as `plus(span, tz=\"UTC\")`."),
        (
            "0 | plus('3 parsecs')",
            "The filter `plus` cannot read `3 parsecs` as a span; write 90s, 5m, 2h, 3d, 1w, 1mo or 1y, or several; it is used as `plus(span, tz=\"UTC\")`.",
        ),
        (
            "'x' | matches('(')",
            "The filter `matches` cannot read the pattern `(`: unclosed group; it is used as `matches(pattern)`.",
        ),
        ("'x' | words(1)", "The filter `words` is given more than it takes; it is used as `words`."),
        ("5 | pick('a')", "The filter `pick` is for lists, not for a number; it is used as `pick(field)`."),
        ("[] | pick(feld='a')", "The filter `pick` knows no `feld`; it is used as `pick(field)`."),
        (
            "'[1,]' | from_json",
            "The filter `from_json` cannot read the JSON at line 1, column 3: There is a comma too many; it is used as `from_json`.",
        ),
    ] {
        assert_eq!(eval(text).unwrap_err(), expected, "{text}");
    }
    for text in [
        "0 | date('%&!')",
        "1 | money('EURO')",
        "1 | number(locale='tlh')",
        "1 | number(decimals=-1)",
        "2 | plural({'one': 'x'})",
        "'a' | pad_left(3, with='ab')",
        "'a' | pad_left(99999999)",
        "[1] | chunk(0)",
        "'x' | unbase64",
        "'\\xff' | find('a', group=4)",
        "9e300 | timestamp",
        "9223372036854775807 | date",
        "'9999-12-31' | plus('99y')",
        "'x' | matches('\\\\w{1000}{1000}')",
    ] {
        let error = eval(text).unwrap_err();
        assert!(error.contains("it is used as"), "{text}: {error}");
    }
    // What is not there keeps its own words.
    assert_eq!(eval("bot.x | date").unwrap_err(), "There is no `bot.x`.");
}

#[test]
fn nothing_grows_beyond_its_bounds() {
    for text in [
        "('x' | pad_left(1000000)) | replace_pattern('', '${0}yy')",
        "('x' | pad_left(1000000)) | escape_markdown | replace_pattern(' +', '${0}${0}')",
        "('x' | pad_left(200000)) | find_all(' ')",
        "('!' | pad_left(1000000, with='!')) | escape_markdown",
        "('!' | pad_left(1000000, with='!')) | urlencode",
    ] {
        match eval(text) {
            Ok(data) => panic!("{text}: {} bytes", data.weight()),
            Err(error) => assert!(error.contains("more than"), "{text}: {error}"),
        }
    }
}

/// The table of the documentation, made from the filters themselves.
#[test]
fn the_page_about_expressions_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/expressions.md");
    let page = std::fs::read_to_string(path).unwrap();
    let end = page.find("-->").expect("the page says where its table begins") + "-->".len();
    let cell = |text: &str| text.replace('\n', "⏎").replace('|', "\\|");
    let mut fresh = page[..end].to_owned();
    for (title, family) in FAMILIES {
        fresh +=
            &format!("\n\n### {title}\n\n| filter | what for | example | gives |\n| --- | --- | --- | --- |");
        for FilterHelp { usage, help, example, result, .. } in family {
            let usage = usage.split(" or ").map(|usage| format!("`{}`", cell(usage)));
            let usage = usage.collect::<Vec<_>>().join(" or ");
            fresh += &format!("\n| {usage} | {} | `{}` | `{}` |", cell(help), cell(example), cell(result));
        }
    }
    fresh.push('\n');
    if page != fresh && std::env::var_os("NEXUS_UPDATE").is_some() {
        std::fs::write(path, &fresh).unwrap();
        return;
    }
    assert!(page == fresh, "docs/expressions.md is stale; run NEXUS_UPDATE=1 cargo nextest run -p flow");
}
