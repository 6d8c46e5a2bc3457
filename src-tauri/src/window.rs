//! The window itself: in the theme's colour before the page is there, shown once it is, titled as it is,
//! and never leaving our own pages.

use tauri::webview::{Color, PageLoadEvent};
use tauri::{AppHandle, Theme, WebviewWindowBuilder};

/// `--ground` of the UI's tokens, in both themes.
const LIGHT: Color = Color(0xf3, 0xf4, 0xf7, 0xff);
const DARK: Color = Color(0x10, 0x11, 0x14, 0xff);

pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let config = app.config().app.windows.first().expect("tauri.conf.json describes the window");
    let window = WebviewWindowBuilder::from_config(app, config)?
        // What the page itself remembers (theme, panel sizes) moves with `NEXUS_DATA` too.
        .data_directory(crate::data(app)?.join("page"))
        .on_navigation(|to| {
            matches!((to.scheme(), to.host_str()), ("tauri", _) | ("http" | "https", Some("tauri.localhost")))
        })
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
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
