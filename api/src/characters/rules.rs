//! Who may use a character, and what its fields may be. Pure.

use crate::Refusal;

/// Longest name of a character, characters, as OpenAI's.
pub const NAME_CHARS_MAX: usize = 80;
/// Shortest handle, characters.
pub const HANDLE_CHARS_MIN: usize = 3;
/// Longest handle, characters.
pub const HANDLE_CHARS_MAX: usize = 30;
/// Most characters of one project, deleted ones not counted.
pub const CHARACTERS_MAX: i64 = 1_000;

/// `error.code` of a video that was stopped because somebody in it no longer wants to be seen.
pub const CAMEO_REVOKED: &str = "cameo_revoked";
/// `error.message` of such a video.
pub const CAMEO_REVOKED_MESSAGE: &str = "A character of this video may no longer be used.";

/// Writes an enum of words that stand on the wire and in the database.
macro_rules! words {
    ($(#[$about:meta])* $name:ident as $schema:ident { $($(#[$what:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub enum $name { $($(#[$what])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.name() == name)
            }

            /// The one of that name in the field `param` of a request.
            ///
            /// # Errors
            /// When there is none.
            pub fn asked(param: &str, name: &str) -> Result<Self, $crate::Refusal> {
                Self::from_name(name).ok_or_else(|| {
                    let names: Vec<String> = Self::ALL.iter().map(|each| format!("'{}'", each.name())).collect();
                    $crate::Refusal::invalid(param, format!("supported are: {}.", names.join(", ")))
                })
            }
        }
    };
}
pub(super) use words;

words! {
    /// What a character is.
    Kind as CharacterKind {
        /// A person: needs their consent.
        Person = "person",
        /// An animal.
        Animal = "animal",
        /// An object, or a drawn figure.
        Object = "object",
    }
}

words! {
    /// Whether a character can be used.
    Status as CharacterStatus {
        /// A person who has not consented yet: a capture must answer the challenge.
        Pending = "pending",
        /// The operator must look at it first: something could not be checked here.
        Unverified = "unverified",
        /// It can be used by whom its owner lets.
        Active = "active",
        /// The operator refused it.
        Refused = "refused",
        /// Its owner took it back for good.
        Revoked = "revoked",
        /// Nothing is left of it.
        Deleted = "deleted",
    }
}

words! {
    /// Who may use a character beside its owner.
    UsePolicy as CharacterUsePolicy {
        /// Nobody.
        OnlyMe = "only_me",
        /// Whoever has a grant.
        Approved = "approved",
        /// Whoever has a grant, and whoever the owner follows and is followed by.
        Mutuals = "mutuals",
        /// Everyone on this server.
        Everyone = "everyone",
    }
}

words! {
    /// What is done with a likeness: what somebody consents to.
    Use as CharacterUse {
        /// A new video with it.
        Create = "create",
        /// A new video made by changing one that has it.
        Remix = "remix",
        /// A video that has it, made longer.
        Extend = "extend",
    }
}

words! {
    /// What becomes of finished videos that somebody may no longer use.
    Finished as CharacterFinished {
        /// They stay.
        Keep = "keep",
        /// Their files are removed, and what is left says that they were withdrawn.
        Tombstone = "tombstone",
    }
}

/// How a project stands to the owner of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// It is the owner.
    pub is_owner: bool,
    /// Each follows the other.
    pub is_mutual: bool,
    /// It has a grant that is not over.
    pub is_approved: bool,
}

/// On what ground somebody may use a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// It is their own.
    Own,
    /// The policy lets them.
    Policy,
    /// They have a grant, of which this is a use.
    Grant,
}

/// The ground on which a character may be used, if there is one: the whole table of permissions. A grant is only used up
/// where nothing else allows it.
#[must_use]
pub const fn ground(policy: UsePolicy, standing: Standing) -> Option<Ground> {
    match (policy, standing) {
        (_, Standing { is_owner: true, .. }) => Some(Ground::Own),
        (UsePolicy::OnlyMe, _) => None,
        (UsePolicy::Everyone, _) | (UsePolicy::Mutuals, Standing { is_mutual: true, .. }) => {
            Some(Ground::Policy)
        }
        (UsePolicy::Approved | UsePolicy::Mutuals, Standing { is_approved: true, .. }) => Some(Ground::Grant),
        (UsePolicy::Approved | UsePolicy::Mutuals, _) => None,
    }
}

/// A character's name.
///
/// # Errors
/// When it is blank, too long, or has characters that no prompt shows.
pub fn check_name(name: String) -> Result<String, Refusal> {
    let chars = name.chars().count();
    let is_plain = !name.chars().any(char::is_control) && name.trim() == name;
    if chars == 0 || chars > NAME_CHARS_MAX || !is_plain {
        let problem = format!(
            "expected 1 to {NAME_CHARS_MAX} characters without line breaks and without blanks around them: a prompt must have the \
             name as it is written here."
        );
        return Err(Refusal::invalid("name", problem));
    }
    Ok(name)
}

/// A handle, with or without an `@` before it.
///
/// # Errors
/// When it is not written like one.
pub fn check_handle(param: &str, handle: &str) -> Result<String, Refusal> {
    let bare = handle.strip_prefix('@').unwrap_or(handle);
    let is_plain = bare.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_'));
    if !is_plain || bare.len() < HANDLE_CHARS_MIN || bare.len() > HANDLE_CHARS_MAX {
        let problem = format!(
            "expected {HANDLE_CHARS_MIN} to {HANDLE_CHARS_MAX} of the lower-case letters a to z, digits, dots and underscores, for \
             example 'anna'."
        );
        return Err(Refusal::invalid(param, problem));
    }
    Ok(bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_permissions() {
        let owner = Standing { is_owner: true, is_mutual: false, is_approved: false };
        let approved = Standing { is_owner: false, is_mutual: false, is_approved: true };
        let mutual = Standing { is_owner: false, is_mutual: true, is_approved: false };
        let both = Standing { is_owner: false, is_mutual: true, is_approved: true };
        let stranger = Standing { is_owner: false, is_mutual: false, is_approved: false };
        let all = [owner, approved, mutual, both, stranger];
        let (own, policy, grant) = (Some(Ground::Own), Some(Ground::Policy), Some(Ground::Grant));
        for (level, expected) in [
            (UsePolicy::OnlyMe, [own, None, None, None, None]),
            (UsePolicy::Approved, [own, grant, None, grant, None]),
            (UsePolicy::Mutuals, [own, grant, policy, policy, None]),
            (UsePolicy::Everyone, [own, policy, policy, policy, policy]),
        ] {
            assert_eq!(all.map(|standing| ground(level, standing)), expected, "{level:?}");
        }
    }

    #[test]
    fn a_handle_is_taken_with_or_without_its_at_and_never_changed() {
        for good in ["anna", "@anna", "a.b_9", "abc", "a23456789012345678901234567890"] {
            assert_eq!(check_handle("handle", good).unwrap(), good.trim_start_matches('@'));
        }
        for bad in
            ["", "@", "ab", "Anna", "an na", "anna!", "@@anna", "ännä", "a234567890123456789012345678901"]
        {
            assert!(check_handle("handle", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_what_a_prompt_can_have() {
        for good in ["A", "Anna Maria", "Анна", "犬"] {
            assert_eq!(check_name(good.to_owned()).unwrap(), good);
        }
        for bad in ["", " ", " Anna", "Anna ", "An\nna", "An\0na"] {
            assert!(check_name(bad.to_owned()).is_err(), "{bad:?}");
        }
        assert!(check_name("a".repeat(NAME_CHARS_MAX)).is_ok());
        assert!(check_name("a".repeat(NAME_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn words_are_read_back_as_they_are_written() {
        for policy in UsePolicy::ALL {
            assert_eq!(UsePolicy::asked("use_policy", policy.name()), Ok(*policy));
        }
        assert!(UsePolicy::asked("use_policy", "friends").is_err());
        assert_eq!(Status::from_name("gone"), None);
    }
}
