//! What a request brings, or why it is not taken, in our own form.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use remote::wire::Code;
use serde::de::DeserializeOwned;

use super::answer::No;

/// The whole body.
pub struct Raw(pub Bytes);

/// The whole body, as what it says in JSON.
pub struct Said<T>(pub T);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = No;

    async fn from_request(request: Request, state: &S) -> Result<Raw, No> {
        let length = request.headers().get(header::CONTENT_LENGTH).cloned();
        Bytes::from_request(request, state)
            .await
            .map(Raw)
            .map_err(|rejection| refused(&rejection, length.as_ref()))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Said<T> {
    type Rejection = No;

    async fn from_request(request: Request, state: &S) -> Result<Said<T>, No> {
        let Raw(body) = Raw::from_request(request, state).await?;
        serde_json::from_slice(&body)
            .map(Said)
            .map_err(|error| No::new(Code::Bad, format!("The request cannot be understood: {error}.")))
    }
}

fn refused(rejection: &BytesRejection, length: Option<&header::HeaderValue>) -> No {
    if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return No::new(Code::Bad, "The request broke off.");
    }
    let bytes = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let size = bytes.map_or_else(String::new, |bytes| format!(" ({} MiB)", bytes >> 20));
    No::new(Code::TooLarge, format!("That is more{size} than is taken here."))
}
