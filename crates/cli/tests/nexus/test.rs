use std::fs;
use std::path::Path;

use crate::run::{FLOW, Talk, bot, edit, example, json_of, nexus, said};

/// Nobody ships an example that its tests do not know.
#[test]
fn the_examples_pass_and_every_node_of_them_is_reached() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = nexus(&["test", "flows-examples", "--json", "--coverage"], &top);
    let report = json_of(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    let bots = report["coverage"].as_array().expect("a list");
    assert!(bots.len() >= 3);
    for flow in bots.iter().flat_map(|bot| bot["flows"].as_array().expect("a list")) {
        assert_eq!(flow["nodes"], flow["nodes_run"], "{flow:#}");
        assert_eq!(flow["not_run"].as_array().map(Vec::len), Some(0), "{flow:#}");
    }
}

#[test]
fn a_failure_says_what_differs_and_where() {
    let folder = example("welcome");
    let test = folder.path().join("welcome/tests/new.test.yaml");
    fs::write(
        &test,
        "cases:\n  - name: hello\n    steps:\n      - says: thanks\n      - bot: You are welcome, Bob.\n",
    )
    .unwrap();
    let output = nexus(&["test", "welcome", "--filter", "hello"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    for part in [
        "✗ welcome/tests/new.test.yaml  1 case, 1 failed",
        "welcome/tests/new.test.yaml:5:9",
        "ada  thanks",
        "- You are welcome, Bob.",
        "+ You are welcome, Ada.",
        "0 passed, 1 failed in ",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour into a pipe");
    let report = json_of(&nexus(&["test", "welcome", "--filter", "hello", "--json"], folder.path()));
    assert_eq!((&report["failed"], &report["cases"][0]["failure"]["at"]["line"]), (&1.into(), &5.into()));
    let tap = said(&nexus(&["test", "welcome", "--filter", "hello", "--tap"], folder.path()));
    assert!(
        tap.starts_with("TAP version 14\n1..1\nnot ok 1 - welcome/tests/new.test.yaml: hello\n# "),
        "{tap}"
    );
    let junit = nexus(&["test", "welcome", "--junit", "report.xml"], folder.path());
    assert_eq!(junit.status.code(), Some(1));
    let xml = fs::read_to_string(folder.path().join("report.xml")).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("You are welcome, Bob."), "{xml}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_line() {
    let folder = example("welcome");
    fs::write(folder.path().join("welcome/tests/new.test.yaml"), "cases:\n  - name: x\n    stps: []\n")
        .unwrap();
    let output = nexus(&["test", "welcome"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("welcome/tests/new.test.yaml:3:5: error: A case has no `stps`."), "{text}");
    assert!(text.contains("help: Did you mean `steps`?"), "{text}");
}

#[test]
fn what_the_bot_says_now_is_written_into_the_file() {
    let folder = example("welcome");
    let test = folder.path().join("welcome/tests/new.test.yaml");
    let text = "cases:
  # Kept as it is.
  - name: hello
    steps:
      - says: /start
      - bot:
      - presses: Opening hours
      - bot: |
          We are closed.
      - says: thanks  # politely
";
    fs::write(&test, text).unwrap();
    let output = nexus(&["test", "welcome", "--filter", "new", "--update"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = fs::read_to_string(&test).unwrap();
    let output = nexus(&["test", "welcome", "--filter", "new"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", said(&output));
    assert!(text.contains("  # Kept as it is.\n") && text.contains("# politely\n"), "{text}");
    assert!(!text.contains("closed"), "{text}");
}

#[test]
fn coverage_names_what_no_test_reaches_and_draws_it() {
    let folder = example("welcome");
    let output =
        nexus(&["test", "welcome", "--filter", "thanks", "--coverage", "--html", "page.html"], folder.path());
    let text = said(&output);
    assert!(text.contains("2/10  20%") && text.contains("1/10  10%"), "{text}");
    assert!(text.contains("not reached") && text.contains("Opening hours"), "{text}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("card added") && page.contains("wire removed"), "{page}");
}

#[test]
fn bots_that_cannot_be_played_and_paths_that_are_none() {
    let folder = tempfile::TempDir::new().unwrap();
    assert_eq!(nexus(&["test", "nowhere"], folder.path()).status.code(), Some(2));
    bot(&folder.path().join("shop"), FLOW);
    let output = nexus(&["test"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).starts_with("No tests"), "{}", said(&output));
    bot(&folder.path().join("half"), &FLOW[..200]);
    fs::create_dir(folder.path().join("half/tests")).unwrap();
    fs::write(folder.path().join("half/tests/a.test.yaml"), "cases: []\n").unwrap();
    let output = nexus(&["test", "half"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot be read whole"), "{}", said(&output));
}

#[test]
fn a_test_file_stands_for_itself_and_a_filter_says_what_it_found() {
    let folder = example("welcome");
    let text =
        "cases:\n  - name: hello\n    steps:\n      - says: thanks\n      - bot: You are welcome, Ada.\n";
    fs::write(folder.path().join("welcome/tests/new.test.yaml"), text).unwrap();
    let output = nexus(&["test", "welcome/tests/new.test.yaml"], folder.path());
    assert!(
        said(&output).starts_with("✓ welcome/tests/new.test.yaml  1 case\n1 passed in "),
        "{}",
        said(&output)
    );
    let output = nexus(&["test", "welcome/tests/none.test.yaml"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    let output = nexus(&["test", "--filter", "nobody"], folder.path());
    assert_eq!(said(&output), "No case has `nobody` in its name or its file's.\n");
}

/// Whoever watches sees each change played, also one that breaks the bot, and one that mends it.
#[test]
fn changes_are_played_as_they_come() {
    let folder = example("welcome");
    let flow = folder.path().join("welcome/flows/main.flow.json");
    let test = folder.path().join("welcome/tests/new.test.yaml");
    fs::write(
        &test,
        "cases:\n  - name: hello\n    steps:\n      - says: thanks\n      - bot: You are welcome, Ada.\n",
    )
    .unwrap();
    let mut watched = Talk::start(&["test", "welcome", "--filter", "hello", "--watch"], folder.path());
    watched.hears("1 passed in ");
    edit(&flow, "You are welcome", "Any time");
    watched.hears("+ Any time, Ada.");
    watched.hears("0 passed, 1 failed in ");
    edit(&test, "You are welcome", "Any time");
    watched.hears("1 passed in ");
    let whole = fs::read_to_string(&flow).unwrap();
    fs::write(&flow, &whole[..whole.len() / 2]).unwrap();
    watched.hears("cannot be read whole");
    // As editors write that put a new file in the place of the old one.
    let beside = flow.with_extension("new");
    fs::write(&beside, &whole).unwrap();
    fs::rename(&beside, &flow).unwrap();
    watched.hears("1 passed in ");
    // A file that was not there before.
    fs::write(
        folder.path().join("welcome/tests/more.test.yaml"),
        "cases:\n  - name: hello again\n    steps: [starts]\n",
    )
    .unwrap();
    watched.hears("2 passed in ");
}
