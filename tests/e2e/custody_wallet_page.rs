//! Attacks on the wallet's page, over TCP, while a real `qv` serves it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Child;
use std::time::{Duration, Instant};

use qv_testkit::wallets::{AddressKeeper, sign_with_openssl};
use serde_json::Value;

use crate::driver::{PASSPHRASE, Qv, Said};

/// The wallet of a seed of ones.
const ADDRESS: &str = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9";

/// A `qv` that waits for a wallet to be enrolled, and the address of its page.
struct Served {
    qv: Qv,
    child: Option<Child>,
    address: SocketAddr,
    origin: String,
    /// `/TOKEN/`
    path: String,
    _keeper: AddressKeeper,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }
}

impl Served {
    fn start() -> Self {
        let qv = Qv::with_vault();
        qv.set_passphrase(&format!("{PASSPHRASE}\nmarmot quartz 19 velvet"));
        let keeper = AddressKeeper::new().unwrap();
        let mut command = qv.command(&["slots", "add", "wallet", "passphrase"]);
        command.env("BROWSER", keeper.program());
        command.stdout(std::process::Stdio::piped());
        command.stderr(std::process::Stdio::piped());
        let child = command.spawn().unwrap();
        let url = keeper.address().unwrap();
        let host = url.strip_prefix("http://").unwrap();
        let (host, path) = host.split_at(host.find('/').unwrap());
        let address: SocketAddr = host.parse().unwrap();
        assert!(address.ip().is_loopback(), "{url}");
        Self {
            qv,
            child: Some(child),
            address,
            origin: format!("http://{host}"),
            path: path.to_owned(),
            _keeper: keeper,
        }
    }

    /// Sends bytes as they are; `None` where no answer comes.
    fn send(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(bytes).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some(Answer {
            status: head.split(' ').nth(1)?.parse().ok()?,
            head: head.to_lowercase(),
            body: body.to_owned(),
        })
    }

    /// A request with headers, ours where none are given under their name.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        let host = self.address.to_string();
        let ours = [("Host", host.as_str()), ("Origin", self.origin.as_str())];
        let given = |name: &str| headers.iter().any(|header| header.0 == name);
        let added = ours.iter().filter(|(name, _)| !given(name));
        for (name, value) in added.chain(headers).filter(|(_, value)| !value.is_empty()) {
            head += &format!("{name}: {value}\r\n");
        }
        if method == "POST" && !given("Content-Length") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let bytes = [format!("{head}\r\n").as_bytes(), body].concat();
        self.send(&bytes)
            .unwrap_or_else(|| panic!("no answer to {head}"))
    }

    fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        self.ask(method, path, headers, b"").status
    }

    fn claim_path(&self) -> String {
        format!("{}claim", self.path)
    }

    fn claim(&self) -> String {
        let claimed = self.ask("POST", &self.claim_path(), &[], b"");
        assert_eq!(claimed.status, 200);
        claimed.json()["session"].as_str().unwrap().to_owned()
    }

    fn act(&self, session: &str, path: &str, body: &[u8]) -> Answer {
        self.ask("POST", path, &[("X-QuantumVault-Session", session)], body)
    }

    fn end(mut self) -> Said {
        self.qv.end_of(self.child.take().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn a_page_of_others_gets_nothing() {
    let served = Served::start();
    let (page, claim) = (served.path.clone(), served.claim_path());
    let good = served.ask("GET", &page, &[("Origin", "")], b"");
    assert_eq!(good.status, 200);
    for header in [
        "cache-control: no-store",
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';",
        "frame-ancestors 'none'",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(good.head.contains(header), "{header}: {}", good.head);
    }
    assert!(!good.head.contains("access-control"), "{}", good.head);

    // A name that was rebound to 127.0.0.1.
    let port = served.address.port();
    for host in [
        "attacker.example",
        &format!("attacker.example:{port}"),
        &format!("localhost:{port}"),
        "127.0.0.1",
        "",
    ] {
        assert_eq!(
            served.status("GET", &page, &[("Host", host)]),
            421,
            "{host}"
        );
        assert_eq!(
            served.status("POST", &claim, &[("Host", host)]),
            421,
            "{host}"
        );
    }
    // Another origin, even of this machine.
    let elsewhere = [
        "http://attacker.example",
        "null",
        "http://127.0.0.1:1",
        &format!("http://localhost:{port}"),
        &format!("https://127.0.0.1:{port}"),
    ];
    for origin in elsewhere {
        assert_eq!(
            served.status("POST", &claim, &[("Origin", origin)]),
            403,
            "{origin}"
        );
        assert_eq!(
            served.status("GET", &page, &[("Origin", origin)]),
            403,
            "{origin}"
        );
    }
    assert_eq!(
        served.status("POST", &claim, &[("Origin", "")]),
        403,
        "no origin"
    );
    for site in ["cross-site", "same-site", "none"] {
        assert_eq!(
            served.status("POST", &claim, &[("Sec-Fetch-Site", site)]),
            403,
            "{site}"
        );
    }
    assert_eq!(
        served.status("GET", &page, &[("Sec-Fetch-Dest", "iframe")]),
        404,
        "framed"
    );
    assert_eq!(
        served.status("OPTIONS", &claim, &[]),
        405,
        "no preflight succeeds"
    );
    // Without the token of the address there is nothing.
    let guess = format!("/{}/", "0".repeat(64));
    for path in [
        "/",
        "/page.js",
        "//",
        &guess,
        &page[..page.len() - 2],
        &format!("{page}../"),
        &format!("{page}page.rs"),
    ] {
        assert_eq!(served.status("GET", path, &[]), 404, "{path}");
    }
    assert_eq!(served.status("POST", &format!("{guess}claim"), &[]), 403);
    // None of this spent the token.
    served.claim();
}

#[test]
fn the_token_serves_one_page_and_a_message_one_signature() {
    let served = Served::start();
    let session = served.claim();
    let again = served.ask("POST", &served.claim_path(), &[], b"");
    assert_eq!(again.status, 409, "a second tab, or a replayed token");
    assert_eq!(
        served.status("GET", &served.path, &[]),
        200,
        "which is told so by the page"
    );
    for wrong in ["", "0", &"0".repeat(64), &session[1..]] {
        for path in ["/next", "/connect", "/signature", "/cancel"] {
            assert_eq!(served.act(wrong, path, b"").status, 403, "{path} {wrong}");
        }
    }
    assert_eq!(served.act(&session, "/elsewhere", b"").status, 404);

    for wrong in ["", "nobody", &ADDRESS[4..], "\u{fffd}"] {
        assert_eq!(
            served.act(&session, "/connect", wrong.as_bytes()).status,
            422,
            "{wrong}"
        );
    }
    assert_eq!(
        served.act(&session, "/connect", ADDRESS.as_bytes()).status,
        200
    );
    let evm = b"0x08597b8d8c40236d5688fbb946a1d0250ca62730";
    assert_eq!(
        served.act(&session, "/connect", evm).status,
        409,
        "one account for a visit"
    );

    let mut first = None;
    for time in 1..=2 {
        let step = served.act(&session, "/next", b"").json();
        assert_eq!(
            (&step["state"], &step["time"]),
            (&"sign".into(), &time.into()),
            "{step}"
        );
        let text = step["text"].as_str().unwrap();
        let signature = sign_with_openssl(&[1; 32], text).unwrap();
        let id = u32::try_from(step["id"].as_u64().unwrap()).unwrap();
        let numbered = |id: u32, signature: &[u8]| [&id.to_be_bytes()[..], signature].concat();
        let hand = |body: &[u8]| served.act(&session, "/signature", body).status;
        assert_eq!(hand(b"abc"), 400);
        assert_eq!(hand(&numbered(id, &signature[1..])), 422, "cut off");
        assert_eq!(hand(&numbered(id, &[7; 64])), 422, "forged");
        assert_eq!(hand(&numbered(id + 1, &signature)), 409, "not asked for");
        assert_eq!(hand(&numbered(id, &signature)), 200);
        assert_eq!(hand(&numbered(id, &signature)), 409, "replayed");
        if let Some(before) = first.replace(signature.clone()) {
            assert_eq!(before, signature);
        }
    }
    assert_eq!(served.act(&session, "/next", b"").json()["state"], "done");
    let address = served.address;
    let said = served.end();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        TcpStream::connect(address).is_err(),
        "nothing listens after the end"
    );
}

#[test]
fn slow_and_oversized_clients_hold_nobody_up() {
    let served = Served::start();
    let begun = Instant::now();
    let mut slow: Vec<_> = (0..40)
        .map(|_| TcpStream::connect(served.address).unwrap())
        .collect();
    for stream in &mut slow {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: ").unwrap();
    }
    assert_eq!(served.status("GET", &served.path, &[]), 200);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    for stream in &mut slow {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        assert!(matches!(stream.read(&mut [0; 64]), Ok(0) | Err(_)));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "they are cut off: {:?}",
        begun.elapsed()
    );

    let page = &served.path;
    let raw = |head: &str, body: &[u8]| {
        let text = head.replace("HOST", &served.address.to_string());
        served
            .send(&[text.as_bytes(), body].concat())
            .map(|answer| answer.status)
    };
    let long = "x".repeat(20_000);
    assert_eq!(
        raw(
            &format!("GET {page} HTTP/1.1\r\nHost: HOST\r\nX: {long}\r\n\r\n"),
            b""
        ),
        Some(413)
    );
    let many = "X: y\r\n".repeat(100);
    assert_eq!(
        raw(
            &format!("GET {page} HTTP/1.1\r\nHost: HOST\r\n{many}\r\n"),
            b""
        ),
        Some(431)
    );
    assert_eq!(
        raw(
            "POST /next HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100000\r\n\r\n",
            b""
        ),
        Some(413)
    );
    for length in ["-1", "+5", "0x5", "", "99999999999999999999999"] {
        let status = raw(
            &format!("POST /next HTTP/1.1\r\nHost: HOST\r\nContent-Length: {length}\r\n\r\n"),
            b"",
        );
        assert!(matches!(status, Some(400 | 413)), "{length}: {status:?}");
    }
    assert_eq!(
        raw(
            "POST /next HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n",
            b"too much"
        ),
        Some(400)
    );
    assert_eq!(
        raw(
            "POST /next HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"0\r\n\r\n"
        ),
        Some(411)
    );
    assert_eq!(
        raw(
            &format!("GET {page} HTTP/1.1\r\nHost: HOST\r\nHost: attacker.example\r\n\r\n"),
            b""
        ),
        Some(400)
    );
    assert_eq!(
        raw(&format!("GET {page} HTTP/1.0\r\nHost: HOST\r\n\r\n"), b""),
        Some(505)
    );
    assert_eq!(raw("\0\0\0\r\n\r\n", b""), Some(400));
    served.claim();
}

#[test]
fn whoever_cancels_on_the_page_ends_the_command() {
    let served = Served::start();
    let session = served.claim();
    assert_eq!(served.act(&session, "/cancel", b"").status, 200);
    let said = served.end();
    assert_eq!(said.code, 130, "{said:?}");
}
