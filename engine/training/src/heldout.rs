//! Which combinations the model never sees in training, so that what it makes of them shows what it
//! understood.

use crate::action::Action;
use crate::camera::Camera;
use crate::colour::Colour;
use crate::looks::{Hair, Quadruple, STYLES, Skin, style_name};
use crate::object::Object;
use crate::scene::Scene;

/// A colour, an object and what it does: the unit that is held out.
pub type Triple = (Colour, Object, Action);

/// The share of triples that are held out, in percent.
const HELD_OUT_PERCENT: u64 = 15;

/// The share of the looks of people that are held out, in percent.
const HELD_OUT_PEOPLE_PERCENT: u64 = 20;

/// The motions of the camera that are never trained on in a scene.
pub const PAIRS: [(Camera, Scene); 2] = [(Camera::ZoomIn, Scene::Forest), (Camera::PanLeft, Scene::Desert)];

/// The triple of the README's example, which the model must have been trained on.
pub const PROMISED: Triple = (Colour::Red, Object::Ball, Action::Bounce);

/// Whether a triple is kept out of training.
///
/// Decided by a hash of the names alone, so that a new factor never moves an old triple across the line.
pub fn is_held_out(triple: Triple) -> bool {
    triple != PROMISED && hash(&name(triple)) % 100 < HELD_OUT_PERCENT
}

/// Whether a camera in a scene is kept out of training.
pub fn is_held_out_pair(camera: Camera, scene: Scene) -> bool {
    PAIRS.contains(&(camera, scene))
}

/// All held-out pairs, one a line: the text of `held-out-cameras.txt`.
pub fn cameras() -> String {
    PAIRS.iter().map(|(camera, scene)| format!("{}, {}\n", camera.name(), scene.name())).collect()
}

/// Whether the looks of a person are kept out of training, by the same rule.
pub fn is_held_out_person(looks: Quadruple) -> bool {
    hash(&person(looks)) % 100 < HELD_OUT_PEOPLE_PERCENT
}

/// All held-out looks of people, one a line: the text of `held-out-people.txt`.
pub fn people() -> String {
    let mut lines = String::new();
    for skin in Skin::ALL {
        for hair in Hair::ALL {
            for style in STYLES {
                for shirt in Colour::ALL {
                    let looks = (skin, hair, style, shirt);
                    if is_held_out_person(looks) {
                        lines.push_str(&person(looks));
                        lines.push('\n');
                    }
                }
            }
        }
    }
    lines
}

fn person((skin, hair, style, shirt): Quadruple) -> String {
    format!("{} skin, {} {} hair, {} shirt", skin.name(), style_name(style), hair.name(), shirt.name())
}

/// All held-out triples, one a line: the text of `held-out.txt`.
pub fn list() -> String {
    let mut lines = String::new();
    for colour in Colour::ALL {
        for object in Object::ALL {
            for action in Action::ALL {
                let triple = (colour, object, action);
                if is_held_out(triple) {
                    lines.push_str(&name(triple));
                    lines.push('\n');
                }
            }
        }
    }
    lines
}

fn name((colour, object, action): Triple) -> String {
    format!("{} {} {}", colour.name(), object.name(), action.name())
}

/// FNV-1a with a final mix; without it the low bits of short names fall into patterns.
fn hash(text: &str) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state ^= state >> 33;
    state = state.wrapping_mul(0xff51_afd7_ed55_8ccd);
    state ^ (state >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_is_what_the_generator_enforces() {
        assert_eq!(include_str!("../held-out.txt"), list());
    }

    #[test]
    fn the_committed_list_of_people_is_what_the_generator_enforces() {
        assert_eq!(include_str!("../held-out-people.txt"), people());
        let count = people().lines().count();
        let all = Skin::ALL.len() * Hair::ALL.len() * STYLES.len() * Colour::ALL.len();
        assert!((all * 17 / 100..=all * 23 / 100).contains(&count), "{count} of {all}");
    }

    #[test]
    fn the_committed_list_of_cameras_is_what_the_generator_enforces() {
        assert_eq!(include_str!("../held-out-cameras.txt"), cameras());
    }

    #[test]
    fn about_fifteen_percent_are_held_out_and_no_factor_is_missing_from_training() {
        let count = list().lines().count();
        let all = Colour::ALL.len() * Object::ALL.len() * Action::ALL.len();
        assert!((all * 11 / 100..=all * 19 / 100).contains(&count), "{count} of {all}");
        for colour in Colour::ALL {
            for object in Object::ALL {
                let trained =
                    Action::ALL.iter().filter(|action| !is_held_out((colour, object, **action))).count();
                assert!(
                    trained >= 2,
                    "{} {} is trained in only {trained} actions",
                    colour.name(),
                    object.name()
                );
            }
        }
    }

    #[test]
    fn the_triple_of_the_readme_is_trained_on() {
        assert!(!is_held_out(PROMISED));
    }
}
