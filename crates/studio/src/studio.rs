//! The studio itself: the bots that are open, and the way to them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use runner::host::Addresses;
use serde_json::Value;
use vault::Vault;

use crate::document::{self, Document};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Listeners};
use crate::recent::Recent;
use crate::running::{Run, Running};
use crate::settings::Kept;
use crate::setup::Setup;
use crate::tasks::Tasks;
use crate::updates::Watch;

pub struct Studio {
    pub(crate) setup: Setup,
    pub(crate) recent: Recent,
    pub(crate) tasks: Tasks,
    running: Running,
    pub(crate) settings: Kept,
    pub(crate) updates: Option<Arc<Watch>>,
    listeners: Arc<Listeners>,
    /// By handle.
    open: Mutex<HashMap<String, Arc<Document>>>,
}

impl Studio {
    pub fn new(setup: Setup) -> Arc<Studio> {
        let recent = Recent::at(setup.data.join("recent.json"));
        let settings = Kept::at(setup.data.join("settings.json"));
        let listeners = Arc::<Listeners>::default();
        let updates = setup.updates.clone().map(|host| Watch::over(host, Arc::clone(&listeners)));
        if let Some(updates) = updates.as_ref().filter(|_| settings.read().look_for_updates) {
            updates.look_meanwhile();
        }
        Arc::new(Studio {
            setup,
            recent,
            tasks: Tasks::default(),
            running: Running::default(),
            settings,
            updates,
            listeners,
            open: Mutex::default(),
        })
    }

    /// Runs a command. Blocks while it reads and writes files, so call it off the thread that draws.
    pub fn call(&self, name: &str, payload: Value) -> Result<Value> {
        // The last net: no request, whatever it holds, ends the program.
        catch_unwind(AssertUnwindSafe(|| crate::commands::dispatch(self, name, payload))).unwrap_or_else(
            |_| {
                Err(Error::new(
                    Code::Internal,
                    format!("Something went wrong inside Nexus Bots while it did `{name}`."),
                )
                .hint("Open the bot again: all that was done is in its journal."))
            },
        )
    }

    /// Hears every event from now on, on whatever thread it happens. Must not block, and must not call back.
    pub fn listen(&self, listener: Box<dyn Fn(&Event) + Send + Sync>) {
        self.listeners.add(listener);
    }

    /// Saves everything, stops the bots that run and lets go of all. Later calls open them again.
    pub fn close(&self) {
        self.running.end(&self.tasks);
        self.tasks.end();
        let open = std::mem::take(&mut *self.documents());
        for document in open.values() {
            document.close();
        }
    }

    /// The open bot with this handle.
    pub(crate) fn document(&self, handle: &str) -> Result<Arc<Document>> {
        self.documents()
            .get(handle)
            .cloned()
            .ok_or_else(|| Error::new(Code::NotFound, "This bot is not open.").hint("Open its folder again."))
    }

    /// How the bot runs, or that it does not.
    pub(crate) fn run(&self, handle: &str) -> Arc<Run> {
        self.running.run(handle, &self.listeners)
    }

    pub(crate) fn vault(&self) -> Result<Vault> {
        Ok(Vault::open(&self.setup.data, self.setup.vault.clone()?)?)
    }

    pub(crate) fn addresses(&self) -> Result<Addresses> {
        Ok(self.setup.addresses.clone()?)
    }

    /// Opens the bot in a folder, or joins those who have it open.
    pub(crate) fn open_bot(&self, folder: &Path) -> Result<Arc<Document>> {
        let root = bot_root(folder)?;
        let handle = handle(&root);
        let mut open = self.documents();
        if let Some(document) = open.get(&handle) {
            if document.is_sound() {
                return Ok(Arc::clone(document));
            }
            if let Some(document) = open.remove(&handle) {
                document.close();
            }
        }
        let keep = self.setup.data.join("bots").join(&handle);
        let listeners = Arc::clone(&self.listeners);
        let document = document::open(
            handle.clone(),
            root,
            &keep,
            Arc::clone(&self.setup.kinds),
            self.setup.pace,
            self.setup.clock,
            listeners,
        )?;
        open.insert(handle, Arc::clone(&document));
        Ok(document)
    }

    fn documents(&self) -> MutexGuard<'_, HashMap<String, Arc<Document>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.close();
    }
}

/// Is there a bot in this folder?
pub fn is_bot(folder: &Path) -> bool {
    let is_flow = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().ends_with(".flow.json");
    folder.join("bot.json").exists()
        || std::fs::read_dir(folder.join("flows")).is_ok_and(|entries| entries.flatten().any(is_flow))
}

fn bot_root(folder: &Path) -> Result<PathBuf> {
    let shown = folder.display();
    if !folder.is_absolute() {
        return Err(Error::new(Code::BadRequest, format!("{shown} is not a whole path.")));
    }
    let root = std::fs::canonicalize(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::new(Code::NotFound, format!("There is no folder {shown}.")),
        _ => Error::disk(format!("{shown} could not be opened"), &error),
    })?;
    // Naming the file that makes a folder a bot, or a flow in it, is as good as naming the folder.
    let root = match root.file_name().and_then(|name| name.to_str()) {
        Some("bot.json") if root.is_file() => root.parent().map(Path::to_owned).unwrap_or(root),
        Some(name) if name.ends_with(".flow.json") && root.is_file() => {
            root.parent().and_then(Path::parent).map(Path::to_owned).unwrap_or(root)
        }
        _ => root,
    };
    if !is_bot(&root) {
        return Err(Error::new(
            Code::NotABot,
            format!("{shown} is not a bot: it has no bot.json and no flows."),
        )
        .hint("Choose a bot's folder, or make a new bot here."));
    }
    Ok(root)
}

/// The name of a bot's folder for requests and for its journal; the same on every start.
fn handle(root: &Path) -> String {
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(root.as_os_str().as_encoded_bytes()))
}
