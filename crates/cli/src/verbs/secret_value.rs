//! Where a secret's value comes from: the terminal, what is piped in, or a variable. Never the arguments, which every process can read.

use std::io::{ErrorKind, IsTerminal, Read};

use vault::{MOST_BYTES, Secret};
use zeroize::Zeroizing;

use super::refused::Refused;

pub fn value(name: &str, from_env: Option<&str>) -> Result<Secret, Refused> {
    let text = match from_env {
        Some(variable) => variable_of(variable)?,
        None if std::io::stdin().is_terminal() => typed(name)?,
        None => piped()?,
    };
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Refused::bad_use(
            "the value is empty",
            "type it, or pipe it in; `nexus secret remove` takes a secret away",
        ));
    }
    Ok(Secret::new(line))
}

fn variable_of(variable: &str) -> Result<Zeroizing<String>, Refused> {
    let Some(value) = std::env::var_os(variable) else {
        return Err(Refused::bad_use(
            format!("there is no variable {variable}"),
            "name one that is exported",
        ));
    };
    match value.into_string() {
        Ok(value) => Ok(value.into()),
        Err(_) => Err(Refused::bad_use(
            format!("the variable {variable} holds no text"),
            "secrets are texts in UTF-8",
        )),
    }
}

/// Without showing it.
fn typed(name: &str) -> Result<Zeroizing<String>, Refused> {
    let prompt = || rpassword::prompt_password(format!("{name} (not shown): "));
    match unkilled(prompt) {
        Ok(typed) => Ok(typed.into()),
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(Refused::failed("nothing was changed")),
        Err(error) => Err(Refused::failed(format!("the terminal cannot be read: {error}"))),
    }
}

/// The prompt answers Ctrl-C by a signal to its own process, which would end before the terminal shows again what is typed.
#[cfg(unix)]
fn unkilled<T>(prompt: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let is_over = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register_conditional_default(signal_hook::consts::SIGINT, is_over.clone())?;
    let typed = prompt();
    is_over.store(true, Ordering::SeqCst);
    typed
}

#[cfg(not(unix))]
fn unkilled<T>(prompt: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
    prompt()
}

fn piped() -> Result<Zeroizing<String>, Refused> {
    // One more than is allowed, with a line's end; the vault then says that it is too long.
    let most = MOST_BYTES + 3;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    let read = std::io::stdin().lock().take(most as u64).read_to_end(&mut bytes);
    read.map_err(|error| Refused::failed(format!("the value cannot be read: {error}")))?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.into())),
        Err(_) => Err(Refused::bad_use(
            "the value is no text",
            "secrets are texts in UTF-8; encode bytes in base64",
        )),
    }
}
