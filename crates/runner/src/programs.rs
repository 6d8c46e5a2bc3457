//! The programs that runs are on. A run finishes on the program that it began on, so what a program was made of is in the store for as long
//! as somebody may need it.

use std::sync::Arc;

use engine::Program;
use engine::recording::{self, Files};
use flow::Time;
use store::{Commit, Store, StoreError};

/// Writes down what the current program is made of, and reads the older ones that runs are still on.
pub async fn wake(
    store: &Store,
    bot: &str,
    current: &Program,
    files: &Files,
    now: Time,
) -> Result<Vec<Arc<Program>>, StoreError> {
    // Plain data with text keys: it always has a JSON form.
    let body = serde_json::to_string(files).unwrap_or_default();
    let programs = vec![store::Program { hash: current.hash.to_string(), used: now.0, body }];
    store.commit(Commit { bot: bot.into(), programs, ..Commit::default() }).await?;
    let mut older = Vec::new();
    for hash in store.standing(bot).await? {
        if hash == current.hash {
            continue;
        }
        match read(store, bot, &hash).await? {
            Some(program) => older.push(Arc::new(program)),
            None => tracing::error!(
                bot,
                hash,
                "runs are on a program that is not there; they fail when it is their turn"
            ),
        }
    }
    Ok(older)
}

/// A program by its name, made again of what it was made of.
pub async fn read(store: &Store, bot: &str, hash: &str) -> Result<Option<Program>, StoreError> {
    let Some(files) = files(store, bot, hash).await? else { return Ok(None) };
    let (mut program, _) = engine::compile(&recording::bot(&files));
    if program.hash != hash {
        // This version of ours prints it in another way. What its nodes do is the same; it goes on by the name that runs know it by.
        tracing::warn!(bot, hash, now = %program.hash, "a program has another name by now");
        program.hash = hash.into();
    }
    Ok(Some(program))
}

pub async fn files(store: &Store, bot: &str, hash: &str) -> Result<Option<Files>, StoreError> {
    let Some(body) = store.program(bot, hash).await? else { return Ok(None) };
    let read = serde_json::from_str(&body);
    Ok(read.inspect_err(|error| tracing::error!(bot, hash, %error, "a program cannot be read")).ok())
}
