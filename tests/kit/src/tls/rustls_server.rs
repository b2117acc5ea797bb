//! A rustls server in this process, on a thread of its own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::identity::{Identity, KeyKind};

/// Longest life of a connection.
const CONNECTION_LIMIT: Duration = Duration::from_secs(60);

/// What a server is made of.
#[derive(Debug)]
pub struct Options {
    /// Where it listens; port 0 is always used.
    pub bind: IpAddr,
    /// Certificate and key.
    pub identity: Identity,
    /// Versions.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// Groups.
    pub groups: Vec<&'static dyn SupportedKxGroup>,
    /// ALPN protocols; none is chosen where this is empty.
    pub alpn: Vec<Vec<u8>>,
    /// Session tickets sent after a TLS 1.3 handshake.
    pub tickets: usize,
}

/// A running server; ends when dropped.
#[derive(Debug)]
pub struct RustlsServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Options {
    /// TLS 1.2 and 1.3 with what rustls does by itself, on 127.0.0.1.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            identity,
            versions: vec![&version::TLS12, &version::TLS13],
            groups: vec![kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1],
            alpn: Vec::new(),
            tickets: 2,
        }
    }

    /// RSA-2048, TLS 1.2 only.
    ///
    /// # Errors
    /// Where OpenSSL is missing.
    pub fn rsa2048_tls12() -> io::Result<Self> {
        let identity = Identity::self_signed(KeyKind::Rsa(2048))?;
        Ok(Self {
            versions: vec![&version::TLS12],
            ..Self::new(identity)
        })
    }

    /// ECDSA P-256, TLS 1.3 only, classical groups.
    ///
    /// # Errors
    /// Where OpenSSL is missing.
    pub fn ecdsa_tls13() -> io::Result<Self> {
        let identity = Identity::self_signed(KeyKind::Ec("prime256v1"))?;
        Ok(Self {
            versions: vec![&version::TLS13],
            ..Self::new(identity)
        })
    }

    /// ECDSA P-256, TLS 1.2 and 1.3, X25519MLKEM768 and X25519.
    ///
    /// # Errors
    /// Where OpenSSL is missing.
    pub fn hybrid() -> io::Result<Self> {
        let identity = Identity::self_signed(KeyKind::Ec("prime256v1"))?;
        Ok(Self {
            groups: vec![kx_group::X25519MLKEM768, kx_group::X25519],
            ..Self::new(identity)
        })
    }

    fn config(&self) -> io::Result<ServerConfig> {
        let provider = CryptoProvider {
            kx_groups: self.groups.clone(),
            ..aws_lc_rs::default_provider()
        };
        let certificates = CertificateDer::pem_file_iter(self.identity.certificates())
            .map_err(io::Error::other)?;
        let certificates = certificates
            .collect::<Result<Vec<_>, _>>()
            .map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_file(self.identity.key()).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&self.versions)
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(io::Error::other)?;
        config.alpn_protocols.clone_from(&self.alpn);
        config.send_tls13_tickets = self.tickets;
        Ok(config)
    }
}

impl RustlsServer {
    /// Starts a server.
    ///
    /// # Errors
    /// Where the options do not fit together or no port is free.
    pub fn start(options: &Options) -> io::Result<Self> {
        Self::start_at(SocketAddr::new(options.bind, 0), options)
    }

    /// Starts a server at this address, in the place of one that is gone.
    ///
    /// # Errors
    /// As for `start`.
    pub fn start_at(address: SocketAddr, options: &Options) -> io::Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(options.config()?));
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = serve(listener, acceptor) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for RustlsServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: std::net::TcpListener, acceptor: TlsAcceptor) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(tokio::time::timeout(
            CONNECTION_LIMIT,
            converse(stream, acceptor),
        ));
    }
}

/// Answers one request of any kind, or waits for the peer to close.
async fn converse(stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    if stream.read(&mut [0; 4096]).await? > 0 {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await?;
    }
    stream.shutdown().await
}
