//! How requests are answered that are not done.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bundle::BundleError;
use remote::wire::{Code, Refusal};
use runner::host::HostError;
use store::StoreError;

use super::registry::RegistryError;

/// A refusal on its way out.
#[derive(Debug)]
pub struct No(pub Refusal);

pub type Answer<T> = Result<Json<T>, No>;

impl No {
    pub fn new(code: Code, message: impl Into<String>) -> No {
        No(Refusal { code, message: message.into(), hint: None })
    }

    pub fn hint(mut self, hint: &str) -> No {
        self.0.hint = Some(hint.into());
        self
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let status = match self.0.code {
            Code::Bad => StatusCode::BAD_REQUEST,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::Conflict => StatusCode::CONFLICT,
            Code::Failed => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> No {
        No::new(Code::Failed, error.to_string())
    }
}

impl From<RegistryError> for No {
    fn from(error: RegistryError) -> No {
        No::new(Code::Failed, error.to_string())
    }
}

impl From<BundleError> for No {
    fn from(error: BundleError) -> No {
        let code = if matches!(error, BundleError::TooLarge(_)) { Code::TooLarge } else { Code::Bad };
        No::new(code, error.to_string())
    }
}

impl From<HostError> for No {
    fn from(error: HostError) -> No {
        let code = match &error {
            HostError::Broken(_) | HostError::NoToken { .. } => Code::Bad,
            _ if error.passes() => Code::Failed,
            _ => Code::Conflict,
        };
        No::new(code, error.to_string())
    }
}

pub async fn nothing_here() -> No {
    No::new(Code::NotFound, "There is nothing here.").hint("The API begins at /api/v1.")
}
