//! What travels between the server and its operator about characters.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Refusal;
use crate::characters::capture::challenge::Turn;
use crate::characters::capture::checks::Checks;
use crate::characters::capture::store::FileRow;
use crate::characters::rules::{Kind, Status};
use crate::clock::SECOND_US;
use crate::http::Fields;

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 500;

/// A character, as the operator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewedCharacter {
    /// Names the character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f10")]
    pub id: String,
    /// Always `operator.character`.
    #[schema(example = "operator.character")]
    pub object: &'static str,
    /// Whose it is.
    pub organization_id: String,
    /// Whose it is.
    pub project_id: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// Its name.
    #[schema(example = "Anna")]
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it can be used.
    pub status: Status,
    /// Why it was refused.
    #[schema(required)]
    pub refusal: Option<String>,
    /// What was found in the last capture.
    #[schema(required)]
    pub checks: Option<Checks>,
    /// The digits that the last challenge asked for.
    #[schema(required, example = "472")]
    pub digits: Option<String>,
    /// The turns of the head that it asked for.
    #[schema(required)]
    pub head_turns: Option<Vec<Turn>>,
    /// What was uploaded, the oldest first.
    pub captures: Vec<UploadedCapture>,
}

/// Something that was uploaded for a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterUpload)]
pub struct UploadedCapture {
    /// Names the upload.
    #[schema(example = "capture_019aabc2f1e87d0e8f6a3c1b5d7e9f15")]
    pub id: String,
    /// `video`, `image` or `voice` of its beginning, or `capture`.
    #[schema(example = "capture")]
    pub kind: String,
    /// Its length, bytes.
    #[schema(example = 1_048_576)]
    pub bytes: i64,
    /// SHA-256 of it, lower-case hexadecimal.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    pub sha256: String,
    /// When it came, Unix seconds.
    pub created_at: i64,
}

impl From<FileRow> for UploadedCapture {
    fn from(row: FileRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            bytes: row.bytes,
            sha256: row.sha256,
            created_at: row.created_at.div_euclid(SECOND_US),
        }
    }
}

/// Where a person consented.
#[derive(Debug, PartialEq, Eq, ToSchema)]
pub struct AttestCharacter {
    /// How and where the person consented, so that it can be found again; the owner reads it.
    #[schema(example = "Signed release of 2026-11-02, folder 12.", min_length = 1, max_length = 500)]
    pub attestation: String,
}

impl AttestCharacter {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When there is no attestation, or one that is too long.
    pub fn from_fields(fields: Fields) -> Result<Self, Refusal> {
        Ok(Self { attestation: reason(fields, "attestation")? })
    }
}

/// Why a character is refused.
#[derive(Debug, PartialEq, Eq, ToSchema)]
pub struct RefuseCharacter {
    /// What its owner reads.
    #[schema(example = "The recording shows a screen.", min_length = 1, max_length = 500)]
    pub reason: String,
}

impl RefuseCharacter {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When there is no reason, or one that is too long.
    pub fn from_fields(fields: Fields) -> Result<Self, Refusal> {
        Ok(Self { reason: reason(fields, "reason")? })
    }
}

/// The only field of a request: a text.
fn reason(mut fields: Fields, name: &'static str) -> Result<String, Refusal> {
    let text = fields.text(name)?.ok_or(Refusal::Missing { param: name })?;
    fields.finish()?;
    if text.trim().is_empty() || text.chars().count() > REASON_CHARS_MAX || text.contains('\0') {
        let problem = format!("expected 1 to {REASON_CHARS_MAX} characters that are not all blank.");
        return Err(Refusal::invalid(name, problem));
    }
    Ok(text)
}
