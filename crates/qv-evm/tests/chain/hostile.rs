//! Nodes that are dead, wrong, slow or hostile: typed errors, bounded, and no secret in any message.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use qv_evm::{
    Address, AttestedFilter, B256, ChainClient, ChainId, Error, Limits, PlainHttp, RpcUrl, TxStatus,
};
use qv_testkit::evm::Anvil;
use qv_testkit::tls::rustls_server::{Options, RustlsServer};
use qv_types::Code;
use serde_json::{Value, json};

use crate::caller::{Setup, THREE, connect};

const KEY: &str = "0123456789abcdef-access-key";

/// A server that answers each request, given its JSON body, with some bytes, and closes the connection.
fn serve(answer: impl Fn(&Value) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v3/{KEY}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut length = 0;
            let mut line = String::new();
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let request = serde_json::from_slice(&body).unwrap();
            let _ = stream.get_mut().write_all(&answer(&request));
        }
    });
    url
}

/// A node that speaks properly, and says what the test wants.
async fn lying_node(result: impl Fn(&str) -> Value + Send + 'static) -> ChainClient {
    let url = serve(move |request| {
        let result = match request["method"].as_str().unwrap() {
            "eth_chainId" => json!(format!("{:#x}", Anvil::CHAIN_ID)),
            method => result(method),
        };
        let body = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
        http("200 OK", &body.to_string()).into_bytes()
    });
    connect(&url).await.unwrap()
}

fn http(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn refused(answer: impl Into<Vec<u8>>) -> Error {
    let answer = answer.into();
    let error = connect(&serve(move |_| answer.clone())).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(KEY) && !shown.contains('\u{1b}'), "{shown}");
    assert!(shown.len() < 1_000, "{shown}");
    error
}

#[tokio::test]
async fn garbage_is_a_bad_answer() {
    for answer in [
        http("200 OK", "<html>hello</html>"),
        http("200 OK", ""),
        http("200 OK", r#"{"jsonrpc":"2.0","id":0,"result":"soon"}"#),
        http(
            "200 OK",
            r#"{"jsonrpc":"2.0","id":0,"result":{"deep":[1]}}"#,
        ),
        http("200 OK", r#"{"jsonrpc":"2.0","id":0,"result":null}"#),
        http(
            "200 OK",
            &format!(
                r#"{{"jsonrpc":"2.0","id":0,"result":"0x{}"}}"#,
                "f".repeat(99)
            ),
        ),
        http("200 OK", &"[".repeat(10_000)),
    ] {
        let error = refused(answer.clone()).await;
        assert!(
            matches!(error, Error::BadAnswer { .. }),
            "{answer} -> {error:?}"
        );
        assert_eq!(error.code(), Code::BadPeer);
    }
}

#[tokio::test]
async fn what_is_no_http_is_unreachable() {
    for answer in ["SSH-2.0-OpenSSH_9\r\n", "\u{16}\u{3}\u{1}", ""] {
        let error = refused(answer).await;
        assert_eq!(error.code(), Code::Unreachable, "{error:?}");
    }
}

#[tokio::test]
async fn too_much_is_cut_off() {
    let flood = http("200 OK", &format!("\"{}\"", "x".repeat(2_000_000)));
    let error = refused(flood).await;
    assert!(
        matches!(&error, Error::BadAnswer { detail, .. } if detail.contains("1000000 bytes")),
        "{error:?}"
    );
    // Without a length, for as long as the server likes.
    let endless = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
        "x".repeat(2_000_000)
    );
    assert!(matches!(refused(endless).await, Error::BadAnswer { .. }));
}

#[tokio::test]
async fn silence_ends_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let limits = Limits {
        request_timeout: Duration::from_millis(300),
        ..Limits::default()
    };
    let url = RpcUrl::parse(&url, PlainHttp::LoopbackOnly).unwrap();
    let error = ChainClient::connect(url, ChainId(1), &limits)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { detail, .. } if detail.contains("in time")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_dead_node_is_unreachable() {
    let anvil = Anvil::start().unwrap();
    let client = connect(&anvil.url()).await.unwrap();
    drop(anvil);
    let error = client.fees().await.unwrap_err();
    assert_eq!(error.code(), Code::Unreachable);
    assert!(error.to_string().contains("check the address"), "{error}");
}

#[tokio::test]
async fn another_chain_is_refused_at_the_door() {
    let anvil = Anvil::start_with(&["--chain-id", "99"]).unwrap();
    let error = connect(&anvil.url()).await.unwrap_err();
    assert_eq!(
        error,
        Error::WrongChain {
            expected: Anvil::CHAIN_ID,
            actual: 99
        }
    );
}

#[tokio::test]
async fn a_refusal_is_quoted_without_what_it_gives_away() {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":0,"error":{{"code":-32000,"message":"no \u001b[31mquota\u001b[0m for {KEY}, see https://example.org/{KEY}"}}}}"#
    );
    for status in ["200 OK", "429 Too Many Requests"] {
        let error = refused(http(status, &body)).await;
        let Error::Refused { detail, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(
            detail.contains("quota") && detail.contains("[hidden]") && detail.contains("[address]"),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_broken_node_differ() {
    let error = refused(http("401 Unauthorized", "who are you?")).await;
    assert!(
        matches!(&error, Error::Refused { detail, .. } if detail.contains("access key")),
        "{error:?}"
    );
    assert_eq!(
        refused(http("503 Busy", "later")).await.code(),
        Code::Unreachable
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Anvil::start().unwrap();
    let answer = format!(
        "HTTP/1.1 307 Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        elsewhere.url()
    );
    assert_eq!(refused(answer).await.code(), Code::Unreachable);
}

#[tokio::test]
async fn a_receipt_of_a_block_that_is_gone_confirms_nothing() {
    for (is_waiting, expected) in [(true, TxStatus::Pending), (false, TxStatus::Unknown)] {
        let client = lying_node(move |method| match method {
            "eth_getTransactionReceipt" => json!({
                "status": "0x1", "blockNumber": "0x5", "blockHash": B256::repeat_byte(1), "logs": [],
            }),
            "eth_getBlockByNumber" => json!({ "number": "0x9", "hash": B256::repeat_byte(2) }),
            _ if is_waiting => json!({ "from": Address::ZERO, "to": null, "input": "0x" }),
            _ => Value::Null,
        })
        .await;
        let status = client.status(B256::repeat_byte(7), THREE).await.unwrap();
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn events_that_were_not_asked_for_are_not_believed() {
    let setup = Setup::new().await;
    let tx = setup.record(1).await;
    let receipt = setup.rpc("eth_getTransactionReceipt", json!([tx.hash()]));
    let logs = receipt["logs"].clone();
    let client = lying_node(move |_| logs.clone()).await;
    let sender = Some(setup.signer.address());
    let mine = AttestedFilter {
        sender,
        ..Default::default()
    };
    let other = AttestedFilter {
        payload_hash: Some(B256::ZERO),
        ..mine
    };
    for (registry, filter, count) in [
        (setup.registry, mine, 1),
        (setup.registry, other, 0),
        (Address::repeat_byte(1), mine, 0),
    ] {
        let found = client.find_attested(registry, filter, 0, 9).await.unwrap();
        assert_eq!(found.len(), count);
    }
}

#[tokio::test]
async fn a_chain_without_base_fee_is_named() {
    let client = lying_node(|_| json!({ "number": "0x1", "hash": B256::ZERO })).await;
    assert_eq!(client.fees().await.unwrap_err(), Error::NoBaseFee);
}

#[tokio::test]
async fn a_node_that_names_another_transaction_is_not_believed() {
    let setup = Setup::new().await;
    let tx = setup.prepare(1).await;
    let client = lying_node(|_| json!(B256::repeat_byte(1))).await;
    let error = client.broadcast(&tx).await.unwrap_err();
    assert!(matches!(error, Error::BadAnswer { .. }), "{error:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let server = RustlsServer::start(&Options::ecdsa_tls13().unwrap()).unwrap();
    let url = format!("https://{}", server.address());
    let error = connect(&url).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { detail, .. } if detail.contains("certificate")),
        "{error:?}"
    );
}
