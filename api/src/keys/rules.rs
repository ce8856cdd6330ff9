//! What a key is: `kn_<id>_<secret>`. The database holds the id and a keyed hash of the secret, so that
//! neither the database nor the pepper alone is of any use. Nothing here reads or writes anything.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::Refusal;
use crate::blobs::hex;
use crate::clock::SECOND_US;
use crate::ids::KeyId;

/// Bytes of a secret and of a pepper.
pub const SECRET_BYTES: usize = 32;

/// Longest name of a project or a key, characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest life that a key can be given, seconds: ten years.
pub const EXPIRES_IN_SECONDS_MAX: i64 = 315_360_000;

/// What a project's key may do unless it is made for less.
pub const PROJECT_SCOPES: &str = "videos:read videos:write models:read webhooks:read webhooks:write";
/// What a worker's key may do.
pub const WORKER_SCOPES: &str = "runs";
/// What the key of an organization's administrator may do.
pub const ADMIN_SCOPES: &str = "organization:read organization:write";
/// What the operator's key may do.
pub const OPERATOR_SCOPES: &str = "*";

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a project: makes videos.
    Project,
    /// Of an organization: manages its projects and keys, and makes no videos.
    Admin,
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
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Worker => "worker",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Project, Self::Admin, Self::Operator, Self::Worker]
            .into_iter()
            .find(|kind| kind.name() == name)
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

/// What may be shown of a key of which only the id is known: nothing of its secret.
#[must_use]
pub fn redacted(id: &str) -> String {
    format!("kn_{}_...", id.strip_prefix("key_").unwrap_or(id))
}

/// A name that people give to a project or a key.
///
/// # Errors
/// When it is blank, too long, or cannot be stored.
pub fn check_name(name: String) -> Result<String, Refusal> {
    let chars = name.chars().count();
    if name.trim().is_empty() || chars > NAME_CHARS_MAX || name.contains('\0') {
        let problem = format!("expected 1 to {NAME_CHARS_MAX} characters that are not all blank.");
        return Err(Refusal::invalid("name", problem));
    }
    Ok(name)
}

/// The scopes of a project's key, separated by spaces; none named means all that such a key can have.
///
/// # Errors
/// When one is not a scope of a project's key, or comes twice.
pub fn check_scopes(asked: Option<&[String]>) -> Result<String, Refusal> {
    let asked = asked.unwrap_or_default();
    for (n, scope) in asked.iter().enumerate() {
        let known = PROJECT_SCOPES.split_whitespace().any(|known| known == scope);
        if !known || asked[..n].contains(scope) {
            let problem = format!("expected some of these, each once: {PROJECT_SCOPES}.");
            return Err(Refusal::invalid("scopes", problem));
        }
    }
    Ok(if asked.is_empty() { PROJECT_SCOPES.to_owned() } else { asked.join(" ") })
}

/// When a key ends that lives for so long from now on, microseconds since 1970.
#[must_use]
pub fn expires_at_us(now_us: i64, expires_in_seconds: Option<i64>) -> Option<i64> {
    expires_in_seconds.map(|seconds| now_us.saturating_add(seconds.saturating_mul(SECOND_US)))
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

    #[test]
    fn a_key_of_a_project_can_be_made_for_less_and_for_nothing_else() {
        let scopes = |asked: &[&str]| {
            check_scopes(Some(&asked.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>()))
        };
        assert_eq!(check_scopes(None).unwrap(), PROJECT_SCOPES);
        assert_eq!(scopes(&[]).unwrap(), PROJECT_SCOPES);
        assert_eq!(scopes(&["videos:write", "videos:read"]).unwrap(), "videos:write videos:read");
        for asked in ["*", "runs", "operator", "organization:read", "", "videos:read videos:write"] {
            assert!(scopes(&[asked]).is_err(), "{asked:?}");
        }
        assert!(scopes(&["videos:read", "videos:read"]).is_err());
    }

    #[test]
    fn what_is_shown_of_a_key_is_its_id_alone() {
        let key = Key::new();
        let shown = redacted(key.id.as_str());
        assert!(key.reveal().starts_with(shown.trim_end_matches("...")));
        assert!(!shown.contains(&key.secret[..4]) || key.id.as_str().contains(&key.secret[..4]));
    }
}
