//! The TypeScript types of all that crosses to a window, as the files of `ui/src/api/bindings`.

use std::collections::{BTreeMap, BTreeSet};

use ts_rs::{Config, TS, TypeVisitor};

use crate::table::{Describe, TypeParts};
use crate::{commands, event};

/// One file per type, by its name, and `commands.ts`.
pub fn bindings() -> BTreeMap<String, String> {
    let mut files = Files::default();
    files.add::<event::Event>();
    files.add::<crate::Error>();
    let mut table = Table::default();
    commands::describe(&mut table);
    for visit in &table.visits {
        visit(&mut files);
    }
    files.files.insert("commands.ts".into(), table.print());
    files.files
}

#[derive(Default)]
pub struct Files {
    files: BTreeMap<String, String>,
}

impl Files {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        let config = config();
        if let Some(path) = T::output_path() {
            let name = path.to_string_lossy().into_owned();
            if self.files.contains_key(&name) {
                return;
            }
            match T::export_to_string(&config) {
                Ok(text) => drop(self.files.insert(name, text)),
                Err(error) => drop(self.files.insert(name, format!("// {error}\n"))),
            }
        }
        T::visit_dependencies(self);
    }
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// JSON knows one kind of number.
fn config() -> Config {
    Config::new().with_large_int("number")
}

pub fn parts<T: TS + 'static>() -> TypeParts {
    TypeParts { inline: T::inline(&config()), visit: |files| T::visit_dependencies(files) }
}

#[derive(Default)]
struct Table {
    rows: String,
    texts: String,
    visits: Vec<fn(&mut Files)>,
}

impl Describe for Table {
    fn command_parts(&mut self, name: &str, doc: &str, request: TypeParts, reply: TypeParts) {
        self.visits.extend([request.visit, reply.visit]);
        self.rows.push_str(&format!("  /** {doc} */\n"));
        self.rows.push_str(&format!("  \"{name}\": {{ request: {}; reply: {} }};\n", request.inline, reply.inline));
        self.texts.push_str(&format!("{} {} ", request.inline, reply.inline));
    }
}

impl Table {
    fn print(&self) -> String {
        let mut known = Files::default();
        for visit in &self.visits {
            visit(&mut known);
        }
        let words: BTreeSet<&str> = self.texts.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let mut out = String::from("// This file is made from the studio's table of commands. Do not edit it by hand.\n");
        for file in known.files.keys() {
            let name = file.trim_end_matches(".ts");
            if words.contains(name) {
                out.push_str(&format!("import type {{ {name} }} from \"./{name}\";\n"));
            }
        }
        format!("{out}\nexport interface Commands {{\n{}}}\n", self.rows)
    }
}
