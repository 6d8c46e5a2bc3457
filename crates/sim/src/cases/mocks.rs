//! Rules of `mocks`, and effects that are expected: both name an effect in the same way.

use engine::EffectError;
use flow::Data;
use flow::check::nearest;
use flow::data::Fields;
use smol_str::SmolStr;

use super::Wrong;
use super::read::{Reader, listed, members_of};
use super::yaml::{Member, Node};
use crate::mock::{Answer, KINDS, Mock, Pattern, error_kind, members_of as answer_members, words};
use crate::view::NAMES;

const RULE: &[&str] = &["gives", "fails", "times", "takes"];

impl Reader {
    pub fn mock(&mut self, node: &Node) -> Option<Mock> {
        let on = self.pattern(node, "A mock", RULE)?;
        let mut mock = Mock { on, ..Mock::default() };
        for Member { at, name, value } in members_of(node) {
            match name.as_str() {
                "gives" => {
                    let known = answer_members(&mock.on.effect);
                    if known.is_empty() && !value.is_nothing() {
                        self.wrong(
                            *at,
                            format!("Nothing comes back for `{}`: leave `gives` out.", mock.on.effect),
                        );
                        continue;
                    }
                    let what = format!("The answer to `{}`", mock.on.effect);
                    // A person may have more members than we know.
                    let members = match mock.on.effect.as_str() {
                        "user-info" => members_of(value),
                        _ => self.members(value, &what, known),
                    };
                    let gives = members.iter().map(|one| (one.name.clone(), one.value.data()));
                    mock.answer = Answer::Gives(gives.collect());
                }
                "fails" => mock.answer = Answer::Fails(self.failure(value)?),
                "times" => match value.data().as_int().and_then(|times| u32::try_from(times).ok()) {
                    Some(times) => mock.times = Some(times),
                    None => self.wrong(value.at, "`times` is a whole number."),
                },
                "takes" => mock.takes = self.duration(value, "`takes`").unwrap_or_default(),
                _ => {}
            }
        }
        Some(mock)
    }

    fn failure(&mut self, node: &Node) -> Option<EffectError> {
        let known = KINDS.map(|kind| (kind.as_str(), kind));
        if node.word().is_some() {
            let kind = self.choice(node, "`fails`", &known)?;
            return Some(EffectError::new(kind, words(kind)));
        }
        let mut error: Option<EffectError> = None;
        let members = self.members(node, "`fails`", &["kind", "message", "after", "detail"]);
        for Member { name, value, .. } in members {
            if name == "kind" {
                let kind = self.choice(value, "`kind`", &known)?;
                error = Some(EffectError::new(kind, words(kind)));
            }
        }
        let Some(mut error) = error else {
            self.wrong(node.at, "`fails` says the `kind` of the failure.");
            return None;
        };
        for Member { name, value, .. } in members {
            match name.as_str() {
                "message" => error.message = self.word(value, "`message`")?,
                "after" => error.retry_after = self.duration(value, "`after`"),
                "detail" => error.detail = value.data(),
                _ => {}
            }
        }
        Some(error)
    }

    /// An effect by its name, the text that tells it apart, and parts: `{ http: POST https://…, json: {…} }`.
    pub fn pattern(&mut self, node: &Node, what: &str, besides: &[&str]) -> Option<Pattern> {
        let mut pattern = Pattern::default();
        let members = members_of(node);
        let is_name = |name: &str| NAMES.contains(&name) || name == "effect";
        let Some(head) = members.iter().find(|member| is_name(&member.name)) else {
            let near = members.iter().find_map(|one| nearest(&one.name, NAMES.into_iter()));
            let wrong =
                Wrong::new(node.at, format!("{what} names an effect, such as `http: GET https://…`."));
            self.wrongs.push(wrong.help(match near {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("The effects are {}.", listed(&NAMES)),
            }));
            return None;
        };
        if head.name == "effect" {
            let known = NAMES.map(|name| (name, SmolStr::new_static(name)));
            pattern.effect = self.choice(&head.value, "`effect`", &known)?;
        } else {
            pattern.effect = head.name.clone();
            pattern.main = head.value.word().cloned();
        }
        let mut parts = Fields::default();
        for Member { at, name, value } in members {
            if *name == head.name || besides.contains(&name.as_str()) {
                continue;
            }
            let known = parts_of(&pattern.effect);
            if known.is_some_and(|known| known.contains(&name.as_str())) {
                parts.insert(name.clone(), value.data());
                continue;
            }
            let near = nearest(name, besides.iter().chain(known.into_iter().flatten()).copied());
            if known.is_some() || near.is_some_and(|near| besides.contains(&near)) {
                let wrong = Wrong::new(*at, format!("`{}` has no `{name}`.", pattern.effect));
                self.wrongs.push(wrong.help(match near {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("It has {}.", listed(known.unwrap_or(besides))),
                }));
                continue;
            }
            parts.insert(name.clone(), value.data());
        }
        if let Some(Data::Text(main)) = pattern.main.clone().map(Data::Text)
            && pattern.effect == "http"
            && !main.contains(' ')
            && main != "*"
        {
            // Only an address: any method.
            pattern.main = Some(SmolStr::from(format!("* {main}")));
        }
        pattern.parts = parts;
        Some(pattern)
    }

    /// The kind of a failure, or what the engine calls it.
    pub fn failure_word(&mut self, node: &Node) -> Option<SmolStr> {
        let word = self.word(node, "`failed`")?;
        let own = [
            "expression",
            "wrong-type",
            "broken",
            "effect",
            "endless-loop",
            "too-deep",
            "branches",
            "transaction",
            "gone",
            "stopped",
        ];
        if error_kind(&word).is_none() && !own.contains(&word.as_str()) && word != "*" {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.as_str()).chain(own).collect();
            let near = nearest(&word, known.iter().copied());
            let wrong = Wrong::new(node.at, format!("No failure is called `{word}`."));
            self.wrongs.push(wrong.help(match near {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("They are {}; `*` is any.", listed(&known)),
            }));
        }
        Some(word)
    }
}

/// The parts of an effect, where they are always the same.
fn parts_of(effect: &str) -> Option<&'static [&'static str]> {
    Some(match effect {
        "http" => &["method", "url", "query", "headers", "json", "form", "text", "file", "auth"],
        "reply" => &["status", "headers", "body", "json"],
        "query" => &["database", "sql", "values"],
        "email" => &["server", "from", "to", "cc", "reply_to", "subject", "text", "html", "attachments"],
        "kick" => &["person", "reason"],
        "ban" => &["person", "until", "reason"],
        "role" => &["person", "role", "give"],
        "hand-over" => &["note", "team"],
        "confirm" => &["text", "alert"],
        "emit" => &["name", "data"],
        "log" => &["level", "text"],
        "keep" => &["store", "key", "does"],
        "sign" => &["algorithm", "spelling", "key", "text"],
        "prompt" => &["models", "system", "turns", "schema", "temperature", "most_tokens"],
        _ => return None,
    })
}
