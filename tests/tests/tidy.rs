//! The house rules: who may import whom, where each technology lives, how long a file may be. Read from the manifests and sources as
//! they stand; every breach is one sentence with its file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tests::folder::root;

/// The crates that each crate may import: docs/ARCHITECTURE.md has the table with the reasons.
const ARROWS: &[(&str, &[&str])] = &[
    ("flow", &[]),
    ("merge", &["flow"]),
    ("engine", &["flow"]),
    ("bundle", &["flow"]),
    ("picture", &["flow"]),
    ("sim", &["flow", "engine", "compute"]),
    ("compute", &["flow", "engine"]),
    // What runs inside its sandbox: a workspace of its own.
    ("compute-guest", &[]),
    ("channels", &["flow", "engine"]),
    ("outside", &["flow", "engine"]),
    ("store", &[]),
    ("vault", &[]),
    ("vcs", &["flow", "merge"]),
    ("runner", &["flow", "engine", "compute", "channels", "outside", "store"]),
    (
        "studio",
        &[
            "flow", "merge", "engine", "sim", "compute", "channels", "store", "vault", "vcs", "bundle",
            "remote", "runner", "picture",
        ],
    ),
    ("remote", &[]),
    ("server", &["flow", "engine", "bundle", "remote", "store", "vault", "studio", "runner"]),
    (
        "cli",
        &[
            "flow", "merge", "engine", "sim", "compute", "channels", "outside", "store", "vault", "vcs",
            "bundle", "remote", "runner", "studio", "server", "picture",
        ],
    ),
    ("nexus-bots", &["studio"]),
    // Judges by models that are not ours, so it knows nothing of ours.
    ("doubles", &[]),
];

/// The crates that may depend on a technology.
const HOMES: &[(&str, &[&str])] = &[
    ("tauri", &["nexus-bots"]),
    ("tauri-build", &["nexus-bots"]),
    ("tauri-plugin-updater", &["nexus-bots"]),
    ("axum", &["server", "doubles"]),
    ("sqlx", &["store"]),
    ("git2", &["vcs"]),
    ("ssh2", &["vcs"]),
    ("wasmi", &["compute"]),
    ("keyring", &["vault"]),
    ("age", &["vault"]),
    ("reqwest", &["channels", "outside", "remote", "doubles"]),
    ("tokio-tungstenite", &["channels", "remote", "doubles"]),
    ("lettre", &["outside"]),
    ("ed25519-dalek", &["bundle", "doubles"]),
    ("tar", &["bundle"]),
    ("teloxide", &["channels"]),
    ("serenity", &["channels"]),
    ("frankenstein", &["doubles"]),
    ("twilight-model", &["doubles"]),
    ("petgraph", &["flow", "engine"]),
    ("minijinja", &["flow"]),
    ("saphyr-parser", &["sim"]),
    ("resvg", &["picture"]),
    ("svg2pdf", &["picture"]),
    ("ttf-parser", &["picture"]),
];

/// The folders of the UI; each may import from those before it.
const UI_FOLDERS: [&str; 8] = ["words", "host", "api", "flow", "components", "canvas", "panels", "shell"];

/// Packages of the UI that live in one folder.
const UI_HOMES: [(&str, &str); 2] = [("@tauri-apps/", "host"), ("@xyflow/", "canvas")];

const MOST_LINES: usize = 600;
/// Longer files, each with the reason why it is not split.
const LONG_FILES: &[(&str, &str)] = &[];

#[test]
fn crates_import_only_what_the_table_allows() {
    let crates: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut breaches = Vec::new();
    for manifest in manifests() {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == manifest.name) else {
            breaches.push(format!(
                "{}:1: the crate `{}` is not in the table of crates; add it to tidy.rs and to the architecture",
                manifest.file, manifest.name
            ));
            continue;
        };
        for (line, dependency) in &manifest.dependencies {
            if crates.contains(dependency.as_str()) && !allowed.contains(&dependency.as_str()) {
                breaches.push(format!(
                    "{}:{line}: `{}` may not import `{dependency}`; it may import {}",
                    manifest.file,
                    manifest.name,
                    if allowed.is_empty() { "no crate of the workspace".into() } else { allowed.join(", ") }
                ));
            }
        }
    }
    tidy(breaches);
}

#[test]
fn each_technology_has_one_home() {
    let mut breaches = Vec::new();
    for manifest in manifests() {
        for (line, dependency) in &manifest.dependencies {
            let home = HOMES.iter().find(|(technology, _)| technology == dependency);
            if let Some((_, home)) = home.filter(|(_, home)| !home.contains(&manifest.name.as_str())) {
                breaches.push(format!(
                    "{}:{line}: `{dependency}` belongs to {} alone, not to `{}`",
                    manifest.file,
                    home.join(" and "),
                    manifest.name
                ));
            }
        }
    }
    for (path, text) in sources(&["crates", "src-tauri"], &["rs"]) {
        if path.starts_with("crates/flow/src/expr") {
            continue;
        }
        for (line, code) in code_lines(&text).filter(|(_, code)| code.contains("minijinja::")) {
            breaches.push(format!(
                "{path}:{line}: minijinja is touched only in flow::expr, not here: {}",
                code.trim()
            ));
        }
    }
    tidy(breaches);
}

#[test]
fn folders_of_the_ui_import_only_from_the_left() {
    let mut breaches = Vec::new();
    for (path, text) in sources(&["ui/src"], &["ts", "tsx"]) {
        let inside: Vec<&str> = path.split('/').skip(2).collect();
        let here = UI_FOLDERS.iter().position(|folder| *folder == inside[0]);
        if here.is_none() && inside.len() > 1 {
            breaches.push(format!(
                "{path}:1: `{}` is no folder of the UI; they are {}",
                inside[0],
                UI_FOLDERS.join(" → ")
            ));
        }
        for (line, wanted) in imports(&text) {
            if let Some((package, home)) = UI_HOMES.iter().find(|(package, _)| wanted.starts_with(package))
                && inside[0] != *home
            {
                breaches.push(format!("{path}:{line}: {package} is imported only in ui/src/{home}/"));
            }
            let (Some(here), Some(target)) = (here, resolved(&inside, &wanted)) else { continue };
            let there = UI_FOLDERS
                .iter()
                .position(|folder| Some(folder) == target.first().map(String::as_str).as_ref());
            match there {
                Some(there) if there > here => breaches.push(format!(
                    "{path}:{line}: {}/ may not import from {}/; imports run {}",
                    UI_FOLDERS[here],
                    UI_FOLDERS[there],
                    UI_FOLDERS.join(" → ")
                )),
                Some(there) if there == here && inside[0] == "panels" => {
                    let (from, to) = (panel(inside[1]), panel(target.get(1).map_or("index", String::as_str)));
                    if from != to && from != "index" {
                        breaches
                            .push(format!("{path}:{line}: the panel {from} may not import the panel {to}"));
                    }
                }
                None if target.first().is_some_and(|name| name == "main") => {
                    breaches.push(format!("{path}:{line}: nothing imports main.tsx"));
                }
                _ => {}
            }
        }
    }
    tidy(breaches);
}

#[test]
fn files_are_small() {
    let mut breaches = Vec::new();
    let all = sources(
        &["crates", "src-tauri", "tests", "ui/src", "ui/dev", "xtask"],
        &["rs", "ts", "tsx", "css", "mjs"],
    );
    for (path, text) in &all {
        let lines = text.lines().count();
        let listed = LONG_FILES.iter().any(|(long, _)| long == path);
        if lines > MOST_LINES && !listed {
            breaches.push(format!(
                "{path}:{MOST_LINES}: has {lines} lines, more than {MOST_LINES}; split it, or list it in tidy.rs with a reason"
            ));
        }
        if lines <= MOST_LINES && listed {
            breaches.push(format!("{path}:1: is short again; take it off the list in tidy.rs"));
        }
    }
    tidy(breaches);
}

#[test]
fn nothing_is_left_to_do() {
    let marks =
        [concat!("to", "do!("), concat!("db", "g!("), concat!("unimple", "mented!("), concat!("FIX", "ME")];
    let mut breaches = Vec::new();
    let folders = ["crates", "src-tauri", "tests", "ui/src", "ui/dev", "xtask"];
    for (path, text) in sources(&folders, &["rs", "ts", "tsx", "css", "mjs"]) {
        for (line, text) in text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| text.contains(**mark)) {
                breaches
                    .push(format!("{path}:{}: `{mark}` is left here; do it, or write an issue", line + 1));
            }
        }
    }
    tidy(breaches);
}

#[test]
fn each_crate_says_what_it_is_for() {
    let mut breaches = Vec::new();
    for (path, text) in sources(&["crates", "tests", "src-tauri", "xtask"], &["rs"]) {
        let entry = path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
        if entry && !text.starts_with("//!") {
            breaches.push(format!("{path}:1: a crate begins with //! and its one purpose"));
        }
    }
    tidy(breaches);
}

#[test]
fn each_problem_code_is_unique_and_explained() {
    let mut breaches = Vec::new();
    let mut seen = BTreeSet::new();
    for code in flow::Code::ALL {
        let at = "crates/flow/src/problem.rs";
        let name = code.as_str();
        if !seen.insert(name) {
            breaches.push(format!("{at}:1: two codes are called `{name}`"));
        }
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
            breaches.push(format!("{at}:1: the code `{name}` should be small letters and `-`"));
        }
        if code.meaning().len() < 10 || !code.meaning().ends_with('.') {
            breaches
                .push(format!("{at}:1: the code `{name}` should have a sentence that says what it means"));
        }
    }
    tidy(breaches);
}

fn tidy(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "house rules are broken:\n{}", breaches.join("\n"));
}

struct Manifest {
    file: String,
    name: String,
    /// What the crate is built from, with the line; what only its tests use is its own affair.
    dependencies: Vec<(usize, String)>,
}

/// The manifests of the crates in the table: the tests and the chores import what they like, the doubles do not.
fn manifests() -> Vec<Manifest> {
    let mut files = vec!["Cargo.toml".to_string(), "tests/doubles/Cargo.toml".to_string()];
    files.extend(below("crates", &["toml"]).into_iter().filter(|file| file.ends_with("/Cargo.toml")));
    assert!(files.len() > 3, "the manifests are not where they were: {files:?}");
    files.into_iter().map(manifest).collect()
}

fn manifest(file: String) -> Manifest {
    let text = read(&file);
    let (mut section, mut name, mut dependencies) = (String::new(), String::new(), Vec::new());
    for (line, text) in text.lines().enumerate() {
        if let Some(head) = text.strip_prefix('[') {
            section = head.trim_end().trim_end_matches(']').to_string();
            // `[dependencies.flow]` is a section and an entry at once.
            if let Some((_, entry)) = section.split_once("dependencies.").filter(|_| counts(&section)) {
                dependencies.push((line + 1, entry.to_string()));
            }
            continue;
        }
        let Some((key, value)) = text.split_once('=') else { continue };
        let key = key.trim();
        if section == "package" && key == "name" {
            name = value.trim().trim_matches('"').to_string();
        }
        if section.ends_with("dependencies") && counts(&section) && !key.starts_with('#') {
            let renamed = value.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
            let key = key.split('.').next().unwrap_or(key).trim_matches('"');
            dependencies.push((line + 1, renamed.unwrap_or(key).to_string()));
        }
    }
    Manifest { file, name, dependencies }
}

fn counts(section: &str) -> bool {
    !section.starts_with("workspace") && !section.contains("dev-dependencies")
}

/// Files with their text, by path from the top of the checkout.
fn sources(folders: &[&str], endings: &[&str]) -> BTreeMap<String, String> {
    let files = folders.iter().flat_map(|folder| below(folder, endings));
    files.map(|file| (file.clone(), read(&file))).collect()
}

fn below(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        // What is not built yet has nothing to say.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            // What others made, and what is generated.
            if path.is_dir()
                && !matches!(name.as_str(), "node_modules" | "target" | "dist" | "gen" | "bindings")
            {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
                found.push(relative(&path));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(line, code)| (line + 1, code));
    lines.filter(|(_, code)| !code.trim_start().starts_with("//"))
}

/// What a TypeScript file imports, with the line that names it.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, code) in code_lines(text) {
        for before in ["from \"", "import \"", "import(\"", "mock(\""] {
            let wanted = code.split(before).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(wanted.map(|wanted| (line, wanted.to_string())));
        }
    }
    found
}

/// The parts of a path below ui/src that a relative import leads to.
fn resolved(inside: &[&str], wanted: &str) -> Option<Vec<String>> {
    if !wanted.starts_with('.') {
        return None;
    }
    let mut path: Vec<String> = inside[..inside.len() - 1].iter().map(|part| part.to_string()).collect();
    for part in wanted.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part.to_string()),
        }
    }
    Some(path)
}

/// A panel is a file or a folder of panels/.
fn panel(entry: &str) -> &str {
    entry.split('.').next().unwrap_or(entry)
}

/// The rules see what they should.
#[test]
fn breaches_are_found() {
    let code = "import { a } from \"../panels\";\nimport \"./x.css\";\nconst b = await import(\"@tauri-apps/api\");\n// from \"no\"\n";
    let wanted: Vec<(usize, String)> = imports(code);
    assert_eq!(wanted, [(1, "../panels".into()), (2, "./x.css".into()), (3, "@tauri-apps/api".into())]);
    assert_eq!(
        resolved(&["canvas", "a", "b.ts"], "../../panels/Problems"),
        Some(vec!["panels".into(), "Problems".into()])
    );
    assert_eq!(resolved(&["canvas", "b.ts"], "react"), None);
    let flow = manifest("crates/flow/Cargo.toml".into());
    assert_eq!(flow.name, "flow");
    assert!(flow.dependencies.iter().any(|(_, name)| name == "minijinja"));
    assert!(flow.dependencies.iter().all(|(_, name)| name != "proptest"), "dev-dependencies are not counted");
}
