//! The desktop host: one window, one `rpc` command, one event stream. What the IDE can do is `studio`'s to say; this program knows
//! where the data lies, which bot was named on the command line, and nothing else.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod rpc;
mod window;

use std::path::PathBuf;

use tauri::{AppHandle, Manager, RunEvent};

fn main() {
    let app = tauri::Builder::default()
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

/// The bot to open at start: the first argument that is not an option (desktops hand some of those over).
fn bot() -> Option<PathBuf> {
    let named = std::env::args_os().skip(1).find(|arg| !arg.to_string_lossy().starts_with('-'))?;
    std::path::absolute(named).ok()
}
