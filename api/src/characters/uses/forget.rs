//! Takes an owner's wishes out of the specs of videos, where they were put so that the engine is told of them.

use kinora_spec::Spec;
use kinora_store::Db;

use super::store;
use crate::ApiError;
use crate::videos::request::ShotRequest;

/// Leaves in the specs of videos with a character what their makers wrote, and nothing of its owner's, its name in the cast
/// neither. All of them are over.
///
/// # Errors
/// When the database fails, or a spec cannot be read, which is a fault of ours.
pub fn forget_wishes(db: &mut Db, character: &str) -> Result<(), ApiError> {
    for row in store::specs(db, character)? {
        let mut spec: Spec = serde_json::from_str(&row.spec).map_err(anyhow::Error::from)?;
        let asked = row.shots.as_deref().map(serde_json::from_str::<Vec<ShotRequest>>).transpose();
        let asked = asked.map_err(anyhow::Error::from)?.unwrap_or_default();
        for (n, shot) in spec.shots.iter_mut().enumerate() {
            // Those of a deleted video are forgotten, and so are these then.
            shot.prompt = asked.get(n).map_or_else(String::new, |asked| asked.prompt.clone());
        }
        spec.prompt = row.prompt;
        let place = usize::try_from(row.position).ok().filter(|_| row.role == store::CAST);
        if let Some(role) = place.and_then(|place| spec.cast.get_mut(place)) {
            role.name.clear();
        }
        store::set_spec(db, &row.id, &serde_json::to_string(&spec).map_err(anyhow::Error::from)?)?;
    }
    Ok(())
}
