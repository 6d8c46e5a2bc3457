//! What test files say, and what is said of those that are wrong.

use sim::cases::{Failure, read, run};

use crate::bots::shop;

/// The failure of a file with one case, whose steps these are.
fn play(steps: &str) -> Option<Failure> {
    let text = format!("cases:\n  - name: one\n    steps:\n{steps}");
    let (suite, wrongs) = read(&text, &|_| None);
    assert!(wrongs.is_empty(), "{text}\n{wrongs:#?}");
    run(&shop(), &suite.cases[0]).failure
}

#[track_caller]
fn passes(steps: &str) {
    if let Some(failure) = play(steps) {
        let lines: Vec<String> = failure.lines().into_iter().map(|(_, line)| line).collect();
        panic!("{steps}\n{}", lines.join("\n"));
    }
}

#[track_caller]
fn fails(steps: &str, line: u32, part: &str) {
    let failure = play(steps).unwrap_or_else(|| panic!("it passes:\n{steps}"));
    let lines: Vec<String> = failure.lines().into_iter().map(|(_, line)| line).collect();
    let text = lines.join("\n");
    assert!(text.contains(part), "{part:?} is not in\n{text}");
    assert_eq!(failure.at.line, line + 3, "{text}");
}

#[test]
fn a_conversation_is_as_it_was_told() {
    passes(
        "      - says: /start
      - bot: { text: 'Which size, Ada?', buttons: [Small, Large] }
      - presses: Large
      - bot: Large it is.
      - variables: { user.size: Large, bot.total: 10 }
      - ran: [size, done]
      - says: /count
      - variables: { bot.total: 11 }
      - nothing
",
    );
    passes(
        "      - says: /start\n      - bot: { contains: size }\n      - after: 1h\n      - bot: Too late.\n",
    );
    passes("      - says: once again\n      - bot: { matches: '^once' }\n");
    passes("      - says: /die\n      - failed: expression\n");
    passes(
        "      - mock: { http: POST *, fails: timeout, times: 2 }
      - mock: { http: POST */a, json: { by: Ada }, gives: { json: { n: 7 } } }
      - says: /get a
      - did: { http: POST https://x.test/*, json: { by: Ada }, tries: 1 }
      - bot: Got 7
",
    );
}

#[test]
fn tries_and_late_answers_are_by_the_clock() {
    passes(
        "      - says: /get b
      - did: { http: POST * }
      - says: something again
      - bot: something again
      - answers: { http: POST *, gives: { json: { n: 2 } } }
      - bot: Got 2
",
    );
    passes(
        "      - mock: { http: POST *, gives: { json: { n: 1 } } }
      - mock: { http: POST *, fails: unavailable, times: 2 }
      - says: /get b
      - did: { http: POST *, tries: 1 }
      - after: 10s
      - bot: Got 1
",
    );
    passes(
        "      - mock: { http: POST *, gives: { json: { n: 1 } }, takes: 60s }
      - says: /get b
      - did: { http: POST * }
      - after: 5s
      - nothing
      - after: 40s
      - bot: 'Failed: timeout'
",
    );
}

#[test]
fn what_differs_is_said() {
    fails(
        "      - says: /start\n      - bot: Which size, Bob?\n",
        2,
        "  - Which size, Bob?\n  + Which size, Ada?\n                ~~~",
    );
    fails("      - says: /start\n      - bot: { contains: size, buttons: [Small] }\n", 2, "the buttons");
    fails("      - says: /start\n", 1, "The bot also did this, which no step expects.");
    fails("      - says: hm\n      - bot: hello\n", 2, "did nothing more");
    fails("      - says: hm\n      - bot: hello\n", 2, "(nothing in the bot took it)");
    fails(
        "      - says: /start\n      - bot: { contains: size }\n      - presses: Huge\n",
        3,
        "the latest are [Small] [Large]",
    );
    fails("      - says: /get a\n", 1, "Nothing answers this call");
    fails("      - says: /die\n", 1, "The run failed at `die` (expression)");
    fails("      - says: hm\n      - failed: '*'\n", 2, "it did not");
    fails("      - says: /count\n      - variables: { bot.total: 12 }\n", 2, "  - 12\n  + 11");
    fails("      - says: hm\n      - ran: size\n", 2, "`size` did not run.");
    fails("      - says: hm\n      - ran: siz\n", 2, "Did you mean `size`?");
    fails("      - says: hm\n      - did: { email: '*' }\n", 2, "it did nothing more");
    fails(
        "      - mock: { http: '*', gives: {json: {n: 1}} }\n      - says: /get a\n      - bot: Got 1\n",
        3,
        "did: { http: POST https://x.test/a }",
    );
    fails(
        "      - mock: { http: '*', gives: {json: {n: 1}} }\n      - says: /get a\n      - did: { http: GET * }\n",
        3,
        "  - http GET *\n  + http POST https://x.test/a",
    );
}

/// What is said of a file that is wrong, at which line and column.
#[track_caller]
fn wrong(text: &str, line: u32, column: u32, part: &str) {
    let (_, wrongs) =
        read(text, &|name| (name == "people.yaml").then(|| "people: { bob: { agee: 3 } }".into()));
    let said: Vec<String> = wrongs
        .iter()
        .map(|wrong| format!("{}:{}: {} {}", wrong.at.line, wrong.at.column, wrong.message, wrong.help))
        .collect();
    let found = wrongs.iter().any(|wrong| {
        (wrong.at.line, wrong.at.column) == (line, column)
            && format!("{} {}", wrong.message, wrong.help).contains(part)
    });
    assert!(found, "{text}\n{}", said.join("\n"));
}

#[test]
fn mistakes_have_their_place() {
    wrong("cases:\n  - nam: x\n    steps: []\n", 2, 5, "Did you mean `name`?");
    wrong("on: telegrm\ncases: []\n", 1, 5, "Did you mean `telegram`?");
    wrong("about: x\n", 1, 1, "has `cases`");
    wrong("cases:\n  - name: x\n", 2, 5, "no `steps`");
    let steps = |step: &str| format!("people: [ada, bob]\ncases:\n  - name: x\n    steps:\n      - {step}\n");
    wrong(&steps("sais: x"), 5, 9, "Did you mean `says`?");
    wrong(&steps("bbo says: x"), 5, 9, "Did you mean `bob`?");
    wrong(&steps("bob in taem says: x"), 5, 9, "No chat is called `taem`");
    wrong(&steps("bot: { txt: x }"), 5, 16, "Did you mean `text`?");
    wrong(&steps("bot: { matches: '(' }"), 5, 25, "cannot be read");
    wrong(&steps("after: 3 parsecs"), 5, 16, "is a duration");
    wrong(&steps("did: { htp: GET * }"), 5, 14, "Did you mean `http`?");
    wrong(&steps("did: { http: GET *, jsn: {} }"), 5, 29, "Did you mean `json`?");
    wrong(&steps("mock: { http: GET *, givs: {} }"), 5, 30, "Did you mean `gives`?");
    wrong(&steps("mock: { http: GET *, fails: timout }"), 5, 37, "Did you mean `timeout`?");
    wrong(&steps("mock: { kick: bob, gives: { a: 1 } }"), 5, 28, "Nothing comes back");
    wrong(&steps("failed: timout"), 5, 17, "Did you mean `timeout`?");
    wrong(&steps("variables: { total: 1 }"), 5, 22, "is no variable");
    wrong(&steps("nothin"), 5, 9, "Did you mean `nothing`?");
    wrong(&steps("{ says: a, bot: b }"), 5, 20, "is one thing");
    wrong("use: peple.yaml\ncases: []\n", 1, 6, "no file");
    wrong("use: people.yaml\ncases: []\n", 1, 6, "people.yaml:1: A person has no `agee`");
    wrong("a: [", 2, 1, "no YAML");
}

#[test]
fn rows_and_platforms_multiply_cases() {
    let text = "on: [telegram, discord]
cases:
  - name: echo
    rows: [{ a: once, b: 1 }, { a: twice, b: 2 }]
    steps:
      - says: <a> again
      - bot: <a> again
      - sets: { bot.total: <b> }
      - variables: { bot.total: <b> }
";
    let (suite, wrongs) = read(text, &|_| None);
    assert!(wrongs.is_empty(), "{wrongs:?}");
    let titles: Vec<&str> = suite.cases.iter().map(|case| case.title.as_str()).collect();
    assert_eq!(titles[0], "echo (a: once, b: 1) [telegram]");
    assert_eq!(titles.len(), 4);
    let stage = shop();
    assert!(suite.cases.iter().all(|case| run(&stage, case).failure.is_none()));
}

#[test]
fn a_case_comes_before_its_file_and_that_before_what_it_uses() {
    let text = "use: base.yaml
people: { ada: { first_name: Grace } }
mocks: [{ http: '*/file', gives: { json: { n: file } } }]
cases:
  - name: one
    mocks: [{ http: '*/case', gives: { json: { n: case } } }]
    steps:
      - says: /start
      - bot: 'Which size, Grace?'
      - says: /get case
      - did: { http: '*' }
      - bot: Got case
      - says: /get file
      - did: { http: '*' }
      - bot: Got file
      - says: /get other
      - did: { http: '*' }
      - bot: Got base
";
    let base = "people: { ada: { first_name: Ada } }\nmocks: [{ http: '*', gives: { json: { n: base } } }]\n";
    let (suite, wrongs) = read(text, &|name| (name == "base.yaml").then(|| base.into()));
    assert!(wrongs.is_empty(), "{wrongs:?}");
    let failure = run(&shop(), &suite.cases[0]).failure;
    assert!(failure.is_none(), "{failure:#?}");
}

/// Whatever is in a file, it is read or said to be wrong.
#[test]
fn half_a_file_is_no_disaster() {
    let page = include_str!("../../../../docs/tests.md");
    for block in page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let ends = block.char_indices().map(|(end, _)| end);
        for end in ends {
            read(&block[..end], &|_| None);
            let odd = format!("{}\u{0}{}", &block[..end], &block[end..]);
            read(&odd, &|_| None);
        }
    }
}
