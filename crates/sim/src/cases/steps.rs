//! The steps of a case: what happens, and what is expected.

use engine::event::FileKind;
use flow::Data;
use flow::check::nearest;
use flow::data::Fields;
use smol_str::SmolStr;

use super::expected::{Expected, How, TextRule, Written, pattern};
use super::read::{Reader, listed, members_of};
use super::yaml::{At, Member, Node, What};
use super::{Does, Step, Wrong};
use crate::moves::{Move, Sent, Who};

/// What somebody does.
const VERBS: &[&str] =
    &["says", "sends", "presses", "fills", "reacts", "slash", "asks", "joins", "leaves", "event"];
/// What nobody in particular does, and what is expected.
const OTHERS: &[&str] = &[
    "bot",
    "did",
    "variables",
    "ran",
    "failed",
    "webhook",
    "after",
    "until",
    "mock",
    "answers",
    "sets",
    "nothing",
    "starts",
];

const FILES: [(&str, Option<FileKind>); 8] = [
    ("file", None),
    ("document", Some(FileKind::Document)),
    ("photo", Some(FileKind::Photo)),
    ("video", Some(FileKind::Video)),
    ("audio", Some(FileKind::Audio)),
    ("voice", Some(FileKind::Voice)),
    ("sticker", Some(FileKind::Sticker)),
    ("animation", Some(FileKind::Animation)),
];

impl Reader {
    pub fn steps(&mut self, node: &Node) -> Vec<Step> {
        let items = self.items(node, "`steps`").to_vec();
        let step = |item: &Node| {
            let does = self.step(item)?;
            Some(Step { at: item.at, span: item.span, does })
        };
        items.iter().filter_map(step).collect()
    }

    fn step(&mut self, node: &Node) -> Option<Does> {
        if let Some(word) = node.word() {
            return match word.as_str() {
                "nothing" => Some(Does::Nothing),
                "starts" => Some(Does::Move(Move::Starts)),
                _ => self.no_step(node.at, word),
            };
        }
        let members = members_of(node);
        let Some(Member { at, name, value }) = members.first() else {
            self.wrong(node.at, "A step says what happens, such as `says: hello`, or what is expected.");
            return None;
        };
        let what = format!("The step `{name}`");
        if let Some(second) = members.get(1) {
            let message =
                format!("{what} is one thing: put `{}` inside of it, or begin it with `- `.", second.name);
            self.wrong(second.at, message);
        }
        Some(match name.as_str() {
            "bot" => Does::Bot(Box::new(self.expected(value)?)),
            "did" => {
                let tries = members_of(value).iter().find(|one| one.name == "tries");
                let tries = tries.and_then(|one| one.value.data().as_int());
                Does::Did {
                    what: self.pattern(value, "`did`", &["tries"])?,
                    tries: tries.and_then(|tries| u32::try_from(tries).ok()),
                }
            }
            "variables" => Does::Variables(
                members_of(value)
                    .iter()
                    .map(|one| {
                        self.variable(one.at, &one.name);
                        (one.at, one.name.clone(), one.value.data())
                    })
                    .collect(),
            ),
            "ran" => {
                let nodes = self.one_or_more(value).to_vec();
                Does::Ran(nodes.iter().filter_map(|one| Some((one.at, self.word(one, "A node")?))).collect())
            }
            "sets" => Does::Sets(
                members_of(value)
                    .iter()
                    .map(|one| {
                        self.variable(one.at, &one.name);
                        (one.name.clone(), one.value.data())
                    })
                    .collect(),
            ),
            "failed" => Does::Failed(self.failure_word(value)?),
            "mock" => Does::Mock(Box::new(self.mock(value)?)),
            "answers" => Does::Answers(Box::new(self.mock(value)?)),
            "webhook" => Does::Move(self.webhook(value)),
            "after" => Does::Move(Move::After { millis: self.duration(value, "`after`")? }),
            "until" => Does::Move(Move::Until { at: self.moment(value, "`until`")? }),
            name => {
                let (who, verb) = self.whose(*at, name)?;
                Does::Move(self.action(who, verb, *at, value)?)
            }
        })
    }

    fn no_step<T>(&mut self, at: At, name: &str) -> Option<T> {
        let known = || VERBS.iter().chain(OTHERS).copied();
        let wrong = Wrong::new(at, format!("There is no step `{name}`."));
        self.wrongs.push(wrong.help(match nearest(name, known()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("The steps are {}.", listed(&known().collect::<Vec<_>>())),
        }));
        None
    }

    /// `says`, `bob says`, `bob in team says`.
    fn whose<'t>(&mut self, at: At, text: &'t str) -> Option<(Who, &'t str)> {
        let (before, verb) = text.rsplit_once(' ').unwrap_or(("", text));
        if !VERBS.contains(&verb) {
            return match before {
                "" => self.no_step(at, text),
                _ => self.no_step(at, verb),
            };
        }
        let (by, place) = match before.strip_prefix("in ") {
            Some(place) => ("", place),
            None => before.split_once(" in ").unwrap_or((before, "")),
        };
        let (by, place) = (by.trim(), place.trim());
        self.is_person(at, by);
        self.is_chat(at, place);
        Some((Who { by: by.into(), place: place.into() }, verb))
    }

    fn is_person(&mut self, at: At, name: &str) {
        let names: Vec<&str> = self.people.iter().map(SmolStr::as_str).collect();
        if name.is_empty() || names.contains(&name) {
            return;
        }
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("There are {}; add others to `people`.", listed(&names)),
        };
        self.wrongs.push(Wrong::new(at, format!("Nobody is called `{name}`.")).help(help));
    }

    fn is_chat(&mut self, at: At, name: &str) {
        let names: Vec<&str> = self.chats.iter().map(SmolStr::as_str).collect();
        if name.is_empty() || names.contains(&name) {
            return;
        }
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("There are {}; add others to `chats`.", listed(&names)),
        };
        self.wrongs.push(Wrong::new(at, format!("No chat is called `{name}`.")).help(help));
    }

    fn action(&mut self, who: Who, verb: &str, at: At, value: &Node) -> Option<Move> {
        Some(match verb {
            "says" => match &value.what {
                What::Map(_) => {
                    let mut text = SmolStr::default();
                    let mut reply_to = None;
                    for one in self.members(value, "`says`", &["text", "reply_to"]) {
                        match one.name.as_str() {
                            "text" => text = self.word(&one.value, "`text`")?,
                            _ => reply_to = Some(self.word(&one.value, "`reply_to`")?),
                        }
                    }
                    Move::Says { who, text, reply_to }
                }
                _ => Move::Says { who, text: self.word(value, "What somebody says")?, reply_to: None },
            },
            "sends" => Move::Sends { who, what: self.sent(value)? },
            "presses" => Move::Presses { who, button: self.word(value, "A button")?, message: None },
            "reacts" => match members_of(value) {
                [] => {
                    let emoji = self.word(value, "A reaction")?;
                    Move::Reacts { who, emoji, message: None, removed: false }
                }
                _ => {
                    let members = self.members(value, "`reacts`", &["removes"]);
                    let emoji = self.word(&members.first()?.value, "A reaction")?;
                    Move::Reacts { who, emoji, message: None, removed: true }
                }
            },
            "fills" => Move::Fills { who, values: fields(value) },
            "slash" => match value.word() {
                Some(command) => Move::Slash { who, command: command.clone(), options: Fields::default() },
                None => {
                    let mut options = fields(value);
                    let command = options.remove("command");
                    let Some(command) = command else {
                        self.wrong(at, "`slash` names the `command`; its other members are the options.");
                        return None;
                    };
                    Move::Slash { who, command: command.shown(), options }
                }
            },
            "asks" => Move::Asks { who, query: value.word().cloned().unwrap_or_default() },
            "joins" | "leaves" => {
                // `joins: bob` and `bob joins:` are the same.
                let named = value.word().cloned().unwrap_or_default();
                let (who, brought_by) = match (who.by.is_empty(), named.is_empty()) {
                    (true, _) => (Who { by: named, ..who }, SmolStr::default()),
                    (false, true) => (who, SmolStr::default()),
                    (false, false) => (Who { by: named, place: who.place }, who.by),
                };
                self.is_person(value.at, &who.by);
                match verb {
                    "joins" => Move::Joins { who, brought_by },
                    _ => Move::Leaves { who },
                }
            }
            _ => match value.word() {
                Some(name) => Move::Event { who, name: name.clone(), data: Data::Null },
                None => {
                    let mut event = (SmolStr::default(), Data::Null);
                    for one in self.members(value, "`event`", &["name", "data"]) {
                        match one.name.as_str() {
                            "name" => event.0 = self.word(&one.value, "The name of an event")?,
                            _ => event.1 = one.value.data(),
                        }
                    }
                    Move::Event { who, name: event.0, data: event.1 }
                }
            },
        })
    }

    fn sent(&mut self, node: &Node) -> Option<Sent> {
        let mut known: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        known.extend(["text", "size", "location", "phone"]);
        let (mut text, mut size, mut sent) = (SmolStr::default(), None, None);
        for Member { name, value, .. } in self.members(node, "`sends`", &known) {
            match name.as_str() {
                "text" => text = self.word(value, "`text`")?,
                "size" => size = value.data().as_int(),
                "phone" => sent = Some(Sent::Phone { phone: self.word(value, "`phone`")? }),
                "location" => {
                    let place = value.data();
                    let number = |name: &str, at: usize| {
                        let part = place.get(name).or_else(|| place.as_list()?.get(at));
                        part.and_then(Data::as_f64)
                    };
                    let (Some(latitude), Some(longitude)) = (number("latitude", 0), number("longitude", 1))
                    else {
                        self.wrong(
                            value.at,
                            "A location is written as `[52.52, 13.40]`: latitude and longitude.",
                        );
                        return None;
                    };
                    sent = Some(Sent::Location { latitude, longitude });
                }
                name => {
                    let kind = FILES.iter().find(|(known, _)| *known == name).and_then(|(_, kind)| *kind);
                    sent = Some(Sent::File {
                        kind: kind.unwrap_or_default(),
                        name: self.word(value, "The name of a file")?,
                        text: SmolStr::default(),
                        size: None,
                    });
                }
            }
        }
        match sent {
            Some(Sent::File { kind, name, .. }) => Some(Sent::File { kind, name, text, size }),
            Some(sent) => Some(sent),
            None => {
                self.wrong(node.at, "`sends` says what: `photo`, `file`, `voice`, `location`, `phone`.");
                None
            }
        }
    }

    fn webhook(&mut self, node: &Node) -> Move {
        let (mut method, mut path) = (SmolStr::new_static("POST"), SmolStr::new_static("/"));
        let (mut query, mut headers, mut body) = (Fields::default(), Fields::default(), Data::Null);
        if let Some(word) = node.word() {
            (method, path) = match word.split_once(' ') {
                Some((method, path)) => (method.into(), path.trim().into()),
                None => (method, word.clone()),
            };
        } else {
            let known = ["method", "path", "query", "headers", "json", "text"];
            for Member { name, value, .. } in self.members(node, "`webhook`", &known) {
                match name.as_str() {
                    "method" => method = self.word(value, "`method`").unwrap_or(method.clone()),
                    "path" => path = self.word(value, "`path`").unwrap_or(path.clone()),
                    "query" => query = fields(value),
                    "headers" => headers = fields(value),
                    "json" => body = value.data(),
                    _ => body = value.data().shown().into(),
                }
            }
        }
        Move::Webhook { method, path, query, headers, body }
    }

    fn expected(&mut self, node: &Node) -> Option<Expected> {
        if node.is_nothing() {
            return Some(Expected { written: written(node, true), ..Expected::new(How::Open) });
        }
        if let Some(text) = node.word() {
            let mut expected = Expected::new(How::Says);
            expected.text.push(TextRule::Is(text.clone()));
            expected.written = written(node, true);
            return Some(expected);
        }
        let mut known: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        known.extend([
            "text", "contains", "matches", "buttons", "embed", "poll", "edited", "deleted", "reaction",
            "form", "inline", "reply_to", "silent", "private", "to", "in",
        ]);
        let members = self.members(node, "A message of the bot", &known);
        let mut expected = Expected::new(How::Says);
        for Member { at, name, value } in members {
            match name.as_str() {
                "text" => {
                    expected.text.push(TextRule::Is(value.data().shown()));
                    expected.written = written(value, false);
                }
                "contains" => {
                    for part in self.one_or_more(value).to_vec() {
                        expected.text.push(TextRule::Contains(self.word(&part, "`contains`")?));
                    }
                }
                "matches" => match pattern(value.at, &self.word(value, "`matches`")?) {
                    Ok(rule) => expected.text.push(rule),
                    Err(wrong) => self.wrongs.push(wrong),
                },
                "buttons" => expected.buttons = Some(self.rows(value)),
                "embed" => {
                    let known =
                        ["title", "text", "url", "color", "image", "thumbnail", "footer", "author", "fields"];
                    self.members(value, "An embed", &known);
                    expected.embed = Some(value.data());
                }
                "poll" => {
                    expected.poll = Some(match value.word() {
                        Some(question) => Data::object([("question", Data::from(question.clone()))]),
                        None => value.data(),
                    });
                }
                "edited" | "deleted" => {
                    expected.how = if name == "edited" { How::Edits } else { How::Deletes };
                    if value.word().is_some() && value.data() != Data::Bool(true) {
                        expected.text.push(TextRule::Is(value.data().shown()));
                    } else if !members_of(value).is_empty() {
                        let inner = self.expected(value)?;
                        (expected.text, expected.buttons, expected.embed) =
                            (inner.text, inner.buttons, inner.embed);
                    }
                }
                "reaction" => {
                    expected.how = How::Reacts;
                    expected.text.push(TextRule::Is(self.word(value, "`reaction`")?));
                }
                "form" => {
                    expected.how = How::Form;
                    expected.form = Some(match value.word() {
                        Some(title) => Data::object([("title", Data::from(title.clone()))]),
                        None => value.data(),
                    });
                }
                "inline" => {
                    expected.how = How::Inline;
                    let titles = self.one_or_more(value).to_vec();
                    expected.inline = Some(titles.iter().filter_map(|one| one.word().cloned()).collect());
                }
                "reply_to" => expected.reply_to = Some(self.word(value, "`reply_to`")?),
                "silent" => expected.silent = Some(value.data().holds()),
                "private" => expected.only = Some(value.data().holds()),
                "to" | "in" => {
                    let place = self.word(value, "A chat")?;
                    self.is_chat(*at, &place);
                    expected.place = Some(place);
                }
                kind => {
                    let kind = FILES.iter().find(|(known, _)| *known == kind).and_then(|(_, kind)| *kind);
                    let name = Some(value.data().shown()).filter(|_| value.data() != Data::Bool(true));
                    expected.file = Some((kind, name));
                }
            }
        }
        Some(expected)
    }

    /// `[A, B]`, or `[[A, B], [C]]` where the rows matter.
    fn rows(&mut self, node: &Node) -> Vec<Vec<SmolStr>> {
        let items = self.items(node, "`buttons`").to_vec();
        let label = |item: &Node| item.data().shown();
        if items.iter().all(|item| matches!(item.what, What::List(_))) {
            return items.iter().map(|row| self.items(row, "A row").iter().map(label).collect()).collect();
        }
        vec![items.iter().map(label).collect()]
    }
}

/// Where it stands; what came out of a row stands nowhere.
fn written(node: &Node, whole: bool) -> Option<Written> {
    let (from, to) = node.span;
    (from > 0).then_some(Written { from, to, whole })
}

fn fields(node: &Node) -> Fields {
    match node.data() {
        Data::Object(fields) => Fields::clone(&fields),
        _ => Fields::default(),
    }
}
