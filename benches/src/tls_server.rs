//! The server that is scanned: one process behind every address of 127/8, driven over its standard input.
//!
//! It runs apart from the scanner, so that neither's CPU time counts as the other's. Commands: `record` makes it print
//! the first bytes of each connection that follows, `quiet` ends that.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::Result;

/// Addresses whose connections are accepted and never answered.
#[must_use]
pub fn is_tarpit(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(v4) if v4.octets()[1] == 99)
}

/// Serves until standard input ends. Prints `port N` first.
///
/// # Errors
/// Where the server cannot be set up.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    println!("port {}", listener.local_addr()?.port());
    let tls = TlsAcceptor::from(Arc::new(config()?));
    let recording = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&recording);
    std::thread::spawn(move || obey(&switch));
    accept(listener, tls, recording).await
}

/// Follows the commands; the process ends with them.
fn obey(recording: &AtomicBool) {
    for line in std::io::stdin().lines().map_while(std::io::Result::ok) {
        recording.store(line == "record", Ordering::SeqCst);
        println!("ready");
    }
    std::process::exit(0);
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, recording: Arc<AtomicBool>) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let (tls, recording) = (tls.clone(), recording.load(Ordering::SeqCst));
        tokio::spawn(async move {
            // What goes wrong with one connection is the scanner's doing, and meant.
            let _ = answer(stream, tls, recording).await;
        });
    }
}

async fn answer(stream: TcpStream, tls: TlsAcceptor, recording: bool) -> Result<()> {
    if is_tarpit(SocketAddr::ip(&stream.local_addr()?)) {
        tokio::time::sleep(Duration::from_secs(600)).await;
        return Ok(());
    }
    stream.set_nodelay(true)?;
    let hello = if recording {
        Some(first_record(&stream).await?)
    } else {
        None
    };
    let accepted = tls.accept(stream).await;
    if let Some(hello) = hello {
        println!("hello {} {}", hex::encode(hello), accepted.is_ok());
    }
    let mut stream = accepted?;
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(stream.shutdown().await?)
}

/// The first TLS record, left in the socket for the server to read again.
async fn first_record(stream: &TcpStream) -> Result<Vec<u8>> {
    let mut bytes = vec![0; 5 + (1 << 14)];
    loop {
        let seen = stream.peek(&mut bytes).await?;
        let whole = 5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        if seen == 0 || seen >= 5 && seen >= whole {
            bytes.truncate(seen.min(whole));
            return Ok(bytes);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What a server of today is: TLS 1.2 and 1.3, ECDSA, hybrid and classical groups.
fn config() -> Result<ServerConfig> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let certificate =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.self_signed(&key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
