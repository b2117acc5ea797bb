//! The peer of the scanner: a loop that makes the same connections and looks at nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::Result;

/// What one connection of the scanner was, as the server saw it.
#[derive(Debug, Clone)]
pub enum Connection {
    /// A finished handshake.
    Handshake,
    /// A hello, these bytes, and the start of an answer.
    Hello(Vec<u8>),
}

/// The bare loop.
pub struct BareScan {
    tls: TlsConnector,
    connections: Arc<[Connection]>,
}

impl BareScan {
    /// A loop that makes these connections to each target.
    ///
    /// # Errors
    /// Where the TLS client cannot be set up.
    pub fn new(connections: Vec<Connection>) -> Result<Self> {
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate))
                .with_no_client_auth();
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            connections: connections.into(),
        })
    }

    /// Visits all targets, so many at once.
    ///
    /// # Errors
    /// The first connection that fails.
    pub async fn run(&self, targets: Vec<(Ipv4Addr, u16)>, concurrency: usize) -> Result<()> {
        let mut visits = JoinSet::new();
        for target in targets {
            if visits.len() >= concurrency
                && let Some(ended) = visits.join_next().await
            {
                ended??;
            }
            visits.spawn(visit(
                self.tls.clone(),
                Arc::clone(&self.connections),
                target.into(),
            ));
        }
        while let Some(ended) = visits.join_next().await {
            ended??;
        }
        Ok(())
    }
}

async fn visit(
    tls: TlsConnector,
    connections: Arc<[Connection]>,
    target: SocketAddr,
) -> Result<()> {
    for connection in connections.iter() {
        let mut stream = TcpStream::connect(target).await?;
        stream.set_nodelay(true)?;
        match connection {
            Connection::Handshake => {
                let mut stream = tls
                    .connect(ServerName::IpAddress(target.ip().into()), stream)
                    .await?;
                stream.shutdown().await?;
                // The tickets, and the end.
                let _ = stream.read(&mut [0; 512]).await;
            }
            Connection::Hello(hello) => {
                stream.write_all(hello).await?;
                let _ = stream.read(&mut [0; 4096]).await?;
            }
        }
    }
    Ok(())
}

/// Nobody vouches for the certificates of the benchmark's server.
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
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
