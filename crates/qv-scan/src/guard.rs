//! The address guard: which addresses a scan may connect to, so that a target or a redirect cannot
//! turn the scanner against its own host, network or cloud (server-side request forgery).
//!
//! Invariant: an address that carries another one (IPv4-mapped, NAT64, 6to4, …) is judged by both.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::ScanError;

/// Which addresses are allowed. The default refuses loopback and private ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guard {
    /// Allow 127.0.0.0/8 and ::1.
    pub allow_loopback: bool,
    /// Allow private, shared, unique-local and benchmarking ranges.
    pub allow_private: bool,
}

/// Metadata services of clouds outside the link-local range (AWS, Alibaba, Oracle, Azure).
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl Guard {
    /// Checks one address.
    ///
    /// # Errors
    /// [`ScanError::AddressRefused`] with the reason.
    pub fn check(&self, address: IpAddr) -> Result<(), ScanError> {
        let reason = match address {
            IpAddr::V4(v4) => self.refuses_v4(v4),
            IpAddr::V6(v6) => self.refuses_v6(v6),
        };
        reason.map_or(Ok(()), |reason| {
            Err(ScanError::AddressRefused { address, reason })
        })
    }

    fn refuses_v4(&self, v4: Ipv4Addr) -> Option<&'static str> {
        let [a, b, ..] = v4.octets();
        let shared = a == 100 && (64..128).contains(&b);
        let benchmarking = a == 198 && (18..20).contains(&b);
        if METADATA_V4.contains(&v4) {
            Some("it is a cloud metadata service")
        } else if v4.is_link_local() {
            Some("it is link-local (cloud metadata services live there)")
        } else if a == 0 {
            Some("it is unspecified")
        } else if v4.is_multicast() {
            Some("it is multicast")
        } else if a >= 240 {
            Some("it is broadcast or reserved")
        } else if v4.is_loopback() && !self.allow_loopback {
            Some("it is loopback; allow loopback addresses in the scan settings to scan it")
        } else if (v4.is_private() || shared || benchmarking) && !self.allow_private {
            Some(
                "it is in a private range; allow private addresses in the scan settings to scan it",
            )
        } else {
            None
        }
    }

    fn refuses_v6(&self, v6: Ipv6Addr) -> Option<&'static str> {
        if v6 == Ipv6Addr::LOCALHOST {
            let reason = "it is loopback; allow loopback addresses in the scan settings to scan it";
            return (!self.allow_loopback).then_some(reason);
        }
        let [first, ..] = v6.segments();
        let site_local = (first & 0xffc0) == 0xfec0;
        if v6 == METADATA_V6 {
            Some("it is a cloud metadata service")
        } else if v6.is_unspecified() {
            Some("it is unspecified")
        } else if v6.is_multicast() {
            Some("it is multicast")
        } else if v6.is_unicast_link_local() {
            Some("it is link-local")
        } else if (v6.is_unique_local() || site_local) && !self.allow_private {
            Some(
                "it is in a private range; allow private addresses in the scan settings to scan it",
            )
        } else {
            carried_v4(v6).and_then(|v4| self.refuses_v4(v4))
        }
    }
}

/// The IPv4 address inside an IPv6 one: mapped, compatible, translated (RFC 6052, RFC 2765), 6to4,
/// Teredo.
fn carried_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let join = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) => Some(join(g, h)),
        (0x64, 0xff9b, ..) => Some(join(g, h)),
        (0x2002, ..) => Some(join(b, c)),
        (0x2001, 0, ..) => Some(join(!g, !h)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(guard: Guard, address: &str) -> bool {
        guard.check(address.parse().unwrap()).is_err()
    }

    #[test]
    fn some_addresses_are_refused_whatever_is_allowed() {
        let open = Guard {
            allow_loopback: true,
            allow_private: true,
        };
        for address in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "fe80::1",
            "ff02::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "::ffff:0:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001:0:0:0:0:0:5601:5601",
        ] {
            assert!(refused(open, address), "{address}");
        }
    }

    #[test]
    fn loopback_and_private_need_their_own_permission() {
        let closed = Guard::default();
        let loopback = Guard {
            allow_loopback: true,
            allow_private: false,
        };
        let private = Guard {
            allow_loopback: false,
            allow_private: true,
        };
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
        ] {
            assert!(
                refused(closed, address) && refused(private, address),
                "{address}"
            );
            assert!(!refused(loopback, address), "{address}");
        }
        for address in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "198.18.0.1",
            "fd12::1",
            "fec0::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(
                refused(closed, address) && refused(loopback, address),
                "{address}"
            );
            assert!(!refused(private, address), "{address}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(!refused(Guard::default(), address), "{address}");
        }
    }
}
