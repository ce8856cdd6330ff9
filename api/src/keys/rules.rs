//! What a key is: `kn_<id>_<secret>`. The database holds the id and a keyed hash of the secret, so that
//! neither the database nor the pepper alone is of any use. Nothing here reads or writes anything.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::blobs::hex;
use crate::ids::KeyId;

/// Bytes of a secret and of a pepper.
pub const SECRET_BYTES: usize = 32;

/// What a project's key may do unless it is made for less.
pub const PROJECT_SCOPES: &str = "videos:read videos:write models:read";
/// What a worker's key may do.
pub const WORKER_SCOPES: &str = "runs";
/// What the operator's key may do.
pub const OPERATOR_SCOPES: &str = "*";

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a project: makes videos.
    Project,
    /// Of whoever runs the server: makes no videos, since it belongs to no tenant.
    Operator,
    /// Of a worker: leases runs.
    Worker,
}

impl Kind {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Operator => "operator",
            Self::Worker => "worker",
        }
    }
}

/// The secret of the installation that goes into every hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Pepper(pub(super) [u8; SECRET_BYTES]);

impl Pepper {
    /// Bytes for one purpose: nobody who has them learns the pepper or those of another purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; SECRET_BYTES] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha256>>::new_from_slice(&self.0).expect("any length will do");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// A key as its owner holds it. It is shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The part that is not secret.
    pub id: KeyId,
    secret: String,
}

impl Key {
    /// A new key.
    #[must_use]
    pub fn new() -> Self {
        let mut secret = [0; SECRET_BYTES];
        rand::fill(&mut secret);
        Self { id: KeyId::new(), secret: hex(&secret) }
    }

    /// The key written as `text`, if it is written like one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix("kn_")?.split_once('_')?;
        let id = KeyId::parse(&format!("key_{id}"))?;
        (secret.len() == SECRET_BYTES * 2).then(|| Self { id, secret: secret.to_owned() })
    }

    /// As it is sent.
    #[must_use]
    pub fn reveal(&self) -> String {
        let id = self.id.as_str();
        format!("kn_{}_{}", id.strip_prefix("key_").unwrap_or(id), self.secret)
    }

    /// What the database holds of the secret: HMAC-SHA256 under the pepper.
    #[must_use]
    pub fn hash(&self, pepper: &Pepper) -> [u8; SECRET_BYTES] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha256>>::new_from_slice(&pepper.0).expect("any length will do");
        mac.update(self.secret.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Whether `hash` is this key's. Without a hash, because there is no such key, it takes as long.
    #[must_use]
    pub fn matches(&self, pepper: &Pepper, hash: Option<&[u8]>) -> bool {
        let equal = self.hash(pepper).ct_eq(hash.unwrap_or(&[0; SECRET_BYTES]));
        bool::from(equal) & hash.is_some()
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a list of scopes, separated by spaces, has `scope`.
#[must_use]
pub fn has_scope(scopes: &str, scope: &str) -> bool {
    scopes.split_whitespace().any(|held| held == scope || held == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_is_written_and_matches_its_hash_alone() {
        let pepper = Pepper([1; SECRET_BYTES]);
        let key = Key::new();
        let read = Key::parse(&key.reveal()).unwrap();
        let hash = key.hash(&pepper);
        assert!(read.matches(&pepper, Some(&hash)));
        assert!(!read.matches(&pepper, None));
        assert!(!read.matches(&Pepper([2; SECRET_BYTES]), Some(&hash)));
        assert!(!Key::new().matches(&pepper, Some(&hash)));
    }

    #[test]
    fn a_text_that_is_not_written_like_a_key_is_no_key() {
        let key = Key::new().reveal();
        for text in ["", "kn_", "sk-test", "kn_1_2", &key[..key.len() - 1], &format!("{key}0"), &key[1..]] {
            assert!(Key::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_scope_is_had_by_name_or_by_the_star_alone() {
        assert!(has_scope(PROJECT_SCOPES, "videos:write"));
        assert!(!has_scope(PROJECT_SCOPES, "runs"));
        assert!(!has_scope(PROJECT_SCOPES, "videos"));
        assert!(has_scope(OPERATOR_SCOPES, "runs"));
        assert!(!has_scope("", ""));
    }
}
