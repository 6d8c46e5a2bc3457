//! What happened, for programs: one JSON object a line.

use engine::Effect;
use serde_json::{Map, Value, json};
use sim::cases::talk_line;
use sim::{Did, DidState, Happened, Line, World};

use super::sim::Chat;
use super::sim_commands;
use super::sim_show::number_buttons;
use crate::out::Out;

/// Who is there, and what can be said.
pub fn begins(chat: &Chat, out: &mut Out) {
    let stage = &chat.world.stage;
    out.json_line(&json!({
        "is": "begins", "bot": stage.bot.manifest.name(), "platform": chat.world.setup.platform.name(),
        "chat": chat.world.setup.chat, "you": chat.by, "now": chat.world.now().to_string(),
        "commands": sim_commands::of_bot(stage),
    }));
    for problem in &stage.problems {
        out.json_line(
            &json!({ "is": "problem", "message": problem.message, "help": problem.help, "at": problem.at }),
        );
    }
}

/// What was not told yet.
pub fn news(chat: &mut Chat, out: &mut Out) {
    let from = chat.shown;
    chat.shown = chat.world.lines().len();
    number_buttons(chat, from);
    for line in &chat.world.lines()[from..] {
        out.json_line(&told(&chat.world, line));
    }
    if chat.traces && chat.shown > from {
        trace(chat, out);
    }
    if std::mem::take(&mut chat.went_on)
        && let Some(paused) = chat.world.paused()
    {
        let at = if paused.leaving.is_some() { "after" } else { "before" };
        out.json_line(&json!({
            "is": "stopped", "where": at, "node": chat.world.stage.name_of(&paused.spot), "spot": paused.spot,
            "flow": *paused.scope.flow, "nodes": *paused.scope.nodes,
        }));
    }
}

/// All that was typed is done.
pub fn ready(line: usize, out: &mut Out) {
    out.json_line(&json!({ "is": "ready", "line": line }));
}

/// The nodes that ran in the last move.
pub fn trace(chat: &Chat, out: &mut Out) {
    let world = &chat.world;
    let last = world.moves().len().saturating_sub(1);
    for one in world.trail().iter().filter(|one| one.by_move == last) {
        let node = world.stage.name_of(&one.spot);
        out.json_line(
            &json!({ "is": "ran", "node": node, "spot": one.spot, "run": one.run, "saw": one.saw }),
        );
    }
}

fn told(world: &World, line: &Line) -> Value {
    let mut told = match &line.what {
        Happened::Moved { .. } => {
            let (who, text) = talk_line(world, line).unwrap_or_default();
            json!({ "is": "moved", "who": who, "text": text, "move": world.moves().get(line.by_move) })
        }
        Happened::Ignored => json!({ "is": "ignored" }),
        Happened::Died(letter) => json!({
            "is": "died", "node": world.stage.name_of(&letter.spot), "spot": letter.spot, "code": letter.code,
            "message": letter.message,
        }),
        Happened::Did(did) => did_json(world, did),
    };
    if let Some(told) = told.as_object_mut() {
        told.insert("at".into(), json!(line.at.to_string()));
    }
    told
}

fn did_json(world: &World, did: &Did) -> Value {
    let spot = json!({ "flow": did.request.flow, "node": did.request.node });
    let node =
        world.stage.name_of(&engine::Spot { flow: did.request.flow.clone(), node: did.request.node.clone() });
    let message = did.message.as_ref().and_then(|id| world.message(id));
    let is_done = matches!(did.state, DidState::Done(Ok(_)));
    if let (Effect::Send(_) | Effect::Poll(_) | Effect::Edit(_), Some(message), true) =
        (&did.request.effect, message, is_done)
    {
        let is = if matches!(did.request.effect, Effect::Edit(_)) { "edited" } else { "message" };
        let mut value = json!({ "is": is, "node": node, "spot": spot });
        let rows = message.rows().into_iter();
        let labels = rows.map(|row| row.into_iter().map(|one| one.label).collect::<Vec<_>>());
        let mut parts = bare(json!(message));
        // As a person sees them; what stands behind a button is the keyboard.
        parts.insert("buttons".into(), json!(labels.collect::<Vec<_>>()));
        ["from", "at"].iter().for_each(|name| drop(parts.remove(*name)));
        parts.retain(|name, value| name != "keyboard" || *value != "none");
        if let Some(value) = value.as_object_mut() {
            value.extend(parts);
        }
        return value;
    }
    let view = sim::view::view(&did.request.effect);
    let (state, error) = match &did.state {
        DidState::Open => ("open", Value::Null),
        DidState::Later(at) => ("later", json!(at.to_string())),
        DidState::Done(Ok(_)) => ("done", Value::Null),
        DidState::Done(Err(error)) => ("failed", json!(error)),
        DidState::Dropped => ("dropped", Value::Null),
    };
    let mut value = json!({
        "is": "did", "node": node, "spot": spot, "effect": view.name, "what": view.main, "parts": view.parts, "state": state,
        "tries": did.request.attempt,
    });
    if !error.is_null() {
        value[if state == "later" { "comes" } else { "error" }] = error;
    }
    value
}

/// The members that say something.
fn bare(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { return Map::new() };
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    members.into_iter().filter(|(_, value)| says(value)).collect()
}
