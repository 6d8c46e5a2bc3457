//! `nexus sim`: a chat with a bot in the terminal, in a world that is only simulated.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use engine::event::ChatKind;
use flow::limits::Platform;
use sim::{Setup, Somebody, Stage, World};
use smol_str::SmolStr;

use super::sim_listen::{Ears, Heard};
use super::sim_said::Said;
use super::sources::{Unfit, find, shown};
use super::test::load;
use super::{sim_commands, sim_json, sim_show, unfit};
use crate::End;
use crate::out::{ERROR, FAINT, Out, STRONG};

/// Chat with a bot in the terminal.
///
/// The world is simulated: no network, no account, and time goes by only when you say so. When the bot's files change, the chat goes on
/// with the bot as it is then. Works through a pipe as well.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus sim pizza\n  nexus sim pizza --as discord --group\n  printf '/order\\n1\\n/save-test\\n' | nexus sim pizza\n  nexus sim pizza --json          for programs: docs/simulator.md says what comes"
)]
pub struct Args {
    /// The bot's folder.
    #[arg(default_value = ".")]
    bot: PathBuf,
    /// The platform that it is on: telegram, discord. Usually the first that the bot names.
    #[arg(long = "as", alias = "on", value_name = "PLATFORM")]
    on: Option<String>,
    /// In a group, with as many people as you like.
    #[arg(long)]
    group: bool,
    /// When it begins, such as 2026-01-05T09:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    start: Option<String>,
    /// Another number makes other random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Say all that happens as JSON, one object a line, and take the same lines as ever.
    #[arg(long)]
    json: bool,
}

/// What the chat is at.
pub(super) struct Chat {
    pub root: PathBuf,
    pub world: World,
    /// Who speaks, and where; empty: where they usually do.
    pub by: SmolStr,
    pub place: SmolStr,
    /// So many lines of what happened were shown.
    pub shown: usize,
    /// The buttons that numbers stand for: message and label.
    pub buttons: Vec<(SmolStr, SmolStr)>,
    /// It went on since it was last said where it is stopped.
    pub went_on: bool,
    /// Show the nodes that run.
    pub traces: bool,
    /// Somebody types: their lines need not be repeated.
    pub typed: bool,
    /// A program listens.
    pub json: bool,
    pub over: bool,
    /// The bot's files are such that they cannot be played; the chat goes on with the bot as it was.
    pub broken: bool,
    /// A command could not be carried out.
    pub failed: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    let platform = match args.on.as_deref().map(|name| (name, Platform::named(name))) {
        Some((name, None)) => {
            fails(&format!("there is no platform {name}"), "they are telegram and discord", json, out);
            return End::BadUse;
        }
        Some((_, platform)) => platform,
        None => None,
    };
    let start = match args.start.as_deref().map(flow::Time::parse) {
        Some(None) => {
            fails("--start is no moment", "write it like 2026-01-05T09:00:00Z", json, out);
            return End::BadUse;
        }
        start => start.flatten().unwrap_or(sim::cast::START),
    };
    let sources = match find(std::slice::from_ref(&args.bot)) {
        Ok(sources) => sources,
        Err(error) if !json => return unfit(&error, false, out),
        Err(error) => {
            fails(&error.to_string(), "name a bot's folder", json, out);
            return if matches!(error, Unfit::Disk(..)) { End::Failed } else { End::BadUse };
        }
    };
    let [source] = sources.as_slice() else {
        let names: Vec<String> = sources.iter().map(|source| shown(&source.root)).collect();
        let message = format!("{} holds several bots: {}", args.bot.display(), names.join(", "));
        fails(&message, "name the folder of one of them", json, out);
        return End::BadUse;
    };
    // From here on no change is missed.
    let ears = Ears::open(source.root.clone());
    let stage = match load(&source.root) {
        Ok(stage) => stage,
        Err(why) => {
            fails(&why, "mend it, then come back", json, out);
            return End::Findings;
        }
    };
    let first = || stage.bot.manifest.channels().find_map(Platform::named);
    let setup = Setup {
        platform: platform.or_else(first).unwrap_or(Platform::Telegram),
        chat: if args.group { ChatKind::Group } else { ChatKind::Private },
        start,
        seed: args.seed,
        people: vec![Somebody { name: sim::cast::FIRST.into(), ..Somebody::default() }],
        ..Setup::default()
    };
    let mut chat = Chat {
        root: source.root.clone(),
        world: begin(&stage, setup),
        by: sim::cast::FIRST.into(),
        place: SmolStr::default(),
        shown: 0,
        buttons: Vec::new(),
        went_on: false,
        traces: false,
        typed: !args.json && std::io::stdin().is_terminal(),
        json: args.json,
        over: false,
        broken: false,
        failed: false,
    };
    match chat.json {
        true => sim_json::begins(&chat, out),
        false => greet(&chat, out),
    }
    talk(&mut chat, ears, out);
    if chat.failed && !chat.typed { End::Findings } else { End::Fine }
}

/// Why there is no chat at all.
fn fails(message: &str, hint: &str, json: bool, out: &mut Out) {
    match json {
        true => out.json_line(&serde_json::json!({ "is": "error", "message": message, "hint": hint })),
        false => out.error(message, Some(hint)),
    }
}

/// A world that can be recorded.
pub(super) fn begin(stage: &Arc<Stage>, setup: Setup) -> World {
    let mut world = World::new(stage, setup);
    world.keep_journal();
    world
}

fn greet(chat: &Chat, out: &mut Out) {
    let stage = &chat.world.stage;
    let name = stage.bot.manifest.name();
    let name = out.paint(STRONG, if name.is_empty() { "The bot" } else { name });
    let platform = chat.world.setup.platform.title();
    let place = if chat.world.setup.chat == ChatKind::Private { "a private chat" } else { "a group" };
    let commands = sim_commands::of_bot(stage);
    let commands: Vec<String> = commands.iter().map(|name| format!("/{name}")).collect();
    out.line(format_args!("{name} on {platform}, {place}. You are {}; /help says what you can do.", chat.by));
    if !commands.is_empty() {
        out.line(out.paint(FAINT, format_args!("The bot knows {}.", commands.join(", "))));
    }
    for name in sim_commands::clashes(stage) {
        let note = format!("/{name} goes to the bot, which has it itself; ours is //{name}.");
        out.line(out.paint(FAINT, note));
    }
    for problem in &stage.problems {
        out.line(format_args!("{} {}", out.paint(ERROR, "!"), problem.message));
    }
}

fn talk(chat: &mut Chat, mut ears: Ears, out: &mut Out) {
    let mut count = 0;
    while !chat.over {
        ask(chat, out);
        let line = loop {
            match ears.hear() {
                Heard::Line(line) => break line,
                Heard::Changed => reload(chat, out),
                Heard::End => return,
            }
        };
        count += 1;
        sim_commands::line(chat, &line, out);
        news(chat, out);
        if chat.json {
            sim_json::ready(count, out);
        }
    }
}

/// Says that it is somebody's turn.
fn ask(chat: &Chat, out: &mut Out) {
    if chat.typed {
        let who = if chat.world.paused().is_some() { "paused" } else { chat.by.as_str() };
        out.ask(format_args!("{} ", out.paint(STRONG, format_args!("{who}>"))));
    }
}

fn news(chat: &mut Chat, out: &mut Out) {
    match chat.json {
        true => sim_json::news(chat, out),
        false => sim_show::news(chat, out),
    }
}

/// The bot's files are others. It is said at once, whatever is being typed just now.
fn reload(chat: &mut Chat, out: &mut Out) {
    let was_broken = std::mem::take(&mut chat.broken);
    let said = match load(&chat.root) {
        Err(why) => {
            chat.broken = true;
            Said::Broken(why)
        }
        // Names and tests are nothing that a run could notice.
        Ok(stage) if stage.program.hash == chat.world.stage.program.hash && !was_broken => {
            return chat.world.change_bot(stage);
        }
        Ok(stage) => {
            let is_paused = chat.world.paused().is_some();
            let wrong = chat.world.edit_bot(stage).err().unwrap_or_default();
            Said::Reloaded(is_paused.then(|| wrong.into_iter().map(|(_, why)| why).collect()))
        }
    };
    if !chat.typed {
        return said.tell(chat.json, out);
    }
    let lines = said.lines(out);
    if out.moves() {
        return out.above(&lines);
    }
    out.line("");
    lines.iter().for_each(|line| out.line(line));
    ask(chat, out);
}
