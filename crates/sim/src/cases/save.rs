//! A conversation written down as a test, so that it stays as it was.

use std::fmt::Write;

use engine::event::{ChatKind, FileKind};
use engine::{Done, Effect, EffectError, Key};
use flow::Data;
use flow::data::Fields;
use smol_str::SmolStr;

use super::judge::{buttons_of, kind_word};
use super::told::duration;
use super::yaml::{block, line, written};
use crate::cast::{FIRST, START, Setup, Somebody};
use crate::chat::{Did, DidState, Happened, Line};
use crate::mock::{Answer, Mock, words};
use crate::moves::{Move, Sent, Who};
use crate::view::{is_quiet, is_seen, view};
use crate::world::World;

/// A test file with the conversation as its one case.
pub fn save(world: &World, name: &str) -> String {
    let mut out = String::new();
    ground(&mut out, &world.setup);
    if !world.setup.mocks.is_empty() {
        out.push_str("mocks:\n");
        for mock in &world.setup.mocks {
            let _ = writeln!(out, "  - {}", rule(mock).join("\n    "));
        }
        out.push('\n');
    }
    let _ = write!(out, "cases:\n  - name: {}\n    steps:\n", line(name));
    for step in steps(world) {
        let _ = writeln!(out, "      - {step}");
    }
    out
}

fn ground(out: &mut String, setup: &Setup) {
    let _ = writeln!(out, "on: {}", setup.platform.name());
    match setup.chat {
        ChatKind::Private => {}
        ChatKind::Group => out.push_str("chat: group\n"),
        ChatKind::Channel => out.push_str("chat: channel\n"),
    }
    if setup.start != START {
        let _ = writeln!(out, "start: {}", setup.start);
    }
    let ada = Somebody { name: FIRST.into(), ..Somebody::default() };
    if !setup.people.is_empty() && setup.people != [ada] {
        out.push_str("people:\n");
        for one in &setup.people {
            let texts = [
                ("id", &one.id),
                ("first_name", &one.first_name),
                ("last_name", &one.last_name),
                ("username", &one.username),
                ("language", &one.language),
            ];
            let mut about: Vec<String> = texts
                .into_iter()
                .filter_map(|(name, text)| Some(format!("{name}: {}", written(text.as_ref()?))))
                .collect();
            if one.blocked {
                about.push("blocked: true".into());
            }
            let about = if about.is_empty() { "{}".into() } else { format!("{{ {} }}", about.join(", ")) };
            let _ = writeln!(out, "  {}: {about}", one.name);
        }
    }
    if !setup.chats.is_empty() {
        out.push_str("chats:\n");
        for room in &setup.chats {
            let kind = if room.kind == ChatKind::Channel { "channel" } else { "group" };
            let mut about = vec![format!("kind: {kind}")];
            let texts = [("id", &room.id), ("title", &room.title)];
            about.extend(
                texts
                    .into_iter()
                    .filter_map(|(name, text)| Some(format!("{name}: {}", written(text.as_ref()?)))),
            );
            let _ = writeln!(out, "  {}: {{ {} }}", room.name, about.join(", "));
        }
    }
    out.push('\n');
}

/// An answer that was given by hand.
fn by_hand(world: &World, key: Key, result: &Result<Done, EffectError>) -> Option<Mock> {
    let (_, did) = world.dids().find(|(_, did)| did.request.key == key)?;
    let view = view(&did.request.effect);
    let answer = match result {
        Err(error) => Answer::Fails(error.clone()),
        Ok(done) => Answer::Gives(gives(&did.request.effect, done)),
    };
    let on = crate::mock::Pattern {
        effect: view.name.into(),
        main: Some(view.main.clone()),
        parts: Fields::default(),
    };
    Some(Mock { on, answer, ..Mock::default() })
}

/// An answer to an effect, member by member as tests write it; what comes of itself is left out.
pub fn gives(effect: &Effect, done: &Done) -> Fields {
    match done {
        Done::Http { status, headers, body } => {
            let mut gives = Fields::from_iter([("json", body.clone())]);
            if *status != 200 {
                gives.insert("status".into(), Data::Int((*status).into()));
            }
            if !headers.is_empty() {
                gives.insert("headers".into(), Data::Object(headers.clone().into()));
            }
            gives
        }
        Done::Rows { rows, changed } => {
            Fields::from_iter([("rows", rows.clone()), ("changed", Data::Int(*changed))])
        }
        Done::Answer(answer) => {
            let mut gives = match answer.data.is_null() {
                true => Fields::from_iter([("text", Data::from(answer.text.clone()))]),
                false => Fields::from_iter([("data", answer.data.clone())]),
            };
            let usual = match effect {
                Effect::Prompt(prompt) => prompt.models.first().map(|model| &model.name),
                _ => None,
            };
            if usual.is_none_or(|usual| *usual != answer.model) && !answer.model.is_empty() {
                gives.insert("model".into(), answer.model.clone().into());
            }
            let counts =
                [("tokens_in", answer.tokens_in), ("tokens_out", answer.tokens_out), ("cost", answer.cost)];
            for (name, count) in counts.into_iter().filter(|(_, count)| *count != 0) {
                gives.insert(name.into(), Data::Int(count));
            }
            gives
        }
        Done::Value { value } => Fields::from_iter([("value", value.clone())]),
        Done::Person { person } => person.clone(),
        Done::Done | Done::Sent { .. } => Fields::default(),
    }
}

/// A rule, member by member.
fn rule(mock: &Mock) -> Vec<String> {
    let mut members = vec![match &mock.on.main {
        Some(main) => format!("{}: {}", mock.on.effect, written(main)),
        None => format!("effect: {}", mock.on.effect),
    }];
    members.extend(mock.on.parts.iter().map(|(name, part)| format!("{}: {}", written(name), value(part))));
    match &mock.answer {
        Answer::Well => {}
        Answer::Gives(gives) => members.push(format!("gives: {}", fields(gives))),
        Answer::Fails(error) if error.message == words(error.kind) && error.retry_after.is_none() => {
            members.push(format!("fails: {}", error.kind.as_str()));
        }
        Answer::Fails(error) => {
            let mut parts = Fields::from_iter([
                ("kind", Data::from(error.kind.as_str())),
                ("message", error.message.clone().into()),
            ]);
            if let Some(after) = error.retry_after {
                parts.insert("after".into(), duration(after).as_str().into());
            }
            if !error.detail.is_null() {
                parts.insert("detail".into(), error.detail.clone());
            }
            members.push(format!("fails: {}", fields(&parts)));
        }
    }
    members.extend(mock.times.map(|times| format!("times: {times}")));
    if mock.takes > 0 {
        members.push(format!("takes: {}", duration(mock.takes)));
    }
    members
}

/// All that happened, as steps.
fn steps(world: &World) -> Vec<String> {
    let mut steps = Vec::new();
    for one in world.lines() {
        match &one.what {
            Happened::Moved { .. } => {
                steps.extend(world.moves().get(one.by_move).and_then(|one| step(world, one)));
            }
            Happened::Did(did) if is_seen(&did.request.effect) => {
                if matches!(did.state, DidState::Done(Ok(_))) {
                    steps.push(bot(world, did));
                }
            }
            Happened::Did(did) if !is_quiet(&did.request.effect) => {
                let view = view(&did.request.effect);
                steps.push(format!("did: {{ {}: {} }}", view.name, written(&view.main)));
            }
            Happened::Died(letter) => steps.push(format!("failed: {}", letter.code)),
            Happened::Did(_) | Happened::Ignored => {}
        }
    }
    steps
}

fn step(world: &World, one: &Move) -> Option<String> {
    let head = |who: &Who, verb: &str| {
        let is_first =
            world.cast.named(&who.by).is_none_or(|member| member.name == world.cast.people[0].name);
        match (is_first, who.place.is_empty()) {
            (true, true) => verb.to_string(),
            (false, true) => format!("{} {verb}", who.by),
            (true, false) => format!("{} in {} {verb}", world.cast.people[0].name, who.place),
            (false, false) => format!("{} in {} {verb}", who.by, who.place),
        }
    };
    Some(match one {
        Move::Says { who, text, reply_to: None } => format!("{}: {}", head(who, "says"), block(text, 10)),
        Move::Says { who, text, reply_to: Some(to) } => {
            format!("{}: {{ text: {}, reply_to: {} }}", head(who, "says"), written(text), written(to))
        }
        Move::Sends { who, what } => format!("{}: {}", head(who, "sends"), sent(what)),
        Move::Presses { who, button, .. } => format!("{}: {}", head(who, "presses"), line(button)),
        Move::Fills { who, values } => format!("{}: {}", head(who, "fills"), fields(values)),
        Move::Reacts { who, emoji, removed, .. } => match removed {
            false => format!("{}: {}", head(who, "reacts"), written(emoji)),
            true => format!("{}: {{ removes: {} }}", head(who, "reacts"), written(emoji)),
        },
        Move::Slash { who, command, options } => {
            let options: String =
                options.iter().map(|(name, is)| format!(", {}: {}", written(name), value(is))).collect();
            format!("{}: {{ command: {}{options} }}", head(who, "slash"), written(command))
        }
        Move::Asks { who, query } => format!("{}: {}", head(who, "asks"), written(query)),
        Move::Joins { who, brought_by } => comes(world, who, brought_by, "joins")?,
        Move::Leaves { who } => comes(world, who, "", "leaves")?,
        Move::Webhook { method, path, query, headers, body } => {
            let mut parts = vec![format!("method: {}", written(method)), format!("path: {}", written(path))];
            for (name, some) in [("query", query), ("headers", headers)] {
                if !some.is_empty() {
                    parts.push(format!("{name}: {}", fields(some)));
                }
            }
            if !body.is_null() {
                parts.push(format!("json: {}", value(body)));
            }
            format!("webhook: {{ {} }}", parts.join(", "))
        }
        Move::Event { who, name, data } => {
            // Without a name it is nobody's.
            let who = match (*who == Who::default(), who.place.is_empty()) {
                (true, _) => "event".to_string(),
                (_, true) => format!("{} event", world.cast.named(&who.by)?.name),
                (_, false) => format!("{} in {} event", world.cast.named(&who.by)?.name, who.place),
            };
            format!("{who}: {{ name: {}, data: {} }}", written(name), value(data))
        }
        Move::Starts => "starts".into(),
        Move::After { millis } => format!("after: {}", duration(*millis)),
        Move::Until { at } => format!("until: {at}"),
        Move::Next => {
            // How far it went is known now.
            let number = world.moves().iter().position(|other| std::ptr::eq(other, one))?;
            let at = |line: &&Line| line.by_move == number;
            let (first, last) = (world.lines().iter().find(at)?, world.lines().iter().rfind(at)?);
            format!("after: {}", duration(last.at.0.saturating_sub(first.at.0)))
        }
        Move::Mocks { rule: mock } => format!("mock: {{ {} }}", rule(mock).join(", ")),
        Move::Answers { key, result } => {
            format!("answers: {{ {} }}", rule(&by_hand(world, *key, result)?).join(", "))
        }
        Move::Sets { variable, value: is } => format!("sets: {{ {variable}: {} }}", value(is)),
    })
}

/// `joins: bob`; with a place or with somebody who did it before the verb.
fn comes(world: &World, who: &Who, by: &str, verb: &str) -> Option<String> {
    let name = &world.cast.named(&who.by)?.name;
    Some(match (by, who.place.as_str()) {
        ("", "") => format!("{verb}: {name}"),
        (by, "") => format!("{by} {verb}: {name}"),
        ("", place) => format!("{name} in {place} {verb}:"),
        (by, place) => format!("{by} in {place} {verb}: {name}"),
    })
}

fn sent(what: &Sent) -> String {
    match what {
        Sent::File { kind, name, text, size } => {
            let kind = if *kind == FileKind::Document { "file" } else { kind_word(*kind) };
            let mut parts = vec![format!("{kind}: {}", written(name))];
            if !text.is_empty() {
                parts.push(format!("text: {}", written(text)));
            }
            parts.extend(size.map(|size| format!("size: {size}")));
            format!("{{ {} }}", parts.join(", "))
        }
        Sent::Location { latitude, longitude } => format!("{{ location: [{latitude:?}, {longitude:?}] }}"),
        Sent::Phone { phone } => format!("{{ phone: {} }}", written(phone)),
    }
}

fn bot(world: &World, did: &Did) -> String {
    let message = did.message.as_ref().and_then(|id| world.message(id));
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut part = |name: &str, text: String| parts.push((name.into(), text));
    match &did.request.effect {
        Effect::Send(send) => {
            if !send.text.is_empty() {
                part("text", part_text(&send.text));
            }
            for media in &send.media {
                let kind = kind_word(media.kind);
                part(kind, written(&super::judge::file_name(media)).to_string());
            }
            let sent =
                crate::chat::Message { keyboard: send.keyboard.clone(), ..crate::chat::Message::default() };
            let labels: Vec<String> =
                buttons_of(&sent).concat().iter().map(|label| written(label).to_string()).collect();
            if !labels.is_empty() {
                part("buttons", format!("[{}]", labels.join(", ")));
            }
            if let Some(embed) = &send.embed {
                part("embed", format!("{{ title: {} }}", written(&embed.title)));
            }
        }
        Effect::Edit(edit) => {
            let text = edit.text.clone().or_else(|| did.before.clone()).unwrap_or_default();
            part("edited", written(&text).to_string());
        }
        Effect::Delete { .. } => {
            part("deleted", written(did.before.as_deref().unwrap_or_default()).to_string())
        }
        Effect::React { emoji, .. } => part("reaction", written(emoji).to_string()),
        Effect::Poll(poll) => part("poll", written(&poll.question).to_string()),
        Effect::Form(form) => part("form", written(&form.title).to_string()),
        Effect::AnswerInline { results, .. } => {
            let titles: Vec<String> = results.iter().map(|one| written(&one.title).to_string()).collect();
            part("inline", format!("[{}]", titles.join(", ")));
        }
        _ => {}
    }
    // In another chat than the one that it answers.
    if let Some(message) = message
        && did.request.origin.chat.as_ref().and_then(|id| world.cast.place_by_id(id)).map(|place| &place.name)
            != Some(&message.place)
    {
        part("in", message.place.to_string());
    }
    match parts.as_slice() {
        [(name, text)] if name == "text" => {
            let Effect::Send(send) = &did.request.effect else { return format!("bot: {text}") };
            format!("bot: {}", block(&send.text, 10))
        }
        parts if parts.iter().any(|(_, text)| text.contains('\n')) => {
            let lines: String =
                parts.iter().map(|(name, text)| format!("\n          {name}: {text}")).collect();
            format!("bot:{lines}")
        }
        parts => {
            let parts: Vec<String> = parts.iter().map(|(name, text)| format!("{name}: {text}")).collect();
            format!("bot: {{ {} }}", parts.join(", "))
        }
    }
}

/// A text of several lines as a block; others as they stand inside of `{ … }`.
fn part_text(text: &str) -> String {
    if text.contains('\n') { block(text, 12) } else { written(text).to_string() }
}

fn fields(fields: &Fields) -> String {
    let parts: Vec<String> =
        fields.iter().map(|(name, is)| format!("{}: {}", written(name), value(is))).collect();
    if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// A value on one line.
fn value(data: &Data) -> SmolStr {
    match data {
        Data::Text(text) => written(text),
        Data::List(items) => {
            let items: Vec<SmolStr> = items.iter().map(value).collect();
            SmolStr::from(format!("[{}]", items.join(", ")))
        }
        Data::Object(members) => SmolStr::from(fields(members)),
        other => SmolStr::from(other.to_string()),
    }
}
