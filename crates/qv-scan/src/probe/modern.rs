//! The handshake of a modern client, finished for real by rustls: hybrid groups first, every group
//! and signature scheme that can be had behind them.
//!
//! The client trusts nobody and sends nothing secret: it accepts every certificate and writes down
//! what it saw, also when the handshake fails later.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, HandshakeKind, NamedGroup, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::hybrid::SECP384R1MLKEM1024;
use crate::error::ScanError;
use crate::failure::{Failure, FailureCause, Stage, bounded};
use crate::net::{Line, Metered};
use crate::report::{Negotiated, SuiteFact};
use crate::target::Target;
use crate::wire::server_messages::CERTIFICATES_KEPT;
use crate::wire::{Version, groups, schemes, suites};

/// Bytes of an ALPN name.
const ALPN_LIMIT: usize = 64;

/// How long a finished connection is listened to for session tickets after it is closed.
const TICKET_WAIT: Duration = Duration::from_millis(300);

/// A rustls client whose settings are shared by all handshakes.
#[derive(Debug, Clone)]
pub(super) struct ModernClient {
    config: Arc<ClientConfig>,
}

/// What one handshake showed.
#[derive(Debug, Default)]
pub(super) struct Handshake {
    /// What was negotiated, if the handshake finished.
    pub negotiated: Option<Negotiated>,
    /// The chain in DER, leaf first, at most 16.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Certificates that the server sent.
    pub certificate_count: usize,
    /// A stapled OCSP response came.
    pub ocsp_stapled: bool,
    /// A session ticket or id came.
    pub resumption: bool,
}

/// A finished handshake whose connection is still open.
pub(super) struct Open {
    pub stream: TlsStream<Metered>,
    pub handshake: Handshake,
    witness: Arc<Witness>,
}

/// A handshake that failed: what was seen until then, and why.
pub(super) type Unfinished = Box<(Handshake, Failure)>;

impl ModernClient {
    pub(super) fn new() -> Result<Self, ScanError> {
        use aws_lc_rs::kx_group::{
            MLKEM768, MLKEM1024, SECP256R1, SECP256R1MLKEM768, SECP384R1, X25519, X25519MLKEM768,
        };
        let mut provider = aws_lc_rs::default_provider();
        provider.kx_groups = vec![
            X25519MLKEM768,
            SECP256R1MLKEM768,
            SECP384R1MLKEM1024,
            X25519,
            SECP256R1,
            SECP384R1,
            MLKEM1024,
            MLKEM768,
        ];
        let nobody = Arc::new(Witness::default());
        let config = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(rustls::ALL_VERSIONS)?
            .dangerous()
            .with_custom_certificate_verifier(nobody)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
        })
    }

    /// 32 bytes for the random of a hello.
    pub(super) fn random(&self) -> [u8; 32] {
        let mut random = [0; 32];
        // Nothing secret depends on it: a constant would do where the system has none.
        let _ = self.provider().secure_random.fill(&mut random);
        random
    }

    fn provider(&self) -> &CryptoProvider {
        self.config.crypto_provider()
    }

    /// Makes a handshake and leaves the connection open.
    pub(super) async fn connect(
        &self,
        line: &mut Line<'_>,
        stage: Stage,
        target: &Target,
        alpn: &[&[u8]],
    ) -> Result<Open, Unfinished> {
        let witness = Arc::new(Witness::default());
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        config.resumption = Resumption::store(Arc::clone(&witness) as Arc<dyn ClientSessionStore>);
        config
            .dangerous()
            .set_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>);
        let unfinished = |failure| Box::new((witness.testimony(), failure));

        let name = server_name(target).map_err(unfinished)?;
        let stream = line.connect(stage).await.map_err(unfinished)?;
        // Only a hint: a socket that refuses it works all the same.
        let _ = stream.set_nodelay(true);
        let stream = Metered::new(
            stream,
            line.limits.handshake_bytes + line.limits.http_head_bytes,
        );
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
        let limit = line.limits.handshake;
        let stream = line
            .within(stage, FailureCause::HandshakeTimeout, limit, connecting)
            .await;
        let stream = stream
            .and_then(|done| done.map_err(|error| from_rustls(stage, &error)))
            .map_err(unfinished)?;

        let mut handshake = witness.testimony();
        handshake.negotiated = negotiated(&stream, witness.scheme());
        Ok(Open {
            stream,
            handshake,
            witness,
        })
    }

    /// Makes a handshake, closes the connection, and looks for session tickets meanwhile.
    pub(super) async fn handshake(
        &self,
        line: &mut Line<'_>,
        target: &Target,
        alpn: &[&[u8]],
    ) -> Result<Handshake, Unfinished> {
        let stage = Stage::ModernHandshake;
        let Open {
            mut stream,
            mut handshake,
            witness,
        } = self.connect(line, stage, target, alpn).await?;
        let closing = async {
            stream.shutdown().await?;
            // Tickets are handled on the way; application data is dropped.
            stream.read(&mut [0; 512]).await
        };
        // A peer that does not close in time only hides whether it gives tickets.
        let _ = line
            .within(stage, FailureCause::HandshakeTimeout, TICKET_WAIT, closing)
            .await;
        handshake.resumption = witness.testimony().resumption;
        Ok(handshake)
    }
}

fn server_name(target: &Target) -> Result<ServerName<'static>, Failure> {
    match (target.dns_name(), target.address()) {
        (Some(name), _) => ServerName::try_from(name.to_owned())
            .map_err(|error| Failure::new(Stage::ModernHandshake, FailureCause::Internal, error)),
        (None, Some(address)) => Ok(ServerName::IpAddress(address.into())),
        (None, None) => Err(Failure::new(
            Stage::ModernHandshake,
            FailureCause::Internal,
            "a target without host",
        )),
    }
}

fn negotiated(stream: &TlsStream<Metered>, scheme: Option<SignatureScheme>) -> Option<Negotiated> {
    let (_, connection) = stream.get_ref();
    let version = Version::from_code(connection.protocol_version()?.into())?;
    let suite = u16::from(connection.negotiated_cipher_suite()?.suite());
    let group = connection
        .negotiated_key_exchange_group()
        .map(|group| u16::from(group.name()));
    let scheme = scheme.map(u16::from);
    Some(Negotiated {
        version,
        suite: suite_fact(version, suite, group, None),
        hello_retry: connection.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest),
        signature_scheme: scheme.map(scheme_label),
        signature_algorithm: scheme.map(scheme_algorithm),
        alpn: connection
            .alpn_protocol()
            .map(|name| bounded(&String::from_utf8_lossy(name), ALPN_LIMIT)),
        finished: true,
    })
}

/// IANA name of a scheme, or its number.
pub(super) fn scheme_label(code: u16) -> String {
    schemes::find(code).map_or_else(|| format!("0x{code:04x}"), |scheme| scheme.label.to_owned())
}

/// Canonical algorithm of a scheme.
pub(super) fn scheme_algorithm(code: u16) -> String {
    let unknown = || crate::names::unknown_signature(&format!("0x{code:04x}"));
    schemes::find(code).map_or_else(unknown, |scheme| scheme.algorithm.to_owned())
}

/// The fact of a chosen suite. `bits` is the size of a key exchange without a named group.
pub(super) fn suite_fact(
    version: Version,
    code: u16,
    group: Option<u16>,
    bits: Option<u32>,
) -> SuiteFact {
    let suite = suites::find(code);
    let named = group.and_then(groups::find);
    let unknown_group = group.map(crate::names::unknown_group);
    let kind = suite.map_or_else(
        || crate::names::unknown_cipher(code),
        |suite| suite.kx.name().to_owned(),
    );
    SuiteFact {
        version,
        code,
        name: suite.map_or_else(|| format!("0x{code:04x}"), |suite| suite.name.to_owned()),
        key_exchange: named.map_or_else(
            || unknown_group.unwrap_or(kind),
            |group| group.name.to_owned(),
        ),
        bits: named.and_then(|group| group.bits).or(bits),
        symmetric: suite.map_or_else(
            || crate::names::unknown_cipher(code),
            |suite| suite.symmetric.to_owned(),
        ),
        mode: suite.and_then(|suite| suite.mode).map(str::to_owned),
    }
}

fn from_rustls(stage: Stage, error: &io::Error) -> Failure {
    use rustls::{Error, InvalidMessage};
    let Some(inner) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    else {
        return Failure::from_io(stage, error);
    };
    let cause = match inner {
        Error::AlertReceived(_) => FailureCause::Alert,
        Error::PeerIncompatible(_) => FailureCause::Incompatible,
        Error::InvalidMessage(
            InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge,
        )
        | Error::PeerSentOversizedRecord => FailureCause::TooLarge,
        _ => FailureCause::Garbage,
    };
    Failure::new(stage, cause, inner)
}

/// Accepts everything and writes it down: the certificate verifier and session store of one
/// handshake.
#[derive(Debug, Default)]
struct Witness(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    certificates: Vec<CertificateDer<'static>>,
    certificate_count: usize,
    ocsp_stapled: bool,
    scheme: Option<SignatureScheme>,
    resumption: bool,
}

impl Witness {
    fn note(&self, write: impl FnOnce(&mut Seen)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn scheme(&self) -> Option<SignatureScheme> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).scheme
    }

    fn testimony(&self) -> Handshake {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Handshake {
            negotiated: None,
            certificates: seen.certificates.clone(),
            certificate_count: seen.certificate_count,
            ocsp_stapled: seen.ocsp_stapled,
            resumption: seen.resumption,
        }
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.note(|seen| {
            let chain = std::iter::once(end_entity)
                .chain(intermediates)
                .take(CERTIFICATES_KEPT);
            seen.certificates = chain
                .map(|certificate| certificate.clone().into_owned())
                .collect();
            seen.certificate_count = intermediates.len() + 1;
            seen.ocsp_stapled = !ocsp_response.is_empty();
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.note(|seen| seen.scheme = Some(signed.scheme));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify_tls12_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        schemes::SCHEMES
            .iter()
            .map(|scheme| SignatureScheme::from(scheme.code))
            .collect()
    }
}

impl ClientSessionStore for Witness {
    fn set_kx_hint(&self, _server_name: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _server_name: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(
        &self,
        _server_name: ServerName<'static>,
        _value: Tls12ClientSessionValue,
    ) {
        self.note(|seen| seen.resumption = true);
    }

    fn tls12_session(&self, _server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server_name: &ServerName<'static>) {}

    fn insert_tls13_ticket(
        &self,
        _server_name: ServerName<'static>,
        _value: Tls13ClientSessionValue,
    ) {
        self.note(|seen| seen.resumption = true);
    }

    fn take_tls13_ticket(
        &self,
        _server_name: &ServerName<'static>,
    ) -> Option<Tls13ClientSessionValue> {
        None
    }
}
