//! Changing a bot, and what is wrong with it.

use std::sync::Arc;

use flow::change::{Act, Named, Usage};
use flow::{Change, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Of;
use crate::Studio;
use crate::document::{Request, Step};
use crate::error::Result;

#[derive(Debug, Deserialize, TS)]
pub struct ChangeIt {
    bot: String,
    #[serde(flatten)]
    #[ts(flatten)]
    request: Request,
    change: Change,
}

#[derive(Debug, Deserialize, TS)]
pub struct DoIt {
    bot: String,
    #[serde(flatten)]
    #[ts(flatten)]
    request: Request,
    act: Act,
}

#[derive(Debug, Deserialize, TS)]
pub struct By {
    bot: String,
    client: String,
}

#[derive(Debug, Serialize, TS)]
pub struct Revision {
    revision: u64,
}

#[derive(Debug, Serialize, TS)]
#[ts(optional_fields)]
pub struct Stepped {
    revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
pub struct Find {
    bot: String,
    of: Named,
}

#[derive(Debug, Serialize, TS)]
pub struct Usages {
    revision: u64,
    usages: Vec<Usage>,
}

#[derive(Debug, Serialize, TS)]
pub struct Problems {
    revision: u64,
    problems: Arc<Vec<Problem>>,
}

pub fn change(studio: &Studio, ChangeIt { bot, request, change }: ChangeIt) -> Result<Revision> {
    Ok(Revision { revision: studio.document(&bot)?.change(&request, change)? })
}

pub fn act(studio: &Studio, DoIt { bot, request, act }: DoIt) -> Result<Revision> {
    Ok(Revision { revision: studio.document(&bot)?.act(&request, &act)? })
}

pub fn undo(studio: &Studio, By { bot, client }: By) -> Result<Stepped> {
    let (revision, label) = studio.document(&bot)?.step(&client, Step::Undo)?;
    Ok(Stepped { revision, label })
}

pub fn redo(studio: &Studio, By { bot, client }: By) -> Result<Stepped> {
    let (revision, label) = studio.document(&bot)?.step(&client, Step::Redo)?;
    Ok(Stepped { revision, label })
}

pub fn usages(studio: &Studio, Find { bot, of }: Find) -> Result<Usages> {
    let (revision, usages) = studio.document(&bot)?.usages(&of)?;
    Ok(Usages { revision, usages })
}

pub fn problems(studio: &Studio, Of { bot }: Of) -> Result<Problems> {
    let (revision, problems) = studio.document(&bot)?.problems()?;
    Ok(Problems { revision, problems })
}

impl From<u64> for Revision {
    fn from(revision: u64) -> Revision {
        Revision { revision }
    }
}
