//! The document as windows see it: files that cannot be read whole stand there with what could be read.

use std::collections::BTreeSet;

use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::{Bot, FilePath, Flow, Manifest};

use super::{Document, State};
use crate::content::{self, Content};
use crate::error::{Code, Error, Result};
use crate::view::{BotView, Clash, FlowView};

impl Document {
    pub fn view(&self) -> Result<BotView> {
        let state = self.state()?;
        Ok(BotView {
            bot: self.handle.clone(),
            root: self.root.to_string_lossy().into_owned(),
            revision: state.revision,
            manifest: state.manifest(),
            flows: state.flow_paths().iter().filter_map(|path| state.flow_view(path)).collect(),
            files: state.bot.texts.keys().cloned().collect(),
            undo: state.undo_label(),
            redo: state.redo_label(),
            clashes: state.clashes(),
            save: state.save.clone(),
        })
    }

    /// The bot as it is now, if all of it can be read.
    pub fn whole(&self) -> Result<Bot> {
        let state = self.state()?;
        let broken =
            state.files.iter().find(|(path, file)| file.broken.is_some() && !path.starts_with("tests/"));
        match broken {
            None => Ok(state.bot.clone()),
            Some((path, _)) => Err(Error::new(Code::Refused, format!("{path} cannot be read whole."))
                .hint("Mend it first: the problems panel says what is wrong.")),
        }
    }

    /// The same, of a bot with a name that its state and secrets are kept under.
    pub fn named(&self) -> Result<Bot> {
        let bot = self.whole()?;
        if bot.manifest.id().is_empty() {
            return Err(Error::new(Code::Refused, "This bot has no id in its bot.json.")
                .hint("Give it one: a few small letters that stay the same for ever."));
        }
        Ok(bot)
    }

    /// A file's text as it is saved, or, where it cannot be read, as it stands on the disk.
    pub fn text(&self, path: &str) -> Result<String> {
        let broken = {
            let state = self.state()?;
            let broken = state.files.get(path).is_some_and(|file| file.broken.is_some());
            if !broken {
                return content::of(&state.bot, path)
                    .map(|content| content.print())
                    .ok_or_else(|| no_file(path));
            }
            state.files.get(path).and_then(|file| file.real.clone())
        };
        let real = broken.ok_or_else(|| no_file(path))?;
        match crate::disk::read(&real, content::most(path)) {
            Ok(crate::disk::Found::File { bytes, .. }) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Ok(crate::disk::Found::TooLarge) => {
                Err(Error::new(Code::ReadOnly, format!("{path} is too large to be shown.")))
            }
            Ok(_) => Err(no_file(path)),
            Err(error) => Err(Error::disk(format!("{path} could not be read"), &error)),
        }
    }
}

fn no_file(path: &str) -> Error {
    Error::new(Code::NotFound, format!("There is no file {path} in this bot."))
}

impl State {
    pub fn flow_view(&self, path: &FilePath) -> Option<FlowView> {
        match self.files.get(path).and_then(|file| file.broken.as_ref()) {
            None => self.bot.flows.get(path).map(|flow| FlowView {
                path: path.clone(),
                read_only: None,
                flow: flow.clone(),
            }),
            Some(broken) => {
                let flow = match &broken.partial {
                    Some(Content::Flow(flow)) => named(path, flow),
                    _ => named(path, &Flow::default()),
                };
                Some(FlowView { path: path.clone(), read_only: Some(broken.reason.clone()), flow })
            }
        }
    }

    pub fn flow_paths(&self) -> BTreeSet<FilePath> {
        let broken = self.files.iter().filter(|(path, file)| file.broken.is_some() && is_flow_path(path));
        self.bot.flows.keys().chain(broken.map(|(path, _)| path)).cloned().collect()
    }

    pub fn clashes(&self) -> Vec<Clash> {
        let clash = |(path, file): (&FilePath, &super::FileState)| {
            let theirs = file.clash.as_ref()?;
            let mine = content::of(&self.bot, path).map(|content| content.print()).unwrap_or_default();
            let theirs =
                theirs.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            Some(Clash { path: path.clone(), mine, theirs })
        };
        self.files.iter().filter_map(clash).collect()
    }

    /// The bot as it is shown, for checking.
    pub fn shown(&self) -> Bot {
        let mut bot = self.bot.clone();
        for (path, file) in &self.files {
            if let Some(broken) = &file.broken {
                content::put(&mut bot, path, broken.partial.clone());
            }
        }
        bot
    }

    pub fn manifest(&self) -> Manifest {
        match self
            .files
            .get(MANIFEST_FILE)
            .and_then(|file| file.broken.as_ref())
            .map(|broken| &broken.partial)
        {
            None => self.bot.manifest.clone(),
            Some(Some(Content::Manifest(manifest))) => manifest.clone(),
            Some(_) => Manifest::default(),
        }
    }
}

/// A flow of which not even the name could be read is called by its file.
fn named(path: &str, flow: &Flow) -> Flow {
    let mut flow = flow.clone();
    if flow.name.is_empty() {
        let name = path.rsplit('/').next().unwrap_or(path);
        flow.name = name.strip_suffix(".flow.json").unwrap_or(name).into();
    }
    flow
}
