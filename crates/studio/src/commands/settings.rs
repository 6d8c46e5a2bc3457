//! What the person chose for the program as a whole.

use super::Nothing;
use crate::Studio;
use crate::error::Result;
use crate::settings::Settings;

pub fn get(studio: &Studio, _: Nothing) -> Result<Settings> {
    Ok(studio.settings.read())
}

pub fn set(studio: &Studio, wanted: Settings) -> Result<Settings> {
    let before = studio.settings.read();
    studio.settings.write(&wanted)?;
    if let Some(updates) =
        studio.updates.as_ref().filter(|_| wanted.look_for_updates && !before.look_for_updates)
    {
        updates.look_meanwhile();
    }
    Ok(wanted)
}
