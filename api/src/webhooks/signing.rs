//! Signatures as Standard Webhooks 1.0.0 has them: `v1`, HMAC-SHA256 under the secret of an endpoint, and `v1a`, Ed25519
//! under a key of the installation's. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::keys::Pepper;
use crate::receipts::rules::PublicKey;

/// For what the key is derived from the pepper: no other use of the pepper gives the same bytes.
const PURPOSE: &str = "kinora webhooks, ed25519, 1";
/// What stands before a secret.
const PREFIX: &str = "whsec_";
/// Bytes of a secret: the standard asks for 24 to 64.
const SECRET_BYTES: usize = 32;
/// How much of a secret is shown later, so that people tell two apart, characters.
const HINT_CHARS: usize = 4;

/// What an endpoint and the server both know.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let mut bytes = vec![0; SECRET_BYTES];
        rand::fill(&mut bytes[..]);
        Self(bytes)
    }

    /// The one that consists of `bytes`.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What it consists of.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As its owner gets it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// Its last characters.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = STANDARD.encode(&self.0);
        // What fills the last group up tells nothing apart.
        let text = text.trim_end_matches('=');
        format!("{PREFIX}...{}", &text[text.len().saturating_sub(HINT_CHARS)..])
    }

    fn sign(&self, content: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha256>>::new_from_slice(&self.0).expect("any length will do");
        mac.update(content.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::new()
    }
}

/// What signs for everybody. Every node with the same pepper has the same.
pub struct Signatory(SigningKey);

impl Signatory {
    /// The one of an installation.
    #[must_use]
    pub fn of(pepper: &Pepper) -> Self {
        Self(SigningKey::from_bytes(&pepper.derive(PURPOSE)))
    }

    /// What others need to verify its signatures.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(&self.0.verifying_key())
    }

    /// The header `webhook-signature` of a message sent at `at_seconds`, Unix: a signature for each secret, and one that
    /// needs none.
    #[must_use]
    pub fn sign(&self, secrets: &[Secret], (id, at_seconds): (&str, i64), body: &str) -> String {
        let content = format!("{id}.{at_seconds}.{body}");
        let own = STANDARD.encode(self.0.sign(content.as_bytes()).to_bytes());
        let mut signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(&content)).collect();
        signatures.push(format!("v1a,{own}"));
        signatures.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signature;

    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_standards_own_library() {
        // Made with the Python package standardwebhooks 1.0.1: Webhook(secret).sign(id, time, body).
        let secret = Secret(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let content = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(secret.sign(content), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert_eq!(secret.hint(), "whsec_...LaSw");
    }

    #[test]
    fn a_message_is_signed_under_each_secret_and_under_the_installations_key() {
        let signatory = Signatory(SigningKey::from_bytes(&[7; 32]));
        let (new, old) = (Secret::new(), Secret::new());
        let header = signatory.sign(&[new.clone(), old.clone()], ("evt_1", 5), "{}");
        let [first, second, own] = header.split(' ').collect::<Vec<_>>()[..] else { panic!("{header}") };
        assert_eq!((first, second), (&*new.sign("evt_1.5.{}"), &*old.sign("evt_1.5.{}")));
        let own = STANDARD.decode(own.strip_prefix("v1a,").unwrap()).unwrap();
        let own = Signature::from_slice(&own).unwrap();
        let key = signatory.0.verifying_key();
        assert!(key.verify_strict(b"evt_1.5.{}", &own).is_ok());
        assert!(key.verify_strict(b"evt_1.6.{}", &own).is_err());
    }
}
