//! Newer versions of the program, where its host can replace it.

use std::sync::Arc;

use super::Nothing;
use crate::Studio;
use crate::error::{Code, Error, Result};
use crate::updates::{Update, Watch};

pub fn get(studio: &Studio, _: Nothing) -> Result<Update> {
    Ok(watch(studio)?.known())
}

pub fn check(studio: &Studio, _: Nothing) -> Result<Update> {
    Ok(watch(studio)?.look())
}

pub fn install(studio: &Studio, _: Nothing) -> Result<Update> {
    Ok(watch(studio)?.install())
}

pub fn stop(studio: &Studio, _: Nothing) -> Result<Nothing> {
    watch(studio)?.stop();
    Ok(Nothing {})
}

fn watch(studio: &Studio) -> Result<&Arc<Watch>> {
    studio.updates.as_ref().ok_or_else(|| {
        Error::new(Code::Refused, "Nexus Bots does not update itself here.")
            .hint("Update it the way it was installed.")
    })
}
