//! Who was made from whom.

use std::collections::HashMap;

use kinora_store::Db;

use super::store::{self, RelativeRow};
use super::wire::{RelativeCharacter, VideoLineage, VideoRelative};
use crate::ApiError;
use crate::characters::cast::{self, CastRow};
use crate::http::Page;
use crate::ids::VideoId;

/// Most parents that are told.
const PARENTS_MAX: usize = 64;

/// What the video was made from, and a page of what was made from it.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such video.
pub fn lineage(db: &mut Db, project: &str, id: &VideoId, page: &Page) -> Result<VideoLineage, ApiError> {
    let own = store::relative(db, project, id.as_str())?.filter(|row| row.deleted_at.is_none());
    let own = own.ok_or_else(|| ApiError::not_found("video", id.as_str()))?;
    let (parents, has_more_parents) = parents(db, project, own.parent_id.clone())?;
    let after = page.after.as_deref();
    let mut children = store::children(db, project, id.as_str(), after, page.rows())?;
    let limit = usize::try_from(page.limit).unwrap_or(0);
    let has_more = children.len() > limit;
    children.truncate(limit);
    let mut characters = characters(db, parents.iter().chain(&children).chain([&own]))?;
    let mut told = |row| VideoRelative::of(row, &mut characters);
    let own = told(own);
    let parents = parents.into_iter().map(&mut told).collect();
    let children: Vec<VideoRelative> = children.into_iter().map(told).collect();
    let name = |child: Option<&VideoRelative>| child.map(|child| child.id.clone());
    Ok(VideoLineage {
        id: id.to_string(),
        object: "video.lineage",
        operation: own.operation,
        characters: own.characters,
        parents,
        has_more_parents,
        first_id: name(children.first()),
        last_id: name(children.last()),
        children,
        has_more,
    })
}

/// The parent of that id, its parent, and so on; and whether there are more.
fn parents(db: &mut Db, project: &str, first: Option<String>) -> Result<(Vec<RelativeRow>, bool), ApiError> {
    let (mut parents, mut next) = (Vec::new(), first);
    while let Some(id) = next {
        if parents.len() == PARENTS_MAX {
            return Ok((parents, true));
        }
        let Some(parent) = store::relative(db, project, &id)? else { break };
        next = parent.parent_id.clone();
        parents.push(parent);
    }
    Ok((parents, false))
}

fn characters<'a>(
    db: &mut Db,
    relatives: impl Iterator<Item = &'a RelativeRow>,
) -> Result<HashMap<String, Vec<RelativeCharacter>>, ApiError> {
    let ids: Vec<String> = relatives.map(|row| row.id.clone()).collect();
    let told = |row: CastRow| RelativeCharacter { id: row.character_id, consent_id: row.consent_id };
    let casts = cast::of_videos(db, &ids)?.into_iter();
    Ok(casts.map(|(video, cast)| (video, cast.into_iter().map(told).collect())).collect())
}
