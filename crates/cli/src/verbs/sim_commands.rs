//! What a person types: words for the bot, and commands that begin with `/` for the world around it.

use engine::debug::{Breakpoint, Go};
use engine::event::{ChatKind, FileKind};
use engine::input::VarScope;
use engine::{Effect, EffectError, Key};
use flow::Data;
use flow::data::Fields;
use sim::{Answer, Mock, Move, Room, Sent, Somebody, Stage, Who, World};
use smol_str::SmolStr;

use super::sim::{Chat, begin};
use super::sim_said::Said;
use super::{sim_json, sim_record, sim_save, sim_show};
use crate::out::Out;

/// Our commands: name, what follows, what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("press", "N or LABEL", "presses a button; its number alone does too"),
    ("say", "TEXT", "says something as it stands, also a number or /command"),
    ("slash", "COMMAND a=1 b=x", "a slash command with options"),
    ("send", "photo cat.jpg", "sends a photo, file, voice, video, audio, sticker, location LAT LON, phone N"),
    ("reply", "TEXT", "answers the bot's latest message"),
    ("react", "👍", "reacts to the bot's latest message"),
    ("fill", "name=Ada age=7", "fills in the form that the bot shows"),
    ("inline", "QUERY", "asks the bot inline, from any chat"),
    ("as", "NAME [in CHAT]", "speaks as somebody else; a new name is a new person"),
    (
        "chat",
        "NAME [ID]",
        "there is a group besides, as if from the beginning; by the id that the bot knows it by",
    ),
    ("join", "NAME", "somebody joins the group"),
    ("leave", "NAME", "somebody leaves the group"),
    ("webhook", "POST /path {…}", "calls the bot"),
    ("event", "NAME {…}", "an event from the event bus"),
    ("start-bot", "", "the bot is started"),
    ("clock", "[+1h]", "what time it is, or lets time go by"),
    ("next", "", "on to what comes due next"),
    ("mock", "http: GET https://…, gives: { json: … }", "how the world answers; alone: the rules"),
    ("answer", "[STATUS] ANSWER", "answers the call that waits"),
    ("fail", "timeout", "lets the call that waits fail"),
    ("vars", "", "the variables"),
    ("set", "user.size \"L\"", "sets a variable"),
    ("trace", "[on|off]", "the nodes that just ran; on: after each line"),
    ("break", "NODE [if CONDITION]", "stops before a node; alone: where it stops"),
    ("unbreak", "NODE", "does not stop there any more"),
    ("step", "", "on to the next node; /over passes over called flows, /out leaves this one"),
    ("go", "", "on to the next stop"),
    ("eval", "EXPRESSION", "what an expression gives where the bot is stopped"),
    ("undo", "[N]", "takes back what was done last: the world is as before"),
    ("restart", "", "begins again"),
    ("save-test", "[NAME]", "writes the conversation as tests/NAME.test.yaml"),
    ("record", "[FILE]", "writes the conversation as a recording, for `nexus test --from FILE`"),
    ("help", "", "this"),
    ("quit", "", "ends it"),
];

/// The commands of the bot itself.
pub fn of_bot(stage: &Stage) -> Vec<SmolStr> {
    let nodes = stage.bot.flows.values().flat_map(|flow| flow.nodes.values());
    let commands = nodes.filter(|node| node.kind == "trigger.command");
    let names = commands.filter_map(|node| node.fields.get("command").and_then(flow::Value::as_str));
    names.map(|name| SmolStr::from(name.trim_start_matches('/').to_lowercase())).collect()
}

/// Those that we have, too.
pub fn clashes(stage: &Stage) -> Vec<SmolStr> {
    of_bot(stage).into_iter().filter(|name| is_ours(name)).collect()
}

fn is_ours(name: &str) -> bool {
    COMMANDS.iter().any(|(known, ..)| *known == name) || ["over", "out"].contains(&name)
}

/// One line that was typed.
pub fn line(chat: &mut Chat, line: &str, out: &mut Out) {
    let text = line.trim();
    if text.is_empty() {
        return;
    }
    let command = text.strip_prefix('/').map(|rest| match rest.strip_prefix('/') {
        // `//help` is ours, whatever the bot has.
        Some(rest) => (rest, true),
        None => (rest, false),
    });
    if let Some((rest, surely)) = command {
        let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if is_ours(name) && (surely || !of_bot(&chat.world.stage).iter().any(|known| known == name)) {
            match ours(chat, name, rest.trim(), out) {
                Ok(said) => said.into_iter().for_each(|said| said.tell(chat.json, out)),
                Err(why) => refuse(chat, why, out),
            }
            return;
        }
        if surely {
            return refuse(chat, format!("There is no command //{name}; //help says which."), out);
        }
    }
    let number = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| chat.buttons.get(n));
    let one = match number.cloned() {
        Some((message, button)) => Move::Presses { who: who(chat), button, message: Some(message) },
        None => Move::Says { who: who(chat), text: text.into(), reply_to: None },
    };
    if let Err(why) = act(chat, one) {
        refuse(chat, why, out);
    }
}

fn refuse(chat: &mut Chat, why: String, out: &mut Out) {
    chat.failed = true;
    Said::Refused(why).tell(chat.json, out);
}

fn who(chat: &Chat) -> Who {
    Who { by: chat.by.clone(), place: chat.place.clone() }
}

fn act(chat: &mut Chat, one: Move) -> Result<(), String> {
    chat.went_on = true;
    chat.world.act(one).map_err(|cannot| cannot.0)
}

fn ours(chat: &mut Chat, name: &str, rest: &str, out: &mut Out) -> Result<Option<Said>, String> {
    let who = who(chat);
    let done = match name {
        "press" => {
            let number = rest.parse::<usize>().ok().and_then(|n| chat.buttons.get(n.checked_sub(1)?));
            let (message, button) = match number.cloned() {
                Some((message, button)) => (Some(message), button),
                None => (None, rest.into()),
            };
            act(chat, Move::Presses { who, button, message })
        }
        "say" => act(chat, Move::Says { who, text: rest.into(), reply_to: None }),
        "reply" => {
            let place = if who.place.is_empty() { chat.by.clone() } else { who.place.clone() };
            let latest = chat.world.messages().iter().rev();
            let latest = latest.filter(|one| one.by.is_none() && !one.deleted);
            let latest = latest.clone().find(|one| one.place == place).or(latest.clone().next());
            let reply_to = latest.map(|message| message.id.clone());
            act(chat, Move::Says { who, text: rest.into(), reply_to })
        }
        "slash" => {
            let (command, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            act(chat, Move::Slash { who, command: command.into(), options: pairs(rest) })
        }
        "send" => act(chat, Move::Sends { who, what: sent(rest)? }),
        "react" => act(chat, Move::Reacts { who, emoji: rest.into(), message: None, removed: false }),
        "fill" => act(chat, Move::Fills { who, values: pairs(rest) }),
        "inline" => {
            act(chat, Move::Asks { who, query: rest.into() })?;
            return Ok(Some(Said::Inline(chat.world.offered().results.clone())));
        }
        "as" => speak_as(chat, rest),
        "chat" => open(chat, rest),
        "join" | "leave" => {
            let group = sim::cast::GROUP.into();
            let who = Who { by: rest.into(), place: group };
            if name == "join" && chat.world.cast.named(rest).is_none() {
                meet(&mut chat.world, rest)?;
            }
            let one = match name {
                "join" => Move::Joins { who, brought_by: SmolStr::default() },
                _ => Move::Leaves { who },
            };
            act(chat, one)
        }
        "webhook" => {
            let (method, rest) = rest.split_once(' ').ok_or("Write it as /webhook POST /path {…}.")?;
            let (path, body) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            let (query, headers) = (Fields::default(), Fields::default());
            act(
                chat,
                Move::Webhook {
                    method: method.into(),
                    path: path.into(),
                    query,
                    headers,
                    body: value(body)?,
                },
            )
        }
        "event" => {
            let (name, data) = rest.split_once(' ').unwrap_or((rest, ""));
            act(chat, Move::Event { who: Who::default(), name: name.into(), data: value(data)? })
        }
        "start-bot" => act(chat, Move::Starts),
        "clock" if rest.trim_start_matches('+').is_empty() => {
            let (now, due) = (chat.world.now(), chat.world.due_next());
            return Ok(Some(Said::Clock { now, due }));
        }
        "clock" => clock(chat, rest.trim_start_matches('+')),
        "next" => act(chat, Move::Next),
        "mock" if rest.is_empty() => {
            let rule = |mock: &Mock| format!("{} {}", mock.on.effect, mock.on.main.as_deref().unwrap_or("*"));
            return Ok(Some(Said::Mocks(chat.world.mocks().map(rule).collect())));
        }
        "mock" => {
            let rule = sim::cases::mock(rest).map_err(|wrong| format!("{} {}", wrong.message, wrong.help))?;
            mock(chat, rule)
        }
        "answer" | "fail" => answer(chat, name, rest),
        "vars" => return Ok(Some(vars(chat))),
        "set" => set(chat, rest),
        "trace" => {
            match rest {
                "on" => chat.traces = true,
                "off" => chat.traces = false,
                _ if chat.json => sim_json::trace(chat, out),
                _ => sim_show::trace(chat, out),
            }
            Ok(())
        }
        "break" if rest.is_empty() => {
            let spots: Vec<_> = chat.world.breakpoints().iter().map(|one| one.spot.clone()).collect();
            let names = spots.iter().map(|spot| chat.world.stage.name_of(spot));
            return Ok(Some(Said::Stops(names.collect())));
        }
        "break" => stop(chat, rest),
        "unbreak" => {
            let spot = chat.world.find_node(rest).map_err(|cannot| cannot.0)?;
            chat.world.breakpoints().retain(|one| one.spot != spot);
            Ok(())
        }
        "step" | "over" | "out" | "go" => {
            if chat.world.paused().is_none() {
                return Err("Nothing is stopped; /break NODE stops before a node.".into());
            }
            chat.went_on = true;
            chat.world.go(match name {
                "step" => Go::Into,
                "over" => Go::Over,
                "out" => Go::Out,
                _ => Go::On,
            });
            Ok(())
        }
        "eval" => return Ok(Some(Said::Value(chat.world.evaluate(rest)?))),
        "undo" => {
            let count: usize = if rest.is_empty() { 1 } else { rest.parse().map_err(|_| "How many?")? };
            let moves = chat.world.moves();
            let keep = moves.len().saturating_sub(count);
            again(chat, keep);
            return Ok(Some(Said::Undone(keep)));
        }
        "restart" => {
            again(chat, 0);
            return Ok(Some(Said::Undone(0)));
        }
        "save-test" => return sim_save::save(chat, rest).map(Some),
        "record" => return sim_record::record(chat, rest).map(Some),
        "help" => return Ok(Some(Said::Help)),
        _ => {
            chat.over = true;
            Ok(())
        }
    };
    done.map(|()| None)
}

/// The world after so many of its moves.
fn again(chat: &mut Chat, keep: usize) {
    let moves = chat.world.moves()[..keep].to_vec();
    let stops: Vec<_> = std::mem::take(chat.world.breakpoints());
    let mut world = begin(&chat.world.stage, chat.world.setup.clone());
    // They were possible before, unless the bot is another one now.
    let _ = moves.into_iter().try_for_each(|one| world.act(one));
    chat.world = world;
    *chat.world.breakpoints() = stops;
    chat.buttons.clear();
    let latest = chat.world.messages().iter().rev().find(|message| !message.buttons().is_empty());
    if let Some(message) = latest {
        chat.buttons = message.buttons().into_iter().map(|one| (message.id.clone(), one.label)).collect();
    }
    chat.shown = chat.world.lines().len();
}

fn mock(chat: &mut Chat, rule: Mock) -> Result<(), String> {
    act(chat, Move::Mocks { rule: rule.clone() })?;
    // What waits for such an answer has it now.
    let waiting = |world: &World| {
        let calls = world.open_calls().map(|(_, did)| &did.request);
        calls.map(|request| (request.key, request.effect.clone())).collect::<Vec<(Key, Effect)>>()
    };
    for (key, effect) in waiting(&chat.world) {
        if rule.on.fits(&sim::view::view(&effect)) {
            act(chat, Move::Answers { key, result: rule.answer.to(&effect) })?;
        }
    }
    Ok(())
}

fn answer(chat: &mut Chat, name: &str, rest: &str) -> Result<(), String> {
    let open = chat.world.open_calls().next().map(|(_, did)| (did.request.key, did.request.effect.clone()));
    let (key, effect) = open.ok_or("No call waits for an answer.")?;
    let answer = if name == "fail" {
        let kind = sim::mock::error_kind(rest).ok_or_else(|| {
            let kinds: Vec<&str> = sim::mock::KINDS.iter().map(|kind| kind.as_str()).collect();
            format!("It can fail by {}.", kinds.join(", "))
        })?;
        Answer::Fails(EffectError::new(kind, sim::mock::words(kind)))
    } else {
        let member = match &effect {
            Effect::Http(_) => "json",
            Effect::Query(_) => "rows",
            Effect::Prompt(_) => "text",
            _ => "value",
        };
        let (status, rest) = match rest.split_once(' ').unwrap_or((rest, "")) {
            (status, rest) if status.len() == 3 && status.parse::<i64>().is_ok() => {
                (status.parse().ok(), rest)
            }
            _ => (None, rest),
        };
        let mut gives = Fields::from_iter([(member, value(rest)?)]);
        if let Some(status) = status.filter(|_| member == "json") {
            gives.insert("status".into(), Data::Int(status));
        }
        Answer::Gives(gives)
    };
    act(chat, Move::Answers { key, result: answer.to(&effect) })
}

fn speak_as(chat: &mut Chat, rest: &str) -> Result<(), String> {
    let (name, place) = rest.split_once(" in ").unwrap_or((rest, ""));
    let (name, place) = (name.trim(), place.trim());
    if chat.world.cast.named(name).is_none() {
        meet(&mut chat.world, name)?;
    }
    if !place.is_empty() && chat.world.cast.place(place).is_none() {
        let places: Vec<&str> = chat.world.cast.places.iter().map(|place| place.name.as_str()).collect();
        return Err(format!("There is no chat `{place}`; there are {}.", places.join(", ")));
    }
    (chat.by, chat.place) = (name.into(), place.into());
    Ok(())
}

fn meet(world: &mut World, name: &str) -> Result<(), String> {
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if !is_word || name == "bot" {
        return Err(format!("`{name}` cannot be the name of a person: it is one word, and not `bot`."));
    }
    world.meet(Somebody { name: name.into(), ..Somebody::default() });
    Ok(())
}

fn open(chat: &mut Chat, rest: &str) -> Result<(), String> {
    let (name, id) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if !is_word {
        return Err("Write it as /chat team -100200: one word, and the id if the bot knows it by one.".into());
    }
    if chat.world.cast.place(name).is_some() {
        return Err(format!("There is a chat `{name}` already."));
    }
    let id = Some(id.trim()).filter(|id| !id.is_empty()).map(SmolStr::from);
    chat.world.setup.chats.push(Room { name: name.into(), kind: ChatKind::Group, id, title: None });
    // What was written to it before has come there, so all is shown again.
    again(chat, chat.world.moves().len());
    chat.shown = 0;
    Ok(())
}

/// What somebody may have meant who wrote a command that there is not.
pub fn meant(stage: &Stage, text: &str) -> Option<String> {
    let name = text.strip_prefix('/')?.split_whitespace().next()?;
    let bots = of_bot(stage);
    let known = bots.iter().map(SmolStr::as_str).chain(COMMANDS.iter().map(|(known, ..)| *known));
    flow::check::nearest(name, known).map(|near| format!("/{near}"))
}

fn clock(chat: &mut Chat, rest: &str) -> Result<(), String> {
    if let Some(millis) = flow::time::duration(rest) {
        return act(chat, Move::After { millis });
    }
    let at = flow::Time::parse(rest)
        .ok_or("Write how long, as in /clock +1h 30m, or when: 2026-01-05T18:00:00Z.")?;
    act(chat, Move::Until { at })
}

fn vars(chat: &Chat) -> Said {
    let world = &chat.world;
    let whose = world.whose(&chat.by, &chat.place).unwrap_or_default();
    let of = |scope: VarScope| {
        let all = world.vars().all(&whose, scope, world.usual());
        let named = |(name, value): (&SmolStr, &Data)| (format!("{}.{name}", scope.name()), value.clone());
        all.iter().map(named).collect::<Vec<_>>()
    };
    let stored = world.stored().map(|((store, key), value)| (format!("{store}/{key}"), value.clone()));
    Said::Variables(VarScope::ALL.into_iter().flat_map(of).collect(), stored.collect())
}

fn set(chat: &mut Chat, rest: &str) -> Result<(), String> {
    let (variable, text) = rest.split_once(' ').ok_or("Write it as /set user.size \"L\".")?;
    let value = value(text)?;
    if chat.world.paused().is_some() {
        chat.went_on = true;
        return match chat.world.set_paused(variable, value) {
            true => Ok(()),
            false => Err("It cannot be set here: the node has done its work already.".into()),
        };
    }
    // Their own, where somebody else speaks.
    let variable = match variable.split_once('.') {
        Some(("user", _)) => format!("{variable} of {}", chat.by),
        _ => variable.to_string(),
    };
    act(chat, Move::Sets { variable: variable.into(), value })
}

fn stop(chat: &mut Chat, rest: &str) -> Result<(), String> {
    let (node, when) = rest.split_once(" if ").unwrap_or((rest, ""));
    let spot = chat.world.find_node(node.trim()).map_err(|cannot| cannot.0)?;
    let mut stop = Breakpoint::at(spot);
    if !when.is_empty() {
        stop.when = Some(flow::expr::Formula::compile(when).map_err(|error| error.message)?);
    }
    chat.world.breakpoints().push(stop);
    Ok(())
}

fn sent(rest: &str) -> Result<Sent, String> {
    let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let kind = match what {
        "location" => {
            let place: Vec<f64> = rest.split_whitespace().filter_map(|part| part.parse().ok()).collect();
            let [latitude, longitude] = place[..] else {
                return Err("Write it as /send location 52.5 13.4.".into());
            };
            return Ok(Sent::Location { latitude, longitude });
        }
        "phone" => return Ok(Sent::Phone { phone: rest.into() }),
        "photo" => FileKind::Photo,
        "video" => FileKind::Video,
        "audio" => FileKind::Audio,
        "voice" => FileKind::Voice,
        "sticker" => FileKind::Sticker,
        "animation" => FileKind::Animation,
        "file" | "document" => FileKind::Document,
        _ => {
            return Err(
                "It sends a photo, file, voice, video, audio, sticker, animation, location or phone.".into(),
            );
        }
    };
    let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let name = if name.is_empty() { what } else { name };
    Ok(Sent::File { kind, name: name.into(), text: text.into(), size: None })
}

/// `a=1 b=x`, values as JSON where they are.
fn pairs(text: &str) -> Fields {
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, text)| (name, value(text).unwrap_or_else(|_| text.into()))).collect()
}

/// A value as YAML or JSON has it; nothing is nothing.
pub fn value(text: &str) -> Result<Data, String> {
    if text.trim().is_empty() {
        return Ok(Data::Null);
    }
    Ok(sim::cases::yaml::read(text).map_err(|wrong| wrong.message)?.data())
}
