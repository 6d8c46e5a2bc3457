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
    files.0.insert("commands.ts".into(), format!("export interface Commands {{\n{}}}\n", table.rows));
    files.finish()
}

/// Declarations by the names of their files.
#[derive(Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        if let Some(path) = T::output_path() {
            let name = path.to_string_lossy().into_owned();
            if self.0.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.0.insert(name, format!("{docs}export {}\n", T::decl(&config())));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }

    /// The declarations with the imports they need.
    fn finish(self) -> BTreeMap<String, String> {
        let names: Vec<&str> = self.0.keys().filter_map(|file| file.strip_suffix(".ts")).collect();
        let whole = |(file, text): (&String, &String)| {
            let said = without_comments(text);
            let words: BTreeSet<&str> = said.split(|c: char| !c.is_ascii_alphanumeric()).collect();
            let others =
                names.iter().filter(|name| words.contains(*name) && file.strip_suffix(".ts") != Some(name));
            let imports: String =
                others.map(|name| format!("import type {{ {name} }} from \"./{name}\";\n")).collect();
            let gap = if imports.is_empty() { "" } else { "\n" };
            (file.clone(), format!("{HEAD}{imports}{gap}{text}"))
        };
        self.0.iter().map(whole).collect()
    }
}

const HEAD: &str =
    "// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.\n";

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// JSON knows one kind of number.
fn config() -> Config {
    Config::new().with_large_int("number")
}

/// What a command asks or says itself stands in the table; what several share has a file and goes by its name.
pub fn parts<T: TS + 'static>() -> TypeParts {
    if !std::any::type_name::<T>().contains("::commands::") {
        return TypeParts { text: T::name(&config()), visit: |files| files.add::<T>() };
    }
    let words: Vec<String> =
        without_comments(&T::inline(&config())).split_whitespace().map(str::to_owned).collect();
    TypeParts { text: words.join(" ").replace(", }", " }"), visit: |files| T::visit_dependencies(files) }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once("*/").map_or("", |(_, rest)| rest))
}

#[derive(Default)]
struct Table {
    rows: String,
    visits: Vec<fn(&mut Files)>,
}

impl Describe for Table {
    fn command_parts(&mut self, name: &str, doc: &str, request: TypeParts, reply: TypeParts) {
        self.visits.extend([request.visit, reply.visit]);
        self.rows.push_str(&format!("  /** {doc} */\n"));
        self.rows
            .push_str(&format!("  \"{name}\": {{ request: {}; reply: {} }};\n", request.text, reply.text));
    }
}
