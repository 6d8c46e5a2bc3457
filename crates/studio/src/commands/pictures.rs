//! Flows as pictures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::FilePath;
use picture::{Drawing, Look, Scheme, Unmade};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Studio;
use crate::error::{Code, Error, Result};

#[derive(Debug, Deserialize, TS)]
pub struct Draw {
    bot: String,
    flow: FilePath,
    form: PictureForm,
    dark: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PictureForm {
    Svg,
    Png,
    Pdf,
}

#[derive(Debug, Serialize, TS)]
pub struct Picture {
    /// In Base64.
    bytes: String,
}

/// A picture for screens that show two points for one.
const SHARP: f32 = 2.0;

pub fn draw(studio: &Studio, Draw { bot, flow: path, form, dark }: Draw) -> Result<Picture> {
    let bot = studio.document(&bot)?.whole()?;
    let Some(flow) = bot.flows.get(&path) else {
        return Err(Error::new(Code::NotFound, format!("There is no flow {path}.")));
    };
    let scheme = if dark { Scheme::Dark } else { Scheme::Light };
    let drawing = Drawing::of(flow, &engine::kinds(), &Look { scheme, bot: Some(&bot), marks: None });
    let failed = |error: Unmade| Error::new(Code::Internal, crate::error::sentence(&error.to_string()));
    let bytes = match form {
        PictureForm::Svg => drawing.svg(1.0).into_bytes(),
        PictureForm::Png => drawing.png(SHARP).map_err(failed)?.0,
        PictureForm::Pdf => drawing.pdf().map_err(failed)?.0,
    };
    Ok(Picture { bytes: STANDARD.encode(bytes) })
}
