//! What happened, as lines of a chat.

use engine::Effect;
use engine::trace::{Saw, SetTo};
use sim::cases::{did_line, talk_line};
use sim::chat::Press;
use sim::{Did, DidState, Happened, Message, Move, World};

use super::sim::Chat;
use super::sim_commands;
use crate::out::{ERROR, FAINT, HINT, Out, STRONG, WARNING};

const WIDE: usize = 9;

/// Shows what was not shown yet.
pub fn news(chat: &mut Chat, out: &mut Out) {
    let from = chat.shown;
    chat.shown = chat.world.lines().len();
    number_buttons(chat, from);
    // What was typed stands there already, unless all is shown again.
    let shows_moves = !chat.typed || (from == 0 && chat.world.moves().len() > 1);
    let mut buttons = 0;
    for number in from..chat.shown {
        let line = &chat.world.lines()[number];
        match &line.what {
            Happened::Moved { .. } => {
                if let Some((who, text)) = talk_line(&chat.world, line).filter(|_| shows_moves) {
                    said(&who, &text, out);
                }
            }
            Happened::Ignored => {
                let meant = match chat.world.moves().get(line.by_move) {
                    Some(Move::Says { text, .. }) => sim_commands::meant(&chat.world.stage, text),
                    _ => None,
                };
                let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
                let text = format!("{:WIDE$}  (nothing in the bot takes it{meant})", "");
                out.line(out.paint(FAINT, text));
            }
            Happened::Died(letter) => {
                let node = chat.world.stage.name_of(&letter.spot);
                let text = format!("the run failed at `{node}`: {} [{}]", letter.message, letter.code);
                out.line(format_args!("{:>WIDE$}  {}", out.paint(ERROR, "!"), out.paint(ERROR, text)));
            }
            Happened::Did(did) => {
                let message = did.message.as_ref().and_then(|id| chat.world.message(id));
                match (&did.request.effect, message) {
                    (Effect::Send(_) | Effect::Poll(_), Some(message)) if is_done(did) => {
                        bubble(&chat.world, message, &mut buttons, &chat.place, out);
                    }
                    (Effect::Edit(_), Some(message)) if is_done(did) => {
                        out.line(out.paint(FAINT, format_args!("{:WIDE$}  (edits)", "")));
                        bubble(&chat.world, message, &mut buttons, &chat.place, out);
                    }
                    (Effect::Typing, _) => {}
                    (Effect::Confirm { text, .. }, _) if text.is_empty() => {}
                    (effect, _) if sim::view::is_quiet(effect) && is_done(did) && !chat.traces => {}
                    _ => effect(&chat.world, did, out),
                }
            }
        }
    }
    if let Some(shown) = chat.world.form().filter(|_| chat.shown > from) {
        let inputs: Vec<String> = shown.form.inputs.iter().map(|one| format!("{}=…", one.id)).collect();
        out.line(out.paint(FAINT, format_args!("{:WIDE$}  answer with /fill {}", "", inputs.join(" "))));
    }
    if chat.traces && chat.shown > from {
        trace(chat, out);
    }
    if std::mem::take(&mut chat.went_on) {
        paused(chat, out);
    }
}

/// From now on numbers stand for the buttons of what came since then, if it had any.
pub fn number_buttons(chat: &mut Chat, from: usize) {
    let world = &chat.world;
    let dids = world.lines()[from..].iter().filter_map(|line| match &line.what {
        Happened::Did(did) if is_done(did) => Some(&**did),
        _ => None,
    });
    let brings =
        |did: &&Did| matches!(did.request.effect, Effect::Send(_) | Effect::Poll(_) | Effect::Edit(_));
    let messages = dids.filter(brings).filter_map(|did| world.message(did.message.as_ref()?));
    let buttons = messages.flat_map(|message| {
        let can_press = |press: &Press| !matches!(press, Press::Url(_));
        let buttons = message.buttons().into_iter().filter(move |one| can_press(&one.press));
        buttons.map(|one| (message.id.clone(), one.label))
    });
    let buttons: Vec<_> = buttons.collect();
    if !buttons.is_empty() {
        chat.buttons = buttons;
    }
}

fn is_done(did: &Did) -> bool {
    matches!(did.state, DidState::Done(Ok(_)))
}

fn said(who: &str, text: &str, out: &mut Out) {
    for (place, part) in text.split('\n').enumerate() {
        let who = if place == 0 { who } else { "" };
        out.line(format_args!("{}  {part}", out.paint(HINT, format_args!("{who:>WIDE$}"))));
    }
}

/// A message of the bot with its buttons, numbered.
fn bubble(world: &World, message: &Message, buttons: &mut usize, here: &str, out: &mut Out) {
    let is_elsewhere = world.cast.people.first().is_some_and(|first| first.name != message.place);
    let is_said = world.cast.people.len() > 1 || !here.is_empty() || is_elsewhere;
    let name = match is_said && world.setup.chat == engine::event::ChatKind::Private {
        true => format!("bot→{}", message.place),
        false => "bot".into(),
    };
    let mut lines: Vec<String> = Vec::new();
    if let Some(to) = message.reply_to.as_ref().and_then(|id| world.message(id)) {
        lines.push(out.paint(FAINT, format_args!("▏{}", to.text.lines().next().unwrap_or_default())));
    }
    lines.extend(
        sim::cases::message_lines(message).iter().flat_map(|text| text.split('\n')).map(String::from),
    );
    for row in message.rows() {
        let mut shown = Vec::new();
        for button in row {
            if let Press::Url(url) = &button.press {
                shown.push(format!("[{} ↗ {url}]", button.label));
                continue;
            }
            *buttons += 1;
            let number = out.paint(HINT, *buttons);
            shown.push(format!("{number} [{}]", button.label));
        }
        lines.push(shown.join("  "));
    }
    for (place, line) in lines.iter().enumerate() {
        let who = if place == 0 { name.as_str() } else { "" };
        let who = out.paint(STRONG, format_args!("{who:>WIDE$}"));
        out.line(format!("{who}  {line}").trim_end());
    }
    if let Some(only) = &message.only {
        out.line(out.paint(FAINT, format_args!("{:WIDE$}  (only {only} sees this)", "")));
    }
}

fn effect(world: &World, did: &Did, out: &mut Out) {
    let text = did_line(world, did);
    let style = match &did.state {
        DidState::Done(Err(_)) => ERROR,
        DidState::Open => WARNING,
        _ => FAINT,
    };
    for (place, line) in text.lines().enumerate() {
        let mark = if place == 0 { "·" } else { "" };
        out.line(format_args!("{mark:>WIDE$}  {}", out.paint(style, line)));
    }
    if let (Effect::Send(send), DidState::Done(Err(_))) = (&did.request.effect, &did.state)
        && let Some(to) = send.to.as_ref().filter(|to| world.cast.place_by_id(to).is_none())
    {
        let how = format!("{:WIDE$}  /chat NAME {to} opens the chat that it writes to", "");
        out.line(out.paint(FAINT, how));
    }
    if did.state == DidState::Open {
        let how = match &did.request.effect {
            Effect::Http(_) => "/answer 200 {…} or /fail timeout",
            Effect::Query(_) => "/answer [{…}, …] or /fail timeout",
            _ => "/answer TEXT or /fail timeout",
        };
        out.line(out.paint(FAINT, format_args!("{:WIDE$}  {how}; /mock answers all that are like it", "")));
    }
}

/// The nodes that ran in the last move.
pub fn trace(chat: &Chat, out: &mut Out) {
    let world = &chat.world;
    let last = world.moves().len().saturating_sub(1);
    for one in world.trail().iter().filter(|one| one.by_move == last) {
        let node = world.stage.name_of(&one.spot);
        let text = match &one.saw {
            Saw::Began => format!("run {} begins", one.run),
            Saw::Entered => format!("→ {node}"),
            Saw::Left { port } => format!("  {node} leads on by `{port}`"),
            Saw::Gave { value } => format!("  {node} gives {value}"),
            Saw::Set(set) => {
                let SetTo { place, value } = set.as_ref();
                let scope = place.scope.map_or("flow", engine::input::VarScope::name);
                format!("  {node} sets {scope}.{} = {value}", place.name)
            }
            Saw::Asked { attempt: 1, .. } => format!("  {node} asks and waits"),
            Saw::Asked { attempt, .. } => format!("  {node} asks again, try {attempt}"),
            Saw::Answered { ok: true, .. } => format!("  {node} has its answer"),
            Saw::Answered { .. } => format!("  {node} is told that it failed"),
            Saw::Waits => format!("  {node} waits"),
            Saw::Woke => format!("  {node} goes on"),
            Saw::Failed { fault } => format!("  {node} fails: {}", fault.message),
            Saw::RolledBack => format!("  {node}: what was done is taken back"),
            Saw::Altered => format!("  {node}: altered by hand"),
            Saw::Ended { how } => format!("run {} is over ({how:?})", one.run).to_lowercase(),
        };
        out.line(out.paint(FAINT, format_args!("{:WIDE$}    {text}", "")));
    }
}

fn paused(chat: &Chat, out: &mut Out) {
    let Some(paused) = chat.world.paused() else { return };
    let node = chat.world.stage.name_of(&paused.spot);
    let at = if paused.leaving.is_some() { "after" } else { "before" };
    out.line(format_args!(
        "{:>WIDE$}  {}",
        out.paint(WARNING, "‖"),
        out.paint(STRONG, format_args!("stopped {at} `{node}`"))
    ));
    let scope = &paused.scope;
    for (name, value) in scope.flow.iter() {
        out.line(out.paint(FAINT, format_args!("{:WIDE$}  flow.{name} = {value}", "")));
    }
    for (name, value) in scope.nodes.iter() {
        out.line(out.paint(FAINT, format_args!("{:WIDE$}  nodes.{name} = {value}", "")));
    }
    out.line(out.paint(
        FAINT,
        format_args!("{:WIDE$}  /step, /over, /out, /go; /eval EXPRESSION, /set NAME VALUE, /vars", ""),
    ));
}
