//! Who may ask what: the checks of every request, and the answers.
//!
//! The browser of this machine also shows pages of others, and they can send requests here. So the
//! Host must be ours (a name that was rebound to 127.0.0.1 is not), the Origin must be ours, the
//! address must hold the token, and what changes anything needs the token that only the one page
//! got.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use qv_crypto::CryptoError;
use qv_crypto::encoding::hex_encode;
use qv_crypto::secret::{Secret, SecretBytes};
use serde::Serialize;

use super::Visit;
use super::desk::{Desk, End, Next, Rejected};
use super::http::{Answer, Method, Request};
use crate::wallet::Why;

/// How long a page is kept waiting for news before it asks again.
const POLL: Duration = Duration::from_secs(8);

const PAGE: &[u8] = include_bytes!("assets/page.html");
const SCRIPT: &[u8] = include_bytes!("assets/page.js");
const STYLE: &[u8] = include_bytes!("assets/page.css");

/// What one server answers.
#[derive(Debug)]
pub(super) struct Routes {
    desk: Arc<Desk>,
    host: String,
    origin: String,
    /// In the address of the page.
    token: SecretBytes,
    /// Given to the page that claims the visit.
    session: SecretBytes,
}

impl Routes {
    pub(super) fn new(desk: Arc<Desk>, address: SocketAddr) -> Result<Self, CryptoError> {
        Ok(Self {
            desk,
            host: address.to_string(),
            origin: format!("http://{address}"),
            token: make_token()?,
            session: make_token()?,
        })
    }

    /// The address of the page.
    pub(super) fn url(&self) -> String {
        let token = String::from_utf8_lossy(self.token.expose());
        format!("{}/{token}/", self.origin)
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        if request.host.as_deref() != Some(&self.host) {
            return Answer::empty(421);
        }
        let ours = |origin: &String| *origin == self.origin;
        let same_site = |site: &str| site == "same-origin";
        match request.method {
            Method::Get if request.origin.as_ref().is_none_or(ours) => self.asset(request),
            Method::Post
                if request.origin.as_ref().is_some_and(ours)
                    && request.fetch_site.as_deref().is_none_or(same_site) =>
            {
                self.act(request)
            }
            _ => Answer::empty(403),
        }
    }

    /// The page and its parts. They hold nothing that is secret, and do nothing without a claim.
    fn asset(&self, request: &Request) -> Answer {
        let (kind, body) = match self.below_token(&request.path) {
            Some("") if !in_a_frame(request) => ("text/html", PAGE),
            Some("page.js") => ("text/javascript", SCRIPT),
            Some("page.css") => ("text/css", STYLE),
            _ => return Answer::empty(404),
        };
        Answer {
            status: 200,
            kind,
            body: body.to_vec(),
            ends: false,
        }
    }

    /// The rest of a path after the token.
    fn below_token<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (token, rest) = path.strip_prefix('/')?.split_once('/')?;
        (SecretBytes::copied_from(token.as_bytes()) == self.token).then_some(rest)
    }

    fn act(&self, request: &Request) -> Answer {
        if self.below_token(&request.path) == Some("claim") {
            return self.claim();
        }
        if request.session.as_ref() != Some(&self.session) {
            return Answer::empty(403);
        }
        match request.path.as_str() {
            "/connect" => self.connect(&request.body),
            "/next" => self.next(),
            "/signature" => self.signature(&request.body),
            "/cancel" => {
                self.desk.end(End::Cancelled);
                Answer {
                    ends: true,
                    ..Answer::empty(200)
                }
            }
            _ => Answer::empty(404),
        }
    }

    fn claim(&self) -> Answer {
        if let Err(rejected) = self.desk.claim() {
            return refusal(rejected);
        }
        json(&Claimed {
            session: &String::from_utf8_lossy(self.session.expose()),
            enrols: self.desk.visit() == Visit::Enrol,
            wallet: self.desk.wanted().map(|wallet| wallet.as_str()),
            evm: self.desk.wanted().map(|wallet| wallet.is_evm()),
            seconds: self.desk.left().as_secs(),
        })
    }

    fn connect(&self, body: &SecretBytes) -> Answer {
        let account = str::from_utf8(body.expose()).unwrap_or_default();
        match self.desk.connect(account) {
            Ok(wallet) => json(&Connected {
                wallet: wallet.as_str(),
            }),
            Err(rejected) => refusal(rejected),
        }
    }

    fn next(&self) -> Answer {
        match self.desk.next(POLL) {
            Next::Wait => json(&Step::Wait),
            Next::Sign { id, message } => {
                let (why, time, times) = match message.why {
                    Why::Authorization => ("authorization", 1, 1),
                    Why::Derivation { time, times } => ("derivation", time, times),
                };
                json(&Step::Sign {
                    id,
                    why,
                    time,
                    times,
                    text: &message.text,
                })
            }
            Next::End(End::Done) => last(&Step::Done),
            Next::End(End::Failed(why)) => last(&Step::Failed { message: &why }),
            Next::End(End::Cancelled) => last(&Step::Failed {
                message: "You stopped it. Nothing was changed.",
            }),
        }
    }

    /// The body is the message's number in four bytes, then the signature.
    fn signature(&self, body: &SecretBytes) -> Answer {
        let Some((id, signature)) = body.expose().split_first_chunk::<4>() else {
            return Answer::empty(400);
        };
        let signature = SecretBytes::copied_from(signature);
        match self.desk.take(u32::from_be_bytes(*id), &signature) {
            Ok(()) => Answer::empty(200),
            Err(rejected) => refusal(rejected),
        }
    }
}

/// Whether a browser says that the page would be shown inside another one.
fn in_a_frame(request: &Request) -> bool {
    request
        .fetch_dest
        .as_deref()
        .is_some_and(|dest| dest != "document")
}

fn make_token() -> Result<SecretBytes, CryptoError> {
    let random = Secret::<32>::make_random()?;
    Ok(hex_encode(random.expose()).into())
}

fn refusal(rejected: Rejected) -> Answer {
    let (status, message) = match &rejected {
        Rejected::Gone => (409, "another page has this visit, or it is over"),
        Rejected::NotAsked => (409, "this was signed already, or is not asked for"),
        Rejected::Account(why) | Rejected::Signature(why) => (422, why.as_str()),
    };
    Answer {
        status,
        ..json(&Step::Failed { message })
    }
}

/// The last that a page is told.
fn last(step: &Step<'_>) -> Answer {
    Answer {
        ends: true,
        ..json(step)
    }
}

fn json(content: &impl Serialize) -> Answer {
    match serde_json::to_vec(content) {
        Ok(body) => Answer {
            status: 200,
            kind: "application/json",
            body,
            ends: false,
        },
        // Text and numbers always have a JSON form.
        Err(_) => Answer::empty(500),
    }
}

#[derive(Serialize)]
struct Claimed<'a> {
    session: &'a str,
    enrols: bool,
    wallet: Option<&'a str>,
    evm: Option<bool>,
    seconds: u64,
}

#[derive(Serialize)]
struct Connected<'a> {
    wallet: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Step<'a> {
    Wait,
    Sign {
        id: u32,
        why: &'static str,
        time: u8,
        times: u8,
        text: &'a str,
    },
    Done,
    Failed {
        message: &'a str,
    },
}
