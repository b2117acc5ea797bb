//! TLS servers on loopback for a first scan: one classical with TLS 1.2 alone, one classical with TLS 1.3, one hybrid.
//!
//! Invariants: they bind only 127.0.0.1, on ports that the system picks; their keys are made anew and never stored;
//! no peer holds one longer than [`CONNECTION_LIMIT`], and at most [`MAX_CONNECTIONS`] hold one server at once.
//! Start at [`DemoServers::start`]; [`KINDS`] says what each server is.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rcgen::{CertificateParams, DnType, KeyPair, RsaKeySize, SanType};
use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Longest life of one connection, handshake included.
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);
/// Connections that one server serves at once; the next ones wait in the listen queue.
const MAX_CONNECTIONS: usize = 64;
/// Largest request head that is read, in bytes.
const MAX_REQUEST_HEAD: usize = 8 * 1024;

/// What one kind of server is made of.
struct Kind {
    name: &'static str,
    what: &'static str,
    key: KeyKind,
    versions: &'static [&'static SupportedProtocolVersion],
    groups: &'static [&'static dyn SupportedKxGroup],
    hsts: bool,
}

#[derive(Clone, Copy)]
enum KeyKind {
    Rsa2048,
    EcdsaP256,
}

static KINDS: [Kind; 3] = [
    Kind {
        name: "legacy",
        what: "RSA-2048 certificate, TLS 1.2 only, classical key exchange",
        key: KeyKind::Rsa2048,
        versions: &[&version::TLS12],
        groups: &[aws_lc_rs::kx_group::X25519, aws_lc_rs::kx_group::SECP256R1],
        hsts: false,
    },
    Kind {
        name: "classical",
        what: "ECDSA P-256 certificate, TLS 1.3, classical key exchange",
        key: KeyKind::EcdsaP256,
        versions: &[&version::TLS13],
        groups: &[aws_lc_rs::kx_group::X25519, aws_lc_rs::kx_group::SECP256R1],
        hsts: false,
    },
    Kind {
        name: "hybrid",
        what: "ECDSA P-256 certificate, TLS 1.3, hybrid key exchange X25519MLKEM768, HSTS",
        key: KeyKind::EcdsaP256,
        versions: &[&version::TLS13],
        groups: &[
            aws_lc_rs::kx_group::X25519MLKEM768,
            aws_lc_rs::kx_group::X25519,
        ],
        hsts: true,
    },
];

/// One server to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoTarget {
    /// Short name, unique among the servers.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// What a scan should find there, in words.
    pub what: &'static str,
    /// The server's own private key, PKCS#8 PEM: made for this run, worth nothing after it.
    pub private_key_pem: String,
}

/// The running servers. Dropping it closes the ports and every open connection.
pub struct DemoServers {
    targets: Vec<DemoTarget>,
    _servers: JoinSet<()>,
}

impl DemoServers {
    /// Starts one server of each kind. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// Where loopback has no free port or a key cannot be made.
    pub async fn start() -> Result<Self> {
        let mut targets = Vec::with_capacity(KINDS.len());
        let mut servers = JoinSet::new();
        for kind in &KINDS {
            let (tls, private_key_pem) = server_config(kind)
                .with_context(|| format!("cannot set up the {} demonstration server", kind.name))?;
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .await
                .context("cannot listen on 127.0.0.1: free a port or pass targets of your own")?;
            targets.push(DemoTarget {
                name: kind.name,
                address: listener.local_addr()?,
                what: kind.what,
                private_key_pem,
            });
            servers.spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), kind.hsts));
        }
        Ok(Self {
            targets,
            _servers: servers,
        })
    }

    /// The servers, in the order legacy, classical, hybrid.
    #[must_use]
    pub fn targets(&self) -> &[DemoTarget] {
        &self.targets
    }
}

fn server_config(kind: &Kind) -> Result<(ServerConfig, String)> {
    let key = match kind.key {
        KeyKind::Rsa2048 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048)?,
        KeyKind::EcdsaP256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?,
    };
    let mut certificate = CertificateParams::new(vec!["localhost".to_owned()])?;
    certificate
        .subject_alt_names
        .push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
    certificate
        .distinguished_name
        .push(DnType::CommonName, format!("{}.demo.invalid", kind.name));
    certificate.not_before = rcgen::date_time_ymd(2026, 1, 1);
    certificate.not_after = rcgen::date_time_ymd(2036, 1, 1);
    let certificate = certificate.self_signed(&key)?;
    let provider = CryptoProvider {
        kx_groups: kind.groups.to_vec(),
        ..aws_lc_rs::default_provider()
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(kind.versions)?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, key.serialize_pem()))
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, hsts: bool) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        // A failed accept concerns one peer (or a moment without descriptors), never the server.
        let Ok((peer, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let tls = tls.clone();
        connections.spawn(async move {
            let _ended = timeout(CONNECTION_LIMIT, answer(peer, tls, hsts)).await;
            drop(permit);
        });
    }
}

/// One request, one answer. An error is the peer's: it is dropped with the connection.
async fn answer(peer: TcpStream, tls: TlsAcceptor, hsts: bool) -> std::io::Result<()> {
    let mut stream = tls.accept(peer).await?;
    let mut head = Vec::new();
    let mut chunk = [0_u8; 1024];
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_REQUEST_HEAD {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return stream.shutdown().await;
        }
        head.extend(chunk.iter().take(read));
    }
    stream
        .write_all(response(head.starts_with(b"HEAD "), hsts).as_bytes())
        .await?;
    stream.shutdown().await
}

fn response(head_only: bool, hsts: bool) -> String {
    const BODY: &str = "A demonstration server of qv quickstart.\n";
    let policy = if hsts {
        "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
    } else {
        ""
    };
    let length = BODY.len();
    let body = if head_only { "" } else { BODY };
    format!(
        "HTTP/1.1 200 OK\r\n{policy}Content-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{
        ClientConfig, DigitallySignedStruct, NamedGroup, ProtocolVersion, SignatureScheme,
    };
    use tokio_rustls::TlsConnector;

    /// The tests look at what is negotiated; nobody vouches for these certificates.
    #[derive(Debug)]
    struct AnyCertificate;

    impl ServerCertVerifier for AnyCertificate {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, rustls::Error> {
            Ok(ServerCertVerified::assertion())
        }
        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            aws_lc_rs::default_provider()
                .signature_verification_algorithms
                .supported_schemes()
        }
    }

    /// What a modern client agrees on with a server, and the server's answer to a request.
    async fn visit(address: SocketAddr) -> (ProtocolVersion, NamedGroup, Vec<u8>, String) {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate))
            .with_no_client_auth();
        let peer = TcpStream::connect(address).await.unwrap();
        let name = ServerName::IpAddress(address.ip().into());
        let mut stream = TlsConnector::from(Arc::new(config))
            .connect(name, peer)
            .await
            .unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let session = stream.get_ref().1;
        let certificate = session.peer_certificates().unwrap()[0].to_vec();
        (
            session.protocol_version().unwrap(),
            session.negotiated_key_exchange_group().unwrap().name(),
            certificate,
            text,
        )
    }

    #[tokio::test]
    async fn each_server_negotiates_what_it_says() {
        let servers = DemoServers::start().await.unwrap();
        let [legacy, classical, hybrid] = servers.targets() else {
            panic!("three servers")
        };
        assert!(
            servers
                .targets()
                .iter()
                .all(|target| target.address.ip().is_loopback())
        );

        let (version, group, certificate, text) = visit(legacy.address).await;
        assert_eq!(
            (version, group),
            (ProtocolVersion::TLSv1_2, NamedGroup::X25519)
        );
        assert!(
            certificate.len() > 256 + 256,
            "an RSA-2048 certificate holds a modulus and a signature of 256 bytes each"
        );
        assert!(
            text.starts_with("HTTP/1.1 200 OK\r\n") && !text.contains("Strict-Transport"),
            "{text}"
        );

        let (version, group, _, text) = visit(classical.address).await;
        assert_eq!(
            (version, group),
            (ProtocolVersion::TLSv1_3, NamedGroup::X25519)
        );
        assert!(!text.contains("Strict-Transport"), "{text}");

        let (version, group, _, text) = visit(hybrid.address).await;
        assert_eq!(
            (version, group),
            (ProtocolVersion::TLSv1_3, NamedGroup::X25519MLKEM768)
        );
        assert!(
            text.contains("Strict-Transport-Security: max-age=31536000"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn garbage_harms_nobody_and_dropping_closes_the_ports() {
        let servers = DemoServers::start().await.unwrap();
        let address = servers.targets()[0].address;
        let mut peer = TcpStream::connect(address).await.unwrap();
        peer.write_all(&[0xff; 4096]).await.unwrap();
        let _alert_or_reset = peer.read(&mut [0_u8; 64]).await;
        let (version, ..) = visit(address).await;
        assert_eq!(version, ProtocolVersion::TLSv1_2);

        drop(servers);
        for _ in 0..100 {
            if TcpStream::connect(address).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the port stayed open");
    }
}
