//! The window itself: in the theme's colour before the page is there, shown once it is, and never leaving our own pages.

use tauri::webview::{Color, PageLoadEvent};
use tauri::{AppHandle, Theme, WebviewWindowBuilder};

/// The canvas behind everything, as in the UI's tokens.
const LIGHT: Color = Color(0xf7, 0xf8, 0xfb, 0xff);
const DARK: Color = Color(0x15, 0x17, 0x1c, 0xff);

pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let config = app.config().app.windows.first().expect("tauri.conf.json describes the window");
    let window = WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(|to| {
            matches!((to.scheme(), to.host_str()), ("tauri", _) | ("http" | "https", Some("tauri.localhost")))
        })
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                let _ = window.show();
            }
        })
        .build()?;
    let dark = matches!(window.theme(), Ok(Theme::Dark));
    window.set_background_color(Some(if dark { DARK } else { LIGHT }))
}
