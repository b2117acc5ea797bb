//! The rules: who may depend on whom, and who alone may do what.

/// Crate, its floor, and the crates of ours that it may use. Dependencies point to lower floors only.
pub const TABLE: &[(&str, u8, &[&str])] = &[
    ("qv-types", 0, &[]),
    ("qv-crypto", 1, &["qv-types"]),
    ("qv-audit", 2, &["qv-types", "qv-crypto"]),
    ("qv-policy", 2, &["qv-types", "qv-crypto"]),
    ("qv-seal", 3, &["qv-types", "qv-crypto"]),
    ("qv-store", 3, &["qv-types", "qv-crypto", "qv-audit"]),
    ("qv-scan", 3, &["qv-types"]),
    ("qv-evm", 3, &["qv-types", "qv-crypto"]),
    (
        "qv-app",
        4,
        &[
            "qv-types",
            "qv-crypto",
            "qv-audit",
            "qv-policy",
            "qv-seal",
            "qv-store",
            "qv-scan",
            "qv-evm",
        ],
    ),
    ("qv-cli", 5, &["qv-types", "qv-app"]),
    ("qv-desktop", 5, &["qv-types", "qv-app"]),
];

/// Packages that only the named crates may use (outside tests), and why.
pub const OWNED_PACKAGES: &[(&[&str], &[&str], &str)] = &[
    (
        &["sqlx", "libsqlite3-sys", "rusqlite"],
        &["qv-store"],
        "only qv-store writes SQL",
    ),
    (
        &[
            "keyring-core",
            "keyring",
            "zbus-secret-service-keyring-store",
            "zbus",
            "tss-esapi",
            "tss-esapi-sys",
            "yubikey",
            "pcsc",
            "p256",
            "x509-cert",
            "ctap-hid-fido2",
        ],
        &["qv-seal"],
        "only qv-seal touches security hardware and the keyring",
    ),
    (
        &["alloy", "reqwest", "hyper"],
        &["qv-evm"],
        "only qv-scan and qv-evm dial out",
    ),
    (
        &[
            "aes-gcm",
            "argon2",
            "aws-lc-rs",
            "chacha20poly1305",
            "ed25519-dalek",
            "hkdf",
            "hmac",
            "k256",
            "libcrux-ml-kem",
            "ml-dsa",
            "ml-kem",
            "oqs",
            "p384",
            "vsss-rs",
            "x25519-dalek",
            "x-wing",
        ],
        &["qv-crypto"],
        "cryptography is qv-crypto's",
    ),
    (
        &["tokio"],
        &[
            "qv-store",
            "qv-scan",
            "qv-evm",
            "qv-app",
            "qv-cli",
            "qv-desktop",
        ],
        "the rest is synchronous",
    ),
    (&["anyhow"], &["qv-cli"], "libraries have typed errors"),
    (
        &["tauri", "rfd", "notify-rust"],
        &["qv-desktop"],
        "only the window has windows",
    ),
    (
        &["dotenvy"],
        &["qv-seal"],
        "the environment is changed once, before there are threads, to have tss2 keep quiet",
    ),
];

/// Text that only the named crates may contain (outside tests), and why.
pub const OWNED_TEXT: &[(&[&str], &[&str], &str)] = &[
    (
        &[
            "TcpStream::connect",
            "TcpSocket::",
            "UdpSocket",
            "lookup_host",
            "to_socket_addrs",
            "connect_timeout(",
        ],
        &["qv-scan", "qv-evm"],
        "only qv-scan and qv-evm dial out",
    ),
    (
        &[
            "sqlx::",
            "INSERT INTO ",
            "DELETE FROM ",
            "SELECT ",
            "CREATE TABLE ",
            "PRAGMA ",
        ],
        &["qv-store"],
        "only qv-store writes SQL",
    ),
    (
        &["keyring_core", "tss_esapi", "yubikey::", "pcsc::"],
        &["qv-seal"],
        "only qv-seal touches security hardware and the keyring",
    ),
    (
        &["Timestamp::now(", "SystemTime::now(", "Instant::now("],
        &[
            "qv-types",
            "qv-seal",
            "qv-store",
            "qv-scan",
            "qv-evm",
            "qv-app",
            "qv-cli",
            "qv-desktop",
        ],
        "decisions and cryptography take the time as an argument",
    ),
    (
        &["TcpListener"],
        &["qv-cli", "qv-seal"],
        "nothing listens on the network but the demonstration servers of quickstart and the wallet's page",
    ),
    (
        &["UnixListener"],
        &["qv-app"],
        "nothing listens on a socket but the agent",
    ),
];
