//! bot.json by itself.

use super::{TYPES, declared_type, fits_type, nearest};
use crate::bot::{Manifest, SCOPES};
use crate::change::{Edit, MANIFEST_FILE, Seg};
use crate::expr::is_identifier;
use crate::limits::Platform;
use crate::problem::{Code, Problem, Spot};
use crate::value::{Map, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Vec<Problem>) {
    let mut found = Found { problems };
    for member in ["id", "name"] {
        match manifest.0.get(member) {
            Some(Value::String(text)) if !text.is_empty() => {}
            _ => found.at(&[member.into()], format!("The bot has no {member}."), "Give it one, as a text."),
        }
    }
    match manifest.0.get("channels") {
        None => {}
        Some(Value::Array(channels)) => {
            for (place, channel) in channels.iter().enumerate() {
                let name = channel.as_str().unwrap_or_default();
                if Platform::named(name).is_none() {
                    let known: Vec<&str> = Platform::ALL.iter().map(|platform| platform.name()).collect();
                    let near = nearest(name, known.iter().copied());
                    let help = near.map_or_else(
                        || format!("Known are {}.", known.join(", ")),
                        |near| format!("Did you mean `{near}`?"),
                    );
                    found.at(
                        &["channels".into(), Seg::Index(place as u32)],
                        format!("There is no channel `{name}`."),
                        help,
                    );
                }
            }
        }
        Some(_) => {
            found.at(&["channels".into()], "`channels` should be a list of names.", "Write [\"telegram\"].")
        }
    }
    if manifest.0.contains("unresolved") {
        let at =
            Spot { file: MANIFEST_FILE.into(), field: Some(vec!["unresolved".into()]), ..Spot::default() };
        let help = "Resolve what is open between the files of this bot, or abort the merge.";
        found.problems.push(Problem::new(Code::Unresolved, at, "A merge of this bot is not finished.", help));
    }
    if let Some(locales) = manifest.0.get("locales")
        && !locales.as_array().is_some_and(|locales| locales.iter().all(|locale| locale.as_str().is_some()))
    {
        found.at(
            &["locales".into()],
            "`locales` should be a list of language codes.",
            "Write [\"en\", \"de\"].",
        );
    }
    for member in ["secrets", "settings", "variables"] {
        match manifest.0.get(member) {
            None => {}
            Some(Value::Object(members)) => match member {
                "secrets" | "settings" => {
                    for (name, value) in members.iter() {
                        found.name(&[member.into(), name.into()], name);
                        if member == "secrets" && !matches!(value, Value::Object(_)) {
                            let help =
                                "Only its name belongs here. Take the value out, and put it into the vault.";
                            found.at(
                                &[member.into(), name.into()],
                                format!("The secret `{name}` should be an object."),
                                help,
                            );
                        }
                    }
                }
                _ => variables(members, &mut found),
            },
            Some(_) => {
                found.at(&[member.into()], format!("`{member}` should be an object."), "Write {} there.")
            }
        }
    }
}

fn variables(scopes: &Map, found: &mut Found) {
    for (scope, variables) in scopes.iter() {
        let path = |name: &str| vec!["variables".into(), scope.into(), Seg::from(name)];
        if !SCOPES.contains(&scope) {
            let help = format!("Known are {}.", SCOPES.join(", "));
            found.at(&["variables".into(), scope.into()], format!("There is no scope `{scope}`."), help);
            continue;
        }
        let Some(variables) = variables.as_object() else {
            found.at(
                &["variables".into(), scope.into()],
                format!("`{scope}` should be an object of variables."),
                "Write {} there.",
            );
            continue;
        };
        for (name, declaration) in variables.iter() {
            found.name(&path(name), name);
            let Some(kind) = declared_type(declaration) else {
                // What else the declaration says stays.
                let mut typed = declaration.as_object().cloned().unwrap_or_default();
                typed.insert("type", Value::from("any"));
                let edit = Edit::Manifest { path: path(name), value: Some(Value::Object(typed)) };
                found.at(
                    &path(name),
                    format!("The variable `{scope}.{name}` has no type."),
                    "Write {\"type\": \"text\"}.",
                );
                found.fix("Let it hold anything", edit);
                continue;
            };
            if !TYPES.contains(&kind) {
                found.at(
                    &path(name),
                    format!("There is no type `{kind}`."),
                    format!("Known are {}.", TYPES.join(", ")),
                );
            } else if let Some(default) = declaration.as_object().and_then(|members| members.get("default"))
                && !fits_type(kind, default)
            {
                found.at(
                    &path(name),
                    format!("The default of `{scope}.{name}` is not of type {kind}."),
                    "Change one of them.",
                );
            }
        }
    }
}

struct Found<'a> {
    problems: &'a mut Vec<Problem>,
}

impl Found<'_> {
    fn at(&mut self, path: &[Seg], message: impl Into<String>, help: impl Into<String>) {
        let at = Spot { file: MANIFEST_FILE.into(), field: Some(path.to_vec()), ..Spot::default() };
        self.problems.push(Problem::new(Code::BadManifest, at, message, help));
    }

    fn fix(&mut self, label: &str, edit: Edit) {
        if let Some(last) = self.problems.pop() {
            self.problems.push(last.fixed_by(label, edit.into()));
        }
    }

    fn name(&mut self, path: &[Seg], name: &str) {
        if !is_identifier(name) {
            let help = "A name is made of letters, digits and `_`, and does not start with a digit.";
            self.at(path, format!("`{name}` cannot be used in expressions."), help);
        }
    }
}
