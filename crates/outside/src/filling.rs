//! Puts secrets in where an effect names them, and remembers which, so that none is told.

use engine::effect::Filled;
use engine::{Done, EffectError, ErrorKind};

use crate::Secrets;
use crate::veil::Veil;

pub struct Filling<'a> {
    secrets: &'a Secrets,
    veil: Veil,
}

impl<'a> Filling<'a> {
    pub fn new(secrets: &'a Secrets) -> Filling<'a> {
        Filling { secrets, veil: Veil::default() }
    }

    pub fn fill(&mut self, text: &Filled) -> Result<String, EffectError> {
        match text {
            Filled::Text(text) => Ok(text.to_string()),
            Filled::Secret(name) => self.secret(name),
        }
    }

    pub fn secret(&mut self, name: &str) -> Result<String, EffectError> {
        let found = (self.secrets)(name).ok_or_else(|| {
            let words =
                format!("There is no secret called `{name}` here; give it a value where this bot runs.");
            EffectError::new(ErrorKind::Unauthorized, words)
        })?;
        // Whoever copied it may have taken the end of the line along.
        let found = found.trim_end_matches(['\r', '\n']).to_string();
        self.hide(&found);
        Ok(found)
    }

    /// A part of a secret, or something made of one.
    pub fn hide(&mut self, value: &str) {
        self.veil.hide(value);
    }

    pub fn veiled(&self, result: Result<Done, EffectError>) -> Result<Done, EffectError> {
        result.map(|done| self.veil.done(done)).map_err(|error| self.veil.error(error))
    }
}
