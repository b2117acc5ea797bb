//! Question 6 of a TLS probe: what else the server can sign with.

use super::Depth;
use super::raw::FLIGHT_MINIMUM;
use super::tls::{Offer, Stop, TlsProbe};
use crate::cert::CertificateFacts;
use crate::failure::Stage;
use crate::wire::schemes::{SCHEMES, Scheme, SchemeKind};
use crate::wire::{Version, suites};

impl TlsProbe<'_, '_> {
    /// Kinds of keys that the server can sign with besides those already seen: hellos of TLS 1.3
    /// whose key share is a constant, as its secret is never needed.
    pub(super) async fn other_signatures(&mut self) -> Result<(), Stop> {
        let Some(share) = self
            .facts
            .groups
            .iter()
            .find_map(|group| constant_share(group.code))
        else {
            return Ok(());
        };
        let seen = self.seen_kinds();
        let unseen: Vec<SchemeKind> = KINDS
            .into_iter()
            .filter(|kind| !seen.contains(kind))
            .collect();
        if !self
            .signs_with(&share, |scheme| unseen.contains(&scheme.kind))
            .await?
        {
            return Ok(());
        }
        for kind in unseen {
            self.signatures_of(kind, &share).await?;
        }
        Ok(())
    }

    /// Schemes that the server signs with: in a full probe each is asked for alone.
    pub(super) async fn signature_schemes(&mut self) -> Result<(), Stop> {
        let seen = self
            .facts
            .negotiated
            .as_ref()
            .and_then(|negotiated| negotiated.signature_scheme.clone());
        self.facts.signature_schemes.extend(seen);
        let share = self
            .facts
            .groups
            .iter()
            .find_map(|group| constant_share(group.code));
        let (Some(share), Depth::Full) = (share, self.depth) else {
            return Ok(());
        };
        for scheme in usable(|_| true) {
            if !self
                .facts
                .signature_schemes
                .iter()
                .any(|label| label == scheme.label)
                && self
                    .signs_with(&share, |other| other.code == scheme.code)
                    .await?
            {
                self.facts.signature_schemes.push(scheme.label.to_owned());
            }
        }
        Ok(())
    }

    /// Finds the algorithms of one kind.
    async fn signatures_of(
        &mut self,
        kind: SchemeKind,
        share: &(u16, Vec<u8>),
    ) -> Result<(), Stop> {
        if !self.signs_with(share, |scheme| scheme.kind == kind).await? {
            return Ok(());
        }
        let mut algorithms: Vec<&str> = usable(|scheme| scheme.kind == kind)
            .map(|scheme| scheme.algorithm)
            .collect();
        algorithms.dedup();
        for algorithm in algorithms.iter().copied() {
            if algorithms.len() == 1
                || self
                    .signs_with(share, |scheme| scheme.algorithm == algorithm)
                    .await?
            {
                self.facts.other_signatures.push(algorithm.to_owned());
            }
        }
        Ok(())
    }

    /// Kinds of the keys in the certificates seen so far; those besides a modern client's are facts.
    fn seen_kinds(&mut self) -> Vec<SchemeKind> {
        let find = |name: &str| {
            SCHEMES
                .iter()
                .find(|scheme| scheme.algorithm == name)
                .map(|scheme| scheme.kind)
        };
        let modern = self
            .facts
            .negotiated
            .as_ref()
            .and_then(|negotiated| find(negotiated.signature_algorithm.as_deref()?));
        let mut seen: Vec<SchemeKind> = modern.into_iter().collect();
        let leaves = self
            .other_leaves()
            .into_iter()
            .filter_map(|leaf| CertificateFacts::parse(leaf).ok());
        for algorithm in leaves.map(|leaf| leaf.key.algorithm).collect::<Vec<_>>() {
            let Some(kind) = find(&algorithm).filter(|kind| !seen.contains(kind)) else {
                continue;
            };
            seen.push(kind);
            if modern.is_some() {
                self.facts.other_signatures.push(algorithm);
            }
        }
        seen
    }

    async fn signs_with(
        &mut self,
        share: &(u16, Vec<u8>),
        wanted: impl Fn(&Scheme) -> bool,
    ) -> Result<bool, Stop> {
        let schemes: Vec<u16> = usable(wanted).map(|scheme| scheme.code).collect();
        let (groups, key_shares) = ([share.0], std::slice::from_ref(share));
        let offer = Offer {
            schemes: &schemes,
            key_shares,
            ..Offer::new(Version::Tls13, suites::tls13(), &groups)
        };
        let answer = self.answer(Stage::Signatures, offer).await?;
        Ok(answer.is_some_and(|answer| answer.protected_bytes >= FLIGHT_MINIMUM))
    }
}

/// Schemes that TLS 1.3 allows.
fn usable(wanted: impl Fn(&Scheme) -> bool) -> impl Iterator<Item = &'static Scheme> {
    SCHEMES
        .iter()
        .filter(move |scheme| scheme.tls13 && wanted(scheme))
}

const KINDS: [SchemeKind; 6] = [
    SchemeKind::Ecdsa,
    SchemeKind::Rsa,
    SchemeKind::Eddsa,
    SchemeKind::MlDsa,
    SchemeKind::SlhDsa,
    SchemeKind::Sm2,
];

/// A valid public key of a group whose secret nobody needs: base points, and for ML-KEM the
/// all-zero key, which passes the modulus check of FIPS 203.
fn constant_share(code: u16) -> Option<(u16, Vec<u8>)> {
    const MLKEM768_LEN: usize = 1184;
    const MLKEM1024_LEN: usize = 1568;
    let x25519 = || [&[9][..], &[0; 31]].concat();
    let share = match code {
        0x001d => x25519(),
        0x001e => [&[5][..], &[0; 55]].concat(),
        0x0017 => P256_BASE.to_vec(),
        0x0018 => P384_BASE.to_vec(),
        0x11ec => [vec![0; MLKEM768_LEN], x25519()].concat(),
        0x11eb => [P256_BASE.to_vec(), vec![0; MLKEM768_LEN]].concat(),
        0x11ed => [P384_BASE.to_vec(), vec![0; MLKEM1024_LEN]].concat(),
        0x0201 => vec![0; MLKEM768_LEN],
        0x0202 => vec![0; MLKEM1024_LEN],
        _ => return None,
    };
    Some((code, share))
}

/// The base point of P-256, uncompressed (SP 800-186, section 3.2.1.3).
const P256_BASE: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

/// The base point of P-384, uncompressed (SP 800-186, section 3.2.1.4).
const P384_BASE: [u8; 97] = [
    0x04, 0xaa, 0x87, 0xca, 0x22, 0xbe, 0x8b, 0x05, 0x37, 0x8e, 0xb1, 0xc7, 0x1e, 0xf3, 0x20, 0xad,
    0x74, 0x6e, 0x1d, 0x3b, 0x62, 0x8b, 0xa7, 0x9b, 0x98, 0x59, 0xf7, 0x41, 0xe0, 0x82, 0x54, 0x2a,
    0x38, 0x55, 0x02, 0xf2, 0x5d, 0xbf, 0x55, 0x29, 0x6c, 0x3a, 0x54, 0x5e, 0x38, 0x72, 0x76, 0x0a,
    0xb7, 0x36, 0x17, 0xde, 0x4a, 0x96, 0x26, 0x2c, 0x6f, 0x5d, 0x9e, 0x98, 0xbf, 0x92, 0x92, 0xdc,
    0x29, 0xf8, 0xf4, 0x1d, 0xbd, 0x28, 0x9a, 0x14, 0x7c, 0xe9, 0xda, 0x31, 0x13, 0xb5, 0xf0, 0xb8,
    0xc0, 0x0a, 0x60, 0xb1, 0xce, 0x1d, 0x7e, 0x81, 0x9d, 0x7a, 0x43, 0x1d, 0x7c, 0x90, 0xea, 0x0e,
    0x5f,
];
