//! The table: all the IDE can do.

mod app;
mod bots;
mod edit;
mod files;
mod folders;
mod history;
mod pictures;
mod publish;
mod run;
mod secrets;
mod settings;
mod updates;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::running::RunView;
use crate::settings::Settings;
use crate::table::commands;
use crate::updates::Update;
use crate::view::BotView;

/// Asks or says nothing.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// A bot that is open.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Of {
    bot: String,
}

commands! {
    /// What this program is, and the bot it was started with.
    "app.info": Nothing => app::Info, app::info;
    /// The node kinds.
    "kinds.list": Nothing => app::Kinds, app::kinds;
    /// What the person chose for the program as a whole.
    "settings.get": Nothing => Settings, settings::get;
    /// Keeps what the person chose. Turning the look for updates on looks at once.
    "settings.set": Settings => Settings, settings::set;
    /// What is known of newer versions; without asking anybody.
    "updates.get": Nothing => Update, updates::get;
    /// Asks what is published; answers when that is known.
    "updates.check": Nothing => Update, updates::check;
    /// Loads and installs what was found and starts it; how far it is comes as events.
    "updates.install": Nothing => Update, updates::install;
    /// Ends a download that is under way; what was found stays found.
    "updates.stop": Nothing => Nothing, updates::stop;
    /// The bots that were open before, the latest first.
    "bot.recent": Nothing => bots::RecentBots, bots::recent;
    /// Takes a bot off the list of recent ones; its files stay.
    "bot.forget": bots::At => Nothing, bots::forget;
    /// The folders in a folder; without a path, of the person's own.
    "folder.list": folders::List => folders::Listed, folders::list;
    /// Makes a new bot with a first flow in a folder of its own, and opens it.
    "bot.create": folders::Create => BotView, folders::create;
    /// Opens the bot in a folder.
    "bot.open": bots::At => BotView, bots::open;
    /// A window lets go of a bot.
    "bot.close": Of => Nothing, bots::close;
    /// Applies a change.
    "bot.change": edit::ChangeIt => edit::Revision, edit::change;
    /// Plans a change that takes the whole bot to work out, and applies it.
    "bot.act": edit::DoIt => edit::Revision, edit::act;
    /// Takes back the last change that stands; without a label there was none.
    "bot.undo": edit::By => edit::Stepped, edit::undo;
    /// Does again what was taken back last.
    "bot.redo": edit::By => edit::Stepped, edit::redo;
    /// What was done, the newest first, with what was taken back.
    "history.list": Of => history::Deeds, history::list;
    /// Undoes or redoes until as many deeds stand.
    "history.go": history::Go => edit::Revision, history::go;
    /// Flows that were deleted and can be brought back, the latest first.
    "history.deleted": Of => history::Deleted, history::deleted;
    /// Brings a deleted flow back as it was.
    "history.bring_back": history::BringBack => edit::Revision, history::bring_back;
    /// Where a variable, a node, a flow or a secret is used.
    "bot.usages": edit::Find => edit::Usages, edit::usages;
    /// All problems of the newest revision.
    "bot.problems": Of => edit::Problems, edit::problems;
    /// Saves now what would be saved in a moment.
    "bot.save": Of => files::Saved, files::save;
    /// Decides which content of a file counts that changed in two places.
    "bot.settle": files::Settle => edit::Revision, files::settle;
    /// Makes a flow editable that could not be read whole; the original stays beside it.
    "bot.repair": files::File => files::Repaired, files::repair;
    /// A file's text.
    "file.read": files::File => files::Text, files::read;
    /// The pictures and other files that the bot can send.
    "assets.list": Of => files::Assets, files::assets;
    /// What is in one of them.
    "assets.read": files::File => files::Bytes, files::asset;
    /// Puts a file into the bot's folder, to be sent.
    "assets.add": files::Add => files::Added, files::add_asset;
    /// A flow as a picture.
    "flow.picture": pictures::Draw => pictures::Picture, pictures::draw;
    /// How the bot runs, what happened lately, and whether it has changed since.
    "run.status": Of => run::Status, run::status;
    /// Lets the bot live on its networks as it is now; one that runs is taken the place of. What keeps it from running is its `trouble`.
    "run.start": run::StartIt => RunView, run::start;
    /// Ends the bot's run; what is on its way out is waited for.
    "run.stop": Of => RunView, run::stop;
    /// The names of the bot's secrets, and whether they are set.
    "secrets.list": Of => secrets::Secrets, secrets::list;
    /// Gives a secret another name wherever it is used; its value is kept under both, so that this can be undone.
    "secrets.rename": secrets::Rename => edit::Revision, secrets::rename;
    /// Keeps a secret's value in the vault. It never comes back.
    "secrets.set": secrets::SetIt => Nothing, secrets::set;
    /// Takes a secret out of the vault.
    "secrets.remove": secrets::Named => Nothing, secrets::remove;
    /// Keeps the token of a runner, once the runner knows it.
    "runner.login": publish::Login => publish::LoggedIn, publish::login;
    /// What publishing the bot there would change.
    "publish.check": publish::To => publish::Outlook, publish::check;
    /// Publishes the bot as it is now.
    "publish.go": publish::Go => publish::Published, publish::go;
}
