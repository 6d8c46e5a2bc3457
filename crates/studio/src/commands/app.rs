//! About the program.

use std::sync::Arc;

use flow::Descriptor;
use serde::Serialize;
use ts_rs::TS;

use super::Nothing;
use crate::Studio;
use crate::error::Result;

#[derive(Debug, Serialize, TS)]
#[ts(optional_fields)]
pub struct Info {
    version: String,
    /// `linux`, `macos` or `windows`.
    platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<String>,
    /// Whether the program can look for newer versions of itself and install them.
    updates: bool,
}

#[derive(Debug, Serialize, TS)]
pub struct Kinds {
    kinds: Vec<Arc<Descriptor>>,
}

pub fn info(studio: &Studio, _: Nothing) -> Result<Info> {
    Ok(Info {
        version: studio.setup.version.clone(),
        platform: std::env::consts::OS.into(),
        demo: studio.setup.demo.as_ref().map(|demo| demo.to_string_lossy().into_owned()),
        updates: studio.updates.is_some(),
    })
}

pub fn kinds(studio: &Studio, _: Nothing) -> Result<Kinds> {
    Ok(Kinds { kinds: studio.setup.kinds.iter().cloned().collect() })
}
