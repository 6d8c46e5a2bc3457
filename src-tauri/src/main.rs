//! The desktop host: one window, one `rpc` command, one event stream. What the IDE can do is `studio`'s to say; this program knows
//! where the data lies, which bot was named on the command line, how it is replaced by a newer version, and nothing else.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod rpc;
mod updates;
mod window;

use std::path::PathBuf;
use std::sync::Arc;

use studio::updates::Updates;
use tauri::{AppHandle, Manager, RunEvent};

fn main() {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .setup(|app| {
            rpc::mount(app.handle())?;
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => app.run(|app, event| {
            if let RunEvent::Exit = event {
                rpc::close(app);
            }
        }),
        Err(error) => {
            eprintln!("Nexus Bots could not start: {error}");
            std::process::exit(1);
        }
    }
}

/// Journal, history and settings live here. `NEXUS_DATA` moves them, for tests and for people who want two of everything.
fn data(app: &AppHandle) -> tauri::Result<PathBuf> {
    match std::env::var_os("NEXUS_DATA") {
        Some(folder) if !folder.is_empty() => Ok(folder.into()),
        _ => app.path().app_data_dir(),
    }
}

/// How a newer version takes this program's place, where that is its own affair. `NEXUS_UPDATES` names another list of versions, for
/// whoever tries out a release before everybody has it; what it names has to be signed by the same key.
fn replacement(app: &AppHandle) -> Option<Arc<dyn Updates>> {
    let named = std::env::var("NEXUS_UPDATES").ok().filter(|named| !named.is_empty());
    let place = named.and_then(|named| named.parse().ok());
    let here = place.is_some() || updates::is_replaceable();
    here.then(|| Arc::new(updates::Desktop::new(app.clone(), updates::Asks { place, program: None })) as _)
}

/// The bot to open at start: the first argument that is not an option (desktops hand some of those over).
fn bot() -> Option<PathBuf> {
    let named = std::env::args_os().skip(1).find(|arg| !arg.to_string_lossy().starts_with('-'))?;
    std::path::absolute(named).ok()
}
