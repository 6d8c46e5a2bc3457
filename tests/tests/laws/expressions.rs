//! Names in expressions: where they stand, and their renaming.

use flow::expr::{Mode, rename, uses};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tests::generate::cases;

fn template() -> impl Strategy<Value = String> {
    let piece = select(
        &[
            "Hi ",
            "ü",
            "🙂 ",
            "\n",
            "{",
            "}",
            "{{ nodes.greet }}",
            "{{ nodes.greet.text | upper }}",
            "{{ nodes['greet'].x }}",
            "{{ nodes[\"greet\"] }}",
            "{{ nodes [ 'greet' ] . y }}",
            "{{ nodes . greet }}",
            "{{ nodes[msg.text].greet }}",
            "{{ nodes['gr\\u0065et'] }}",
            "{% for nodes in bot.cart %}{{ nodes.greet }}{% endfor %}",
            "{% set x = nodes.greet %}{{ x.greet }}",
            "{% if nodes.greet is defined and 'ü' %}yes{% elif nodes.greeting %}{{ nodes.greet }}{% else %}no{% endif %}",
            "{{ 'nodes.greet' ~ nodes.greet ~ \"ü\" }}",
            "{{ bot.total + nodes.greet.n * 2 }}",
            "{# nodes.greet #}",
            "{% raw %}{{ nodes.greet }}{% endraw %}",
            "{{ [nodes.greet, {'a': nodes.greet}] }}",
            "{{ range(nodes.greet, 3) }}",
            "{{ nodes.greet if nodes.greet else nodes.other }}",
            "{{ nodes.greet[1:2] }}",
            "{{ nodes.greet.greet }}",
            "{{- nodes.greet -}}",
            "{% with nodes = nodes.greet %}{{ nodes.greet }}{% endwith %}",
            "{{ nodes.greet(nodes.greet) }}",
            "{{ (nodes).greet }}",
        ][..],
    );
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(2.0))]

    #[test]
    fn names_stand_where_they_are_said_to(text in template()) {
        let Ok(uses) = uses(&text, Mode::Template) else { return Ok(()) };
        for word in uses.names.iter().flatten() {
            let found = text.get(word.span.start as usize..word.span.end as usize);
            let escaped = found.is_some_and(|found| found.contains('\\'));
            prop_assert!(found == Some(word.name.as_str()) || escaped, "{:?} stands at {:?} in {:?}", word, found, text);
        }
        for word in uses.filters.iter().chain(&uses.functions).chain(&uses.tests) {
            prop_assert_eq!(text.get(word.span.start as usize..word.span.end as usize), Some(word.name.as_str()), "{:?}", text);
        }
    }

    #[test]
    fn a_renamed_name_is_gone_and_comes_back(text in template()) {
        let path = ["nodes", "greet"];
        let Ok(before) = uses(&text, Mode::Template) else { return Ok(()) };
        let count = |text: &str, name: &str| {
            uses(text, Mode::Template).map(|uses| {
                uses.names.iter().filter(|words| words.len() > 1 && words[0].name == "nodes" && words[1].name == name).count()
            })
        };
        let used = count(&text, "greet").unwrap_or_default();
        match rename(&text, Mode::Template, &path, "hello_there") {
            None => prop_assert_eq!(used, 0, "{:?}", text),
            Some(renamed) => {
                prop_assert_eq!(count(&renamed, "greet"), Ok(0), "{:?}", renamed);
                prop_assert_eq!(count(&renamed, "hello_there"), Ok(used), "{:?}", renamed);
                let all = uses(&renamed, Mode::Template).map(|all| all.names.len());
                prop_assert_eq!(all, Ok(before.names.len()));
                if !text.contains("\\u") {
                    prop_assert_eq!(rename(&renamed, Mode::Template, &["nodes", "hello_there"], "greet"), Some(text));
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", tags in "[{}%#.|()\\[\\]a-c0-9 '\"+~=-]{0,40}") {
        for text in [text, tags.clone(), format!("{{{{{tags}}}}}"), format!("{{%{tags}%}}")] {
            for mode in [Mode::Template, Mode::Bare] {
                match uses(&text, mode) {
                    Ok(_) => drop(rename(&text, mode, &["a", "b"], "c")),
                    Err(error) => prop_assert!(
                        error.span.start <= error.span.end && error.span.end as usize <= text.len(),
                        "{:?} in {:?}", error, text
                    ),
                }
            }
        }
    }
}

/// A file can hold expressions of any size; reading them must not use up the stack.
#[test]
fn expressions_beyond_reason_are_refused() {
    let n = 10_000;
    let many = |text: &str| text.repeat(n);
    let bare = [
        format!("1{}", many("+1")),
        format!("a{}", many(".a")),
        format!("a{}", many("[0]")),
        format!("a{}", many("|upper")),
        format!("a{}", many("()")),
        format!("a{}", many(" and a")),
        format!("a{}", many(" < a")),
        format!("{}a", many("not ")),
        format!("{}a", many("-")),
        format!("{}a", many("(")),
        format!("{}a", many("[")),
        format!("{}a", many("{1:")),
        format!("a{}", many(" if a else a")),
        format!("a{}", many(" is defined")),
        format!("a{}", many("~a")),
        format!("a{}", many("**a")),
    ];
    for text in &bare {
        let _ = uses(text, Mode::Bare);
        let _ = uses(&format!("Hi {{{{ {text} }}}}"), Mode::Template);
    }
    for text in [
        many("{% if a %}"),
        format!("{{% if a %}}{}{{% endif %}}", many("{% elif a %}")),
        format!("{{% if a %}}{}{{% endif %}}", many("{% else %}{% if a %}")),
        many("{% for a in b %}"),
        many("{% set a %}"),
        many("{{ a }}"),
        many("{% set a = b %}"),
        many("{# "),
        many("{{"),
    ] {
        let _ = uses(&text, Mode::Template);
    }
}
