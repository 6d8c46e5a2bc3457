//! The UI's own files.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

mod built {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// Nothing from elsewhere, nothing written into the page, nobody around it.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-src 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Nexus Bots</title>\
    <p>This program was built without its pages. Run <code>cargo xtask ui</code>, then build it again.</p>";

pub async fn file(method: Method, uri: Uri) -> Response {
    let name = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let found = built::FILES.iter().find(|(known, _)| *known == name);
    let content = match found {
        Some((_, bytes)) => ([(header::CONTENT_TYPE, kind(name))], *bytes).into_response(),
        None if name == "index.html" => Html(NOT_BUILT).into_response(),
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    // The names of built files hold their hashes.
    let caching =
        if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, content).into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
