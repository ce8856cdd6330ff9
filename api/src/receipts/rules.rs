//! Signing and verifying. Pure: no clock, no SQL, no HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::keys::Pepper;

/// For what the key is derived from the pepper: no other use of the pepper gives the same bytes.
const PURPOSE: &str = "kinora receipts, ed25519, 1";
/// What a receipt says it is.
const TYPE: &str = "kinora-receipt+jws";

/// A public key as a JSON Web Key (RFC 8037, section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicKey {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// The key, 32 bytes in base64url.
    pub x: String,
    /// Names the key: its thumbprint (RFC 7638).
    pub kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
}

impl PublicKey {
    /// How others are told of a key.
    #[must_use]
    pub fn of(key: &VerifyingKey) -> Self {
        let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
        // RFC 7638, section 3: the required members in the order of their names, without blanks.
        let kid = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        let text = str::to_owned;
        Self {
            kty: text("OKP"),
            crv: text("Ed25519"),
            x,
            kid: URL_SAFE_NO_PAD.encode(kid),
            usage: text("sig"),
            alg: text("EdDSA"),
        }
    }
}

/// Keys that something is signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicKeys {
    /// Today there is one.
    pub keys: Vec<PublicKey>,
}

/// What signs receipts. Every node with the same pepper has the same.
pub struct Signatory {
    key: SigningKey,
}

/// Why a text is no receipt of somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// It is not written like one.
    #[error("this is no receipt: it must be a JSON Web Signature with three parts, made by Kinora")]
    Malformed,
    /// It names a key that is not among those given.
    #[error("the receipt was signed with a key that is not among the public keys")]
    UnknownKey,
    /// Somebody changed it, or never signed it.
    #[error("the signature does not fit the receipt")]
    BadSignature,
}

impl Signatory {
    /// The one of an installation.
    #[must_use]
    pub fn of(pepper: &Pepper) -> Self {
        Self { key: SigningKey::from_bytes(&pepper.derive(PURPOSE)) }
    }

    /// What others need to verify its receipts.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(&self.key.verifying_key())
    }

    /// Signs a payload: the compact form, `header.payload.signature`.
    #[must_use]
    pub fn sign(&self, payload: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "typ": TYPE, "kid": self.public_key().kid });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(payload));
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// The payload of a receipt that one of `keys` signed.
///
/// # Errors
/// [`BadReceipt`].
pub fn verify(receipt: &str, keys: &PublicKeys) -> Result<Value, BadReceipt> {
    let (signed, signature) = receipt.trim().rsplit_once('.').ok_or(BadReceipt::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(BadReceipt::Malformed)?;
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| BadReceipt::Malformed)?;
        serde_json::from_slice::<Value>(&bytes).map_err(|_| BadReceipt::Malformed)
    };
    let header = json(header)?;
    // The algorithm is never taken from the receipt: RFC 8725, section 3.1.
    if header["alg"] != "EdDSA" || header["typ"] != TYPE {
        return Err(BadReceipt::Malformed);
    }
    let key = keys.keys.iter().find(|key| header["kid"] == key.kid.as_str()).ok_or(BadReceipt::UnknownKey)?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let x = bytes(&key.x).and_then(|x| <[u8; 32]>::try_from(x).ok()).ok_or(BadReceipt::UnknownKey)?;
    let key = VerifyingKey::from_bytes(&x).map_err(|_| BadReceipt::UnknownKey)?;
    let signature = bytes(signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
    let signature = signature.ok_or(BadReceipt::Malformed)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| BadReceipt::BadSignature)?;
    json(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signatory(byte: u8) -> Signatory {
        Signatory { key: SigningKey::from_bytes(&[byte; 32]) }
    }

    #[test]
    fn a_receipt_is_read_with_the_key_that_signed_it_and_with_no_other() {
        let payload = json!({ "sub": "video_1", "total": "0.400000" });
        let receipt = signatory(1).sign(&payload);
        let keys = |byte| PublicKeys { keys: vec![signatory(byte).public_key()] };
        assert_eq!(verify(&receipt, &keys(1)), Ok(payload));
        assert_eq!(verify(&receipt, &keys(2)), Err(BadReceipt::UnknownKey));
        let mut forged = keys(2);
        forged.keys[0].kid = keys(1).keys[0].kid.clone();
        assert_eq!(verify(&receipt, &forged), Err(BadReceipt::BadSignature));
    }

    #[test]
    fn a_receipt_that_was_changed_anywhere_is_refused() {
        let receipt = signatory(1).sign(&json!({ "total": "0.400000" }));
        let keys = PublicKeys { keys: vec![signatory(1).public_key()] };
        for at in 0..receipt.len() {
            let mut changed = receipt.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(verify(&changed, &keys).is_err(), "character {at}");
        }
    }

    #[test]
    fn the_key_of_rfc_8037_has_the_thumbprint_that_it_names() {
        // RFC 8037, appendix A.1 and A.3.
        let secret = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let signatory = Signatory { key: SigningKey::from_bytes(&secret.try_into().unwrap()) };
        let key = signatory.public_key();
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
