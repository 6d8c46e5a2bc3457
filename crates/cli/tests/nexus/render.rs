use std::fs;

use tempfile::TempDir;

use crate::run::{FLOW, bot, json_of, nexus};

#[test]
fn a_flow_becomes_what_the_file_is_called() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), FLOW);
    for (file, begins) in [("a.svg", &b"<svg "[..]), ("a.png", &b"\x89PNG"[..]), ("a.pdf", &b"%PDF"[..])] {
        let report = json_of(&nexus(&["render", "shop", "-o", file, "--dark", "--json"], folder.path()));
        assert_eq!((&report["path"], &report["flow"]), (&file.into(), &"flows/main.flow.json".into()));
        assert!(report["nodes"].as_u64() > Some(0) && report["width"].as_u64() > Some(200), "{report}");
        assert!(fs::read(folder.path().join(file)).expect("a file").starts_with(begins), "{file}");
    }
    let shown = nexus(&["render", "shop/flows/main.flow.json"], folder.path());
    assert!(shown.stdout.starts_with(b"<svg "), "{shown:?}");
    let large = json_of(&nexus(&["render", "shop", "-o", "b.png", "--scale", "2", "--json"], folder.path()));
    let small = json_of(&nexus(&["render", "shop", "-o", "c.png", "--json"], folder.path()));
    assert_eq!(large["width"].as_u64(), small["width"].as_u64().map(|width| width * 2));
}

#[test]
fn what_cannot_be_drawn_is_said_plainly() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), FLOW);
    bot(&folder.path().join("broken"), &FLOW[..200]);
    let check = |args: &[&str], code: i32, said: &str| {
        let output = nexus(args, folder.path());
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(said), "{text}");
    };
    check(&["render", "broken"], 2, "cannot be read whole");
    check(&["render", "broken/flows/main.flow.json"], 2, "cannot be read whole");
    check(&["render", "nowhere"], 2, "no file or folder");
    check(&["render", "shop", "--flow", "other"], 2, "name one with --flow: main");
    check(&["render", "shop", "-o", "a.gif"], 2, ".svg, .png or .pdf");
    check(&["render", "shop", "-o", "no/such/folder/a.svg"], 3, "could not be written");
    fs::write(folder.path().join("shop/flows/second.flow.json"), FLOW.replace("\"main\"", "\"second\""))
        .expect("written");
    check(&["render", "shop"], 2, "name one with --flow: main, second");
}

#[test]
fn a_badge_says_how_the_tests_went() {
    let folder = TempDir::new().expect("a folder");
    bot(&folder.path().join("shop"), FLOW);
    nexus(&["test", "shop", "--badge", "badge.svg"], folder.path());
    let badge = fs::read_to_string(folder.path().join("badge.svg")).expect("a badge");
    assert!(badge.starts_with("<svg ") && badge.contains("Shop, ") && badge.contains("no tests"), "{badge}");
}
