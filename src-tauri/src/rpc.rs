//! The studio's table, mounted: one command in, one stream of events out.

use std::sync::Arc;

use serde_json::Value;
use studio::{Setup, Studio};
use tauri::{AppHandle, Emitter, Manager, Runtime, State};

/// The event that carries everything the studio tells.
const STREAM: &str = "studio";

#[tauri::command]
pub async fn rpc(studio: State<'_, Arc<Studio>>, name: String, payload: Value) -> Result<Value, Value> {
    let studio = Arc::clone(&studio);
    let answer = tauri::async_runtime::spawn_blocking(move || studio.call(&name, payload)).await;
    match answer {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => Err(said(&error)),
        Err(broken) => Err(said(&studio::Error::new(
            studio::Code::Internal,
            format!("The studio stumbled over this: {broken}."),
        ))),
    }
}

pub fn mount(app: &AppHandle) -> tauri::Result<()> {
    let mut setup = Setup::new(crate::data(app)?);
    setup.demo = crate::bot();
    setup.version = app.package_info().version.to_string();
    setup.updates = crate::replacement(app);
    let studio = Studio::new(setup);
    let everyone = app.clone();
    studio.listen(Box::new(move |event| {
        // A window that is gone hears nothing; there is nobody to tell.
        let _ = everyone.emit(STREAM, event);
    }));
    app.manage(studio);
    Ok(())
}

/// Writes what autosave would still have written.
pub fn close<R: Runtime>(app: &AppHandle<R>) {
    if let Some(studio) = app.try_state::<Arc<Studio>>() {
        studio.close();
    }
}

fn said(error: &studio::Error) -> Value {
    serde_json::to_value(error).unwrap_or(Value::Null)
}
