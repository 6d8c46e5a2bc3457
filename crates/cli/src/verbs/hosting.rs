//! What the verbs that let bots live have in common: where networks are, the log, and when to end.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use runner::host::Addresses;
pub use server::asked_to_end;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use vault::{Redactor, Vault};

use super::refused::Refused;

/// Where the networks are, as the environment says.
pub fn addresses() -> Result<Addresses, Refused> {
    let hint = "write it as https://api.example.com";
    Addresses::from_env().map_err(|error| Refused::bad_use(error.to_string(), hint))
}

pub fn runtime() -> Result<tokio::runtime::Runtime, Refused> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Refused::failed(format!("the system gives no threads: {error}")))
}

/// What masks the secrets of these bots. One that cannot be read cannot be said either.
pub fn masks(vault: &Vault, bots: &[String]) -> Vec<Redactor> {
    bots.iter().filter_map(|bot| vault.redactor(bot).ok()).collect()
}

/// From now on what happens is written to the standard error, from this level on or as `NEXUS_LOG` says, and no secret with it.
pub fn logs(level: &str, masks: Vec<Redactor>) {
    let filter = EnvFilter::try_from_env("NEXUS_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let writer = Masked(Arc::new(masks));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
    // A second log, as in tests, changes nothing.
    let _ = if is_terminal { log.try_init() } else { log.json().flatten_event(true).try_init() };
}

/// A line at a time, without secrets.
#[derive(Clone)]
struct Masked(Arc<Vec<Redactor>>);

impl<'a> MakeWriter<'a> for Masked {
    type Writer = Masked;

    fn make_writer(&'a self) -> Masked {
        self.clone()
    }
}

impl Write for Masked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = String::from_utf8_lossy(bytes);
        for mask in self.0.iter() {
            if let Cow::Owned(masked) = mask.redact(&text) {
                text = masked.into();
            }
        }
        io::stderr().lock().write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}
