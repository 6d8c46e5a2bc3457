use std::fs;

use serde_json::json;
use tempfile::TempDir;

use crate::run::{FLOW, bot, json_of, nexus, said};

#[test]
fn a_bot_without_a_fault_is_fine() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), FLOW);
    let output = nexus(&["check", "shop"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(said(&output), "Nothing to put right (2 files in 1 bot).\n");
    let report = json_of(&nexus(&["check", ".", "--json"], folder.path()));
    assert_eq!(
        report,
        json!({ "sources": 1, "files": 2, "errors": 0, "warnings": 0, "hints": 0, "problems": [] })
    );
}

#[test]
fn every_problem_has_its_place() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), &FLOW.replace("\"out\": \"bbbbbb\"", "\"out\": \"nobody\""));
    let output = nexus(&["check", "shop"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("shop/flows/main.flow.json:12:9: error: "), "{text}");
    assert!(text.contains("[wire-to-nowhere]") && text.contains("    help: "), "{text}");
    assert!(!text.contains('\u{1b}'), "no colour into a pipe");
    let report = json_of(&nexus(&["check", "shop/flows/main.flow.json", "--json"], folder.path()));
    let problem = &report["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"], &problem["node"]),
        (&json!(12), &json!(9), &json!("aaaaaa"))
    );
}

#[test]
fn half_a_file_says_where_it_ends() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("one"), &FLOW[..200]);
    bot(&folder.path().join("two"), FLOW);
    let report = json_of(&nexus(&["check", ".", "--json"], folder.path()));
    assert_eq!(report["sources"], 2);
    for problem in report["problems"].as_array().expect("a list") {
        assert_eq!(problem["file"], "one/flows/main.flow.json", "{problem}");
        assert!(problem["line"].as_u64() >= Some(1) && problem["column"].as_u64() >= Some(1), "{problem}");
    }
    assert_eq!(report["errors"], 1, "{report}");
}

#[test]
fn a_flow_outside_of_any_bot_is_checked_alone() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("lone.flow.json"), FLOW).expect("a file");
    let output = nexus(&["check", "lone.flow.json"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    fs::write(folder.path().join("lone.flow.json"), FLOW.replace("command\": \"start", "comand\": \"start"))
        .expect("a file");
    assert_eq!(nexus(&["check", "."], folder.path()).status.code(), Some(1));
}

#[test]
fn bad_use_ends_with_two() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("notes.txt"), "no bot").expect("a file");
    for args in [
        &["check"][..],
        &["check", "nowhere"],
        &["check", "."],
        &["check", "notes.txt"],
        &["nonsense"],
        &["fmt", "nowhere"],
    ] {
        let output = nexus(args, folder.path());
        assert_eq!(output.status.code(), Some(2), "{args:?} {output:?}");
        assert!(!output.stderr.is_empty());
    }
    let report = json_of(&nexus(&["check", "nowhere", "--json"], folder.path()));
    assert_eq!(report["error"]["message"], "there is no file or folder nowhere");
}
