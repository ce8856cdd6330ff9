//! Secrets that the server must be able to read again, as they lie in the database: XChaCha20-Poly1305 under a key
//! derived from the pepper. Whoever has the database alone learns nothing from them, and whoever can write to it cannot
//! move one to another row. Secrets that need only be compared are hashed instead: see `keys`.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::keys::Pepper;
use crate::keys::rules::SECRET_BYTES;

/// Bytes of the nonce in front of what is sealed: enough to be drawn at random for every one.
const NONCE_BYTES: usize = 24;

/// What is in the database cannot be opened: it was changed, belongs to another row, or was sealed under another pepper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened: it was changed, moved, or sealed under another pepper")]
pub struct Broken;

/// Seals and opens for one purpose.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// For one purpose, for example `webhook secrets`: what was sealed for another cannot be opened with it.
    #[must_use]
    pub fn new(pepper: &Pepper, purpose: &str) -> Self {
        Self(XChaCha20Poly1305::new(&pepper.derive(&format!("kinora seal: {purpose}")).into()))
    }

    /// For everything that one key stands for; whoever forgets the key can open none of it again.
    #[must_use]
    pub fn with_key(key: [u8; SECRET_BYTES]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// `bytes`, unreadable and bound to `place`, which names the row and the column: the nonce, then what was sealed and
    /// 16 bytes that prove it. The same bytes look different every time.
    #[must_use]
    pub fn seal(&self, place: &[u8], bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        rand::fill(&mut nonce);
        #[expect(clippy::expect_used, reason = "the cipher takes 256 GiB, more than memory holds")]
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: bytes, aad: place })
            .expect("it is not that long");
        [&nonce[..], &sealed].concat()
    }

    /// What was sealed for `place`.
    ///
    /// # Errors
    /// [`Broken`] when it was not.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Broken)?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place }).map_err(|_| Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::open_pepper;

    fn pepper() -> Pepper {
        open_pepper(tempfile::tempdir().unwrap().path()).unwrap().0
    }

    #[test]
    fn what_is_sealed_is_opened_in_its_place_by_its_purpose_and_its_pepper_alone() {
        let pepper = pepper();
        let seal = Seal::new(&pepper, "a");
        for bytes in [&b""[..], b"x", &[7; 10_000]] {
            let sealed = seal.seal(b"row 1", bytes);
            assert_eq!(seal.open(b"row 1", &sealed).as_deref(), Ok(bytes));
            assert_eq!(Seal::new(&pepper, "a").open(b"row 1", &sealed).as_deref(), Ok(bytes));
            assert_eq!(seal.open(b"row 2", &sealed), Err(Broken));
            assert_eq!(Seal::new(&pepper, "b").open(b"row 1", &sealed), Err(Broken));
            assert_eq!(Seal::new(&self::pepper(), "a").open(b"row 1", &sealed), Err(Broken));
        }
    }

    #[test]
    fn what_was_changed_or_cut_is_not_opened() {
        let seal = Seal::new(&pepper(), "a");
        let sealed = seal.seal(b"row", b"secret");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open(b"row", &changed), Err(Broken), "byte {at}");
            assert_eq!(seal.open(b"row", &sealed[..at]), Err(Broken), "cut at {at}");
        }
    }

    #[test]
    fn the_same_secret_looks_different_every_time_and_is_not_in_clear() {
        let seal = Seal::new(&pepper(), "a");
        let (first, second) = (seal.seal(b"row", b"secret"), seal.seal(b"row", b"secret"));
        assert_ne!(first, second);
        assert!(!first.windows(6).any(|part| part == b"secret"));
    }
}
