//! What a scanned peer sends, and what names it.

use qv_scan::wire::answer::Progress;
use qv_scan::wire::server_messages::{parse_certificates, parse_key_exchange, parse_server_hello};
use qv_scan::wire::{Answer, AnswerReader, Version, suites};
use qv_scan::{CertificateFacts, Target};

use super::text;

/// A target has one canonical text, which is a target.
pub fn scan_target(data: &[u8]) -> bool {
    let Some(Ok(target)) = text(data).map(str::parse::<Target>) else {
        return false;
    };
    let written = target.to_string();
    assert_eq!(written.parse::<Target>().ok(), Some(target), "{written}");
    true
}

/// Facts of a certificate are bounded, whatever it says.
pub fn certificate(data: &[u8]) -> bool {
    let Ok(facts) = CertificateFacts::parse(data) else {
        return false;
    };
    let json = serde_json::to_string(&facts).unwrap();
    assert!(json.len() < 64 * 1024, "{} bytes", json.len());
    let again: CertificateFacts = serde_json::from_str(&json).unwrap();
    assert_eq!(again, facts);
    true
}

/// Each message is read as each kind; the first byte chooses the suite of a key exchange.
pub fn server_messages(data: &[u8]) -> bool {
    let mut taken = parse_server_hello(data).is_ok();
    if let Ok((kept, count)) = parse_certificates(data) {
        assert!(kept.len() <= count);
        assert!(kept.iter().map(Vec::len).sum::<usize>() <= data.len());
        taken = true;
    }
    let Some((&choice, body)) = data.split_first() else {
        return taken;
    };
    let codes = suites::before_tls12();
    let code = codes.get(usize::from(choice) % codes.len());
    if let Some(suite) = code.and_then(|code| suites::find(*code)) {
        for version in [Version::Tls12, Version::Tls10, Version::Ssl3] {
            taken |= parse_key_exchange(body, suite.kx, version).is_ok();
        }
    }
    taken
}

/// The first byte is the length of the reads; how a flight is cut must not matter.
pub fn tls_flight(data: &[u8]) -> bool {
    let Some((&cut, flight)) = data.split_first() else {
        return false;
    };
    let whole = read(flight, flight.len());
    assert_eq!(whole, read(flight, usize::from(cut)));
    whole.0 == Some(Progress::Done)
}

/// Whether it went well, and the answer so far.
fn read(flight: &[u8], chunk: usize) -> (Option<Progress>, Answer) {
    let mut reader = AnswerReader::new(flight.len()).with_protected(100);
    let mut last = Some(Progress::More);
    for piece in flight.chunks(chunk.max(1)) {
        last = reader.push(piece).ok();
        if last != Some(Progress::More) {
            break;
        }
    }
    (last, reader.finish())
}
