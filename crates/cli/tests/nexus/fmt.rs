use std::fs;

use tempfile::TempDir;

use crate::run::{FLOW, bot, json_of, nexus};

#[test]
fn files_get_their_canonical_form() {
    let folder = TempDir::new().expect("a folder");
    let flow = folder.path().join("shop/flows/main.flow.json");
    let odd = FLOW.replace("  ", "\t");
    bot(&folder.path().join("shop"), &odd);
    let output = nexus(&["fmt", "--check", "shop"], folder.path());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(fs::read_to_string(&flow).expect("a file"), odd);
    let report = json_of(&nexus(&["fmt", "--json", "."], folder.path()));
    assert_eq!(report["changed"][0], "shop/flows/main.flow.json");
    assert_eq!(fs::read_to_string(&flow).expect("a file"), FLOW);
    assert_eq!(nexus(&["fmt", "--check", "shop"], folder.path()).status.code(), Some(0));
}

#[test]
fn what_cannot_be_read_whole_is_not_touched() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), &FLOW[..200]);
    let output = nexus(&["fmt", "shop", "--json"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    let report = json_of(&output);
    assert_eq!(report["unreadable"][0]["file"], "shop/flows/main.flow.json");
    assert!(report["unreadable"][0]["line"].as_u64() > Some(1));
    assert_eq!(
        fs::read_to_string(folder.path().join("shop/flows/main.flow.json")).expect("a file"),
        &FLOW[..200]
    );
}
