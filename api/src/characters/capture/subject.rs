//! What an upload shows: a person or not. Pure.

use kinora_spec::{FaceFindings, Subject};

use super::super::rules::{Kind, Status};
use super::checks::SAME_PERSON_DISTANCE;
use crate::Refusal;

/// Share of the pictures up to which a face is taken for a mistake of the detector.
const STRAY_FACE_SHARE_MAX: f64 = 0.1;

/// What a reader is told to look for.
#[must_use]
pub const fn subject_of(kind: Kind) -> Subject {
    match kind {
        Kind::Person => Subject::Person,
        Kind::Animal => Subject::Animal,
        Kind::Object => Subject::Object,
    }
}

/// The shares of the pictures with a face and with more than one.
fn shares(faces: &FaceFindings) -> (f64, f64) {
    let share = |part: u32| f64::from(part) / f64::from(faces.looked_at.max(1));
    (share(faces.with_one.saturating_add(faces.with_more)), share(faces.with_more))
}

/// What a character is that was asked for as `asked`, given the faces in its upload, if anybody can look for them. Where
/// nobody can, it counts as a person unless it is said to be something else.
///
/// # Errors
/// When it is not what it is said to be, or several people are in it.
pub fn kind_of(asked: Option<Kind>, faces: Option<&FaceFindings>) -> Result<Kind, Refusal> {
    let Some(faces) = faces else { return Ok(asked.unwrap_or(Kind::Person)) };
    let (seen, others) = shares(faces);
    let has_face = seen > STRAY_FACE_SHARE_MAX;
    match asked {
        None if !has_face => Ok(Kind::Object),
        Some(kind @ (Kind::Animal | Kind::Object)) if has_face => {
            let problem = format!(
                "a face is in it, so that it is no {}: leave 'kind' out, or send 'person'.",
                kind.name()
            );
            Err(Refusal::invalid("kind", problem))
        }
        Some(kind @ (Kind::Animal | Kind::Object)) => Ok(kind),
        Some(Kind::Person) if !has_face => Err(Refusal::invalid("kind", "no face was found in it.")),
        None | Some(Kind::Person) if others > STRAY_FACE_SHARE_MAX => {
            Err(Refusal::invalid("kind", "more than one face is in it: a character is one person alone."))
        }
        // One after the other, they would pass for one.
        None | Some(Kind::Person) if faces.spread >= SAME_PERSON_DISTANCE => {
            Err(Refusal::invalid("kind", "the faces in it are of different people."))
        }
        None | Some(Kind::Person) => Ok(Kind::Person),
    }
}

/// Where a new character begins. Nobody needs to look at a thing in which no face was seen.
#[must_use]
pub fn first_status(kind: Kind, faces: Option<&FaceFindings>) -> Status {
    match (kind, faces.map(shares)) {
        (Kind::Person, _) => Status::Pending,
        (Kind::Animal | Kind::Object, Some((seen, _))) if seen <= 0.0 => Status::Active,
        (Kind::Animal | Kind::Object, _) => Status::Unverified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(with_one: u32, with_more: u32) -> FaceFindings {
        FaceFindings { looked_at: 20, with_one, with_more, poses: vec![], spread: 0.0, descriptor: None }
    }

    #[test]
    fn a_kind_is_believed_only_where_nobody_can_look() {
        let (none, stray, one, many) = (faces(0, 0), faces(1, 1), faces(18, 1), faces(10, 9));
        let two = FaceFindings { spread: 0.9, ..faces(18, 1) };
        for (asked, found, expected) in [
            (None, None, Some(Kind::Person)),
            (Some(Kind::Animal), None, Some(Kind::Animal)),
            (None, Some(&none), Some(Kind::Object)),
            (None, Some(&stray), Some(Kind::Object)),
            (None, Some(&one), Some(Kind::Person)),
            (None, Some(&many), None),
            (Some(Kind::Person), Some(&none), None),
            (Some(Kind::Person), Some(&one), Some(Kind::Person)),
            (Some(Kind::Person), Some(&many), None),
            (None, Some(&two), None),
            (Some(Kind::Person), Some(&two), None),
            (Some(Kind::Object), Some(&one), None),
            (Some(Kind::Animal), Some(&many), None),
            (Some(Kind::Animal), Some(&none), Some(Kind::Animal)),
        ] {
            assert_eq!(kind_of(asked, found).ok(), expected, "{asked:?} {found:?}");
        }
    }

    #[test]
    fn only_what_surely_has_no_face_needs_nobody() {
        assert_eq!(first_status(Kind::Person, Some(&faces(20, 0))), Status::Pending);
        assert_eq!(first_status(Kind::Object, Some(&faces(0, 0))), Status::Active);
        assert_eq!(first_status(Kind::Object, Some(&faces(1, 0))), Status::Unverified);
        assert_eq!(first_status(Kind::Animal, None), Status::Unverified);
    }
}
