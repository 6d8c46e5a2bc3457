//! Merges that a person can read: folders of `base`, `ours`, `theirs` and what must come out.
//!
//! `tests/merge/working/<kind>-<story>` holds what is right, `failing/` what is not yet: there `expected` is what comes out today and
//! `right` what should. `criss-cross/` merges results that grew from one unfinished merge. A bot without a bot.json has the one that
//! lies beside the shelves. With `UPDATE=1` the expectations are written anew, to be read before they are kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use flow::{Bot, Descriptor, Field, Kinds, Severity, Value};
use merge::{Choice, Merged, merge};
use tests::folder::{self, Files};

const MANIFEST: &str = "bot.json";

/// The kinds of this version, and one that has been through an upgrade.
static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let kinds = engine::kinds();
    let known = kinds.iter().map(|known| Descriptor::clone(known));
    Kinds::new(known.chain([card()]))
});

fn card() -> Descriptor {
    let mut card = Descriptor::clone(engine::kinds().get("message.send").expect("it is one of the kinds"));
    card.kind = "test.card";
    card.title = "Card";
    card.v = 2;
    card.fields = vec![Field::long_text("text", "Text"), Field::word("picture", "Picture")];
    card.upgrades = vec![flow::descriptor::Upgrade {
        from: 1,
        apply: |node| {
            if let Some(title) = node.fields.remove("title") {
                node.fields.insert("text", title);
            }
        },
    }];
    card
}

#[test]
fn cases() {
    let shelf = shelf("working");
    let known = folders(&shelf);
    assert!(known.len() >= 60, "{} cases", known.len());
    run(&known, check);
}

#[test]
fn what_is_not_right_yet() {
    run(&folders(&shelf("failing")), |case| {
        check(case)?;
        let right = shown(&read(&case.join("right"))?);
        let today = shown(&without_open(&read(&case.join("expected"))?));
        if right == today { Err("this is right now: it belongs to `working`".into()) } else { Ok(()) }
    });
}

#[test]
fn criss_cross() {
    let known = folders(&shelf("criss-cross"));
    assert!(!known.is_empty());
    run(&known, |case| {
        let [base, ours, theirs] = three(case)?;
        let before = merge(&base, &ours, &theirs, &KINDS).bot;
        let again = ["ours-later", "theirs-later"].map(|name| read(&case.join(name)));
        let [ours, theirs] = again;
        check_three(case, &before, &ours?, &theirs?)
    });
}

fn shelf(name: &str) -> PathBuf {
    folder::root().join("tests/merge").join(name)
}

fn folders(shelf: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(shelf).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn run(cases: &[PathBuf], check: impl Fn(&Path) -> Result<(), String>) {
    let wrong = cases.iter().filter_map(|case| {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        check(case).err().map(|error| format!("{name}: {error}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn check(case: &Path) -> Result<(), String> {
    let [base, ours, theirs] = three(case)?;
    check_three(case, &base, &ours, &theirs)
}

fn three(case: &Path) -> Result<[Bot; 3], String> {
    Ok([read(&case.join("base"))?, read(&case.join("ours"))?, read(&case.join("theirs"))?])
}

fn check_three(case: &Path, base: &Bot, ours: &Bot, theirs: &Bot) -> Result<(), String> {
    let merged = merge(base, ours, theirs, &KINDS);
    let swapped = merge(base, theirs, ours, &KINDS);
    same(case, "expected", &merged.bot)?;
    text(case, "conflicts", &conflicts(&merged), true)?;
    text(case, "notices", &notices(&merged), false)?;
    equal(
        "expected of swapped sides",
        &shown(&without_open(&swapped.bot)),
        &shown(&without_open(&merged.bot)),
    )?;
    equal("conflicts of swapped sides", &conflicts(&swapped), &conflicts(&merged))?;
    equal("notices of swapped sides", &notices(&swapped), &notices(&merged))?;
    reads_back(&merged.bot)?;
    let alone = merge(base, ours, base, &KINDS).bot;
    equal("merging with what nobody changed", &shown(&alone), &shown(&upgraded(ours)))?;
    let twice = merge(base, ours, ours, &KINDS).bot;
    equal("merging with oneself", &shown(&twice), &shown(&upgraded(ours)))?;
    if merged.conflicts().is_empty() && [ours, theirs].iter().all(|side| errors(side).is_empty()) {
        equal("errors of a clean merge", &errors(&merged.bot).join("\n"), "")?;
    }
    for (name, choice) in
        [("if-ours", Choice::Ours), ("if-theirs", Choice::Theirs), ("if-base", Choice::Base)]
    {
        let settled = self::settled(&merged.bot, &choice)?;
        if case.join(name).is_dir() {
            same(case, name, &settled)?;
        }
        let mirrored = match choice {
            Choice::Ours => Choice::Theirs,
            Choice::Theirs => Choice::Ours,
            other => other,
        };
        equal(
            &format!("{name} of swapped sides"),
            &shown(&self::settled(&swapped.bot, &mirrored)?),
            &shown(&settled),
        )?;
        let loose = loose_ends(&settled);
        let known: BTreeSet<_> = [base, ours, theirs].into_iter().flat_map(loose_ends).collect();
        if let Some(end) = loose.difference(&known).next() {
            return Err(format!("{name} leaves a loose wire: {end}"));
        }
    }
    Ok(())
}

/// The bot in a folder; its files must be in canonical form.
fn read(path: &Path) -> Result<Bot, String> {
    if !path.is_dir() {
        return Err(format!("there is no {}", path.display()));
    }
    let mut files = folder::read(path);
    files.entry(MANIFEST.into()).or_insert_with(|| usual_manifest().into_bytes());
    let (bot, problems) = folder::open(&files);
    if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("{}: {}: {}", path.display(), problem.at.file, problem.message));
    }
    if folder::files(&bot) != files {
        if !is_update() {
            return Err(format!("{} is not in canonical form", path.display()));
        }
        std::fs::remove_dir_all(path).map_err(|error| error.to_string())?;
        folder::write(&files_to_keep(&bot), path);
    }
    Ok(bot)
}

fn usual_manifest() -> String {
    let path = folder::root().join("tests/merge").join(MANIFEST);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Without a bot.json that is the usual one.
fn files_to_keep(bot: &Bot) -> Files {
    let mut files = folder::files(bot);
    files.retain(|path, bytes| path != MANIFEST || *bytes != usual_manifest().into_bytes());
    files
}

/// Compares with a folder of the case, or writes it.
fn same(case: &Path, name: &str, bot: &Bot) -> Result<(), String> {
    let path = case.join(name);
    if is_update() {
        if path.is_dir() {
            std::fs::remove_dir_all(&path).map_err(|error| error.to_string())?;
        }
        std::fs::create_dir_all(&path).map_err(|error| error.to_string())?;
        folder::write(&files_to_keep(bot), &path);
        return Ok(());
    }
    equal(name, &shown(bot), &shown(&read(&path)?))
}

/// The same for a text, which need not be there when it is empty.
fn text(case: &Path, name: &str, text: &str, always: bool) -> Result<(), String> {
    let path = case.join(name);
    if is_update() {
        let _ = std::fs::remove_file(&path);
        return match text.is_empty() && !always {
            true => Ok(()),
            false => std::fs::write(&path, text).map_err(|error| error.to_string()),
        };
    }
    equal(name, text, &std::fs::read_to_string(&path).unwrap_or_default())
}

fn equal(what: &str, got: &str, wanted: &str) -> Result<(), String> {
    if got == wanted {
        return Ok(());
    }
    let line = got.lines().zip(wanted.lines()).position(|(got, wanted)| got != wanted);
    let at = line.unwrap_or_else(|| got.lines().count().min(wanted.lines().count()));
    let around =
        |text: &str| text.lines().skip(at.saturating_sub(2)).take(6).collect::<Vec<_>>().join("\n    ");
    Err(format!("{what}, line {}:\n  got\n    {}\n  wanted\n    {}", at + 1, around(got), around(wanted)))
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

fn conflicts(merged: &Merged) -> String {
    let open = merged.conflicts().into_iter();
    let mut lines: Vec<String> =
        open.map(|(file, place, one)| format!("{file} {place} {}\n", kind_name(one.kind))).collect();
    lines.sort();
    lines.concat()
}

/// The kind as the document writes it.
fn kind_name(kind: merge::Kind) -> String {
    serde_json::to_string(&kind).unwrap_or_default().trim_matches('"').into()
}

/// What the merge did beyond what either side did, and what it would have a person look at.
fn notices(merged: &Merged) -> String {
    let derived = merged.derived.iter().map(|(file, one)| format!("{file} {}: {}\n", one.place, one.cause));
    let hints =
        merged.hints.iter().map(|(file, one)| format!("{file} {}: {}\n", one.places.join(" "), one.what));
    let mut lines: Vec<String> = derived.chain(hints).collect();
    lines.sort();
    lines.concat()
}

fn shown(bot: &Bot) -> String {
    let files = folder::files(bot).into_iter();
    files.map(|(path, bytes)| format!("== {path}\n{}", String::from_utf8_lossy(&bytes))).collect()
}

fn without_open(bot: &Bot) -> Bot {
    let mut bot = bot.clone();
    bot.manifest.0.remove("unresolved");
    bot.flows.values_mut().for_each(|flow| flow.unresolved = None);
    bot
}

/// A merge writes every node in the current form of its kind.
fn upgraded(bot: &Bot) -> Bot {
    let mut bot = bot.clone();
    for node in bot.flows.values_mut().flat_map(|flow| flow.nodes.values_mut()) {
        if let Some(newer) = KINDS.get(&node.kind).and_then(|kind| flow::upgrade::node(node, kind)) {
            *node = Arc::new(newer);
        }
    }
    bot
}

fn reads_back(bot: &Bot) -> Result<(), String> {
    let files = folder::files(bot);
    let (read, problems) = folder::open(&files);
    if let Some(problem) = problems.first() {
        return Err(format!("what was merged does not read back: {}", problem.message));
    }
    equal("printed and read again", &shown(&read), &shown(bot))
}

fn errors(bot: &Bot) -> Vec<String> {
    let problems = flow::check::check(bot, &KINDS).into_iter();
    let errors = problems.filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| format!("{}: {}", problem.at.file, problem.message)).collect()
}

/// One choice for everything that is open, and again for what comes to light by it.
fn settled(bot: &Bot, choice: &Choice) -> Result<Bot, String> {
    let mut bot = bot.clone();
    for _ in 0..100 {
        let Some((file, place, _)) = merge::open(&bot).into_iter().next() else {
            let left = bot.flows.values().any(|flow| flow.unresolved.is_some());
            let left = left || bot.manifest.0.get("unresolved").is_some_and(|open| *open != Value::Null);
            return if left { Err("`unresolved` is not gone".into()) } else { Ok(bot) };
        };
        let change = merge::resolve(&bot, &file, &place, choice)
            .map_err(|error| format!("{file} {place}: {error:?}"))?;
        flow::apply(&mut bot, &change).map_err(|error| format!("{file} {place}: {error}"))?;
    }
    Err(format!("{choice:?} never comes to an end"))
}

/// Wires that lead nowhere.
fn loose_ends(bot: &Bot) -> BTreeSet<String> {
    let wires = bot.flows.values().flat_map(|flow| {
        let nodes = flow.nodes.iter();
        nodes.flat_map(move |(id, node)| node.next.iter().map(move |wire| (flow, id, wire)))
    });
    let loose = wires.filter(|(flow, _, (_, target))| !flow.nodes.contains_key(*target));
    loose.map(|(flow, id, (port, target))| format!("{}: {id}.{port} to {target}", flow.id)).collect()
}
