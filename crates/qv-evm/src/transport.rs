//! One JSON-RPC exchange over HTTP, bounded in time and size, with errors that cannot carry the address.

use std::error::Error as StdError;
use std::task::{Context, Poll};

use alloy::rpc::json_rpc::{RequestPacket, ResponsePacket};
use alloy::transports::http::reqwest::{self, Response, header, redirect};
use alloy::transports::{TransportError, TransportErrorKind, TransportFut};
use tower_service::Service;

use crate::Error;
use crate::client::Limits;
use crate::rpc_url::RpcUrl;

/// The transport under alloy's RPC client.
#[derive(Clone)]
pub(crate) struct BoundedHttp {
    http: reqwest::Client,
    url: RpcUrl,
    max_response_bytes: usize,
}

/// How an exchange failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("no answer in time")]
    Timeout,
    #[error("{0}")]
    Connection(String),
    #[error("HTTP status {0}")]
    Status(u16),
    #[error("more than {0} bytes")]
    TooLarge(usize),
    #[error("no JSON-RPC")]
    NotJsonRpc,
}

impl BoundedHttp {
    pub(crate) fn new(url: RpcUrl, limits: &Limits) -> Result<Self, Error> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(limits.connect_timeout)
            .timeout(limits.request_timeout)
            // A redirect could carry a signed transaction, or the key in the address, to somebody else.
            .redirect(redirect::Policy::none());
        if url.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|_| Error::Internal("the HTTP client could not be set up"))?;
        Ok(Self {
            http,
            url,
            max_response_bytes: limits.max_response_bytes,
        })
    }

    async fn exchange(self, request: RequestPacket) -> Result<ResponsePacket, WireError> {
        let body = serde_json::to_vec(&request).map_err(|_| WireError::NotJsonRpc)?;
        let response = self
            .http
            .post(self.url.expose().clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(wire_error)?;
        let status = response.status();
        let body = read_bounded(response, self.max_response_bytes).await?;
        // Some nodes put a proper JSON-RPC error under an HTTP error status.
        match serde_json::from_slice(&body) {
            Ok(packet) => Ok(packet),
            Err(_) if status.is_success() => Err(WireError::NotJsonRpc),
            Err(_) => Err(WireError::Status(status.as_u16())),
        }
    }
}

async fn read_bounded(mut response: Response, max: usize) -> Result<Vec<u8>, WireError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(wire_error)? {
        if body.len() + chunk.len() > max {
            return Err(WireError::TooLarge(max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn wire_error(error: reqwest::Error) -> WireError {
    if error.is_timeout() {
        return WireError::Timeout;
    }
    let error = error.without_url();
    let mut cause: &dyn StdError = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    WireError::Connection(cause.to_string())
}

impl Service<RequestPacket> for BoundedHttp {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        let exchange = self.clone().exchange(request);
        Box::pin(async move { exchange.await.map_err(TransportErrorKind::custom) })
    }
}

/// Turns alloy's error into ours. Only here do texts from the node enter an error.
pub(crate) fn explain(url: &RpcUrl, error: TransportError) -> Error {
    let endpoint = url.to_string();
    let bad = |detail: &str| Error::BadAnswer {
        endpoint: url.to_string(),
        detail: detail.into(),
    };
    match error {
        TransportError::ErrorResp(payload) => {
            let detail = url.sanitize(&format!("{} (code {})", payload.message, payload.code));
            Error::Refused { endpoint, detail }
        }
        TransportError::NullResp => bad("nothing where a value was expected"),
        TransportError::DeserError { .. } => bad("a value of another form than expected"),
        TransportError::Transport(TransportErrorKind::Custom(cause)) => match cause
            .downcast_ref::<WireError>()
        {
            Some(wire @ (WireError::TooLarge(_) | WireError::NotJsonRpc)) => bad(&wire.to_string()),
            Some(WireError::Status(status @ (401 | 403))) => Error::Refused {
                endpoint,
                detail: format!("HTTP status {status}; check the access key in the RPC address"),
            },
            Some(wire) => Error::Unreachable {
                endpoint,
                detail: url.sanitize(&wire.to_string()),
            },
            None => Error::Internal("an unknown transport error"),
        },
        TransportError::Transport(_) => bad("no JSON-RPC"),
        _ => Error::Internal("a request could not be made"),
    }
}
