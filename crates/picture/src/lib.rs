//! A flow as a picture that looks like the canvas: [`Drawing::of`] draws it, [`Drawing::svg`], [`Drawing::png`] and
//! [`Drawing::pdf`] write it down, [`badge::badge`] says in a line how a bot does.
//!
//! Pure: knows no disk and no clock. Node kinds come in as data; colours come from the studio's own tokens, letters are measured in
//! Inter, which is in the program. Only a letter that Inter lacks is looked for in the fonts of the machine.

pub mod badge;
mod card;
mod draw;
mod file;
mod icons;
mod lines;
mod measure;
mod note;
mod places;
mod route;
mod says;
mod theme;
mod wires;
mod write;

pub use draw::{Drawing, Look, Marks};
pub use file::Unmade;
pub use icons::has_icon;
pub use theme::{Scheme, declarations};
