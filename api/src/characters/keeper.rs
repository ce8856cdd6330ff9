//! What is secret of a character, and the key under which it lies: each character has a random key of its own, which is sealed
//! in turn under the server's pepper. Deleting the one small row with that key makes all of it unreadable: the looks, the
//! uploads, the name, the wishes.

use kinora_spec::Likeness;
use kinora_store::Db;
use serde::{Deserialize, Serialize};

use super::capture::checks::Checks;
use super::store;
use crate::ApiError;
use crate::keys::Pepper;
use crate::keys::rules::SECRET_BYTES;
use crate::seal::{Broken, Seal};

/// What is sealed in the row of a character.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Secrets {
    /// Its name, which prompts must have.
    pub name: String,
    /// Its owner's wishes.
    pub preferences: Preferences,
    /// Its looks, as the engine is told of them.
    pub likeness: Option<Likeness>,
    /// What tells the face of the first upload from others, 128 numbers.
    pub descriptor: Option<Vec<f32>>,
    /// What was found in the last capture.
    pub checks: Option<Checks>,
}

/// How an owner wants a character to be shown, and how never.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// For example `she/her`.
    pub pronouns: Option<String>,
    /// What is always so, for example `always a black T-shirt`.
    pub appearance: Vec<String>,
    /// Words and phrases that no prompt with it may have.
    pub never: Vec<String>,
}

/// Opens the keys of characters.
#[derive(Clone)]
pub struct Keeper(Seal);

/// The key of one character.
#[derive(Clone)]
pub struct DataKey {
    seal: Seal,
    character: String,
}

impl Keeper {
    /// The one of a server with this pepper.
    #[must_use]
    pub fn of(pepper: &Pepper) -> Self {
        Self(Seal::new(pepper, "character keys"))
    }

    /// A new key for a character, and how it is stored.
    #[must_use]
    pub fn new_key(&self, character: &str) -> (DataKey, Vec<u8>) {
        let mut key = [0; SECRET_BYTES];
        rand::fill(&mut key);
        let stored = self.0.seal(&place_of(character, "key"), &key);
        (DataKey { seal: Seal::with_key(key), character: character.to_owned() }, stored)
    }

    /// The key of a character, as it is stored.
    ///
    /// # Errors
    /// [`Broken`] when it was stored for another character or under another pepper.
    pub fn open_key(&self, character: &str, stored: &[u8]) -> Result<DataKey, Broken> {
        let key = self.0.open(&place_of(character, "key"), stored)?;
        let key = <[u8; SECRET_BYTES]>::try_from(key).map_err(|_| Broken)?;
        Ok(DataKey { seal: Seal::with_key(key), character: character.to_owned() })
    }

    /// The key of a character that is not deleted.
    ///
    /// # Errors
    /// When the database fails, or has no such key.
    pub fn key_of(&self, db: &mut Db, character: &str) -> Result<DataKey, ApiError> {
        let stored = store::key(db, character)?;
        let stored = stored.ok_or_else(|| broken(anyhow::anyhow!("the key of {character} is gone")))?;
        self.open_key(character, &stored).map_err(broken)
    }
}

impl DataKey {
    /// `bytes`, unreadable, and bound to this character and to `what` they are.
    #[must_use]
    pub fn seal(&self, what: &str, bytes: &[u8]) -> Vec<u8> {
        self.seal.seal(&place_of(&self.character, what), bytes)
    }

    /// What was sealed of this character as `what`.
    ///
    /// # Errors
    /// [`Broken`] when it was not.
    pub fn open(&self, what: &str, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        self.seal.open(&place_of(&self.character, what), sealed)
    }

    /// A value, sealed as `what`.
    ///
    /// # Errors
    /// Never in practice: every part can be written as JSON.
    pub fn seal_value(&self, what: &str, value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
        Ok(self.seal(what, &serde_json::to_vec(value).map_err(broken)?))
    }

    /// The value that was sealed as `what`.
    ///
    /// # Errors
    /// When it was not, or is of another form.
    pub fn open_value<T: for<'de> Deserialize<'de>>(&self, what: &str, sealed: &[u8]) -> Result<T, ApiError> {
        serde_json::from_slice(&self.open(what, sealed).map_err(broken)?).map_err(broken)
    }
}

/// What the secrets in a character's row are sealed as.
pub const SECRETS: &str = "secrets";

fn place_of(character: &str, what: &str) -> Vec<u8> {
    format!("{character} {what}").into_bytes()
}

fn broken(error: impl Into<anyhow::Error>) -> ApiError {
    ApiError::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::open_pepper;

    #[test]
    fn a_character_is_opened_with_its_own_key_alone() {
        let pepper = open_pepper(tempfile::tempdir().unwrap().path()).unwrap().0;
        let keeper = Keeper::of(&pepper);
        let (key, stored) = keeper.new_key("char_1");
        let sealed = key.seal("voice", b"hello");
        let again = Keeper::of(&pepper).open_key("char_1", &stored).unwrap();
        assert_eq!(again.open("voice", &sealed).as_deref(), Ok(&b"hello"[..]));
        assert_eq!(again.open("video", &sealed), Err(Broken));
        assert_eq!(keeper.new_key("char_1").0.open("voice", &sealed), Err(Broken));
        assert!(keeper.open_key("char_2", &stored).is_err());
        let other = open_pepper(tempfile::tempdir().unwrap().path()).unwrap().0;
        assert!(Keeper::of(&other).open_key("char_1", &stored).is_err());
    }
}
