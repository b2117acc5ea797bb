//! The codecs against arbitrary bytes and against each other.

#![allow(clippy::unwrap_used)] // helpers of tests, outside of #[test]

use proptest::collection::vec;
use proptest::prelude::*;
use qv_scan::wire::answer::{Answer, AnswerReader, Progress};
use qv_scan::wire::{
    Alert, ClientHello, KeyExchangeParameters, Version, WireError, groups, schemes, suites,
};
use rustls::server::Acceptor;

const LIMIT: usize = 64 * 1024;

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3], &len[..], body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind], &len[1..], body].concat()
}

fn server_hello(version: [u8; 2], random: [u8; 32], suite: u16, extensions: &[u8]) -> Vec<u8> {
    let mut body = [&version[..], &random, &[0], &suite.to_be_bytes(), &[0]].concat();
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    message(2, &body)
}

/// A flight of TLS 1.2: ServerHello, two certificates, ECDHE on P-256, ServerHelloDone.
fn flight() -> Vec<u8> {
    let hello = server_hello(
        [3, 3],
        *b"01234567890123456789012_DOWNGRD\x01",
        0xc02f,
        &[0xff, 1, 0, 1, 0],
    );
    let certificates = message(
        11,
        &[&[0, 0, 9][..], &[0, 0, 1, 7], &[0, 0, 2, 8, 9]].concat(),
    );
    let exchange = message(
        12,
        &[&[3, 0, 23, 2, 4, 4][..], &[4, 1], &[0, 1, 0]].concat(),
    );
    [hello, certificates, exchange, message(14, &[])].concat()
}

fn read(bytes: &[u8], chunk: usize) -> (Result<Progress, WireError>, Answer) {
    let mut reader = AnswerReader::new(LIMIT);
    let mut last = Ok(Progress::More);
    for piece in bytes.chunks(chunk.max(1)) {
        last = reader.push(piece);
        if last != Ok(Progress::More) {
            break;
        }
    }
    (last, reader.finish())
}

#[test]
fn a_flight_is_read_whole() {
    let (progress, answer) = read(&record(22, &flight()), 4096);
    assert_eq!(progress, Ok(Progress::Done));
    let hello = answer.hello.unwrap();
    assert_eq!(
        (hello.version, hello.suite, hello.retry),
        (Version::Tls12, 0xc02f, false)
    );
    assert_eq!(hello.downgrade, Some(qv_scan::wire::Downgrade::ToTls12));
    assert!(hello.has_extension(0xff01));
    assert_eq!(answer.certificates, [vec![7], vec![8, 9]]);
    let exchange = answer.key_exchange.unwrap();
    assert_eq!(exchange.parameters, KeyExchangeParameters::Curve(Some(23)));
    assert_eq!(exchange.scheme, Some(0x0401));
}

#[test]
fn alerts_end_an_answer_but_warnings_do_not() {
    let warned = [record(21, &[1, 112]), record(22, &flight())].concat();
    assert_eq!(read(&warned, 4096).0, Ok(Progress::Done));
    let (progress, answer) = read(&record(21, &[2, 70]), 1);
    assert_eq!(progress, Ok(Progress::Done));
    assert_eq!(
        answer.alert,
        Some(Alert {
            description: Alert::PROTOCOL_VERSION
        })
    );
}

#[test]
fn what_is_not_tls_is_told_apart_from_broken_tls() {
    let banner = b"SSH-2.0-OpenSSH_9.2\r\n";
    assert_eq!(
        read(banner, 100).0,
        Err(WireError::NotTls {
            banner: banner.to_vec()
        })
    );
    assert_eq!(
        read(&record(21, &[2]), 100).0,
        Err(WireError::Malformed("alert"))
    );
    assert_eq!(
        read(&[22, 3, 3, 0xff, 0xff], 100).0,
        Err(WireError::Malformed("record"))
    );
}

#[test]
fn an_announced_or_sent_excess_is_refused() {
    let announced = record(22, &[11, 0xff, 0xff, 0xff]);
    assert_eq!(
        read(&announced, 100).0,
        Err(WireError::TooLarge { limit: LIMIT })
    );
    let endless = record(22, &[0; 0]).repeat(LIMIT);
    assert_eq!(
        read(&endless, 4096).0,
        Err(WireError::TooLarge { limit: LIMIT })
    );
}

#[test]
fn a_server_understands_every_hello() {
    for version in [Version::Tls12, Version::Tls13] {
        let suites = if version == Version::Tls13 {
            suites::tls13()
        } else {
            suites::tls12()
        };
        let (groups, schemes) = (groups::tls13(), schemes::all());
        let shares = [(0x001d, vec![9; 32])];
        for key_shares in [&shares[..], &[]] {
            let server_name = Some("example.org");
            let random = [7; 32];
            let hello = ClientHello {
                version,
                server_name,
                random,
                suites,
                groups,
                schemes,
                key_shares,
            };
            let bytes = hello.encode();
            let mut acceptor = Acceptor::default();
            acceptor.read_tls(&mut bytes.as_slice()).unwrap();
            let accepted = acceptor.accept().unwrap().unwrap();
            let seen = accepted.client_hello();
            assert_eq!(seen.server_name(), Some("example.org"));
            let offered: Vec<u16> = seen
                .cipher_suites()
                .iter()
                .map(|suite| u16::from(*suite))
                .collect();
            assert!(offered.starts_with(suites));
            let offered: Vec<u16> = seen
                .named_groups()
                .unwrap()
                .iter()
                .map(|group| u16::from(*group))
                .collect();
            assert_eq!(offered, groups);
            let offered: Vec<u16> = seen
                .signature_schemes()
                .iter()
                .map(|scheme| u16::from(*scheme))
                .collect();
            assert_eq!(offered, schemes);
        }
    }
}

#[test]
fn no_hello_has_a_length_that_hangs_old_servers() {
    for count in 0..220 {
        let suites = vec![0x1301; count];
        let hello = ClientHello {
            version: Version::Tls12,
            server_name: None,
            random: [0; 32],
            suites: &suites,
            groups: &[29],
            schemes: &[0x0804],
            key_shares: &[],
        };
        let message = hello.encode().len() - 5;
        assert!(
            !(256..512).contains(&message),
            "{count} suites: {message} bytes"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_taken(bytes in vec(any::<u8>(), 0..600), chunk in 1usize..50) {
        let _ = read(&bytes, chunk);
        let _ = read(&record(22, &bytes), chunk);
        for kind in [2, 11, 12, 22] {
            let body: Vec<u8> = bytes.iter().copied().take(500).collect();
            let _ = read(&record(22, &message(kind, &body)), chunk);
            let hello = server_hello([3, 3], [0; 32], 0x009e, &[]);
            let _ = read(&record(22, &[hello, message(kind, &body)].concat()), chunk);
        }
    }

    #[test]
    fn cutting_changes_nothing(cuts in vec(1usize..40, 0..20), chunk in 1usize..50) {
        let whole = read(&record(22, &flight()), 4096);
        let mut records = Vec::new();
        let mut rest = flight();
        for cut in cuts {
            let tail = rest.split_off(cut.min(rest.len()));
            records.extend(record(22, &rest));
            rest = tail;
        }
        records.extend(record(22, &rest));
        prop_assert_eq!(read(&records, chunk), whole);
    }

    #[test]
    fn a_changed_flight_never_panics(position in 0usize..200, value: u8, chunk in 1usize..50) {
        let mut bytes = record(22, &flight());
        let index = position % bytes.len();
        bytes[index] = value;
        let _ = read(&bytes, chunk);
    }

    #[test]
    fn any_bytes_are_no_certificate_or_one(bytes in vec(any::<u8>(), 0..300)) {
        let _ = qv_scan::CertificateFacts::parse(&bytes);
    }
}
