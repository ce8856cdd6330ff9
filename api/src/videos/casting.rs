//! Puts characters into what an engine is told: who they are, and what their owners wish.

use kinora_billing::Operation;
use kinora_spec::{Role, Spec, is_named};
use kinora_store::Db;

use super::request::ShotRequest;
use super::wish::{CastWish, Wish};
use crate::ApiError;
use crate::characters::cast::{self, Ask, Prepared};
use crate::characters::keeper::Keeper;
use crate::characters::rules::Use;
use crate::http::Tenant;
use crate::ids::{CharacterId, VideoId};

/// How characters are asked for in a wish.
pub fn ask<'a>(keeper: &'a Keeper, tenant: &'a Tenant, wish: &'a Wish, now_us: i64) -> Ask<'a> {
    let operation = match wish.operation {
        Operation::Create | Operation::Cameo => Use::Create,
        Operation::Remix | Operation::Edit => Use::Remix,
        Operation::Extend => Use::Extend,
    };
    Ask { keeper, tenant, operation, parent: wish.parent.as_ref().map(VideoId::as_str), now_us }
}

/// The spec of a wish with its cast in it, and what is to be recorded of them.
///
/// # Errors
/// When a character may not be used, or is not named; when the database fails.
pub fn cast(db: &mut Db, ask: Ask<'_>, wish: &Wish) -> Result<(Spec, Prepared), ApiError> {
    let wanted = match &wish.cast {
        CastWish::Inherited => None,
        CastWish::Named(ids) => {
            let known = ids.iter().map(|id| CharacterId::parse(id).ok_or_else(cast::unknown));
            Some(known.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let shots = wish.shots.iter().map(|shot| shot.prompt.as_str());
    let prompts: Vec<&str> = std::iter::once(wish.prompt.as_str()).chain(shots).collect();
    let prepared = cast::prepare(db, ask, wanted.as_deref(), &prompts)?;
    let mut spec = wish.spec.clone();
    spec.prompt = prepared.prompt(&spec.prompt);
    spec.cast.clone_from(&prepared.roles);
    for (shot, asked) in spec.shots.iter_mut().zip(&wish.shots) {
        shot.cast = places(asked, &shot.prompt, wanted.as_deref().unwrap_or_default(), &prepared.roles);
        shot.prompt = prepared.prompt_with(&shot.prompt, &shot.cast);
    }
    Ok((spec, prepared))
}

/// Who of a cast is in a shot, by place: those it was asked for, or else those whom its text names.
fn places(asked: &ShotRequest, text: &str, ids: &[CharacterId], roles: &[Role]) -> Vec<u8> {
    let is_in = |(id, role): (&CharacterId, &Role)| match &asked.characters {
        Some(wanted) => wanted.iter().any(|wanted| wanted == id.as_str()),
        None => is_named(text, &role.name),
    };
    (0_u8..).zip(ids.iter().zip(roles)).filter(|(_, pair)| is_in(*pair)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shot_shows_those_it_was_asked_for_or_else_those_it_names() {
        let ids = [CharacterId::new(), CharacterId::new()];
        let roles = ["Anna", "Bo"].map(|name| Role { name: name.into() });
        let shot =
            |characters: Option<Vec<String>>| ShotRequest { prompt: String::new(), seconds: 4, characters };
        let second = Some(vec![ids[1].to_string()]);
        for (asked, text, expected) in [
            (None, "Anna waits", &[0][..]),
            (None, "Bo and Anna", &[0, 1]),
            (None, "nobody", &[]),
            (None, "Both wait for Annabel", &[]),
            (second, "Anna waits", &[1]),
            (Some(vec![]), "Anna waits", &[]),
        ] {
            assert_eq!(places(&shot(asked), text, &ids, &roles), expected, "{text}");
        }
    }
}
