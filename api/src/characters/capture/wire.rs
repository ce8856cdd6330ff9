//! What travels about captures: challenges, consents, and the parts of the form.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::keeper::DataKey;
use super::super::rules::Use;
use super::super::store::ConsentRow;
use super::challenge::{Task, Turn};
use super::consent::Wording;
use super::store::ChallengeRow;
use crate::ApiError;
use crate::clock::SECOND_US;

/// What a task is sealed as.
pub const TASK: &str = "challenge";
/// What the name of whoever consented is sealed as.
pub const SIGNED: &str = "consent";

/// What a capture must answer, once and in time: the person speaks the digits one after the other and then turns the head as
/// it says, by some thirty degrees and for about a second each, looking ahead for as long in between.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterChallenge)]
pub struct Challenge {
    /// Names the challenge.
    #[schema(example = "challenge_019aabc2f1e87d0e8f6a3c1b5d7e9f11")]
    pub id: String,
    /// Always `character.challenge`.
    #[schema(example = "character.challenge")]
    pub object: &'static str,
    /// To be spoken.
    #[schema(example = "472")]
    pub digits: String,
    /// To be made, as the person would say; the recording must not be mirrored.
    pub head_turns: Vec<Turn>,
    /// When it was issued, Unix seconds.
    pub created_at: i64,
    /// Until when it can be answered, Unix seconds: ten minutes.
    pub expires_at: i64,
    /// What the person consents to by answering.
    pub wording: Wording,
}

impl Challenge {
    /// The challenge of a row.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn of(row: &ChallengeRow, key: &DataKey) -> Result<Self, ApiError> {
        let task: Task = key.open_value(TASK, &row.sealed)?;
        Ok(Self {
            id: row.id.clone(),
            object: "character.challenge",
            digits: task.digits,
            head_turns: task.turns,
            created_at: row.created_at.div_euclid(SECOND_US),
            expires_at: row.expires_at.div_euclid(SECOND_US),
            wording: Wording::current(),
        })
    }
}

/// What somebody agreed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterConsent)]
pub struct Consent {
    /// Names the consent.
    #[schema(example = "consent_019aabc2f1e87d0e8f6a3c1b5d7e9f12")]
    pub id: String,
    /// Always `character.consent`.
    #[schema(example = "character.consent")]
    pub object: &'static str,
    /// Of which character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f10")]
    pub character_id: String,
    /// Whose project recorded it.
    pub organization_id: String,
    /// Which project recorded it.
    pub project_id: String,
    /// With which key.
    pub api_key_id: String,
    /// Who consented, in the words of whoever recorded it.
    #[schema(required, example = "Anna Example")]
    pub signed_by: Option<String>,
    /// To which words.
    pub wording: Wording,
    /// To which uses.
    #[schema(example = json!(["create", "remix", "extend"]))]
    pub scopes: Vec<Use>,
    /// SHA-256 of the capture, lower-case hexadecimal.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    pub capture_sha256: String,
    /// When it was given, Unix seconds.
    pub created_at: i64,
    /// Until when it holds, Unix seconds; `null` until it is taken back.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// When it was taken back, Unix seconds.
    #[schema(required)]
    pub revoked_at: Option<i64>,
}

impl Consent {
    /// The consent of a row.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn of(row: ConsentRow, key: &DataKey) -> Result<Self, ApiError> {
        let wording = Wording::of(&row.wording_version);
        let missing = || ApiError::Internal(anyhow::anyhow!("{} is to an unknown wording", row.id));
        Ok(Self {
            object: "character.consent",
            signed_by: key.open_value(SIGNED, &row.sealed)?,
            wording: wording.ok_or_else(missing)?,
            scopes: row.scopes.split(' ').filter_map(Use::from_name).collect(),
            created_at: row.created_at.div_euclid(SECOND_US),
            expires_at: row.expires_at.map(|at| at.div_euclid(SECOND_US)),
            revoked_at: row.revoked_at.map(|at| at.div_euclid(SECOND_US)),
            id: row.id,
            character_id: row.character_id,
            organization_id: row.organization_id,
            project_id: row.project_id,
            api_key_id: row.api_key_id,
            capture_sha256: row.capture_sha256,
        })
    }
}

/// A capture that answers a challenge: the parts of the form.
#[derive(ToSchema)]
#[schema(as = CreateCharacterCapture)]
#[expect(dead_code, reason = "it stands for a form that is read by its fields")]
pub struct CaptureForm {
    /// The recording: MP4 or MOV with H.264, and AAC unless the voice is sent apart, at most 20 seconds.
    #[schema(value_type = String, format = Binary)]
    video: Vec<u8>,
    /// The voice, if it was recorded apart: WAV with 16 bits a sample, or MP4 with AAC. Whether the person who is seen speaks it
    /// cannot be told here, so that `speech` and `digits` are not checked and the operator looks.
    #[schema(value_type = Option<String>, format = Binary)]
    voice: Option<Vec<u8>>,
    /// The version of the challenge's wording, to which the person agrees.
    #[schema(example = "2026-11-27")]
    wording_version: String,
    /// Who agrees, for the record.
    #[schema(example = "Anna Example", max_length = 200)]
    signed_by: Option<String>,
    /// To what; all three if absent.
    scopes: Option<Vec<Use>>,
    /// Until when, Unix seconds; until it is taken back if absent.
    expires_at: Option<i64>,
}
