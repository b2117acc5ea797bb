//! Vectors that another implementation computed: session keys, subkeys, records, opaque names
//! (`tests/vectors/wallet-kdf.json`, `records.json`) and wallet signatures (`messages.json`).

use serde_json::Value;

use super::record::{self, Aad, AuditKey, VaultRecord};
use super::wallet::{DerivationMessage, SessionKey, WalletAddress};
use super::{HexBytes, InfoId, Purpose, Umk};
use crate::CryptoError;
use crate::secret::{Secret, SecretBytes};

const WALLET_KDF: &str = include_str!("../../../../tests/vectors/wallet-kdf.json");
const RECORDS: &str = include_str!("../../../../tests/vectors/records.json");
const MESSAGES: &str = include_str!("../../../../tests/vectors/messages.json");

#[test]
fn session_keys_and_records_of_the_security_plan() {
    for vector in list(&json(WALLET_KDF), "vectors") {
        let wallet: WalletAddress = text(vector, "wallet").parse().unwrap();
        let message = DerivationMessage::bare(&wallet);
        assert_eq!(message.as_str(), text(vector, "unlock_message"));
        let key = SessionKey::derive(&message, &hex_member(vector, "signature_hex")).unwrap();
        assert_eq!(*key.secret(), secret(vector, "session_key_hex"));
        let umk = Umk::from_secret(&secret(vector, "umk_hex")).unwrap();
        check_subkeys(&umk, &vector["subkeys"]);

        let (eumk, bare) = (&vector["eumk"], Aad::BareUmk(&wallet));
        assert_eq!(bare.to_text(), text(eumk, "aad"));
        let opened: Secret<32> =
            record::open_key(key.secret(), &bare, text(eumk, "base64")).unwrap();
        assert_eq!(opened.expose(), umk.secret().expose());
        let (mnemonic, of) = (&vector["mnemonic"], VaultRecord::Mnemonic(&wallet));
        assert_eq!(Aad::Vault(of).to_text(), text(mnemonic, "aad"));
        let opened = umk.open(of, text(mnemonic, "base64")).unwrap();
        assert_eq!(opened.expose(), text(mnemonic, "plaintext").as_bytes());
    }
}

#[test]
fn subkeys_and_execution_keys() {
    let vectors = json(RECORDS);
    let umk = Umk::from_secret(&secret(&vectors, "umk")).unwrap();
    check_subkeys(&umk, &vectors["subkeys"]);
    for vector in list(&vectors, "execution_keys") {
        let id = id(text(vector, "authorization_id"));
        assert_eq!(
            umk.subkey(&Purpose::ExecutionKey(id)),
            secret(vector, "key")
        );
    }
    for refused in list(&vectors, "refused_ids") {
        assert_eq!(
            InfoId::parse(refused.as_str().unwrap()),
            Err(CryptoError::InvalidId)
        );
    }
}

#[test]
fn session_keys_of_both_kinds_of_wallet() {
    for vector in list(&json(RECORDS), "session_keys") {
        let wallet: WalletAddress = text(vector, "wallet").parse().unwrap();
        assert_eq!(wallet.is_evm(), text(vector, "kind") == "evm");
        let message = match vector["slot_salt"].as_str() {
            Some(salt) => {
                DerivationMessage::for_slot(&wallet, &HexBytes::try_from(salt.to_owned()).unwrap())
            }
            None => DerivationMessage::bare(&wallet),
        };
        assert_eq!(message.as_str(), text(vector, "message"));
        for spelling in ["signature", "received"] {
            if vector.get(spelling).is_some() {
                let key = SessionKey::derive(&message, &hex_member(vector, spelling)).unwrap();
                assert_eq!(*key.secret(), secret(vector, "session_key"), "{vector}");
            }
        }
    }
}

#[test]
fn records_of_every_type() {
    let vectors = json(RECORDS);
    let umk = Umk::from_secret(&secret(&vectors, "umk")).unwrap();
    for vector in list(&vectors, "records") {
        let (key, plaintext, sealed) = (
            secret(vector, "key"),
            hex_member(vector, "plaintext"),
            text(vector, "record"),
        );
        with_aad(vector, |aad| {
            assert_eq!(aad.to_text(), text(vector, "aad"));
            assert_eq!(record::open(&key, &aad, sealed).unwrap(), plaintext);
            if let Aad::Vault(of) = aad {
                assert_eq!(umk.open(of, sealed).unwrap(), plaintext);
                let again = umk.seal(of, plaintext.expose()).unwrap();
                assert_eq!(umk.open(of, &again).unwrap(), plaintext);
            }
        });
        let iv = hex_member(vector, "iv").expose().try_into().unwrap();
        let resealed =
            record::seal_with_iv(&key, text(vector, "aad"), &iv, plaintext.expose()).unwrap();
        assert_eq!(resealed, sealed);
        assert_eq!(record::record_sha256(sealed), text(vector, "record_sha256"));
    }
}

#[test]
fn records_that_must_not_open() {
    for vector in list(&json(RECORDS), "negative") {
        let result = record::open_with_aad(
            &secret(vector, "key"),
            text(vector, "aad"),
            text(vector, "record"),
        );
        let name = match result {
            Ok(_) => "none",
            Err(CryptoError::TagMismatch) => "TagMismatch",
            Err(CryptoError::Malformed(_)) => "Malformed",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(name, text(vector, "expect"), "{}", text(vector, "name"));
    }
}

#[test]
fn opaque_names() {
    let vectors = json(RECORDS);
    let umk = Umk::from_secret(&secret(&vectors, "umk")).unwrap();
    for vector in list(&vectors, "opaque_names") {
        let name = umk.opaque_name(&id(text(vector, "kind")), text(vector, "id"));
        assert_eq!(name, text(vector, "name"));
    }
}

/// The signatures of signed messages; the messages' own rules are not this module's.
#[test]
fn wallet_signatures() {
    let vectors = json(MESSAGES);
    for positive in list(&vectors, "positive") {
        assert_eq!(
            verify(positive, text(&positive["challenge"], "wallet")),
            Ok(()),
            "{}",
            text(positive, "name")
        );
    }
    let mut refused = 0;
    for negative in list(&vectors, "negative")
        .iter()
        .filter(|vector| text(vector, "expect") == "BadSignature")
    {
        let of = list(&vectors, "positive")
            .iter()
            .find(|positive| positive["name"] == negative["of"])
            .unwrap();
        let mut changed = of.clone();
        for (name, value) in negative["set"].as_object().unwrap() {
            changed[name] = value.clone();
        }
        let wallet = negative["set"]["challenge"]["wallet"].as_str();
        let wallet = wallet.unwrap_or_else(|| text(&of["challenge"], "wallet"));
        assert!(
            verify(&changed, wallet).is_err(),
            "{}",
            text(negative, "name")
        );
        refused += 1;
    }
    assert_eq!(refused, 11);
}

fn verify(vector: &Value, wallet: &str) -> Result<(), CryptoError> {
    let wallet: WalletAddress = wallet.parse()?;
    wallet
        .verify(text(vector, "text"), &hex_member(vector, "signature"))
        .map(drop)
}

fn check_subkeys(umk: &Umk, subkeys: &Value) {
    for (name, subkey) in subkeys.as_object().unwrap() {
        let purpose = match name.as_str() {
            "mnemonic" => Purpose::Mnemonic,
            "agent_privkey" => Purpose::AgentPrivkey,
            "execution_token" => Purpose::ExecutionToken,
            "audit_signing" => Purpose::AuditSigning,
            "chain_signer" => Purpose::ChainSigner,
            "vault_token" => Purpose::VaultToken,
            "blob_index" => Purpose::BlobIndex,
            "envelope_auth" => Purpose::EnvelopeAuth,
            "slot_keks" => Purpose::SlotKeks,
            other => Purpose::Anchor(id(other.strip_prefix("anchor:").unwrap())),
        };
        assert_eq!(umk.subkey(&purpose), hex_secret(subkey), "{name}");
    }
}

fn with_aad(vector: &Value, check: impl FnOnce(Aad<'_>)) {
    let wallet = vector["wallet"]
        .as_str()
        .map(|address| address.parse::<WalletAddress>().unwrap());
    let id = vector["id"].as_str().map(id);
    let authorization = vector["authorization_id"].as_str().map(self::id);
    check(match (text(vector, "type"), &wallet, &id) {
        ("umk", Some(wallet), _) => Aad::BareUmk(wallet),
        ("mnemonic", Some(wallet), _) => Aad::Vault(VaultRecord::Mnemonic(wallet)),
        ("privkey", Some(wallet), _) => Aad::Vault(VaultRecord::PrivKey(wallet)),
        ("execution", Some(wallet), _) => Aad::Execution {
            wallet,
            authorization: authorization.as_ref().unwrap(),
        },
        ("execution_key", _, Some(id)) => Aad::ExecutionKey(id),
        ("anchor", _, Some(id)) => {
            let key_version = vector["key_version"].as_u64().unwrap();
            Aad::Vault(VaultRecord::Anchor {
                id,
                key_version,
                kem: text(vector, "kem"),
            })
        }
        ("audit_signing", _, Some(id)) => {
            let keys = [AuditKey::Ed25519, AuditKey::MlDsa87];
            Aad::Vault(VaultRecord::AuditSigning(
                keys.into_iter()
                    .find(|key| key.id() == id.as_str())
                    .unwrap(),
            ))
        }
        ("chain_signer", _, Some(id)) => Aad::Vault(VaultRecord::ChainSigner(id)),
        ("vault_token", _, Some(id)) => Aad::Vault(VaultRecord::VaultToken(id)),
        ("slot_kek", _, Some(id)) => Aad::Vault(VaultRecord::SlotKek(id)),
        other => panic!("{other:?}"),
    });
}

pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value[name].as_array().unwrap();
    assert!(!list.is_empty(), "{name}");
    list
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name}"))
}

pub(super) fn hex_member(value: &Value, name: &str) -> SecretBytes {
    hex::decode(text(value, name)).unwrap().into()
}

pub(super) fn secret<const N: usize>(value: &Value, name: &str) -> Secret<N> {
    Secret::copied_from(hex_member(value, name).expose()).unwrap()
}

pub(super) fn hex_secret(value: &Value) -> Secret<32> {
    Secret::copied_from(&hex::decode(value.as_str().unwrap()).unwrap()).unwrap()
}

fn id(text: &str) -> InfoId {
    InfoId::parse(text).unwrap()
}
