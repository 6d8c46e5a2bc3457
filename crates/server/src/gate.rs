//! Who may ask. Any page in the person's browser can send requests to this machine, so each request must come to this address by its
//! own name, from a page of this address if from a page at all, and must know the token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use studio::{Code, Error};

use crate::Shared;
use crate::rpc::failure;

/// The names of this address, and no page from elsewhere.
pub async fn origin(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let hosts = [format!("127.0.0.1:{}", shared.port), format!("localhost:{}", shared.port)];
    let own = |name: Option<&str>| name.is_some_and(|name| hosts.iter().any(|host| host == name));
    let headers = request.headers();
    let from_elsewhere = headers.contains_key(header::ORIGIN)
        && !own(text(headers, header::ORIGIN).and_then(|origin| origin.strip_prefix("http://")));
    if !own(text(headers, header::HOST)) || from_elsewhere {
        return no(StatusCode::FORBIDDEN, "This address answers to pages of its own only.");
    }
    let len = text(headers, header::CONTENT_LENGTH).and_then(|len| len.parse::<u64>().ok());
    if len.is_some_and(|len| len > crate::MOST_BODY as u64) {
        // Said before all of it has come.
        let error = Error::new(Code::BadRequest, "The request is larger than 64 MiB.");
        return (StatusCode::PAYLOAD_TOO_LARGE, failure(&error)).into_response();
    }
    next.run(request).await
}

pub async fn token(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let said = text(request.headers(), header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    if !said.is_some_and(|said| same(said.as_bytes(), shared.token.as_bytes())) {
        return no(StatusCode::UNAUTHORIZED, "This page may not talk to the studio.");
    }
    next.run(request).await
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Takes as long wherever the first difference is.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn no(status: StatusCode, message: &str) -> Response {
    let hint = "Open the whole address that the studio printed, with the part after #.";
    (status, failure(&Error::new(Code::Refused, message).hint(hint))).into_response()
}
