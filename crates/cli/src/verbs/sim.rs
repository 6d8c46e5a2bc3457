//! `nexus sim`: a chat with a bot in the terminal, in a world that is only simulated.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::event::ChatKind;
use flow::limits::Platform;
use sim::{Setup, Somebody, Stage, World};
use smol_str::SmolStr;

use super::sources::find;
use super::{sim_commands, sim_show, test, unfit};
use crate::End;
use crate::out::{ERROR, FAINT, Out, STRONG};

/// Chat with a bot in the terminal.
///
/// The world is simulated: no network, no account, and time goes by only when you say so. Works through a pipe as well.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus sim pizza\n  nexus sim pizza --as discord --group\n  printf '/order\\n1\\n/save-test\\n' | nexus sim pizza"
)]
pub struct Args {
    /// The bot's folder.
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
    pub over: bool,
    /// A command could not be carried out.
    pub failed: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let platform = match args.on.as_deref().map(|name| (name, Platform::named(name))) {
        Some((name, None)) => {
            out.error(format_args!("there is no platform {name}"), Some("they are telegram and discord"));
            return End::BadUse;
        }
        Some((_, platform)) => platform,
        None => None,
    };
    let start = match args.start.as_deref().map(flow::Time::parse) {
        Some(None) => {
            out.error("--start is no moment", Some("write it like 2026-01-05T09:00:00Z"));
            return End::BadUse;
        }
        start => start.flatten().unwrap_or(sim::cast::START),
    };
    let sources = match find(std::slice::from_ref(&args.bot)) {
        Ok(sources) => sources,
        Err(error) => return unfit(&error, false, out),
    };
    let [source] = sources.as_slice() else {
        out.error(
            format_args!("{} holds several bots", args.bot.display()),
            Some("name the folder of one of them"),
        );
        return End::BadUse;
    };
    let stage = match load(&source.root) {
        Ok(stage) => stage,
        Err(why) => {
            out.error(why, None);
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
        world: World::new(&stage, setup),
        by: sim::cast::FIRST.into(),
        place: SmolStr::default(),
        shown: 0,
        buttons: Vec::new(),
        went_on: false,
        traces: false,
        typed: std::io::stdin().is_terminal(),
        over: false,
        failed: false,
    };
    greet(&chat, out);
    talk(&mut chat, &args.bot, out);
    if chat.failed && !chat.typed { End::Findings } else { End::Fine }
}

/// The bot as it lies on the disk now.
pub(super) fn load(root: &Path) -> Result<Arc<Stage>, String> {
    let glance = studio::glance(root);
    if let Some(why) = test::why_broken(&glance.files, &glance.bot) {
        return Err(why);
    }
    Ok(Stage::new(glance.bot))
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

fn talk(chat: &mut Chat, path: &Path, out: &mut Out) {
    let paths = [path.to_path_buf()];
    let mut stamps = test::stamps(&paths);
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if chat.typed {
            let pause = if chat.world.paused().is_some() { "paused" } else { chat.by.as_str() };
            out.ask(format_args!("{} ", out.paint(STRONG, format_args!("{pause}>"))));
        }
        let Some(Ok(line)) = lines.next() else { break };
        let now = test::stamps(&paths);
        if now != stamps {
            stamps = now;
            reload(chat, out);
        }
        sim_commands::line(chat, &line, out);
        sim_show::news(chat, out);
        if chat.over {
            break;
        }
    }
}

fn reload(chat: &mut Chat, out: &mut Out) {
    match load(&chat.root) {
        Ok(stage) if stage.program.hash == chat.world.stage.program.hash => chat.world.change_bot(stage),
        Ok(stage) => {
            let is_paused = chat.world.paused().is_some();
            let wrong = chat.world.edit_bot(stage).err().unwrap_or_default();
            let text = match (is_paused, wrong.is_empty()) {
                (false, _) => "(the bot was changed; what begins from now on is the new one)",
                (true, true) => "(the bot was changed; what is stopped goes on with the new one)",
                (true, false) => "(the bot was changed; what is stopped goes on with the old one, since)",
            };
            out.line(out.paint(FAINT, text));
            for (_, why) in wrong {
                out.line(out.paint(FAINT, format_args!("  {why}")));
            }
        }
        Err(why) => {
            out.line(out.paint(ERROR, format_args!("The bot was changed, but cannot be taken: {why}")));
        }
    }
}
