//! A command as a request.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use studio::{Code, Error};

use crate::Shared;

pub async fn call(State(shared): State<Shared>, Path(name): Path<String>, body: Bytes) -> Response {
    // A large bot takes a moment; the thread that reads requests does not wait for it.
    let done = tokio::task::spawn_blocking(move || {
        let payload: Value = serde_json::from_slice(&body)
            .map_err(|error| Error::new(Code::BadRequest, format!("The request is not JSON: {error}.")))?;
        shared.studio.call(&name, payload)
    });
    let reply =
        done.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "The studio is shutting down.")));
    match reply {
        Ok(reply) => ([(header::CACHE_CONTROL, "no-store")], Json(reply)).into_response(),
        Err(error) => {
            (status(error.code), [(header::CACHE_CONTROL, "no-store")], failure(&error)).into_response()
        }
    }
}

pub fn failure(error: &Error) -> Json<Value> {
    Json(serde_json::to_value(error).unwrap_or_default())
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::NotABot => StatusCode::UNPROCESSABLE_ENTITY,
        Code::ReadOnly | Code::Refused | Code::Unauthorized | Code::Webhook => StatusCode::CONFLICT,
        Code::Busy => StatusCode::LOCKED,
        Code::Network => StatusCode::BAD_GATEWAY,
        Code::Disk | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
