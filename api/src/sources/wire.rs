//! What travels back of who was made from whom.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::store::RelativeRow;
use crate::clock::SECOND_US;

/// What a video was made from and what was made from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoLineage {
    /// The video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `video.lineage`.
    #[schema(example = "video.lineage")]
    pub object: &'static str,
    /// How it was asked for; `null` once it is withdrawn.
    #[schema(required, example = "create")]
    pub operation: Option<String>,
    /// Who and what appears in it with its own looks, and may still be seen in it from what it was made from; `null` once it
    /// is withdrawn.
    #[schema(required)]
    pub characters: Option<Vec<RelativeCharacter>>,
    /// The video that it was made from, the one that that was made from, and so on; at most 64.
    pub parents: Vec<VideoRelative>,
    /// Whether there are further ones above the last of `parents`.
    pub has_more_parents: bool,
    /// The videos that were made from it, oldest first, a page at a time. Deleted ones are left out.
    pub children: Vec<VideoRelative>,
    /// The id of the first child of the page.
    #[schema(required)]
    pub first_id: Option<String>,
    /// The id of the last child of the page: `after` of the next one.
    #[schema(required)]
    pub last_id: Option<String>,
    /// Whether there is a next page of children.
    pub has_more: bool,
}

/// A video that another was made from, or that was made from another.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoRelative {
    /// The video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Where it is on its way, or `withdrawn`: it was deleted, or somebody in it no longer wants to be seen. Nothing else is told
    /// of it then.
    #[schema(example = "completed")]
    pub status: String,
    /// How it was asked for.
    #[schema(required, example = "create")]
    pub operation: Option<String>,
    /// When it was asked for, Unix seconds.
    #[schema(required)]
    pub created_at: Option<i64>,
    /// Who and what appears in it with its own looks, and may still be seen in it from what it was made from.
    #[schema(required)]
    pub characters: Option<Vec<RelativeCharacter>>,
}

/// Who or what appears in a relative.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = VideoRelativeCharacter)]
pub struct RelativeCharacter {
    /// Which character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a")]
    pub id: String,
    /// The consent that its use stands on; `null` where none is needed.
    #[schema(required, example = "consent_019aabc2f1e87d0e8f6a3c1b5d7e9f0b")]
    pub consent_id: Option<String>,
}

/// What a video is called that there is nothing to be told of.
const WITHDRAWN: &str = "withdrawn";

impl VideoRelative {
    /// What is told of a video; `characters` are those of all relatives.
    pub fn of(row: RelativeRow, characters: &mut HashMap<String, Vec<RelativeCharacter>>) -> Self {
        if row.deleted_at.or(row.withdrawn_at).is_some() {
            return Self {
                id: row.id,
                status: WITHDRAWN.to_owned(),
                operation: None,
                created_at: None,
                characters: None,
            };
        }
        Self {
            characters: Some(characters.remove(&row.id).unwrap_or_default()),
            id: row.id,
            status: row.status,
            operation: Some(row.operation),
            created_at: Some(row.created_at.div_euclid(SECOND_US)),
        }
    }
}
