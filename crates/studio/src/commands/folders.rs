//! Finding a bot, and making one.

use std::path::{Path, PathBuf};

use flow::bot::{Bot, Flow, Manifest, Node, Place};
use flow::{Id, Map, Value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error, Result};
use crate::view::BotView;
use crate::{Studio, disk};

#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct List {
    #[serde(default)]
    path: Option<String>,
}

#[derive(Debug, Serialize, TS)]
#[ts(optional_fields)]
pub struct Listed {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    entries: Vec<Folder>,
    /// Is the folder itself a bot's?
    bot: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "Folder.ts")]
pub struct Folder {
    name: String,
    path: String,
    bot: bool,
}

#[derive(Debug, Deserialize, TS)]
pub struct Create {
    folder: String,
    name: String,
}

/// More folders than this nobody looks through.
const MOST_FOLDERS: usize = 2000;

pub fn list(studio: &Studio, List { path }: List) -> Result<Listed> {
    let path = path.filter(|path| !path.is_empty()).map_or_else(|| studio.setup.home.clone(), PathBuf::from);
    let path = existing(&path)?;
    let entries = std::fs::read_dir(&path)
        .map_err(|error| Error::disk(format!("{} could not be listed", path.display()), &error))?;
    let folder = |entry: std::fs::DirEntry| {
        // Paths travel as text; what is no text cannot be asked for.
        let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
        let path = entry.path();
        path.is_dir().then(|| Folder {
            name,
            bot: crate::studio::is_bot(&path),
            path: path.to_string_lossy().into_owned(),
        })
    };
    let mut entries: Vec<Folder> = entries.flatten().filter_map(folder).take(MOST_FOLDERS).collect();
    entries.sort_by_cached_key(|folder| folder.name.to_lowercase());
    Ok(Listed {
        parent: path.parent().map(|parent| parent.to_string_lossy().into_owned()),
        bot: crate::studio::is_bot(&path),
        path: path.to_string_lossy().into_owned(),
        entries,
    })
}

pub fn create(studio: &Studio, Create { folder, name }: Create) -> Result<BotView> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::new(Code::Refused, "A bot's name has between 1 and 100 characters.")
            .hint("Choose a name."));
    }
    let slug = slug(name);
    let root = existing(Path::new(&folder))?.join(&slug);
    if std::fs::read_dir(&root).is_ok_and(|mut entries| entries.next().is_some()) || root.is_file() {
        let message = format!("{} is there already and is not empty.", root.display());
        return Err(Error::new(Code::Refused, message).hint("Choose another name or another folder."));
    }
    let bot = first_bot(&slug, name, studio.setup.random);
    write(&root, &bot)
        .map_err(|error| Error::disk(format!("{} could not be made", root.display()), &error))?;
    super::bots::open_at(studio, &root)
}

fn existing(path: &Path) -> Result<PathBuf> {
    if !path.is_absolute() {
        return Err(Error::new(Code::BadRequest, format!("{} is not a whole path.", path.display())));
    }
    match std::fs::canonicalize(path) {
        Ok(path) if path.is_dir() => Ok(path),
        Ok(path) => Err(Error::new(Code::NotFound, format!("{} is not a folder.", path.display()))),
        Err(error) => Err(Error::disk(format!("{} could not be opened", path.display()), &error)),
    }
}

/// A name for a folder that works everywhere.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            c if c.is_alphanumeric() => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    while slug.len() > 60 || slug.ends_with('-') {
        slug.pop();
    }
    if slug.is_empty() { "bot".into() } else { slug }
}

/// Answers /start with a greeting.
fn first_bot(id: &str, name: &str, random: fn() -> u64) -> Bot {
    let (start, greet) = (node_id(random()), node_id(random()));
    let fields = |name: &str, value: &str| Map::from_iter([(name.into(), Value::text(value))]);
    let trigger = Node {
        kind: "trigger.command".into(),
        v: 1,
        fields: fields("command", "start"),
        next: [("out".into(), greet.clone())].into(),
        ..Node::default()
    };
    let message = Node {
        kind: "message.send".into(),
        v: 1,
        key: Some("greet".into()),
        name: Some("Greet".into()),
        fields: fields("text", "Hi {{ user.first_name }}!"),
        ..Node::default()
    };
    let place = |x| Place { x, y: 0, w: None, h: None };
    let flow = Flow {
        id: "main".into(),
        name: "Main".into(),
        layout: [(start.clone(), place(0)), (greet.clone(), place(280))].into(),
        nodes: [(start, trigger.into()), (greet, message.into())].into(),
        ..Flow::default()
    };
    let manifest = Map::from_iter([
        ("id".into(), Value::text(id)),
        ("name".into(), Value::text(name)),
        ("channels".into(), Value::Array(vec![Value::text("telegram")])),
        ("locales".into(), Value::Array(vec![Value::text("en")])),
    ]);
    Bot {
        manifest: Manifest(manifest),
        flows: [("flows/main.flow.json".into(), flow)].into(),
        ..Bot::default()
    }
}

/// Six characters, the first a letter.
fn node_id(random: u64) -> Id {
    const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut rest = random;
    let mut id = String::new();
    for place in 0..6 {
        let choices = if place == 0 { 26 } else { 36 };
        id.push(CHARACTERS[(rest % choices) as usize].into());
        rest /= choices;
    }
    id.into()
}

fn write(root: &Path, bot: &Bot) -> std::io::Result<()> {
    std::fs::create_dir_all(root.join("flows"))?;
    for (path, flow) in &bot.flows {
        disk::write(&root.join(path.as_str()), flow::text::print_flow(flow).as_bytes())?;
    }
    disk::write(&root.join("bot.json"), flow::text::print_manifest(&bot.manifest).as_bytes())
}
