//! Running the open bot on its networks.

use std::sync::Arc;

use runner::host::{self, Assets};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Of;
use crate::Studio;
use crate::error::Result;
use crate::running::{RunLine, RunView, Start, state_folder};

#[derive(Debug, Deserialize, TS)]
pub struct StartIt {
    bot: String,
    /// Takes a webhook away that gets the bot's messages.
    take_over: bool,
}

#[derive(Debug, Serialize, TS)]
pub struct Status {
    run: RunView,
    /// What happened lately, the latest last.
    lines: Vec<RunLine>,
    /// Does the bot as it is now differ from the one that runs?
    changed: bool,
}

pub fn status(studio: &Studio, Of { bot }: Of) -> Result<Status> {
    let document = studio.document(&bot)?;
    let run = studio.run(&bot);
    let changed = document.whole().is_ok_and(|now| run.differs(&now));
    Ok(Status { run: run.view(), lines: run.lines(), changed })
}

pub fn start(studio: &Studio, StartIt { bot, take_over }: StartIt) -> Result<RunView> {
    let document = studio.document(&bot)?;
    let whole = document.named()?;
    let id = whole.manifest.id().to_owned();
    let (vault, addresses) = (studio.vault()?, studio.addresses()?);
    let mask = vault.redactor(&id)?;
    let secrets: host::Secrets = {
        let id = id.clone();
        Arc::new(move |name: &str| {
            let found = vault.get(&id, name).map_err(|error| error.to_string())?;
            Ok(found.map(|secret| secret.expose().to_string()))
        })
    };
    let assets: Assets = crate::assets(&document.root);
    let start = Start {
        folder: state_folder(&studio.setup.data, &id),
        document: Arc::new(whole),
        secrets,
        mask,
        assets,
        addresses,
        take_over,
        seed: (studio.setup.random)(),
    };
    let run = studio.run(&bot);
    studio.tasks.wait(run.start(start))
}

pub fn stop(studio: &Studio, Of { bot }: Of) -> Result<RunView> {
    let run = studio.run(&bot);
    studio.tasks.wait(async move { run.stop().await })
}
